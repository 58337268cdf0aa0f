"""The outlook says what the facts say: forecast finish, the level they suggest, what a late task pulls along."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tongzhou.execution import queries, services
from tongzhou.execution.queries.outlook_words import reason_words
from tongzhou.execution.risk_rules import Facts, Reason, ReasonKind, suggested
from tongzhou.planning import services as planning

RISING = ["low", "medium", "high"]
days = st.integers(0, 9)
facts = st.builds(Facts, days, days, st.integers(-3, 9), days, days, st.booleans())


@pytest.mark.parametrize(
    ("known", "level"),
    [
        (Facts(), "low"),
        (Facts(silent=2), "low"),
        (Facts(late=1, slip=1), "medium"),
        (Facts(slip=2, total_float=5), "medium"),
        (Facts(predecessor_late=1, total_float=4), "medium"),
        (Facts(blocked=True), "medium"),
        (Facts(silent=3), "medium"),
        (Facts(late=3, slip=3, total_float=9), "high"),
        (Facts(slip=3), "high"),
        (Facts(slip=3, total_float=1), "medium"),
        (Facts(slip=3, total_float=1, silent=4), "high"),
        (Facts(slip=1, blocked=True), "high"),
    ],
)
def test_the_level_follows_from_the_facts(known, level):
    assert suggested(known)[0] == level


@given(facts, days, days, days, days)
def test_worse_facts_never_lower_the_level(known, late, slip, before, silent):
    worse = replace(
        known,
        late=known.late + late,
        slip=known.slip + slip,
        predecessor_late=known.predecessor_late + before,
        silent=known.silent + silent,
    )
    assert RISING.index(suggested(worse)[0]) >= RISING.index(suggested(known)[0])


def test_the_reasons_are_said_in_both_languages():
    reasons = (Reason(ReasonKind.PREDECESSOR_LATE, 3), Reason(ReasonKind.FLOAT, 1), Reason(ReasonKind.SILENT, 4))
    with translation.override("en"):
        assert reason_words(reasons) == "predecessor 3 days late, 1 day of float, no update for 4 working days"
    with translation.override("zh-hans"):
        assert reason_words(reasons) == "前置任务迟3天，仅有1天浮动，4个工作日无更新"


@pytest.fixture
def follower(cast, add, count):
    """Two days of sorting that wait for the count: 14 and 15 May."""
    task = add("差异处理", 2)
    planning.link_tasks(count.pk, task.pk, by=cast.by("lead"))
    return task


def rows_of(project):
    return {row.task.title: row for row in queries.outlook_of(project).tasks}


@pytest.mark.django_db
def test_work_that_does_not_begin_slips_and_pulls_its_follower_along(follower, executed, stopped_clock):
    stopped_clock.at("2026-05-15 09:00")
    rows = rows_of(executed)
    assert (rows["TOP10 SKU库存盘点"].forecast, rows["TOP10 SKU库存盘点"].slip) == (date(2026, 5, 19), 4)
    assert (rows["差异处理"].forecast, rows["差异处理"].slip) == (date(2026, 5, 21), 4)
    assert Reason(ReasonKind.PREDECESSOR_LATE, 4) in rows["差异处理"].reasons
    assert rows["TOP10 SKU库存盘点"].level == "high"


@pytest.mark.django_db
def test_progress_shortens_what_remains(cast, count, executed, stopped_clock):
    planning.report_progress(count.pk, 67, by=cast.by("product_member"))
    stopped_clock.at("2026-05-14 09:00")
    row = rows_of(executed)["TOP10 SKU库存盘点"]
    assert (row.forecast, row.slip, row.level) == (date(2026, 5, 14), 1, "medium")


@pytest.mark.django_db
def test_a_risk_stated_lower_than_the_facts_is_listed(cast, count, executed, stopped_clock):
    stopped_clock.at("2026-05-18 09:00")
    services.state_delay(count.pk, "low", "问题不大", by=cast.by("product_contact"))
    assert [row.task.pk for row in queries.outlook_of(executed).rosy] == [count.pk]
    services.state_delay(count.pk, "high", "扫码枪未到位", by=cast.by("product_contact"))
    assert queries.outlook_of(executed).rosy == []


@pytest.mark.django_db
def test_what_a_task_puts_at_risk_is_one_page_away(cast, count, follower, executed, stopped_clock):
    stopped_clock.at("2026-05-15 09:00")
    found = queries.at_risk(queries.outlook_of(executed), count.pk)
    assert [row.task.title for row in found.followers] == ["差异处理"]
    assert [unit.pk for unit in found.departments] == [cast.departments["product"].pk]
    client = Client()
    client.force_login(cast.persons["lead"])
    page = client.get(reverse("execution:outlook", args=[executed.pk]))
    assert page.status_code == 200
    assert "前置任务迟4天" in page.text
    told = client.get(f"/api/v1/projects/{executed.pk}/outlook").json()
    assert told["tasks"][0]["computed"] == "high"
    assert {"kind": "predecessor_late", "days": 4} in told["tasks"][1]["reasons"]
    assert "差异处理" in client.get(reverse("execution:at_risk", args=[executed.pk, count.pk])).text
    assert client.get(reverse("execution:at_risk", args=[executed.pk, 999999])).status_code == 404


@pytest.mark.django_db
def test_the_outlook_asks_no_more_for_four_tasks_than_for_one(count, add, executed):
    def asked():
        with CaptureQueriesContext(connection) as told:
            queries.outlook_of(executed)
        return len(told)

    once = asked()
    type(count).objects.bulk_create(
        type(count)(project=executed, number=50 + n, rank=50 + n, title=f"任务{n}", department=count.department)
        for n in range(3)
    )
    assert asked() == once
