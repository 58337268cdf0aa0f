"""Working hours as people write them: 9:00-12:00, 13:00-18:00."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from tongzhou.core.errors import InvalidInput, Words
from tongzhou.engine.workcal import HOLIDAY, CalendarError, WorkCalendar

Week = dict[str, list[list[int]]]
DAYS = tuple(str(day) for day in range(1, 8))
MOST_INTERVALS = 6
_INTERVAL = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-–—~～至]\s*(\d{1,2})[:：](\d{2})")


def read_hours(text: str) -> list[list[int]]:
    """The intervals of a day in minutes; nothing typed is a day off. ``ValueError`` with words for the person."""
    text = text.strip()
    if not text:
        return []
    found = []
    for part in re.split(r"[,，;；、]", text):
        match = _INTERVAL.fullmatch(part.strip())
        if match is None:
            raise ValueError(_("Write hours such as 9:00-12:00, 13:00-18:00; leave it empty for a day off"))
        from_hour, from_minute, to_hour, to_minute = map(int, match.groups())
        if from_minute > 59 or to_minute > 59:
            raise ValueError(_("There is no such time of day"))
        found.append([from_hour * 60 + from_minute, to_hour * 60 + to_minute])
    return checked_day(found)


def write_hours(intervals: Sequence[Sequence[int]]) -> str:
    """The intervals of a day as people write them."""
    return ", ".join(f"{start // 60}:{start % 60:02d}-{end // 60}:{end % 60:02d}" for start, end in intervals)


def checked_day(intervals: Sequence[Sequence[int]]) -> list[list[int]]:
    """Sorted and joined by the engine's own rules; ``ValueError`` with words for the person."""
    if len(intervals) > MOST_INTERVALS:
        raise ValueError(_("At most %(limit)s stretches a day") % {"limit": MOST_INTERVALS})
    pairs = [(int(start), int(end)) for start, end in intervals]
    for start, end in pairs:
        if not 0 <= start < end <= 24 * 60:
            raise ValueError(_("The end of working hours lies after their beginning, within the same day"))
    try:
        day = WorkCalendar.of([pairs, *([HOLIDAY] * 6)]).week[0]
    except CalendarError as refusal:
        raise ValueError(_("These hours overlap")) from refusal
    return [[start, end] for start, end in day]


def checked_week(week: Mapping[str, Sequence[Sequence[int]]]) -> Week:
    """A whole week, keyed by ISO weekday; ``InvalidInput`` names the day."""
    problems: dict[str, Words] = {}
    checked: Week = {}
    for day, intervals in week.items():
        if day not in DAYS:
            problems[f"day_{day}"] = _("There is no such weekday")
            continue
        try:
            checked[day] = checked_day(intervals)
        except (ValueError, TypeError) as refusal:
            problems[f"day_{day}"] = str(refusal)
    if problems:
        raise InvalidInput(problems)
    if not any(checked.values()):
        raise InvalidInput({"week": _("A week has at least one working day")})
    return {day: checked[day] for day in DAYS if checked.get(day)}
