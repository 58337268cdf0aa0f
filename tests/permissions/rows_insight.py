"""Who may use desk, search, what falls due. The try-out clock is not there outside the demo."""

from __future__ import annotations

from typing import Any

from tongzhou.cadence.models import Occasion, OccasionState

from .table import PERSONS, Row
from .world import World

KEEPERS = frozenset({"pmo", "admin"})
NOBODY: frozenset[str] = frozenset()


def occasion(key: str) -> Any:
    """Something that falls due."""
    return lambda world: {key: Occasion.objects.latest("pk").pk}


def given_up(world: World) -> dict[str, Any]:
    """After everything that falls due was given up."""
    Occasion.objects.update(state=OccasionState.FAILED)
    return {}


def searched(world: World) -> dict[str, Any]:
    """A search."""
    return {"q": "大促"}


ROWS = [
    Row("insight:desk", PERSONS),
    Row("insight:search", PERSONS, data=searched),
    Row("insight:due", KEEPERS),
    Row("insight:due_again", KEEPERS, "POST", occasion("pk"), data=given_up),
    Row("insight:tryout", NOBODY),
    Row("insight:tryout", NOBODY, "POST", data=lambda world: {"step": "hour"}),
    Row("/api/v1/desk", PERSONS),
    Row("/api/v1/search", PERSONS, data=searched),
    Row("/api/v1/due", KEEPERS),
    Row("/api/v1/due/{occasion_id}/again", KEEPERS, "POST", occasion("occasion_id"), data=given_up),
    Row("/api/v1/try-out", NOBODY),
    Row("/api/v1/try-out", NOBODY, "POST", data=lambda world: {"step": "hour"}),
]
