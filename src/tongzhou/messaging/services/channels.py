"""Setting up the channels of the company, of a department or a project."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.core import clock, keys
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import Conflict, InvalidInput, NotFound, Words, require
from tongzhou.core.events import record
from tongzhou.core.versions import save_version

from .. import policies
from ..channels import kind_of
from ..models import Channel, GroupMessage, Robot
from ..queries import channels_for, owner_facts
from ..states import ChannelKind, MessageGrade, MessageState
from .group_outbox import Draft, queue_messages

LONGEST_NAME = 80
LONGEST_ADDRESS = 2000
LONGEST_SECRET = 200
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


@act
def add_channel(owner_type: str, owner_id: int, kind: str, values: Mapping[str, Any], *, by: Actor) -> Channel:
    """Makes a channel; nothing is sent yet. ``values``: name, address, secret, language."""
    if not policies.can_see_owner(by, owner_type, owner_id):
        raise NotFound
    require(policies.can_keep_for(by, owner_type, owner_id))
    if kind not in ChannelKind.values:
        raise InvalidInput({"kind": _("Choose one of the list")})
    checked = _checked(kind, {"secret": "", "language": LANGUAGES[0], **values})
    channel = Channel.objects.create(
        kind=kind, owner_type=owner_type, owner_id=owner_id, created_at=clock.now(), **_columns(checked)
    )
    facts = {"kind": kind, "name": channel.name, "address": f"…{channel.address_tail}"}
    record(by, "messaging.channel.added", channel, after=facts, topics=("channels",))
    return channel


@act
def change_channel(channel_id: int, version: int | None, values: Mapping[str, Any], *, by: Actor) -> Channel:
    """Changes name, language, address or secret. Without a new address or secret the old one stays, unseen.

    With a new address or secret the channel has to be tested again.
    """
    channel = _kept(channel_id, by)
    given = {name: value for name, value in values.items() if value is not None}
    checked = _checked(
        channel.kind,
        {
            "name": channel.name,
            "language": channel.language,
            "address": keys.show(channel.address_hidden),
            "secret": keys.show(channel.secret_hidden) if channel.secret_hidden else "",
            **given,
        },
    )
    columns = _columns(checked)
    news: dict[str, Any] = {"name": columns["name"], "language": columns["language"]}
    moved = columns["robot"].pk != channel.robot_id
    if moved or checked["secret"] != (keys.show(channel.secret_hidden) if channel.secret_hidden else ""):
        news |= columns | {"tested_at": None, "failing_since": None, "last_code": "", "last_service_text": ""}
    before = save_version(channel, version, news)
    shown = {"name", "language", "address_tail", "secret_tail"}
    if before:
        record(
            by,
            "messaging.channel.changed",
            channel,
            before={name: value for name, value in before.items() if name in shown},
            after={name: news[name] for name in before if name in shown},
            topics=("channels",),
        )
    return channel


@act
def pause_channel(channel_id: int, paused: bool, *, by: Actor) -> Channel:
    """Messages wait while a channel is paused, and are left out when it takes longer than six hours."""
    channel = _kept(channel_id, by)
    if channel.is_active == (not paused):
        return channel
    save_version(channel, None, {"is_active": not paused})
    record(by, "messaging.channel.paused" if paused else "messaging.channel.resumed", channel, topics=("channels",))
    return channel


@act
def remove_channel(channel_id: int, *, by: Actor) -> None:
    """Takes a channel away for good; address and secret are forgotten, what was sent stays in the record."""
    channel = _kept(channel_id, by)
    blank = {"address_hidden": keys.hide(""), "secret_hidden": "", "is_active": False, "removed_at": clock.now()}
    save_version(channel, None, blank)
    GroupMessage.objects.filter(channel=channel, state__in=(MessageState.QUEUED, MessageState.RETRYING)).update(
        state=MessageState.SKIPPED, code="removed", settled_at=clock.now()
    )
    record(by, "messaging.channel.removed", channel, topics=("channels",))


@act
def test_channel(channel_id: int, *, by: Actor) -> GroupMessage:
    """Queues a test message; the worker sends it, and the service's answer stands in its row a moment later."""
    channel = _kept(channel_id, by)
    if not channel.is_active:
        raise Conflict(_("The channel is paused; resume it first"))
    under_way = GroupMessage.objects.filter(
        channel=channel, grade=MessageGrade.TEST, state__in=(MessageState.QUEUED, MessageState.SENDING)
    )
    if under_way.exists():
        raise Conflict(_("A test is under way already"))
    owner = owner_facts([(channel.owner_type, channel.owner_id)])[channel.owner_type, channel.owner_id]
    facts = {
        "name": by.name,
        "owner": owner.name,
        "time": timezone.localtime(clock.now(), clock.company_zone()).strftime("%Y-%m-%d %H:%M"),
    }
    draft = Draft(
        channel=channel,
        key=f"test:{channel.pk}:{secrets.token_hex(8)}",
        title=gettext_lazy("Tongzhou: test message"),
        lines=(
            gettext_lazy("Messages of %(owner)s will come to this group."),
            gettext_lazy("Sent by %(name)s on %(time)s. Nothing has to be done."),
        ),
        values=facts,
        link=owner.link,
        link_label=owner.name,
        grade=MessageGrade.TEST,
        by_id=by.person_id,
    )
    message = queue_messages([draft])[0]
    record(by, "messaging.channel.test_sent", channel, topics=(f"channel-{channel.pk}",))
    return message


test_channel.__test__ = False  # type: ignore[attr-defined]


def robot_for(kind: str, address: str) -> Robot:
    """The queue of this address; the same for every channel that leads there."""
    fingerprint = salted_hmac("tongzhou.robot", f"{kind}\n{address}", algorithm="sha256").hexdigest()
    robot, _fresh = Robot.objects.get_or_create(fingerprint=fingerprint)
    return robot


def _kept(channel_id: int, by: Actor) -> Channel:
    channel = reach(channels_for(by), channel_id, lock=True)
    require(policies.can_keep_channel(by, channel))
    return channel


def _checked(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    service = kind_of(kind)
    found = {name: str(values.get(name) or "").strip() for name in ("name", "address", "secret", "language")}
    problems: dict[str, Words | list[Words]] = {}
    if not found["name"]:
        problems["name"] = _("Give the channel a name, best that of the group")
    elif len(found["name"]) > LONGEST_NAME:
        problems["name"] = _("At most %(count)s characters") % {"count": LONGEST_NAME}
    if not found["address"] or len(found["address"]) > LONGEST_ADDRESS:
        problems["address"] = _("Paste the address here")
    elif wrong := service.check_address(found["address"]):
        problems["address"] = wrong
    if len(found["secret"]) > LONGEST_SECRET:
        problems["secret"] = _("At most %(count)s characters") % {"count": LONGEST_SECRET}
    elif wrong := service.check_secret(found["secret"]):
        problems["secret"] = wrong
    if found["language"] not in LANGUAGES:
        problems["language"] = _("Choose one of the list")
    if problems:
        raise InvalidInput(problems)
    return {**found, "kind": kind}


def _columns(checked: Mapping[str, Any]) -> dict[str, Any]:
    address, secret = checked["address"], checked["secret"]
    return {
        "name": checked["name"],
        "language": checked["language"],
        "address_hidden": keys.hide(address),
        "address_tail": address[-4:],
        "secret_hidden": keys.hide(secret) if secret else "",
        "secret_tail": secret[-4:] if len(secret) > 8 else "",
        "robot": robot_for(checked["kind"], address),
    }
