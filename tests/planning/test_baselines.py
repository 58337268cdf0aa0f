"""Versions of the plan: frozen, compared, and made by gate 2 itself."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.planning.resourcing import budget, lend, need_money, need_people, pay
from tongzhou.core.errors import InvalidInput, NotAllowed
from tongzhou.planning import queries, services
from tongzhou.planning.models import Baseline
from tongzhou.planning.queries.raci_rules import Cell
from tongzhou.planning.services import CellChange
from tongzhou.projects import services as projects
from tongzhou.projects.models import Objective

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


def test_a_version_holds_letters_resources_and_objectives_and_tells_what_changed_of_each(cast, add, project):
    product, sales = cast.departments["product"], cast.departments["sales"]
    count = add("库存盘点", 5)
    letters = [CellChange(count.pk, Cell(product.pk), "RA"), CellChange(count.pk, Cell(sales.pk), "C")]
    services.set_letters(project.pk, letters, by=cast.by("lead"))
    clerks, money = need_people(cast, count), need_money(cast, count)
    lend(cast, clerks, "product_member", "product_contact")
    goal = Objective.objects.create(project=project, text="销售额提升", target=Decimal(30))
    first = services.save_snapshot(project.pk, "初稿", by=cast.by("lead"))

    letters = [CellChange(count.pk, Cell(product.pk), "A"), CellChange(count.pk, Cell(sales.pk), "R")]
    services.set_letters(project.pk, letters, by=cast.by("lead"))
    services.withdraw_need(clerks.pk, reason="不再需要", by=cast.by("lead"))
    services.change_need(money.pk, None, {"amount": Decimal(40000)}, by=cast.by("lead"))
    Objective.objects.filter(pk=goal.pk).update(target=Decimal(35))
    second = services.save_snapshot(project.pk, "修订", by=cast.by("lead"))

    found = queries.difference(queries.content_of(first), queries.content_of(second))
    assert found.changes == ()
    assert [(change.who, change.before, change.after) for change in found.letters] == [
        (product.name, "RA", "A"),
        (sales.name, "C", "R"),
    ]
    told = {change.title: (change.kind, [(i.before, i.after) for i in change.fields]) for change in found.resources}
    assert told == {"推广预算": ("changed", [("50,000", "40,000")]), "库存专员": ("removed", [])}
    assert [(i.before, i.after) for change in found.objectives for i in change.fields] == [("30", "35")]


def test_a_version_keeps_who_is_booked_and_what_the_sponsor_let_stand(cast, add, project):
    count = add("库存盘点", 5)
    money = need_money(cast, count)
    pay(cast, money, budget(cast))
    sent = services.send_request(project.pk, by=cast.by("lead"))
    before = queries.snapshot(project)
    verdict = {money.pk: services.RowVerdict(quantity=None, amount=Decimal(30000), reason="先批一部分")}
    services.decide_request(sent.pk, verdict, shown_digest=sent.round.digest, by=cast.by("sponsor"))
    found = queries.difference(before, queries.snapshot(project))
    assert ("", "30,000") in [(item.before, item.after) for item in found.resources[0].fields]
    assert queries.snapshot(project)["resources"][0]["booked"][0]["amount"] == "30000.00"


def test_a_task_that_moves_changes_no_resource_that_follows_it(cast, add, project):
    count = add("库存盘点", 5)
    lend(cast, need_people(cast, count), "product_member", "product_contact")
    before = queries.snapshot(project)
    services.change_task(count.pk, None, {"duration": 8}, by=cast.by("lead"))
    assert queries.difference(before, queries.snapshot(project)).resources == ()


def test_a_version_of_the_first_days_is_still_compared_and_says_what_it_lacks(cast, add, project, client):
    task = add("库存盘点", 5)
    kept = services.save_snapshot(project.pk, "旧版", by=cast.by("lead"))
    old = {key: value for key, value in queries.content_of(kept).items() if key in {"tasks", "objectives"}}
    Baseline.objects.filter(pk=kept.pk).update(content=json.dumps(old))
    services.change_task(task.pk, None, {"duration": 7}, by=cast.by("lead"))
    client.force_login(cast.lead)
    page = client.get(reverse("planning:compare", args=[project.pk]), {"older": kept.pk})
    assert "+2" in page.text
    assert page.text.count("未记录") == 2
    told = client.get(f"/api/v1/projects/{project.pk}/plan/baselines/{kept.pk}/difference").json()
    assert (told["letters"], told["resources"], told["objectives"], len(told["changes"])) == (None, None, [], 1)


def test_any_two_versions_are_compared_section_by_section_on_the_page_and_for_programs(cast, add, project, client):
    count = add("库存盘点", 5)
    older = services.save_snapshot(project.pk, "初稿", by=cast.by("lead"))
    letters = [CellChange(count.pk, Cell(cast.departments["product"].pk), "RA")]
    services.set_letters(project.pk, letters, by=cast.by("lead"))
    need_people(cast, count)
    newer = services.save_snapshot(project.pk, "修订", by=cast.by("lead"))
    client.force_login(cast.lead)
    page = client.get(reverse("planning:compare", args=[project.pk]), {"older": older.pk, "newer": newer.pk})
    assert 'id="letters-title"' in page.text
    assert 'id="resources-title"' in page.text
    assert 'id="tasks-title"' not in page.text
    address = f"/api/v1/projects/{project.pk}/plan/baselines/{older.pk}/difference?newer={newer.pk}"
    told = client.get(address).json()
    assert [(row["number"], row["before"], row["after"]) for row in told["letters"]] == [(count.number, "", "RA")]
    assert [(row["title"], row["kind"]) for row in told["resources"]] == [("库存专员", "added")]


def test_keeping_a_version_costs_the_same_queries_with_one_need_and_with_three(
    cast, add, project, django_assert_num_queries
):
    count = add("库存盘点", 5)
    lend(cast, need_people(cast, count), "product_member", "product_contact")
    with CaptureQueriesContext(connection) as one:
        queries.snapshot(project)
    for _more in range(2):
        lend(cast, need_people(cast, add("盘点", 2)), "product_member", "product_contact", knowingly=True)
    with django_assert_num_queries(len(one)):
        queries.snapshot(project)
