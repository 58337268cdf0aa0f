"""Two people at the same moment: one of them wins, the other is told, nothing is lost or done twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection, connections

from tests.alignment.filing import ask_of, filled, submitted
from tests.cast import Cast, build_cast
from tongzhou.alignment.models import Reply
from tongzhou.alignment.services import (
    CollabDraft,
    answer_ask,
    reply_to_ask,
    save_collab,
    submit_collab,
)
from tongzhou.alignment.services.places import base_of
from tongzhou.cadence.models import Occasion
from tongzhou.cadence.services import fire_due
from tongzhou.core.errors import DomainError, StaleWrite
from tongzhou.core.models import AuditEvent
from tongzhou.messaging.models import Notification
from tongzhou.people.models import Delegation

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return build_cast()


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Runs the acts in threads that start together, each with a connection of its own; results or refusals."""
    barrier = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(number: int, act: Callable[[], Any]) -> None:
        try:
            barrier.wait(10)
            results[number] = act()
        except DomainError as refusal:
            results[number] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    connection.close()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def refusals(results: list[Any]) -> int:
    return sum(isinstance(result, DomainError) for result in results)


def test_head_and_deputy_answer_at_once_and_one_answer_stands(cast: Cast) -> None:
    Delegation.objects.create(
        department=cast.departments["product"],
        head=cast.persons["product_head"],
        deputy=cast.persons["product_member"],
        scopes=["reply"],
        since=date(2026, 5, 1),
        until=date(2026, 5, 31),
    )
    for _ in range(5):
        submitted(cast, "product")
        ask = ask_of(cast, "product")
        head, deputy = cast.by("product_head"), cast.by("product_member")
        results = at_once(
            lambda ask=ask, by=head: reply_to_ask(ask.pk, ask.version, "accept", by=by),
            lambda ask=ask, by=deputy: reply_to_ask(ask.pk, ask.version, "decline", note="没有人手", by=by),
        )
        assert refusals(results) == 1
        given = Reply.objects.filter(ask=ask, is_initiator=False)
        assert given.count() == 1
        ask.refresh_from_db()
        assert ask.state == {"accept": "accepted", "decline": "declined"}[given.get().move]
        ask.collab.project.delete()


def test_a_reply_never_counts_for_words_that_were_changed_under_it(cast: Cast) -> None:
    for _ in range(5):
        submitted(cast, "product")
        ask = ask_of(cast, "product")
        head, lead = cast.by("product_head"), cast.by("lead")
        at_once(
            lambda ask=ask, by=head: reply_to_ask(ask.pk, ask.version, "accept", by=by),
            lambda ask=ask, by=lead: answer_ask(ask.pk, ask.version, "change", request_item="盘点TOP20", by=by),
        )
        ask.refresh_from_db()
        assert (ask.state, ask.request_item == "盘点TOP20") in {("accepted", False), ("waiting", True)}
        ask.collab.project.delete()


def test_many_writers_of_one_draft_lose_no_word(cast: Cast) -> None:
    collab = filled(cast)
    read = base_of(collab)
    fields = ("background", "deliverables", "acceptance_criteria", "risks", "contact")
    writers = [
        (
            lambda name=name: save_collab(
                collab.project_id, CollabDraft({name: f"{name}的话"}, base=read), by=cast.by("lead")
            )
        )
        for name in fields
    ]
    clashing = [
        (lambda n=n: save_collab(collab.project_id, CollabDraft({"name": f"名称{n}"}, base=read), by=cast.by("lead")))
        for n in range(3)
    ]

    results = at_once(*writers, *clashing)

    collab.refresh_from_db()
    assert [getattr(collab, name) for name in fields] == [f"{name}的话" for name in fields]
    assert refusals(results[: len(fields)]) == 0
    lost = [result for result in results[len(fields) :] if isinstance(result, StaleWrite)]
    assert len(lost) == 2
    assert {result.mine["name"] for result in lost} | {collab.project.name} == {"名称0", "名称1", "名称2"}


def test_submitting_twice_at_once_asks_each_department_once(cast: Cast) -> None:
    collab = filled(cast)
    lead, head = cast.by("lead"), cast.by("marketing_head")
    results = at_once(
        lambda: submit_collab(collab.project_id, by=lead), lambda: submit_collab(collab.project_id, by=head)
    )
    assert refusals(results) == 1
    assert Reply.objects.filter(move="ask").count() == 3
    assert Notification.objects.filter(person=cast.persons["product_head"]).count() == 1


def test_any_number_of_clocks_remind_once(cast: Cast, stopped_clock: Any) -> None:
    submitted(cast, "product")
    stopped_clock.at("2026-05-13 09:30")
    at_once(*[fire_due] * 4)
    assert AuditEvent.objects.filter(name="alignment.ask.reminded").count() == 2
    assert not Occasion.objects.filter(state="firing").exists()
