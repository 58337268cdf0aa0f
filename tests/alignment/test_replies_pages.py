"""The page of one ask: who finds which answers there, and what becomes of words typed while somebody was quicker."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.alignment.filing import ask_of, submitted
from tests.cast import Cast
from tongzhou.alignment.services import answer_ask, reply_to_ask
from tongzhou.people.models import Delegation


def as_part(cast: Cast, part: str) -> Client:
    client = Client()
    client.force_login(cast.persons[part])
    return client


def answers_offered(cast: Cast, part: str) -> list[str]:
    """The answers of a department that the page offers to the person."""
    context = as_part(cast, part).get(f"/asks/{ask_of(cast, 'product').pk}/").context
    return [choice["name"] for choice in context["choices"]] if context["reply_form"] else []


def post(cast: Cast, part: str, act: str, **data: Any) -> Any:
    ask = ask_of(cast, "product")
    return as_part(cast, part).post(f"/asks/{ask.pk}/{act}/", {"version": ask.version, **data})


def test_the_head_finds_five_answers_and_others_none(cast: Cast) -> None:
    submitted(cast)
    five = ["accept", "accept_if", "counter", "ask_back", "decline"]
    assert answers_offered(cast, "product_head") == five
    assert answers_offered(cast, "product_contact") == five  # to prepare
    for part in ("product_member", "sales_head", "lead", "pmo"):
        assert answers_offered(cast, part) == []


def test_a_deputy_reads_for_whom_the_answer_is_given(cast: Cast) -> None:
    Delegation.objects.create(
        department=cast.departments["product"],
        head=cast.persons["product_head"],
        deputy=cast.persons["product_member"],
        scopes=["reply"],
        since=date(2026, 5, 1),
        until=date(2026, 5, 31),
    )
    submitted(cast)
    page = as_part(cast, "product_member").get(f"/asks/{ask_of(cast, 'product').pk}/")
    assert page.context["acts_for"] == "王磊"
    assert post(cast, "product_member", "reply", reply="accept").status_code == 302
    assert "王磊" in as_part(cast, "lead").get(f"/asks/{ask_of(cast, 'product').pk}/").content.decode()


def test_an_answer_is_given_and_refusals_stand_at_their_field(cast: Cast) -> None:
    submitted(cast)
    for data, field in (
        ({"reply": "decline"}, "note"),
        ({"reply": "counter", "proposed_due": "2月30日"}, "proposed_due"),
        ({"reply": "counter"}, "proposed_due"),
        ({"reply": "sign"}, "reply"),
        ({}, "reply"),
        ({"reply": "accept", "note": "字" * 4001}, "note"),
        ({"reply": "accept", "note": "a\x00"}, "note"),
        ({"reply": "accept", "version": "x"}, "version"),
    ):
        refused = post(cast, "product_head", "reply", **data)
        assert refused.status_code == 422
        assert list(refused.context["reply_form"].errors) == [field]
    assert ask_of(cast, "product").state == "waiting"
    done = post(cast, "product_head", "reply", reply="counter", proposed_due="2026年6月3日", note="<b>测试</b> 😀")
    assert done.status_code == 302
    page = as_part(cast, "lead").get(done.headers["Location"]).content.decode()
    assert "&lt;b&gt;测试&lt;/b&gt; 😀" in page


def test_what_the_contact_person_prepared_lies_filled_in_before_the_head(cast: Cast) -> None:
    submitted(cast)
    assert post(cast, "product_contact", "reply", reply="accept_if", note="需2名库管").status_code == 302
    assert ask_of(cast, "product").state == "waiting"
    form = as_part(cast, "product_head").get(f"/asks/{ask_of(cast, 'product').pk}/").context["reply_form"]
    assert (form["reply"].value(), form["note"].value()) == ("accept_if", "需2名库管")


def test_words_typed_while_the_ask_changed_are_still_there(cast: Cast) -> None:
    submitted(cast)
    ask = ask_of(cast, "product")
    answer_ask(ask.pk, ask.version, "change", request_item="盘点TOP20 SKU", by=cast.by("lead"))

    page = as_part(cast, "product_head").post(
        f"/asks/{ask.pk}/reply/", {"version": ask.version, "reply": "accept_if", "note": "需2名库管，6月前到位"}
    )

    assert page.status_code == 409
    text = page.content.decode()
    assert "盘点TOP20 SKU" in text
    assert "需2名库管，6月前到位" in text
    assert page.context["reply_form"]["version"].value() == str(ask_of(cast, "product").version)


def test_the_initiator_answers_a_condition_in_place(cast: Cast) -> None:
    submitted(cast, "product")
    ask = ask_of(cast, "product")
    reply_to_ask(ask.pk, ask.version, "accept_if", note="需2名库管", by=cast.by("product_head"))
    page = as_part(cast, "lead").get(f"/asks/{ask.pk}/")
    assert page.context["answers"] == {"take", "ask_again", "change", "drop"}
    assert post(cast, "lead", "answer", answer="drop").status_code == 422  # the last department asked
    assert post(cast, "lead", "answer", answer="ask_again").status_code == 422
    assert post(cast, "lead", "answer", answer="take").status_code == 302
    found = ask_of(cast, "product")
    assert (found.state, found.collab.state) == ("accepted", "accepted")
    talk = as_part(cast, "product_head").get(f"/projects/{found.collab.project_id}/request/").context["talks"][0]
    assert talk.condition == "需2名库管"


@pytest.mark.parametrize("part", ["outsider", "admin"])
def test_for_strangers_the_ask_is_not_there(cast: Cast, part: str) -> None:
    submitted(cast)
    assert as_part(cast, part).get(f"/asks/{ask_of(cast, 'product').pk}/").status_code == 404
    assert post(cast, part, "reply", reply="accept").status_code == 404
    assert as_part(cast, part).get(f"/asks/{2**70}/").status_code == 404


def test_what_the_page_costs_does_not_grow_with_the_talk(cast: Cast) -> None:
    submitted(cast)
    ask = ask_of(cast, "product")
    client = as_part(cast, "lead")
    client.get(f"/asks/{ask.pk}/")
    with CaptureQueriesContext(connection) as short:
        client.get(f"/asks/{ask.pk}/")
    for number in range(4):
        answer_ask(ask.pk, None, "change", request_item=f"盘点TOP{number}", by=cast.by("lead"))
    with CaptureQueriesContext(connection) as long:
        client.get(f"/asks/{ask.pk}/")
    assert len(long) == len(short)
