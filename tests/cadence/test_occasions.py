"""Occasions: one row per due time, fired once whoever fires, tried again, called off."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connections

from tests.cast import Cast
from tests.conftest import Clock
from tongzhou.cadence.models import Occasion, OccasionState
from tongzhou.cadence.occasions import handlers
from tongzhou.cadence.queries import coming, overdue, troubled
from tongzhou.cadence.services import call_off, fire_again, fire_due, plan_occasion
from tongzhou.core import clock
from tongzhou.core.acts import act
from tongzhou.core.errors import NotAllowed, TransitionNotAllowed
from tongzhou.people.models import Person

KIND = "tests.reminder"


@act
def rename(person_id: int, name: str) -> None:
    """What the occasion does in these tests: one visible write."""
    Person.objects.filter(pk=person_id).update(title=name)


class Reminder:
    """Counts how often it was called; fails as long as ``broken``."""

    def __init__(self) -> None:
        self.calls: list[int] = []
        self.broken = False
        self.lock = threading.Lock()

    def __call__(self, occasion: Occasion) -> str:
        with self.lock:
            self.calls.append(occasion.pk)
        rename(occasion.subject_id, "reminded")
        if self.broken:
            raise RuntimeError("the handler is broken")
        return "reminded one person"


@pytest.fixture
def reminder() -> Iterator[Reminder]:
    """A kind of occasion of its own."""
    made = Reminder()
    handlers._entries.pop(KIND, None)
    handlers.register(KIND, made)
    yield made
    handlers._entries.pop(KIND, None)


def planned(cast: Cast, minutes: int = 60) -> Occasion:
    """A reminder to the lead, an hour from now."""
    return plan_occasion(KIND, cast.lead, clock.now() + timedelta(minutes=minutes))


def test_planning_the_same_due_time_twice_gives_one_row(cast: Cast, reminder: Reminder) -> None:
    assert planned(cast).pk == planned(cast).pk
    assert planned(cast, 90).pk != planned(cast).pk


def test_an_unknown_kind_cannot_be_planned(cast: Cast) -> None:
    with pytest.raises(KeyError):
        plan_occasion("tests.nobody_registered_this", cast.lead, clock.now())


def test_nothing_fires_before_it_is_due(cast: Cast, reminder: Reminder, stopped_clock: Clock) -> None:
    planned(cast)
    stopped_clock.moment += timedelta(minutes=59)
    assert fire_due() == 0
    stopped_clock.moment += timedelta(minutes=1)
    assert fire_due() == 1
    assert fire_due() == 0
    occasion = Occasion.objects.get()
    assert (occasion.state, occasion.outcome) == (OccasionState.DONE, "reminded one person")
    assert len(reminder.calls) == 1


def test_a_handler_that_fails_leaves_nothing_half_done_and_is_tried_again(
    cast: Cast, reminder: Reminder, stopped_clock: Clock
) -> None:
    planned(cast, 0)
    reminder.broken = True
    assert fire_due() == 0
    assert Person.objects.get(pk=cast.lead.pk).title == "", "its write was rolled back with it"
    assert fire_due() == 0, "not before its pause is over"
    reminder.broken = False
    stopped_clock.moment += timedelta(seconds=11)
    assert fire_due() == 1
    assert Person.objects.get(pk=cast.lead.pk).title == "reminded"


def test_a_handler_that_goes_on_failing_is_given_up_and_seen(
    cast: Cast, reminder: Reminder, stopped_clock: Clock
) -> None:
    planned(cast, 0)
    reminder.broken = True
    for _attempt in range(8):
        fire_due()
        stopped_clock.moment += timedelta(minutes=20)
    occasion = troubled().get()
    assert (occasion.attempts, len(reminder.calls)) == (6, 6)
    assert occasion.outcome == "RuntimeError: the handler is broken"
    assert fire_due() == 0


def test_what_was_given_up_can_be_fired_again_by_an_administrator(
    cast: Cast, reminder: Reminder, stopped_clock: Clock
) -> None:
    occasion = planned(cast, 0)
    with pytest.raises(TransitionNotAllowed):
        fire_again(occasion.pk, by=cast.by("admin"))
    Occasion.objects.update(state=OccasionState.FAILED)
    with pytest.raises(NotAllowed):
        fire_again(occasion.pk, by=cast.by("lead"))
    fire_again(occasion.pk, by=cast.by("admin"))
    assert fire_due() == 1


def test_what_was_called_off_never_fires(cast: Cast, reminder: Reminder, stopped_clock: Clock) -> None:
    planned(cast, 10)
    planned(cast, 20)
    assert call_off(cast.lead, kind=KIND) == 2
    stopped_clock.moment += timedelta(hours=1)
    assert fire_due() == 0
    assert set(Occasion.objects.values_list("state", flat=True)) == {OccasionState.CALLED_OFF}


def test_what_waits_for_another_attempt_is_called_off_too(cast: Cast, reminder: Reminder, stopped_clock: Clock) -> None:
    planned(cast, 0)
    reminder.broken = True
    fire_due()
    assert call_off(cast.lead) == 1
    reminder.broken = False
    stopped_clock.moment += timedelta(hours=1)
    assert fire_due() == 0


def test_a_clock_that_died_over_an_occasion_is_replaced_once_its_lease_is_over(
    cast: Cast, reminder: Reminder, stopped_clock: Clock
) -> None:
    occasion = planned(cast, 0)
    Occasion.objects.update(state=OccasionState.FIRING, attempts=1, leased_until=clock.now() + timedelta(minutes=2))
    assert fire_due() == 0
    stopped_clock.moment += timedelta(minutes=3)
    assert fire_due() == 1
    occasion.refresh_from_db()
    assert occasion.state == OccasionState.DONE


def test_after_hours_of_standstill_everything_that_fell_due_fires_in_order(
    cast: Cast, reminder: Reminder, stopped_clock: Clock
) -> None:
    later, sooner = planned(cast, 50), planned(cast, 10)
    stopped_clock.moment += timedelta(hours=5)
    assert overdue().count() == 2
    assert fire_due() == 2
    assert reminder.calls == [sooner.pk, later.pk]


def test_coming_occasions_are_listed_soonest_first(cast: Cast, reminder: Reminder) -> None:
    later, sooner = planned(cast, 50), planned(cast, 10)
    assert list(coming()) == [sooner, later]


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_several_clocks_at_once_fire_every_occasion_once(cast: Cast, reminder: Reminder, stopped_clock: Clock) -> None:
    for minute in range(25):
        planned(cast, minute)
    stopped_clock.moment += timedelta(hours=1)
    fired = []

    def run_clock() -> None:
        try:
            fired.append(fire_due())
        finally:
            connections.close_all()

    clocks = [threading.Thread(target=run_clock) for _ in range(3)]
    for each in clocks:
        each.start()
    for each in clocks:
        each.join(60)
    assert sum(fired) == 25
    assert sorted(reminder.calls) == sorted(Occasion.objects.values_list("pk", flat=True))
