"""《周进展表》: a department writes, hands in and takes back its report; the meeting takes it up and locks it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor, system
from tongzhou.core.acts import act
from tongzhou.core.errors import Conflict, InvalidInput, StaleWrite, TransitionNotAllowed, Words, require
from tongzhou.core.events import record
from tongzhou.core.time_words import exactly
from tongzhou.core.transitions import move
from tongzhou.core.versions import save_version
from tongzhou.meetings.models import Meeting
from tongzhou.meetings.queries import candidates
from tongzhou.meetings.services import add_agenda_item, plan_meeting
from tongzhou.meetings.states import MeetingKind, MeetingState
from tongzhou.messaging.services import notify
from tongzhou.people.models.deputies import Scope
from tongzhou.planning.models import CommunicationLine
from tongzhou.planning.states import CommunicationKind
from tongzhou.projects.models import Party, Project
from tongzhou.projects.queries import projects_for

from .. import policies
from ..models import WeeklyReport
from ..models.weekly import LONGEST_PART
from ..queries.lateness import danger_in, tasks_of_department
from ..queries.rhythm import Week, executing_since, week_gone, week_of, weekly_rules
from ..queries.weekly import (
    agenda_points,
    earned_value,
    missing_reports,
    week_cards,
    weekly_draft,
    weekly_meeting,
)
from ..states import LOCK_WEEKLY, SUBMIT_WEEKLY, TAKE_WEEKLY_BACK, OverallStatus, WeeklyState
from .places import report_link, week_link
from .waiting import report_is_in, wait_for_reports

TEXTS = ("done", "not_done", "next_week", "issues", "support_needed", "milestones")
FIELDS = ("overall_status", "progress", *TEXTS, "staff", "effort_hours")
MEETING_LASTS = timedelta(hours=1)
WEEKS_AHEAD = timedelta(days=14)


@act
def begin_report(project_id: int, department_id: int, ends_on: date, *, by: Actor) -> WeeklyReport:
    """The report of a department for the week, prefilled from the plan; a second call finds it begun."""
    project, _party = _reached(project_id, department_id, by)
    found = WeeklyReport.objects.filter(project=project, department_id=department_id, ends_on=ends_on).first()
    if found is not None:
        return found
    week = _week(project, ends_on)
    try:
        with transaction.atomic():
            report = WeeklyReport.objects.create(
                project=project,
                department_id=department_id,
                starts_on=week.starts_on,
                ends_on=week.ends_on,
                reporter_id=by.pk,
                created_at=clock.now(),
                **weekly_draft(project, department_id, week),
            )
    except IntegrityError:
        raise Conflict(_("Somebody of your department has begun it at this very moment")) from None
    record(by, "execution.weekly.begun", report, after={"ends_on": ends_on})
    return report


@act
def save_report(report_id: int, version: int | None, values: Mapping[str, Any], *, by: Actor) -> WeeklyReport:
    """Writes a draft; a stale version gets both versions."""
    report, _party = _writable(report_id, by)
    checked = _checked(report, values)
    tasks = tasks_of_department(report.project, report.department_id)
    until = min(report.ends_on, max(clock.today(), report.starts_on))
    before = save_version(
        report, version, {**checked, **earned_value(report.project, report.department_id, tasks, until)}
    )
    told = {name: value for name, value in before.items() if name in checked}
    if told:
        record(by, "execution.weekly.written", report, before=told, after={name: checked[name] for name in told})
    return report


@act
def submit_report(
    report_id: int, version: int | None, values: Mapping[str, Any] | None = None, *, by: Actor
) -> WeeklyReport:
    """Hands the report in. What the form requires must be there; after the deadline it says that it is late."""
    report, party = _writable(report_id, by)
    if values is not None:
        report = save_report(report_id, version, values, by=by)
    elif version is not None and report.version != version:
        raise StaleWrite(report, {}, {name: getattr(report, name) for name in FIELDS}, report.version)
    problems: dict[str, Words | list[Words]] = {}
    for name in ("done", "next_week"):
        if not getattr(report, name).strip():
            problems[name] = _("The form asks for it; write “none” if there is none")
    late = [row for row in danger_in(report.project, clock.today()) if row.is_late]
    if not report.not_done.strip() and any(row.task.department_id == report.department_id for row in late):
        problems["not_done"] = _("Work of yours is late: say what was not done, and why")
    if problems:
        raise InvalidInput(problems)
    move(report, SUBMIT_WEEKLY)
    moment = clock.now()
    week = _week(report.project, report.ends_on)
    save_version(
        report,
        None,
        {
            "submitted_by_id": by.pk,
            "submitted_at": moment,
            "on_behalf_of": _for_whom(by, party),
            "is_late": moment > week.due_at,
        },
    )
    record(
        by,
        "execution.weekly.submitted",
        report,
        after={"ends_on": report.ends_on, "status": report.overall_status, "progress": report.progress},
        data={"late": report.is_late},
        on_behalf_of=report.on_behalf_of,
    )
    report_is_in(report, party, by=by)
    return report


@act
def take_report_back(report_id: int, *, by: Actor) -> WeeklyReport:
    """Before the meeting the department may write it again."""
    report = _report(report_id, by)
    move(report, TAKE_WEEKLY_BACK)
    save_version(report, None, {"submitted_at": None, "is_late": False})
    record(by, "execution.weekly.taken_back", report)
    return report


@act
def call_weekly_meeting(project_id: int, ends_on: date, *, by: Actor) -> Meeting:
    """Calls the weekly meeting with the agenda that the reports and open points make; where it is called, adds to it."""
    project = reach(projects_for(by), project_id, lock=True)
    require(policies.can_call_weekly(by, project))
    week = _week(project, ends_on)
    points = agenda_points(project, week_cards(project, week), danger_in(project, clock.today()))
    meeting = weekly_meeting(project, week)
    if meeting is None:
        line = CommunicationLine.objects.filter(project=project, kind=CommunicationKind.WEEKLY).first()
        people = [row.person.pk for row in candidates(project, MeetingKind.WEEKLY) if row.is_proposed]
        title = _("%(project)s: weekly sync %(day)s") % {"project": project.name[:110], "day": f"{ends_on:%m-%d}"}
        return plan_meeting(
            project.pk,
            MeetingKind.WEEKLY,
            {
                "title": title,
                "starts_at": week.meets_at,
                "ends_at": week.meets_at + MEETING_LASTS,
                "location": line.place if line else "",
                "chair_id": project.lead_id,
                "recorder_id": project.lead_id,
            },
            by=by,
            attendee_ids=people,
            agenda=points,
        )
    if meeting.state not in {MeetingState.PLANNED, MeetingState.RUNNING}:
        raise TransitionNotAllowed(_("The meeting of this week is over"))
    there = set(meeting.agenda.values_list("topic", flat=True))
    for point in points:
        if point not in there:
            add_agenda_item(meeting.pk, {"topic": point}, by=by)
    return meeting


@act
def lock_reports(meeting: Meeting) -> int:
    """The weekly meeting is over: what was handed in for it stays as it was taken up."""
    local = meeting.starts_at.astimezone(clock.company_zone()).date()
    rows = WeeklyReport.objects.select_for_update(of=("self",)).filter(
        project=meeting.project_id,
        state=WeeklyState.SUBMITTED,
        starts_on__lte=local,
        ends_on__lte=local + timedelta(days=6),
    )
    locked = list(rows)
    for report in locked:
        move(report, LOCK_WEEKLY)
        save_version(report, None, {"locked_at": clock.now()})
        record(system("execution"), "execution.weekly.locked", report, data={"meeting": meeting.pk})
    return len(locked)


@act
def ask_for_reports(project: Project, week: Week) -> int:
    """Each department that has not handed in its report is asked for it."""
    return _tell_missing(
        project, week, "asked", gettext_lazy("Weekly report of %(project)s, due %(due)s"),
        gettext_lazy("It is prepared from the tasks of %(department)s: look it through, complete it, hand it in."),
    )  # fmt: skip


@act
def reports_fell_due(project: Project, week: Week) -> list[str]:
    """The time is over: the lead learns whose report is missing, its head is told. Returns their names."""
    voices = missing_reports(project, week)
    missing = [voice.department.name for voice in voices]
    wait_for_reports(project, week, [voice.department.pk for voice in voices], by=system("clock"))
    notify(
        [project.lead_id],
        key=f"execution.weekly_due:{project.pk}:{week.ends_on.isoformat()}",
        title=gettext_lazy("Weekly reports of %(project)s: %(count)s missing")
        if missing
        else gettext_lazy("Weekly reports of %(project)s are complete"),
        body=gettext_lazy("Missing: %(missing)s. Make the agenda of the weekly meeting from what is there.")
        if missing
        else gettext_lazy("Make the agenda of the weekly meeting from them."),
        values={"project": project.name, "count": len(missing), "missing": "、".join(missing)},
        link=week_link(project, week.ends_on),
        project_id=project.pk,
    )
    record(system("clock"), "execution.weekly.fell_due", project, data={"missing": missing, "ends_on": week.ends_on})
    return missing


def _tell_missing(project: Project, week: Week, what: str, title: Words, body: Words) -> int:
    told = 0
    for voice in missing_reports(project, week):
        told += notify(
            [voice.asked_id],
            key=f"execution.weekly_{what}:{project.pk}:{voice.department.pk}:{week.ends_on.isoformat()}",
            title=title,
            body=body,
            values={"project": project.name, "department": voice.department.name, "due": exactly(week.due_at)},
            link=report_link(project, week.ends_on, voice.department.pk),
            project_id=project.pk,
        )
    return told


def _week(project: Project, ends_on: date) -> Week:
    """The week that ends on the day; refused when no week of the project does, or it lies far off."""
    if not executing_since(project) <= ends_on <= clock.today() + WEEKS_AHEAD:
        raise InvalidInput({"ends_on": _("There is no report for this week")})
    week = week_of(weekly_rules(project.pk), ends_on)
    if week.ends_on == ends_on:
        return week
    known = WeeklyReport.objects.filter(project=project, ends_on=ends_on).first()
    if known is None:
        raise InvalidInput({"ends_on": _("There is no report for this week")})
    return week_gone(known.starts_on, ends_on)


def _reached(project_id: int, department_id: int, by: Actor) -> tuple[Project, Party]:
    project = reach(projects_for(by), project_id, lock=True)
    rows = Party.objects.filter(project=project, left_at__isnull=True).select_related("department")
    party = rows.filter(department_id=department_id).first()
    if party is None:
        raise InvalidInput({"department": _("This department does not take part in the project")})
    require(
        policies.speaks_for(by, department_id, party.contact_id),
        _("The contact person, the head or the head's deputy reports for the department"),
    )
    if not policies.work_is_reported(project):
        raise Conflict(_("Reports are written while the project is executed"))
    return project, party


def _report(report_id: int, by: Actor) -> WeeklyReport:
    found = reach(WeeklyReport.objects.filter(project__in=projects_for(by)), report_id)
    _reached(found.project_id, found.department_id, by)
    return reach(WeeklyReport.objects.select_related("project"), report_id)


def _writable(report_id: int, by: Actor) -> tuple[WeeklyReport, Party]:
    found = reach(WeeklyReport.objects.filter(project__in=projects_for(by)), report_id)
    _project, party = _reached(found.project_id, found.department_id, by)
    report = reach(WeeklyReport.objects.select_related("project"), report_id)
    if report.state != WeeklyState.DRAFT:
        raise TransitionNotAllowed(_("The report is handed in; take it back to change it"))
    return report, party


def _checked(report: WeeklyReport, values: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: values[name] if name in values else getattr(report, name) for name in FIELDS}
    problems: dict[str, Words | list[Words]] = {}
    for name in TEXTS:
        kept[name] = str(kept[name] or "").replace("\r\n", "\n").strip()
        if len(kept[name]) > LONGEST_PART:
            problems[name] = _("At most %(count)s characters") % {"count": LONGEST_PART}
    if kept["overall_status"] not in OverallStatus.values:
        problems["overall_status"] = _("Choose one of the list")
    if not _whole(kept["progress"], 100):
        problems["progress"] = _("Give 0 to 100 percent")
    if kept["staff"] is not None and not _whole(kept["staff"], 9999):
        problems["staff"] = _("Give a number of people")
    hours = kept["effort_hours"]
    if hours is not None and (not isinstance(hours, Decimal) or not hours.is_finite() or not 0 <= hours <= 99999):
        problems["effort_hours"] = _("Give hours between 0 and 99999")
    if problems:
        raise InvalidInput(problems)
    if hours is not None:
        kept["effort_hours"] = hours.quantize(Decimal("0.1"))
    return kept


def _whole(value: Any, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def _for_whom(by: Actor, party: Party) -> str:
    if by.person_id == party.contact_id or by.heads(party.department_id):
        return ""
    stand_in = by.stand_in_for(party.department_id, Scope.REPLY)
    return stand_in.head_name if stand_in else ""
