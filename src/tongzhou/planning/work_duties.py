"""What each letter lays on a desk: R reports, A accepts, C answers; and what two departments have to confirm."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.people.models.deputies import Scope
from tongzhou.projects.duties import Duty, DutyAct, DutyFinder, register
from tongzhou.projects.models import Party
from tongzhou.projects.states import Phase

from . import queries
from .models import DoneReport, Opinion, Promise, Question, RaciAssignment, Task
from .promise_policies import OPEN_PHASES
from .states import RaciLetter
from .task_people import people_by_task
from .work_policies import ASKING, may_accept
from .work_states import UNFINISHED, PromiseState, QuestionState, ReportState

_address = lazy(reverse, str)
END_OF_DAY = time(18, 0)


def register_finders() -> None:
    """Makes the duties known; called when the app is ready."""
    register(DutyFinder("planning.work", _to_report))
    register(DutyFinder("planning.acceptance", _to_accept, _acceptance_awaited))
    register(DutyFinder("planning.questions", _to_answer, _answers_awaited))
    register(DutyFinder("planning.questions_to_ask", _to_ask))
    register(DutyFinder("planning.promises", _to_confirm, _confirmations_awaited))


def _task_duty(task: Task, act: DutyAct, title: str, why: str, button: str, due_at: datetime | None = None) -> Duty:
    return Duty(
        act=act,
        title=title,
        project_id=task.project_id,
        project_name=task.project.name,
        why=why,
        link=_address("planning:task", args=[task.project_id, task.pk]),
        button=button,
        due_at=due_at,
    )


def _to_report(actor: Actor) -> Iterable[Duty]:
    """R: tasks whose time has come and which are not reported done; what was sent back says so."""
    rows = queries.perhaps_doing(actor).filter(
        project__phase=Phase.EXECUTING, status__in=UNFINISHED, start__lte=clock.today()
    )
    tasks = list(rows.order_by("finish", "pk"))
    people = people_by_task(tasks)
    last = DoneReport.objects.filter(task__in=[task.pk for task in tasks]).order_by("pk")
    reports = dict(last.values_list("task_id", "state"))
    for task in tasks:
        if actor.pk not in people[task.pk].doers():
            continue
        facts = {"task": task.title}
        if reports.get(task.pk) == ReportState.RETURNED:
            title, why = _("Finish and report again: %(task)s") % facts, _("It was sent back to you")
        elif task.status == "not_started":
            title, why = _("Begin or report: %(task)s") % facts, _("You are responsible (R) for it")
        elif task.status == "blocked":
            title, why = _("Blocked: %(task)s") % facts, task.hindrance
        else:
            title = _("Say how far it is: %(task)s") % facts
            why = _("You are responsible (R) for it; %(percent)s %% so far") % {"percent": task.percent}
        due_at = datetime.combine(task.finish, END_OF_DAY, clock.company_zone()) if task.finish else None
        yield _task_duty(task, DutyAct.UPDATE, title, why, _("Report"), due_at)


def _to_accept(actor: Actor) -> Iterable[Duty]:
    """A: reports that wait for the actor, by name, as head or contact person, or as deputy."""
    reports = list(queries.perhaps_to_accept(actor).filter(project__phase=Phase.EXECUTING).order_by("reported_at"))
    people = people_by_task(report.task for report in reports)
    for report in reports:
        found = people[report.task_id]
        if not may_accept(actor, report, found):
            continue
        why = _("%(who)s reported it done; you approve it") % {"who": report.reported_by.name}
        if actor.pk not in found.approvers(report.reported_by_id):
            why = _("%(who)s reported it done; you approve for the head") % {"who": report.reported_by.name}
        title = _("Verify and accept: %(task)s") % {"task": report.task.title}
        yield _task_duty(report.task, DutyAct.CONFIRM, title, why, _("Verify"))


def _acceptance_awaited(actor: Actor) -> Iterable[Duty]:
    """What the actor has reported done, and by whom it is to be accepted."""
    rows = DoneReport.objects.filter(reported_by_id=actor.pk, state=ReportState.WAITING, task__project__isnull=False)
    reports = list(rows.filter(project__phase=Phase.EXECUTING).select_related("task__project"))
    people = people_by_task(report.task for report in reports)
    waited = {report.pk: people[report.task_id].approvers(actor.pk) for report in reports}
    names = queries.names_by_key(pk for keys in waited.values() for pk in keys) if waited else {}
    for report in reports:
        who = _(", ").join(names[pk] for pk in waited[report.pk] if pk in names)
        title = _("Acceptance of “%(task)s”") % {"task": report.task.title}
        yield _task_duty(report.task, DutyAct.CONFIRM, title, who, _("Look"))


def _to_answer(actor: Actor) -> Iterable[Duty]:
    """C: questions to the actor by name, or to a department the actor is contact of; a head sees those without contact."""
    parties = Party.objects.filter(
        project=OuterRef("question__project"), department=OuterRef("department"), left_at__isnull=True
    )
    contact = Q(Exists(parties.filter(contact_id=actor.pk)))
    deputised = {entry.department_id for entry in actor.stand_ins if entry.covers(Scope.REPLY)}
    headless = Q(department_id__in=actor.headed_ids | deputised) & ~Q(Exists(parties.filter(contact__isnull=False)))
    rows = Opinion.objects.filter(
        Q(person_id=actor.pk) | (Q(person__isnull=True) & (contact | headless)),
        answered_at__isnull=True,
        question__state=QuestionState.OPEN,
        question__project__phase__in=ASKING,
        question__task__project__isnull=False,
    )
    for row in rows.select_related("question__task__project", "question__asked_by", "department"):
        question = row.question
        title = _("Give your opinion on “%(task)s”") % {"task": question.task.title}
        why = _("%(who)s asks %(department)s (C)") % {"who": question.asked_by.name, "department": row.department.name}
        yield _task_duty(question.task, DutyAct.ANSWER, title, why, _("Answer"), question.due_at)


def _answers_awaited(actor: Actor) -> Iterable[Duty]:
    """Questions the actor asked and to which answers are missing."""
    rows = Question.objects.filter(
        asked_by_id=actor.pk, state=QuestionState.OPEN, project__phase__in=ASKING, task__project__isnull=False
    ).select_related("task__project")
    missing = rows.annotate(missing=Count("opinions", filter=Q(opinions__answered_at__isnull=True)))
    for question in missing:
        title = _("Opinions on “%(task)s”") % {"task": question.task.title}
        text = ngettext("%(count)s answer missing", "%(count)s answers missing", question.missing)
        why = text % {"count": question.missing}
        yield _task_duty(question.task, DutyAct.ANSWER, title, why, _("Look"), question.due_at)


def _to_ask(actor: Actor) -> Iterable[Duty]:
    """R: a task has begun, the matrix says who is consulted, and nobody has asked them yet."""
    consulted = RaciAssignment.objects.filter(task=OuterRef("pk"), letter=RaciLetter.CONSULTED)
    asked = Question.objects.filter(task=OuterRef("pk"))
    rows = (
        queries.perhaps_doing(actor)
        .filter(Exists(consulted), ~Exists(asked), project__phase=Phase.EXECUTING, status="in_progress")
        .order_by("finish", "pk")
    )
    tasks = list(rows)
    people = people_by_task(tasks)
    for task in tasks:
        if actor.pk in people[task.pk].doers():
            title = _("Ask those consulted on “%(task)s”") % {"task": task.title}
            yield _task_duty(task, DutyAct.DECIDE, title, _("It has begun, and the matrix names a C"), _("Ask"))


def _promises_duty(project_id: int, name: str, count: int, why: str, which: str) -> Duty:
    title = ngettext(
        "Confirm a dependency between departments", "Confirm %(count)s dependencies between departments", count
    )
    return Duty(
        act=DutyAct.CONFIRM,
        title=title % {"count": count},
        project_id=project_id,
        project_name=name,
        why=why,
        link=f"{reverse('planning:promises', args=[project_id])}?show={which}",
        button=_("Read"),
    )


def _to_confirm(actor: Actor) -> Iterable[Duty]:
    """Dependencies that wait for the actor as contact person, one line a project; to a lead what was objected to."""
    rows = queries.promises_to_confirm(actor).filter(project__phase__in=OPEN_PHASES)
    for row in _counted(rows):
        yield _promises_duty(*row, _("You are the contact person of a department in them"), "todo")
    objected = Promise.objects.filter(
        state=PromiseState.OBJECTED, project__lead_id=actor.pk, project__phase__in=OPEN_PHASES
    )
    for project_id, name, count in _counted(objected):
        title = ngettext(
            "Settle a dependency that was objected to", "Settle %(count)s dependencies that were objected to", count
        )
        yield Duty(
            act=DutyAct.DECIDE,
            title=title % {"count": count},
            project_id=project_id,
            project_name=name,
            why=_("You lead the project"),
            link=f"{reverse('planning:promises', args=[project_id])}?show=objected",
            button=_("Read"),
        )


def _confirmations_awaited(actor: Actor) -> Iterable[Duty]:
    rows = Promise.objects.filter(
        state=PromiseState.WAITING, due__isnull=False, project__lead_id=actor.pk, project__phase__in=OPEN_PHASES
    )
    for row in _counted(rows):
        yield _promises_duty(*row, _("the contact persons of the departments"), "waiting")


def _counted(rows: QuerySet[Promise]) -> Iterable[tuple[int, str, int]]:
    found = rows.order_by().values("project_id", name=F("project__name")).annotate(count=Count("pk"))
    return [(row["project_id"], row["name"], row["count"]) for row in found.order_by("project_id")]
