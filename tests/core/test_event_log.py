"""The event log keeps every act in a chain that cannot be changed without being found."""

import pytest
from django.db import DatabaseError, connection, transaction

from tongzhou.core import events, keys
from tongzhou.core.actor import system
from tongzhou.core.acts import act
from tongzhou.core.models import AuditEvent, AuditHead, LiveSignal, TryOutClock
from tongzhou.core.verify import chain_problems

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@act
def note(word: str) -> None:
    """A service that only records."""
    thing, _ = TryOutClock.objects.get_or_create(pk=1)
    events.record(system("test"), "core.thing.noted", thing, after={"word": word})


def tamper(statement: str) -> None:
    """What somebody with the database's password could do: take the guard off, then change a row."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for verb in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER core_auditevent_no_{verb}")
        else:
            cursor.execute("DROP TRIGGER core_auditevent_insert_only ON core_auditevent")
        cursor.execute(statement)


def test_an_untouched_log_verifies():
    for word in ("一", "二", "😀"):
        note(word)
    assert AuditEvent.objects.count() == 3
    assert list(chain_problems()) == []


@pytest.mark.parametrize(
    "statement",
    ["UPDATE core_auditevent SET actor_name = 'x' WHERE seq = 2", "DELETE FROM core_auditevent WHERE seq = 2"],
)
def test_the_database_refuses_to_change_an_event(statement):
    note("a")
    note("b")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE core_auditevent SET payload = '{}' WHERE seq = 2", "Event 2: altered."),
        ("DELETE FROM core_auditevent WHERE seq = 2", "Event 2 to 2: removed."),
        ("DELETE FROM core_auditevent WHERE seq = 3", "The log ends at event 2, the head says 3: cut off."),
        ("UPDATE core_audithead SET seq = 2", "The head is not signed by this server."),
    ],
)
def test_a_changed_log_is_found_and_named(statement, finding):
    for word in ("a", "b", "c"):
        note(word)
    tamper(statement)
    assert finding in list(chain_problems())


def test_swapped_events_are_found():
    note("a")
    note("b")
    tamper("UPDATE core_auditevent SET seq = 9 WHERE seq = 1")
    assert list(chain_problems()) != []


def test_the_head_is_sealed_with_the_servers_key():
    note("a")
    head = AuditHead.objects.get()
    assert keys.seal_holds(f"{head.seq}:{head.hash}".encode(), bytes.fromhex(head.signature))
    assert not keys.seal_holds(f"{head.seq + 1}:{head.hash}".encode(), bytes.fromhex(head.signature))


def test_an_act_that_fails_records_nothing():
    @act
    def fail() -> None:
        note("lost")
        raise ValueError("on purpose")

    with pytest.raises(ValueError, match="on purpose"):
        fail()
    assert AuditEvent.objects.count() == 0
    assert LiveSignal.objects.count() == 0


def test_recording_outside_an_act_is_a_defect():
    with pytest.raises(RuntimeError):
        events.record(system("test"), "core.thing.noted", TryOutClock(pk=1))


def test_open_pages_hear_of_what_was_recorded():
    note("a")
    assert ("tryoutclock-1", "core.thing.noted") in LiveSignal.objects.values_list("topic", "name")
