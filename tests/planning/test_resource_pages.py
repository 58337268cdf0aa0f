"""The pages of resources: asked, answered and decided by hand; errors at their field, conflicts with a way out to click."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from tests.planning.resourcing import budget, lend, need_money, need_people, pay, skilled
from tongzhou.planning import queries, services
from tongzhou.planning.models import ResourceNeed, ResourceRequest

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_(cast):
    """A browser in which a person of the cast is logged in."""

    def log_in(part):
        client = Client()
        client.force_login(cast.persons[part])
        return client

    return log_in


def address(name, project, **more):
    return reverse(f"planning:{name}", kwargs={"pk": project.pk, **more})


def test_a_need_is_asked_answered_and_approved_by_hand(cast, add, project, as_):
    task = add("库存值守", 5)
    facts = {"task": task.pk, "category": "people", "name": "库存专员", "quantity": 2, "unit": "人", "priority": "high"}
    facts |= {"provider": cast.product.pk, "purpose": "值守库存"}
    as_("lead").post(address("needs", project), facts)
    need = ResourceNeed.objects.get()
    people = [cast.product_member.pk, cast.product_contact.pk]
    as_("product_head").post(address("need_offer", project, need_id=need.pk), {"persons": people})
    as_("lead").post(address("resource_request_send", project))
    request = ResourceRequest.objects.get()
    page = address("resource_request", project, request_id=request.pk)
    assert request.round.digest[:8] in as_("sponsor").get(page).text
    short = {"digest": request.round.digest, f"row-{need.pk}": "1"}
    assert as_("sponsor").post(page, short).status_code == 422
    as_("sponsor").post(page, {**short, f"reason-{need.pk}": "一人即可"})
    need.refresh_from_db()
    assert (need.approval, need.approved_quantity) == ("partly", 1)
    assert "一人即可" in as_("lead").get(address("needs", project)).text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"share": "101"}, "share"),
        ({"quantity": "二"}, "quantity"),
        ({"first": "9999-99-99"}, "first"),
        ({"task": "x"}, "task"),
    ],
)
def test_a_wrong_need_is_told_at_its_field_and_nothing_is_written(cast, add, project, as_, changes, words):
    task = add("库存值守", 5)
    facts = {"task": task.pk, "category": "people", "name": "库存专员", "provider": cast.product.pk, "purpose": "值守"}
    answer = as_("lead").post(address("needs", project), {**facts, "priority": "high", **changes})
    assert answer.status_code == 422
    assert answer.context["form"].errors[words]
    assert not ResourceNeed.objects.exists()


def test_a_conflict_is_mended_with_one_click(cast, add, project, as_):
    skilled(cast)
    for title in ("库存盘点", "渠道备货"):
        need = need_people(cast, add(title, 5), quantity=1)
        lend(cast, need, "product_member", knowingly=True)
    page = as_("product_head").get(address("needs", project))
    key = page.context["solvable"][0].proposals[0].key
    assert key in page.text
    as_("product_head").post(address("resolve", project), {"key": key})
    assert queries.conflicts_of(project, cast.by("lead")) == []


def test_the_form_carries_the_needs_the_answers_and_the_decision(cast, add, project, as_):
    task = add("库存值守", 5)
    people, money = need_people(cast, task), need_money(cast, task)
    lend(cast, people, "product_member", "product_contact")
    pay(cast, money, budget(cast))
    request = services.send_request(project.pk, by=cast.by("lead"))
    services.decide_request(request.pk, {}, shown_digest=request.round.digest, by=cast.by("sponsor"))
    answer = as_("lead").get(address("resource_request_file", project, request_id=request.pk, fmt="xlsx"))
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0]
    words = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)
    for word in ("资源需求表", "库存专员", "2 人", "推广预算", "赵敏", "无冲突", "全部批准", "高远"):
        assert word in words
    assert as_("lead").get(address("needs_file", project, fmt="exe")).status_code == 404


def test_a_budget_is_not_shown_to_who_does_not_keep_it(cast, as_):
    budget(cast, "60000.00")
    page = reverse("planning:resource_budgets")
    assert "60000.00" in as_("marketing_head").get(page).text
    assert "60000.00" not in as_("product_head").get(page).text
    assert "60000.00" not in as_("lead").get(page).text


def test_nonsense_in_the_window_of_the_load_shows_the_usual_weeks(as_):
    page = reverse("planning:resources")
    for nonsense in ("?start=9999-12-31", "?start=x&weeks=99", "?department=999999999999999999999", "?page=-3"):
        assert as_("product_head").get(page + nonsense).status_code == 200
