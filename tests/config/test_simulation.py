"""A short run of the simulation: killed clocks and workers, failing services, an outage; nothing twice, nothing missed in silence."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest

from tongzhou.cadence.models import Alarm, Occasion
from tongzhou.config.simulation import company, reckon, running, simulate, weather
from tongzhou.config.simulation.reckoning import Figures
from tongzhou.config.simulation.robots import Mood, Robot
from tongzhou.core import clock
from tongzhou.core.clock import now as frozen_now
from tongzhou.messaging.models import GroupMessage, Notification
from tongzhou.messaging.services import group_delivery
from tongzhou.messaging.states import MessageGrade, MessageState

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
BEGIN = running.BEGIN


@pytest.fixture(autouse=True)
def movable_clock(stopped_clock: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """The simulation moves the clock itself."""
    monkeypatch.setattr(clock, "now", frozen_now)


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that never answers is not waited for as long as in the long run."""
    monkeypatch.setattr(company, "PATIENCE_SECONDS", 1.0)


def at(monkeypatch: pytest.MonkeyPatch, what: str, *moments: object) -> None:
    """Outages or storms at these moments instead of at random ones."""
    monkeypatch.setattr(running, what, lambda days, chance: list(moments))


def test_killed_clocks_and_workers_and_failing_services_miss_nothing_in_silence_and_send_nothing_twice() -> None:
    figures = simulate(days=4, zones=5, clocks=2, crashes=0.05, seed=7)
    assert figures.crashes > 3, "somebody was killed"
    assert figures.bad_answers > 0, "and a service did not work"
    assert figures.is_as_promised, str(figures)
    assert (figures.duplicate, figures.missed_silently, figures.examples) == (0, 0, [])
    assert figures.due == 5 * (4 * 3 + 1), "three a working day from Monday to Thursday, and the report is asked for"
    assert figures.sent + figures.alarmed >= figures.due


def test_an_outage_sends_late_or_leaves_out_with_an_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, "_outages", (BEGIN.replace(day=3, hour=11), BEGIN.replace(day=3, hour=20)))
    figures = simulate(days=3, zones=1, clocks=1, crashes=0.0)
    # Back at 20:00: 12:00 is eight hours ago, 16:30 and 17:00 less than six.
    assert (figures.alarmed, figures.late, figures.missed_silently) == (1, 2, 0)
    assert Alarm.objects.get(kind="occasions_skipped").count == 1


def test_more_emergencies_than_a_robot_takes_in_a_minute_all_arrive_within_its_rate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at(monkeypatch, "_storms", BEGIN + timedelta(hours=1))
    figures = simulate(days=1, zones=1, clocks=2, crashes=0.0)
    assert (figures.due, figures.sent) == (company.STORM_SIZE + 3, company.STORM_SIZE + 3)
    assert (figures.wrong, figures.repeated, figures.is_as_promised) == (0, 0, True)
    sent = GroupMessage.objects.filter(unique_key__contains=str(company.STORM_NUMBERS)[:4], state=MessageState.SENT)
    assert (sent.latest("sent_at").sent_at or BEGIN) - (BEGIN + timedelta(hours=1)) > timedelta(minutes=1)


def test_a_service_that_is_down_for_hours_is_told_of_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def down(self: weather.Weather, begin: datetime, days: int) -> None:
        self.down = {robot.port: [(begin, begin + timedelta(hours=30))] for robot in self.robots}

    monkeypatch.setattr(weather.Weather, "plan", down)
    figures = simulate(days=2, zones=1, clocks=1, crashes=0.0)
    # Monday's huddle, reminder and digest are given up after six hours each; Tuesday's huddle waits, the rest finds it working.
    assert (figures.due, figures.alarmed, figures.missed_silently, figures.wrong) == (6, 3, 0, 0)
    assert GroupMessage.objects.exclude(state=MessageState.SENT).count() == 3
    told = Notification.objects.filter(unique_key__startswith="group-message:", person__username="simulated.admin")
    assert told.count() == 3


def test_an_emergency_that_may_have_arrived_goes_again_and_the_repeat_is_marked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def first_the_line_breaks(self: weather.Weather, robot: Robot) -> Mood:
        return Mood.HANGS_UP if robot.requests == 1 else Mood.WORKS

    monkeypatch.setattr(weather.Weather, "_mood", first_the_line_breaks)
    figures = simulate(days=1, zones=1, clocks=1, crashes=0.0)
    assert (figures.repeated, figures.unmarked, figures.duplicate) == (1, 0, 0)
    assert GroupMessage.objects.get(grade=MessageGrade.EMERGENCY).handed_over == 2


def test_the_reckoning_notices_what_was_lost() -> None:
    simulate(days=2, zones=1, clocks=1, crashes=0.0)
    lost = Occasion.objects.filter(kind="cadence.daily", state="done").earliest("due_at")
    lost.delete()
    with clock.frozen_at(BEGIN):
        figures = reckon(BEGIN, BEGIN + timedelta(days=2), {number: ["x"] for number in range(10_000)})
    assert figures.missed_silently == 1
    assert not figures.is_as_promised


def test_the_reckoning_notices_a_message_that_never_arrived_a_double_and_a_repeat_without_its_mark() -> None:
    simulate(days=1, zones=1, clocks=1, crashes=0.0)
    urgent = GroupMessage.objects.get(grade=MessageGrade.EMERGENCY)
    number, others = number_of(urgent), [number_of(row) for row in GroupMessage.objects.exclude(pk=urgent.pk)]
    read = {number: ["a"], **{other: ["b"] for other in others}}

    def reckoned(changed: dict[int, list[str]]) -> Figures:
        with clock.frozen_at(BEGIN):
            return reckon(BEGIN, BEGIN + timedelta(days=1), {**read, **changed})

    assert reckoned({}).is_as_promised
    assert reckoned({others[0]: []}).missed_silently == 1
    assert reckoned({others[0]: ["b", "b"]}).duplicate == 1
    assert (reckoned({number: ["a", "【第 2 次发送】a"]}).repeated, reckoned({number: ["a", "a"]}).unmarked) == (1, 1)


def test_a_killed_step_leaves_its_leases_behind_as_a_killed_process_does(monkeypatch: pytest.MonkeyPatch) -> None:
    from tongzhou.config.simulation import Dice

    dice, robots = Dice(random.Random(1), 0.0), weather.Weather(random.Random(1), 0.0, BEGIN)
    with company.in_business(dice), clock.frozen_at(BEGIN):
        company.found(1, robots)
        company.storm(0, BEGIN)
        monkeypatch.setattr(dice.random, "random", lambda: 0.0)
        dice.chance = 0.5
        monkeypatch.setattr(dice.random, "randrange", lambda most: 10_000)
        with dice.process():
            group_delivery.deliver_groups()
        robots.close()
    assert (dice.crashes, [robot.said for robot in robots.robots]) == (1, [[]]), "before anything left"
    assert GroupMessage.objects.filter(state=MessageState.SENDING).count() == 1
    queue = GroupMessage.objects.filter(state=MessageState.SENDING).get().channel.robot
    assert queue.leased_until is not None, "what tidies up did not run either"


def number_of(message: GroupMessage) -> int:
    """The number by which the simulation knows it."""
    return int(message.unique_key.removeprefix("simulated:"))
