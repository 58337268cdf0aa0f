"""The auditor: every class of alarm is raised once, told to those who keep the system, and over when nothing is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from tests.cast import Cast
from tests.conftest import Clock
from tongzhou.cadence import occasions
from tongzhou.cadence.models import Alarm, Heartbeat, Occasion, OccasionState, Rhythm
from tongzhou.cadence.services import ClockGuard, beat, fire_due, look_around, plan_occasion, settle_alarm
from tongzhou.cadence.states import AlarmKind
from tongzhou.core import clock
from tongzhou.core.errors import NotAllowed, TransitionNotAllowed
from tongzhou.messaging.models import Delivery, DeliveryState, Notification
from tongzhou.projects.models import Project

KIND = "tests.audited"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kind() -> Iterator[None]:
    occasions.handlers._entries[KIND] = lambda occasion: "done"
    yield
    del occasions.handlers._entries[KIND]


def mail(state: DeliveryState, moment: datetime) -> Delivery:
    return Delivery.objects.create(
        unique_key=f"{state}", person=None, address="a@example.com", subject="s", body="b", state=state, next_try_at=moment,
        created_at=moment, leased_until=moment,
    )  # fmt: skip


def overdue(cast: Cast) -> None:
    plan_occasion(KIND, cast.lead, clock.now() - timedelta(minutes=5))


def failed(cast: Cast) -> None:
    overdue(cast)
    Occasion.objects.update(state=OccasionState.FAILED)


def behind(cast: Cast) -> None:
    Rhythm.objects.update(planned_until=clock.today())


def clock_silent(cast: Cast) -> None:
    Heartbeat.objects.create(name="clock", at=clock.now() - timedelta(minutes=4))


def worker_silent(cast: Cast) -> None:
    Heartbeat.objects.create(name="worker", at=clock.now() - timedelta(minutes=4))


def stuck(cast: Cast) -> None:
    mail(DeliveryState.QUEUED, clock.now() - timedelta(minutes=11))


def in_doubt(cast: Cast) -> None:
    mail(DeliveryState.UNKNOWN, clock.now())


WRONG: dict[AlarmKind, tuple[Callable[[Cast], None], Callable[[], object]]] = {
    AlarmKind.OCCASIONS_OVERDUE: (overdue, fire_due),
    AlarmKind.OCCASIONS_FAILED: (failed, lambda: Occasion.objects.all().delete()),
    AlarmKind.PLANNING_BEHIND: (behind, lambda: Rhythm.objects.update(planned_until=date(2026, 6, 1))),
    AlarmKind.CLOCK_SILENT: (clock_silent, lambda: beat("clock")),
    AlarmKind.WORKER_SILENT: (worker_silent, lambda: beat("worker")),
    AlarmKind.MESSAGES_STUCK: (stuck, lambda: Delivery.objects.update(state=DeliveryState.SENT)),
    AlarmKind.MESSAGES_IN_DOUBT: (in_doubt, lambda: Delivery.objects.update(state=DeliveryState.SENT)),
}


@pytest.mark.parametrize("alarm", WRONG, ids=str)
def test_what_is_wrong_raises_one_alarm_and_ends_with_its_cause(
    alarm: AlarmKind, cast: Cast, ruled: Project, stopped_clock: Clock
) -> None:
    break_it, mend = WRONG[alarm]
    assert look_around()
    assert not Alarm.objects.exists()
    break_it(cast)
    for _minute in range(3):
        stopped_clock.moment += timedelta(minutes=1)
        assert look_around()
    row = Alarm.objects.get()
    assert (row.kind, row.cleared_at) == (alarm, None)
    told = Notification.objects.filter(unique_key=f"alarm:{row.pk}")
    assert sorted(told.values_list("person__username", "is_urgent")) == [("admin", True), ("mei.lan", True)]
    mend()
    Delivery.objects.update(state=DeliveryState.SENT)
    stopped_clock.moment += timedelta(minutes=1)
    look_around()
    row.refresh_from_db()
    assert row.cleared_at == stopped_clock.moment


def test_december_asks_for_the_holidays_of_next_year(cast: Cast, stopped_clock: Clock) -> None:
    stopped_clock.at("2029-12-03 09:00")
    look_around()
    assert Alarm.objects.get().kind == AlarmKind.HOLIDAYS_UNKNOWN


def test_it_looks_once_a_minute_however_many_ask(cast: Cast, stopped_clock: Clock) -> None:
    assert [look_around(), look_around()] == [True, False]
    stopped_clock.moment += timedelta(seconds=59)
    assert not look_around()
    stopped_clock.moment += timedelta(seconds=1)
    assert look_around()


def test_a_clock_put_back_does_not_silence_it(cast: Cast, stopped_clock: Clock) -> None:
    look_around()
    stopped_clock.moment -= timedelta(days=1)
    assert look_around()


def test_a_jump_of_the_machines_clock_holds_the_firing_and_is_told(cast: Cast) -> None:
    guard, wall = ClockGuard(), datetime(2026, 5, 11, 9, tzinfo=UTC)
    assert guard.may_fire(wall, 0.0)
    assert guard.may_fire(wall + timedelta(seconds=1), 1.0)
    assert not guard.may_fire(wall + timedelta(days=1), 2.0), "a day in a second"
    assert guard.may_fire(wall + timedelta(seconds=3), 3.0), "it was put right: nothing had fired by the wrong time"
    assert not guard.may_fire(wall + timedelta(days=1), 4.0)
    assert not guard.may_fire(wall + timedelta(days=1, seconds=20), 24.0)
    assert guard.may_fire(wall + timedelta(days=1, seconds=40), 44.0), "it stays: this is the time now"
    assert Alarm.objects.get().kind == AlarmKind.CLOCK_JUMPED


def test_what_does_not_end_by_itself_is_settled_by_somebody_who_keeps_the_system(cast: Cast) -> None:
    ClockGuard(datetime(2026, 5, 11, tzinfo=UTC), 0.0).may_fire(datetime(2026, 5, 12, tzinfo=UTC), 1.0)
    alarm = Alarm.objects.get()
    with pytest.raises(NotAllowed):
        settle_alarm(alarm.pk, by=cast.by("lead"))
    settle_alarm(alarm.pk, by=cast.by("pmo"))
    with pytest.raises(TransitionNotAllowed):
        settle_alarm(alarm.pk, by=cast.by("admin"))


def test_healthz_tells_when_even_the_auditor_is_silent(cast: Cast, client: Client, stopped_clock: Clock) -> None:
    assert client.get("/healthz").content.decode().splitlines()[0] == "ok"
    assert client.get("/healthz/all").status_code == 503
    look_around()
    beat("clock")
    beat("worker")
    assert (client.get("/healthz").content, client.get("/healthz/all").status_code) == (b"ok", 200)
    stopped_clock.moment += timedelta(minutes=2)
    beat("clock")
    beat("worker")
    stopped_clock.moment += timedelta(minutes=2)
    answer = client.get("/healthz/all")
    assert (answer.status_code, answer.content.decode().split(" ")[0]) == (503, "auditor")
    assert client.get("/healthz").status_code == 200, "the web process itself is well and gets requests"
