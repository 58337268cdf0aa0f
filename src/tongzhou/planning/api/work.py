"""Work on tasks: begun, how far, blocked, reported done with evidence, accepted or sent back; what those informed read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from django.conf import settings
from django.http import HttpRequest
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from tongzhou.core.access import reach
from tongzhou.core.api import Text, idempotent
from tongzhou.core.pages import actor_of
from tongzhou.projects.api.reaching import Key, PageNumber, PersonRef, Version, person_ref, project_of

from .. import queries, services
from ..models import DoneReport, Task
from ..task_people import people_of
from ..work_states import ReportState, TaskStatus

router = Router()
TASK = "/projects/{project_id}/plan/tasks/{task_id}"
REPORT = "/projects/{project_id}/plan/reports/{report_id}"
PAGE = 100


class EvidenceFileOut(Schema):
    """A file that shows it."""

    id: int
    name: str
    size: int


class DoneReportOut(Schema):
    """What was reported done, and what was said to it."""

    id: int
    task_id: int
    state: ReportState
    evidence: str
    link: str
    files: list[EvidenceFileOut]
    finished_on: date
    reported_by: PersonRef | None
    reported_at: datetime
    decided_by: PersonRef | None
    decided_at: datetime | None
    on_behalf_of: str
    reason: str


class WorkOut(Schema):
    """How far a task is. ``may_accept``: who may accept what is or would be reported."""

    task_id: int
    version: int
    status: TaskStatus
    percent: int
    actual_start: date | None
    actual_finish: date | None
    hindrance: str
    approvers: list[str]
    reports: list[DoneReportOut]


class WorkVersionIn(Schema):
    """The version somebody had in front of their eyes; left out, the newest."""

    version: Version | None = None


class ProgressIn(WorkVersionIn):
    """How far the work is."""

    percent: Annotated[int, Field(ge=0, le=99)]
    note: Text = ""


class WorkReasonIn(WorkVersionIn):
    """Why it is blocked, waived or opened again."""

    reason: Text


class DoneIn(Schema):
    """By what everybody sees that it is done; at least one of words, link and files."""

    evidence: Text = ""
    link: Text = ""
    finished_on: date | None = None
    version: Version | None = None


class ReturnIn(Schema):
    """What is missing."""

    reason: Text


class ChangeTaskOut(Schema):
    """A task a change is about."""

    id: int
    title: str


class InformedChangeOut(Schema):
    """One change on tasks the caller is informed of."""

    at: datetime
    who: str
    text: str
    note: str
    project_id: int
    tasks: list[ChangeTaskOut]


class InformedOut(Schema):
    """One page of changes, newest first."""

    count: int
    page: int
    items: list[InformedChangeOut]


def _work(request: HttpRequest, task_id: int) -> WorkOut:
    task = reach(queries.tasks_for(actor_of(request)), task_id)
    cards = queries.reports_on(task)
    waiting = next((card.report for card in cards if card.report.state == ReportState.WAITING), None)
    return WorkOut(
        task_id=task.pk,
        version=task.version,
        status=TaskStatus(task.status),
        percent=task.percent,
        actual_start=task.actual_start,
        actual_finish=task.actual_finish,
        hindrance=task.hindrance,
        approvers=queries.approver_names(people_of(task), waiting.reported_by_id if waiting else None),
        reports=[_report(card) for card in cards],
    )


def _report(card: queries.ReportCard) -> DoneReportOut:
    report = card.report
    return DoneReportOut(
        id=report.pk,
        task_id=report.task_id,
        state=ReportState(report.state),
        evidence=report.evidence,
        link=report.link,
        files=[EvidenceFileOut(id=file.pk, name=file.name, size=file.size) for file in card.files],
        finished_on=report.finished_on,
        reported_by=person_ref(report.reported_by),
        reported_at=report.reported_at,
        decided_by=person_ref(report.decided_by),
        decided_at=report.decided_at,
        on_behalf_of=report.on_behalf_of,
        reason=report.reason,
    )


def task_key(request: HttpRequest, project_id: int, task_id: int) -> int:
    """The task through its project."""
    project = project_of(request, project_id)
    found: Task = reach(queries.tasks_for(actor_of(request)).filter(project=project), task_id)
    return found.pk


def _report_key(request: HttpRequest, project_id: int, report_id: int) -> DoneReport:
    project = project_of(request, project_id)
    return reach(queries.done_reports_for(actor_of(request)).filter(project=project), report_id)


@router.get(f"{TASK}/work", response=WorkOut)
def work(request: HttpRequest, project_id: int, task_id: int) -> WorkOut:
    """How far a task is, and what was reported done."""
    return _work(request, task_key(request, project_id, task_id))


@router.post(f"{TASK}/work/start", response=WorkOut)
@idempotent
def start_work(request: HttpRequest, project_id: int, task_id: int, payload: WorkVersionIn) -> WorkOut:
    """The work begins."""
    key = task_key(request, project_id, task_id)
    services.start_task(key, version=payload.version, by=actor_of(request))
    return _work(request, key)


@router.post(f"{TASK}/work/progress", response=WorkOut)
@idempotent
def note_progress(request: HttpRequest, project_id: int, task_id: int, payload: ProgressIn) -> WorkOut:
    """How far it is."""
    key = task_key(request, project_id, task_id)
    services.report_progress(key, payload.percent, note=payload.note, version=payload.version, by=actor_of(request))
    return _work(request, key)


@router.post(f"{TASK}/work/block", response=WorkOut)
@idempotent
def block_work(request: HttpRequest, project_id: int, task_id: int, payload: WorkReasonIn) -> WorkOut:
    """It cannot go on."""
    key = task_key(request, project_id, task_id)
    services.block_task(key, payload.reason, version=payload.version, by=actor_of(request))
    return _work(request, key)


@router.post(f"{TASK}/work/unblock", response=WorkOut)
@idempotent
def unblock_work(request: HttpRequest, project_id: int, task_id: int, payload: WorkVersionIn) -> WorkOut:
    """It goes on."""
    key = task_key(request, project_id, task_id)
    services.unblock_task(key, version=payload.version, by=actor_of(request))
    return _work(request, key)


@router.post(f"{TASK}/work/done", response={201: WorkOut})
@idempotent
def report_work_done(
    request: HttpRequest,
    project_id: int,
    task_id: int,
    payload: Form[DoneIn],
    files: list[UploadedFile] = File([]),  # type: ignore[type-arg]  # noqa: B008
) -> tuple[int, WorkOut]:
    """R says it is done and shows it (multipart form: ``evidence``, ``link``, ``finished_on``, ``files``)."""
    key = task_key(request, project_id, task_id)
    uploads = [(file.name or "", bytes(file.read(settings.LARGEST_UPLOAD_BYTES + 1))) for file in files[:10]]
    services.report_done(
        key,
        evidence=payload.evidence,
        link=payload.link,
        files=uploads,
        finished_on=payload.finished_on,
        version=payload.version,
        by=actor_of(request),
    )
    return 201, _work(request, key)


@router.post(f"{TASK}/work/cancel", response=WorkOut)
@idempotent
def cancel_work(request: HttpRequest, project_id: int, task_id: int, payload: WorkReasonIn) -> WorkOut:
    """The lead waives the task."""
    key = task_key(request, project_id, task_id)
    services.cancel_task(key, payload.reason, version=payload.version, by=actor_of(request))
    return _work(request, key)


@router.post(f"{TASK}/work/reopen", response=WorkOut)
@idempotent
def reopen_work(request: HttpRequest, project_id: int, task_id: int, payload: WorkReasonIn) -> WorkOut:
    """The lead opens it again."""
    key = task_key(request, project_id, task_id)
    services.reopen_task(key, payload.reason, version=payload.version, by=actor_of(request))
    return _work(request, key)


@router.post(f"{REPORT}/take-back", response=WorkOut)
@idempotent
def take_report_back(request: HttpRequest, project_id: int, report_id: int) -> WorkOut:
    """It is not done after all."""
    report = _report_key(request, project_id, report_id)
    services.take_report_back(report.pk, by=actor_of(request))
    return _work(request, report.task_id)


@router.post(f"{REPORT}/accept", response=WorkOut)
@idempotent
def accept_report(request: HttpRequest, project_id: int, report_id: int) -> WorkOut:
    """A accepts it; of two at once one gets 409."""
    report = _report_key(request, project_id, report_id)
    services.accept_done(report.pk, by=actor_of(request))
    return _work(request, report.task_id)


@router.post(f"{REPORT}/return", response=WorkOut)
@idempotent
def return_report(request: HttpRequest, project_id: int, report_id: int, payload: ReturnIn) -> WorkOut:
    """A sends it back."""
    report = _report_key(request, project_id, report_id)
    services.return_done(report.pk, payload.reason, by=actor_of(request))
    return _work(request, report.task_id)


@router.get("/informed", response=InformedOut)
def informed(request: HttpRequest, project_id: Key | None = None, page: PageNumber = 1) -> InformedOut:
    """What changed in the last thirty days on tasks the caller is informed of."""
    changes = queries.changes_for(actor_of(request), project_id)
    shown = changes[(page - 1) * PAGE : page * PAGE]
    return InformedOut(
        count=len(changes),
        page=page,
        items=[
            InformedChangeOut(
                at=change.at,
                who=change.who,
                text=change.text,
                note=change.note,
                project_id=change.project.pk,
                tasks=[ChangeTaskOut(id=pk, title=title) for pk, title in change.tasks],
            )
            for change in shown
        ],
    )
