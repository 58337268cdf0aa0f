"""Numbers with units in both languages."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongzhou.engine.wording import Bound, Span, find_quantities


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("30%", "30", "percent"),
        ("３０％", "30", "percent"),
        ("百分之三十", "30", "percent"),
        ("百分之三点五", "3.5", "percent"),
        ("千分之三", "0.3", "percent"),
        ("万分之五", "0.05", "percent"),
        ("三成", "30", "percent"),
        ("15个百分点", "15", "percentage_point"),
        ("15 percentage points", "15", "percentage_point"),
        ("5万元", "50000", "CNY"),
        ("1.2亿元", "120000000", "CNY"),
        ("50,000 yuan", "50000", "CNY"),
        ("$0.12", "0.12", "USD"),
        ("2名", "2", "person"),
        ("八十人", "80", "person"),
        ("TOP10", "10", "top"),
        ("3倍", "3", "times"),
        ("1.5亿", "150000000", ""),
        ("120兆瓦", "120000000", "watt"),
        ("2小时", "2", "hour"),
        ("18个测试用例", "18", "item"),
        ("40 distributors", "40", "item"),
        ("two engineers", "2", "item"),
    ],
)
def test_a_number_is_read_with_its_unit(text: str, value: str, unit: str) -> None:
    (quantity,) = find_quantities(text).quantities
    assert (quantity.value, quantity.unit) == (Decimal(value), unit)


@pytest.mark.parametrize("text", ["2号库", "ISO 27001认证", "618大促", "一些", "第一时间", "统一", "severity 1", "A1"])
def test_a_number_that_names_a_thing_counts_nothing(text: str) -> None:
    assert find_quantities(text).quantities == ()


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("不超过2秒", Bound.AT_MOST),
        ("1.0%以下", Bound.AT_MOST),
        ("不少于10家", Bound.AT_LEAST),
        ("90%以上", Bound.AT_LEAST),
        ("at least 5 stores", Bound.AT_LEAST),
        ("under 2%", Bound.AT_MOST),
        ("5家", None),
    ],
)
def test_a_limit_is_known_as_one(text: str, bound: Bound | None) -> None:
    (quantity,) = find_quantities(text).quantities
    assert quantity.bound is bound


@pytest.mark.parametrize(
    ("text", "baseline", "target", "unit"),
    [
        ("从2.0%提升到2.3%", "2.0", "2.3", "percent"),
        ("from 2.0% to 2.3%", "2.0", "2.3", "percent"),
        ("from 45 to 25 minutes", "45", "25", "minute"),
        ("由去年同期的2000万元提升30%至2600万元", "20000000", "26000000", "CNY"),
    ],
)
def test_a_change_has_a_present_value_and_a_target(text: str, baseline: str, target: str, unit: str) -> None:
    (change,) = find_quantities(text).changes
    assert (change.baseline.value, change.target.value) == (Decimal(baseline), Decimal(target))
    assert change.baseline.unit == change.target.unit == unit


def test_what_is_excluded_is_not_counted_again() -> None:
    assert find_quantities("3天内发2件", [Span(0, 3)]).quantities[0].value == 2


@given(st.integers(0, 10**9))
def test_a_written_number_is_read_back(number: int) -> None:
    for text in (f"{number}件", f"{number:,}件"):
        (quantity,) = find_quantities(text).quantities
        assert quantity.value == number
