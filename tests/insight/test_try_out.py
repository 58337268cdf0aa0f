"""The demo's clock goes forward only, for the whole system, and is not there outside the demo."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from tests.cast import Cast
from tests.conftest import Clock
from tongzhou.core import clock
from tongzhou.core.actor import system
from tongzhou.core.errors import InvalidInput, NotAllowed, NotFound
from tongzhou.core.models import TryOutClock
from tongzhou.insight.queries import STEPS, moment_after
from tongzhou.insight.services import move_clock


def ahead() -> timedelta:
    """How far the clock has been moved."""
    return timedelta(seconds=TryOutClock.objects.get().ahead_seconds)


def local(text: str) -> datetime:
    """A moment in the company's zone."""
    return datetime.fromisoformat(text).replace(tzinfo=clock.company_zone())


@pytest.mark.parametrize(
    ("step", "now", "there"),
    [
        ("hour", "2026-05-11 09:30", "2026-05-11 10:30"),
        ("day", "2026-05-11 09:30", "2026-05-12 09:30"),
        ("evening", "2026-05-11 09:30", "2026-05-11 17:00"),
        ("evening", "2026-05-11 17:00", "2026-05-12 17:00"),
        ("evening", "2026-05-15 18:00", "2026-05-18 17:00"),
        ("evening", "2026-04-30 18:00", "2026-05-06 17:00"),
        ("three_working_days", "2026-05-14 09:30", "2026-05-19 09:30"),
        ("three_working_days", "2026-05-16 09:30", "2026-05-20 09:30"),
    ],
)
def test_each_step_leads_where_it_says(cast: Cast, stopped_clock: Clock, step: str, now: str, there: str) -> None:
    stopped_clock.at(now)
    assert moment_after(step, clock.now()) == local(there)


@override_settings(TONGZHOU_DEMO=True)
@pytest.mark.parametrize("step", sorted(STEPS))
def test_moving_goes_forward_and_adds_up(cast: Cast, stopped_clock: Clock, step: str) -> None:
    start = clock.now()
    there = move_clock(step, by=cast.by("lead"))
    assert there > start
    assert ahead() == there - start
    move_clock(step, by=cast.by("lead"))
    assert ahead() > there - start


@override_settings(TONGZHOU_DEMO=True)
def test_moving_takes_hold_at_once_for_the_whole_system(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    clock.forget_offset()
    real = datetime.now(UTC)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.db.transaction.on_commit", lambda act: act())
        move_clock("day", by=cast.by("lead"))
    assert timedelta(hours=23) < clock.now() - real < timedelta(hours=25)
    assert clock.is_moved()
    clock.forget_offset()


@override_settings(TONGZHOU_DEMO=True)
@pytest.mark.parametrize("step", ["", "back", "-1", "HOUR", "year"])
def test_an_unknown_step_is_refused(cast: Cast, step: str) -> None:
    with pytest.raises(InvalidInput):
        move_clock(step, by=cast.by("lead"))
    assert not TryOutClock.objects.exclude(ahead_seconds=0).exists()


@override_settings(TONGZHOU_DEMO=True)
def test_it_stops_after_three_years_and_for_the_system(cast: Cast) -> None:
    TryOutClock.objects.update_or_create(pk=1, defaults={"ahead_seconds": 3 * 366 * 86400 - 60})
    with pytest.raises(InvalidInput):
        move_clock("day", by=cast.by("lead"))
    with pytest.raises(NotAllowed):
        move_clock("hour", by=system())


def test_there_is_no_such_clock_outside_the_demo(client: Client, cast: Cast) -> None:
    with pytest.raises(NotFound):
        move_clock("hour", by=cast.by("admin"))
    client.force_login(cast.admin)
    assert client.get(reverse("insight:tryout")).status_code == 404
    assert client.post(reverse("insight:tryout"), {"step": "hour"}).status_code == 404
    assert client.post("/api/v1/try-out", {"step": "hour"}, content_type="application/json").status_code == 404


@override_settings(TONGZHOU_DEMO=True)
def test_the_page_shows_where_each_step_leads_and_moves(client: Client, cast: Cast) -> None:
    client.force_login(cast.product_member)
    page = client.get(reverse("insight:tryout"))
    assert [step["key"] for step in page.context["steps"]] == list(STEPS)
    assert client.post(reverse("insight:tryout"), {"step": "sideways"}).status_code == 422
    assert client.post(reverse("insight:tryout"), {"step": "hour"}).status_code == 302
    assert ahead() == timedelta(hours=1)
