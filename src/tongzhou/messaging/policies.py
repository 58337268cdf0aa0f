"""Who keeps channels and looks after messages that did not arrive."""

from __future__ import annotations

from tongzhou.core.actor import Actor

from .channel_owners import keeps, runs_the_system, sees
from .models import Channel, GroupMessage


def can_see_owner(actor: Actor, owner_type: str, owner_id: int) -> bool:
    """May know that this owner of channels is there."""
    return sees(actor, owner_type, owner_id)


def can_keep_for(actor: Actor, owner_type: str, owner_id: int) -> bool:
    """Company: administrators and PMO. Department: its head, too. Project: whoever runs it. The owner's package decides."""
    return keeps(actor, owner_type, owner_id)


def can_keep_channel(actor: Actor, channel: Channel) -> bool:
    """May change, test, pause and remove this channel."""
    return can_keep_for(actor, channel.owner_type, channel.owner_id)


def can_see_every_message(actor: Actor) -> bool:
    """Those who keep the system running see that a message did not arrive, whoever it is of; not what it says."""
    return runs_the_system(actor)


def can_look_after(actor: Actor, message: GroupMessage) -> bool:
    """May send a message again, or let it be."""
    return can_see_every_message(actor) or can_keep_channel(actor, message.channel)


def can_allow_hosts(actor: Actor) -> bool:
    """May let messages go to hosts that are none of the chat services: administrators only, not the PMO."""
    return actor.is_admin
