"""One act is one transaction: whole or not at all, run again when the database aborts it for a deadlock."""

import threading

import pytest
from django.db import connection, transaction

from tongzhou.core import events
from tongzhou.core.actor import system
from tongzhou.core.acts import act
from tongzhou.core.models import AuditEvent, TryOutClock
from tongzhou.core.verify import chain_problems

BY = system("test")


@act
def begin(pk: int) -> TryOutClock:
    row = TryOutClock.objects.create(pk=pk)
    events.record(BY, "core.thing.begun", row)
    return row


@pytest.mark.django_db
def test_a_service_called_by_another_joins_its_act():
    @act
    def outer() -> None:
        begin(1)
        begin(2)
        raise ValueError("on purpose")

    with pytest.raises(ValueError, match="on purpose"):
        outer()
    assert TryOutClock.objects.count() == 0
    assert AuditEvent.objects.count() == 0


@pytest.mark.django_db
def test_a_listener_may_record_more_and_it_is_chained_too():
    seen = []

    @events.on("core.thing.begun")
    def follow(event: AuditEvent) -> None:
        if event.subject_id == 71:
            seen.append(event.seq)
            events.record(BY, "core.thing.followed", TryOutClock(pk=71))

    begin(71)
    assert seen == [1]
    assert list(AuditEvent.objects.values_list("seq", "name")) == [(1, "core.thing.begun"), (2, "core.thing.followed")]
    assert list(chain_problems()) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_acts_at_the_same_time_make_one_unbroken_chain():
    def work(first: int) -> None:
        try:
            for number in range(first, first + 10):
                begin(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(start,)) for start in (100, 200, 300, 400)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert AuditEvent.objects.count() == 40
    assert list(AuditEvent.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 41))
    assert list(chain_problems()) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time: no deadlock")
def test_an_act_that_the_database_aborts_for_a_deadlock_is_run_again():
    for pk in (1, 2):
        TryOutClock.objects.create(pk=pk)
    both_hold_one = threading.Barrier(2, timeout=10)
    runs: list[int] = []

    def add(pk: int) -> None:
        row = TryOutClock.objects.select_for_update().get(pk=pk)
        row.ahead_seconds += 1
        row.save()

    def work(mine: int, other: int) -> None:
        tries = []

        @act
        def cross() -> None:
            runs.append(mine)
            tries.append(mine)
            add(mine)
            if len(tries) == 1:
                both_hold_one.wait()
            add(other)

        try:
            cross()
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=pair) for pair in ((1, 2), (2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(runs) == 3
    assert list(TryOutClock.objects.order_by("pk").values_list("ahead_seconds", flat=True)) == [2, 2]


@pytest.mark.django_db
def test_events_wait_for_the_end_of_the_act():
    @act
    def outer() -> int:
        begin(5)
        return AuditEvent.objects.count()

    assert outer() == 0
    assert AuditEvent.objects.count() == 1
    with transaction.atomic():
        begin(6)
    assert AuditEvent.objects.count() == 2
