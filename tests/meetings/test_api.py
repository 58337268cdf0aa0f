"""The API of meetings: the same acts over the same services."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.meetings.conftest import HEADS, Story
from tongzhou.meetings import services
from tongzhou.meetings.models import Meeting
from tongzhou.meetings.states import MeetingState

Call = Callable[..., Any]
PLAN = {
    "kind": "kickoff",
    "title": "启动会",
    "starts_at": "2026-05-13T14:00:00+08:00",
    "ends_at": "2026-05-13T15:30:00+08:00",
    "location": "3楼",
}


@pytest.fixture
def call(story: Story) -> Call:
    """Sends JSON as a person."""

    def send(part: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
        client = Client()
        client.force_login(story.cast.persons[part])
        text = json.dumps(body) if body is not None else ""
        return client.generic(method, f"/api/v1{path}", text, content_type="application/json", headers=headers)

    return send


def test_a_kickoff_from_plan_to_locked_minutes(call: Call, story: Story, stopped_clock, cast):
    proposal = call("lead", "GET", f"/projects/{story.project.pk}/meetings/proposal?kind=kickoff").json()
    people = [c["person"]["id"] for c in proposal["people"] if c["is_proposed"]]
    made = call("lead", "POST", f"/projects/{story.project.pk}/meetings", PLAN | {"attendee_ids": people})
    assert made.status_code == 201
    meeting = made.json()
    path = f"/meetings/{meeting['id']}"
    assert [item["topic"] for item in meeting["agenda"]] == proposal["agenda"]
    assert call("product_head", "POST", f"{path}/answer", {"answer": "accepted"}).json()["attendance"] == "accepted"

    stopped_clock.at("2026-05-13 14:00")
    assert call("lead", "POST", f"{path}/start").json()["state"] == "running"
    call("lead", "POST", f"{path}/attendees/everybody-in")
    item = meeting["agenda"][0]
    noted = call("lead", "PATCH", f"{path}/agenda/{item['id']}", {"version": 1, "points": "一致 🚀"}).json()
    assert (noted["version"], noted["points"], noted["topic"]) == (2, "一致 🚀", item["topic"])
    resource = call("product_head", "PUT", f"{path}/resources/{cast.product.pk}", {"version": 1, "offers": "2名库管"})
    assert resource.json()["offers"] == "2名库管"
    decision = call(
        "lead", "POST", f"{path}/decisions", {"text": "6月1日前完成TOP10 SKU盘点", "department_id": cast.product.pk}
    ).json()
    line = call("lead", "POST", f"{path}/decisions/{decision['id']}/commit", {})
    assert line.status_code == 201
    assert line.json()["action"] == "6月1日前完成TOP10 SKU盘点"
    now = call("lead", "GET", path).json()
    closing = {"version": now["version"], "first_sync_at": "2026-05-15T15:00:00+08:00"}
    assert call("lead", "PATCH", f"{path}/closing", closing).status_code == 200
    stopped_clock.at("2026-05-13 15:30")
    call("lead", "POST", f"{path}/end")

    draft = call("lead", "GET", f"{path}/minutes/draft").json()
    assert draft["missing"] == []
    sent = call("lead", "POST", f"{path}/minutes", {"digest": draft["digest"]})
    assert sent.status_code == 201
    departments = [c["department"]["id"] for c in sent.json()["confirmations"]]
    for part, department in zip(HEADS, departments, strict=True):
        body = {"department_id": department, "verdict": "agree", "digest": draft["digest"]}
        answered = call(part, "POST", f"{path}/minutes/answer", body)
        assert answered.status_code == 200, answered.content
    assert answered.json()["locked_at"] is not None
    assert Meeting.objects.get().state == MeetingState.LOCKED
    assert call("sales_contact", "GET", f"{path}/minutes/1/file/pdf").content.startswith(b"%PDF")


def test_refusals_are_problem_details(call: Call, story: Story, kickoff: Meeting):
    late = PLAN | {"ends_at": "2026-05-13T13:00:00+08:00"}
    refused = call("lead", "POST", f"/projects/{story.project.pk}/meetings", late)
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["ends_at"])
    naive = call("lead", "POST", f"/projects/{story.project.pk}/meetings", PLAN | {"starts_at": "2026-05-13T14:00:00"})
    assert naive.status_code == 422
    nul = call("lead", "POST", f"/projects/{story.project.pk}/meetings", PLAN | {"title": "会\x00议"})
    assert nul.status_code == 422
    assert call("outsider", "GET", f"/meetings/{kickoff.pk}").status_code == 404
    assert call("sales_head", "POST", f"/meetings/{kickoff.pk}/start").status_code == 403
    assert call("lead", "POST", f"/meetings/{kickoff.pk}/minutes/rework", {}).status_code == 409
    assert call("lead", "GET", "/meetings/99999999999999999999999").status_code == 404


def test_a_stale_write_gets_both_versions(call: Call, kickoff: Meeting):
    item = kickoff.agenda.first()
    path = f"/meetings/{kickoff.pk}/agenda/{item.pk}"
    call("lead", "PATCH", path, {"version": 1, "points": "甲"})
    stale = call("product_member", "PATCH", path, {"version": 1, "points": "乙"})
    assert stale.status_code == 409
    assert (stale.json()["mine"], stale.json()["theirs"], stale.json()["version"]) == (
        {"points": "乙"},
        {"points": "甲"},
        2,
    )
    merged = call("product_member", "PATCH", path, {"version": 1, "conclusion": "丙"})
    assert (merged.json()["points"], merged.json()["conclusion"]) == ("甲", "丙")


def test_the_same_key_plans_one_meeting(call: Call, story: Story):
    path = f"/projects/{story.project.pk}/meetings"
    first = call("lead", "POST", path, PLAN, **{"Idempotency-Key": "k-1"})
    second = call("lead", "POST", path, PLAN, **{"Idempotency-Key": "k-1"})
    assert first.json() == second.json()
    assert Meeting.objects.count() == 1
    other = call("lead", "POST", path, PLAN | {"title": "另一个"}, **{"Idempotency-Key": "k-1"})
    assert other.status_code == 409


def test_the_list_costs_the_same_with_one_meeting_and_with_many(call: Call, story: Story, kickoff: Meeting):
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert call("lead", "GET", "/meetings").status_code == 200
        return len(captured)

    count()
    before = count()
    for number in range(3):
        story.plan(title=f"会议{number}")
    assert count() == before


def test_children_of_another_meeting_are_absent(call: Call, story: Story, kickoff: Meeting):
    other = story.plan("weekly", title="周例会")
    item = other.agenda.first()
    for method, body in (("PATCH", {"version": 1, "points": "x"}), ("DELETE", None)):
        assert call("lead", method, f"/meetings/{kickoff.pk}/agenda/{item.pk}", body).status_code == 404


def test_two_editions_are_compared(client, story, sent, cast):
    client.force_login(cast.lead)
    address = f"/api/v1/meetings/{sent.pk}/minutes/differences"
    assert client.get(address).json() == []
    services.rework_minutes(sent.pk, by=cast.by("lead"))
    services.note_closing(sent.pk, None, {"cc": "总经办"}, by=cast.by("lead"))
    story.send(sent)
    assert client.get(address).json() != []
    assert client.get(address, {"old": 1, "new": 1}).json() == []
    for number in ("0", "3", "99999999999999999999"):
        assert client.get(address, {"old": number}).status_code == 404
