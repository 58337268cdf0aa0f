"""Refusals, keys that let a POST be repeated, ways of logging in."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from tests.alignment.filing import submitted
from tests.api.conftest import Program
from tests.cast import Cast
from tests.conftest import Clock
from tongzhou.alignment.models import CollabRequest
from tongzhou.core.models import KeptAnswer
from tongzhou.people import services
from tongzhou.people.models import ApiToken
from tongzhou.projects.models import Project

Programs = Callable[[str], Program]


def start(cast: Cast, name: str = "618大促活动") -> dict[str, Any]:
    """A good body for beginning a request."""
    return {
        "name": name,
        "scenario_id": cast.scenarios["launch"].pk,
        "initiator_id": cast.departments["marketing"].pk,
    }


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem details of a refusal that is one as RFC 9457 says."""
    assert answer.status_code == status, answer.content[:500]
    assert answer.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = orjson.loads(answer.content)
    assert body["status"] == status
    assert body["type"] == f"urn:tongzhou:problem:{code}"
    assert body["title"]
    return body


# ---------------------------------------------------------------- problem details


def test_without_login_401(cast: Cast) -> None:
    answer = Client().get("/api/v1/projects")
    problem(answer, 401, "not_logged_in")


def test_what_one_may_see_but_not_do_is_403(cast: Cast, program: Programs) -> None:
    project = submitted(cast).project
    answer = program("product_member").post(f"/projects/{project.pk}/suspend", {"reason": "等待供应商"})
    problem(answer, 403, "not_allowed")


def test_absent_and_forbidden_are_the_same_404(cast: Cast, program: Programs) -> None:
    project = submitted(cast).project
    foreign = program("outsider").get(f"/projects/{project.pk}")
    absent = program("outsider").get("/projects/999999999")
    assert problem(foreign, 404, "not_found") == problem(absent, 404, "not_found")


def test_an_address_that_is_none_is_404_for_programs_too(cast: Cast, program: Programs) -> None:
    caller = program("lead")
    caller.client = Client(enforce_csrf_checks=True)
    problem(caller.get("/nothing-here"), 404, "not_found")
    problem(caller.post("/nothing/here/", {}), 404, "not_found")


def test_a_method_that_is_none_is_405(cast: Cast, program: Programs) -> None:
    assert program("lead").send("DELETE", "/projects").status_code == 405


def test_what_is_no_longer_possible_is_409(cast: Cast, program: Programs) -> None:
    project = submitted(cast).project
    problem(program("lead").post(f"/projects/{project.pk}/resume"), 409, "transition_not_allowed")


def test_a_stale_write_is_409_with_both_versions(cast: Cast, program: Programs) -> None:
    project = submitted(cast).project
    read = program("lead").get(f"/projects/{project.pk}").json()
    first = {"version": read["version"], "name": "618大促"}
    assert program("lead").send("PATCH", f"/projects/{project.pk}", first).status_code == 200

    second = {"version": read["version"], "name": "618狂欢"}
    body = problem(program("pmo").send("PATCH", f"/projects/{project.pk}", second), 409, "stale_write")

    assert (body["mine"]["name"], body["theirs"]["name"]) == ("618狂欢", "618大促")
    assert body["version"] == read["version"] + 1


def test_wrong_input_is_422_and_names_the_field(cast: Cast, program: Programs) -> None:
    body = problem(program("lead").post("/requests", {"name": "x", "scenario_id": "y"}), 422, "invalid_input")
    assert set(body["fields"]) == {"scenario_id", "initiator_id"}


def test_a_service_refusal_is_422_and_names_the_field(cast: Cast, program: Programs) -> None:
    body = problem(program("lead").post("/requests", start(cast, name=" ")), 422, "invalid_input")
    assert set(body["fields"]) == {"name"}


def test_chinese_stays_chinese(cast: Cast, program: Programs) -> None:
    project = submitted(cast).project
    assert "市场部".encode() in program("lead").get(f"/projects/{project.pk}").content
    refused = program("outsider").get(f"/projects/{project.pk}", **{"Accept-Language": "zh-hans"})
    assert "不存在".encode() in refused.content


def test_a_program_is_answered_in_its_language(cast: Cast, program: Programs) -> None:
    answer = program("lead").get("/projects/999999", **{"Accept-Language": "en"})
    assert "does not exist" in problem(answer, 404, "not_found")["title"]


# ---------------------------------------------------------------- hostile bodies

HOSTILE = {
    "no JSON": b"{",
    "nothing": b"",
    "not UTF-8": b'{"name": "\xff\xfe"}',
    "a list": b"[]",
    "a number": b"1",
    "null": b"null",
    "NaN": b'{"name": "x", "scenario_id": NaN, "initiator_id": 1}',
    "a number past every column": b'{"name": "x", "scenario_id": 1' + b"0" * 400 + b', "initiator_id": 1}',
    "nested deeply": b'{"name": ' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    "NUL": b'{"name": "a\\u0000b", "scenario_id": 1, "initiator_id": 1}',
    "a lone surrogate": b'{"name": "\\ud800", "scenario_id": 1, "initiator_id": 1}',
    "a date that is none": b'{"name": "2026-02-30", "scenario_id": true, "initiator_id": {}}',
    "a megabyte of text": b'{"name": "' + "大".encode() * 350_000 + b'", "scenario_id": 1, "initiator_id": 1}',
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=list(HOSTILE))
def test_a_hostile_body_is_refused_in_words(cast: Cast, program: Programs, body: bytes) -> None:
    answer = program("lead").post("/requests", body)
    assert answer.status_code in {400, 422}, answer.content[:300]
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert not Project.objects.exists()


def test_a_wrong_content_type_is_refused_in_words(cast: Cast, program: Programs) -> None:
    for kind in ("text/plain", "application/xml", "multipart/form-data", "multipart/form-data; boundary=x", ""):
        caller = program("lead")
        answer = caller.client.generic("POST", "/api/v1/requests", b"<a/>", content_type=kind, headers=caller.headers)
        assert answer.status_code in {400, 415, 422}, kind
        assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("key", ["0", "-1", "9223372036854775808", "1" + "0" * 300, "１", "1.0", "x", "%00", "1%00"])
def test_a_hostile_key_in_an_address_is_refused_in_words(cast: Cast, program: Programs, key: str) -> None:
    answer = program("lead").get(f"/projects/{key}")
    assert answer.status_code in {404, 422}
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "query",
    ["q=%00", "q=%ED%A0%80", "page=0", "page=999999999999999999999", "phase=x", "scope=%F0%9F%98%80", "q=%27--"],
)
def test_a_hostile_query_breaks_nothing(cast: Cast, program: Programs, query: str) -> None:
    answer = program("lead").get(f"/projects?{query}")
    assert answer.status_code in {200, 422}


# ---------------------------------------------------------------- Idempotency-Key


@pytest.mark.database
def test_the_same_key_and_body_give_the_same_answer_and_one_row(cast: Cast, program: Programs) -> None:
    first = program("lead").post("/requests", start(cast), **{"Idempotency-Key": "a"})
    again = program("lead").post("/requests", start(cast), **{"Idempotency-Key": "a"})

    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert first.status_code == 201
    assert CollabRequest.objects.count() == 1


def test_the_same_key_with_another_body_or_address_is_409(cast: Cast, program: Programs) -> None:
    program("lead").post("/requests", start(cast), **{"Idempotency-Key": "a"})
    other = program("lead").post("/requests", start(cast, "会员日"), **{"Idempotency-Key": "a"})
    elsewhere = program("lead").post("/inbox/read-all", **{"Idempotency-Key": "a"})

    problem(other, 409, "conflict")
    problem(elsewhere, 409, "conflict")
    assert CollabRequest.objects.count() == 1


def test_keys_of_two_persons_do_not_meet(cast: Cast, program: Programs) -> None:
    for part in ("lead", "marketing_head"):
        assert program(part).post("/requests", start(cast), **{"Idempotency-Key": "a"}).status_code == 201
    assert CollabRequest.objects.count() == 2


def test_a_refused_act_keeps_no_answer_so_that_it_can_be_tried_again(cast: Cast, program: Programs) -> None:
    refused = program("lead").post("/requests", start(cast, " "), **{"Idempotency-Key": "a"})
    assert refused.status_code == 422
    assert not KeptAnswer.objects.exists()
    assert program("lead").post("/requests", start(cast), **{"Idempotency-Key": "a"}).status_code == 201


@pytest.mark.parametrize("key", ["x" * 201, "a\tb", "\x7f"])
def test_a_key_that_is_none_is_refused(cast: Cast, program: Programs, key: str) -> None:
    answer = program("lead").post("/requests", start(cast), **{"Idempotency-Key": key})
    assert set(problem(answer, 422, "invalid_input")["fields"]) == {"Idempotency-Key"}


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_requests_with_one_key_at_once_act_once(cast: Cast, program: Programs) -> None:
    callers, answers = [program("lead") for _ in range(4)], []
    together = threading.Barrier(len(callers))

    def send(caller: Program) -> None:
        together.wait()
        answers.append(caller.post("/requests", start(cast), **{"Idempotency-Key": "a"}))
        connections.close_all()

    threads = [threading.Thread(target=send, args=(caller,)) for caller in callers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert [answer.status_code for answer in answers] == [201] * len(callers), connection.vendor
    assert len({answer.content for answer in answers}) == 1
    assert CollabRequest.objects.count() == 1


# ---------------------------------------------------------------- who asks


def test_a_token_acts_until_it_expires(cast: Cast, program: Programs, stopped_clock: Clock) -> None:
    caller = program("lead")
    assert caller.get("/projects").status_code == 200
    stopped_clock.moment += timedelta(days=31)
    problem(caller.get("/projects"), 401, "not_logged_in")


def test_a_revoked_token_is_over_at_once(cast: Cast, program: Programs) -> None:
    caller = program("lead")
    services.revoke_api_token(ApiToken.objects.get().pk, by=cast.by("lead"))
    problem(caller.get("/projects"), 401, "not_logged_in")


def test_the_token_of_somebody_who_left_is_over_at_once(cast: Cast, program: Programs) -> None:
    caller = program("product_contact")
    services.leave_company(cast.persons["product_contact"].pk, by=cast.by("admin"))
    problem(caller.get("/projects"), 401, "not_logged_in")


@pytest.mark.parametrize(
    "value", ["", "Bearer", "Bearer ", "Bearer x", "Basic bGVhZDp4", "Bearer \u00e9", "Bearer a b"]
)
def test_a_header_that_is_no_token_opens_nothing(cast: Cast, value: str) -> None:
    answer = Client().get("/api/v1/projects", headers={"Authorization": value})
    problem(answer, 401, "not_logged_in")


def test_a_token_is_not_kept_as_it_was_shown(cast: Cast) -> None:
    made, secret = services.create_api_token("程序", 30, by=cast.by("lead"))
    assert secret not in str(vars(ApiToken.objects.get(pk=made.pk)))


def test_a_session_reads_but_acts_only_with_the_csrf_token(cast: Cast) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.persons["lead"])
    assert browser.get("/api/v1/projects").status_code == 200

    bare = browser.post("/api/v1/requests", start(cast), content_type="application/json")
    problem(bare, 403, "csrf")
    assert not CollabRequest.objects.exists()

    browser.get(reverse("alignment:new"))
    token = browser.cookies["csrftoken"].value
    good = browser.post(
        "/api/v1/requests", start(cast), content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert good.status_code == 201


def test_a_token_needs_no_csrf_token(cast: Cast, program: Programs) -> None:
    caller = program("lead")
    caller.client = Client(enforce_csrf_checks=True)
    assert caller.post("/requests", start(cast)).status_code == 201


def test_a_wrong_token_does_not_fall_back_on_the_session_beside_it(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.persons["lead"])
    answer = browser.get("/api/v1/projects", headers={"Authorization": "Bearer wrong"})
    problem(answer, 401, "not_logged_in")
