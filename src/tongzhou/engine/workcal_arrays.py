"""The working-day calendar over arrays: a million dates in one go.

Days come as `datetime64[D]` or as integers (days since 1970-01-01) and go out the same way, integers as int32.
Every function agrees with the method of the same meaning on `WorkCalendar`.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .workcal import FIRST_ORDINAL, LAST_ORDINAL, CalendarError, OutsideCalendarError, Shift, Tally, WorkCalendar

Days = NDArray[Any]
"""`datetime64[D]`, or integers counting days since 1970-01-01."""
Moments = NDArray[np.datetime64]

NO_DAY = np.iinfo(np.int32).min
"""What an integer array holds where `shift` leaves a day out; `datetime64` arrays hold NaT."""

_EPOCH = date(1970, 1, 1).toordinal()
_FIRST_MINUTE = (FIRST_ORDINAL - _EPOCH) * 1440


def are_workdays(calendar: WorkCalendar, days: Days) -> NDArray[np.bool_]:
    """For each day whether anybody works."""
    ordinals = _ordinals(days)
    worth = np.asarray(calendar.day_tally.week, dtype=np.int64)[(ordinals - 1) % 7] > 0
    exceptions = np.asarray(calendar.day_tally.ordinals, dtype=np.int64)
    if exceptions.size:
        worked = np.asarray([bool(intervals) for _, intervals in calendar.exceptions])
        at = np.minimum(np.searchsorted(exceptions, ordinals), exceptions.size - 1)
        worth = np.where(exceptions[at] == ordinals, worked[at], worth)
    return np.asarray(worth, dtype=np.bool_)


def next_workdays(calendar: WorkCalendar, days: Days) -> Days:
    """For each day the first working day on or after it."""
    return add_workdays(calendar, days, 0)


def previous_workdays(calendar: WorkCalendar, days: Days) -> Days:
    """For each day the last working day on or before it."""
    ordinals = _ordinals(days)
    return _like(days, _days_of_ranks(calendar, _before(calendar.day_tally, ordinals + 1)))


def add_workdays(calendar: WorkCalendar, days: Days, n: int | NDArray[np.integer[Any]]) -> Days:
    """`WorkCalendar.add_workdays` for each day; `n` is one number or one for each day."""
    ordinals = _ordinals(days)
    steps = np.asarray(n, dtype=np.int64)
    forward = steps > 0
    ranks = _before(calendar.day_tally, ordinals + forward) + steps + ~forward
    return _like(days, _days_of_ranks(calendar, ranks))


def count_workdays(calendar: WorkCalendar, after: Days, until: Days) -> NDArray[np.int64]:
    """`WorkCalendar.count_workdays` for each pair."""
    tally = calendar.day_tally
    return np.asarray(_before(tally, _ordinals(until) + 1) - _before(tally, _ordinals(after) + 1))


def shift(calendar: WorkCalendar, days: Days, rule: Shift) -> Days:
    """`WorkCalendar.shift` for each day; left out days become NaT (`NO_DAY` among integers)."""
    if rule is Shift.AFTER:
        return next_workdays(calendar, days)
    if rule is Shift.BEFORE:
        return previous_workdays(calendar, days)
    shifted = _like(days, _ordinals(days))
    shifted[~are_workdays(calendar, days)] = np.datetime64("NaT") if shifted.dtype.kind == "M" else NO_DAY
    return shifted


def undeclared_years(calendar: WorkCalendar, days: Days) -> tuple[int, ...]:
    """Years that occur among the days and whose public holidays are not known yet."""
    dates = (_ordinals(days) - _EPOCH).astype("datetime64[D]")
    years = np.unique(dates.astype("datetime64[Y]").astype(np.int64) + 1970)
    return tuple(int(year) for year in years if int(year) not in calendar.declared_years)


def working_minutes_between(calendar: WorkCalendar, start: Moments, end: Moments) -> NDArray[np.int64]:
    """Working minutes for each pair of moments (`datetime64`, seconds are dropped)."""
    starts, ends = _minutes(start), _minutes(end)
    if not starts.size or not ends.size:
        return np.zeros(np.broadcast_shapes(starts.shape, ends.shape), dtype=np.int64)
    low = int(min(starts.min(), ends.min())) // 1440
    high = int(max(starts.max(), ends.max())) // 1440
    begins, lengths, sums = _stretches(calendar, low + _EPOCH, high + _EPOCH)
    return np.asarray(_worked(ends, begins, lengths, sums) - _worked(starts, begins, lengths, sums))


def add_working_minutes(calendar: WorkCalendar, moments: Moments, minutes: int | NDArray[np.integer[Any]]) -> Moments:
    """`WorkCalendar.add_working_minutes` for each moment, to the minute; minutes may be negative."""
    start, step = np.broadcast_arrays(_minutes(moments), np.asarray(minutes, dtype=np.int64))
    if not start.size:
        return start.astype("datetime64[m]")
    tally = calendar.minute_tally
    low, high = int(start.min()) // 1440 + _EPOCH, int(start.max()) // 1440 + _EPOCH
    # Enough days for the furthest answer on either side; Tally.reach refuses what lies outside the years 1 to 9999.
    if int(step.min()) < 0:
        low = min(low, tally.reach(tally.before(low) + int(step.min()) + 1))
    if int(step.max()) > 0:
        high = max(high, tally.reach(tally.before(high + 1) + int(step.max())))
    begins, lengths, sums = _stretches(calendar, low, high)
    if not begins.size:
        return start.astype("datetime64[m]")
    target = _worked(start, begins, lengths, sums) + step
    # Forward: the earliest moment, so the stretch that ends with the target. Backward: the latest one, the stretch
    # that begins with it.
    ends_with = np.searchsorted(sums[1:], target, side="left")
    begins_with = np.searchsorted(sums, target, side="right") - 1
    at = np.clip(np.where(step >= 0, ends_with, begins_with), 0, begins.size - 1)
    return np.where(step == 0, start, begins[at] + target - sums[at]).astype("datetime64[m]")


def working_stretches(calendar: WorkCalendar, first: date, last: date) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The working intervals of the days `first` to `last`: begin in minutes since 1970, and length in minutes."""
    begins, lengths, _ = _stretches(calendar, first.toordinal(), last.toordinal())
    return begins, lengths


def _ordinals(days: Days) -> NDArray[np.int64]:
    array = np.asarray(days)
    if array.dtype.kind == "M":
        if np.isnat(array).any():
            raise CalendarError("An array of days holds something that is no date (NaT).")
        array = array.astype("datetime64[D]").astype(np.int64)
    elif array.dtype.kind not in "iu":
        raise CalendarError(f"Days are datetime64 or integers, not {array.dtype}.")
    ordinals = array.astype(np.int64) + _EPOCH
    if ordinals.size and (ordinals.min() < FIRST_ORDINAL or ordinals.max() > LAST_ORDINAL):
        raise OutsideCalendarError("A day lies before year 1 or after year 9999.")
    return np.asarray(ordinals)


def _like(days: Days, ordinals: NDArray[np.int64]) -> Days:
    numbers = ordinals - _EPOCH
    return numbers.astype("datetime64[D]") if np.asarray(days).dtype.kind == "M" else numbers.astype(np.int32)


def _minutes(moments: Moments) -> NDArray[np.int64]:
    array = np.asarray(moments)
    if array.dtype.kind != "M":
        raise CalendarError(f"Moments are datetime64, not {array.dtype}.")
    if np.isnat(array).any():
        raise CalendarError("An array of moments holds something that is no moment (NaT).")
    minutes = array.astype("datetime64[m]").astype(np.int64)
    if minutes.size and (minutes.min() < _FIRST_MINUTE or minutes.max() // 1440 > LAST_ORDINAL - _EPOCH):
        raise OutsideCalendarError("A moment lies before year 1 or after year 9999.")
    return np.asarray(minutes)


def _before(tally: Tally, ordinals: NDArray[np.int64]) -> NDArray[np.int64]:
    """`Tally.before` for each day."""
    weeks, days = np.divmod(ordinals - 1, 7)
    started = np.asarray(tally.started_week, dtype=np.int64)
    sums = weeks * started[7] + started[days]
    if tally.ordinals:
        exceptions = np.asarray(tally.ordinals, dtype=np.int64)
        sums += np.asarray(tally.corrections, dtype=np.int64)[np.searchsorted(exceptions, ordinals)]
    return np.asarray(sums)


def _days_of_ranks(calendar: WorkCalendar, ranks: NDArray[np.int64]) -> NDArray[np.int64]:
    """The day of the k-th working day since year 1, for each k: a table over just the days that occur."""
    if not ranks.size:
        return ranks
    lowest, highest = int(ranks.min()), int(ranks.max())
    low, high = calendar.day_tally.reach(lowest), calendar.day_tally.reach(highest)
    table = np.arange(low, high + 1, dtype=np.int64)
    table = table[are_workdays(calendar, table - _EPOCH)]
    return np.asarray(table[ranks - lowest])


def _stretches(
    calendar: WorkCalendar, low: int, high: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """All working intervals of the days `low` to `high`: begin (minutes since 1970), length, minutes before each."""
    days = np.arange(low, high + 1, dtype=np.int64)
    special = {day.toordinal(): intervals for day, intervals in calendar.exceptions if low <= day.toordinal() <= high}
    usual = ~np.isin(days, np.fromiter(special, dtype=np.int64, count=len(special)))
    begins, ends = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for weekday, intervals in enumerate(calendar.week):
        midnights = (days[usual & ((days - 1) % 7 == weekday)] - _EPOCH) * 1440
        begins += [midnights + start for start, _ in intervals]
        ends += [midnights + end for _, end in intervals]
    extra = [
        ((o - _EPOCH) * 1440 + start, (o - _EPOCH) * 1440 + end)
        for o, intervals in special.items()
        for start, end in intervals
    ]
    begins.append(np.asarray([start for start, _ in extra], dtype=np.int64))
    ends.append(np.asarray([end for _, end in extra], dtype=np.int64))
    all_begins, all_ends = np.sort(np.concatenate(begins)), np.sort(np.concatenate(ends))
    lengths = all_ends - all_begins
    return all_begins, lengths, np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])


def _worked(
    minutes: NDArray[np.int64], begins: NDArray[np.int64], lengths: NDArray[np.int64], sums: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Minutes worked from the first stretch to each moment."""
    if not begins.size:
        return np.zeros(minutes.shape, dtype=np.int64)
    at = np.maximum(np.searchsorted(begins, minutes, side="right") - 1, 0)
    return np.asarray(sums[at] + np.clip(minutes - begins[at], 0, lengths[at]))
