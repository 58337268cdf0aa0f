"""The API of projects does what the pages do, over the same services, with the same refusals."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.projects.conftest import CONCRETE, VAGUE, begin, objective
from tongzhou.projects import services
from tongzhou.projects.models import Commitment, Objective, Project

JSON = "application/json"


def send(client: Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    """A request of the API."""
    return client.generic(
        method, f"/api/v1/projects{path}", "" if body is None else _json(body), content_type=JSON, headers=headers
    )


def _json(body: Any) -> str:
    import json

    return json.dumps(body, ensure_ascii=False)


@pytest.fixture
def lead(client: Client, cast: Cast) -> Client:
    """The lead, logged in."""
    client.force_login(cast.lead)
    return client


def test_a_project_is_read_with_gate_and_next_step(lead: Client, project: Project) -> None:
    found = send(lead, "GET", f"/{project.pk}").json()
    assert (found["phase"], found["gate"]["gate"], found["gate"]["met"]) == ("aligning", 1, False)
    assert found["next"]["link"]
    assert send(lead, "GET", "").json()["count"] == 1
    keys = [condition["key"] for condition in send(lead, "GET", f"/{project.pk}/gates/1").json()["conditions"]]
    assert "objectives_smart" in keys
    assert send(lead, "GET", f"/{project.pk}/gates/9").status_code == 404


def test_an_objective_from_writing_to_removing(lead: Client, cast: Cast, project: Project) -> None:
    made = send(lead, "POST", f"/{project.pk}/objectives", {"text": "多卖一些"})
    assert made.status_code == 201
    row = made.json()
    assert row["is_smart"] is False
    place = f"/{project.pk}/objectives/{row['id']}"
    changed = send(lead, "PATCH", place, {"version": 1, "company_goal": "营收", "target": "1560.5"}).json()
    assert (changed["version"], float(changed["target"])) == (2, 1560.5)
    stale = send(lead, "PATCH", place, {"version": 1, "text": "乙的文字"})
    assert stale.status_code == 409
    assert (stale.json()["mine"], stale.json()["version"]) == ({"text": "乙的文字"}, 2)
    overruled = send(lead, "POST", f"{place}/overrule", {"letter": "S", "reason": "试点"}).json()
    assert overruled["letters"][0]["overruled"] == "试点"
    lead.force_login(cast.product_head)
    backed = send(lead, "POST", f"{place}/back", {"department_id": cast.product.pk, "version": 2}).json()
    assert backed["backed_by"] == [{"id": cast.product.pk, "name": "产品部"}]
    lead.force_login(cast.lead)
    assert send(lead, "DELETE", place).json() == {"done": True}
    assert not Objective.objects.exists()


def test_a_commitment_from_taking_down_to_withdrawing(lead: Client, cast: Cast, project: Project) -> None:
    body = {"department_id": cast.product.pk, "action": VAGUE}
    row = send(lead, "POST", f"/{project.pk}/commitments", body).json()
    assert (row["number"], row["is_concrete"]) == (1, False)
    assert row["remarks"]
    place = f"/{project.pk}/commitments/{row['id']}"
    changed = send(lead, "PATCH", place, {"version": 1, "action": CONCRETE, "due": "2026-06-01"}).json()
    assert (changed["is_concrete"], changed["due"]) == (True, "2026-06-01")
    owned = send(lead, "POST", f"{place}/owner", {"person_id": cast.product_contact.pk}).json()
    assert owned["owner"]["name"] == "赵敏"
    assert send(lead, "POST", f"{place}/withdraw").json()["state"] == "withdrawn"
    assert send(lead, "POST", f"{place}/withdraw").status_code == 409


def test_the_same_key_takes_a_commitment_down_once(lead: Client, cast: Cast, project: Project) -> None:
    body = {"department_id": cast.product.pk, "action": CONCRETE}
    key = {"Idempotency-Key": "a-1"}
    first = send(lead, "POST", f"/{project.pk}/commitments", body, **key)
    second = send(lead, "POST", f"/{project.pk}/commitments", body, **key)
    assert (first.status_code, second.status_code, first.json()) == (201, 201, second.json())
    other = send(lead, "POST", f"/{project.pk}/commitments", body | {"action": "别的"}, **key)
    assert other.status_code == 409
    assert Commitment.objects.count() == 1


def test_a_gate_is_passed_with_a_reason_and_gone_back(client: Client, cast: Cast, project: Project) -> None:
    client.force_login(cast.sponsor)
    refused = send(client, "POST", f"/{project.pk}/gates/1/pass", {})
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["reason"])
    assert send(client, "POST", f"/{project.pk}/gates/1/pass", {"reason": "先行"}).json()["phase"] == "planning"
    back = send(client, "POST", f"/{project.pk}/back", {"phase": "aligning", "reason": "重议"}).json()
    assert (back["phase"], back["gate"]["passes"][0]["is_conditional"]) == ("aligning", True)


def test_stop_and_go(lead: Client, project: Project) -> None:
    assert send(lead, "POST", f"/{project.pk}/suspend", {"reason": "等"}).json()["phase"] == "suspended"
    assert send(lead, "POST", f"/{project.pk}/resume").json()["phase"] == "aligning"
    assert send(lead, "POST", f"/{project.pk}/cancel", {"reason": "不做"}).json()["phase"] == "cancelled"


def test_people(lead: Client, cast: Cast, project: Project) -> None:
    parties = send(lead, "GET", f"/{project.pk}/parties").json()
    assert [party["head"]["name"] for party in parties] == ["林悦", "王磊", "刘强", "张伟"]
    named = send(
        lead, "PUT", f"/{project.pk}/parties/{cast.technology.pk}/contact", {"person_id": cast.technology_contact.pk}
    )
    assert named.json()[3]["contact"]["name"] == "李娜"
    assert send(lead, "PUT", f"/{project.pk}/parties/{2**70}/contact", {"person_id": None}).status_code == 404
    assert send(lead, "POST", f"/{project.pk}/stakeholders", {"person_id": cast.outsider.pk}).status_code == 201
    assert send(lead, "GET", f"/{project.pk}/stakeholders").json()[0]["role"] == "observer"
    assert send(lead, "DELETE", f"/{project.pk}/stakeholders/{cast.outsider.pk}").status_code == 200
    left = send(lead, "POST", f"/{project.pk}/parties/{cast.sales.pk}/leave", {"reason": "不参与"})
    assert len(left.json()) == 3


def test_facts_are_patched_with_their_version(client: Client, cast: Cast, project: Project) -> None:
    client.force_login(cast.pmo)
    project.refresh_from_db()
    place = f"/{project.pk}"
    assert send(client, "PATCH", place, {"version": project.version, "name": "618"}).json()["name"] == "618"
    assert send(client, "PATCH", place, {"version": project.version, "name": "619"}).status_code == 409
    hidden = send(client, "PATCH", place, {"version": project.version + 1, "is_confidential": True})
    assert (hidden.status_code, hidden.json()) == (200, None)


def test_the_history_in_words(lead: Client, cast: Cast, project: Project) -> None:
    objective(cast, project)
    found = send(lead, "GET", f"/{project.pk}/history?kind=objectives").json()
    assert (found["count"], found["items"][0]["who"]) == (1, "陈晨")


def test_a_thing_of_another_project_is_not_found_under_this_one(lead: Client, cast: Cast, project: Project) -> None:
    other = begin(cast, "会员日")
    row = objective(cast, other)
    assert send(lead, "PATCH", f"/{project.pk}/objectives/{row.pk}", {"version": 1}).status_code == 404
    promise = services.add_commitment(
        other.pk, {"department_id": cast.product.pk, "action": CONCRETE}, by=cast.by("lead")
    )
    assert send(lead, "POST", f"/{project.pk}/commitments/{promise.pk}/withdraw").status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/objectives", {"text": ""}),
        ("POST", "/objectives", {"text": "a\x00b"}),
        ("POST", "/objectives", {"text": "长" * 1_000_000}),
        ("POST", "/objectives", {"text": "x", "target": "1e999"}),
        ("POST", "/objectives", {"text": "x", "due": "2026-02-30"}),
        ("POST", "/objectives", {"text": ["x"]}),
        ("POST", "/objectives", {}),
        ("POST", "/commitments", {"action": "x", "department_id": 2**70}),
        ("POST", "/commitments", {"action": "x", "department_id": 999}),
        ("POST", "/commitments", {"action": "x", "department_id": 0, "quantity": "NaN"}),
        ("PATCH", "", {"name": "x"}),
        ("PATCH", "", {"version": 10**30}),
        ("POST", "/stakeholders", {"person_id": 999}),
        ("POST", "/stakeholders", {"person_id": 1, "role": "king"}),
        ("POST", "/suspend", {"reason": " "}),
        ("POST", "/suspend", {"reason": 5}),
        ("POST", "/back", {"phase": "nowhere", "reason": "x"}),
    ],
)
def test_bad_input_is_a_problem_with_fields_never_a_crash(
    lead: Client, project: Project, method: str, path: str, body: Any
) -> None:
    answer = send(lead, method, f"/{project.pk}{path}", body)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["fields"]


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"x"', "\x00"])
def test_a_body_that_is_no_object_is_refused(lead: Client, project: Project, body: str) -> None:
    path = f"/api/v1/projects/{project.pk}/objectives"
    assert lead.generic("POST", path, body, content_type=JSON).status_code in {400, 422}


def test_hints_are_there_for_programs_too(lead: Client) -> None:
    answer = lead.post("/api/v1/wording/commitment", {"text": VAGUE}, content_type=JSON).json()
    assert (answer["met"], answer["rewrite"]) == (False, "«动词» + 库存 + «数量» + «日期»")
    letters = lead.post("/api/v1/wording/objective", {"text": "多卖"}, content_type=JSON).json()["letters"]
    assert [letter["letter"] for letter in letters] == list("SMART")
