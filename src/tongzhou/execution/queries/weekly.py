"""Weekly reports: what one begins with, the whole week of a project, and the agenda that comes out of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from tongzhou.calendars.queries import company_calendar
from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.core.time_words import calendar_day
from tongzhou.meetings.models import Meeting, OpenPoint
from tongzhou.meetings.states import MeetingKind, MeetingState
from tongzhou.people.models import Department
from tongzhou.planning.models import Task
from tongzhou.planning.work_states import UNFINISHED, TaskStatus
from tongzhou.projects.models import Project
from tongzhou.projects.queries import projects_for

from ..models import DailyLine, WeeklyReport
from ..states import LineSection, OverallStatus, RiskLevel, WeeklyState
from .daily import Voice, voices_in
from .lateness import WorkInDanger, in_danger, tasks_of_department
from .rhythm import Week, local

HOURS_A_DAY = Decimal(8)
MOST_POINTS = 40
LONGEST_TOPIC = 200


def weekly_reports_for(actor: Actor) -> QuerySet[WeeklyReport]:
    """Reports of projects the actor may see."""
    return WeeklyReport.objects.filter(project__in=projects_for(actor)).select_related(
        "project__scenario", "department", "reporter", "submitted_by"
    )


@dataclass(frozen=True, slots=True)
class ReportCard:
    """A department's report of the week, or that there is none yet."""

    voice: Voice
    report: WeeklyReport | None

    @property
    def department(self) -> Department:
        """The department."""
        return self.voice.department

    @property
    def is_in(self) -> bool:
        """Whether it is handed in."""
        return self.report is not None and self.report.state != WeeklyState.DRAFT


def week_cards(project: Project, week: Week) -> list[ReportCard]:
    """Every department with its report of the week."""
    rows = WeeklyReport.objects.filter(project=project, ends_on=week.ends_on).select_related("reporter", "submitted_by")
    reports = {row.department_id: row for row in rows}
    return [ReportCard(voice, reports.get(voice.department.pk)) for voice in voices_in(project)]


def missing_reports(project: Project, week: Week) -> list[Voice]:
    """Departments whose report is not handed in."""
    return [card.voice for card in week_cards(project, week) if not card.is_in]


def weeks_with_reports(project: Project) -> list[date]:
    """The days of meetings for which there are reports, newest first."""
    rows = WeeklyReport.objects.filter(project=project).order_by("-ends_on").values_list("ends_on", flat=True)
    return list(rows.distinct()[:60])


def weekly_draft(project: Project, department_id: int, week: Week) -> dict[str, Any]:
    """What the plan's tasks know of the department's week; a fixed number of queries."""
    tasks = list(tasks_of_department(project, department_id))
    until = min(week.ends_on, max(clock.today(), week.starts_on))
    danger = in_danger(tasks, until)
    figures = earned_value(project, department_id, tasks, until)
    return {
        "overall_status": _overall(danger),
        "progress": _progress(tasks),
        "done": _lines(_done_words(task) for task in tasks if _was_done(task, week)),
        "not_done": _lines(_late_words(row) for row in danger if row.is_late),
        "next_week": _lines(_plan_words(task, week) for task in _next_week(tasks, week)),
        "issues": _lines(
            [*(_risk_words(row) for row in danger if not row.is_late), *_blocked_lines(project, department_id, week)]
        ),
        "support_needed": "",
        "milestones": _lines(_milestone_words(task) for task in tasks if task.is_milestone and _in_week(task, week)),
        "staff": len({task.owner_id for task in tasks if task.owner_id and _runs(task, week)}) or None,
        "effort_hours": _effort(tasks, week),
        **figures,
    }


def earned_value(project: Project, department_id: int, tasks: Iterable[Task], until: date) -> dict[str, Decimal | None]:
    """Schedule and cost variance in person-hours, counting only working days; None where there are no figures.

    Planned: the share of each task's hours whose days are over. Earned: hours × percent. Spent: the hours stated in the
    reports handed in so far.
    """
    calendar = company_calendar()
    planned = earned = Decimal(0)
    known = False
    for task in tasks:
        if task.is_milestone or task.start is None or task.finish is None or task.status == TaskStatus.CANCELLED:
            continue
        hours = _hours(task)
        days = calendar.duration_workdays(task.start, task.finish)
        over = calendar.duration_workdays(task.start, min(task.finish, until)) if task.start <= until else 0
        if hours <= 0 or not days:
            continue
        known = True
        planned += hours * over / days
        earned += hours * (100 if task.status == TaskStatus.DONE else task.percent) / 100
    handed_in = WeeklyReport.objects.filter(project=project, department_id=department_id, ends_on__lte=until)
    spent = handed_in.exclude(state=WeeklyState.DRAFT).aggregate(spent=Sum("effort_hours"))["spent"]
    return {
        "sv": (earned - planned).quantize(Decimal("0.1")) if known else None,
        "cv": (earned - spent).quantize(Decimal("0.1")) if known and spent is not None else None,
    }


def weekly_meeting(project: Project, week: Week) -> Meeting | None:
    """The weekly meeting of this week, when it is called."""
    rows = Meeting.objects.filter(
        project=project,
        kind=MeetingKind.WEEKLY,
        starts_at__gte=local(week.starts_on, time(0)),
        starts_at__lt=local(week.ends_on + timedelta(days=1), time(0)),
    )
    return rows.exclude(state=MeetingState.CANCELLED).order_by("starts_at", "pk").first()


def agenda_points(project: Project, cards: Iterable[ReportCard], danger: Iterable[WorkInDanger]) -> list[str]:
    """What the weekly meeting has to talk about: late work, problems and support each department named, open points."""
    late = [row for row in danger if row.is_late or row.risk == RiskLevel.HIGH]
    points = [_("Progress against the plan")]
    points += [_("%(department)s: %(what)s") % {"department": _of(row), "what": _late_words(row)} for row in late]
    for card in cards:
        if card.report is None or not card.is_in:
            continue
        name = card.department.name
        points += [
            _("%(department)s, problem: %(what)s") % {"department": name, "what": line}
            for line in _rows(card.report.issues)
        ]
        points += [
            _("%(department)s needs support: %(what)s") % {"department": name, "what": line}
            for line in _rows(card.report.support_needed)
        ]
    points += [_("Open point: %(what)s") % {"what": " ".join(point.text.split())} for point in open_points_of(project)]
    points.append(_("Plan for next week"))
    cut = [point if len(point) <= LONGEST_TOPIC else f"{point[: LONGEST_TOPIC - 1]}…" for point in points]
    return list(dict.fromkeys(cut))[:MOST_POINTS]


def open_points_of(project: Project) -> list[OpenPoint]:
    """What earlier meetings left open and nobody has answered yet."""
    rows = OpenPoint.objects.filter(meeting__project=project, settled_at__isnull=True)
    return list(rows.exclude(meeting__state=MeetingState.CANCELLED).select_related("owner", "department")[:MOST_POINTS])


def _of(row: WorkInDanger) -> str:
    return row.task.department.name if row.task.department else _("Nobody")


def _overall(danger: list[WorkInDanger]) -> str:
    if any(row.is_late for row in danger):
        return OverallStatus.LATE
    return OverallStatus.AT_RISK if danger else OverallStatus.ON_TRACK


def _progress(tasks: list[Task]) -> int:
    """Percent complete, each task by its hours."""
    counted = [task for task in tasks if not task.is_milestone and task.status != TaskStatus.CANCELLED]
    whole = sum((_hours(task) for task in counted), Decimal(0))
    if not whole:
        return 0
    made = sum(
        (_hours(task) * (100 if task.status == TaskStatus.DONE else task.percent) for task in counted), Decimal(0)
    )
    return int(made / whole)


def _hours(task: Task) -> Decimal:
    return task.effort_hours if task.effort_hours is not None else HOURS_A_DAY * task.duration


def _effort(tasks: list[Task], week: Week) -> Decimal | None:
    """Planned hours that fall into the week: a proposal for what was spent."""
    calendar = company_calendar()
    total = Decimal(0)
    for task in tasks:
        if task.is_milestone or not _runs(task, week) or task.start is None or task.finish is None:
            continue
        days = calendar.duration_workdays(task.start, task.finish)
        inside = calendar.duration_workdays(max(task.start, week.starts_on), min(task.finish, week.ends_on))
        total += _hours(task) * inside / days if days else Decimal(0)
    return total.quantize(Decimal("0.1")) if total else None


def _runs(task: Task, week: Week) -> bool:
    return (
        task.status != TaskStatus.CANCELLED
        and task.start is not None
        and task.finish is not None
        and task.start <= week.ends_on
        and task.finish >= week.starts_on
    )


def _in_week(task: Task, week: Week) -> bool:
    return task.finish is not None and week.starts_on <= task.finish <= week.ends_on


def _was_done(task: Task, week: Week) -> bool:
    return (
        task.status == TaskStatus.DONE
        and task.actual_finish is not None
        and week.starts_on <= task.actual_finish <= week.ends_on
    )


def _next_week(tasks: list[Task], week: Week) -> list[Task]:
    last = week.ends_on + timedelta(days=7)
    return [task for task in tasks if task.status in UNFINISHED and task.start is not None and task.start <= last]


def _done_words(task: Task) -> str:
    return _("%(task)s: finished on %(day)s") % {"task": task.title, "day": _day(task.actual_finish)}


def _late_words(row: WorkInDanger) -> str:
    facts = {"task": row.task.title, "days": row.days, "reason": row.reason or _("reason not stated")}
    if row.is_late:
        return _("%(task)s: %(days)s days late (%(reason)s)") % facts
    return _risk_words(row)


def _risk_words(row: WorkInDanger) -> str:
    facts = {"task": row.task.title, "reason": row.reason or _("reason not stated")}
    if row.task.status == TaskStatus.BLOCKED:
        return _("%(task)s: blocked (%(reason)s)") % facts
    return _("%(task)s: risk %(risk)s (%(reason)s)") % {**facts, "risk": RiskLevel(row.risk).label}


def _plan_words(task: Task, week: Week) -> str:
    if task.finish is not None and task.finish <= week.ends_on:
        return _("%(task)s: goes on, was planned for %(day)s") % {"task": task.title, "day": _day(task.finish)}
    return _("%(task)s: until %(day)s") % {"task": task.title, "day": _day(task.finish)}


def _milestone_words(task: Task) -> str:
    if task.status == TaskStatus.DONE:
        return _("%(task)s: reached") % {"task": task.title}
    return _("%(task)s: planned for %(day)s, not reached") % {"task": task.title, "day": _day(task.finish)}


def _day(day: date | None) -> str:
    return calendar_day(day, clock.local_now()) if day else "–"


def _blocked_lines(project: Project, department_id: int, week: Week) -> list[str]:
    """What the daily updates of the week called blocked and is about no task."""
    rows = DailyLine.objects.filter(
        update__project=project,
        update__department_id=department_id,
        update__day__gte=week.starts_on,
        update__day__lte=week.ends_on,
        section=LineSection.BLOCKED,
        task__isnull=True,
    )
    return list(dict.fromkeys(rows.order_by("update__day", "pk").values_list("text", flat=True)))


def _lines(rows: Iterable[str]) -> str:
    return "\n".join(rows)


def _rows(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]
