"""The communication mechanism of a project, and when its channels come up next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tongzhou.calendars.queries import company_calendar
from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.engine.workcal import WorkCalendar
from tongzhou.meetings.models import Meeting
from tongzhou.projects.models import Project
from tongzhou.projects.queries import projects_for

from ..models import CommunicationLine
from ..states import CommunicationKind, Frequency, NonWorkdayRule

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
    calendar = company_calendar()
    now = since or clock.now()
    found: list[Occurrence] = []
    real = 0
    for occurrence in _from(line, now.astimezone(clock.company_zone()).date(), calendar):
        if occurrence.at is not None and occurrence.at < now:
            continue
        found.append(occurrence)
        real += not occurrence.is_left_out
        if real == count:
            break
    return found


def _from(line: CommunicationLine, first: date, calendar: WorkCalendar) -> Iterator[Occurrence]:
    if line.frequency == Frequency.AS_NEEDED:
        return
    if line.frequency == Frequency.ONCE:
        if line.on is not None:
            yield from _placed(line, line.on, calendar)
        return
    # A Friday that moves to the working day after may come from before today.
    seen: set[date] = set()
    for number in range(-10, DAYS_AHEAD):
        day = first + timedelta(days=number)
        if line.frequency == Frequency.WEEK and day.weekday() != line.weekday:
            continue
        if line.frequency == Frequency.WORKDAY:
            # Days off are nothing that was moved: the channel runs on working days.
            if number >= 0 and calendar.is_workday(day):
                yield Occurrence(day, _moment(line, day), _make_up(day))
            continue
        for occurrence in _placed(line, day, calendar):
            if occurrence.day >= first and (occurrence.is_left_out or occurrence.day not in seen):
                seen.add(occurrence.day)
                yield occurrence


def _placed(line: CommunicationLine, day: date, calendar: WorkCalendar) -> Iterator[Occurrence]:
    """The day itself, or where the rule for non-working days puts it."""
    if calendar.is_workday(day):
        yield Occurrence(day, _moment(line, day), _make_up(day))
        return
    usual = date_format(day, "Y-m-d l")
    match line.non_workday_rule:
        case NonWorkdayRule.BEFORE:
            moved = calendar.previous_workday(day)
            reason = _("%(day)s is no working day: the working day before") % {"day": usual}
        case NonWorkdayRule.AFTER:
            moved = calendar.next_workday(day)
            reason = _("%(day)s is no working day: the working day after") % {"day": usual}
        case _:
            yield Occurrence(day, None, _("no working day: left out"), is_left_out=True)
            return
    yield Occurrence(moved, _moment(line, moved), reason)


def _make_up(day: date) -> str:
    """Why a Saturday or Sunday is worked on."""
    return _("a make-up working day") if day.weekday() >= 5 else ""


def _moment(line: CommunicationLine, day: date) -> datetime | None:
    return datetime.combine(day, line.at, clock.company_zone()) if line.at is not None else None
