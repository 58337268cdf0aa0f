"""The work on a task: R reports, A accepts, C answers; the card on the task's page and what its buttons do."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.errors import InvalidInput
from tongzhou.core.pages import Who, actor_of, page, paged
from tongzhou.documents.hostile import FileRefused
from tongzhou.projects.pages.reaching import project_for

from .. import queries, services, work_policies
from ..models import DoneReport, Opinion, Question, Task
from ..task_people import people_of
from ..work_forms import DoneForm, OpinionForm, ProgressForm, QuestionForm, ReasonedForm, VersionForm
from ..work_states import BLOCK, CANCEL_TASK, REOPEN_TASK, REPORT_DONE, START, UNBLOCK, TaskStatus
from .reaching import task_in

MOST_FILES = 10


@page(Who.PERSON, "POST")
def start(request: HttpRequest, pk: int, task_id: int) -> HttpResponse:
    """The work begins."""
    task = task_in(request, project_for(request, pk), task_id)
    services.start_task(task.pk, version=_checked(VersionForm(request.POST))["version"], by=actor_of(request))
    messages.success(request, _("Begun. Say how far it is whenever something has moved."))
    return _back(task)


@page(Who.PERSON, "POST")
def progress(request: HttpRequest, pk: int, task_id: int) -> HttpResponse:
    """How far it is."""
    task = task_in(request, project_for(request, pk), task_id)
    facts = _checked(ProgressForm(request.POST))
    services.report_progress(
        task.pk, facts["percent"], note=facts["note"], version=facts["version"], by=actor_of(request)
    )
    messages.success(request, _("Noted: %(percent)s %%.") % {"percent": facts["percent"]})
    return _back(task)


@page(Who.PERSON, "POST")
def block(request: HttpRequest, pk: int, task_id: int) -> HttpResponse:
    """It cannot go on, and why."""
    task = task_in(request, project_for(request, pk), task_id)
    facts = _checked(ReasonedForm(request.POST))
    services.block_task(task.pk, facts["reason"], version=facts["version"], by=actor_of(request))
    messages.success(request, _("The project lead and who approves the task have been told."))
    return _back(task)


@page(Who.PERSON, "POST")
def unblock(request: HttpRequest, pk: int, task_id: int) -> HttpResponse:
    """It goes on."""
    task = task_in(request, project_for(request, pk), task_id)
    services.unblock_task(task.pk, version=_checked(VersionForm(request.POST))["version"], by=actor_of(request))
    messages.success(request, _("The work goes on."))
    return _back(task)


@page(Who.PERSON, "POST")
def done(request: HttpRequest, pk: int, task_id: int) -> HttpResponse:
    """R says it is done and shows it."""
    task = task_in(request, project_for(request, pk), task_id)
    facts = _checked(DoneForm(request.POST))
    uploads = [(upload.name or "", _bytes(upload)) for upload in request.FILES.getlist("files")[:MOST_FILES]]
    try:
        services.report_done(
            task.pk,
            evidence=facts["evidence"],
            link=facts["link"],
            files=uploads,
            finished_on=facts["finished_on"],
            version=facts["version"],
            by=actor_of(request),
        )
    except FileRefused as refusal:
        raise InvalidInput({"files": refusal.message}) from None
    messages.success(request, _("Reported done. It counts as done once it is accepted."))
    return _back(task)


@page(Who.PERSON, "POST")
def take_back(request: HttpRequest, pk: int, report_id: int) -> HttpResponse:
    """It is not done after all."""
    report = _report_in(request, pk, report_id)
    services.take_report_back(report.pk, by=actor_of(request))
    messages.success(request, _("The report is taken back."))
    return _back(report.task)


@page(Who.PERSON, "POST")
def accept(request: HttpRequest, pk: int, report_id: int) -> HttpResponse:
    """A accepts what was shown."""
    report = _report_in(request, pk, report_id)
    services.accept_done(report.pk, by=actor_of(request))
    messages.success(request, _("Accepted: the task is done."))
    return _back(report.task)


@page(Who.PERSON, "POST")
def send_back(request: HttpRequest, pk: int, report_id: int) -> HttpResponse:
    """A sends it back, with what is missing."""
    report = _report_in(request, pk, report_id)
    services.return_done(report.pk, _checked(ReasonedForm(request.POST))["reason"], by=actor_of(request))
    messages.success(request, _("Sent back; who reported it reads the reason."))
    return _back(report.task)


@page(Who.PERSON, "POST")
def cancel(request: HttpRequest, pk: int, task_id: int) -> HttpResponse:
    """The lead waives the task."""
    task = task_in(request, project_for(request, pk), task_id)
    facts = _checked(ReasonedForm(request.POST))
    services.cancel_task(task.pk, facts["reason"], version=facts["version"], by=actor_of(request))
    messages.success(request, _("Waived, with its reason."))
    return _back(task)


@page(Who.PERSON, "POST")
def reopen(request: HttpRequest, pk: int, task_id: int) -> HttpResponse:
    """The lead opens it again."""
    task = task_in(request, project_for(request, pk), task_id)
    facts = _checked(ReasonedForm(request.POST))
    services.reopen_task(task.pk, facts["reason"], version=facts["version"], by=actor_of(request))
    messages.success(request, _("Open again."))
    return _back(task)


@page(Who.PERSON, "POST")
def ask(request: HttpRequest, pk: int, task_id: int) -> HttpResponse:
    """Those consulted are asked."""
    task = task_in(request, project_for(request, pk), task_id)
    facts = _checked(QuestionForm(request.POST))
    services.ask_question(task.pk, facts["text"], due_on=facts["due_on"], by=actor_of(request))
    messages.success(request, _("Asked. The answers appear here."))
    return _back(task, "#questions")


@page(Who.PERSON, "POST")
def answer_question(request: HttpRequest, pk: int, opinion_id: int) -> HttpResponse:
    """One of those consulted answers."""
    project = project_for(request, pk)
    rows = queries.opinions_for(actor_of(request)).filter(question__project=project)
    opinion: Opinion = reach(rows, opinion_id)
    services.answer_question(opinion.pk, _checked(OpinionForm(request.POST))["text"], by=actor_of(request))
    messages.success(request, _("Thank you. Who asked has been told."))
    return _back(opinion.question.task, f"#question-{opinion.question_id}")


@page(Who.PERSON, "POST")
def close_question(request: HttpRequest, pk: int, question_id: int) -> HttpResponse:
    """Nobody is waited for any more."""
    project = project_for(request, pk)
    question: Question = reach(queries.questions_for(actor_of(request)).filter(project=project), question_id)
    services.close_question(question.pk, by=actor_of(request))
    messages.success(request, _("The question is closed."))
    return _back(question.task, "#questions")


@page(Who.PERSON)
def informed(request: HttpRequest) -> HttpResponse:
    """What changed on the tasks one is informed of, newest first."""

    text = request.GET.get("project", "")
    wanted = int(text) if text.isdecimal() and len(text) < 19 else None
    actor = actor_of(request)
    tasks = queries.informed_tasks(actor)
    projects = {task.project_id: task.project for task in tasks.values()}
    context = {
        "shown": paged(request, queries.changes_for(actor, wanted)),
        "projects": sorted(projects.values(), key=lambda row: row.name),
        "wanted": wanted if wanted in projects else None,
        "task_count": len(tasks),
    }
    return render(request, "planning/informed.html", context)


def work_of(actor: Actor, task: Task) -> dict[str, Any]:
    """The context of the work's card on the page of a task: where it stands, and what this person may do now."""
    if task.is_summary:
        return {}
    people = people_of(task)
    reports = queries.reports_on(task)
    waiting = next((card.report for card in reports if card.report.state == "waiting"), None)
    if waiting is not None:
        waiting.task = task
    works = work_policies.can_work(actor, task, people)
    stops = work_policies.can_stop_task(actor, task)
    names = queries.approver_names(people, waiting.reported_by_id if waiting else None)
    questions = queries.questions_on(task)
    asks = work_policies.can_ask_question(actor, task, people) and bool(people.consulted())
    for question in questions:
        question.task = task
        for opinion in question.opinions.all():
            opinion.question = question
            opinion.is_mine = work_policies.can_answer(actor, opinion, people)  # type: ignore[attr-defined]
        question.may_close = work_policies.can_close_question(actor, question)  # type: ignore[attr-defined]
    return {
        "work_is_open": work_policies.work_is_open(task.project),
        "is_reporter": work_policies.may_report(actor, task, people),
        "reports": reports,
        "waiting_report": waiting,
        "approvers": names,
        "may_start": works and START.possible(task, "status"),
        "may_block": works and BLOCK.possible(task, "status"),
        "may_unblock": works and UNBLOCK.possible(task, "status"),
        "may_report_done": works and REPORT_DONE.possible(task, "status"),
        "may_accept": waiting is not None and work_policies.can_accept(actor, waiting, people),
        "may_take_back": waiting is not None and work_policies.can_take_report_back(actor, waiting),
        "may_cancel": stops and CANCEL_TASK.possible(task, "status"),
        "may_reopen": stops and REOPEN_TASK.possible(task, "status"),
        "progress_form": ProgressForm(initial={"percent": task.percent, "version": task.version}),
        "done_form": DoneForm(initial={"version": task.version, "finished_on": clock.today()}),
        "questions": questions,
        "question_form": QuestionForm(initial=_offered(task)) if asks else None,
        "offer_question": asks and not questions and task.status == TaskStatus.IN_PROGRESS,
        "is_late": _is_late(task),
        "is_informed": actor.pk in people.informed(),
        "largest_upload": settings.LARGEST_UPLOAD_BYTES,
    }


def _offered(task: Task) -> dict[str, Any]:
    """A question ready to be sent: what most ask first."""
    due = services.default_due()
    text = _(
        "Please tell us your opinion on “%(task)s” before %(due)s: what has to be considered, what must not be missed?"
    )
    return {"text": text % {"task": task.title, "due": date_format(due, "m-d")}, "due_on": due}


def _is_late(task: Task) -> bool:
    """Past its planned finish and not done: computed, never typed."""
    open_still = task.status not in {TaskStatus.DONE, TaskStatus.CANCELLED}
    return open_still and task.finish is not None and task.finish < clock.today()


def _report_in(request: HttpRequest, pk: int, report_id: int) -> DoneReport:
    project = project_for(request, pk)
    return reach(queries.done_reports_for(actor_of(request)).filter(project=project), report_id)


def _checked(form: BaseForm) -> dict[str, Any]:
    if not form.is_valid():
        raise InvalidInput({name: [str(text) for text in texts] for name, texts in form.errors.items()})
    return dict(form.cleaned_data)


def _bytes(upload: UploadedFile[bytes]) -> bytes:
    """At most one byte more than is allowed, so that what is too large is refused without being read whole."""
    return bytes(upload.read(settings.LARGEST_UPLOAD_BYTES + 1))


def _back(task: Task, where: str = "#work") -> HttpResponse:
    return redirect(reverse("planning:task", args=[task.project_id, task.pk]) + where)
