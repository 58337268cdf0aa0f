"""English date phrases: pattern by pattern what is meant."""

# ruff: noqa: E501 - a pattern that is broken over lines is read wrongly

from __future__ import annotations

import re
from datetime import date

from .date_phrase import DateKind, Reader, Reading, Rule, Setting
from .scan import whole_number
from .when import (
    add_days,
    add_months,
    add_workdays,
    day_of,
    month_end,
    next_day,
    next_month_end,
    next_quarter_end,
    part_of_month,
    quarter_end,
    this_quarter,
    weekday_of,
)

_MONTH_NAMES = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_WEEKDAY_NAMES = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_MONTH = (
    r"(?P<month>jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?\.?|july?\.?|aug(?:ust|\.)?"
    r"|sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)(?![a-z])"
)
_WEEKDAY = r"(?P<wd>mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)(?![a-z])"
_YEAR = r"(?:,?\s{0,2}(?P<year>20[0-9]{2}|19[0-9]{2})(?![0-9]))?"
_DAY = r"(?P<day>[0-3]?[0-9])(?:st|nd|rd|th)?"
_N = (
    r"(?P<n>[0-9]{1,4}|a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|fifteen|twenty|"
    r"thirty|sixty|ninety)"
)
_THE = r"(?:the\s{1,3})?"


def _month_number(match: re.Match[str]) -> int:
    return _MONTH_NAMES.index(match["month"][:3].lower()) + 1


def _certain(day: date | None) -> Reading:
    return Reading(day) if day else Reading(None, DateKind.INVALID)


def _full_date(match: re.Match[str], setting: Setting) -> Reading:
    month, day = _month_number(match), int(match["day"])
    return _certain(day_of(int(match["year"]), month, day) if match["year"] else next_day(setting.today, month, day))


def _month_end_of(match: re.Match[str], setting: Setting) -> date | None:
    month = _month_number(match)
    return month_end(int(match["year"]), month) if match["year"] else next_month_end(setting.today, month)


def _month_end(match: re.Match[str], setting: Setting) -> Reading | None:
    end = _month_end_of(match, setting)
    return Reading(end, DateKind.BEFORE) if end else None


def _month_whole(match: re.Match[str], setting: Setting) -> Reading | None:
    end = _month_end_of(match, setting)
    if end is None:
        return None
    word = match[0].lower()
    if word.startswith("before"):
        first = end.replace(day=1)
        if first <= setting.today and not match["year"]:
            first = add_months(first, 12) or first
        return Reading(add_days(first, -1), DateKind.BEFORE)
    return Reading(end, DateKind.BEFORE if word.startswith(("by", "until")) else DateKind.WITHIN, approximate=True)


def _month_part(match: re.Match[str], setting: Setting) -> Reading | None:
    end = _month_end_of(match, setting)
    part = {"early": "初", "begin": "初", "start": "初", "mid": "中"}.get(match["part"].lower().split("n")[0][:5], "底")
    if match["part"].lower().startswith("beg"):
        part = "初"
    day = part_of_month(end.year, end.month, part) if end else None
    if end and day and day < setting.today and not match["year"]:
        day = part_of_month(end.year + 1, end.month, part)
    return Reading(day, approximate=True) if day else None


def _weekday(match: re.Match[str], setting: Setting) -> Reading | None:
    weeks = {"this": 0, "next": 1}.get((match["which"] or "").lower())
    return Reading(weekday_of(setting.today, _WEEKDAY_NAMES.index(match["wd"][:3].lower()), weeks))


def _stretch(match: re.Match[str], setting: Setting) -> Reading | None:
    number = whole_number(match["n"])
    unit = re.sub(r"\s+", " ", match["unit"].lower())
    if number is None:
        return None
    if unit.startswith(("hour", "minute", "h")):
        hours = -(-number // 60) if unit.startswith("minute") else number
        return Reading(add_days(setting.today, hours // 24), DateKind.WITHIN, hours=max(1, hours))
    if match["of"]:
        return Reading(None, DateKind.ANCHORED)
    if unit.startswith(("working", "business", "workday", "work day")):
        return Reading(add_workdays(setting.today, number, setting.calendar), DateKind.WITHIN)
    if unit.startswith("day"):
        return Reading(add_days(setting.today, number), DateKind.WITHIN)
    if unit.startswith("week"):
        return Reading(add_days(setting.today, number * 7), DateKind.WITHIN)
    months = number * (12 if unit.startswith("year") else 3 if unit.startswith("quarter") else 1)
    return Reading(add_months(setting.today, months), DateKind.WITHIN)


def _end_of(match: re.Match[str], setting: Setting) -> Reading | None:
    ahead = 1 if (match["which"] or "").lower() == "next" else 0
    return _period_end(match["unit"].lower(), ahead, setting.today, DateKind.BEFORE)


def _this_period(match: re.Match[str], setting: Setting) -> Reading | None:
    ahead = 1 if match["which"].lower() == "next" else 0
    return _period_end(match["unit"].lower(), ahead, setting.today, DateKind.WITHIN)


def _period_end(unit: str, ahead: int, today: date, kind: DateKind) -> Reading | None:
    if unit in ("day", "business"):
        end = add_days(today, ahead)
    elif unit == "week":
        end = weekday_of(today, 6, ahead)
    elif unit == "month":
        end = month_end(today.year, today.month + ahead)
    elif unit == "quarter":
        end = quarter_end(today.year, this_quarter(today) + ahead)
    else:
        end = day_of(today.year + ahead, 12, 31)
    return Reading(end, kind) if end else None


_SHORT = {"eod": "day", "cob": "day", "eow": "week", "eom": "month", "eoq": "quarter", "eoy": "year"}


def _short(match: re.Match[str], setting: Setting) -> Reading | None:
    return _period_end(_SHORT[match["short"].lower()], 0, setting.today, DateKind.BEFORE)


def _hyphened_end(match: re.Match[str], setting: Setting) -> Reading | None:
    return _period_end(match["unit"].lower(), 0, setting.today, DateKind.BEFORE)


def _quarter(match: re.Match[str], setting: Setting) -> Reading | None:
    words = {"first": 1, "second": 2, "third": 3, "fourth": 4}
    quarter = int(match["q"]) if match["q"] else words[match["word"].lower()]
    year = int(match["year"]) if match["year"] else None
    end = quarter_end(year, quarter) if year else next_quarter_end(setting.today, quarter)
    return Reading(end, _by_or_in(match[0])) if end else None


def _by_or_in(phrase: str) -> DateKind:
    return (
        DateKind.BEFORE if phrase.lower().startswith(("by", "before", "until", "end", "the end")) else DateKind.WITHIN
    )


def _year_alone(match: re.Match[str], setting: Setting) -> Reading | None:
    year = int(match["y"]) - match[0].lower().startswith("before")
    return Reading(day_of(year, 12, 31), _by_or_in(match[0]))


def _near_day(match: re.Match[str], setting: Setting) -> Reading:
    word = match[0].lower()
    return Reading(add_days(setting.today, 2 if word.startswith(("the", "day")) else 1 if word == "tomorrow" else 0))


def _recurring_weekday(match: re.Match[str], setting: Setting) -> Reading:
    weekday = _WEEKDAY_NAMES.index(match["wd"][:3].lower())
    return Reading(weekday_of(setting.today, weekday, None), DateKind.RECURRING)


def _recurring(match: re.Match[str], setting: Setting) -> Reading:
    return Reading(None, DateKind.RECURRING)


def _recurring_workday(match: re.Match[str], setting: Setting) -> Reading:
    return Reading(add_workdays(setting.today, 0, setting.calendar), DateKind.RECURRING)


def _anchored(match: re.Match[str], setting: Setting) -> Reading:
    return Reading(None, DateKind.ANCHORED)


def _rule(pattern: str, read: Reader) -> Rule:
    return re.compile(r"(?<![a-z0-9_])" + pattern, re.IGNORECASE), read


_UNIT = r"(?P<unit>(?:working|business)\s{1,3}(?:days?|hours?)|work\s?days?|days?|weeks?|months?|quarters?|years?|hours?|h|minutes?)"

RULES: tuple[Rule, ...] = (
    _rule(rf"{_DAY}\s{{0,2}}(?:of\s)?{_MONTH}{_YEAR}(?![0-9])", _full_date),
    _rule(rf"{_MONTH}\s{{0,2}}{_DAY}(?![0-9%:])(?!\s?(?:people|units|days|pieces)){_YEAR}", _full_date),
    _rule(rf"(?:by\s|at\s)?{_THE}end\s(?:of\s)?{_MONTH}{_YEAR}", _month_end),
    _rule(rf"{_MONTH}{_YEAR}(?=\s?end)\s?end", _month_end),
    _rule(rf"(?P<part>early|mid|late|beginning\sof|start\sof|middle\sof)[\s-]{{0,2}}{_MONTH}{_YEAR}", _month_part),
    _rule(rf"(?:by|before|in|during|until)\s{{1,3}}(?!may\s(?:be|not))(?:the\s)?{_MONTH}{_YEAR}(?!\s?[0-9])", _month_whole),
    _rule(rf"{_MONTH},?\s{{0,2}}(?P<year>20[0-9]{{2}})(?![0-9])", _month_whole),
    _rule(rf"(?:(?P<which>this|next|coming)\s{{1,3}})?{_WEEKDAY}(?!s)", _weekday),
    _rule(rf"(?:within|in|over)\s{{1,3}}(?:the\snext\s|at\smost\s)?{_N}[\s-]{{0,3}}{_UNIT}(?![a-z])"
          r"(?P<of>\s(?:of|after|from|following)(?!\s(?:today|now))\s[a-z]{2,20}(?:\s[a-z]{2,20})?)?", _stretch),
    _rule(rf"{_N}[\s-]{{1,3}}(?:(?:working|business)\s)?(?:days?|weeks?|months?)\s(?:after|before|prior\sto|ahead\sof)\s[a-z]{{2,20}}", _anchored),
    _rule(rf"(?:by\s|at\s|before\s)?{_THE}(?:end|close)\s(?:of\s)?(?:(?P<which>this|next|the)\s)?(?P<unit>week|month|quarter|year|day|business)(?![a-z])", _end_of),
    _rule(r"(?P<which>this|next)\s(?P<unit>week|month|quarter|year)(?![a-z])", _this_period),
    _rule(r"(?P<short>eod|eow|eom|eoq|eoy|cob)(?![a-z])", _short),
    _rule(r"(?P<unit>week|month|quarter|year)[\s-]end(?![a-z])", _hyphened_end),
    _rule(rf"(?:by\s|in\s|before\s)?{_THE}(?:end\s(?:of\s)?)?{_THE}(?:q(?P<q>[1-4])|(?P<word>first|second|third|fourth)\squarter)(?![0-9a-z])(?:\s?end)?"
          r"(?:\s(?:of\s)?(?P<year>20[0-9]{2})(?![0-9]))?", _quarter),
    _rule(r"(?:by|before|in|during|end\sof|until)\s{1,3}(?:the\send\sof\s)?(?P<y>20[0-9]{2})(?![0-9./-])", _year_alone),
    _rule(r"(?:the\s)?day\safter\stomorrow|tomorrow|today|tonight", _near_day),
    _rule(rf"(?:every|each)\s{{1,3}}{_WEEKDAY}", _recurring_weekday),
    _rule(r"(?:every|each)\s(?:working|business|work)\s?day|(?:every|each)\sweekday", _recurring_workday),
    _rule(r"(?:every|each|per)\s(?:other\s)?(?:day|week|month|quarter|year|morning|evening|fortnight)(?![a-z])", _recurring),
    _rule(r"(?:daily|weekly|fortnightly|monthly|quarterly)(?![a-z])", _recurring),
)  # fmt: skip
