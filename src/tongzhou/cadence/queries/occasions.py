"""What falls due next, what should have and did not, what failed."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q, QuerySet

from tongzhou.core import clock

from ..models import Occasion, OccasionState

# A clock looks every second; what is later than this was not looked after.
PATIENCE = timedelta(minutes=2)


def coming() -> QuerySet[Occasion]:
    """What falls due next, soonest first."""
    return Occasion.objects.filter(state=OccasionState.WAITING, due_at__gt=clock.now())


def overdue() -> QuerySet[Occasion]:
    """What has fallen due and is not done: no clock runs, or it is being tried again."""
    waiting = Q(state=OccasionState.WAITING, due_at__lt=clock.now() - PATIENCE)
    return Occasion.objects.filter(waiting | Q(state=OccasionState.FIRING, attempts__gt=1))


def troubled() -> QuerySet[Occasion]:
    """What failed for good, newest first."""
    return Occasion.objects.filter(state=OccasionState.FAILED).order_by("-due_at", "-pk")
