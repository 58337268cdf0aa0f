"""Versions of the plan: frozen, compared, and made by gate 2 itself."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from django.urls import reverse

from tongzhou.core.errors import InvalidInput, NotAllowed
from tongzhou.planning import queries, services
from tongzhou.planning.models import Baseline
from tongzhou.projects import services as projects

pytestmark = pytest.mark.django_db


def test_passing_gate_2_freezes_the_plan(cast, add, project):
    add("库存盘点", 5)
    projects.pass_gate(project.pk, 2, by=cast.by("pmo"), reason="测试")
    baseline = queries.latest_baseline(project)
    assert (baseline.kind, baseline.number, baseline.tasks, baseline.finish) == ("gate", 1, 1, date(2026, 5, 15))
    assert baseline.digest == hashlib.sha256(baseline.content.encode()).hexdigest()


def test_a_snapshot_is_no_baseline_that_anybody_agreed_to(cast, add, project):
    add("库存盘点", 5)
    services.save_snapshot(project.pk, "初稿", by=cast.by("lead"))
    assert queries.latest_baseline(project) is None


def test_two_versions_tell_what_was_added_removed_changed_and_by_how_much_it_moved(cast, add, project):
    count, gone = add("库存盘点", 5), add("旧任务", 1)
    report = add("盘点报告", 2, after=count)
    first = services.save_snapshot(project.pk, "初稿", by=cast.by("lead"))
    services.change_task(count.pk, None, {"duration": 8}, by=cast.by("lead"))
    services.remove_tasks(project.pk, [gone.pk], by=cast.by("lead"))
    add("客服培训", 3)
    found = queries.difference(queries.content_of(first), queries.snapshot(project))
    told = {change.title: (change.kind, change.shift) for change in found.changes}
    assert told == {
        "库存盘点": ("changed", 3),
        "盘点报告": ("changed", 3),
        "旧任务": ("removed", 0),
        "客服培训": ("added", 0),
    }
    assert (found.finish_before, found.finish_after, found.shift) == (date(2026, 5, 19), date(2026, 5, 22), 3)
    assert report.number == 3


def test_the_same_plan_differs_in_nothing(cast, add, project):
    add("库存盘点", 5)
    first = services.save_snapshot(project.pk, "", by=cast.by("lead"))
    assert queries.difference(queries.content_of(first), queries.snapshot(project)).changes == ()


def test_only_who_plans_keeps_versions_and_an_empty_plan_is_none(cast, add, project):
    with pytest.raises(InvalidInput):
        services.save_snapshot(project.pk, "空", by=cast.by("lead"))
    add("库存盘点", 5)
    with pytest.raises(NotAllowed):
        services.save_snapshot(project.pk, "初稿", by=cast.by("product_head"))
    assert not Baseline.objects.exists()


def test_the_page_compares_with_the_plan_now(cast, add, project, client):
    client.force_login(cast.lead)
    task = add("库存盘点", 5)
    client.post(reverse("planning:baselines", args=[project.pk]), {"name": "初稿"})
    services.change_task(task.pk, None, {"duration": 7}, by=cast.by("lead"))
    older = Baseline.objects.get()
    page = client.get(reverse("planning:compare", args=[project.pk]), {"older": older.pk})
    assert page.status_code == 200
    assert "+2" in page.text
    assert client.get(reverse("planning:compare", args=[project.pk]), {"older": "x"}).status_code == 422
