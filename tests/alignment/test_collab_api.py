"""The request over the API: the same rules, versions, refusals as problem details."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.alignment.filing import ask_of, asks, filled, started, submitted
from tests.cast import Cast
from tongzhou.alignment.models import CollabRequest
from tongzhou.alignment.services import CollabDraft, save_collab
from tongzhou.documents.models import StoredFile


def api(cast: Cast, part: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
    client = Client(raise_request_exception=True)
    client.force_login(cast.persons[part])
    data = json.dumps(body, default=str) if body is not None else ""
    return client.generic(method, f"/api/v1{path}", data, content_type="application/json", headers=headers)


def test_a_request_is_begun_written_and_sent(cast: Cast) -> None:
    begun = api(
        cast,
        "lead",
        "POST",
        "/requests",
        {
            "name": "618大促活动",
            "scenario_id": cast.scenarios["launch"].pk,
            "initiator_id": cast.departments["marketing"].pk,
        },
    )
    assert begun.status_code == 201
    request = begun.json()
    path = f"/projects/{request['project_id']}/request"
    assert len(request["asks"]) == 4
    assert "background" in request["missing"]

    refused = api(cast, "lead", "POST", f"{path}/submit")
    assert refused.status_code == 422
    assert "background" in refused.json()["fields"]
    written = api(
        cast,
        "lead",
        "PATCH",
        path,
        {
            "version": request["version"],
            "background": "上半年最重要的销售节点",
            "dept_head_opinion": "同意",
            "budget_estimate": "50000",
            "objectives": [
                {"text": "销售额提升30%", "metric": "销售额", "target": "2418.5", "unit": "万元", "due": "2026-06-20"}
            ],
            "asks": asks(cast, "product"),
        },
    ).json()
    assert (written["budget_estimate"], written["objectives"][0]["target"]) == ("50000", "2418.5")
    assert (written["missing"], [ask["department"] for ask in written["asks"]]) == ({}, ["产品部"])

    sent = api(cast, "lead", "POST", f"{path}/submit").json()
    assert (sent["state"], sent["asks"][0]["state"], sent["asks"][0]["may_reply"]) == ("submitted", "waiting", False)
    ask = sent["asks"][0]
    replied = api(
        cast, "product_head", "POST", f"/asks/{ask['id']}/reply", {"version": ask["version"], "reply": "accept"}
    ).json()
    assert replied["state"] == "accepted"
    assert api(cast, "lead", "GET", path).json()["state"] == "accepted"


def test_an_old_version_is_refused_with_both_texts(cast: Cast) -> None:
    collab = filled(cast)
    save_collab(collab.project_id, CollabDraft({"background": "新的"}), by=cast.by("lead"))
    answer = api(
        cast,
        "lead",
        "PATCH",
        f"/projects/{collab.project_id}/request",
        {"version": collab.version, "background": "旧的"},
    )
    assert answer.status_code == 409
    assert (answer.json()["mine"], answer.json()["theirs"]) == ({"background": "旧的"}, {"background": "新的"})


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"background": None}, "background"),
        ({"background": "a\x00b"}, "background"),
        ({"background": "字" * 20001}, "background"),
        ({"starts_on": "2026-02-30"}, "starts_on"),
        ({"starts_on": "0026-06-01"}, "starts_on"),
        ({"budget_estimate": "NaN"}, "budget_estimate"),
        ({"budget_estimate": "-1"}, "budget_estimate"),
        ({"lead_id": 10**30}, "lead_id"),
        ({"lead_id": 2**62}, "lead"),
        ({"asks": [{"department_id": 2**62, "request_item": "x"}]}, "asks.0.department_id"),
        ({"asks": [{"department_id": 1}] * 41}, "asks"),
        ({"objectives": [{"text": ""}]}, "objectives.0.text"),
        ({"objectives": [{"text": "x", "baseline": "1e30"}]}, "objectives.0.baseline"),
        ({"milestones": [{"name": "", "date": "2026-06-01"}]}, "milestones.0.name"),
        ({"milestones": [{"name": "x", "date": "9999-06-01"}]}, "milestones.0.date"),
        ({"version": -1}, "version"),
    ],
)
def test_bad_input_gets_422_with_its_place_and_nothing_is_written(cast: Cast, body: dict[str, Any], place: str) -> None:
    collab = filled(cast)
    before = (collab.version, collab.asks.count(), collab.project.objectives.count(), collab.milestones.count())
    path = f"/projects/{collab.project_id}/request"
    answer = api(cast, "lead", "PATCH", path, {"version": collab.version, "risks": "不应写入", **body})
    assert answer.status_code == 422, answer.content
    assert place in answer.json()["fields"]
    collab.refresh_from_db()
    after = (collab.version, collab.asks.count(), collab.project.objectives.count(), collab.milestones.count())
    assert after == before


def test_a_repeated_post_with_its_key_begins_one_request(cast: Cast) -> None:
    body = {
        "name": "618大促活动",
        "scenario_id": cast.scenarios["launch"].pk,
        "initiator_id": cast.departments["marketing"].pk,
    }
    keyed = {"Idempotency-Key": "once"}
    first = api(cast, "lead", "POST", "/requests", body, **keyed)
    assert api(cast, "lead", "POST", "/requests", body, **keyed).content == first.content
    assert CollabRequest.objects.count() == 1
    assert api(cast, "lead", "POST", "/requests", {**body, "name": "别的"}, **keyed).status_code == 409


def test_a_file_sent_twice_with_its_key_is_attached_once(cast: Cast) -> None:
    collab = filled(cast)
    client = Client()
    client.force_login(cast.lead)
    path = f"/api/v1/projects/{collab.project_id}/request/files"
    for data, status in ((b"%PDF-1.4\n%%EOF", 201), (b"%PDF-1.4\n%%EOF", 201), (b"%PDF-1.7\n%%EOF", 409)):
        answer = client.post(path, {"file": SimpleUploadedFile("a.pdf", data)}, headers={"Idempotency-Key": "f"})
        assert answer.status_code == status
    assert StoredFile.objects.count() == 1
    assert client.post(path, {}).status_code == 422


def test_initiator_contact_and_head_talk_over_the_api(cast: Cast) -> None:
    submitted(cast)
    ask = ask_of(cast, "product")
    body = {"version": ask.version, "reply": "counter", "proposed_due": "2026-06-03"}
    assert api(cast, "product_contact", "POST", f"/asks/{ask.pk}/reply", body).status_code == 403
    assert api(cast, "product_contact", "POST", f"/asks/{ask.pk}/prepare", body).json()["talk"][-1]["is_prepared"]
    assert api(cast, "product_head", "POST", f"/asks/{ask.pk}/reply", body).json()["state"] == "countered"
    stale = api(cast, "lead", "POST", f"/asks/{ask.pk}/answer", {"version": ask.version, "answer": "take"})
    assert stale.status_code == 409
    fresh = api(cast, "lead", "GET", f"/asks/{ask.pk}").json()
    assert fresh["may_answer"]
    taken = api(cast, "lead", "POST", f"/asks/{ask.pk}/answer", {"version": fresh["version"], "answer": "take"}).json()
    assert (taken["state"], taken["due"]) == ("accepted", "2026-06-03")
    assert api(cast, "outsider", "GET", f"/asks/{ask.pk}").status_code == 404


def test_paper_and_scenarios_come_over_the_api(cast: Cast) -> None:
    collab = submitted(cast)
    path = f"/projects/{collab.project_id}/request/paper"
    assert api(cast, "product_head", "GET", f"{path}/xlsx").content.startswith(b"PK")
    assert api(cast, "product_head", "GET", f"{path}/exe").status_code == 404
    assert api(cast, "outsider", "GET", f"{path}/xlsx").status_code == 404
    assert {row["key"] for row in api(cast, "outsider", "GET", "/requests/scenarios").json()} >= {"launch", "incident"}


def test_what_the_api_costs_does_not_grow_with_rows(cast: Cast) -> None:
    collab = started(cast)
    path = f"/projects/{collab.project_id}/request"
    save_collab(collab.project_id, CollabDraft(asks=asks(cast, "product")), by=cast.by("lead"))
    api(cast, "lead", "GET", path)
    with CaptureQueriesContext(connection) as few:
        api(cast, "lead", "GET", path)
    save_collab(
        collab.project_id,
        CollabDraft(asks=asks(cast), objectives=[{"id": None, "text": f"目标{n}"} for n in range(4)]),
        by=cast.by("lead"),
    )
    with CaptureQueriesContext(connection) as many:
        api(cast, "lead", "GET", path)
    assert len(many) == len(few)
