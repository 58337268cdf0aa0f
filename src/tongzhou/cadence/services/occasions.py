"""Planning, calling off and firing occasions."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Model, Q

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import TransitionNotAllowed, require
from tongzhou.core.events import record

from ..models import Occasion, OccasionState
from ..occasions import handlers

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 6
PAUSES_SECONDS = (10, 30, 60, 300, 900)


@act
def plan_occasion(
    kind: str, subject: Model, due_at: datetime, *, project_id: int | None = None, data: Mapping[str, Any] | None = None
) -> Occasion:
    """Notes that something of ``kind`` falls due for ``subject``; planning the same twice gives the one row.

    What was called off and is planned again for the same moment waits again.
    """
    handlers.get(kind)
    occasion, fresh = Occasion.objects.get_or_create(
        kind=kind,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        due_at=due_at,
        defaults={"project_id": project_id, "data": dict(data or {})},
    )
    if not fresh and occasion.state == OccasionState.CALLED_OFF:
        occasion.state, occasion.data = OccasionState.WAITING, dict(data or {})
        occasion.save(update_fields=["state", "data"])
    return occasion


@act
def call_off(subject: Model, *, kind: str | None = None) -> int:
    """What was awaited has happened: nothing more falls due for the subject. Returns how many were called off.

    What failed and waits for another attempt is called off too.
    """
    waiting = Occasion.objects.filter(
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        state__in=(OccasionState.WAITING, OccasionState.FIRING),
    )
    if kind:
        waiting = waiting.filter(kind=kind)
    return waiting.update(state=OccasionState.CALLED_OFF, leased_until=None)


@act
def fire_again(occasion_id: int, *, by: Actor) -> Occasion:
    """An administrator lets an occasion that failed for good fall due once more."""
    require(by.is_admin or by.is_pmo)
    occasion = reach(Occasion.objects.all(), occasion_id, lock=True)
    if occasion.state != OccasionState.FAILED:
        raise TransitionNotAllowed
    occasion.state, occasion.attempts, occasion.leased_until = OccasionState.WAITING, 0, None
    occasion.save(update_fields=["state", "attempts", "leased_until"])
    record(by, "cadence.occasion.fired_again", occasion)
    return occasion


def fire_due(limit: int = 200) -> int:
    """Fires what has fallen due, each in its own act; any number of clocks may run. Returns how many fired."""
    moment = clock.now()
    claimable = Q(state=OccasionState.WAITING) | Q(state=OccasionState.FIRING, leased_until__lt=moment)
    due = Occasion.objects.filter(claimable, due_at__lte=moment).order_by("due_at", "pk").values_list("pk", flat=True)
    return sum(_fire(pk) for pk in list(due[:limit]))


def _fire(pk: int) -> bool:
    moment = clock.now()
    claimable = Q(state=OccasionState.WAITING) | Q(state=OccasionState.FIRING, leased_until__lt=moment)
    claimed = Occasion.objects.filter(claimable, pk=pk, due_at__lte=moment).update(
        state=OccasionState.FIRING, leased_until=moment + LEASE, attempts=F("attempts") + 1
    )
    if not claimed:
        return False
    try:
        _handle(pk)
    except Exception as failure:
        log.exception("occasion %s failed", pk)
        _try_later(pk, failure)
        return False
    return True


@act
def _handle(pk: int) -> None:
    occasion = Occasion.objects.select_for_update().get(pk=pk)
    if occasion.state != OccasionState.FIRING:
        return
    occasion.outcome = handlers.get(occasion.kind)(occasion)[:300]
    occasion.state = OccasionState.DONE
    occasion.done_at = clock.now()
    occasion.leased_until = None
    occasion.save(update_fields=["outcome", "state", "done_at", "leased_until"])


def _try_later(pk: int, failure: Exception) -> None:
    occasion = Occasion.objects.get(pk=pk)
    moment = clock.now()
    pause = PAUSES_SECONDS[min(occasion.attempts, len(PAUSES_SECONDS)) - 1]
    # Called off meanwhile? Then it stays so.
    Occasion.objects.filter(pk=pk, state=OccasionState.FIRING).update(
        state=OccasionState.FAILED if occasion.attempts >= MOST_ATTEMPTS else OccasionState.FIRING,
        # An expired lease is what makes an occasion claimable again.
        leased_until=moment + timedelta(seconds=pause),
        outcome=f"{type(failure).__name__}: {failure}"[:300],
    )
