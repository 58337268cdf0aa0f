"""The Gantt chart: what it draws, what a drag would move, what it then writes."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tongzhou.planning.models import Link, Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(cast, client: Client) -> Client:
    client.force_login(cast.lead)
    return client


def address(name, project):
    return reverse(f"planning:{name}", kwargs={"pk": project.pk})


@pytest.fixture
def chain(add):
    design = add("活动页面设计", 5)
    build = add("页面搭建", 5, after=design)
    return design, build, add("压力测试", 2, after=build)


def test_the_chart_gets_every_bar_link_and_day_off(lead, chain, project):
    plan = lead.get(address("gantt_data", project)).json()
    rows = [dict(zip(plan["columns"], row, strict=True)) for row in plan["tasks"]]
    assert [(row["title"], row["start"], row["finish"]) for row in rows] == [
        ("活动页面设计", "2026-05-11", "2026-05-15"),
        ("页面搭建", "2026-05-18", "2026-05-22"),
        ("压力测试", "2026-05-25", "2026-05-26"),
    ]
    assert [(source, target, kind) for _pk, source, target, kind, _lag in plan["links"]] == [
        (chain[0].pk, chain[1].pk, "FS"),
        (chain[1].pk, chain[2].pk, "FS"),
    ]
    assert "2026-05-16" in plan["off"]
    assert "2026-05-18" not in plan["off"]


def test_a_drag_tells_what_would_move_and_writes_nothing(lead, chain, project):
    told = lead.post(address("gantt_preview", project), {"task": chain[0].pk, "start": "2026-05-13"}).json()
    assert told["count"] == 3
    assert (told["finish_before"], told["finish_after"]) == ("2026-05-26", "2026-05-28")
    assert [move["days"] for move in told["moves"]] == [2, 2, 2]
    chain[0].refresh_from_db()
    assert chain[0].start == date(2026, 5, 11)


def test_a_drop_becomes_no_earlier_than_and_a_longer_bar_a_longer_task(lead, chain, project):
    design = chain[0]
    lead.post(address("gantt_drag", project), {"task": design.pk, "version": design.version, "start": "2026-05-13"})
    design.refresh_from_db()
    assert (design.constraint, design.start, design.finish) == ("snet", date(2026, 5, 13), date(2026, 5, 19))
    lead.post(address("gantt_drag", project), {"task": design.pk, "version": design.version, "finish": "2026-05-21"})
    design.refresh_from_db()
    assert (design.duration, design.finish) == (7, date(2026, 5, 21))


def test_a_drop_on_an_old_chart_is_refused_with_both_versions(lead, chain, project):
    facts = {"task": chain[0].pk, "version": chain[0].version, "start": "2026-05-13"}
    lead.post(address("gantt_drag", project), facts)
    assert lead.post(address("gantt_drag", project), facts | {"start": "2026-05-14"}).status_code == 409


def test_a_date_that_cannot_be_held_is_named_in_the_preview(lead, add, project):
    design = add("活动页面设计", 5)
    add("页面搭建", 5, after=design, constraint="fnlt", constraint_on=date(2026, 5, 22))
    told = lead.post(address("gantt_preview", project), {"task": design.pk, "start": "2026-05-13"}).json()
    assert told["broken"] == ["页面搭建"]


def test_links_are_drawn_and_taken_away_in_the_chart_and_a_circle_is_named(lead, chain, project):
    facts = {"predecessor": chain[2].pk, "successor": chain[0].pk}
    answer = lead.post(address("gantt_link", project), facts)
    assert answer.status_code == 422
    assert "活动页面设计" in answer.text
    lead.post(address("gantt_unlink", project), {"predecessor": chain[1].pk, "successor": chain[2].pk})
    assert Link.objects.count() == 1


@pytest.mark.parametrize(
    "facts", [{}, {"start": "2月30日"}, {"start": "1900-01-01"}, {"start": "9999-12-31"}, {"finish": ""}]
)
def test_odd_dates_are_refused(lead, chain, project, facts):
    for name in ("gantt_preview", "gantt_drag"):
        answer = lead.post(address(name, project), {"task": chain[0].pk, **facts})
        assert answer.status_code == 422
    assert Task.objects.get(pk=chain[0].pk).constraint == ""
