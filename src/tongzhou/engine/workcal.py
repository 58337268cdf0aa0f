"""Working days and working hours of a company: what is due when, counted as the company counts.

A calendar is a weekly pattern plus exceptions (public holidays, make-up workdays 调休, half days). Dates are
plain dates, moments are naive local datetimes: the caller knows the zone. Nothing here reads a clock.

Method: the number of working days (or minutes) before a day is whole weeks times the weekly sum, plus the
started week, plus the sum of what the exceptions up to that day add or take away. That is O(log exceptions) for
any date from year 1 to 9999, and its inverse is a binary search. The same over arrays is in `workcal_arrays`,
kept apart so that numpy stays out of the web start path.
"""

from __future__ import annotations

import enum
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import accumulate

Interval = tuple[int, int]
"""Working time inside one day: minutes after midnight, start included, end not; 1440 is the end of the day."""
Intervals = tuple[Interval, ...]

MINUTES_PER_DAY = 24 * 60
FIRST_ORDINAL = date.min.toordinal()
LAST_ORDINAL = date.max.toordinal()
_MICROSECONDS = 60 * 1_000_000

OFFICE_HOURS: Intervals = ((9 * 60, 12 * 60), (13 * 60, 18 * 60))
MORNING_ONLY: Intervals = ((9 * 60, 12 * 60),)
HOLIDAY: Intervals = ()
FIVE_DAY_WEEK: tuple[Intervals, ...] = (OFFICE_HOURS,) * 5 + (HOLIDAY,) * 2


class CalendarError(ValueError):
    """The calendar or a question put to it makes no sense."""


class OutsideCalendarError(CalendarError):
    """The answer lies before year 1 or after year 9999, or the calendar has no working day left to give."""


class Shift(enum.Enum):
    """What happens to something due on a day nobody works (非工作日规则)."""

    SKIP = "skip"
    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True)
class Tally:
    """How much (days or minutes) every weekday is worth, corrected by exceptions; sums up to any day."""

    week: tuple[int, ...]
    ordinals: tuple[int, ...]
    corrections: tuple[int, ...]
    """Running sum of what the exceptions change, one longer than `ordinals`, beginning with 0."""

    @classmethod
    def of(cls, week: Sequence[int], exceptions: Sequence[tuple[int, int]]) -> Tally:
        """Builds from the worth of each weekday and (day ordinal, worth) of each exception, in order of days."""
        changes = (worth - week[(ordinal - 1) % 7] for ordinal, worth in exceptions)
        return cls(tuple(week), tuple(o for o, _ in exceptions), tuple(accumulate(changes, initial=0)))

    @cached_property
    def started_week(self) -> tuple[int, ...]:
        """Sum of the first n weekdays, n from 0 to 7."""
        return tuple(accumulate(self.week, initial=0))

    def before(self, ordinal: int) -> int:
        """The sum over all days from year 1 to the day before this one."""
        weeks, days = divmod(ordinal - 1, 7)
        return (
            weeks * self.started_week[7]
            + self.started_week[days]
            + self.corrections[bisect_left(self.ordinals, ordinal)]
        )

    def reach(self, total: int) -> int:
        """The first day at whose end the sum has come to `total`."""
        if total < 1 or self.before(LAST_ORDINAL + 1) < total:
            raise OutsideCalendarError("There is no working time left in this calendar between the years 1 and 9999.")
        low, high = FIRST_ORDINAL, LAST_ORDINAL
        while low < high:
            middle = (low + high) // 2
            if self.before(middle + 1) >= total:
                high = middle
            else:
                low = middle + 1
        return low


@dataclass(frozen=True)
class WorkCalendar:
    """When a company works. Make one with `WorkCalendar.of`; equal calendars are equal and hash alike."""

    week: tuple[Intervals, ...] = FIVE_DAY_WEEK
    exceptions: tuple[tuple[date, Intervals], ...] = ()
    declared_years: frozenset[int] = field(default_factory=frozenset)

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.week, self.exceptions, self.declared_years))

    @classmethod
    def of(
        cls,
        week: Sequence[Iterable[Interval]] = FIVE_DAY_WEEK,
        exceptions: Mapping[date, Iterable[Interval]] | None = None,
        declared_years: Iterable[int] = (),
    ) -> WorkCalendar:
        """Checks and sorts what it is given.

        `week`: seven weekdays from Monday, each its working intervals. `exceptions`: days that differ, `()` for a
        holiday. `declared_years`: years whose public holidays are known; others still follow the weekly pattern,
        and `undeclared_years` names them so that a plan can say so. Raises CalendarError.
        """
        if len(week) != 7:
            raise CalendarError(f"A week has seven days, not {len(week)}.")
        days = {_plain_date(day): _checked(intervals, day) for day, intervals in (exceptions or {}).items()}
        return cls(
            tuple(_checked(intervals, number) for number, intervals in enumerate(week)),
            tuple(sorted(days.items())),
            frozenset(declared_years),
        )

    # -- days ---------------------------------------------------------------------------------------------------

    def intervals_on(self, day: date) -> Intervals:
        """The working intervals of a day, empty when nobody works."""
        day = _plain_date(day)
        return self._exception_by_date.get(day, self.week[day.weekday()])

    def minutes_on(self, day: date) -> int:
        """Working minutes of a day."""
        return sum(end - start for start, end in self.intervals_on(day))

    def is_workday(self, day: date) -> bool:
        """Whether anybody works on this day, be it half a day."""
        return bool(self.intervals_on(day))

    def next_workday(self, day: date) -> date:
        """The first working day on or after this day."""
        return self.add_workdays(day, 0)

    def previous_workday(self, day: date) -> date:
        """The last working day on or before this day."""
        return day if self.is_workday(day) else self.add_workdays(day, -1)

    def add_workdays(self, day: date, n: int) -> date:
        """The working day n working days away; the starting day itself is never counted.

        n > 0: the n-th working day after `day`. n < 0: the n-th before it. n = 0: `day` if it is a working day, else
        the next one. So Saturday + 1 is Monday, Friday + 1 is Monday, Monday - 1 is Friday, Sunday - 1 is Friday.
        Raises OutsideCalendarError beyond the years 1 to 9999.
        """
        ordinal = day.toordinal()
        tally = self.day_tally
        rank = tally.before(ordinal + 1) + n if n > 0 else tally.before(ordinal) + 1 + n
        return date.fromordinal(tally.reach(rank))

    def count_workdays(self, after: date, until: date) -> int:
        """Working days later than `after`, up to and including `until`; negative when `until` is the earlier one.

        The counterpart of `add_workdays`: for n > 0, `count_workdays(d, add_workdays(d, n)) == n`. It is the number
        of working days something is late: `count_workdays(due, finished)`.
        """
        return self.day_tally.before(until.toordinal() + 1) - self.day_tally.before(after.toordinal() + 1)

    def duration_workdays(self, first: date, last: date) -> int:
        """Working days from `first` to `last`, both included: the length of a task. Zero when `last` is earlier."""
        return max(0, self.day_tally.before(last.toordinal() + 1) - self.day_tally.before(first.toordinal()))

    def workdays(self, first: date, last: date) -> Iterator[date]:
        """Every working day from `first` to `last`, both included."""
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            if self.is_workday(day := date.fromordinal(ordinal)):
                yield day

    def shift(self, day: date, rule: Shift) -> date | None:
        """Where something due on this day goes when nobody works then; None when it is left out."""
        if self.is_workday(day):
            return day
        if rule is Shift.SKIP:
            return None
        return self.next_workday(day) if rule is Shift.AFTER else self.previous_workday(day)

    def undeclared_years(self, first: date, last: date) -> tuple[int, ...]:
        """Years from `first` to `last` whose public holidays are not known yet (e.g. 2027 年调休尚未导入)."""
        first, last = min(first, last), max(first, last)
        return tuple(year for year in range(first.year, last.year + 1) if year not in self.declared_years)

    # -- moments ------------------------------------------------------------------------------------------------

    def is_working(self, moment: datetime) -> bool:
        """Whether work goes on at this moment; at the very end of an interval it does not any more."""
        _refuse_zone(moment)
        minute = moment.hour * 60 + moment.minute
        return any(start <= minute < end for start, end in self.intervals_on(moment))

    def next_working_moment(self, moment: datetime) -> datetime:
        """The moment itself while work goes on, else the moment work begins again."""
        return max(moment, self._latest(self._worked(moment)))

    def add_working_minutes(self, moment: datetime, minutes: int) -> datetime:
        """The earliest moment by which `minutes` of work have passed; 0 gives the moment itself.

        17:30 + 30 is 18:00 of the same day, not the next morning. Negative minutes subtract.
        """
        if minutes < 0:
            return self.subtract_working_minutes(moment, -minutes)
        worked = self._worked(moment)
        return moment if minutes == 0 else self._earliest(worked + minutes * _MICROSECONDS)

    def subtract_working_minutes(self, moment: datetime, minutes: int) -> datetime:
        """The latest moment from which `minutes` of work are left until `moment`; 0 gives the moment itself.

        Monday 09:30 - 30 is Monday 09:00, not Friday 18:00. Negative minutes add.
        """
        if minutes < 0:
            return self.add_working_minutes(moment, -minutes)
        worked = self._worked(moment)
        return moment if minutes == 0 else self._latest(worked - minutes * _MICROSECONDS)

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Working time from `start` to `end`; negative when `end` is the earlier one."""
        return timedelta(microseconds=self._worked(end) - self._worked(start))

    def working_minutes_between(self, start: datetime, end: datetime) -> int:
        """Whole working minutes from `start` to `end`, cut towards zero; negative when `end` is the earlier one."""
        worked = self._worked(end) - self._worked(start)
        return worked // _MICROSECONDS if worked >= 0 else -(-worked // _MICROSECONDS)

    # -- sums ---------------------------------------------------------------------------------------------------

    @cached_property
    def day_tally(self) -> Tally:
        """Each working day worth 1."""
        return Tally.of(
            [int(bool(intervals)) for intervals in self.week],
            [(day.toordinal(), int(bool(intervals))) for day, intervals in self.exceptions],
        )

    @cached_property
    def minute_tally(self) -> Tally:
        """Each day worth its working minutes."""
        return Tally.of(
            [_length(intervals) for intervals in self.week],
            [(day.toordinal(), _length(intervals)) for day, intervals in self.exceptions],
        )

    @cached_property
    def _exception_by_date(self) -> dict[date, Intervals]:
        return dict(self.exceptions)

    def _worked(self, moment: datetime) -> int:
        """Microseconds of work from year 1 to the moment."""
        _refuse_zone(moment)
        into_day = (moment - datetime.combine(moment, time())) // timedelta(microseconds=1)
        today = sum(
            min(max(into_day - start * _MICROSECONDS, 0), (end - start) * _MICROSECONDS)
            for start, end in self.intervals_on(moment)
        )
        return self.minute_tally.before(moment.toordinal()) * _MICROSECONDS + today

    def _earliest(self, worked: int) -> datetime:
        """The first moment at which this much has been worked since year 1."""
        ordinal = self.minute_tally.reach(-(-worked // _MICROSECONDS))
        left = worked - self.minute_tally.before(ordinal) * _MICROSECONDS
        for start, end in self.intervals_on(date.fromordinal(ordinal)):
            if left <= (end - start) * _MICROSECONDS:
                return _moment(ordinal, start * _MICROSECONDS + left)
            left -= (end - start) * _MICROSECONDS
        raise AssertionError("a day reached by the tally holds the time that is left")

    def _latest(self, worked: int) -> datetime:
        """The last moment before more than this has been worked since year 1: always inside working time."""
        ordinal = self.minute_tally.reach(worked // _MICROSECONDS + 1)
        left = worked - self.minute_tally.before(ordinal) * _MICROSECONDS
        for start, end in self.intervals_on(date.fromordinal(ordinal)):
            if left < (end - start) * _MICROSECONDS:
                return _moment(ordinal, start * _MICROSECONDS + left)
            left -= (end - start) * _MICROSECONDS
        raise AssertionError("a day reached by the tally holds the time that is left")


def _checked(intervals: Iterable[Interval], where: object) -> Intervals:
    """Sorted, with touching intervals joined; refuses what is outside the day, empty or overlapping."""
    joined: list[Interval] = []
    for start, end in sorted(intervals):
        if not 0 <= start < end <= MINUTES_PER_DAY:
            raise CalendarError(f"{where}: {start}–{end} is no stretch of minutes inside one day.")
        if joined and start < joined[-1][1]:
            raise CalendarError(f"{where}: the working intervals overlap at minute {start}.")
        if joined and start == joined[-1][1]:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


def _length(intervals: Intervals) -> int:
    return sum(end - start for start, end in intervals)


def _plain_date(day: date) -> date:
    return day.date() if isinstance(day, datetime) else day


def _refuse_zone(moment: datetime) -> None:
    if moment.tzinfo is not None:
        raise CalendarError("Moments are local times of the company, without a zone; convert first.")


def _moment(ordinal: int, microseconds: int) -> datetime:
    try:
        return datetime.combine(date.fromordinal(ordinal), time()) + timedelta(microseconds=microseconds)
    except OverflowError:
        raise OutsideCalendarError(
            "The last working time of the year 9999 ends after the last moment there is."
        ) from None
