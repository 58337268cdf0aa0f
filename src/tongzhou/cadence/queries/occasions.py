"""What falls due next, what should have and did not, what failed."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from tongzhou.core import clock

from ..models import Occasion, OccasionState
from ..models.occasions import LATE_AFTER


def coming() -> QuerySet[Occasion]:
    """What falls due next, soonest first."""
    return Occasion.objects.filter(state=OccasionState.WAITING, due_at__gt=clock.now())


def overdue() -> QuerySet[Occasion]:
    """What has fallen due and is not done: no clock runs, or it is being tried again."""
    waiting = Q(state=OccasionState.WAITING, due_at__lt=clock.now() - LATE_AFTER)
    return Occasion.objects.filter(waiting | Q(state=OccasionState.FIRING, attempts__gt=1))


def troubled() -> QuerySet[Occasion]:
    """What failed for good, or was left out as too late; newest first."""
    return Occasion.objects.filter(state__in=(OccasionState.FAILED, OccasionState.SKIPPED)).order_by("-due_at", "-pk")
