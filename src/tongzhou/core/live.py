"""Live pages: signed subscriptions to topics, and what has changed since a number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core import signing

from .actor import Actor
from .models import LiveSignal

SUBSCRIPTION_HOURS = 12
SIGNED_OUT = "people.person.signed_out"
MISSED = "core.live.missed"
_SALT = "tongzhou.live"
_AT_ONCE = 1000

# Number, topic, name of the event.
Signal = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Subscription:
    """What one open page listens to. The web process signs it after asking what the person may see."""

    person_id: int
    epoch: int
    topics: frozenset[str]


def subscription_token(actor: Actor, topics: Iterable[str]) -> str:
    """A token with which the event stream lets this person listen to the topics (and to their own)."""
    wanted = sorted({*topics, f"person-{actor.person_id}"})
    return signing.dumps([actor.person_id, actor.session_epoch, wanted], salt=_SALT, compress=True)


def read_subscription(token: str) -> Subscription | None:
    """The subscription, or None when the token is forged or too old."""
    try:
        person_id, epoch, topics = signing.loads(token, salt=_SALT, max_age=SUBSCRIPTION_HOURS * 3600)
    except signing.BadSignature:
        return None
    return Subscription(person_id, epoch, frozenset(topics))


def last_signal() -> int:
    """The number of the newest signal."""
    return LiveSignal.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def signals_after(number: int, topics: frozenset[str]) -> tuple[int, list[Signal]]:
    """The number looked up to (at most 1,000 on), and what changed on the way among the topics, oldest first."""
    rows = list(LiveSignal.objects.filter(pk__gt=number).order_by("pk").values_list("pk", "topic", "name")[:_AT_ONCE])
    newest = rows[-1][0] if rows else number
    return newest, [row for row in rows if row[1] in topics]


def catch_up(since: int, topics: frozenset[str]) -> tuple[int, list[Signal]]:
    """What a page still has to hear that has seen everything up to ``since``; the newest number.

    Signals are kept for an hour. A page that was away for longer, or whose number is of another database, hears
    of all its topics.
    """
    newest = last_signal()
    if since > newest or (since and not LiveSignal.objects.filter(pk__lte=since).exists()):
        return newest, [(newest, topic, MISSED) for topic in sorted(topics)]
    missed: list[Signal] = []
    number = since
    while True:
        reached, changes = signals_after(number, topics)
        missed += changes
        if reached < number + _AT_ONCE:
            return reached, missed
        number = reached


def forget_before(moment: datetime) -> None:
    """Drops older signals; the newest stays, so that a quiet hour is not taken for a gap."""
    LiveSignal.objects.filter(at__lt=moment, pk__lt=last_signal()).delete()
