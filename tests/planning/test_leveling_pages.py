"""The page of a way out: answers at once, improves by itself, shows to each what they may do."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.planning.resourcing import lend, need_people
from tongzhou.planning import services
from tongzhou.planning.models import Remedy, Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_(cast):
    """A browser in which a person of the cast is logged in."""

    def log_in(part):
        client = Client()
        client.force_login(cast.persons[part])
        return client

    return log_in


@pytest.fixture
def clash(cast, add, project):
    """The only clerk is promised to two tasks of the same week; the second may move."""
    services.set_capacity(cast.product_member.pk, 0, 100, ["库存专员"], by=cast.by("product_head"))
    first = add("库存盘点", 5, constraint="fnlt", constraint_on=date(2026, 5, 15))
    second = add("渠道备货", 2)
    add("上线准备", 20)
    lend(cast, need_people(cast, first, quantity=1, priority="high"), "product_member")
    lend(cast, need_people(cast, second, quantity=1), "product_member", knowingly=True)
    return second


def address(name, project, **more):
    return reverse(f"planning:{name}", kwargs={"pk": project.pk, **more})


def test_the_lead_levels_a_department_accepts_the_lead_applies_and_takes_it_back(cast, project, clash, as_):
    page = as_("lead").get(address("needs", project))
    assert "资源平衡计划" in page.text
    assert address("level", project) in page.text
    found = as_("lead").post(address("level", project), follow=True)
    remedy = Remedy.objects.get()
    assert "渠道备货" in found.text
    assert "05-18 – 05-19" in found.text
    assert "已证明：没有更小的改动" in found.text
    ways = {"remedy_id": remedy.pk}
    as_("lead").post(address("remedy_propose", project, **ways))
    shown = as_("product_contact").get(address("remedy", project, **ways))
    answer = address("remedy_answer", project, **ways, department_id=cast.product.pk)
    assert answer in shown.text
    assert answer not in as_("sales_head").get(address("remedy", project, **ways)).text
    assert as_("sales_head").post(answer, {"verdict": "accepted"}).status_code == 403
    as_("product_contact").post(answer, {"verdict": "accepted"})
    assert address("remedy_apply", project, **ways) in as_("lead").get(address("remedy", project, **ways)).text
    as_("lead").post(address("remedy_apply", project, **ways))
    assert Task.objects.get(pk=clash.pk).start == date(2026, 5, 18)
    back = as_("lead").get(address("needs", project))
    assert address("remedy_take_back", project, **ways) in back.text
    as_("lead").post(address("remedy_take_back", project, **ways))
    assert Task.objects.get(pk=clash.pk).start == date(2026, 5, 11)


def test_what_has_changed_meanwhile_is_said_on_the_page_and_refused_with_409(cast, add, project, clash, as_):
    as_("lead").post(address("level", project))
    remedy = Remedy.objects.get()
    services.propose_remedy(remedy.pk, by=cast.by("lead"))
    services.answer_remedy(remedy.consents.get().pk, "accepted", by=cast.by("product_head"))
    add("临时会议", 1)
    page = as_("lead").get(address("remedy", project, remedy_id=remedy.pk))
    assert "已有变化" in page.text
    assert address("remedy_apply", project, remedy_id=remedy.pk) not in page.text
    assert as_("lead").post(address("remedy_apply", project, remedy_id=remedy.pk)).status_code == 409


def test_while_a_better_plan_is_looked_for_the_card_asks_again_and_stops_when_it_is_found(project, clash, as_):
    as_("lead").post(address("level", project))
    remedy = Remedy.objects.get()
    part = address("remedy", project, remedy_id=remedy.pk) + "?part=result"
    assert 'hx-trigger="every 1s"' not in as_("lead").get(part, headers={"HX-Request": "true"}).text
    Remedy.objects.update(state="searching")
    shown = as_("lead").get(part, headers={"HX-Request": "true"}).text
    assert 'hx-trigger="every 1s"' in shown
    assert "<progress" in shown
    assert "渠道备货" in shown


def test_the_page_of_conflicts_asks_no_more_for_three_moving_tasks_than_for_one(cast, add, project, clash, as_):
    client = as_("lead")

    def count():
        client.get(address("remedy", project, remedy_id=Remedy.objects.first().pk))
        with CaptureQueriesContext(connection) as told:
            client.get(address("remedy", project, remedy_id=Remedy.objects.first().pk))
        return len(told)

    client.post(address("level", project))
    once = count()
    after = clash
    for number in range(3):
        after = add(f"铺货{number}", 1, after=after)
    client.post(address("level", project))
    assert len(Remedy.objects.first().moves) == 4
    assert count() == once


def test_the_same_through_the_api(cast, project, clash, as_):
    lead = as_("lead")
    base = f"/api/v1/projects/{project.pk}/plan"
    made = lead.post(f"{base}/leveling", content_type="application/json", headers={"Idempotency-Key": "a1"})
    assert made.status_code == 201
    # The worker has looked for a better one meanwhile.
    told = lead.get(f"{base}/ways/{made.json()['id']}").json()
    assert (told["state"], told["cost_days"], [move["days"] for move in told["moves"]]) == ("found", 0, [5])
    way = f"{base}/ways/{told['id']}"
    assert lead.post(f"{way}/propose", headers={"Idempotency-Key": "a2"}).json()["state"] == "proposed"
    assert lead.post(f"{way}/apply", headers={"Idempotency-Key": "a3"}).status_code == 409
    answer = as_("product_head").post(
        f"{way}/consents/{cast.product.pk}",
        {"verdict": "accepted"},
        content_type="application/json",
        headers={"Idempotency-Key": "a4"},
    )
    assert answer.json()["consents"][0]["verdict"] == "accepted"
    assert lead.post(f"{way}/apply", headers={"Idempotency-Key": "a5"}).json()["state"] == "applied"
    assert lead.post(f"{way}/take-back", headers={"Idempotency-Key": "a6"}).json()["state"] == "undone"
