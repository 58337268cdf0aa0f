"""Which rules a channel of the communication mechanism brings with it: the channel itself, and what leads up to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from tongzhou.engine.workcal import Shift

from .states import Recurrence, RuleKind

REMIND_BEFORE = timedelta(minutes=30)
REPORT_ASKED_AT = time(9, 0)
REPORT_DUE_AT = time(12, 0)
# Time enough to look a prefilled report through and hand it in.
REMIND_OF_REPORT_BEFORE = timedelta(hours=2)
# A report needs this long before the meeting that reads it; else it is due the working day before.
REPORT_BEFORE = timedelta(hours=1)
REPORT_DUE_THE_DAY_BEFORE_AT = time(17, 0)


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel as the communication mechanism has it: how often, when, whose."""

    recurrence: str
    at: time
    weekday: int | None = None
    on: date | None = None
    shift: str = Shift.SKIP.value
    owner_id: int | None = None
    workdays_before: int = 0


def rules_of(channels: dict[str, Channel]) -> dict[str, Channel]:
    """Rule kind → when. Daily brings its reminder half an hour before; weekly brings the report, asked for the working
    day before and due at noon, in good time for the meeting, with a reminder two hours before. What comes up by no clock
    (an emergency) has none."""
    found: dict[str, Channel] = {}
    for kind, channel in channels.items():
        match kind:
            case RuleKind.DAILY:
                found[RuleKind.DAILY_REMINDER] = replace(channel, at=_earlier(channel.at, REMIND_BEFORE))
            case RuleKind.WEEKLY if channel.recurrence != Recurrence.WORKDAY:
                found |= _report(channel)
        if kind in RuleKind.values:
            found[kind] = channel
    return found


def _report(meeting: Channel) -> dict[str, Channel]:
    if _earlier(meeting.at, REPORT_BEFORE) >= REPORT_DUE_AT:
        due, days = REPORT_DUE_AT, 0
    else:
        due, days = REPORT_DUE_THE_DAY_BEFORE_AT, 1
    return {
        RuleKind.REPORT_ASKED: replace(meeting, at=REPORT_ASKED_AT, workdays_before=days + 1),
        RuleKind.REPORT_REMINDER: replace(meeting, at=_earlier(due, REMIND_OF_REPORT_BEFORE), workdays_before=days),
        RuleKind.REPORT_DUE: replace(meeting, at=due, workdays_before=days),
    }


def _earlier(at: time, by: timedelta) -> time:
    """That much earlier, on the same day."""
    day = datetime.combine(date(2000, 1, 2), at)
    moved = day - by
    return moved.time() if moved.date() == day.date() else time(0, 0)
