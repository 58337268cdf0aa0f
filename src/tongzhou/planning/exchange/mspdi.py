"""Words and numbers of Microsoft Project XML (MSPDI) that reading and writing share."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal

from ..states import DateConstraint

NAMESPACE = "http://schemas.microsoft.com/project"
DAY = 24 * 60
# Kind of link by MSPDI's number.
LINKS = {"0": "FF", "1": "FS", "2": "SF", "3": "SS"}
# Units of durations and lags; 32 more is the same, only estimated. Even ones run on through nights and holidays.
PERCENT, ELAPSED_PERCENT = 19, 20
ELAPSED = frozenset({4, 6, 8, 10, 12})
CONSTRAINTS = {
    DateConstraint.NONE: 0,
    DateConstraint.MUST_START: 2,
    DateConstraint.MUST_FINISH: 3,
    DateConstraint.START_NOT_BEFORE: 4,
    DateConstraint.FINISH_NOT_AFTER: 7,
}
ALAP, SNLT, FNET = 1, 5, 6
# Text fields of a task by their number; Microsoft Project keeps them when it saves the file again.
_TEXT = {1: 188743731, 11: 188743997}
KEY, DEPARTMENT, OBJECTIVE, COMMITMENT, RANGE, HELD, STATUS = 11, 12, 23, 24, 25, 26, 27
# Before the day in HELD: the file's date constraint stands for it, because Microsoft Project knows no levelling date
# of its own that it would keep.
STANDS_FOR_HELD = "="
DELIVERABLE = (13, 14)
ACCEPTANCE = (15, 16, 17, 18, 19, 20, 21, 22)
LONGEST_FIELD = 255
_ISO = re.compile(
    r"(-)?P(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,9})W)?(?:(\d{1,9})D)?"
    r"(?:T(?:(\d{1,9}(?:\.\d{1,6})?)H)?(?:(\d{1,9}(?:\.\d{1,6})?)M)?(?:(\d{1,9}(?:\.\d{1,6})?)S)?)?"
)


def text_field(number: int) -> int:
    """The key of the task field Text11 … Text30."""
    return _TEXT[11] + number - 11


def minutes_of(duration: str, minutes_per_day: int) -> Decimal | None:
    """Minutes of ``PT16H30M0S``; days in it are as long as the file's own; None when it cannot be read."""
    found = _ISO.fullmatch(duration.strip())
    if found is None or duration.strip() in {"P", "-P"}:
        return None
    sign, years, months, weeks, days, hours, minutes, seconds = found.groups()
    whole_days = int(days or 0) + 5 * int(weeks or 0) + 20 * int(months or 0) + 240 * int(years or 0)
    total = (
        Decimal(whole_days * minutes_per_day)
        + Decimal(hours or 0) * 60
        + Decimal(minutes or 0)
        + Decimal(seconds or 0) / 60
    )
    return -total if sign else total


def written_minutes(minutes: int) -> str:
    """The same back."""
    return f"PT{minutes // 60}H{minutes % 60}M0S"


def day_of(text: str) -> date | None:
    """The day of ``2026-05-11T09:00:00``; None for nothing and for what is no date."""
    found = re.match(r"\s*(\d{4})-(\d{2})-(\d{2})", text)
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def moment(day: date, minute: int) -> str:
    """A day and a minute of it as MSPDI writes it; its days end at midnight."""
    if minute >= DAY:
        return datetime.combine(day, time(23, 59, 59)).isoformat(timespec="seconds")
    return datetime.combine(day, time(minute // 60, minute % 60)).isoformat(timespec="seconds")


def pieces(text: str, count: int) -> list[str]:
    """A text cut so that each piece fits into a field of Microsoft Project, which counts in UTF-16."""
    found, piece, length = [], "", 0
    for char in text:
        width = 2 if ord(char) > 0xFFFF else 1
        if length + width > LONGEST_FIELD:
            found.append(piece)
            piece, length = "", 0
        piece += char
        length += width
    return [*found, piece][:count] if text else []


def number_of(text: str | None, usual: int) -> int:
    """A whole number of the file, or the usual one."""
    plain = (text or "").strip()
    return int(plain) if re.fullmatch(r"-?\d{1,12}", plain) else usual


def is_true(text: str | None) -> bool:
    """MSPDI writes 1 and 0; some programs true and false."""
    return (text or "").strip().lower() in {"1", "true"}
