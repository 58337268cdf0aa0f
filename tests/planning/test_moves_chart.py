"""The small Gantt of a way out: bars before and after, at most a dozen, the days off behind them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.planning.test_leveling import clash, level
from tongzhou.planning.pages.moves_chart import MOST_ROWS, WIDTH, moves_chart

pytestmark = pytest.mark.django_db
__all__ = ["clash"]
MONDAY = date(2026, 5, 11)


def move(number: int, days: int, length: int = 2) -> dict[str, Any]:
    after = MONDAY + timedelta(days=days)
    span = timedelta(days=length - 1)
    return {
        "number": number,
        "title": f"任务{number}",
        "days": days,
        "before": [MONDAY, MONDAY + span],
        "after": [after, after + span],
    }


def test_bars_stand_in_proportion_to_their_days(cast):
    chart = moves_chart([move(1, 8)])
    assert chart is not None
    [row] = chart["rows"]
    # Ten days from Monday the 11th to Wednesday the 20th.
    assert (row["was"], row["will"]) == ({"x": 0, "width": WIDTH // 5}, {"x": WIDTH * 4 // 5, "width": WIDTH // 5})
    # Saturday and Sunday.
    assert chart["off"] == [{"x": WIDTH // 2, "width": WIDTH // 5}]
    assert chart["marks"] == [date(2026, 5, day) for day in (11, 13, 15, 17, 19)]


def test_of_many_the_dozen_that_moves_furthest_is_drawn_in_the_order_of_its_new_dates(cast):
    chart = moves_chart([move(number, number) for number in range(1, 16)])
    assert chart is not None
    assert [row["number"] for row in chart["rows"]] == list(range(4, 16))
    assert (len(chart["rows"]), chart["more"]) == (MOST_ROWS, 3)


def test_in_years_no_day_off_is_drawn_and_each_bar_can_still_be_seen(cast):
    chart = moves_chart([move(1, 3000, 1)])
    assert chart is not None
    assert (chart["off"], chart["rows"][0]["was"]["width"]) == ([], 2)
    assert chart["rows"][0]["will"]["x"] + chart["rows"][0]["will"]["width"] <= WIDTH


def test_one_day_has_one_mark_and_nothing_that_moves_has_no_drawing(cast):
    chart = moves_chart([{**move(1, 0, 1)}])
    assert chart is not None
    assert chart["marks"] == [MONDAY]
    assert moves_chart([]) is None


def test_the_page_draws_what_its_table_says(cast, project, clash):
    remedy = level(project, cast)
    lead = Client()
    lead.force_login(cast.lead)
    text = lead.get(reverse("planning:remedy", args=[project.pk, remedy.pk])).text
    assert text.count('class="is-before"') == text.count('class="is-after"') == len(remedy.moves) == 2
    assert "移动任务的前后对比条形图；下方表格列出相同日期。" in text
    assert "另有" not in text
