"""Live pages: signed subscriptions to topics, and what has changed since a number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core import signing

from .actor import Actor
from .models import LiveSignal

SUBSCRIPTION_HOURS = 12
SIGNED_OUT = "people.person.signed_out"
_SALT = "tongzhou.live"


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


def signals_after(number: int, topics: frozenset[str]) -> tuple[int, list[tuple[str, str]]]:
    """The newest number, and (topic, event name) of what changed after ``number`` among the topics."""
    rows = list(LiveSignal.objects.filter(pk__gt=number).order_by("pk").values_list("pk", "topic", "name")[:1000])
    newest = rows[-1][0] if rows else number
    return newest, [(topic, name) for _pk, topic, name in rows if topic in topics]
