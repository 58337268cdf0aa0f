"""Gate 2 as far as the plan itself decides: commitments have tasks, RACI, the dates, the communication mechanism."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.messaging.models import PROJECT
from tongzhou.messaging.queries import channels_of, has_tested_channel
from tongzhou.projects.gates import GateCondition, Missing, register
from tongzhou.projects.models import Project

from . import queries
from .models import CommunicationLine, Task
from .queries.communication import missing_communication
from .queries.raci import ROWS_A_PAGE

MOST_NAMED = 8


def register_conditions() -> None:
    """Makes the conditions known; called when the app is ready."""
    for condition in (COMMITMENTS_HAVE_TASKS, RACI_IN_ORDER, DATES_HOLD, COMMUNICATION_SET, CHANNEL_TESTED):
        register(condition)


def _plan_link(project: Project) -> str:
    return reverse("planning:plan", args=[project.pk])


def _raci_link(project: Project) -> str:
    return reverse("planning:raci", args=[project.pk])


def _communication_link(project: Project) -> str:
    return reverse("planning:communication", args=[project.pk])


def _commitments_lack(project: Project) -> Iterable[Missing]:
    """Every commitment that stands has a task."""
    loose = queries.commitments_without_task(project)
    for commitment in loose[:MOST_NAMED]:
        facts = {"number": commitment.number, "department": commitment.department.name}
        text = _("commitment %(number)s of %(department)s has no task") % facts
        yield Missing(text, f"{_plan_link(project)}#loose-title")
    yield from _more(len(loose), f"{_plan_link(project)}#loose-title")


def _raci_lacks(project: Project) -> Iterable[Missing]:
    """There are tasks, and no row of the matrix breaks a rule; warnings do not hold the gate."""
    matrix = queries.raci_matrix(project)
    if not matrix.tasks:
        yield Missing(_("there is no task yet"), _plan_link(project))
        return
    places = {key.pk: number // ROWS_A_PAGE + 1 for number, key in enumerate(queries.outline_keys(project))}
    titles = {task.pk: task.title for task in matrix.tasks}
    errors = [problem for problem in matrix.errors if problem.task_id is not None]
    for problem in errors[:MOST_NAMED]:
        page = places.get(problem.task_id or 0, 1)
        query = f"?page={page}" if page > 1 else ""
        text = _("“%(task)s”: %(problem)s") % {"task": titles.get(problem.task_id or 0, ""), "problem": problem.text}
        yield Missing(text, f"{_raci_link(project)}{query}#raci-{problem.task_id}")
    yield from _more(len(errors), _raci_link(project))


def _dates_lack(project: Project) -> Iterable[Missing]:
    """Every date is computed and can be held, and what serves an objective is done by its date."""
    plan = queries.plan_of(project)
    leaves = Task.objects.filter(project=project, is_summary=False)
    if plan is None or plan.finish is None:
        yield Missing(_("there is no schedule yet"), _plan_link(project))
        return
    late = list(leaves.filter(total_float__lt=0).order_by("rank").values_list("pk", "title", "total_float"))
    for pk, title, days in late[:MOST_NAMED]:
        text = _("“%(task)s” misses its date by %(days)s working days") % {"task": title, "days": -(days or 0)}
        yield Missing(text, reverse("planning:task", args=[project.pk, pk]))
    yield from _more(len(late), _plan_link(project))
    ends = dict(leaves.filter(objective__isnull=False).values_list("objective").annotate(Max("finish")))
    for number, objective in enumerate(project.objectives.all(), start=1):
        # An objective that no task names is served by the plan as a whole.
        finish = ends.get(objective.pk) or plan.finish
        if objective.due is not None and finish > objective.due:
            facts = {"number": number, "finish": finish.isoformat(), "due": objective.due.isoformat()}
            text = _("the work for objective %(number)s ends on %(finish)s, after its date %(due)s") % facts
            yield Missing(text, _plan_link(project))


def _communication_lacks(project: Project) -> Iterable[Missing]:
    """Daily, weekly and emergency channel are set, each with an owner."""
    there = set(CommunicationLine.objects.filter(project=project).values_list("kind", flat=True))
    for kind in missing_communication(project):
        facts = {"kind": kind.label}
        text = _("%(kind)s has no owner") % facts if kind in there else _("%(kind)s is not set") % facts
        yield Missing(text, _communication_link(project))


def _channel_lacks(project: Project) -> Iterable[Missing]:
    """A test message has arrived in the project's group."""
    if has_tested_channel(PROJECT, project.pk):
        return
    link = f"{_communication_link(project)}#channels"
    channels = list(channels_of(PROJECT, project.pk)[:MOST_NAMED])
    if not channels:
        yield Missing(_("no group chat is connected yet"), link)
    for channel in channels:
        text = _("no test message has arrived by “%(channel)s” yet") % {"channel": channel.name}
        yield Missing(text, channel.get_absolute_url())


def _more(count: int, link: str) -> Iterable[Missing]:
    if count > MOST_NAMED:
        yield Missing(_("and %(count)s more") % {"count": count - MOST_NAMED}, link)


COMMITMENTS_HAVE_TASKS = GateCondition(
    key="commitments_have_tasks",
    gate=2,
    label=gettext_lazy("Every commitment has a task"),
    check=_commitments_lack,
    link=_plan_link,
    position=10,
)
RACI_IN_ORDER = GateCondition(
    key="raci_in_order",
    gate=2,
    label=gettext_lazy("RACI without error"),
    check=_raci_lacks,
    link=_raci_link,
    position=20,
)
DATES_HOLD = GateCondition(
    key="dates_hold",
    gate=2,
    label=gettext_lazy("The schedule computes and ends by the objectives' dates"),
    check=_dates_lack,
    link=_plan_link,
    position=30,
)
COMMUNICATION_SET = GateCondition(
    key="communication_set",
    gate=2,
    label=gettext_lazy("Communication mechanism set"),
    check=_communication_lacks,
    link=_communication_link,
    position=60,
)
CHANNEL_TESTED = GateCondition(
    key="channel_tested",
    gate=2,
    label=gettext_lazy("Group channel tested"),
    check=_channel_lacks,
    link=_communication_link,
    position=65,
)
