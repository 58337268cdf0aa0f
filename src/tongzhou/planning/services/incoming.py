"""Taking a plan in from a file: every row or none, as one step that can be taken back."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import InvalidInput, Words
from tongzhou.core.events import record

from .. import queries
from ..exchange.rows import Brought
from ..models import Link, Task
from ..predecessors import Predecessor, written_predecessors
from ..queries.incoming_outline import Node
from ..queries.plan_rows import PlaceRow
from .steps import TASK_COLUMNS, Step, step

# What the log tells of a new task; its place follows from the plan.
_TOLD = tuple(name for name in TASK_COLUMNS if name not in {"parent_id", "rank", "depth", "is_summary"})


@act
def take_plan_in(
    project_id: int, brought: Brought, *, by: Actor, plan_version: int | None, source: str = ""
) -> queries.Incoming:
    """Writes what a file says into the plan: tasks of known number changed, others added, the rest left as it is.

    ``plan_version``: the plan the file was looked through against; a newer one raises ``Conflict``. What is wrong with a
    row by now raises ``InvalidInput`` on ``rows``. A fixed number of statements for each few hundred rows.
    """
    label = _("Import “%(file)s”") % {"file": source} if source else _("Import of a plan")
    with step(project_id, label, by=by, plan_version=plan_version) as making:
        found = queries.look_through(making.project, brought)
        _require_clean(found)
        _write_tasks(making, found)
        _write_links(making, found)
        counts = found.counts
        facts = {"file": source, "kind": brought.kind, "added": counts["add"], "changed": counts["change"]}
        record(by, "planning.plan.imported", making.project, data=facts)
    return found


def _require_clean(found: queries.Incoming) -> None:
    if found.is_clean:
        return
    wrong: list[Words] = [
        _("row %(number)s, %(column)s: %(what)s") % {"number": row.line, "column": column, "what": text}
        for row in found.rows
        for column, text in row.errors
    ]
    raise InvalidInput({"rows": [*found.problems, *wrong][:100]})


def _write_tasks(making: Step, found: queries.Incoming) -> None:
    old_places = {node.task.pk: node.old_place for node in found.order if not node.is_new}
    for rank, node in enumerate(found.order, start=1):
        node.task.rank, node.task.depth = rank, node.depth
    for node in found.order:
        if node.is_new:
            node.task.pk = None
    # In the order of the file, so that numbers follow it.
    new = [node for node in found.order if node.is_new]
    for node in new:
        node.task.number = making.next_number()
    deepest = max((node.depth for node in new), default=-1)
    for depth in range(deepest + 1):
        level = [node for node in new if node.depth == depth]
        for node in level:
            node.task.parent_id = node.parent.task.pk if node.parent else None
        making.create_all([node.task for node in level])
    stay = [node for node in found.order if not node.is_new]
    for node in stay:
        node.task.parent_id = node.parent.task.pk if node.parent else None
    making.change_all([(node.task, node.was) for node in stay if node.was])
    places = [
        PlaceRow(task.pk, task.parent_id, task.rank, task.depth, task.is_summary) for task in (n.task for n in stay)
    ]
    making.place(places, [old_places[node.task.pk] for node in stay])
    for node in new:
        record(making.by, "planning.task.added", node.task, after=_told(node))
    rewired = {link.successor_id for link in found.links_gone} | {arrow[1].task.pk for arrow in found.links_new}
    for node in stay:
        _record_change(making, node, is_rewired=node.task.pk in rewired)


def _record_change(making: Step, node: Node, *, is_rewired: bool) -> None:
    after: dict[str, Any] = {name: getattr(node.task, name) for name in node.was}
    if is_rewired:
        after["predecessors"] = _waits(node)
    if after:
        record(making.by, "planning.task.changed", node.task, before=node.was, after=after)


def _write_links(making: Step, found: queries.Incoming) -> None:
    making.delete(found.links_gone)
    making.create_all(
        [
            Link(project=making.project, predecessor=before.task, successor=after.task, kind=kind, lag=lag)
            for before, after, kind, lag in found.links_new
        ]
    )


def _told(node: Node) -> dict[str, Any]:
    """What a new task says, without what it leaves open."""
    usual = Task()
    told = {name: getattr(node.task, name) for name in _TOLD if getattr(node.task, name) != getattr(usual, name)}
    return {**told, "title": node.task.title, "predecessors": _waits(node)} if node.waits else told


def _waits(node: Node) -> str:
    entries = [Predecessor(before.task.number, kind, lag) for before, kind, lag in node.waits or ()]
    return written_predecessors(entries)
