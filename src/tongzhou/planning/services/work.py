"""R says what is going on and that it is done, with evidence; A accepts it or sends it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import Conflict, InvalidInput, TransitionNotAllowed, require
from tongzhou.core.events import record
from tongzhou.core.transitions import Transition, move
from tongzhou.core.versions import save_version
from tongzhou.documents.services import attach_file
from tongzhou.projects.models import Project
from tongzhou.projects.policies import can_run

from .. import queries, work_policies
from ..models import DoneReport, Task
from ..task_people import people_of
from ..work_states import (
    ACCEPT_DONE,
    BLOCK,
    CANCEL_TASK,
    REOPEN_TASK,
    REPORT_DONE,
    RETURN_DONE,
    START,
    TAKE_REPORT_BACK,
    UNBLOCK,
    UNFINISHED,
    ReportState,
    TaskStatus,
)

LONGEST_REASON = 1000
LONGEST_EVIDENCE = 2000
LONGEST_LINK = 500
FIRST_DAY = date(2000, 1, 1)


@act
def start_task(task_id: int, *, by: Actor, version: int | None = None) -> Task:
    """The work begins today."""
    task = _working(task_id, by)
    _move(task, START, version, actual_start=task.actual_start or clock.today())
    record(by, "planning.work.started", task, after={"actual_start": task.actual_start})
    return task


@act
def report_progress(task_id: int, percent: int, *, by: Actor, note: str = "", version: int | None = None) -> Task:
    """Says how far the work is; the first report begins it. The last step to 100 is a report that it is done."""
    task = _working(task_id, by)
    if isinstance(percent, bool) or not isinstance(percent, int) or not 0 <= percent <= 99:
        raise InvalidInput({"percent": _("Give 0 to 99 percent; what is finished is reported done, with evidence")})
    note = _text("note", note, LONGEST_REASON)
    if task.status not in UNFINISHED:
        raise TransitionNotAllowed(state=task.status, transition="progress")
    before = {"percent": task.percent}
    values: dict[str, Any] = {"percent": percent, "actual_start": task.actual_start or clock.today()}
    if task.status == TaskStatus.NOT_STARTED:
        values["status"] = TaskStatus.IN_PROGRESS
    save_version(task, version, values)
    record(by, "planning.work.progressed", task, before=before, after={"percent": percent, "note": note})
    return task


@act
def block_task(task_id: int, reason: str, *, by: Actor, version: int | None = None) -> Task:
    """The work cannot go on, and why."""
    task = _working(task_id, by)
    reason = _text("reason", reason, LONGEST_REASON, needed=True)
    _move(task, BLOCK, version, hindrance=reason)
    record(by, "planning.work.blocked", task, after={"reason": reason})
    return task


@act
def unblock_task(task_id: int, *, by: Actor, version: int | None = None) -> Task:
    """The work goes on."""
    task = _working(task_id, by)
    _move(task, UNBLOCK, version, hindrance="", actual_start=task.actual_start or clock.today())
    record(by, "planning.work.unblocked", task)
    return task


@act
def report_done(
    task_id: int,
    *,
    by: Actor,
    evidence: str = "",
    link: str = "",
    files: Sequence[tuple[str, bytes]] = (),
    finished_on: date | None = None,
    version: int | None = None,
) -> DoneReport:
    """R says it is done and shows it: words or a figure, a link, files; at least one of them. Then it waits for A."""
    task = _working(task_id, by)
    evidence = _text("evidence", evidence, LONGEST_EVIDENCE)
    link = _checked_link(link)
    if not evidence and not link and not files:
        raise InvalidInput({"evidence": _("Show that it is done: a figure or a few words, a link, or a file")})
    day = finished_on or clock.today()
    if not FIRST_DAY <= day <= clock.today():
        raise InvalidInput({"finished_on": _("Give the day on which it was finished, today at the latest")})
    if task.actual_start is not None and day < task.actual_start:
        raise InvalidInput({"finished_on": _("It cannot be finished before it was begun")})
    _move(task, REPORT_DONE, version, actual_start=task.actual_start or day, hindrance="")
    report = DoneReport.objects.create(
        project=task.project,
        task=task,
        evidence=evidence,
        link=link,
        finished_on=day,
        reported_by_id=by.pk,
        reported_at=clock.now(),
    )
    for name, data in files:
        attach_file(task.project_id, report.slot, name, data, by=by)
    facts = {"finished_on": day, "evidence": evidence, "link": link, "files": [name for name, _data in files]}
    record(by, "planning.work.reported", task, after=facts, data={"report": report.pk})
    return report


@act
def take_report_back(report_id: int, *, by: Actor) -> DoneReport:
    """Who reported it done says that it is not, before anybody has decided."""
    report = _report(report_id, by)
    require(by.person_id == report.reported_by_id, _("Only who reported it takes it back"))
    _decide(report, ReportState.TAKEN_BACK, by)
    _move(report.task, TAKE_REPORT_BACK)
    record(by, "planning.work.taken_back", report.task, data={"report": report.pk})
    return report


@act
def accept_done(report_id: int, *, by: Actor) -> DoneReport:
    """A accepts what was shown: only now is the task done, on the day that was reported."""
    report = _judged(report_id, by)
    _decide(report, ReportState.ACCEPTED, by)
    _move(report.task, ACCEPT_DONE, percent=100, actual_finish=report.finished_on)
    facts = {"finished_on": report.finished_on}
    data = {"report": report.pk}
    record(by, "planning.work.accepted", report.task, after=facts, data=data, on_behalf_of=report.on_behalf_of)
    return report


@act
def return_done(report_id: int, reason: str, *, by: Actor) -> DoneReport:
    """A sends it back and says what is missing."""
    report = _judged(report_id, by)
    report.reason = _text("reason", reason, LONGEST_REASON, needed=True)
    _decide(report, ReportState.RETURNED, by)
    _move(report.task, RETURN_DONE)
    facts = {"reason": report.reason}
    data = {"report": report.pk}
    record(by, "planning.work.returned", report.task, after=facts, data=data, on_behalf_of=report.on_behalf_of)
    return report


@act
def cancel_task(task_id: int, reason: str, *, by: Actor, version: int | None = None) -> Task:
    """The lead waives a task: it is not done, and everybody reads why."""
    task = _stopped(task_id, by)
    reason = _text("reason", reason, LONGEST_REASON, needed=True)
    _move(task, CANCEL_TASK, version, hindrance=reason)
    record(by, "planning.work.cancelled", task, after={"reason": reason})
    return task


@act
def reopen_task(task_id: int, reason: str, *, by: Actor, version: int | None = None) -> Task:
    """The lead opens a task that was done or waived: there is still something to do."""
    task = _stopped(task_id, by)
    reason = _text("reason", reason, LONGEST_REASON, needed=True)
    values = {"percent": min(task.percent, 99), "actual_finish": None, "hindrance": ""}
    _move(task, REOPEN_TASK, version, actual_start=task.actual_start or clock.today(), **values)
    record(by, "planning.work.reopened", task, after={"reason": reason})
    return task


def _locked(task_id: int, by: Actor) -> Task:
    found = reach(queries.tasks_for(by), task_id)
    # The same lock under which the plan is changed; whoever waited reads again.
    Project.objects.select_for_update(of=("self",)).get(pk=found.project_id)
    return reach(queries.tasks_for(by), task_id)


def _require_open(project: Project) -> None:
    if not work_policies.work_is_open(project):
        raise Conflict(_("Work is reported while the project is executed: gate 2 comes first"))


def _working(task_id: int, by: Actor) -> Task:
    task = _locked(task_id, by)
    if task.is_summary:
        raise InvalidInput({"task": _("A summary follows the tasks below it")})
    require(work_policies.may_report(by, task), _("Only who is responsible (R) for the task reports on it"))
    _require_open(task.project)
    return task


def _stopped(task_id: int, by: Actor) -> Task:
    task = _locked(task_id, by)
    if task.is_summary:
        raise InvalidInput({"task": _("A summary follows the tasks below it")})
    require(can_run(by, task.project))
    _require_open(task.project)
    return task


def _report(report_id: int, by: Actor) -> DoneReport:
    found = reach(queries.done_reports_for(by), report_id)
    Project.objects.select_for_update(of=("self",)).get(pk=found.project_id)
    report = reach(queries.done_reports_for(by), report_id)
    _require_open(report.task.project)
    return report


def _judged(report_id: int, by: Actor) -> DoneReport:
    report = _report(report_id, by)
    people = people_of(report.task)
    require(
        work_policies.may_accept(by, report, people),
        _("Only who approves the task (A) decides, and nobody on their own report"),
    )
    if by.person_id not in people.approvers(report.reported_by_id):
        stand_in = work_policies.accepts_for(by, report.reported_by_id, people)
        report.on_behalf_of = stand_in.head_name if stand_in else ""
    return report


def _decide(report: DoneReport, state: str, by: Actor) -> None:
    if report.state != ReportState.WAITING:
        raise TransitionNotAllowed(_("This report is decided already"))
    report.state, report.decided_by_id, report.decided_at = state, by.pk, clock.now()
    report.save(update_fields=["state", "decided_by", "decided_at", "on_behalf_of", "reason"])


def _move(task: Task, transition: Transition, version: int | None = None, **values: Any) -> None:
    """The move and what belongs to it; a stale version gets both versions."""
    if version is not None:
        save_version(task, version, values)
        move(task, transition, "status")
    else:
        move(task, transition, "status")
        save_version(task, None, values)


def _text(name: str, text: str, longest: int, *, needed: bool = False) -> str:
    text = text.strip()
    if needed and not text:
        raise InvalidInput({name: _("Please give the reason")})
    if len(text) > longest:
        raise InvalidInput({name: _("At most %(count)s characters") % {"count": longest}})
    return text


def _checked_link(link: str) -> str:
    link = _text("link", link, LONGEST_LINK)
    try:
        parts = urlsplit(link)
    except ValueError:
        raise InvalidInput({"link": _("Give an address that begins with https:// or http://")}) from None
    if link and (parts.scheme not in {"http", "https"} or not parts.netloc):
        raise InvalidInput({"link": _("Give an address that begins with https:// or http://")})
    return link
