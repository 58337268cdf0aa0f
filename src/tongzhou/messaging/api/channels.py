"""Channels and messages to groups."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from tongzhou.core.access import reach
from tongzhou.core.api import Text, idempotent
from tongzhou.core.pages import actor_of

from .. import queries, services
from ..models import Channel, GroupMessage
from ..states import WAITING, ChannelKind, MessageGrade, MessageState

router = Router(tags=["messaging"])
PAGE = 50
PageNumber = Annotated[int, Field(ge=1, le=100_000)]
OwnerType = Literal["company", "people.department", "projects.project"]
OwnerKey = Annotated[int, Field(ge=0, le=2**63 - 1)]
ChannelVersion = Annotated[int, Field(ge=1, le=2**31 - 1)]


class ChannelOut(Schema):
    """A channel; of address and secret only the last four characters."""

    id: int
    version: int
    kind: ChannelKind
    owner_type: OwnerType
    owner_id: int
    owner_name: str
    name: str
    language: str
    address_tail: str
    secret_tail: str
    is_active: bool
    tested_at: datetime | None
    last_sent_at: datetime | None
    failing_since: datetime | None
    last_answer: str
    last_service_text: str


class ChannelIn(Schema):
    """A new channel. The company's owner id is 0."""

    kind: ChannelKind
    owner_type: OwnerType = "company"
    owner_id: OwnerKey = 0
    name: Text
    address: Text
    secret: Text = ""
    language: Text = "zh-hans"


class ChannelPatch(Schema):
    """What is changed; left out stays. A new address or secret has to be tested again."""

    version: ChannelVersion
    name: Text | None = None
    address: Text | None = None
    secret: Text | None = None
    language: Text | None = None
    is_active: bool | None = None


class GroupMessageOut(Schema):
    """One message to a group; what it says only to those who see the channel."""

    id: int
    channel_id: int
    project_id: int | None
    grade: MessageGrade
    state: MessageState
    title: str
    due_at: datetime
    next_try_at: datetime
    sent_at: datetime | None
    attempts: int
    code: str
    answer: str
    service_text: str
    settled_at: datetime | None


class GroupMessagesOut(Schema):
    """A page of messages to groups, and how many did not arrive."""

    items: list[GroupMessageOut]
    count: int
    troubled: int


class ChannelGoneOut(Schema):
    """The channel is removed."""

    removed: bool = True


def _channel(channel: Channel, name: str) -> ChannelOut:
    plain = {
        field: getattr(channel, field)
        for field in ChannelOut.model_fields
        if field not in {"owner_name", "last_answer"}
    }
    return ChannelOut(**plain, owner_name=name, last_answer=channel.last_words)


def _one(request: HttpRequest, channel_id: int) -> ChannelOut:
    channel = reach(queries.channels_for(actor_of(request)), channel_id)
    facts = queries.owner_facts([(channel.owner_type, channel.owner_id)])
    return _channel(channel, facts[channel.owner_type, channel.owner_id].name)


def _message(message: GroupMessage, *, is_mine: bool) -> GroupMessageOut:
    hidden = {"answer", "title", "service_text"}
    plain = {field: getattr(message, field) for field in GroupMessageOut.model_fields if field not in hidden}
    return GroupMessageOut(
        **plain,
        title=message.title if is_mine else "",
        answer=message.words,
        service_text=message.service_text if is_mine else "",
    )


@router.get("/channels", response=list[ChannelOut])
def channels(request: HttpRequest, owner_type: OwnerType | None = None, owner_id: OwnerKey = 0) -> list[ChannelOut]:
    """Every channel the caller sees, or those of one owner."""
    rows = queries.channels_for(actor_of(request))
    if owner_type is not None:
        rows = rows.filter(owner_type=owner_type, owner_id=owner_id)
    found = list(rows[:500])
    facts = queries.owner_facts({(row.owner_type, row.owner_id) for row in found})
    return [_channel(row, facts[row.owner_type, row.owner_id].name) for row in found]


@router.post("/channels", response={201: ChannelOut})
@idempotent
def add(request: HttpRequest, payload: ChannelIn) -> tuple[int, ChannelOut]:
    """Makes a channel; the address must be one of the service's, or of a host that the server allows."""
    values = payload.model_dump(include={"name", "address", "secret", "language"})
    channel = services.add_channel(payload.owner_type, payload.owner_id, payload.kind, values, by=actor_of(request))
    return 201, _one(request, channel.pk)


@router.get("/channels/{channel_id}", response=ChannelOut)
def one(request: HttpRequest, channel_id: int) -> ChannelOut:
    """One channel and how it does."""
    return _one(request, channel_id)


@router.patch("/channels/{channel_id}", response=ChannelOut)
def change(request: HttpRequest, channel_id: int, payload: ChannelPatch) -> ChannelOut:
    """Changes, pauses or resumes a channel; a stale version answers 409."""
    values = payload.model_dump(exclude_unset=True, exclude={"version", "is_active"})
    actor = actor_of(request)
    services.change_channel(channel_id, payload.version, values, by=actor)
    if payload.is_active is not None:
        services.pause_channel(channel_id, not payload.is_active, by=actor)
    return _one(request, channel_id)


@router.delete("/channels/{channel_id}", response=ChannelGoneOut)
def remove(request: HttpRequest, channel_id: int) -> ChannelGoneOut:
    """Removes a channel; address and secret are forgotten."""
    services.remove_channel(channel_id, by=actor_of(request))
    return ChannelGoneOut()


@router.post("/channels/{channel_id}/test", response={202: GroupMessageOut})
@idempotent
def test(request: HttpRequest, channel_id: int) -> tuple[int, GroupMessageOut]:
    """Queues a test message; ask ``/group-messages/{id}`` for the service's answer."""
    return 202, _message(services.test_channel(channel_id, by=actor_of(request)), is_mine=True)


@router.get("/group-messages", response=GroupMessagesOut)
def group_messages(
    request: HttpRequest, show: Literal["all", "waiting", "troubled"] = "all", page: PageNumber = 1
) -> GroupMessagesOut:
    """Messages to groups that the caller looks after, newest first."""
    actor = actor_of(request)
    rows = queries.group_messages_for(actor)
    troubled = queries.troubled_messages(actor)
    if show == "troubled":
        rows = troubled
    elif show == "waiting":
        rows = rows.filter(state__in=(*WAITING, MessageState.SENDING))
    first = (page - 1) * PAGE
    found = list(rows[first : first + PAGE])
    mine = _mine(request, found)
    items = [_message(row, is_mine=row.channel_id in mine) for row in found]
    return GroupMessagesOut(items=items, count=rows.count(), troubled=troubled.count())


@router.get("/group-messages/{message_id}", response=GroupMessageOut)
def group_message(request: HttpRequest, message_id: int) -> GroupMessageOut:
    """One message: where it stands, what the service answered."""
    return _told(request, reach(queries.group_messages_for(actor_of(request)), message_id))


@router.post("/group-messages/{message_id}/resend", response=GroupMessageOut)
@idempotent
def resend_group_message(request: HttpRequest, message_id: int) -> GroupMessageOut:
    """Sends a message again that failed, was left out, or whose outcome is unknown."""
    return _told(request, services.resend_message(message_id, by=actor_of(request)))


@router.post("/group-messages/{message_id}/settle", response=GroupMessageOut)
@idempotent
def settle_group_message(request: HttpRequest, message_id: int) -> GroupMessageOut:
    """Lets it be: nobody needs it any more."""
    return _told(request, services.settle_message(message_id, by=actor_of(request)))


def _told(request: HttpRequest, message: GroupMessage) -> GroupMessageOut:
    return _message(message, is_mine=message.channel_id in _mine(request, [message]))


def _mine(request: HttpRequest, messages: list[GroupMessage]) -> set[int]:
    rows = queries.channels_for(actor_of(request)).filter(pk__in={row.channel_id for row in messages})
    return set(rows.values_list("pk", flat=True))
