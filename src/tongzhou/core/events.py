"""The event log: append-only, hash-chained; the row is also the outbox that listeners read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any

import rfc8785
from django.db.models import Model, QuerySet

from . import clock, keys
from .actor import Actor
from .acts import Act, current_act
from .bulk import insert_many
from .models import AuditEvent, AuditHead, LiveSignal

# JSON numbers past 2^53 lose digits in many readers (RFC 8785, 3.2.2.3).
_EXACT_INTEGER = 2**53

Listener = Callable[[AuditEvent], None]
_listeners: list[tuple[str, Listener]] = []


@dataclass(frozen=True, slots=True)
class PendingEvent:
    """An event recorded by the running act, not yet in the chain."""

    by: Actor
    name: str
    subject_type: str
    subject_id: int
    subject_label: str
    project_id: int | None
    on_behalf_of: str
    payload: dict[str, Any]
    at: datetime
    topics: tuple[str, ...]


def record(
    by: Actor,
    name: str,
    subject: Model,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    data: Mapping[str, Any] | None = None,
    project_id: int | None = None,
    on_behalf_of: str = "",
    topics: tuple[str, ...] = (),
    at: datetime | None = None,
) -> None:
    """Notes that ``by`` did ``name`` (``package.subject.past_tense``) to ``subject``.

    ``project_id`` is taken from the subject when it has one. Live pages that listen to the project, the subject
    or one of ``topics`` hear of it once the act is committed.
    """
    if project_id is None:
        project_id = getattr(subject, "project_id", None)
        if project_id is None and subject._meta.label_lower == "projects.project":
            project_id = subject.pk
    payload = {"before": plain(before), "after": plain(after), "data": plain(data)}
    current_act().events.append(
        PendingEvent(
            by=by,
            name=name,
            subject_type=subject._meta.label_lower,
            subject_id=subject.pk,
            subject_label=str(subject)[:300],
            project_id=project_id,
            on_behalf_of=on_behalf_of,
            payload={key: value for key, value in payload.items() if value is not None},
            at=at or clock.now(),
            topics=topics,
        )
    )


def signal(topic: str, name: str) -> None:
    """Tells open pages that listen to ``topic`` that something changed, once the act is committed."""
    current_act().topics.append((topic, name))


def on(pattern: str) -> Callable[[Listener], Listener]:
    """Registers a listener for events whose name matches the pattern; it runs inside the act, before the commit."""

    def register(listener: Listener) -> Listener:
        _listeners.append((pattern, listener))
        return listener

    return register


def events_of(subject: Model) -> QuerySet[AuditEvent]:
    """The history of one thing, oldest first."""
    return AuditEvent.objects.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)


def write_pending(act: Act) -> None:
    """Chains what the act recorded, lets listeners react, and leaves live signals. Last step of every act."""
    signals: list[LiveSignal] = []
    head: AuditHead | None = None
    while act.events:
        pending, act.events = act.events, []
        head = _locked_head()
        rows = []
        for event in pending:
            row = _chained(head, event)
            head.seq, head.hash = row.seq, row.hash
            rows.append(row)
            for topic in {*event.topics, *_default_topics(event)}:
                signals.append(LiveSignal(topic=topic, name=event.name, at=event.at))
        insert_many(AuditEvent, rows)
        head.signature = keys.seal(f"{head.seq}:{head.hash}".encode()).hex()
        head.save(update_fields=["seq", "hash", "signature"])
        for row in rows:
            for pattern, listener in _listeners:
                if fnmatchcase(row.name, pattern):
                    listener(row)
    for topic, name in act.topics:
        signals.append(LiveSignal(topic=topic, name=name, at=clock.now()))
    act.topics = []
    if signals:
        # Numbers are given under the head's lock, so that they are committed in their order: a stream that has
        # heard number 6 will never see a 5 come up later.
        head or _locked_head()
        insert_many(LiveSignal, signals)


def event_hash(previous_hash: str, row: AuditEvent) -> str:
    """SHA-256 over the previous hash and every column of the event, as canonical JSON (RFC 8785)."""
    facts = [
        previous_hash,
        str(row.seq),
        row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        str(row.actor_id),
        row.actor_name,
        row.on_behalf_of,
        row.name,
        row.subject_type,
        str(row.subject_id),
        row.subject_label,
        str(row.project_id),
        row.payload,
    ]
    # A list of texts has one canonical form, which the standard encoder writes too, and many times as fast.
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def canonical(value: Any) -> str:
    """The canonical JSON (RFC 8785) of what ``plain`` gives: without fractions, and with plain names, the encoder's own."""
    if _is_simple(value):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return str(rfc8785.dumps(value), "utf-8")


def _is_simple(value: Any) -> bool:
    if isinstance(value, dict):
        return all(name.isascii() and _is_simple(item) for name, item in value.items())
    return all(map(_is_simple, value)) if isinstance(value, list) else not isinstance(value, float)


def plain(value: Any) -> Any:
    """The JSON form of a value as the log keeps it: dates and decimals as text, big integers as text."""
    match value:
        case None | bool() | str():
            return _writable(value) if isinstance(value, str) else value
        case int():
            return value if abs(value) < _EXACT_INTEGER else str(value)
        case float():
            return value
        case Decimal():
            return str(value)
        case datetime():
            return value.isoformat()
        case date() | time():
            return value.isoformat()
        case Model():
            return value.pk
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(item) for item in value]
        case _:
            return str(value)


def _writable(text: str) -> str:
    """Text without lone surrogates, which no UTF-8 column can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _locked_head() -> AuditHead:
    heads = AuditHead.objects.select_for_update()
    head = heads.filter(pk=1).first()
    if head is None:
        # The very first act; another first act may be making the row at this moment.
        AuditHead.objects.get_or_create(pk=1)
        head = heads.get(pk=1)
    return head


def _chained(head: AuditHead, event: PendingEvent) -> AuditEvent:
    row = AuditEvent(
        seq=head.seq + 1,
        at=event.at,
        actor_id=event.by.person_id,
        actor_name=event.by.name[:200],
        on_behalf_of=event.on_behalf_of[:200],
        name=event.name,
        subject_type=event.subject_type,
        subject_id=event.subject_id,
        subject_label=_writable(event.subject_label),
        project_id=event.project_id,
        payload=canonical(event.payload),
        previous_hash=head.hash,
    )
    row.hash = event_hash(head.hash, row)
    return row


def _default_topics(event: PendingEvent) -> list[str]:
    topics = [f"{event.subject_type.split('.')[-1]}-{event.subject_id}"]
    if event.project_id is not None:
        topics.append(f"project-{event.project_id}")
    return topics
