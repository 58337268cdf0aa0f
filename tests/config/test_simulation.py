"""A short run of the simulation: killed clocks and workers, an outage, five zones; nothing twice, nothing missed in silence."""

from __future__ import annotations

import pytest

from tongzhou.cadence.models import Alarm, Occasion
from tongzhou.config import simulation
from tongzhou.core import clock
from tongzhou.core.clock import now as frozen_now

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def movable_clock(stopped_clock: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """The simulation moves the clock itself."""
    monkeypatch.setattr(clock, "now", frozen_now)


def test_two_clocks_that_are_killed_miss_nothing_in_silence_and_send_nothing_twice() -> None:
    figures = simulation.simulate(days=4, zones=3, clocks=2, crashes=0.05, seed=7)
    assert figures.crashes > 3, "somebody was killed"
    assert (figures.duplicate, figures.missed_silently, figures.examples) == (0, 0, [])
    assert figures.due == 3 * (4 * 3 + 1), "three a working day from Monday to Thursday, and the report is asked for"
    assert figures.sent + figures.alarmed >= figures.due


def test_an_outage_sends_late_or_leaves_out_with_an_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    day = simulation.BEGIN
    monkeypatch.setattr(
        simulation, "_outages", lambda days, dice: [(day.replace(day=3, hour=11), day.replace(day=3, hour=20))]
    )
    figures = simulation.simulate(days=3, zones=1, clocks=1, crashes=0.0)
    # Back at 20:00: 12:00 is eight hours ago, 16:30 and 17:00 less than six.
    assert (figures.alarmed, figures.late, figures.missed_silently) == (1, 2, 0)
    assert Alarm.objects.get(kind="occasions_skipped").count == 1


def test_the_reckoning_notices_what_was_lost() -> None:
    simulation.simulate(days=2, zones=1, clocks=1, crashes=0.0)
    lost = Occasion.objects.filter(kind="cadence.daily", state="done").first()
    assert lost is not None
    lost.delete()
    with clock.frozen_at(simulation.BEGIN):
        figures = simulation._reckon(simulation.BEGIN.replace(day=4), simulation.Dice(simulation.random.Random(1), 0.0))
    assert figures.missed_silently == 1
