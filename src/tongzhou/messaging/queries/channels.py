"""Which channels there are, whose, and how they do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from tongzhou.core.actor import Actor

from ..channel_owners import owners, runs_the_system
from ..models import Channel, GroupMessage
from ..states import TROUBLED, WAITING, MessageGrade

Owner = tuple[str, int]


@dataclass(frozen=True, slots=True)
class OwnerFacts:
    """How an owner is called, and where it is."""

    name: str
    link: str


def standing() -> QuerySet[Channel]:
    """Channels that were not removed."""
    return Channel.objects.filter(removed_at__isnull=True)


def channels_for(actor: Actor) -> QuerySet[Channel]:
    """Channels whose owner the actor sees (of the company and of departments: whose channels the actor keeps)."""
    if actor.is_system:
        return standing()
    seen = Q(pk__in=[])
    for owner in owners:
        seen |= Q(owner_type=owner.type, owner_id__in=owner.seen(actor))
    return standing().filter(seen)


def kept_channels(actor: Actor) -> QuerySet[Channel]:
    """Channels the actor sets up and looks after."""
    if actor.is_system:
        return standing()
    kept = Q(pk__in=[])
    for owner in owners:
        kept |= Q(owner_type=owner.type, owner_id__in=owner.kept(actor))
    return standing().filter(kept)


def channels_of(owner_type: str, owner_id: int) -> QuerySet[Channel]:
    """The channels of one owner; who may see the owner may see them."""
    return standing().filter(owner_type=owner_type, owner_id=owner_id)


def has_tested_channel(owner_type: str, owner_id: int) -> bool:
    """True when a test message has arrived by a channel of the owner that is in use."""
    return channels_of(owner_type, owner_id).filter(is_active=True, tested_at__isnull=False).exists()


def owner_facts(of: Iterable[Owner]) -> dict[Owner, OwnerFacts]:
    """Name and address of each owner, one query a kind."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for owner_type, owner_id in of:
        wanted[owner_type].add(owner_id)
    found: dict[Owner, OwnerFacts] = {}
    for owner_type, keys in wanted.items():
        owner = owners.get(owner_type)
        names = owner.names(keys)
        for key in keys:
            found[owner_type, key] = OwnerFacts(names.get(key) or _("no longer there"), owner.link(key))
    return found


def waiting_counts(channels: Iterable[Channel]) -> dict[int, int]:
    """Channel → how many messages wait in it."""
    rows = GroupMessage.objects.filter(channel__in=[channel.pk for channel in channels], state__in=WAITING)
    return dict(rows.order_by().values_list("channel").annotate(count=Count("pk")))


def messages_of(channel: Channel) -> QuerySet[GroupMessage]:
    """Everything that was to go there, newest first."""
    return GroupMessage.objects.filter(channel=channel).select_related("channel", "by")


def group_messages_for(actor: Actor) -> QuerySet[GroupMessage]:
    """Messages to groups that the actor looks after; those who keep the system running see that they are there."""
    rows = GroupMessage.objects.select_related("channel", "by")
    if runs_the_system(actor):
        return rows
    return rows.filter(channel__in=channels_for(actor))


def troubled_messages(actor: Actor) -> QuerySet[GroupMessage]:
    """Dead letters: failed, unknown or left out, and nobody has said that it does not matter. Tests are answered at once."""
    rows = group_messages_for(actor).filter(state__in=TROUBLED, settled_at__isnull=True)
    return rows.exclude(grade=MessageGrade.TEST)


def newest_test(channel: Channel) -> GroupMessage | None:
    """The last test message of the channel."""
    return messages_of(channel).filter(grade=MessageGrade.TEST).first()
