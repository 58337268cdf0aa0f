"""When each task happens: durations, links and date constraints on the company's working days, computed by the engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext as _

from tongzhou.core.errors import InvalidInput
from tongzhou.engine.workcal import WorkCalendar

from ..states import DateConstraint
from .plan_rows import Dated, Linked

if TYPE_CHECKING:
    from tongzhou.engine.network.plan import PlanLink, PlanTask

# The place in the engine's task that each kind of constraint fills.
_PLACES = {
    DateConstraint.START_NOT_BEFORE: "start_not_before",
    DateConstraint.FINISH_NOT_AFTER: "finish_not_after",
    DateConstraint.MUST_START: "must_start_on",
    DateConstraint.MUST_FINISH: "must_finish_on",
}


class Dates(NamedTuple):
    """What the schedule says of one task: first and last working day, floats in working days."""

    start: date
    finish: date
    total_float: int
    free_float: int
    is_critical: bool


def scheduled(
    tasks: Sequence[Dated], links: Iterable[Linked], calendar: WorkCalendar, plan_start: date
) -> dict[int, Dates]:
    """Dates and floats of every task by key; a summary spans what lies below it. ``tasks`` stand in reading order.

    Raises ``InvalidInput`` on ``dates`` when the plan leaves the calendar, and on ``links`` when it runs in a circle.
    """
    # numpy comes with the engine; a web process that has computed nothing yet does without it.
    from tongzhou.engine.network import CycleError, NetworkError
    from tongzhou.engine.network.plan import Plan, compute_days

    leaves = {task.pk: task for task in tasks if not task.is_summary}
    if not leaves:
        return {}
    plan = Plan(
        tasks=[plan_task(task) for task in leaves.values()],
        links=plan_links(links, leaves),
        start=plan_start,
        calendar=calendar,
    )
    try:
        days = compute_days(plan)
    except CycleError as ring:
        titles = [list(leaves.values())[at].title for at in ring.tasks]
        path = " → ".join(f"“{title}”" for title in [*titles, titles[0]])
        raise InvalidInput({"links": _("These dependencies run in a circle: %(path)s") % {"path": path}}) from None
    except NetworkError:
        raise InvalidInput({"dates": _("The plan would leave the years that a calendar holds")}) from None
    day = date.fromordinal
    found = {
        pk: Dates(day(start), day(finish), total, free, total <= 0)
        for pk, start, finish, total, free in zip(leaves, *days, strict=True)
    }
    _span_summaries(tasks, found)
    return found


def cycle_through(links: Iterable[tuple[int, int]], new: tuple[int, int]) -> list[int]:
    """The tasks along the circle that the new link would close, beginning with its predecessor; empty when none."""
    successors: dict[int, list[int]] = {}
    for before, after in links:
        successors.setdefault(before, []).append(after)
    first, start = new
    came_from: dict[int, int] = {start: first}
    waiting = [start]
    while waiting:
        here = waiting.pop()
        if here == first:
            break
        for after in successors.get(here, ()):
            if after not in came_from:
                came_from[after] = here
                waiting.append(after)
    if first not in came_from:
        return []
    path = [first]
    while (here := came_from[path[-1]]) != first:
        path.append(here)
    return [first, *reversed(path[1:])]


def _constraint(task: Dated) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if task.constraint and task.constraint_on is not None:
        found[_PLACES[DateConstraint(task.constraint)]] = task.constraint_on
    if task.held_until is not None:
        found["start_not_before"] = max(found.get("start_not_before", task.held_until), task.held_until)
    return found


def plan_task(task: Dated) -> PlanTask:
    """The task as the engine takes it."""
    from tongzhou.engine.network.plan import PlanTask

    return PlanTask(key=task.pk, duration=task.duration, **_constraint(task))


def plan_links(links: Iterable[Linked], leaves: Mapping[int, Dated]) -> list[PlanLink]:
    """The dependencies between tasks that are no summaries, as the engine takes them."""
    from tongzhou.engine.network import Kind
    from tongzhou.engine.network.plan import PlanLink

    kinds = {
        "FS": Kind.FINISH_START,
        "SS": Kind.START_START,
        "FF": Kind.FINISH_FINISH,
        "SF": Kind.START_FINISH,
    }
    return [
        PlanLink(link.predecessor_id, link.successor_id, kinds[link.kind], link.lag)
        for link in links
        if link.predecessor_id in leaves and link.successor_id in leaves
    ]


def _span_summaries(tasks: Sequence[Dated], found: dict[int, Dates]) -> None:
    """Adds the summaries, innermost first."""
    below: dict[int, list[Dates]] = {}
    for task in reversed(tasks):
        if task.is_summary and (parts := below.get(task.pk)):
            found[task.pk] = Dates(
                min(part.start for part in parts),
                max(part.finish for part in parts),
                min(part.total_float for part in parts),
                min(part.free_float for part in parts),
                any(part.is_critical for part in parts),
            )
        if task.parent_id is not None and task.pk in found:
            below.setdefault(task.parent_id, []).append(found[task.pk])
