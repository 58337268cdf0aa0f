"""The API says and does what the pages do, over the same services."""

from __future__ import annotations

import json

import pytest

from tongzhou.people import services
from tongzhou.people.models import Delegation, Department, Headship, Person

HUGE = [0, -1, 10**18, 10**30]


def send(browser, method: str, path: str, body: dict | None = None, **headers):
    return browser.generic(
        method, f"/api/v1{path}", json.dumps(body or {}), content_type="application/json", headers=headers
    )


def test_the_directory(cast, as_):
    answer = as_("lead").get("/api/v1/people?q=zhaomin").json()
    assert [item["name"] for item in answer["items"]] == ["赵敏"]
    assert answer["total"] == 1
    inside = as_("lead").get(f"/api/v1/people?department_id={cast.product.pk}").json()
    assert inside["total"] == 3


def test_who_i_am(cast, as_):
    me = as_("product_head").get("/api/v1/me").json()
    assert (me["username"], me["heads"], me["departments"][0]["department"]) == (
        "wang.lei",
        [cast.product.pk],
        "产品部",
    )


def test_entering_changing_and_leaving(cast, as_):
    browser = as_("admin")
    made = send(browser, "POST", "/people", {"name": "吴一", "username": "wu.yi", "department_id": cast.sales.pk})
    assert made.status_code == 201
    pk, version = made.json()["id"], made.json()["version"]
    changed = send(browser, "PATCH", f"/people/{pk}", {"version": version, "title": "专员"})
    assert (changed.json()["title"], changed.json()["name"]) == ("专员", "吴一")
    stale = send(browser, "PATCH", f"/people/{pk}", {"version": version, "title": "经理"})
    assert stale.status_code == 409
    assert (stale.json()["mine"], stale.json()["theirs"]) == ({"title": "经理"}, {"title": "专员"})
    assert send(browser, "POST", f"/people/{pk}/leave", {}).json()["is_active"] is False
    assert send(browser, "POST", f"/people/{pk}/return").json()["is_active"] is True


def test_a_refusal_names_its_fields(as_):
    answer = send(as_("admin"), "POST", "/people", {"name": "", "username": "a b"})
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert set(answer.json()["fields"]) == {"name", "username"}


def test_the_same_key_enters_a_person_once(as_):
    browser = as_("admin")
    body = {"name": "吴一", "username": "wu.yi"}
    first = send(browser, "POST", "/people", body, **{"Idempotency-Key": "k1"})
    again = send(browser, "POST", "/people", body, **{"Idempotency-Key": "k1"})
    other = send(browser, "POST", "/people", {**body, "username": "x"}, **{"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert first.json() == again.json()
    assert Person.objects.filter(name="吴一").count() == 1


def test_naming_a_head_asks_whom_it_replaces(cast, as_):
    browser = as_("admin")
    path = f"/departments/{cast.product.pk}/head"
    second = send(browser, "PUT", path, {"person_id": cast.product_contact.pk, "former_id": None})
    assert second.status_code == 409
    assert "王磊" in second.json()["detail"]
    done = send(browser, "PUT", path, {"person_id": cast.product_contact.pk, "former_id": cast.product_head.pk})
    assert done.status_code == 200
    assert Headship.objects.get(department=cast.product, until=None).person == cast.product_contact
    assert [head["person"] for head in browser.get(f"/api/v1{path}s").json()] == ["赵敏", "王磊"]


def test_a_head_names_a_deputy_and_takes_it_back(cast, as_):
    browser = as_("product_head")
    body = {
        "department_id": cast.product.pk,
        "deputy_id": cast.product_contact.pk,
        "scopes": ["reply"],
        "since": "2026-05-11",
        "until": "2026-05-12",
    }
    made = send(browser, "POST", "/delegations", body)
    assert made.status_code == 201
    pk = made.json()["id"]
    assert send(as_("sales_head"), "DELETE", f"/delegations/{pk}").status_code == 404
    assert send(as_("product_contact"), "DELETE", f"/delegations/{pk}").status_code == 403
    assert send(browser, "DELETE", f"/delegations/{pk}").status_code == 200
    assert Delegation.objects.get().revoked_at is not None


def test_the_tree(cast, as_):
    browser = as_("admin")
    brand = send(browser, "POST", "/departments", {"name": "品牌组", "parent_id": cast.marketing.pk}).json()
    assert brand["path"] == "市场部/品牌组"
    circle = send(browser, "POST", f"/departments/{cast.marketing.pk}/move", {"parent_id": brand["id"], "version": 1})
    assert circle.status_code == 422
    moved = send(browser, "POST", f"/departments/{brand['id']}/move", {"parent_id": None, "version": brand["version"]})
    assert moved.json()["path"] == "品牌组"
    assert send(browser, "POST", f"/departments/{brand['id']}/close").json()["is_active"] is False
    assert brand["id"] not in [branch["id"] for branch in browser.get("/api/v1/departments").json()]


def test_an_import_is_tried_first_and_then_written(cast, as_):
    browser = as_("admin")
    rows = [{"name": "吴一", "username": "wu.yi", "department": "新部门"}, {"name": "", "username": "x"}]
    tried = send(browser, "POST", "/people/import", {"rows": rows, "dry_run": True}).json()
    assert (tried["written"], tried["wrong"]) == (False, 2)
    assert tried["rows"][0]["errors"].keys() == {"department"}
    refused = send(browser, "POST", "/people/import", {"rows": rows, "create_departments": True}).json()
    assert (refused["written"], refused["wrong"], Department.objects.filter(name="新部门").count()) == (False, 1, 0)
    done = send(browser, "POST", "/people/import", {"rows": rows[:1], "create_departments": True}).json()
    assert (done["written"], done["added"], done["departments"]) == (True, 1, 1)


@pytest.mark.parametrize("number", HUGE)
def test_keys_that_no_database_has_are_simply_not_there(cast, as_, number):
    browser = as_("admin")
    head, person = f"/departments/{cast.product.pk}/head", f"/people/{cast.lead.pk}"
    answers = [
        browser.get(f"/api/v1/people/{number}"),
        browser.get(f"/api/v1/people?department_id={number}"),
        browser.get(f"/api/v1/departments/{number}"),
        send(browser, "POST", "/people", {"name": "a", "username": "a", "department_id": number}),
        send(browser, "POST", "/departments", {"name": "a", "parent_id": number}),
        send(browser, "PUT", head, {"person_id": number, "former_id": cast.product_head.pk}),
        send(browser, "PUT", head, {"person_id": cast.lead.pk, "former_id": number if number else None}),
        send(browser, "POST", f"{person}/departments", {"department_id": number}),
        send(browser, "POST", f"{person}/departments", {"department_id": number, "as_main": True}),
        send(browser, "DELETE", f"{person}/departments/{number}"),
        send(browser, "DELETE", f"/delegations/{number}"),
        send(browser, "DELETE", f"/me/tokens/{number}"),
        send(browser, "PATCH", person, {"version": number, "title": "x"}),
        send(
            as_("product_head"),
            "POST",
            "/delegations",
            {"department_id": number, "deputy_id": number, "since": "2026-05-11", "until": "2026-05-11"},
        ),
    ]
    assert {answer.status_code for answer in answers} <= {200, 404, 409, 422}


def test_a_new_token_is_said_once(as_):
    browser = as_("lead")
    made = send(browser, "POST", "/me/tokens", {"label": "导出"}).json()
    assert made["token"].startswith("tz_")
    assert "token" not in browser.get("/api/v1/me/tokens").json()[0]


def test_a_login_link_and_a_sign_out(cast, as_):
    link = send(as_("admin"), "POST", f"/people/{cast.lead.pk}/login-link").json()
    assert link["url"].startswith("http://testserver/people/welcome/")
    assert send(as_("lead"), "POST", f"/people/{cast.lead.pk}/sign-out").status_code == 200
    assert send(as_("lead"), "POST", f"/people/{cast.sponsor.pk}/sign-out").status_code == 403


def test_what_leaving_would_end(cast, as_):
    found = as_("admin").get(f"/api/v1/people/{cast.product_head.pk}/ties").json()
    assert {"kind": "负责的部门", "text": "产品部负责人", "ends": True} in found


def test_changing_myself(cast, as_):
    browser = as_("lead")
    answer = send(browser, "PATCH", "/me", {"version": 1, "mobile": "13800000000"}).json()
    assert (answer["mobile"], answer["email"]) == ("13800000000", "chen.chen@example.com")
    assert send(browser, "PATCH", "/me", {"version": 9, "mobile": "1"}).status_code == 409


def test_a_program_keeps_people_with_a_token_of_an_administrator(cast):
    from django.test import Client

    _token, plain = services.create_api_token("人事系统", 30, by=cast.by("admin"))
    answer = Client().post(
        "/api/v1/people",
        {"name": "吴一", "username": "wu.yi"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {plain}"},
    )
    assert answer.status_code == 201
