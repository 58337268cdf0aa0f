"""Putting messages to groups into the outbox, sending them again, letting them be."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone, translation

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import TransitionNotAllowed, Words, require
from tongzhou.core.events import record, signal

from .. import policies
from ..models import Channel, GroupMessage
from ..queries import group_messages_for
from ..states import TROUBLED, MessageGrade, MessageState

# Later than this a message is left out, with an alarm.
NOT_AFTER = timedelta(hours=6)
# The services ask senders to keep off the full and the half hour.
SPREAD_SECONDS = 90
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Draft:
    """A message as a package wants it said: lazy texts with named placeholders, filled from ``values``.

    ``key`` says what it is about: the same key is one message, however often it is queued. ``due_at`` is when it was
    due by rule (now, when left out).
    """

    channel: Channel
    key: str
    title: Words
    lines: Sequence[Words] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    link: str = ""
    link_label: Words = ""
    grade: MessageGrade = MessageGrade.DIGEST
    due_at: datetime | None = None
    mentions: Sequence[int] = ()
    by_id: int | None = None


@act
def queue_message(channel: Channel, *, key: str, title: Words, **more: Any) -> GroupMessage:
    """Puts one message into the outbox, once per ``key``; see ``Draft`` for what else may be said."""
    return queue_messages([Draft(channel=channel, key=key, title=title, **more)])[0]


@act
def queue_messages(drafts: Iterable[Draft]) -> list[GroupMessage]:
    """Puts many messages into the outbox in one go; what is there already under its key stays as it is."""
    drafts = list(drafts)
    moment = clock.now()
    rows = [_row(draft, moment) for draft in drafts]
    for first in range(0, len(rows), _AT_ONCE):
        GroupMessage.objects.bulk_create(rows[first : first + _AT_ONCE], ignore_conflicts=True)
    found: dict[str, GroupMessage] = {}
    names = [row.unique_key for row in rows]
    for first in range(0, len(names), _AT_ONCE):
        there = GroupMessage.objects.filter(unique_key__in=names[first : first + _AT_ONCE]).select_related("channel")
        found |= {row.unique_key: row for row in there}
    if drafts:
        signal("outbox", "messaging.message.queued")
    return [found[name] for name in names]


@act
def resend_message(message_id: int, *, by: Actor) -> GroupMessage:
    """Sends a message again that failed, was left out, or of which nobody knows whether it arrived."""
    message = reach(group_messages_for(by), message_id, lock=True)
    require(policies.can_look_after(by, message))
    if message.state not in TROUBLED or message.channel.removed_at is not None:
        raise TransitionNotAllowed
    moment = clock.now()
    message.state, message.attempts, message.carrier = MessageState.QUEUED, 0, None
    message.next_try_at, message.not_after, message.settled_at = moment, moment + NOT_AFTER, None
    message.save(update_fields=["state", "attempts", "carrier", "next_try_at", "not_after", "settled_at"])
    record(by, "messaging.message.resent", message, topics=("outbox", f"channel-{message.channel_id}"))
    return message


@act
def settle_message(message_id: int, *, by: Actor) -> GroupMessage:
    """Somebody has seen that it did not arrive, and lets it be."""
    message = reach(group_messages_for(by), message_id, lock=True)
    require(policies.can_look_after(by, message))
    if message.state not in TROUBLED:
        raise TransitionNotAllowed
    if message.settled_at is None:
        message.settled_at = clock.now()
        message.save(update_fields=["settled_at"])
        record(by, "messaging.message.settled", message, topics=("outbox", f"channel-{message.channel_id}"))
    return message


def spread(due_at: datetime, robot_id: int) -> timedelta:
    """How much after the full or half hour this robot's messages go out: 0–90 s, the same for all of one moment."""
    local = timezone.localtime(due_at, clock.company_zone())
    if local.minute not in {0, 30} or local.second:
        return timedelta(0)
    digest = hashlib.sha256(f"{robot_id} {due_at.timestamp():.0f}".encode()).digest()
    return timedelta(seconds=int.from_bytes(digest[:4], "big") % (SPREAD_SECONDS + 1))


def _row(draft: Draft, moment: datetime) -> GroupMessage:
    channel = draft.channel
    with translation.override(channel.language):
        title = _filled(draft.title, draft.values)
        body = "\n".join(" ".join(_filled(line, draft.values).split()) for line in draft.lines)
        label = _filled(draft.link_label, draft.values)
    due_at = draft.due_at or moment
    later = timedelta(0)
    if draft.due_at is not None and draft.grade == MessageGrade.DIGEST:
        later = spread(draft.due_at, channel.robot_id)
    return GroupMessage(
        unique_key=draft.key[:160],
        channel=channel,
        project_id=channel.project_id,
        grade=draft.grade,
        title=" ".join(title.split())[:300],
        body=body,
        link=draft.link,
        link_label=label[:80],
        mentions=list(dict.fromkeys(draft.mentions)),
        due_at=due_at,
        next_try_at=max(due_at + later, moment),
        not_after=due_at + NOT_AFTER,
        created_at=moment,
        by_id=draft.by_id,
    )


def _filled(text: Words, values: Mapping[str, Any]) -> str:
    return (str(text) % values if values else str(text)).replace("\x00", "")
