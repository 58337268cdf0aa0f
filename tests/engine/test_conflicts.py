"""Overloads against a count of every moment, money against sums by hand, and the kernel against its twin."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.test_workcal import JUNE_2026
from tongzhou.engine.conflicts import (
    Booking,
    BookingError,
    Conflict,
    Overrun,
    Spending,
    Workload,
    find_conflicts,
    find_overloads,
    find_overruns,
)

Row = tuple[int, int, int, int]
COLUMNS = ("resource", "start", "end", "peak", "excess", "heads", "bookings")


def by_counting(rows: list[Row], capacity: list[int]) -> list[tuple[int, int, int, int, int, list[int]]]:
    """Every moment of every resource is counted."""
    told = []
    for who, limit in enumerate(capacity):
        load: Counter[int] = Counter()
        for owner, start, end, share in rows:
            if owner == who:
                load.update(dict.fromkeys(range(start, end), share))
        over = sorted(moment for moment, units in load.items() if units > limit)
        while over:
            first = last = over[0]
            while last + 1 in over:
                last += 1
            inside = range(first, last + 1)
            members = [
                at for at, (owner, start, end, share) in enumerate(rows)
                if owner == who and share and start <= last and end > first
            ]  # fmt: skip
            peak, excess = max(load[moment] for moment in inside), sum(load[moment] - limit for moment in inside)
            told.append((who, first, last + 1, peak, excess, members))
            over = [moment for moment in over if moment > last]
    return told


def both_ways(rows: list[Row], capacity: list[int], monkeypatch: pytest.MonkeyPatch | None = None):
    columns = [np.array(column, np.int64) for column in zip(*rows, strict=True)] or [np.empty(0, np.int32)] * 4
    told = find_overloads(*columns, capacity)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGZHOU_KERNEL", "0")
        twin = find_overloads(*columns, capacity)
    for name in COLUMNS:
        assert getattr(told, name).tolist() == getattr(twin, name).tolist(), name
        assert getattr(told, name).dtype == getattr(twin, name).dtype
    return told


def rows_of(told) -> list[tuple[int, int, int, int, int, list[int]]]:
    return [
        (*(int(getattr(told, name)[at]) for name in COLUMNS[:5]), told.bookings_of(at).tolist())
        for at in range(len(told))
    ]


@st.composite
def bookings(draw: st.DrawFn, wide: int = 1) -> tuple[list[Row], list[int]]:
    capacity = draw(st.lists(st.integers(0, 150), min_size=1, max_size=4))
    start = st.integers(-20, 20).map(lambda moment: moment * wide)
    row = st.tuples(st.integers(0, len(capacity) - 1), start, st.integers(1, 12), st.sampled_from([0, 10, 50, 100]))
    return [(who, at, at + length, share) for who, at, length, share in draw(st.lists(row, max_size=25))], capacity


@given(st.one_of(bookings(), bookings(wide=3), bookings(wide=40)))
def test_overloads_are_those_found_by_counting(case) -> None:
    rows, capacity = case
    assert rows_of(both_ways(rows, capacity)) == by_counting(rows, capacity)


def test_many_bookings_far_apart_and_close_together() -> None:
    random = np.random.default_rng(5)
    for reach in (300, 10**9):
        n = 4000
        start = random.integers(-reach, reach, n)
        rows = list(zip(
            random.integers(0, 9, n).tolist(), start.tolist(), (start + random.integers(1, reach // 20, n)).tolist(),
            random.integers(0, 60, n).tolist(), strict=True,
        ))  # fmt: skip
        told = both_ways(rows, [100, 500, 900, 2000, 10**6, 0, 1, 50, 700])
        assert len(told) > 9


@given(bookings(), st.randoms())
def test_the_order_of_bookings_changes_nothing(case, random) -> None:
    rows, capacity = case
    shuffled = list(enumerate(rows))
    random.shuffle(shuffled)
    one = rows_of(both_ways(rows, capacity))
    two = rows_of(both_ways([row for _, row in shuffled], capacity))
    assert [(*told[:5], sorted(shuffled[at][0] for at in told[5])) for told in two] == one


def test_a_room_booked_twice_is_found_to_the_minute() -> None:
    # The Great Hall 9:00-10:30 and 10:00-11:00; the second room 9:00-10:00 and 10:00-11:00.
    told = both_ways([(0, 540, 630, 1), (0, 600, 660, 1), (1, 540, 600, 1), (1, 600, 660, 1)], [1, 1])
    assert rows_of(told) == [(0, 600, 630, 2, 30, [0, 1])]


def test_one_persons_change_is_checked_alone() -> None:
    rows = np.array([(0, 0, 5, 60), (1, 0, 9, 100), (1, 4, 6, 50), (0, 3, 9, 30)], np.int32).T
    kept = Workload(*rows, np.array([100, 100]))
    assert len(kept.recheck(0)) == 0
    assert rows_of(kept.recheck(1)) == [(0, 4, 6, 150, 100, [0, 1])]
    assert rows_of(kept.replace(0, [(0, 5, 60), (3, 9, 70)])) == [(0, 3, 5, 130, 60, [0, 1])]
    with pytest.raises(BookingError):
        kept.replace(0, [(5, 5, 10)])
    assert len(kept.recheck(0)) == 1
    assert len(kept.replace(1, [])) == 0


# -- people, with dates --------------------------------------------------------------------------------------------


def test_a_person_promised_to_two_projects_is_named_with_days_and_bookings() -> None:
    # 19 June is a holiday, 20 and 21 are the weekend.
    bookings = [
        Booking("stock count", "Chen", date(2026, 6, 15), date(2026, 6, 22), 60),
        Booking("page design", "Chen", date(2026, 6, 18), date(2026, 6, 26), 50),
        Booking("leave", "Li", date(2026, 6, 16), date(2026, 6, 17), 100),
        Booking("training", "Li", date(2026, 6, 17), date(2026, 6, 18), 20),
        Booking("weekend shift", "Wu", date(2026, 6, 20), date(2026, 6, 21), 300),
    ]
    told = find_conflicts(bookings, JUNE_2026, {"Chen": 100, "Li": 80, "Wu": 100})
    assert told == [
        Conflict("Chen", date(2026, 6, 18), date(2026, 6, 22), 2, 110, 100, 20, ("stock count", "page design")),
        Conflict("Li", date(2026, 6, 16), date(2026, 6, 17), 2, 120, 80, 60, ("leave", "training")),
    ]


@pytest.mark.parametrize(
    ("person", "first", "last", "percent"),
    [
        ("nobody", date(2026, 6, 1), date(2026, 6, 2), 10),
        ("Chen", date(2026, 6, 2), date(2026, 6, 1), 10),
        ("Chen", date(1900, 6, 1), date(2026, 6, 2), 10),
        ("Chen", date(2026, 6, 1), date(2026, 6, 2), -10),
        ("Chen", date(2026, 6, 1), date(2026, 6, 2), 2**40),
    ],
)
def test_absurd_bookings_are_refused(person: str, first: date, last: date, percent: int) -> None:
    with pytest.raises(BookingError):
        find_conflicts([Booking("x", person, first, last, percent)], JUNE_2026, {"Chen": 100})


def test_the_year_9999_is_a_year() -> None:
    both = [Booking(key, "Chen", date(9999, 1, 1), date(9999, 12, 31), 60) for key in "ab"]
    (told,) = find_conflicts(both, JUNE_2026, {"Chen": 100})
    assert told.last == date(9999, 12, 31)
    assert find_conflicts([], JUNE_2026, {}) == []


@pytest.mark.parametrize(
    ("columns", "booking"),
    [
        (([0], [1], [1], [1]), 0),
        (([0, 5], [0, 0], [1, 1], [1, 1]), 1),
        (([0, -1], [0, 0], [1, 1], [1, 1]), 1),
        (([0], [0], [2**40], [1]), 0),
        (([0], [0], [1], [0.5]), None),
        (([0, 0], [-(2**31) + 2, 0], [1, 2**31 - 2], [2**30, 2**30]), None),
        (([0], [0, 1], [1], [1]), None),
    ],
)
def test_arrays_that_make_no_sense_are_refused(columns, booking, monkeypatch: pytest.MonkeyPatch) -> None:
    for switch in ("1", "0"):
        monkeypatch.setenv("TONGZHOU_KERNEL", switch)
        with pytest.raises(BookingError) as refused:
            find_overloads(*columns, [1, 1])
        assert refused.value.booking == booking
    with pytest.raises(BookingError):
        find_overloads([0], [0], [1], [1], [-1])


# -- money ---------------------------------------------------------------------------------------------------------


def test_an_overdrawn_budget_tells_by_how_much_and_by_what() -> None:
    spent = [
        Spending("banners", "marketing", Decimal("30000.10")),
        Spending("video", "marketing", Decimal("19999.90")),
        Spending("page", "technology", Decimal("8000")),
        Spending("gifts", "marketing", Decimal("0.01")),
    ]
    told = find_overruns(spent, {"marketing": Decimal("50000"), "technology": Decimal("8000"), "sales": Decimal(0)})
    assert told == [
        Overrun("marketing", Decimal("50000"), Decimal("50000.01"), ("banners", "video", "gifts"), ("gifts",))
    ]
    assert told[0].over == Decimal("0.01")


def test_what_is_given_back_counts() -> None:
    amounts = [("a", 60), ("b", 50), ("returned", -20), ("c", 30)]
    told = find_overruns([Spending(key, 1, Decimal(amount)) for key, amount in amounts], {1: Decimal(100)})
    assert told[0].since == ("c",)


@given(st.lists(st.decimals(-(10**30), 10**30, allow_nan=False, places=4), max_size=20))
def test_money_is_added_without_rounding(amounts: list[Decimal]) -> None:
    told = find_overruns([Spending(at, 1, amount) for at, amount in enumerate(amounts)], {1: Decimal(-(10**40))})
    assert Fraction(told[0].promised) == sum(map(Fraction, amounts))


def test_money_without_an_account_or_an_amount_is_refused() -> None:
    for spending in (Spending("x", "nowhere", Decimal(1)), Spending("x", 1, Decimal("NaN"))):
        with pytest.raises(ValueError, match="x draws"):
            find_overruns([spending], {1: Decimal(5)})
