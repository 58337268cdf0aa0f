"""A filled 《资源需求表》 becomes needs: every row checked, none half taken, what is asked already left alone."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.planning.resourcing import CLERK, clerk_row, need_money, need_people, provider_row, request_form
from tongzhou.core.errors import InvalidInput
from tongzhou.documents.hostile import FileRefused
from tongzhou.planning import queries, services
from tongzhou.planning.models import ResourceNeed
from tongzhou.planning.needs_table import opened, packed, read_needs

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(add):
    return add("库存盘点", 5)


def test_every_row_of_the_form_becomes_a_need(cast, project, task):
    money = clerk_row(
        "库存盘点", category="money", name_or_skill="推广预算", quantity="1", allocation="", amount="50000.00"
    )
    data = request_form(
        project,
        [clerk_row("库存盘点", name_or_skill=f"{CLERK}（赵敏）", quantity="1 人"), money],
        [provider_row("产品部"), provider_row("市场部", account="推广费")],
    )
    rows = read_needs(project, data, cast.by("lead"))
    assert [row.errors for row in rows] == [[], []]
    assert services.take_needs_in(project.pk, opened(packed(project, rows), project.pk), by=cast.by("lead")) == (2, 0)
    people, budget = ResourceNeed.objects.order_by("number")
    assert (people.name, people.quantity, people.unit, people.share) == (CLERK, 1, "人", 50)
    assert people.person == cast.product_contact
    # The period of the form is not that of the task, which begins on 11 May.
    assert (str(people.first), str(people.last)) == ("2026-05-12", "2026-05-15")
    assert (budget.amount, budget.account, budget.provider) == (Decimal("50000.00"), "推广费", cast.marketing)


def test_what_goes_out_comes_in_again_without_a_difference(cast, project, task):
    need_people(cast, task)
    need_money(cast, task)
    _name, data = queries.resource_file(project, None, "xlsx", "陈晨")
    rows = read_needs(project, data, cast.by("lead"))
    assert [(row.verdict, row.changes, row.errors) for row in rows] == [("same", [], []), ("same", [], [])]
    assert packed(project, rows) == ""


def test_a_row_that_is_asked_already_is_changed_not_doubled(cast, project, task):
    need = need_people(cast, task)
    data = request_form(
        project, [clerk_row("库存盘点", quantity="3 人", allocation="", period="")], [provider_row("产品部")]
    )
    rows = read_needs(project, data, cast.by("lead"))
    assert [row.verdict for row in rows] == ["change"]
    services.take_needs_in(project.pk, opened(packed(project, rows), project.pk), by=cast.by("lead"))
    need.refresh_from_db()
    assert (ResourceNeed.objects.count(), need.quantity) == (1, 3)


@pytest.mark.parametrize(
    ("needs", "provision", "place"),
    [
        ({"task": "没有的任务"}, {}, "对应任务"),
        ({}, {"provider_dept": "财务部"}, "提供部门"),
        ({"quantity": "几个"}, {}, "数量"),
        ({"allocation": "300%"}, {}, "投入"),
        ({"period": "下周"}, {}, "使用"),
        ({"category": "money", "amount": ""}, {}, "金额"),
        ({"period": "9999-01-01 – 9999-02-01"}, {}, "使用"),
    ],
)
def test_what_is_wrong_is_named_at_its_row_and_nothing_can_be_confirmed(cast, project, task, needs, provision, place):
    rows = read_needs(
        project,
        request_form(
            project,
            [clerk_row("库存盘点"), clerk_row(needs.pop("task", "库存盘点"), **needs)],
            [provider_row("产品部"), provider_row(provision.pop("provider_dept", "产品部"), **provision)],
        ),
        cast.by("lead"),
    )
    assert [row.number for row in rows if row.errors] == [2]
    assert place in "".join(label for label, _text in rows[1].errors)
    assert packed(project, rows) == ""


def test_tables_that_do_not_go_in_pairs_are_refused(cast, project, task):
    data = request_form(project, [clerk_row("库存盘点"), clerk_row("库存盘点")], [provider_row("产品部")])
    with pytest.raises(InvalidInput) as refusal:
        read_needs(project, data, cast.by("lead"))
    assert "2" in str(refusal.value.fields["file"][0])


def test_another_file_is_refused_in_words(cast, project, task):
    with pytest.raises(FileRefused):
        read_needs(project, b"a,b\n1,2\n", cast.by("lead"))


def test_nothing_is_asked_when_one_row_has_become_wrong(cast, project, task):
    data = request_form(
        project, [clerk_row("库存盘点"), clerk_row("库存盘点", name_or_skill="会议室", category="room")],
        [provider_row("产品部"), provider_row("销售部")],
    )  # fmt: skip
    changes = opened(packed(project, read_needs(project, data, cast.by("lead"))), project.pk)
    project.parties.filter(department=cast.sales).update(left_at="2026-05-11T00:00:00Z")
    with pytest.raises(InvalidInput) as refusal:
        services.take_needs_in(project.pk, changes, by=cast.by("lead"))
    assert "2" in str(refusal.value.fields["rows"][0])
    assert ResourceNeed.objects.count() == 0


def test_a_contact_person_asks_only_for_tasks_of_their_department(cast, project, task, add):
    add("渠道铺货", 2, department_id=cast.sales.pk)
    services.add_task(project.pk, {"title": "陈列", "department_id": cast.product.pk}, by=cast.by("lead"))
    data = request_form(
        project, [clerk_row("陈列"), clerk_row("渠道铺货")], [provider_row("产品部"), provider_row("产品部")]
    )
    rows = read_needs(project, data, cast.by("product_head"))
    assert [bool(row.errors) for row in rows] == [False, True]


def test_the_page_shows_every_row_before_anything_is_asked(cast, client: Client, project, task):
    client.force_login(cast.lead)
    upload = SimpleUploadedFile("需求.xlsx", request_form(project, [clerk_row("库存盘点")], [provider_row("产品部")]))
    page = client.post(reverse("planning:needs_import", args=[project.pk]), {"file": upload})
    assert (page.status_code, ResourceNeed.objects.count()) == (200, 0)
    answer = client.post(reverse("planning:needs_import_confirm", args=[project.pk]), {"kept": page.context["kept"]})
    assert (answer.status_code, ResourceNeed.objects.count()) == (302, 1)
    forged = client.post(reverse("planning:needs_import_confirm", args=[project.pk]), {"kept": "x"})
    assert forged.status_code == 409
