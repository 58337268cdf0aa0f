"""What is booked: which bookings hold, and whether one more fits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from tongzhou.calendars.queries import company_calendar
from tongzhou.engine.workcal import WorkCalendar
from tongzhou.projects.states import Phase

from ..models import Absence, Booking, Budget, Capacity, Thing
from ..models.supply import FULL_SHARE


def in_force() -> QuerySet[Booking]:
    """Bookings that take something: not released, of projects that are not over. What a closed project spent is spent."""
    return (
        Booking.objects.filter(released_at__isnull=True)
        .exclude(project__phase=Phase.CANCELLED)
        .exclude(project__phase=Phase.CLOSED, budget__isnull=True)
    )


@dataclass(frozen=True, slots=True)
class Taken:
    """Days, both included, on which so much is taken: percent of a person or pieces of a thing."""

    first: date
    last: date
    share: int


class Room:
    """How much of one person or thing is left, day by day, beside what is taken already."""

    def __init__(self, calendar: WorkCalendar, capacity: int, taken: Iterable[Taken]) -> None:
        self.calendar = calendar
        self.capacity = capacity
        self.taken = list(taken)

    def load_on(self, day: date) -> int:
        """What is taken on the day."""
        return sum(row.share for row in self.taken if row.first <= day <= row.last)

    def first_full_day(self, first: date, last: date, share: int) -> date | None:
        """The first working day on which so much more does not fit; None when it fits on all."""
        # The load only grows where something begins, so the first working days from there on tell for all.
        starts = {first, *(row.first for row in self.taken if first < row.first <= last)}
        days = sorted({self.calendar.next_workday(start) for start in starts})
        return next((day for day in days if day <= last and self.load_on(day) + share > self.capacity), None)

    def fits(self, first: date, last: date, share: int) -> bool:
        """True when so much more fits on every working day of the period."""
        return self.first_full_day(first, last, share) is None


def rooms_of_persons(
    person_ids: Sequence[int], *, without_needs: Iterable[int] = (), without: Iterable[int] = ()
) -> dict[int, Room]:
    """Person → room, beside all bookings of all projects except those left out; three queries."""
    calendar = company_calendar()
    percents = dict(Capacity.objects.filter(person__in=person_ids).values_list("person_id", "percent"))
    rooms = {key: Room(calendar, percents.get(key, FULL_SHARE), ()) for key in person_ids}
    rows = in_force().filter(person__in=person_ids).exclude(Q(need__in=list(without_needs)) | Q(pk__in=list(without)))
    for key, first, last, share in rows.values_list("person_id", "first", "last", "share"):
        if key is not None and first and last:
            rooms[key].taken.append(Taken(first, last, share))
    for absence in Absence.objects.filter(person__in=person_ids):
        room = rooms[absence.person_id]
        room.taken.append(Taken(absence.first, absence.last, room.capacity))
    return rooms


def rooms_of_things(things: Iterable[Thing], *, without: Iterable[int] = ()) -> dict[int, Room]:
    """Thing → room in pieces; one query."""
    calendar = company_calendar()
    rooms = {thing.pk: Room(calendar, thing.count, ()) for thing in things}
    rows = in_force().filter(thing__in=rooms).exclude(pk__in=list(without))
    for key, first, last, count in rows.values_list("thing_id", "first", "last", "count"):
        if key is not None and first and last:
            rooms[key].taken.append(Taken(first, last, count))
    return rooms


def collides(
    *, person_id: int | None = None, thing: Thing | None = None, first: date, last: date, share: int, need_id: int
) -> date | None:
    """Whether one booking more would be too much: the first such day. Reads, by index, only what touches the period."""
    calendar = company_calendar()
    touching = in_force().filter(first__lte=last, last__gte=first).exclude(need=need_id)
    if person_id is not None:
        percent = Capacity.objects.filter(person=person_id).values_list("percent", flat=True).first()
        capacity = FULL_SHARE if percent is None else percent
        rows = touching.filter(person=person_id).values_list("first", "last", "share")
        away = Absence.objects.filter(person=person_id, first__lte=last, last__gte=first)
        taken = _taken(rows) + [Taken(row.first, row.last, capacity) for row in away]
        return Room(calendar, capacity, taken).first_full_day(first, last, share)
    if thing is not None:
        rows = touching.filter(thing=thing).values_list("first", "last", "count")
        return Room(calendar, thing.count, _taken(rows)).first_full_day(first, last, share)
    return None


def _taken(rows: Iterable[tuple[date | None, date | None, int]]) -> list[Taken]:
    return [Taken(first, last, share) for first, last, share in rows if first is not None and last is not None]


def left_of(budget: Budget, *, without_need: int | None = None, approved_only: bool = False) -> Decimal:
    """What of a budget no other promise (or no other approved one) has taken."""
    rows = in_force().filter(budget=budget)
    if without_need is not None:
        rows = rows.exclude(need=without_need)
    if approved_only:
        rows = rows.filter(is_approved=True)
    return budget.amount - (rows.aggregate(sum=Sum("amount"))["sum"] or Decimal(0))
