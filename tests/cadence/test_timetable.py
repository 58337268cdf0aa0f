"""When something recurs: holidays, make-up days, shifts, daylight saving; pure computation."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from tongzhou.cadence.deriving import Channel, rules_of
from tongzhou.cadence.states import Recurrence
from tongzhou.cadence.timetable import Moved, Timing, turns
from tongzhou.engine.workcal import OFFICE_HOURS, Shift, WorkCalendar

SHANGHAI, BERLIN, NEW_YORK = map(ZoneInfo, ("Asia/Shanghai", "Europe/Berlin", "America/New_York"))
# National Day 2026: 1 to 7 October off, Sunday 20 September and Saturday 10 October made up.
CHINA = WorkCalendar.of(
    exceptions={date(2026, 10, day): () for day in range(1, 8)}
    | {date(2026, 9, 20): OFFICE_HOURS, date(2026, 10, 10): OFFICE_HOURS},
    declared_years=[2026],
)
FRIDAY = Timing(Recurrence.WEEK, time(15), weekday=4, shift=Shift.BEFORE)
DAILY = Timing(Recurrence.WORKDAY, time(17))


def days(timing: Timing, first: date, last: date, calendar: WorkCalendar = CHINA) -> list[tuple[str, Moved]]:
    return [(turn.day.isoformat(), turn.moved) for turn in turns(timing, first, last, calendar, SHANGHAI)]


def test_a_daily_channel_runs_on_working_days_and_names_the_made_up_one() -> None:
    assert days(DAILY, date(2026, 9, 30), date(2026, 10, 12)) == [
        ("2026-09-30", Moved.NO),
        ("2026-10-08", Moved.NO),
        ("2026-10-09", Moved.NO),
        ("2026-10-10", Moved.MAKE_UP),
        ("2026-10-12", Moved.NO),
    ]


@pytest.mark.parametrize(
    ("shift", "wanted"),
    [
        (Shift.BEFORE, ("2026-09-30", Moved.BEFORE)),
        (Shift.AFTER, ("2026-10-08", Moved.AFTER)),
        (Shift.SKIP, ("2026-10-02", Moved.LEFT_OUT)),
    ],
)
def test_a_friday_of_the_national_holiday_goes_where_its_rule_says(shift: Shift, wanted: tuple[str, Moved]) -> None:
    timing = Timing(Recurrence.WEEK, time(15), weekday=4, shift=shift)
    assert days(timing, date(2026, 9, 28), date(2026, 10, 9)) == [wanted, ("2026-10-09", Moved.NO)]


def test_the_slot_stays_the_usual_day_when_the_turn_moves() -> None:
    moved = turns(FRIDAY, date(2026, 9, 28), date(2026, 10, 2), CHINA, SHANGHAI)[0]
    assert (moved.slot, moved.day) == (date(2026, 10, 2), date(2026, 9, 30))


def test_what_is_asked_a_working_day_before_follows_the_meeting_that_moved() -> None:
    asked = Timing(Recurrence.WEEK, time(9), weekday=4, shift=Shift.BEFORE, workdays_before=1)
    assert days(asked, date(2026, 9, 26), date(2026, 10, 2)) == [("2026-09-29", Moved.BEFORE)]


def test_two_fridays_of_one_long_holiday_come_up_once_on_the_day_both_move_to() -> None:
    long = WorkCalendar.of(exceptions={date(2027, 2, day): () for day in range(5, 20)})
    found = turns(FRIDAY, date(2027, 2, 1), date(2027, 2, 19), long, SHANGHAI)
    assert [turn.day for turn in found] == [date(2027, 2, 4)]


@pytest.mark.parametrize(
    ("zone", "day", "at", "wanted"),
    [
        # 29 March 2026: 02:00 becomes 03:00 in Berlin, so 02:30 is not there and comes up at 03:30.
        (BERLIN, date(2026, 3, 29), time(2, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        # 25 October 2026: 02:30 comes twice; the first one counts.
        (BERLIN, date(2026, 10, 25), time(2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (NEW_YORK, date(2026, 3, 8), time(2, 30), datetime(2026, 3, 8, 7, 30, tzinfo=UTC)),
        (NEW_YORK, date(2026, 11, 1), time(1, 30), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
    ],
)
def test_local_times_that_daylight_saving_skips_or_doubles_come_up_once(
    zone: ZoneInfo, day: date, at: time, wanted: datetime
) -> None:
    every_day = WorkCalendar.of([OFFICE_HOURS] * 7)
    found = turns(Timing(Recurrence.WORKDAY, at), day, day, every_day, zone)
    assert [turn.at.astimezone(UTC) for turn in found if turn.at] == [wanted]


def test_the_wall_clock_time_stays_when_daylight_saving_begins() -> None:
    found = turns(FRIDAY, date(2026, 3, 23), date(2026, 4, 3), CHINA, BERLIN)
    assert [turn.at.strftime("%H:%M%z") for turn in found if turn.at] == ["15:00+0100", "15:00+0200"]


def test_channels_bring_what_leads_up_to_them() -> None:
    found = rules_of({"daily": Channel("workday", time(17)), "weekly": Channel("week", time(15), weekday=4)})
    assert {kind: (rule.at, rule.workdays_before) for kind, rule in found.items()} == {
        "daily_reminder": (time(16, 30), 0),
        "daily": (time(17), 0),
        "report_asked": (time(9), 1),
        "report_reminder": (time(10), 0),
        "report_due": (time(12), 0),
        "weekly": (time(15), 0),
    }


def test_the_report_of_a_morning_meeting_is_due_the_evening_before() -> None:
    found = rules_of({"weekly": Channel("week", time(10), weekday=0)})
    assert (found["report_due"].at, found["report_due"].workdays_before) == (time(17), 1)
    assert found["report_asked"].workdays_before == 2


def test_a_reminder_of_something_just_after_midnight_stays_on_its_day() -> None:
    assert rules_of({"daily": Channel("workday", time(0, 10))})["daily_reminder"].at == time(0)
