"""Dependencies: drawn, changed, removed; a circle is refused and named."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import InvalidInput, NotFound
from tongzhou.core.events import record

from .. import queries
from ..models import Link, Task
from ..predecessors import Predecessor
from ..states import LinkKind
from .steps import Step, step

LONGEST_LAG = 500


@act
def link_tasks(
    predecessor_id: int, successor_id: int, *, by: Actor, kind: str = LinkKind.FINISH_START, lag: int = 0
) -> Link:
    """Draws a dependency, or changes the kind and lag of one that is there."""
    before = reach(queries.tasks_for(by), predecessor_id)
    with step(before.project_id, _("Link tasks"), by=by) as making:
        after = Task.objects.filter(project=making.project, pk=successor_id).first()
        if after is None:
            raise InvalidInput({"successor": _("Choose a task of this plan")})
        return put_link(making, before, after, kind, lag)


@act
def unlink_tasks(link_id: int, *, by: Actor) -> None:
    """Takes a dependency away."""
    link = Link.objects.filter(pk=link_id, project__in=queries.tasks_for(by).values("project")).first()
    if link is None:
        raise NotFound
    with step(link.project_id, _("Remove a dependency"), by=by) as making:
        link = Link.objects.filter(pk=link_id).first()
        if link is None:
            raise NotFound
        facts = {"predecessor": link.predecessor_id, "successor": link.successor_id, "kind": link.kind}
        record(by, "planning.link.removed", link, before=facts)
        making.delete([link])


@act
def set_predecessors(task_id: int, wanted: Sequence[Predecessor], *, by: Actor) -> None:
    """Makes a task wait for exactly these others; what it waited for otherwise is taken away. One step."""
    task = reach(queries.tasks_for(by), task_id)
    with step(task.project_id, _("Predecessors of “%(task)s”") % {"task": task.title}, by=by) as making:
        write_predecessors(making, task, wanted)


def write_predecessors(making: Step, task: Task, wanted: Sequence[Predecessor]) -> None:
    """The same inside a step; refusals are on ``predecessors``."""
    numbers = [entry.number for entry in wanted]
    known = {row.number: row for row in Task.objects.filter(project=making.project, number__in=numbers)}
    if unknown := [number for number in numbers if number not in known]:
        raise InvalidInput({"predecessors": _("There is no task %(number)s in this plan") % {"number": unknown[0]}})
    if len(set(numbers)) < len(numbers):
        raise InvalidInput({"predecessors": _("The same task stands twice among the predecessors")})
    keys = {known[number].pk for number in numbers}
    gone = [link for link in Link.objects.filter(successor=task) if link.predecessor_id not in keys]
    for link in gone:
        facts = {"predecessor": link.predecessor_id, "successor": link.successor_id, "kind": link.kind}
        record(making.by, "planning.link.removed", link, before=facts)
    making.delete(gone)
    for entry in wanted:
        try:
            put_link(making, known[entry.number], task, entry.kind, entry.lag)
        except InvalidInput as refusal:
            raise InvalidInput(
                {"predecessors": [text for texts in refusal.fields.values() for text in texts]}
            ) from None


def put_link(making: Step, before: Task, after: Task, kind: str, lag: int) -> Link:
    """Writes a dependency inside a step; refuses what makes no sense, and names the circle it would close."""
    _check(before, after, kind, lag)
    pairs = list(Link.objects.filter(project=making.project).values_list("predecessor_id", "successor_id"))
    if circle := queries.cycle_through(pairs, (before.pk, after.pk)):
        titles = dict(Task.objects.filter(pk__in=circle).values_list("pk", "title"))
        path = " → ".join(f"“{titles[pk]}”" for pk in [*circle, circle[0]])
        raise InvalidInput({"successor": _("This would run in a circle: %(path)s") % {"path": path}})
    found = Link.objects.filter(predecessor=before, successor=after).first()
    if found is not None:
        if (found.kind, found.lag) == (kind, lag):
            return found
        making.delete([found])
    link = Link.objects.create(project=making.project, predecessor=before, successor=after, kind=kind, lag=lag)
    making.created(link)
    facts = {"predecessor": before.pk, "successor": after.pk, "kind": kind, "lag": lag}
    record(making.by, "planning.link.drawn", link, after=facts)
    return link


def _check(before: Task, after: Task, kind: str, lag: int) -> None:
    if before.pk == after.pk:
        raise InvalidInput({"successor": _("A task cannot wait for itself")})
    if kind not in LinkKind.values:
        raise InvalidInput({"kind": _("Choose one of FS, SS, FF, SF")})
    if isinstance(lag, bool) or not isinstance(lag, int) or abs(lag) > LONGEST_LAG:
        raise InvalidInput({"lag": _("Give a lag of at most %(most)s working days") % {"most": LONGEST_LAG}})
    if summary := next((task for task in (before, after) if task.is_summary), None):
        raise InvalidInput(
            {"successor": _("“%(task)s” only sums up the tasks below it; link one of those") % {"task": summary.title}}
        )
