"""When a project collects its updates and reports: the clock's rules, as days and moments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tongzhou.cadence.models import Rhythm, Rule
from tongzhou.cadence.states import Recurrence, RuleKind
from tongzhou.cadence.timetable import Timing, Turn, turns
from tongzhou.calendars.queries import company_calendar
from tongzhou.core import clock
from tongzhou.engine.workcal import Shift, WorkCalendar
from tongzhou.projects.models import GatePass, Project

# process.md 2.3; they hold for the pages of a project that has not set its mechanism. Nothing is sent then.
USUAL_DAILY = Timing(Recurrence.WORKDAY, time(17, 0))
USUAL_WEEKLY = Timing(Recurrence.WEEK, time(15, 0), weekday=4, shift=Shift.BEFORE)
NOON, ASKED_AT = time(12, 0), time(9, 0)
# An update is posted for today or for one of the last days; further back nobody reads it.
DAYS_BACK = 14
LOOK_BACK = timedelta(days=45)
LOOK_AHEAD = timedelta(days=60)
WEEKLY_KINDS = (RuleKind.WEEKLY, RuleKind.REPORT_ASKED, RuleKind.REPORT_DUE)


@dataclass(frozen=True, slots=True)
class Week:
    """One week of reports: its first day, the day of the meeting, when reports are asked and due, when people meet."""

    starts_on: date
    ends_on: date
    asked_at: datetime
    due_at: datetime
    meets_at: datetime


def rules_kept(kinds: Iterable[str], project_ids: Iterable[int]) -> list[Rule]:
    """The rules of these kinds that the clock keeps for the projects, with their zones; one query."""
    rows = Rule.objects.filter(kind__in=list(kinds), project__in=set(project_ids), removed_at__isnull=True)
    return list(rows.select_related("project__rhythm"))


def daily_rule(project_id: int) -> Rule | None:
    """The rule of the daily collection, where the mechanism has set one."""
    return next(iter(rules_kept([RuleKind.DAILY], [project_id])), None)


def weekly_rules(project_id: int) -> dict[str, Rule]:
    """The rules of the weekly report and its meeting, by kind."""
    return {rule.kind: rule for rule in rules_kept(WEEKLY_KINDS, [project_id])}


def daily_deadline(rule: Rule | None, day: date, calendar: WorkCalendar | None = None) -> datetime | None:
    """By when updates of the day are due; None when nothing is collected on it."""
    found = turns(rule.timing if rule else USUAL_DAILY, day, day, calendar or company_calendar(), zone_of(rule))
    return found[0].at if found else None


def deadlines_on(rules: Iterable[Rule], day: date) -> dict[int, datetime]:
    """Project → by when its updates of the day are due."""
    calendar = company_calendar()
    found = {rule.project_id: daily_deadline(rule, day, calendar) for rule in rules}
    return {pk: moment for pk, moment in found.items() if moment is not None}


def days_until(rule: Rule | None, last: date, count: int, first: date | None = None) -> list[date]:
    """The last days on which updates were collected, newest first, none before ``first``."""
    since = max(last - LOOK_BACK, first) if first is not None else last - LOOK_BACK
    if since > last:
        return []
    found = turns(rule.timing if rule else USUAL_DAILY, since, last, company_calendar(), zone_of(rule))
    return [turn.day for turn in reversed(found) if turn.at is not None][:count]


def executing_since(project: Project) -> date:
    """The day on which execution began: gate 2, or for an incident its first day."""
    passed = GatePass.objects.filter(project=project, gate=2).order_by("-at").values_list("at", flat=True).first()
    return (passed or project.created_at).astimezone(clock.company_zone()).date()


def week_of(rules: dict[str, Rule], day: date, calendar: WorkCalendar | None = None) -> Week:
    """The week that ends with the next weekly meeting on or after the day."""
    days = calendar or company_calendar()
    rule = rules.get(RuleKind.WEEKLY)
    for timing in (rule.timing if rule else USUAL_WEEKLY, USUAL_WEEKLY):
        for turn in turns(timing, day, day + LOOK_AHEAD, days, zone_of(rule)):
            if turn.at is not None:
                return _week(rules, turn, turn.at, days)
    raise AssertionError("no working week within two months")


def weeks_at(rules: Iterable[Rule], day: date) -> dict[int, Week]:
    """Project → its week on the day, of those that have a weekly meeting."""
    calendar = company_calendar()
    by_project: dict[int, dict[str, Rule]] = {}
    for rule in rules:
        by_project.setdefault(rule.project_id, {})[rule.kind] = rule
    return {pk: week_of(kept, day, calendar) for pk, kept in by_project.items() if RuleKind.WEEKLY in kept}


def week_gone(starts_on: date, ends_on: date) -> Week:
    """A week of which there are reports although the mechanism has changed since: it stays what it was."""
    due_at = local(ends_on, NOON)
    return Week(starts_on, ends_on, due_at - timedelta(days=1), due_at, due_at + timedelta(hours=3))


def local(day: date, at: time) -> datetime:
    """A moment of the company's wall clock."""
    return datetime.combine(day, at, clock.company_zone())


def zone_of(rule: Rule | None) -> ZoneInfo:
    """The zone of the rule's project; the company's where none is set."""
    rhythm: Rhythm | None = getattr(rule.project, "rhythm", None) if rule is not None else None
    return rhythm.zone_info if rhythm is not None else clock.company_zone()


def _week(rules: dict[str, Rule], meeting: Turn, meets_at: datetime, calendar: WorkCalendar) -> Week:
    before = calendar.add_workdays(meeting.day, -1)
    moments = {
        RuleKind.REPORT_ASKED: local(before, ASKED_AT),
        RuleKind.REPORT_DUE: min(local(meeting.day, NOON), meets_at - timedelta(hours=1)),
    }
    for kind in moments:
        if (rule := rules.get(kind)) is None:
            continue
        near = turns(rule.timing, meeting.day - timedelta(days=20), meeting.day, calendar, zone_of(rule))
        moments[kind] = next((t.at for t in near if t.slot == meeting.slot and t.at is not None), moments[kind])
    monday = meeting.day - timedelta(days=meeting.day.weekday())
    return Week(monday, meeting.day, moments[RuleKind.REPORT_ASKED], moments[RuleKind.REPORT_DUE], meets_at)
