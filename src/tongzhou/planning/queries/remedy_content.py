"""What a way out changes, as it is kept with it: holds of tasks, the dates that follow, who takes whose place."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from copy import copy
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from tongzhou.calendars.queries import company_calendar
from tongzhou.core import clock
from tongzhou.core.events import plain
from tongzhou.projects.models import Project

from ..models import Absence, Booking, Capacity, Link, Plan, Task
from ..resource_states import Way
from ..work_states import TaskStatus
from .bookings import in_force
from .leveling import CannotLevel, Case, driven_starts, leveling_case
from .proposals import Proposal
from .schedule import scheduled

if TYPE_CHECKING:
    from tongzhou.engine.leveling.problem import Reason
    from tongzhou.engine.leveling.replan import Proposal as EngineProposal

MOST_REASONS, MOST_NAMED = 8, 6


def content_of_way(project: Project, proposal: Proposal) -> dict[str, Any]:
    """What a substitute, a shift or a later period changes."""
    booking = proposal.booking
    content: dict[str, Any] = {"cost_days": proposal.cost_days, "moves": [], "exchanges": [], "holds": {}}
    if proposal.way in {Way.SHIFT, Way.LATER} and booking.follows_task:
        content["holds"] = {str(booking.need.task_id): plain(proposal.first)}
        content |= moved(project, {booking.need.task_id or 0: proposal.first})
    elif proposal.way == Way.LATER:
        days = [plain(day) for day in (booking.first, booking.last, proposal.first, proposal.last)]
        content["period"] = {"booking": booking.pk, "before": days[:2], "after": days[2:], "what": str(booking)}
    else:
        other = proposal.person or proposal.thing or proposal.budget
        before = booking.person or booking.thing or booking.budget
        assert other is not None
        assert before is not None
        kind = "person" if proposal.person else "thing" if proposal.thing else "budget"
        content["exchanges"] = [_exchange(kind, booking, (before.pk, _name(before)), (other.pk, _name(other)))]
    return content


def content_of_leveled(project: Project, case: Case, found: EngineProposal) -> dict[str, Any] | None:
    """What a levelled plan changes; None when the plan as it is computed would not have those dates."""
    starts = found.schedule.starts
    driven = driven_starts(case.problem, starts)
    holds: dict[int, date | None] = {}
    for at, task in enumerate(case.tasks):
        if case.problem.activities[at].fixed_start is not None or case.present.starts[at] < case.now:
            continue
        hold = case.axis.day(starts[at]) if starts[at] > driven[at] else None
        if hold != task.held_until and (hold is not None or starts[at] != case.present.starts[at]):
            holds[task.pk] = hold
    content = moved(project, holds)
    planned = {entry["task"]: entry["after"][0] for entry in content["moves"]}
    for at, task in enumerate(case.tasks):
        day = planned.get(task.pk, plain(task.start))
        if task.duration and day != plain(case.axis.day(starts[at])):
            return None
    exchanges = []
    for swap in found.substitutions:
        booking = case.bookings[swap.activity][swap.demand]
        before, after = case.supplies[swap.before], case.supplies[swap.after]
        exchanges.append(_exchange(before.kind, booking, (before.pk, before.name), (after.pk, after.name), case, swap))
    content |= {
        "holds": {str(pk): plain(day) for pk, day in holds.items()},
        "exchanges": exchanges,
        "cost_days": max(0, found.end_after - found.end_before),
        "end_bound": plain(case.axis.day(max(0, found.end_bound - 1))),
        "smallest": found.smallest,
        "weight": _weight(found),
    }
    return content


def moved(project: Project, holds: Mapping[int, date | None]) -> dict[str, Any]:
    """Schedules the plan with these holds; what moves, and the end before and after. Writes nothing."""
    tasks = list(Task.objects.filter(project=project).select_related("department").order_by("rank", "pk"))
    changed = []
    for task in tasks:
        trial = copy(task)
        if task.pk in holds:
            trial.held_until = holds[task.pk]
        changed.append(trial)
    calendar = company_calendar()
    after = scheduled(changed, Link.objects.filter(project=project), calendar, project.starts_on or clock.today())
    moves = []
    for task in tasks:
        told = after.get(task.pk)
        if told is None or task.is_summary or task.start is None or task.finish is None:
            continue
        if (told.start, told.finish) != (task.start, task.finish):
            moves.append(
                {
                    "task": task.pk,
                    "number": task.number,
                    "title": task.title,
                    "department_id": task.department_id,
                    "department": task.department.name if task.department else "",
                    "before": [plain(task.start), plain(task.finish)],
                    "after": [plain(told.start), plain(told.finish)],
                    "days": calendar.count_workdays(task.start, told.start)
                    if told.start >= task.start
                    else -calendar.count_workdays(told.start, task.start),
                }
            )
    finishes = [task.finish for task in tasks if task.finish]
    return {
        "moves": moves,
        "end_before": plain(max(finishes, default=None)),
        "end_after": plain(max((told.finish for told in after.values()), default=None)),
    }


def leveled_at_once(project: Project) -> tuple[dict[str, Any], bool]:
    """The first levelled plan, by rules alone, and whether there is one; else the reasons stand in the content."""
    from tongzhou.engine.leveling.replan import mend_at_once

    try:
        case = leveling_case(project)
    except CannotLevel as refusal:
        return {"reasons": [{"code": refusal.code}]}, False
    found = mend_at_once(case.problem, case.present, now=case.now)
    if not found.breaches:
        return {"reasons": [{"code": "nothing_to_level"}]}, False
    reasons = told_reasons(case, found.reasons)
    content = content_of_leveled(project, case, found.proposals[0]) if found.proposals else None
    if content is None:
        return {"reasons": reasons or [{"code": "no_plan_found"}]}, False
    return content | {"reasons": reasons}, True


def told_reasons(case: Case, reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    """The engine's reasons with names and dates in place of numbers."""
    told = []
    for reason in list(reasons)[:MOST_REASONS]:
        entry: dict[str, Any] = {"code": reason.code}
        entry["tasks"] = [case.tasks[at].title for at in reason.activities[:MOST_NAMED]]
        entry["count"] = len(reason.activities)
        if reason.resource is not None:
            entry["resource"] = case.supplies[reason.resource].name
        if reason.start is not None:
            entry["start"] = plain(case.axis.day(max(0, reason.start)))
        if reason.end is not None:
            entry["end"] = plain(case.axis.day(max(0, reason.end - 1)))
        if reason.units is not None:
            entry["units"] = reason.units
        told.append(entry)
    return told


def basis_of(project: Project, content: Mapping[str, Any]) -> str:
    """The digest of what a way out was computed from: the plan, where dates move, and what is taken of whom it names."""
    facts: list[Any] = []
    if content.get("moves") or content.get("holds"):
        facts.append(Plan.objects.filter(project=project).values_list("version", flat=True).first())
        # Work that has begun since is no step of the plan, but is not moved any more.
        begun = Task.objects.filter(project=project).exclude(status=TaskStatus.NOT_STARTED).order_by("pk")
        moving = [int(pk) for pk in content.get("holds", {})]
        facts += list(begun.filter(pk__in=moving).values_list("pk", flat=True))
    touched = Q(pk__in=[row["booking"] for row in content.get("exchanges", ())])
    if content.get("period"):
        touched |= Q(pk=content["period"]["booking"])
    kinds: dict[str, set[int]] = {"person": set(), "thing": set(), "budget": set()}
    for row in content.get("exchanges", ()):
        kinds[row["kind"]] |= {row["before"]["id"], row["after"]["id"]}
    if content.get("holds"):
        # Whoever is booked for a task that moves is needed on other days.
        moving = [row["task"] for row in content.get("moves", ())]
        rows = in_force().filter(need__task__in=moving, budget__isnull=True).values_list("person_id", "thing_id")
        for person, thing in rows:
            kinds["person"] |= {person} - {None}
            kinds["thing"] |= {thing} - {None}
    if content.get("period"):
        row = Booking.objects.get(pk=content["period"]["booking"])
        kinds["person"] |= {row.person_id} if row.person_id else set()
        kinds["thing"] |= {row.thing_id} if row.thing_id else set()
    for kind, keys in kinds.items():
        touched |= Q(**{f"{kind}__in": keys})
    columns = ("pk", "person_id", "thing_id", "budget_id", "first", "last", "share", "count", "amount", "is_approved")
    facts += [plain(list(row)) for row in in_force().filter(touched).order_by("pk").values_list(*columns)]
    away = Absence.objects.filter(person__in=kinds["person"]).order_by("pk").values_list("pk", "first", "last")
    facts += [plain(list(row)) for row in away]
    shares = Capacity.objects.filter(person__in=kinds["person"]).order_by("pk").values_list("person_id", "percent")
    facts += [list(row) for row in shares]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def departments_concerned(project: Project, content: Mapping[str, Any]) -> dict[int, bool]:
    """Department → whether its head has to answer: whose tasks move, whose people or things are exchanged."""
    found: dict[int, bool] = {}
    for row in content.get("moves", ()):
        found.setdefault(row["department_id"] or project.initiator_id, False)
    for row in content.get("exchanges", ()):
        found[row["provider_id"]] = True
    if content.get("period"):
        found[Booking.objects.select_related("need").get(pk=content["period"]["booking"]).need.provider_id] = True
    return found


def _exchange(
    kind: str,
    booking: Booking,
    before: tuple[int, str],
    after: tuple[int, str],
    case: Case | None = None,
    swap: Any = None,
) -> dict[str, Any]:
    task = booking.need.task
    return {
        "booking": booking.pk,
        "need": booking.need_id,
        "kind": kind,
        "before": {"id": before[0], "name": before[1]},
        "after": {"id": after[0], "name": after[1]},
        "provider_id": booking.need.provider_id,
        "provider": booking.need.provider.name,
        "task": case.tasks[swap.activity].title if case is not None else task.title if task else booking.need.name,
    }


def _name(thing: Any) -> str:
    return str(getattr(thing, "account", "") or getattr(thing, "name", "") or thing)


def _weight(found: EngineProposal) -> int:
    from tongzhou.engine.leveling.replan import weight_of

    return weight_of(found)
