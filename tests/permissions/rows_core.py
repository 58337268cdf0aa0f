"""The frame itself: health, live polling, theme, and allauth's pages that this system does not have."""

from __future__ import annotations

from typing import Any

from tongzhou.cadence.services import beat
from tongzhou.core.live import subscription_token
from tongzhou.people.account_urls import ABSENT

from .table import EVERYBODY, PERSONS, Row
from .world import World

NOBODY: frozenset[str] = frozenset()


def listening(world: World) -> dict[str, Any]:
    """The subscription of the lead's own page."""
    return {"token": subscription_token(world.cast.by("lead"), [f"project-{world.own.pk}"]), "since": "0"}


def everything_alive(world: World) -> dict[str, Any]:
    """Every part was heard of just now."""
    for name in ("auditor", "clock", "worker"):
        beat(name)
    return {}


ROWS = [
    Row("healthz", EVERYBODY),
    Row("healthz_all", EVERYBODY, data=everything_alive),
    Row("set_theme", EVERYBODY, "POST", data=lambda world: {"theme": "dark"}),
    Row("account", PERSONS),
    # A subscription is good for the person it was signed for and nobody else, the administrator included.
    Row("live_poll", frozenset({"lead"}), data=listening),
    *(
        Row("api_absent", NOBODY, method, own=lambda world: {"rest": "nothing-here"})
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
    ),
    *(Row(f"absent_{place}", NOBODY, method) for place in ABSENT for method in ("GET", "POST")),
]
