"""节奏日历: everything that is due in a project in the weeks to come, with who answers for it and why it was moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tongzhou.cadence.models import Occasion, OccasionState, Rhythm, Rule
from tongzhou.cadence.queries import reason_of
from tongzhou.cadence.queries.rules import occasion_kind
from tongzhou.cadence.states import GATHERINGS, RUNS_IN, Recurrence, RuleKind
from tongzhou.cadence.timetable import FURTHEST_SHIFT, turns
from tongzhou.calendars.queries import company_calendar, reason_off
from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.meetings.queries import meetings_for
from tongzhou.meetings.states import MeetingState
from tongzhou.people.models import Person
from tongzhou.planning.models import Task
from tongzhou.projects.models import Commitment, Project
from tongzhou.projects.states import WALK, CommitmentState, Phase

from .due import KINDS

WEEKS = 4
_RULE = Rule._meta.label_lower
ICONS = {
    RuleKind.DAILY_REMINDER: "bell",
    RuleKind.DAILY: "message-2",
    RuleKind.HUDDLE: "users",
    RuleKind.REPORT_ASKED: "bell",
    RuleKind.REPORT_REMINDER: "bell",
    RuleKind.REPORT_DUE: "checklist",
    RuleKind.WEEKLY: "users",
    RuleKind.FIRST_SYNC: "users",
}
MINUTES = {RuleKind.HUDDLE: 15, RuleKind.WEEKLY: 60, RuleKind.FIRST_SYNC: 60}
WORDS: dict[str, str | Promise] = {
    OccasionState.DONE: gettext_lazy("done"),
    OccasionState.SKIPPED: gettext_lazy("left out: too late"),
    OccasionState.FAILED: gettext_lazy("failed"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing due: what, when (a moment, or a whole day), whose, why it was moved. ``key`` names it for good.

    ``takes_time`` is true for what people gather for; the rest are deadlines.
    """

    key: str
    kind: str
    title: str
    day: date
    at: datetime | None = None
    until: datetime | None = None
    owner: Person | None = None
    reason: str = ""
    is_left_out: bool = False
    takes_time: bool = False
    state: str = ""
    icon: str = "calendar-due"
    link: str = ""
    place: str = ""
    project: Project | None = None

    @property
    def time(self) -> str:
        """The clock time in the project's zone."""
        return f"{self.at:%H:%M}" if self.at else ""

    @property
    def state_words(self) -> str | Promise:
        """What became of it, when it is over."""
        return WORDS.get(self.state, "")


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar: what it is on the working calendar, and what is due."""

    date: date
    look: str
    words: str
    entries: list[Entry]
    is_today: bool = False
    is_past: bool = False

    @property
    def label(self) -> str:
        """The whole day in words, for screen readers and the phone."""
        return date_format(self.date, _("M j, l"))


def diary_of(project: Project, actor: Actor, first: date, last: date, rhythm: Rhythm) -> list[Entry]:
    """Everything due in the project between two days, in order of time; a fixed number of queries."""
    zone = rhythm.zone_info
    found = [
        *rule_entries([project], first, last, {project.pk: rhythm}),
        *_occasions(project, first, last, zone),
        *meeting_entries([project], actor, first, last, zone),
        *commitment_entries(Commitment.objects.filter(project=project), first, last),
        *milestone_entries(project, first, last),
    ]
    return sorted(found, key=_by_time)


def rule_entries(
    projects: Sequence[Project], first: date, last: date, rhythms: dict[int, Rhythm], *, running_only: bool = False
) -> list[Entry]:
    """What the rules of the projects make due; those whose phase has not come are shown as they will be, unless unwanted."""
    by_key = {project.pk: project for project in projects}
    rules = Rule.objects.filter(project_id__in=by_key, removed_at__isnull=True).select_related("owner")
    states = _states(by_key, first)
    calendar, moment = company_calendar(), clock.now()
    found = []
    for rule in rules:
        project = by_key[rule.project_id]
        if running_only and project.phase not in RUNS_IN[rule.kind]:
            continue
        kind = RuleKind(rule.kind)
        zone = (rhythms.get(project.pk) or Rhythm(project=project)).zone_info
        for turn in turns(rule.timing, first, last, calendar, zone):
            state = states.get((rule.pk, turn.slot.isoformat()), "")
            if turn.at is not None and turn.at < moment and not state:
                # Before the rule was there, or while the project stood still: nothing was due.
                continue
            found.append(
                Entry(
                    key=f"rule-{rule.pk}-{turn.slot}",
                    kind=kind,
                    title=str(kind.label),
                    day=turn.day,
                    at=turn.at,
                    until=turn.at + timedelta(minutes=MINUTES.get(kind, 15)) if turn.at else None,
                    owner=rule.owner,
                    reason=reason_of(turn),
                    is_left_out=turn.is_left_out,
                    takes_time=kind in GATHERINGS,
                    state=state,
                    icon=ICONS[kind],
                    project=project,
                )
            )
    return found


def _states(projects: Iterable[int], first: date) -> dict[tuple[int, str], str]:
    """What became of what fell due already."""
    rows = Occasion.objects.filter(
        project_id__in=list(projects),
        subject_type=_RULE,
        state__in=list(WORDS),
        slot__gte=(first - FURTHEST_SHIFT).isoformat(),
    )
    return {(subject, slot): state for subject, slot, state in rows.values_list("subject_id", "slot", "state")}


def _occasions(project: Project, first: date, last: date, zone: ZoneInfo) -> Iterable[Entry]:
    """Reminders, deadlines and escalations that wait beside the rules."""
    rows = Occasion.objects.filter(project_id=project.pk, state=OccasionState.WAITING, slot="")
    rules = {occasion_kind(kind) for kind in RuleKind}
    for row in rows.filter(due_at__range=_span(first, last, zone)).exclude(kind__in=rules).order_by("due_at", "pk"):
        at = row.due_at.astimezone(zone)
        yield Entry(
            key=f"occasion-{row.pk}", kind="occasion", title=str(KINDS.get(row.kind, row.kind)), day=at.date(), at=at,
            until=at + timedelta(minutes=15), icon="clock", project=project,
        )  # fmt: skip


def meeting_entries(
    projects: Sequence[Project], actor: Actor, first: date, last: date, zone: ZoneInfo
) -> Iterable[Entry]:
    """Meetings that take place."""
    rows = meetings_for(actor).filter(project__in=projects, starts_at__range=_span(first, last, zone))
    for meeting in rows.exclude(state=MeetingState.CANCELLED).order_by("starts_at", "pk"):
        at = meeting.starts_at.astimezone(zone)
        yield Entry(
            key=f"meeting-{meeting.pk}", kind="meeting", title=meeting.title, day=at.date(), at=at,
            until=meeting.ends_at.astimezone(zone), owner=meeting.chair, takes_time=True, icon="calendar-event",
            link=meeting.get_absolute_url(), place=meeting.location, project=meeting.project,
        )  # fmt: skip


def commitment_entries(rows: QuerySet[Commitment], first: date, last: date) -> Iterable[Entry]:
    """Promises that fall due and are not kept yet."""
    open_ones = rows.filter(due__range=(first, last), state__in=(CommitmentState.PROPOSED, CommitmentState.AGREED))
    for promise in open_ones.select_related("owner", "project").order_by("due", "number"):
        yield Entry(
            key=f"commitment-{promise.pk}", kind="commitment", title=promise.action, day=promise.due or first,
            owner=promise.owner, icon="link", project=promise.project, link=promise.project.get_absolute_url(),
        )  # fmt: skip


def milestone_entries(project: Project, first: date, last: date) -> Iterable[Entry]:
    """Milestones of the plan."""
    rows = Task.objects.filter(project=project, is_milestone=True, finish__range=(first, last))
    for task in rows.select_related("owner").order_by("finish", "rank"):
        yield Entry(
            key=f"task-{task.pk}", kind="milestone", title=task.title, day=task.finish or first, owner=task.owner,
            icon="flag", project=project,
        )  # fmt: skip


def weeks_of(entries: list[Entry], today: date) -> list[list[Day]]:
    """Whole weeks from this Monday on, as many as hold the next four weeks."""
    first = today - timedelta(days=today.weekday())
    count = WEEKS if today.weekday() == 0 else WEEKS + 1
    by_day: dict[date, list[Entry]] = {}
    for entry in entries:
        by_day.setdefault(entry.day, []).append(entry)
    calendar = company_calendar()
    weeks = []
    for week in range(count):
        days = [first + timedelta(days=week * 7 + number) for number in range(7)]
        weeks.append([_day(day, calendar.is_workday(day), by_day.get(day, []), today) for day in days])
    return weeks


def span_of(today: date) -> tuple[date, date]:
    """First and last day that ``weeks_of`` shows."""
    first = today - timedelta(days=today.weekday())
    return first, first + timedelta(days=7 * (WEEKS if today.weekday() == 0 else WEEKS + 1) - 1)


def local_today(rhythm: Rhythm) -> date:
    """The present date where the project lives."""
    return clock.now().astimezone(rhythm.zone_info).date()


def _day(day: date, works: bool, entries: list[Entry], today: date) -> Day:
    weekend = day.weekday() >= 5
    if works:
        look, words = ("make_up", _("make-up working day")) if weekend else ("work", "")
    else:
        words = reason_off(day)
        look = "weekend" if weekend and words == _("day of rest") else "off"
    return Day(day, look, words, entries, is_today=day == today, is_past=day < today)


def _span(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    midnight = datetime.min.time()
    return (
        datetime.combine(first, midnight, zone),
        datetime.combine(last + timedelta(days=1), midnight, zone) - timedelta(microseconds=1),
    )


def _by_time(entry: Entry) -> tuple[date, bool, float, str]:
    # What has no clock time counts for the whole day and stands on top of it.
    return entry.day, entry.at is not None, entry.at.timestamp() if entry.at else 0.0, entry.key


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A rule as it is read: when it comes up, and whether the project is where it runs."""

    rule: Rule
    icon: str
    when: str
    runs: bool
    phases: str


def rules_in_words(rules: list[Rule], project: Project) -> list[RuleWords]:
    """Each rule with when it comes up, in order of the day, and whether its time has come."""
    order = list(RuleKind)
    return [
        RuleWords(
            rule=rule,
            icon=ICONS[RuleKind(rule.kind)],
            when=_when(rule),
            runs=project.phase in RUNS_IN[rule.kind],
            phases=" · ".join(str(Phase(phase).label) for phase in WALK if phase in RUNS_IN[rule.kind]),
        )
        for rule in sorted(rules, key=lambda rule: order.index(RuleKind(rule.kind)))
    ]


def _when(rule: Rule) -> str:
    at = f"{rule.at:%H:%M}"
    if rule.recurrence == Recurrence.ONCE:
        return f"{date_format(rule.on, 'DATE_FORMAT') if rule.on else ''} {at}".strip()
    if rule.recurrence == Recurrence.WORKDAY:
        return _("every working day %(time)s") % {"time": at}
    # 4 January 2021 was a Monday.
    weekday = date_format(date(2021, 1, 4) + timedelta(days=rule.weekday or 0), "l")
    if rule.workdays_before:
        words = ngettext(
            "the working day before %(weekday)s, %(time)s",
            "%(count)s working days before %(weekday)s, %(time)s",
            rule.workdays_before,
        )
        return words % {"weekday": weekday, "time": at, "count": rule.workdays_before}
    return _("every %(weekday)s %(time)s") % {"weekday": weekday, "time": at}
