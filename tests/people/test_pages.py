"""The pages about people: what they show, what they refuse and where they say so."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tongzhou.people import services
from tongzhou.people.models import Delegation, Department, Headship, Person

TODAY = date(2026, 5, 11)


def queries_of(browser, address: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(address).status_code == 200
    return len(seen)


def enter(cast, number: int, department: Department) -> Person:
    return services.add_person(
        {"username": f"p{number}", "name": f"员工{number}"}, department_id=department.pk, by=cast.by("admin")
    )


@pytest.mark.parametrize("name", ["people:directory", "people:admin", "people:departments"])
def test_a_list_costs_the_same_queries_with_few_and_with_many(cast, as_, name):
    browser = as_("admin")
    address = reverse(name)
    queries_of(browser, address)
    few = queries_of(browser, address)
    for number in range(20):
        unit = services.create_department(f"组{number}", parent_id=cast.marketing.pk, by=cast.by("admin"))
        person = enter(cast, number, unit)
        services.add_membership(person.pk, cast.sales.pk, by=cast.by("admin"))
        services.name_head(unit.pk, person.pk, by=cast.by("admin"))
    assert queries_of(browser, address) == few


def test_the_directory_is_narrowed_by_department_and_by_text(cast, as_):
    browser = as_("lead")
    page = browser.get(reverse("people:directory"), {"department": cast.product.pk})
    assert {person.name for person in page.context["persons"]} == {"王磊", "赵敏", "钱多"}
    assert "王磊" in page.content.decode()
    found = browser.get(reverse("people:directory"), {"q": "zhaomin"})
    assert [person.name for person in found.context["persons"]] == ["赵敏"]
    none = browser.get(reverse("people:directory"), {"q": "没有这个人"})
    assert "没有找到" in none.content.decode()


@pytest.mark.parametrize(
    "query", ["department=x", "department=999999999999999999999999", "page=x", "page=-1", "q=%00", "q=" + "长" * 900]
)
def test_the_directory_takes_any_question(as_, query):
    assert as_("lead").get(f"{reverse('people:directory')}?{query}").status_code == 200


def test_the_page_of_a_person_shows_offices_and_deputies(cast, as_):
    services.delegate(cast.product.pk, cast.product_contact.pk, since=TODAY, until=TODAY, by=cast.by("product_head"))
    page = as_("lead").get(cast.product_head.get_absolute_url()).content.decode()
    assert "产品部" in page
    assert "赵敏" in page
    assert "自 2020年1月1日" in page
    assert as_("lead").get(reverse("people:person", args=[10**15])).status_code == 404


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "مرحبا", "😀", "{{ 7|add:7 }}"])
def test_a_name_is_text_on_every_page(cast, as_, name):
    person = services.add_person({"username": "wild", "name": name, "title": name}, by=cast.by("admin"))
    services.name_head(cast.product.pk, person.pk, by=cast.by("admin"))
    browser = as_("admin")
    for address in (
        reverse("people:directory"),
        person.get_absolute_url(),
        reverse("people:person_edit", args=[person.pk]),
        reverse("people:department_edit", args=[cast.product.pk]),
        reverse("people:person_leave", args=[person.pk]),
    ):
        page = browser.get(address).content.decode()
        assert "<script>alert(1)" not in page


def test_a_deputy_is_named_on_the_page_by_typing_a_name(cast, as_):
    browser = as_("product_head")
    form = {"department": cast.product.pk, "since": "2026-05-11", "until": "2026-05-20", "scopes": ["memorandum"]}
    several = browser.post(reverse("people:delegations"), {**form, "deputy": "z"})
    assert several.status_code == 422
    assert "id_deputy" in several.content.decode()
    assert not Delegation.objects.exists()
    done = browser.post(reverse("people:delegations"), {**form, "deputy": "赵敏"})
    assert done.status_code == 302
    assert Delegation.objects.get().deputy == cast.product_contact
    page = browser.get(reverse("people:delegations")).content.decode()
    assert "签署备忘录" in page
    given = Delegation.objects.get()
    browser.post(reverse("people:delegation_revoke", args=[given.pk]))
    assert Delegation.objects.get().revoked_at is not None


def test_what_was_typed_stays_when_something_is_wrong(cast, as_):
    form = {
        "department": cast.product.pk,
        "deputy": "赵敏",
        "since": "2026-05-11",
        "until": "2026-05-01",
        "reason": "去杭州出差",
    }
    page = as_("product_head").post(reverse("people:delegations"), form)
    assert page.status_code == 422
    assert "去杭州出差" in page.content.decode()
    assert "结束早于开始" in page.content.decode()


@pytest.mark.parametrize("day", ["2026-02-30", "31.12.2026", "", "9999999-01-01", "2026-13-01"])
def test_a_day_that_does_not_exist_is_refused_at_its_field(cast, as_, day):
    form = {"department": cast.product.pk, "deputy": "赵敏", "since": day, "until": "2026-05-20"}
    page = as_("product_head").post(reverse("people:delegations"), form)
    assert page.status_code == 422
    assert "id_since_error" in page.content.decode()


def test_somebody_elses_department_cannot_be_chosen(cast, as_):
    form = {"department": cast.sales.pk, "deputy": "赵敏", "since": "2026-05-11", "until": "2026-05-20"}
    assert as_("product_head").post(reverse("people:delegations"), form).status_code == 422
    assert as_("lead").post(reverse("people:delegations"), form).status_code == 422


def test_a_head_is_replaced_on_the_page_only_if_it_is_the_one_shown(cast, as_):
    browser = as_("admin")
    address = reverse("people:name_head", args=[cast.product.pk])
    form = {"person": "赵敏 (zhao.min)", "since": "2026-05-11", "former": cast.product_head.pk}
    assert browser.post(address, form).status_code == 302
    late = browser.post(address, {**form, "person": "钱多"})
    assert late.status_code == 409
    assert "赵敏" in late.content.decode()
    assert Headship.objects.get(department=cast.product, until=None).person == cast.product_contact
    second = browser.post(address, {**form, "person": "钱多", "former": ""})
    assert second.status_code == 409


def test_two_administrators_edit_one_person_and_the_second_sees_both(cast, as_):
    browser = as_("admin")
    address = reverse("people:person_edit", args=[cast.lead.pk])
    form = {"version": 1, "name": "陈晨", "username": "chen.chen", "language": "zh-hans", "title": "品牌经理"}
    assert browser.post(address, form).status_code == 302
    late = browser.post(address, {**form, "title": "市场经理"})
    assert late.status_code == 409
    assert "品牌经理" in late.content.decode()
    assert "市场经理" in late.content.decode()


def test_a_taken_login_name_is_said_at_its_field(cast, as_):
    form = {"name": "新人", "username": "WANG.LEI", "language": "zh-hans"}
    page = as_("admin").post(reverse("people:person_new"), form)
    assert page.status_code == 422
    assert "id_username_error" in page.content.decode()
    assert "王磊" in page.content.decode()


def test_a_circle_in_the_tree_is_refused_on_the_page(cast, as_):
    brand = services.create_department("品牌组", parent_id=cast.marketing.pk, by=cast.by("admin"))
    page = as_("admin").post(
        reverse("people:department_move", args=[cast.marketing.pk]), {"version": 1, "parent": brand.pk}
    )
    assert page.status_code == 422
    assert "循环" in page.content.decode()


def test_a_department_with_people_is_not_closed_and_says_why(cast, as_):
    page = as_("admin").post(reverse("people:department_close", args=[cast.product.pk]))
    assert page.status_code == 409
    assert "3 人" in page.content.decode()


def test_the_profile_keeps_the_language_for_this_browser_too(cast, as_):
    browser = as_("lead")
    assert "个人资料" in browser.get(reverse("people:profile")).content.decode()
    browser.post(reverse("people:profile"), {"version": 1, "language": "en", "mobile": "", "email": ""})
    assert "Your profile" in browser.get(reverse("people:profile")).content.decode()


def test_names_are_suggested_while_typing(cast, as_):
    found = as_("lead").get(reverse("people:suggest"), {"q": "zm"}).json()
    assert found == [{"value": "赵敏 (zhao.min)", "name": "赵敏", "label": "产品部"}]
    assert as_("lead").get(reverse("people:suggest")).json() == []


def offered(browser, **asked: str) -> list[str]:
    """The names that are offered."""
    return [person["name"] for person in browser.get(reverse("people:suggest"), asked).json()]


def test_a_department_offers_its_members_and_nobody_else(cast, as_):
    browser = as_("lead")
    here = offered(browser, q="产品")
    assert {"王磊", "赵敏", "钱多"} == set(here)
    within = str(cast.product.pk)
    assert set(offered(browser, within=within)) == {"王磊", "赵敏", "钱多"}
    assert offered(browser, within=within, q="chen") == []
    assert offered(browser, within="x,,-1,99999999999999999999") == []
    assert offered(browser, first="executives")[0] == "高远"
    assert offered(browser, q="\x00") == []


def test_no_more_names_are_offered_than_can_be_read(cast, as_):
    Person.objects.bulk_create(
        Person(username=f"many{number}", name=f"周{number}", pinyin="zhou z") for number in range(300)
    )
    browser = as_("lead")
    assert 0 < len(offered(browser, q="周")) <= 12


def test_the_pmo_is_not_led_to_what_only_administrators_may(cast, as_):
    page = as_("pmo").get(reverse("people:directory")).content.decode()
    assert reverse("people:admin") not in page
    assert reverse("people:admin") in as_("admin").get(reverse("people:directory")).content.decode()
