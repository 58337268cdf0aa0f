"""Working clocks: a work calendar between two days, as the arrays the kernel reads.

A clock counts moments in minutes or in days since its origin, and work in the same unit. `worked` says how much work lies
before a moment, `earliest` and `latest` when an amount of work is reached: as a finish (Friday 18:00) and as a start
(Monday 09:00). Tables of buckets make each answer cost the same for a plan of a week or of a hundred years.
"""

from __future__ import annotations

import enum
from bisect import bisect_right
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from ..workcal import OutsideCalendarError, WorkCalendar
from ..workcal_arrays import are_workdays, working_stretches

_EPOCH = date(1970, 1, 1).toordinal()
# Work and moments of one clock, and a lag beside them, fit 32 bits: a thousand years of minutes on either side.
_REACH = 2**29


class Unit(enum.Enum):
    """What a plan counts in."""

    MINUTE = "minute"
    DAY = "day"


class OutsideClockError(ValueError):
    """A moment or an amount of work lies outside the clock's horizon."""


@dataclass(frozen=True, eq=False)
class Clock:
    """Stretches of working time from moment `low` to moment `high`, both held."""

    low: int
    high: int
    begin: NDArray[np.int32]
    """Of each stretch, and behind the last one its end."""
    before: NDArray[np.int32]
    """Work before each stretch, and behind the last one all work there is."""
    t_shift: int
    w_shift: int
    t_bucket: NDArray[np.int32]
    w_bucket: NDArray[np.int32]

    @classmethod
    def of(cls, begins: NDArray[np.int64], lengths: NDArray[np.int64], low: int, high: int) -> Clock:
        """From stretches in order, none empty; touching ones are joined. Raises OutsideClockError for none at all."""
        if not begins.size:
            raise OutsideClockError("There is no working time in the calendar between these days.")
        if not -_REACH < low <= high < _REACH:
            raise OutsideClockError("The years asked for are too many for this unit of time.")
        fresh = np.concatenate([np.ones(1, bool), begins[1:] != begins[:-1] + lengths[:-1]])
        before = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
        first = np.flatnonzero(fresh)
        begin = np.concatenate([begins[first], [begins[-1] + lengths[-1]]])
        before = np.concatenate([before[first], before[-1:]])
        t_shift, t_bucket = _buckets(begin)
        w_shift, w_bucket = _buckets(before)
        return cls(low, high, begin.astype(np.int32), before.astype(np.int32), t_shift, w_shift, t_bucket, w_bucket)

    # The same three questions are answered by the kernel (kernel/clock.h).

    def worked(self, t: int) -> int:
        """Work done until moment t."""
        if not self.low <= t <= self.high:
            raise OutsideClockError
        begin, before = self._lists
        k = bisect_right(begin, t, 0, len(begin) - 1) - 1
        return 0 if k < 0 else before[k] + min(t - begin[k], before[k + 1] - before[k])

    def earliest(self, w: int) -> int:
        """The first moment by which w has been worked."""
        begin, before = self._lists
        if not 0 <= w <= before[-1]:
            raise OutsideClockError
        k = bisect_right(before, w, 0, len(before) - 1) - 1
        if k and w == before[k]:
            k -= 1
        return begin[k] + w - before[k]

    def latest(self, w: int) -> int:
        """The last moment before more than w is worked."""
        begin, before = self._lists
        if not 0 <= w < before[-1]:
            raise OutsideClockError
        k = bisect_right(before, w, 0, len(before) - 1) - 1
        return begin[k] + w - before[k]

    @cached_property
    def _lists(self) -> tuple[list[int], list[int]]:
        return self.begin.tolist(), self.before.tolist()


def _buckets(points: NDArray[np.int64]) -> tuple[int, NDArray[np.int32]]:
    """About one bucket for two stretches: its width as a power of two, and in which stretch each bucket begins."""
    low, high = int(points[0]), int(points[-1])
    shift = max(0, ((high - low) // max(1, points.size - 1)).bit_length() - 1)
    edges = low + (np.arange(((high - low) >> shift) + 1, dtype=np.int64) << shift)
    return shift, np.asarray(np.searchsorted(points[:-1], edges, side="right") - 1, np.int32)


@lru_cache(maxsize=64)
def clock_of(calendar: WorkCalendar, unit: Unit, origin: int, first_year: int, last_year: int) -> Clock:
    """The clock of a calendar over whole years; `origin` is the day (since 1970) that moments are counted from.

    Raises OutsideClockError when these years hold no working time or more than the unit can count.
    """
    first_year, last_year = max(first_year, MINYEAR), min(last_year, MAXYEAR)
    first, last = date(first_year, 1, 1), date(last_year, 12, 31)
    per_day = 1440 if unit is Unit.MINUTE else 1
    low = (first.toordinal() - _EPOCH - origin) * per_day
    high = (last.toordinal() + 1 - _EPOCH - origin) * per_day
    if not -_REACH < low <= high < _REACH:
        raise OutsideClockError("The years asked for are too many for this unit of time.")
    try:
        if unit is Unit.MINUTE:
            begins, lengths = working_stretches(calendar, first, last)
        else:
            days = np.arange(first.toordinal() - _EPOCH, last.toordinal() + 1 - _EPOCH, dtype=np.int64)
            begins = days[are_workdays(calendar, days)]
            lengths = np.ones(begins.size, np.int64)
    except OutsideCalendarError as problem:
        raise OutsideClockError(str(problem)) from problem
    return Clock.of(begins - origin * per_day, lengths, low, high)
