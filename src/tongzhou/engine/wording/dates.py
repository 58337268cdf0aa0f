"""Finds dates and deadlines in Chinese and English text (6月1日前, 下周五, 三天内, by 1 June, within 5 working days).

Method: tables of patterns (`dates_zh`, `dates_en`), each with a function that reckons the date from `today`; where
two patterns read the same characters the longer one wins. A date without a year is the next such day, so it never
lies in the past; a date with a year is taken at its word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from tongzhou.engine.workcal import WorkCalendar

from .date_phrase import DateKind, DatePhrase, Rule, Setting
from .dates_en import RULES as ENGLISH
from .dates_zh import RULES as CHINESE
from .scan import Span, scan, without_overlaps


@dataclass(frozen=True)
class DateScan:
    """All date phrases of a text in order; `truncated` when the text was longer than SCAN_LIMIT."""

    phrases: tuple[DatePhrase, ...]
    truncated: bool


# A time of day right behind a date; the branches are told apart by their first characters.
_TIME_ZH = re.compile(
    r"\s{0,2}(?P<part>上午|早上|中午|下午|晚上|晚)?\s?"
    r"(?:(?P<h>[0-2]?[0-9]):(?P<m>[0-5][0-9])|(?P<h2>[0-2]?[0-9])[点时](?:(?P<half>半)|(?P<m2>[0-5]?[0-9])分)?"
    r"|(?P<word>中午|下班))"
)
_TIME_EN = re.compile(
    r"(?:,)?\s{0,2}(?:at|by|before)?\s{0,2}(?:(?P<h>[0-2]?[0-9])(?::(?P<m>[0-5][0-9]))?\s?(?P<ap>[ap]\.?m\b\.?)"
    r"|(?P<h24>[0-2]?[0-9]):(?P<m24>[0-5][0-9])|(?P<word>noon|midnight|close of business|COB))",
    re.IGNORECASE,
)
_AFTER_ZH = re.compile(
    r"\s{0,2}(?P<word>之前|以前|前|之内|以内|内|止|截止|截至)(?!\s{0,2}(?:[0-9一二两三四五六七八九十]{1,3}[%名]))"
)
_BEFORE_EN = re.compile(
    r"(?:\b(?P<by>by|before|until|till|through|not later than|no later than|latest|due|due on|due by|ahead of)"
    r"|\b(?P<on>on|from|at|starting|in))\s{1,3}(?:the\s{1,3})?$",
    re.IGNORECASE,
)
_CLOCK_BEFORE_EN = re.compile(r"\b(?:by|at|before)\s(?P<h24>[0-2]?[0-9]):(?P<m24>[0-5][0-9])\s{1,2}$", re.IGNORECASE)
_JOINT = re.compile(r"\s{0,2}(?:至|到|-|—|–|~|to|until|through|till)?\s{0,2}", re.IGNORECASE)
_BEFORE_ZH = re.compile(r"(?:截止|截至|截止到|不晚于|最迟|最晚|至迟)[到至于在:]?\s?$")


def find_dates(text: str, today: date, calendar: WorkCalendar | None = None) -> DateScan:
    """Every date phrase of the text, in order, without overlaps."""
    scanned = scan(text)
    setting = Setting(today, calendar)
    found: list[DatePhrase] = []
    for rules in (CHINESE, ENGLISH):
        found += _candidates(scanned.text, rules, setting)
    kept = without_overlaps([(phrase.span, 0) for phrase in found])
    return DateScan(tuple(_joined(scanned.text, [found[index] for index in kept])), scanned.truncated)


def parse_date(text: str, today: date, calendar: WorkCalendar | None = None) -> date | None:
    """The date a short input means (what a person types into a due-date field); None when it is not one date."""
    dates = [phrase.day for phrase in find_dates(text, today, calendar).phrases]
    return dates[0] if len(dates) == 1 else None


def _candidates(text: str, rules: Sequence[Rule], setting: Setting) -> list[DatePhrase]:
    found = []
    for pattern, read in rules:
        for match in pattern.finditer(text):
            reading = read(match, setting)
            if reading is not None:
                phrase = DatePhrase(
                    Span(*match.span()),
                    reading.kind,
                    reading.day,
                    reading.minute,
                    reading.approximate,
                    reading.hours,
                    reading.start,
                )
                found.append(_with_surroundings(text, phrase))
    return found


def _joined(text: str, phrases: list[DatePhrase]) -> list[DatePhrase]:
    """Makes one stretch of two days that the text joins (6月1日至6月18日, from 1 June to 14 June)."""
    joined: list[DatePhrase] = []
    for phrase in phrases:
        last = joined[-1] if joined else None
        if (
            last
            and last.kind is DateKind.ON
            and last.day
            and phrase.day
            and last.day <= phrase.day
            and phrase.kind in (DateKind.ON, DateKind.BEFORE)
            and phrase.span.start - last.span.end <= 8
            and (phrase.span.start > last.span.end or phrase.kind is DateKind.BEFORE)
            and _JOINT.fullmatch(text, last.span.end, phrase.span.start)
        ):
            span = Span(last.span.start, phrase.span.end)
            joined[-1] = replace(phrase, span=span, kind=DateKind.WITHIN, start=last.day)
        else:
            joined.append(phrase)
    return joined


def _with_surroundings(text: str, phrase: DatePhrase) -> DatePhrase:
    """Takes in a time of day and the words that turn a day into a deadline (前, by)."""
    if phrase.kind is DateKind.INVALID:
        return phrase
    start, end = phrase.span
    minute, kind = phrase.minute, phrase.kind
    if minute is None and phrase.hours is None:
        for pattern in (_TIME_ZH, _TIME_EN):
            time = pattern.match(text, end)
            if time and (at := _minute(time)) is not None:
                minute, end = at, time.end()
                break
    after = _AFTER_ZH.match(text, end)
    if after:
        end = after.end()
    ahead = text[max(0, start - 24) : start]
    clock = _CLOCK_BEFORE_EN.search(ahead)
    if clock and minute is None:
        minute, start = _minute(clock), start - len(ahead) + clock.start()
        ahead = text[max(0, start - 24) : start]
    before = _BEFORE_EN.search(ahead) or _BEFORE_ZH.search(ahead)
    if before:
        start -= len(ahead) - before.start()
    if kind in (DateKind.ON, DateKind.WITHIN):
        if after:
            within = after["word"].endswith("内")
            kind = DateKind.WITHIN if within else DateKind.BEFORE
        elif before and (before.re is _BEFORE_ZH or before["by"]):
            kind = DateKind.BEFORE
    return replace(phrase, span=Span(start, end), minute=minute, kind=kind)


def _minute(match: re.Match[str]) -> int | None:
    """Minutes after midnight of a matched time of day; None when there is no such time."""
    parts = match.groupdict()
    word = (parts.get("word") or "").lower()
    if word:
        return {"中午": 720, "noon": 720, "midnight": 1440}.get(word, 18 * 60)
    hour = int(parts.get("h") or parts.get("h2") or parts.get("h24") or 0)
    minute = int(parts.get("m") or parts.get("m2") or parts.get("m24") or 0) + (30 if parts.get("half") else 0)
    afternoon = parts.get("part") in ("下午", "晚上", "晚") or (parts.get("ap") or "").lower().startswith("p")
    if afternoon and hour < 12:
        hour += 12
    elif (parts.get("ap") or "").lower().startswith("a") and hour == 12:
        hour = 0
    at = hour * 60 + minute
    return at if at <= 1440 else None
