"""Now comes from our clock; in the demo it can be moved, elsewhere it cannot."""

from datetime import UTC, datetime, timedelta

import pytest

from tongzhou.core import clock
from tongzhou.core.models import TryOutClock

pytestmark = pytest.mark.django_db


@pytest.fixture
def running_clock(monkeypatch):
    """The real clock, as the application has it."""
    monkeypatch.undo()
    clock.forget_offset()
    yield
    clock.forget_offset()


def ahead() -> timedelta:
    return clock.now() - datetime.now(UTC)


def test_the_try_out_clock_moves_the_demo(running_clock, settings):
    settings.TONGZHOU_DEMO = True
    TryOutClock.objects.create(pk=1, ahead_seconds=86_400)
    assert abs(ahead() - timedelta(days=1)) < timedelta(seconds=5)


def test_outside_the_demo_the_clock_is_the_real_one(running_clock, settings):
    settings.TONGZHOU_DEMO = False
    TryOutClock.objects.create(pk=1, ahead_seconds=86_400)
    assert abs(ahead()) < timedelta(seconds=5)


def test_a_frozen_clock_stands_still(running_clock):
    moment = datetime(2026, 5, 14, 2, 0, tzinfo=UTC)
    with clock.frozen_at(moment):
        assert clock.now() == moment
        assert clock.today().isoformat() == "2026-05-14"
        assert clock.local_now().hour == 10
