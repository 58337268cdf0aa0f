"""Weekly reports and the weekly meeting made from them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.api import Text, idempotent
from tongzhou.core.errors import NotFound
from tongzhou.core.pages import actor_of
from tongzhou.projects.api.reaching import (
    DepartmentRef,
    Key,
    PersonRef,
    Version,
    department_ref,
    person_ref,
    project_of,
)
from tongzhou.projects.models import Party

from .. import policies, queries, services
from ..models import WeeklyReport
from ..states import OverallStatus, WeeklyState

router = Router()
Percent = Annotated[int, Field(ge=0, le=100)]
Hours = Annotated[Decimal, Field(ge=0, le=99999)]


class WeeklyReportOut(Schema):
    """A department's report of a week."""

    id: int
    version: int
    department: DepartmentRef
    starts_on: date
    ends_on: date
    state: WeeklyState
    reporter: PersonRef | None
    overall_status: OverallStatus
    progress: int
    done: str
    not_done: str
    next_week: str
    issues: str
    support_needed: str
    milestones: str
    staff: int | None
    effort_hours: Decimal | None
    sv: Decimal | None
    cv: Decimal | None
    submitted_at: datetime | None
    on_behalf_of: str
    late: bool


class WeekOut(Schema):
    """The week: when reports are due, which are in, whose are missing, what the meeting will talk about."""

    starts_on: date
    ends_on: date
    asked_at: datetime
    due_at: datetime
    meets_at: datetime
    reports: list[WeeklyReportOut]
    missing: list[DepartmentRef]
    agenda: list[str]
    meeting_id: int | None


class WeeklyReportPatch(Schema):
    """What of a report is changed; left out stays as it is."""

    version: Version
    overall_status: OverallStatus | None = None
    progress: Percent | None = None
    done: Text | None = None
    not_done: Text | None = None
    next_week: Text | None = None
    issues: Text | None = None
    support_needed: Text | None = None
    milestones: Text | None = None
    staff: Annotated[int, Field(ge=0, le=9999)] | None = None
    effort_hours: Hours | None = None


class WeeklyReportIn(Schema):
    """A report to begin, prefilled from the plan."""

    department_id: Key
    ends_on: date


class WeeklyVersionIn(Schema):
    """The version that was read."""

    version: Version


class WeeklyMeetingOut(Schema):
    """The weekly meeting, called or with its agenda completed."""

    id: int
    topics: list[str]


def _report(row: WeeklyReport) -> WeeklyReportOut:
    direct = set(WeeklyReportOut.model_fields) - {"department", "reporter", "late"}
    plain: dict[str, Any] = {name: getattr(row, name) for name in direct}
    return WeeklyReportOut(
        **plain, department=department_ref(row.department), reporter=person_ref(row.reporter), late=row.is_late
    )


def _one(request: HttpRequest, project_id: int, report_id: int) -> WeeklyReport:
    """A report of this very project; a draft is there for those who write it only."""
    project = project_of(request, project_id)
    row = reach(queries.weekly_reports_for(actor_of(request)).filter(project=project), report_id)
    if row.state == WeeklyState.DRAFT:
        party = Party.objects.filter(project=project, department=row.department_id, left_at__isnull=True).first()
        contact = party.contact_id if party else None
        if not policies.speaks_for(actor_of(request), row.department_id, contact):
            raise NotFound
    return row


@router.get("/projects/{project_id}/weekly", response=WeekOut)
def week_of_project(request: HttpRequest, project_id: int, day: date | None = None) -> WeekOut:
    """The week that ends with the next weekly meeting on or after the day (today, when left out)."""
    project = project_of(request, project_id)
    week = queries.week_of(queries.weekly_rules(project.pk), _sensible(day))
    cards = queries.week_cards(project, week)
    meeting = queries.weekly_meeting(project, week)
    return WeekOut(
        starts_on=week.starts_on,
        ends_on=week.ends_on,
        asked_at=week.asked_at,
        due_at=week.due_at,
        meets_at=week.meets_at,
        reports=[_report(card.report) for card in cards if card.report is not None and card.is_in],
        missing=[department_ref(card.department) for card in cards if not card.is_in],
        agenda=queries.agenda_points(project, cards, queries.danger_in(project, clock.today())),
        meeting_id=meeting.pk if meeting else None,
    )


@router.post("/projects/{project_id}/weekly/reports", response={201: WeeklyReportOut})
@idempotent
def begin_weekly_report(request: HttpRequest, project_id: int, payload: WeeklyReportIn) -> tuple[int, WeeklyReportOut]:
    """Begins a department's report, prefilled; answers the one that is begun already."""
    project = project_of(request, project_id)
    row = services.begin_report(project.pk, payload.department_id, payload.ends_on, by=actor_of(request))
    return 201, _report(_one(request, project_id, row.pk))


@router.get("/projects/{project_id}/weekly/reports/{report_id}", response=WeeklyReportOut)
def weekly_report(request: HttpRequest, project_id: int, report_id: int) -> WeeklyReportOut:
    """One report."""
    return _report(_one(request, project_id, report_id))


@router.patch("/projects/{project_id}/weekly/reports/{report_id}", response=WeeklyReportOut)
def write_weekly_report(
    request: HttpRequest, project_id: int, report_id: int, payload: WeeklyReportPatch
) -> WeeklyReportOut:
    """Writes in a draft; a stale version gets both versions (409)."""
    values = payload.model_dump(exclude_unset=True)
    row = _one(request, project_id, report_id)
    services.save_report(row.pk, values.pop("version"), values, by=actor_of(request))
    return _report(_one(request, project_id, report_id))


@router.post("/projects/{project_id}/weekly/reports/{report_id}/submit", response=WeeklyReportOut)
@idempotent
def submit_weekly_report(
    request: HttpRequest, project_id: int, report_id: int, payload: WeeklyVersionIn
) -> WeeklyReportOut:
    """Hands a report in."""
    row = _one(request, project_id, report_id)
    services.submit_report(row.pk, payload.version, by=actor_of(request))
    return _report(_one(request, project_id, report_id))


@router.post("/projects/{project_id}/weekly/reports/{report_id}/take-back", response=WeeklyReportOut)
@idempotent
def take_weekly_report_back(request: HttpRequest, project_id: int, report_id: int) -> WeeklyReportOut:
    """Takes a report back before the meeting."""
    row = _one(request, project_id, report_id)
    services.take_report_back(row.pk, by=actor_of(request))
    return _report(_one(request, project_id, report_id))


@router.post("/projects/{project_id}/weekly/{day}/meeting", response=WeeklyMeetingOut)
@idempotent
def call_weekly_meeting(request: HttpRequest, project_id: int, day: date) -> WeeklyMeetingOut:
    """Calls the weekly meeting of the week that ends on the day, with the agenda its reports make."""
    project = project_of(request, project_id)
    meeting = services.call_weekly_meeting(project.pk, day, by=actor_of(request))
    return WeeklyMeetingOut(id=meeting.pk, topics=list(meeting.agenda.values_list("topic", flat=True)))


def _sensible(day: date | None) -> date:
    """Today where no day is given, or one that no calendar reaches."""
    return day if day is not None and 2000 <= day.year <= 2100 else clock.today()
