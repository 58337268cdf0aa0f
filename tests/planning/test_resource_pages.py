"""The pages of resources: asked, answered and decided by hand; errors at their field, conflicts with a way out to click."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from tests.planning.resourcing import CLERK, budget, lend, need_money, need_people, pay, skilled
from tongzhou.planning import queries, services
from tongzhou.planning.models import ResourceNeed, ResourceRequest, Task

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
    assert "60,000.00" in as_("marketing_head").get(page).text
    assert "60,000.00" not in as_("product_head").get(page).text
    assert "60,000.00" not in as_("lead").get(page).text


def test_nonsense_in_the_window_of_the_load_shows_the_usual_weeks(as_):
    page = reverse("planning:resources")
    for nonsense in ("?start=9999-12-31", "?start=x&weeks=99", "?department=999999999999999999999", "?page=-3"):
        assert as_("product_head").get(page + nonsense).status_code == 200


def test_no_further_resources_is_one_click_and_shows_who_said_it(as_, cast, project):
    lead = as_("lead")
    needs = address("needs", project)
    assert "resources/none-needed/" in lead.get(needs).text
    assert "resources/none-needed/" not in as_("product_head").get(needs).text
    assert lead.post(address("resource_none_needed", project), follow=True).status_code == 200
    page = as_("product_head").get(needs).text
    assert "无需额外资源" in page
    assert cast.lead.name in page


def test_a_plan_of_hundreds_of_tasks_asks_for_the_number_of_the_task(cast, project, client, add):
    rows = [Task(project=project, number=n, rank=n, title=f"任务 {n}", duration=1) for n in range(1, 450)]
    Task.objects.bulk_create(rows)
    client.force_login(cast.lead)
    needs = address("needs", project)
    page = client.get(needs)
    assert "<option" not in page.text.split('name="task"')[1].split("</div>")[0]
    facts = {
        "task": "321",
        "category": "people",
        "name": CLERK,
        "provider": cast.product.pk,
        "purpose": "盘点",
        "priority": "high",
    }
    assert client.post(needs, facts).status_code == 302
    assert ResourceNeed.objects.get().task.title == "任务 321"
    refused = client.post(needs, {**facts, "task": "99999"})
    assert refused.status_code == 422
    need = client.get(reverse("planning:need", args=[project.pk, ResourceNeed.objects.get().pk]))
    assert 'name="task" value="321"' in need.text
