"""Bookings with dates and names: conflicts in words a page can show, and the workload kept for quick re-checks."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..workcal import WorkCalendar
from ..workcal_arrays import add_workdays, count_workdays
from .overloads import BookingError, Overloads, find_overloads

_BEFORE_ALL = np.datetime64("1900-01-01")


@dataclass(frozen=True)
class Booking:
    """A share of a person's time from one day to another, both included; or an absence, which is a share of 100."""

    key: Hashable
    person: Hashable
    first: date
    last: date
    percent: int


@dataclass(frozen=True)
class Conflict:
    """A person booked beyond their working share, in one stretch of working days."""

    person: Hashable
    first: date
    last: date
    working_days: int
    peak_percent: int
    capacity_percent: int
    excess_percent_days: int
    """Percent above the share, summed over the working days: 100 is one day of work too many."""
    bookings: tuple[Hashable, ...]


def find_conflicts(
    bookings: Sequence[Booking], calendar: WorkCalendar, share_percent: Mapping[Hashable, int]
) -> list[Conflict]:
    """Whom the bookings of all projects ask for more than their working share, by person and day.

    Days nobody works count for nothing: two bookings that only share a weekend do not collide. Raises BookingError for a
    booking that ends before it begins or of a person who is not in `share_percent`; dates outside 1900 to 9999 are refused.
    """
    people = list(share_percent)
    number = {person: at for at, person in enumerate(people)}
    for at, booking in enumerate(bookings):
        if booking.person not in number:
            raise BookingError(f"Booking {booking.key} is of {booking.person}, who is not there.", at)
        if booking.last < booking.first:
            raise BookingError(f"Booking {booking.key} ends before it begins.", at)
        if booking.first.year <= 1900:
            raise BookingError(f"Booking {booking.key} begins in {booking.first.year}.", at)
    # Some lie on days nobody works alone: they ask for nothing.
    start = working_day_numbers(calendar, [booking.first for booking in bookings])
    end = working_day_numbers(calendar, [booking.last for booking in bookings], after=True)
    asked = np.flatnonzero(start < end)
    who = np.array([number[booking.person] for booking in bookings], np.int32)
    percent = np.array([booking.percent for booking in bookings], np.int64)
    found = find_overloads(
        who[asked],
        start[asked],
        end[asked],
        percent[asked],
        np.array([share_percent[person] for person in people], np.int64),
    )
    firsts, lasts = days_of_numbers(calendar, found.start), days_of_numbers(calendar, found.end - 1)
    return [
        Conflict(
            person=people[found.resource[at]],
            first=firsts[at],
            last=lasts[at],
            working_days=int(found.end[at] - found.start[at]),
            peak_percent=int(found.peak[at]),
            capacity_percent=share_percent[people[found.resource[at]]],
            excess_percent_days=int(found.excess[at]),
            bookings=tuple(bookings[asked[which]].key for which in found.bookings_of(at)),
        )
        for at in range(len(found))
    ]


def working_day_numbers(calendar: WorkCalendar, days: Sequence[date], *, after: bool = False) -> NDArray[np.int64]:
    """How many working days lie before each day (`after`: before its end): a time in which nobody's weekend stands."""
    if not days:
        return np.empty(0, np.int64)
    until = np.array(days, "datetime64[D]")
    since = np.array([_BEFORE_ALL], "datetime64[D]")
    return count_workdays(calendar, since, until if after else until - np.timedelta64(1, "D"))


def days_of_numbers(calendar: WorkCalendar, numbers: NDArray[np.integer]) -> list[date]:
    """The working day that has so many before it."""
    if not numbers.size:
        return []
    days = add_workdays(calendar, np.full(numbers.size, _BEFORE_ALL), numbers.astype(np.int64) + 1)
    return [day for day in days.astype("datetime64[D]").tolist()]  # noqa: C416 - typed as dates


class Workload:
    """The bookings of everybody, kept resource by resource, so that one person's change is checked alone."""

    def __init__(
        self,
        resource: NDArray[np.int32],
        start: NDArray[np.int32],
        end: NDArray[np.int32],
        share: NDArray[np.int32],
        capacity: NDArray[np.int64],
    ) -> None:
        order = np.argsort(resource, kind="stable")
        cuts = np.searchsorted(resource[order], np.arange(capacity.size + 1))
        rows = np.ascontiguousarray(np.stack([start, end, share])[:, order], np.int32)
        self.capacity = np.asarray(capacity, np.int64)
        self._rows = [rows[:, low:high] for low, high in pairwise(cuts)]

    def replace(self, resource: int, bookings: Iterable[tuple[int, int, int]]) -> Overloads:
        """Gives one resource other bookings (start, end, share) and tells its overloads."""
        rows = np.array(list(bookings), np.int64).reshape(-1, 3).T
        told = self._check(resource, rows)
        self._rows[resource] = np.ascontiguousarray(rows, np.int32)
        return told

    def recheck(self, resource: int) -> Overloads:
        """The overloads of one resource; bookings are numbered within it."""
        return self._check(resource, self._rows[resource])

    def _check(self, resource: int, rows: NDArray[np.integer]) -> Overloads:
        nobody = np.zeros(rows.shape[1], np.int32)
        return find_overloads(nobody, rows[0], rows[1], rows[2], self.capacity[resource : resource + 1])
