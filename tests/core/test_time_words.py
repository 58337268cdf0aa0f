"""Moments in words: what a person reads on the desk."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from tongzhou.core.time_words import due_in_words, past_in_words

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 6, 3, 9, 30, tzinfo=SHANGHAI)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "text", "tone"),
    [
        (at("2026-06-03 17:00"), "by 17:00 today", "warn"),
        (at("2026-06-04 12:00"), "by 12:00 tomorrow", "neutral"),
        (at("2026-06-06 12:00"), "in 3 days", "neutral"),
        (at("2026-06-03 09:29"), "1 minute overdue", "late"),
        (at("2026-06-03 06:30"), "3 hours overdue", "late"),
        (at("2026-06-01 23:59"), "2 days overdue", "late"),
        (date(2026, 6, 3), "today", "warn"),
        (date(2026, 6, 4), "tomorrow", "neutral"),
        (date(2026, 6, 2), "1 day overdue", "late"),
        (date(2026, 6, 18), "June 18", "neutral"),
        (date(2027, 1, 4), "Jan. 4, 2027", "neutral"),
    ],
)
def test_due_is_said_as_people_say_it(moment: date, text: str, tone: str) -> None:
    with translation.override("en"):
        words = due_in_words(moment, NOW)
    assert (words.text, words.tone) == (text, tone)


def test_due_of_what_is_done_is_only_named() -> None:
    with translation.override("en"):
        words = due_in_words(date(2026, 6, 1), NOW, done=True)
    assert (words.text, words.tone) == ("June 1", "neutral")


def test_due_counts_calendar_days_of_the_company_not_of_utc() -> None:
    # 01:00 in Shanghai on the 4th is still the 3rd in UTC.
    with translation.override("en"):
        words = due_in_words(at("2026-06-04 01:00").astimezone(ZoneInfo("UTC")), NOW)
    assert words.text == "by 01:00 tomorrow"


def test_exact_moment_stays_readable_beside_the_words() -> None:
    with translation.override("zh-hans"):
        words = due_in_words(at("2026-06-03 17:00"), NOW)
    assert words.exact == "2026年6月3日 17:00"
    assert words.iso == "2026-06-03T17:00+08:00"


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=12), "12 minutes ago"),
        (timedelta(hours=3), "today 06:30"),
        (timedelta(hours=20), "yesterday 13:30"),
        (timedelta(days=30), "May 4 09:30"),
    ],
)
def test_past_is_said_near_now_and_dated_far_away(ago: timedelta, text: str) -> None:
    with translation.override("en"):
        assert past_in_words(NOW - ago, NOW).text == text
