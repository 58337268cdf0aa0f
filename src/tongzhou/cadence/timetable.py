"""When something that recurs comes up: pure computation on the working calendar, the one place that knows it.

A *turn* is one time a channel comes up. Its ``slot`` is the usual day, which never changes: a Friday that a holiday
moves to Thursday keeps the Friday as its slot, so that no change of rule, zone or calendar makes it happen twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from tongzhou.engine.workcal import Shift, WorkCalendar

from .states import Recurrence

# No stretch of holidays is longer; turns further away are not moved into the days asked for.
FURTHEST_SHIFT = timedelta(days=24)


class Moved(StrEnum):
    """Why a turn is not on its usual day, or why it is on an unusual one."""

    NO = ""
    MAKE_UP = "make_up"
    BEFORE = "before"
    AFTER = "after"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class Timing:
    """How something recurs: every working day, every week on ``weekday``, or once ``on`` a day; at ``at`` local time.

    ``shift`` says what happens on a day nobody works; ``workdays_before`` puts it that many working days earlier than
    the day it belongs to (the weekly report is asked for the working day before the meeting).
    """

    recurrence: Recurrence
    at: time | None = None
    weekday: int | None = None
    on: date | None = None
    shift: Shift = Shift.SKIP
    workdays_before: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """One time something comes up: its usual day, the day and moment it really has (None when it is left out), and why."""

    slot: date
    day: date
    at: datetime | None
    moved: Moved = Moved.NO

    @property
    def is_left_out(self) -> bool:
        """True when it does not take place."""
        return self.moved is Moved.LEFT_OUT


@lru_cache(maxsize=512)
def turns(timing: Timing, first: date, last: date, calendar: WorkCalendar, zone: ZoneInfo) -> tuple[Turn, ...]:
    """Every turn whose day lies between ``first`` and ``last``, both included, in order of time.

    Local times that daylight saving skips come up as much later as the clock was put on; those it doubles, the first time.
    """
    found: dict[date, Turn] = {}
    for turn in _turns(timing, first - FURTHEST_SHIFT, last + FURTHEST_SHIFT, calendar, zone):
        if not first <= turn.day <= last:
            continue
        there = found.get(turn.day)
        # Two Fridays of one long holiday fall on one working day: it comes up once, and the left-out one gives way.
        if there is None or there.is_left_out:
            found[turn.day] = turn
    return tuple(sorted(found.values(), key=lambda turn: turn.day))


def local_moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment, in UTC and back in the zone, so that a skipped local time becomes the real one after it."""
    return datetime.combine(day, at, zone).astimezone(UTC).astimezone(zone)


def _turns(timing: Timing, first: date, last: date, calendar: WorkCalendar, zone: ZoneInfo) -> Iterator[Turn]:
    for slot in _slots(timing, first, last):
        if calendar.is_workday(slot):
            day, moved = slot, Moved.MAKE_UP if slot.weekday() >= 5 else Moved.NO
        elif timing.recurrence is Recurrence.WORKDAY:
            # Days off are nothing that was moved: what runs on working days has no turn on them.
            continue
        elif timing.shift is Shift.SKIP:
            yield Turn(slot, slot, None, Moved.LEFT_OUT)
            continue
        else:
            day = calendar.shift(slot, timing.shift) or slot
            moved = Moved.BEFORE if timing.shift is Shift.BEFORE else Moved.AFTER
        if timing.workdays_before:
            day = calendar.add_workdays(day, -timing.workdays_before)
        yield Turn(slot, day, local_moment(day, timing.at, zone) if timing.at is not None else None, moved)


def _slots(timing: Timing, first: date, last: date) -> Iterator[date]:
    match timing.recurrence:
        case Recurrence.ONCE:
            if timing.on is not None:
                yield timing.on
            return
        case Recurrence.WEEK:
            step = 7
            first += timedelta(days=((timing.weekday or 0) - first.weekday()) % 7)
        case _:
            step = 1
    while first <= last:
        yield first
        first += timedelta(days=step)
