"""Planning, calling off and firing occasions."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Model, Q

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import TransitionNotAllowed, require
from tongzhou.core.events import record

from ..models import Occasion, OccasionState
from ..occasions import fetch_for, given_up_after, handlers
from ..policies import can_keep_clock
from ..states import AlarmKind
from .alarms import raise_alarm

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 6
PAUSES_SECONDS = (10, 30, 60, 300, 900)
# Handled in one transaction: what falls due at 17:00 in ten thousand projects is not ten thousand commits.
BATCH = 100


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
        slot="",
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
    """An administrator lets an occasion that failed for good, or was left out as too late, fall due once more."""
    require(can_keep_clock(by))
    occasion = reach(Occasion.objects.all(), occasion_id, lock=True)
    if occasion.state not in {OccasionState.FAILED, OccasionState.SKIPPED}:
        raise TransitionNotAllowed
    occasion.data = {**occasion.data, "however_late": True}
    occasion.state, occasion.attempts, occasion.leased_until = OccasionState.WAITING, 0, None
    occasion.save(update_fields=["state", "attempts", "leased_until", "data"])
    record(by, "cadence.occasion.fired_again", occasion)
    return occasion


def fire_due(limit: int = 200) -> int:
    """Fires what has fallen due; any number of clocks may run. Returns how many fired.

    A batch is claimed by conditional update and handled in one act. When one of it fails the batch is rolled back and handled
    again one by one, so that only what fails is tried later. A process killed in between leaves a lease behind that runs out.
    """
    fired = looked_at = 0
    while looked_at < limit and (keys := _due_keys(min(BATCH, limit - looked_at))):
        looked_at += len(keys)
        if claim := _claim(keys):
            fired += _fire(claim)
    return fired


def _claimable(moment: datetime) -> Q:
    waiting = Q(state=OccasionState.WAITING) | Q(state=OccasionState.FIRING, leased_until__lt=moment)
    return waiting & Q(due_at__lte=moment)


def _due_keys(most: int) -> list[int]:
    due = Occasion.objects.filter(_claimable(clock.now())).order_by("due_at", "pk")
    return list(due.values_list("pk", flat=True)[:most])


def _claim(keys: list[int]) -> str:
    """Takes what nobody else has taken meanwhile, under a name of its own; "" when another clock was first."""
    moment, claim = clock.now(), secrets.token_hex(16)
    # Asked once more in the update itself: of two clocks that found the same rows each gets what the other has not.
    taken = Occasion.objects.filter(_claimable(moment), pk__in=keys).update(
        state=OccasionState.FIRING, leased_until=moment + LEASE, attempts=F("attempts") + 1, claim=claim
    )
    return claim if taken else ""


def _fire(claim: str) -> int:
    keys = list(Occasion.objects.filter(claim=claim, state=OccasionState.FIRING).values_list("pk", flat=True))
    if len(keys) > 1:
        try:
            return _handle(claim, keys)
        except Exception as failure:
            log.warning("a batch of occasions failed (%s); they are fired one by one", failure)
    return sum(_fire_alone(claim, key) for key in keys)


def _fire_alone(claim: str, key: int) -> int:
    try:
        return _handle(claim, [key])
    except Exception as failure:
        log.exception("occasion %s failed", key)
        _try_later(key, claim, failure)
        return 0


@act
def _handle(claim: str, keys: list[int]) -> int:
    """Handles what this claim still holds, in order, all or none; returns how many."""
    outcomes: dict[tuple[str, str], list[int]] = {}
    held = Occasion.objects.select_for_update().filter(pk__in=keys, claim=claim, state=OccasionState.FIRING)
    # Locked in one order by all: no two clocks wait for each other.
    batch = sorted(held.order_by("pk"), key=lambda row: (row.due_at, row.pk))
    fetch_for(batch)
    for occasion in batch:
        outcomes.setdefault(_outcome(occasion), []).append(occasion.pk)
    for (state, words), pks in outcomes.items():
        Occasion.objects.filter(pk__in=pks).update(
            state=state, outcome=words, done_at=clock.now(), leased_until=None, claim=""
        )
    return len(batch)


def _outcome(occasion: Occasion) -> tuple[str, str]:
    latest = given_up_after(occasion.kind)
    # Whoever moves the try-out clock wants to see what happens meanwhile.
    tried_out = settings.TONGZHOU_DEMO and clock.is_moved()
    if latest is not None and occasion.late_by >= latest and not (tried_out or occasion.data.get("however_late")):
        raise_alarm(AlarmKind.OCCASIONS_SKIPPED, 1, f"{occasion.kind} {occasion.due_at:%Y-%m-%d %H:%M} UTC")
        return OccasionState.SKIPPED, f"{occasion.late_by} late"
    return OccasionState.DONE, handlers.get(occasion.kind)(occasion)[:300]


def _try_later(key: int, claim: str, failure: Exception) -> None:
    occasion = Occasion.objects.get(pk=key)
    pause = PAUSES_SECONDS[min(occasion.attempts, len(PAUSES_SECONDS)) - 1]
    # Called off meanwhile, or taken by another clock? Then it stays so.
    Occasion.objects.filter(pk=key, state=OccasionState.FIRING, claim=claim).update(
        state=OccasionState.FAILED if occasion.attempts >= MOST_ATTEMPTS else OccasionState.FIRING,
        # An expired lease is what makes an occasion claimable again.
        leased_until=clock.now() + timedelta(seconds=pause),
        outcome=f"{type(failure).__name__}: {failure}"[:300],
    )
