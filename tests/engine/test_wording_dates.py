"""Date phrases in both languages, read on Wednesday 6 May 2026."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongzhou.engine.wording import DateKind, DatePhrase, find_dates, parse_date
from tongzhou.engine.workcal import FIVE_DAY_WEEK, HOLIDAY, WorkCalendar

TODAY = date(2026, 5, 6)
CALENDAR = WorkCalendar.of(FIVE_DAY_WEEK, {date(2026, 5, 8): HOLIDAY}, [2026])

BEFORE, ON, WITHIN, RECURRING = DateKind.BEFORE, DateKind.ON, DateKind.WITHIN, DateKind.RECURRING


def the_one(text: str, today: date = TODAY, calendar: WorkCalendar | None = None) -> DatePhrase:
    (phrase,) = find_dates(text, today, calendar).phrases
    return phrase


@pytest.mark.parametrize(
    ("text", "kind", "day"),
    [
        ("6月1日前", BEFORE, "2026-06-01"),
        ("六月一日", ON, "2026-06-01"),
        ("６月１日之前", BEFORE, "2026-06-01"),
        ("2026年6月1日", ON, "2026-06-01"),
        ("二〇二七年三月五日", ON, "2027-03-05"),
        ("明年3月5号", ON, "2027-03-05"),
        ("2026-06-01", ON, "2026-06-01"),
        ("2026/6/1前", BEFORE, "2026-06-01"),
        ("6/1", ON, "2026-06-01"),
        ("5月5日", ON, "2027-05-05"),
        ("5月6日", ON, "2026-05-06"),
        ("2月29日", ON, "2028-02-29"),
        ("下周五", ON, "2026-05-15"),
        ("本周五", ON, "2026-05-08"),
        ("周五前", BEFORE, "2026-05-08"),
        ("本周一", ON, "2026-05-11"),
        ("三天内", WITHIN, "2026-05-09"),
        ("5个工作日内", WITHIN, "2026-05-13"),
        ("两周内", WITHIN, "2026-05-20"),
        ("半年内", WITHIN, "2026-11-06"),
        ("月底前", BEFORE, "2026-05-31"),
        ("本月底", ON, "2026-05-31"),
        ("下月初", ON, "2026-06-10"),
        ("下月3日前", BEFORE, "2026-06-03"),
        ("9月前", BEFORE, "2026-08-31"),
        ("6月底前", BEFORE, "2026-06-30"),
        ("季度末", WITHIN, "2026-06-30"),
        ("三季度末前", BEFORE, "2026-09-30"),
        ("Q4", WITHIN, "2026-12-31"),
        ("Q1", WITHIN, "2027-03-31"),
        ("下半年", WITHIN, "2026-12-31"),
        ("年底前", BEFORE, "2026-12-31"),
        ("2027年底", WITHIN, "2027-12-31"),
        ("明天", ON, "2026-05-07"),
        ("后天", ON, "2026-05-08"),
        ("618前", BEFORE, "2026-06-18"),
        ("6月1日至6月18日", WITHIN, "2026-06-18"),
        ("6月1日到18日", WITHIN, "2026-06-18"),
        ("by 1 June", BEFORE, "2026-06-01"),
        ("June 1st", ON, "2026-06-01"),
        ("before June 1, 2027", BEFORE, "2027-06-01"),
        ("next Friday", ON, "2026-05-15"),
        ("by Thursday", BEFORE, "2026-05-07"),
        ("within 3 days", WITHIN, "2026-05-09"),
        ("within five working days", WITHIN, "2026-05-13"),
        ("by end of month", BEFORE, "2026-05-31"),
        ("EOM", BEFORE, "2026-05-31"),
        ("end of Q4", BEFORE, "2026-12-31"),
        ("by the end of next month", BEFORE, "2026-06-30"),
        ("before June", BEFORE, "2026-05-31"),
        ("no later than 18 September", BEFORE, "2026-09-18"),
        ("tomorrow", ON, "2026-05-07"),
        ("from 1 June to 14 June", WITHIN, "2026-06-14"),
    ],
)
def test_a_phrase_means_a_day(text: str, kind: DateKind, day: str) -> None:
    phrase = the_one(text)
    assert (phrase.kind, phrase.day) == (kind, date.fromisoformat(day))
    assert phrase.span == (0, len(text))


@pytest.mark.parametrize(
    ("text", "day", "minute"),
    [
        ("每周五15:00", "2026-05-08", 900),
        ("每月5日前", "2026-06-05", None),
        ("每个工作日17:00前", "2026-05-06", 1020),
        ("every Friday at 15:00", "2026-05-08", 900),
        ("by 17:00 every working day", "2026-05-06", 1020),
    ],
)
def test_what_comes_back_names_its_next_time(text: str, day: str, minute: int | None) -> None:
    phrase = the_one(text)
    assert (phrase.kind, phrase.day, phrase.minute) == (RECURRING, date.fromisoformat(day), minute)


def test_a_time_of_day_belongs_to_its_date() -> None:
    assert the_one("5月21日上午10点前").minute == 600
    assert the_one("后天下午3点半").minute == 930
    assert the_one("5月31日24:00前").minute == 1440
    assert the_one("by tomorrow noon").minute == 720


def test_working_days_follow_the_calendar() -> None:
    assert the_one("2个工作日内", calendar=CALENDAR).day == date(2026, 5, 11)
    assert the_one("2个工作日内").day == date(2026, 5, 8)


@pytest.mark.parametrize("text", ["2月30日", "13月5日", "2026-02-30", "2027年2月29日", "February 30", "6月31号"])
def test_a_day_that_does_not_exist_is_reported_where_it_stands(text: str) -> None:
    phrase = the_one(f"于{text}完成")
    assert (phrase.kind, phrase.day) == (DateKind.INVALID, None)
    assert f"于{text}完成"[slice(*phrase.span)] == text
    assert not phrase.is_deadline


@pytest.mark.parametrize(
    "text", ["收到合同初稿后3个工作日内", "端午节前3天", "活动开始前3天", "within 5 working days of receipt"]
)
def test_a_deadline_that_hangs_on_an_event_has_no_day_yet(text: str) -> None:
    phrase = the_one(text)
    assert (phrase.kind, phrase.day) == (DateKind.ANCHORED, None)


@pytest.mark.parametrize(
    "text",
    [
        "响应时间缩短到2小时以内",
        "把2号库的货清完",
        "3号楼",
        "3/4 of customers",
        "we may be late",
        "去年同期",
        "月度报告",
        "目前3个",
    ],
)
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert find_dates(text, TODAY).phrases == ()


def test_hours_are_a_response_time() -> None:
    phrase = the_one("48小时内")
    assert (phrase.hours, phrase.day) == (48, date(2026, 5, 8))


def test_a_short_input_is_read_as_one_date() -> None:
    assert parse_date("下周五", TODAY) == date(2026, 5, 15)
    assert parse_date("6月1日, 6月3日", TODAY) is None
    assert parse_date("尽快", TODAY) is None


FLOATING = [
    "6月1日前",
    "2月29日",
    "六月一日",
    "6/1",
    "下周五",
    "本周一",
    "周日",
    "三天内",
    "5个工作日内",
    "月底前",
    "本月初",
    "下月初",
    "5月中旬",
    "季度末",
    "Q1",
    "Q4",
    "一季度",
    "上半年",
    "年底前",
    "明天",
    "五一前",
    "每周三15:00",
    "每月31日",
    "本月5日",
    "9月前",
    "5日前",
    "周末",
    "by 1 June",
    "June 1st",
    "next Friday",
    "this Monday",
    "within 3 days",
    "EOM",
    "end of Q1",
    "mid May",
    "before June",
    "tomorrow",
    "by end of month",
    "this week",
    "by February",
    "early January",
]


@given(st.sampled_from(FLOATING), st.dates(date(1900, 1, 1), date(9990, 12, 31)))
def test_a_date_without_a_year_never_lies_in_the_past(text: str, today: date) -> None:
    for phrase in find_dates(text, today).phrases:
        assert phrase.day is not None
        assert phrase.day >= today


@given(st.sampled_from(FLOATING), st.sampled_from([date.min, date(9999, 12, 31), date(9999, 1, 1)]))
def test_the_first_and_the_last_year_do_not_crash(text: str, today: date) -> None:
    find_dates(text, today)


@given(st.dates(date(1000, 1, 1), date(2999, 12, 31)))
def test_every_written_date_is_read_back(day: date) -> None:
    for text in (f"{day.year}年{day.month}月{day.day}日", day.isoformat()):
        assert parse_date(text, TODAY) == day


@given(st.integers(1, 12), st.integers(1, 31), st.dates(date(1950, 1, 1), date(2500, 1, 1)))
def test_a_day_of_the_year_is_the_next_one_or_invalid(month: int, number: int, today: date) -> None:
    phrase = the_one(f"{month}月{number}日", today)
    try:
        date(2000, month, number)
    except ValueError:
        assert phrase.kind is DateKind.INVALID
    else:
        assert phrase.day is not None
        assert (phrase.day.month, phrase.day.day) == (month, number)
        assert today <= phrase.day
