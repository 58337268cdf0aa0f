"""Forgetting occasions of rules that have served; what was done stands in the history of the project."""

from __future__ import annotations

from datetime import timedelta

from tongzhou.core import clock

from ..models import Occasion, OccasionState

KEPT = timedelta(days=180)
MOST = 5_000


def forget_old() -> int:
    """Drops what recurs by rule and is over since half a year, a few thousand at a time. Returns how many."""
    over = Occasion.objects.exclude(slot="").filter(
        state__in=(OccasionState.DONE, OccasionState.CALLED_OFF, OccasionState.SKIPPED),
        due_at__lt=clock.now() - KEPT,
    )
    keys = list(over.order_by("pk").values_list("pk", flat=True)[:MOST])
    dropped, _by_model = Occasion.objects.filter(pk__in=keys).delete()
    return dropped
