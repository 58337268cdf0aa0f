"""The communication mechanism of a project, and when its channels come up next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from tongzhou.cadence.queries import reason_of, rhythm_of
from tongzhou.cadence.states import Recurrence
from tongzhou.cadence.timetable import Timing, Turn, turns
from tongzhou.calendars.queries import company_calendar
from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.engine.workcal import Shift, WorkCalendar
from tongzhou.meetings.models import Meeting
from tongzhou.projects.models import Project
from tongzhou.projects.queries import projects_for

from ..models import CommunicationLine
from ..states import CommunicationKind, Frequency

SHOWN = 3
# A weekly meeting may fall on holidays several weeks in a row; further than this nobody looks.
DAYS_AHEAD = 120
NEEDED = (CommunicationKind.DAILY, CommunicationKind.WEEKLY, CommunicationKind.EMERGENCY)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time a channel comes up: the day and moment, and why it is not the usual day (or left out altogether)."""

    day: date
    at: datetime | None
    reason: str = ""
    is_left_out: bool = False


def communication_lines_for(actor: Actor) -> QuerySet[CommunicationLine]:
    """Lines of the projects the actor may see."""
    return CommunicationLine.objects.filter(project__in=projects_for(actor)).select_related(
        "project__scenario", "owner"
    )


def communication_of(project: Project) -> list[CommunicationLine]:
    """The lines of the project in the order of the form."""
    order = list(CommunicationKind)
    rows = CommunicationLine.objects.filter(project=project).select_related("owner")
    return sorted(rows, key=lambda row: order.index(CommunicationKind(row.kind)))


def missing_communication(project: Project) -> list[CommunicationKind]:
    """Kinds that every project needs and this one has not set: daily, weekly, emergency; each with an owner."""
    found = set(CommunicationLine.objects.filter(project=project, owner__isnull=False).values_list("kind", flat=True))
    return [kind for kind in NEEDED if kind not in found]


def first_sync_of(project: Project) -> datetime | None:
    """The time of the first progress sync, as the minutes of the latest kickoff say it."""
    rows = Meeting.objects.filter(project=project, first_sync_at__isnull=False).order_by("-starts_at", "-pk")
    return rows.values_list("first_sync_at", flat=True).first()


def next_occurrences(line: CommunicationLine, count: int = SHOWN, *, since: datetime | None = None) -> list[Occurrence]:
    """When the channel comes up next on the company's calendar; days left out are named between the others."""
    now = since or clock.now()
    zone = rhythm_of(line.project).zone_info
    first = now.astimezone(zone).date()
    found: list[Occurrence] = []
    real = 0
    for turn in _turns(line, first, company_calendar(), zone):
        if turn.at is not None and turn.at < now:
            continue
        found.append(Occurrence(turn.day, turn.at, reason_of(turn), turn.is_left_out))
        real += not turn.is_left_out
        if real == count:
            break
    return found


def _turns(line: CommunicationLine, first: date, calendar: WorkCalendar, zone: ZoneInfo) -> Iterator[Turn]:
    """The turns of a channel from a day on; the timetable is the clock's own."""
    if line.frequency == Frequency.AS_NEEDED:
        return
    timing = Timing(Recurrence(line.frequency), line.at, line.weekday, line.on, Shift(line.non_workday_rule))
    last = max(first + timedelta(days=DAYS_AHEAD), line.on or first)
    yield from turns(timing, first, last, calendar, zone)
