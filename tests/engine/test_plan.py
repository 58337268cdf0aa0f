"""A plan in dates and names: the days people would write down, and refusals that name the tasks."""

# ruff: noqa: DTZ001 - moments of the calendar are local times without a zone

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.test_workcal import JUNE_2026
from tongzhou.engine.network import CycleError, Driver, HorizonError, Kind, LinkError, NetworkError, TaskError, Unit
from tongzhou.engine.network.plan import Plan, PlanLink, PlanTask, compute_days, compute_plan, network_of
from tongzhou.engine.risk import simulate
from tongzhou.engine.workcal import FIVE_DAY_WEEK, OFFICE_HOURS, WorkCalendar

MONDAY = date(2026, 6, 1)
SIX_DAYS = WorkCalendar.of([OFFICE_HOURS] * 6 + [()])


def campaign(**more) -> Plan:
    """A piece of the 618 campaign: stock count, page, training, launch."""
    tasks = [
        PlanTask("count", 5, "盘点"),
        PlanTask("page", 8, "页面"),
        PlanTask("train", 3, "培训"),
        PlanTask("launch", 0, "上线"),
    ]
    links = [PlanLink("count", "train"), PlanLink("page", "launch"), PlanLink("train", "launch", lag=1)]
    return Plan(**{"tasks": tasks, "links": links, "start": MONDAY, "calendar": JUNE_2026} | more)


def test_a_plan_in_days_says_first_and_last_days() -> None:
    told = compute_plan(campaign())
    days = {key: (task.early_start.day, task.early_finish.day) for key, task in told.tasks.items()}
    # Fri 5, Mon 8 - Wed 10, Wed 10; training ends on Wed 10, one working day later is the end of Thu 11.
    assert days == {"count": (1, 5), "page": (1, 10), "train": (8, 10), "launch": (11, 11)}
    assert told.finish == date(2026, 6, 11)
    assert [key for key, task in told.tasks.items() if task.critical] == ["count", "train", "launch"]
    assert told.near_critical(1) == ["page"]
    assert told.near_critical(0) == []
    assert told.why("launch") == ["launch", "train", "count"]
    assert told.tasks["count"].reason is Driver.START
    assert told.tasks["page"].late_finish == date(2026, 6, 11)


def test_holidays_and_make_up_days_count_as_the_company_counts() -> None:
    # From Wed 17: 17, 18, (19 holiday, weekend), 22, 23, 24 half, 25, 26, 27 make-up day.
    told = compute_plan(Plan([PlanTask(1, 8)], [], date(2026, 6, 17), JUNE_2026))
    assert told.finish == date(2026, 6, 27)


def test_two_calendars_meet() -> None:
    tasks = [PlanTask("shop", 6, calendar=SIX_DAYS), PlanTask("office", 1), PlanTask("sale", 1, calendar=SIX_DAYS)]
    told = compute_plan(Plan(tasks, [PlanLink("shop", "office"), PlanLink("shop", "sale", lag=-1)], MONDAY))
    assert told.tasks["shop"].early_finish == date(2026, 6, 6)
    assert told.tasks["office"].early_start == date(2026, 6, 8)
    assert told.tasks["sale"].early_start == date(2026, 6, 6)


def test_a_plan_in_minutes_says_moments() -> None:
    tasks = [PlanTask("a", 600), PlanTask("b", 60), PlanTask("m", 0)]
    told = compute_plan(
        Plan(tasks, [PlanLink("a", "b"), PlanLink("b", "m")], datetime(2026, 6, 4, 10, 30), unit=Unit.MINUTE)
    )
    # 10:30 to 18:00 without lunch is 390 minutes, and 210 on Friday; lunch is at noon.
    assert told.tasks["a"].early_finish == datetime(2026, 6, 5, 13, 30)
    assert told.tasks["b"].early_start == datetime(2026, 6, 5, 13, 30)
    assert told.tasks["m"].early_start == told.tasks["m"].early_finish == datetime(2026, 6, 5, 14, 30)


def test_constraints_in_days_are_the_days_that_are_written() -> None:
    friday, thursday = date(2026, 6, 12), date(2026, 6, 11)
    tasks = [
        PlanTask("not before", 2, start_not_before=friday),
        PlanTask("on", 2, must_start_on=friday),
        PlanTask("ends on", 2, must_finish_on=friday),
        PlanTask("due", 10, finish_not_after=thursday),
        PlanTask("milestone", 0, must_finish_on=friday),
        PlanTask("gate", 0, start_not_before=friday),
    ]
    told = compute_plan(Plan(tasks, [], MONDAY)).tasks
    assert (told["not before"].early_start, told["not before"].early_finish) == (friday, date(2026, 6, 15))
    assert told["on"].early_start == told["on"].late_start == friday
    assert (told["ends on"].early_start, told["ends on"].early_finish) == (thursday, friday)
    assert told["due"].total_float == -1
    assert told["due"].critical
    assert told["milestone"].early_finish == told["gate"].early_finish == friday


def test_progress_moves_the_rest_of_the_plan() -> None:
    plan = campaign(status=date(2026, 6, 8))
    count, page, *rest = plan.tasks
    count = count._replace(actual_start=MONDAY, percent=50)
    page = page._replace(actual_start=MONDAY, actual_finish=date(2026, 6, 4))
    told = compute_plan(replace(plan, tasks=[count, page, *rest]))
    # Half of five days is three days, rounded up, from Tue 9 on.
    assert told.tasks["count"].early_start == MONDAY
    assert told.tasks["count"].early_finish == date(2026, 6, 11)
    assert told.tasks["train"].early_start == date(2026, 6, 12)
    assert told.tasks["page"].early_finish == date(2026, 6, 4)
    assert not told.tasks["page"].critical
    assert told.moved_since(compute_plan(campaign())) == ["count", "page", "train", "launch"]


KINDS = st.sampled_from(list(Kind))
DAYS = st.none() | st.dates(date(2026, 5, 20), date(2026, 7, 20))


@given(
    st.lists(st.tuples(st.integers(0, 6), DAYS, DAYS, DAYS), min_size=2, max_size=9),
    st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), KINDS, st.integers(-2, 4)), max_size=12),
)
@settings(deadline=None, max_examples=80)
def test_columns_of_days_say_what_the_dates_say(tasks, links) -> None:
    planned = [
        PlanTask(at, days, start_not_before=first, finish_not_after=last, must_finish_on=fixed)
        for at, (days, first, last, fixed) in enumerate(tasks)
    ]
    forward = {(a, b): PlanLink(a, b, kind, lag) for a, b, kind, lag in links if a < b < len(tasks)}
    plan = Plan(planned, list(forward.values()), MONDAY, JUNE_2026)
    told = compute_plan(plan).tasks.values()
    days = compute_days(plan)
    assert list(days.start) == [task.early_start.toordinal() for task in told]
    assert list(days.finish) == [task.early_finish.toordinal() for task in told]
    assert list(days.total_float) == [task.total_float for task in told]
    assert list(days.free_float) == [task.free_float for task in told]


def test_a_target_says_how_much_is_missing() -> None:
    assert compute_plan(campaign(target_finish=date(2026, 6, 10))).tasks["count"].total_float == -1


def test_an_empty_plan_ends_where_it_starts() -> None:
    assert compute_plan(Plan([], [], MONDAY)).finish == MONDAY


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=8))
@settings(deadline=None, max_examples=40)
def test_a_chain_of_tasks_lies_as_the_calendar_counts(durations) -> None:
    tasks = [PlanTask(at, days) for at, (days, _) in enumerate(durations)]
    links = [PlanLink(at, at + 1) for at in range(len(tasks) - 1)]
    told = compute_plan(Plan(tasks, links, MONDAY, JUNE_2026))
    days = sum(task.duration for task in tasks)
    if days:
        assert told.finish == JUNE_2026.add_workdays(date(2026, 5, 31), days)


def test_a_century_of_work_is_computed_and_a_millennium_is_not() -> None:
    told = compute_plan(Plan([PlanTask(1, 261 * 100)], [], MONDAY))
    assert told.finish.year == 2126
    with pytest.raises(HorizonError, match="long"):
        compute_plan(Plan([PlanTask(1, 261 * 1000, "long")], [], MONDAY))


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"links": [PlanLink("page", "train"), PlanLink("train", "page")]}, CycleError, "页面 → 培训 → 页面"),
        ({"links": [PlanLink("page", "page")]}, LinkError, "页面 is linked to itself"),
        ({"links": [PlanLink("page", "nothing")]}, LinkError, "nothing"),
        ({"links": [PlanLink("page", "train", Kind.START_START, 2**40)]}, LinkError, "out of reach"),
        ({"tasks": [PlanTask("page", -1, "页面")], "links": []}, TaskError, "页面 is negative"),
        ({"tasks": [PlanTask("page", 2**40, "页面")], "links": []}, TaskError, "页面 is out of reach"),
        (
            {"tasks": [PlanTask("page", 1), PlanTask("page", 2, "页面")], "links": []},
            TaskError,
            "页面 is in the plan twice",
        ),
        ({"tasks": [PlanTask(1, 1, "页面", start_not_before=date(1900, 1, 1))], "links": []}, TaskError, "页面.*1900"),
        ({"tasks": [PlanTask(1, 1, "页面", finish_not_after=date(9999, 1, 1))], "links": []}, TaskError, "页面.*9999"),
        ({"tasks": [PlanTask(1, 1, "页面", percent=5)], "links": []}, TaskError, "页面 has progress"),
        (
            {"tasks": [PlanTask(1, 1, "页面", percent=101, actual_start=MONDAY)], "links": []},
            TaskError,
            "页面 is 101 %",
        ),
        (
            {"tasks": [PlanTask(1, 1, "页面", actual_start=date(2026, 7, 1))], "links": [], "status": MONDAY},
            TaskError,
            "页面",
        ),
        ({"target_finish": date(9999, 12, 31)}, TaskError, "9999"),
        ({"calendar": WorkCalendar.of([()] * 7)}, HorizonError, "no working time"),
    ],
)
def test_refusals_name_the_task(change, error, words) -> None:
    with pytest.raises(NetworkError, match=words) as refused:
        compute_plan(campaign(**change))
    assert type(refused.value) is error


def test_a_plan_at_the_ends_of_time_is_refused_or_computed_never_broken() -> None:
    for start in (date(1, 1, 1), date(1900, 1, 1), date(9999, 12, 30)):
        try:
            compute_plan(campaign(start=start))
        except NetworkError:
            assert start.year != 1900


def test_the_risk_of_a_plan_comes_back_in_dates() -> None:
    plan = campaign()
    works = np.array([task.duration for task in plan.tasks])
    told = simulate(network_of(plan), works - (works > 0), works, works + 2 * (works > 0), runs=500)
    assert 0 < told.chance(int(compute_plan(plan).dates.finish)) < 1
    assert told.drivers()


def test_five_day_week_is_the_default() -> None:
    assert Plan([], [], MONDAY).calendar == WorkCalendar.of(FIVE_DAY_WEEK)
