"""Promises and approvals at the same moment: nothing is lent twice, nothing is overspent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, connections

from tests.cast import Cast, build_cast
from tests.planning.resourcing import another_project, budget, need_money, need_people, pay
from tongzhou.core.errors import DomainError
from tongzhou.planning import queries, services
from tongzhou.planning.models import Booking, Task

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
SPONSORS = 50


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return build_cast()


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """Runs the acts in threads that start together; what each gave, or its refusal."""
    barrier = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(number: int) -> None:
        try:
            barrier.wait(60)
            results[number] = acts[number]()
        except DomainError as refusal:
            results[number] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    connection.close()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return results


def test_fifty_approvals_at_once_spend_no_more_than_there_is(cast: Cast) -> None:
    source = budget(cast, "100000.00")
    project, task = another_project(cast)
    requests = []
    for number in range(SPONSORS):
        if number:
            project.pk, project.code = None, f"P-RACE-{number}"
            project._state.adding = True
            project.save()
            project.parties.create(department=cast.departments["marketing"], is_initiator=True)
            task = Task.objects.create(
                project=project, number=1, rank=1, title="投放", start=date(2026, 5, 11), finish=date(2026, 5, 15)
            )
        need = need_money(cast, task, "10000.00")
        pay(cast, need, source, knowingly=True)
        requests.append(services.send_request(project.pk, by=cast.by("lead")))
    sponsor = cast.by("sponsor")

    def approve(request: Any) -> Callable[[], Any]:
        return lambda: services.decide_request(request.pk, {}, shown_digest=request.round.digest, by=sponsor)

    answers = at_once([approve(request) for request in requests])
    assert sum(isinstance(answer, DomainError) for answer in answers) == SPONSORS - 10
    assert None not in answers
    assert queries.approved_sum(source.pk) == Decimal("100000.00")


def test_a_clerk_promised_to_two_projects_at_once_is_lent_to_one(cast: Cast) -> None:
    needs = [need_people(cast, another_project(cast, name)[1], quantity=1) for name in ("会员日", "店庆")]
    clerk = cast.persons["product_member"].pk
    head = cast.by("product_head")
    answers = at_once(
        [lambda need=need: services.offer_resource(need.pk, {}, person_ids=[clerk], by=head) for need in needs]
    )
    assert sum(isinstance(answer, DomainError) for answer in answers) == 1
    assert Booking.objects.filter(released_at=None).count() == 1
