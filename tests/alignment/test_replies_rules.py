"""The talk with the departments: five answers, deputies, contact persons, the initiator's answers, declining late."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.alignment.filing import ITEMS, accepted, ask_of, submitted
from tests.cast import Cast
from tongzhou.alignment.models import Reply
from tongzhou.alignment.services import answer_ask, prepare_reply, reply_to_ask
from tongzhou.alignment.states import REPLIES, AskState
from tongzhou.core.actor import Actor
from tongzhou.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, TransitionNotAllowed
from tongzhou.core.events import events_of
from tongzhou.messaging.models import Notification
from tongzhou.people.models import Delegation
from tongzhou.projects.duties import awaited_by, duties_of
from tongzhou.projects.gates import gate_state


def reply(cast: Cast, part: str, move: str, by: str = "", **words: Any) -> Any:
    ask = ask_of(cast, part)
    return reply_to_ask(ask.pk, ask.version, move, by=cast.by(by or f"{part}_head"), **words)


def answer(cast: Cast, part: str, move: str, by: str = "lead", **words: Any) -> Any:
    ask = ask_of(cast, part)
    return answer_ask(ask.pk, ask.version, move, by=cast.by(by), **words)


def missing_departments(cast: Cast, project: Any) -> list[str]:
    gate = next(result for result in gate_state(project, 1) if result.key == "departments_accepted")
    return [str(missing.text) for missing in gate.missing]


def deputise(cast: Cast, part: str, scopes: list[str]) -> None:
    Delegation.objects.create(
        department=cast.departments["product"],
        head=cast.persons["product_head"],
        deputy=cast.persons[part],
        scopes=scopes,
        since=date(2026, 5, 1),
        until=date(2026, 5, 31),
    )


# ---------------------------------------------------------------- five answers


@pytest.mark.parametrize(
    ("move", "words", "state"),
    [
        ("accept", {}, "accepted"),
        ("accept_if", {"note": "需市场部5月20日前提供物料"}, "conditional"),
        ("counter", {"proposed_due": date(2026, 6, 3), "note": "压力测试延至6月3日"}, "countered"),
        ("ask_back", {"note": "盘点范围含残次品吗？"}, "clarify"),
        ("decline", {"note": "五月满负荷"}, "declined"),
    ],
)
def test_each_answer_moves_the_ask_and_stops_its_clock(
    cast: Cast, move: str, words: dict[str, Any], state: str
) -> None:
    submitted(cast)

    reply(cast, "product", move, **words)

    ask = ask_of(cast, "product")
    assert (ask.state, ask.reply_due_at) == (state, None)
    step = Reply.objects.get(ask=ask, is_initiator=False)
    assert (step.move, step.note, step.person.name) == (move, words.get("note", ""), "王磊")
    assert Notification.objects.filter(person=cast.persons["lead"], link=f"/asks/{ask.pk}/").count() == 1


@pytest.mark.parametrize(
    ("move", "words", "field"),
    [
        ("accept_if", {}, "note"),
        ("ask_back", {"note": "  "}, "note"),
        ("decline", {}, "note"),
        ("counter", {}, "proposed_due"),
        ("counter", {"proposed_due": date(2026, 5, 1)}, "proposed_due"),
        ("counter", {"proposed_due": date(2026, 6, 1)}, "proposed_due"),
        ("accept", {"note": "字" * 4001}, "note"),
        ("sign", {}, "reply"),
    ],
)
def test_an_answer_without_what_it_needs_is_refused_at_the_field(
    cast: Cast, move: str, words: dict[str, Any], field: str
) -> None:
    submitted(cast)
    with pytest.raises(InvalidInput) as refusal:
        reply(cast, "product", move, **words)
    assert list(refusal.value.fields) == [field]


def test_when_all_departments_accept_the_request_is_accepted_and_the_gate_knows(cast: Cast) -> None:
    collab = submitted(cast)
    assert len(missing_departments(cast, collab.project)) == 3

    for part in ("product", "sales", "technology"):
        reply(cast, part, "accept")

    collab.refresh_from_db()
    assert collab.state == "accepted"
    assert missing_departments(cast, collab.project) == []


@pytest.mark.parametrize("move", sorted(REPLIES))
@pytest.mark.parametrize("state", sorted(set(AskState) - {AskState.WAITING, AskState.CLARIFY, AskState.ACCEPTED}))
def test_no_answer_from_a_state_in_which_none_is_awaited(cast: Cast, state: str, move: str) -> None:
    submitted(cast)
    ask = ask_of(cast, "product")
    ask.state = state
    ask.save()
    expected = NotAllowed if state == AskState.WITHDRAWN else TransitionNotAllowed
    with pytest.raises(expected):
        reply(cast, "product", move, note="因为", proposed_due=date(2026, 6, 9))
    assert not Reply.objects.filter(ask=ask, is_initiator=False).exists()


# ---------------------------------------------------------------- who answers


@pytest.mark.parametrize("part", ["product_contact", "product_member", "sales_head", "lead", "marketing_head", "pmo"])
def test_nobody_else_answers_for_a_department(cast: Cast, part: str) -> None:
    submitted(cast)
    with pytest.raises(NotAllowed):
        reply(cast, "product", "accept", by=part)


@pytest.mark.parametrize("part", ["outsider", "admin"])
def test_for_those_who_take_no_part_the_ask_is_not_there(cast: Cast, part: str) -> None:
    submitted(cast)
    with pytest.raises(NotFound):
        reply(cast, "product", "accept", by=part)


def test_a_deputy_answers_for_the_head_and_it_shows(cast: Cast) -> None:
    deputise(cast, "product_member", ["reply"])
    submitted(cast)

    reply(cast, "product", "accept", by="product_member")

    step = Reply.objects.get(is_initiator=False)
    assert (step.person.name, step.on_behalf_of) == ("钱多", "王磊")
    event = events_of(ask_of(cast, "product")).last()
    assert event is not None
    assert event.on_behalf_of == "王磊"


def test_a_deputy_for_other_acts_does_not_answer(cast: Cast) -> None:
    deputise(cast, "product_member", ["minutes"])
    submitted(cast)
    with pytest.raises(NotAllowed):
        reply(cast, "product", "accept", by="product_member")


def test_nobody_accepts_their_own_request(cast: Cast) -> None:
    deputise(cast, "lead", ["reply"])
    submitted(cast)
    with pytest.raises(NotAllowed):
        reply(cast, "product", "accept", by="lead")
    assert ask_of(cast, "product").state == "waiting"


def test_a_contact_person_prepares_and_the_head_gives(cast: Cast) -> None:
    submitted(cast)
    ask = ask_of(cast, "product")

    prepare_reply(ask.pk, ask.version, "accept_if", note="需2名库管", by=cast.by("product_contact"))

    ask.refresh_from_db()
    assert ask.state == "waiting"
    assert Notification.objects.filter(person=cast.persons["product_head"]).count() == 2
    reply(cast, "product", "accept_if", note="需2名库管")
    assert ask_of(cast, "product").state == "conditional"
    with pytest.raises(NotAllowed):
        prepare_reply(ask.pk, None, "accept", by=cast.by("product_contact"))


def test_an_answer_to_words_that_changed_meanwhile_is_refused(cast: Cast) -> None:
    submitted(cast)
    ask = ask_of(cast, "product")
    seen = ask.version
    answer(cast, "product", "change", request_item="盘点TOP20 SKU", due=date(2026, 5, 30))
    with pytest.raises(Conflict):
        reply_to_ask(ask.pk, seen, "accept", by=cast.by("product_head"))
    assert ask_of(cast, "product").state == "waiting"


# ---------------------------------------------------------------- the initiator answers


def test_taking_a_counter_offer_makes_its_date_the_date(cast: Cast) -> None:
    submitted(cast, "product")
    reply(cast, "product", "counter", proposed_due=date(2026, 6, 3))

    answer(cast, "product", "take")

    ask = ask_of(cast, "product")
    assert (ask.state, ask.due, ask.collab.state) == ("accepted", date(2026, 6, 3), "accepted")


def test_explaining_asks_again_with_a_new_clock(cast: Cast, stopped_clock: Any) -> None:
    submitted(cast)
    reply(cast, "product", "ask_back", note="范围？")
    stopped_clock.at("2026-05-14 11:00")
    with pytest.raises(InvalidInput):
        answer(cast, "product", "ask_again")

    answer(cast, "product", "ask_again", note="不含残次品")

    ask = ask_of(cast, "product")
    assert ask.state == "waiting"
    assert f"{ask.reply_due_at:%m-%d %H:%M}" == "05-18 03:00"  # Monday 11:00 in Shanghai
    assert [step.asked for step in ask.replies.all() if step.move == "ask_again"] == [ITEMS["product"]]


def test_dropping_a_department_may_leave_all_others_accepted(cast: Cast) -> None:
    collab = submitted(cast, "product", "sales")
    reply(cast, "product", "accept")
    reply(cast, "sales", "decline", note="没有人手")

    answer(cast, "sales", "drop", note="改由市场部自己做")

    collab.refresh_from_db()
    assert collab.state == "accepted"
    assert not collab.project.parties.filter(department=cast.departments["sales"], left_at__isnull=True).exists()
    with pytest.raises(InvalidInput):
        answer(cast, "product", "drop")


@pytest.mark.parametrize("part", ["product_head", "marketing_head", "sponsor"])
def test_only_lead_and_pmo_answer_for_the_initiator(cast: Cast, part: str) -> None:
    collab = submitted(cast)
    collab.project.sponsor = cast.persons["sponsor"]
    collab.project.save()
    reply(cast, "product", "accept_if", note="条件")
    with pytest.raises(NotAllowed):
        answer(cast, "product", "take", by=part)
    answer(cast, "product", "take", by="pmo")
    assert ask_of(cast, "product").state == "accepted"


@pytest.mark.parametrize("state", ["waiting", "accepted", "clarify", "declined"])
def test_there_is_nothing_to_take_unless_something_was_proposed(cast: Cast, state: str) -> None:
    submitted(cast)
    ask = ask_of(cast, "product")
    ask.state = state
    ask.save()
    with pytest.raises(TransitionNotAllowed):
        answer(cast, "product", "take")


# ---------------------------------------------------------------- declining after the gate


def test_a_department_that_declines_after_the_gate_reopens_the_request_and_the_lead_is_told(cast: Cast) -> None:
    collab = accepted(cast)
    collab.project.phase = "planning"
    collab.project.save()

    reply(cast, "sales", "decline", note="渠道合同终止")

    collab.refresh_from_db()
    assert (collab.state, collab.project.phase) == ("submitted", "planning")
    assert [text.count("销售部") for text in missing_departments(cast, collab.project)] == [1]
    urgent = Notification.objects.filter(person=cast.persons["lead"], is_urgent=True)
    assert urgent.count() == 2  # the refusal, and that the condition of the gate is no longer met
    answer(cast, "sales", "ask_again", note="改为线上渠道")
    reply(cast, "sales", "accept")
    collab.refresh_from_db()
    assert collab.state == "accepted"


def test_the_whole_talk_is_kept_in_its_order(cast: Cast, stopped_clock: Any) -> None:
    submitted(cast, "product")
    for minute, act in enumerate(
        (
            lambda: reply(cast, "product", "ask_back", note="范围？"),
            lambda: answer(cast, "product", "ask_again", note="不含残次品"),
            lambda: reply(cast, "product", "counter", proposed_due=date(2026, 6, 5)),
            lambda: answer(cast, "product", "take", note="可以"),
            lambda: reply(cast, "product", "decline", note="供应商停产"),
            lambda: answer(cast, "product", "change", request_item="盘点TOP5 SKU", due=date(2026, 6, 2)),
            lambda: reply(cast, "product", "accept"),
        ),
        start=1,
    ):
        stopped_clock.at(f"2026-05-11 10:{minute:02d}")
        act()
    steps = [(step.move, step.person.name) for step in ask_of(cast, "product").replies.all()]
    assert steps == [
        ("ask", "陈晨"), ("ask_back", "王磊"), ("ask_again", "陈晨"), ("counter", "王磊"), ("take", "陈晨"),
        ("decline", "王磊"), ("change", "陈晨"), ("accept", "王磊"),
    ]  # fmt: skip


# ---------------------------------------------------------------- who waits for whom


def asked_of(actor: Actor) -> list[str]:
    """Where replies wait for the actor; other packages have duties of their own."""
    return [link for duty in duties_of(actor) if (link := str(duty.link)).startswith("/asks/")]


def awaited_asks(actor: Actor) -> list[str]:
    """Where the actor waits for replies."""
    return [link for duty in awaited_by(actor) if (link := str(duty.link)).startswith("/asks/")]


def test_duties_name_what_waits_for_head_contact_and_lead(cast: Cast) -> None:
    submitted(cast)
    assert asked_of(cast.by("product_head")) == [f"/asks/{ask_of(cast, 'product').pk}/"]
    assert len(asked_of(cast.by("product_contact"))) == 1
    assert asked_of(cast.by("product_member")) == []
    assert len(awaited_asks(cast.by("lead"))) == 3

    reply(cast, "product", "accept_if", note="需2名库管")

    assert asked_of(cast.by("product_head")) == []
    assert asked_of(cast.by("lead")) == [f"/asks/{ask_of(cast, 'product').pk}/"]
    assert len(awaited_asks(cast.by("lead"))) == 2
