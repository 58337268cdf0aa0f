"""Where tasks stand in the outline: under which summary, before which task."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from django.utils.translation import gettext as _

from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import InvalidInput
from tongzhou.core.events import record
from tongzhou.projects.models import Project

from .. import queries
from ..models import Task
from ..models.tasks import DEEPEST
from ..queries.plan_rows import PlaceRow
from .steps import Step, step


class Direction(StrEnum):
    """One step of a task in the outline."""

    UP = "up"
    DOWN = "down"
    IN = "in"
    OUT = "out"


@act
def shift_task(task_id: int, direction: str, *, by: Actor) -> Task:
    """Moves a task one place up or down among its siblings, one level in (under the sibling above) or out."""
    task = reach(queries.tasks_for(by), task_id)
    rows = queries.place_rows(task.project)
    siblings = [row for row in rows if row.parent_id == task.parent_id]
    at = next(number for number, row in enumerate(siblings) if row.pk == task_id)
    above = siblings[at - 1] if at else None
    following = [*(row.pk for row in siblings[at + 1 :]), None]
    match direction:
        case Direction.UP if above is not None:
            return place_task(task_id, parent_id=task.parent_id, before_id=above.pk, by=by)
        case Direction.DOWN if following[0] is not None:
            return place_task(task_id, parent_id=task.parent_id, before_id=following[1], by=by)
        case Direction.IN if above is not None:
            return place_task(task_id, parent_id=above.pk, by=by)
        case Direction.OUT if task.parent_id is not None:
            parent = next(row for row in rows if row.pk == task.parent_id)
            aunts = [row.pk for row in rows if row.parent_id == parent.parent_id]
            behind = [*aunts[aunts.index(parent.pk) + 1 :], None][0]
            return place_task(task_id, parent_id=parent.parent_id, before_id=behind, by=by)
    raise InvalidInput({"task": _("There is no such place for this task")})


@act
def place_task(
    task_id: int,
    *,
    by: Actor,
    parent_id: int | None = None,
    before_id: int | None = None,
    plan_version: int | None = None,
) -> Task:
    """Moves a task with everything below it: under ``parent_id`` (None: top level), before ``before_id`` or last."""
    task = reach(queries.tasks_for(by), task_id)
    label = _("Move “%(task)s”") % {"task": task.title}
    with step(task.project_id, label, by=by, plan_version=plan_version) as making:
        rows = queries.place_rows(making.project)
        own = subtree(rows, task_id)
        inside = {row.pk for row in own}
        if parent_id in inside or before_id in inside:
            raise InvalidInput({"parent": _("A task cannot be placed inside itself")})
        rest = [row for row in rows if row.pk not in inside]
        known = {row.pk: row for row in rest}
        if (parent_id is not None and parent_id not in known) or (before_id is not None and before_id not in known):
            raise InvalidInput({"parent": _("This place is not in the plan any more")})
        if before_id is not None and known[before_id].parent_id != parent_id:
            raise InvalidInput({"parent": _("This place is not in the plan any more")})
        if parent_id is not None:
            require_may_hold(Task.objects.get(pk=parent_id))
        at = _position(rest, parent_id, before_id)
        old = {row.pk: row.depth for row in own}
        head = own[0]
        head.parent_id = parent_id
        depth = known[parent_id].depth + 1 if parent_id is not None else 0
        for row in own:
            row.depth = old[row.pk] - old[head.pk] + depth
        if max(row.depth for row in own) > DEEPEST:
            raise InvalidInput({"parent": _("At most %(count)s levels") % {"count": DEEPEST + 1}})
        record(by, "planning.task.placed", task, after={"parent_id": parent_id, "before_id": before_id})
        settle(making, [*rest[:at], *own, *rest[at:]])
    task.refresh_from_db()
    return task


def place_for(project: Project, after_id: int | None, parent_id: int | None) -> tuple[Task | None, int]:
    rows = queries.place_rows(project)
    known = {row.pk: row for row in rows}
    for key in (after_id, parent_id):
        if key is not None and key not in known:
            raise InvalidInput({"parent": _("This place is not in the plan any more")})
    if after_id is not None:
        last = subtree(rows, after_id)[-1]
        parent = known[after_id].parent_id
        return (Task.objects.get(pk=parent) if parent is not None else None), last.rank + 1
    if parent_id is not None:
        return Task.objects.get(pk=parent_id), subtree(rows, parent_id)[-1].rank + 1
    return None, rows[-1].rank + 1 if rows else 1


def subtree(rows: Sequence[PlaceRow], task_id: int) -> list[PlaceRow]:
    """A task and everything below it, in reading order."""
    at = next((number for number, row in enumerate(rows) if row.pk == task_id), None)
    if at is None:
        raise InvalidInput({"task": _("This task is not in the plan any more")})
    found = [rows[at]]
    for row in rows[at + 1 :]:
        if row.depth <= rows[at].depth:
            break
        found.append(row)
    return found


def _position(rest: Sequence[PlaceRow], parent_id: int | None, before_id: int | None) -> int:
    """Where in the outline something is put in."""
    places = {row.pk: number for number, row in enumerate(rest)}
    if before_id is not None:
        return places[before_id]
    if parent_id is not None:
        return places[parent_id] + len(subtree(rest, parent_id))
    return len(rest)


def require_may_hold(parent: Task) -> None:
    """A task with dependencies of its own cannot become a summary: what drives it would be unclear."""
    if not parent.is_summary and (parent.links_in.exists() or parent.links_out.exists()):
        raise InvalidInput(
            {
                "parent": _("“%(task)s” has dependencies. Remove them before putting tasks below it.")
                % {"task": parent.title}
            }
        )


def settle(making: Step, rows: Sequence[PlaceRow], *, renumber: bool = True) -> None:
    """Numbers the outline anew (a gap does no harm), and says which tasks are summaries now."""
    columns = ("pk", "parent_id", "rank", "depth", "is_summary")
    stored = {pk: old for pk, *old in Task.objects.filter(project=making.project).values_list(*columns)}
    parents = {row.parent_id for row in rows}
    for rank, row in enumerate(rows, start=1):
        row.rank = rank if renumber else row.rank
        row.is_summary = row.pk in parents
    making.place(rows, [tuple(stored[row.pk]) for row in rows])
