"""Whose channels there are: messaging lies below projects, so the package of each owner says who sees and keeps them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from tongzhou.core.actor import Actor
from tongzhou.core.registry import Registry


@dataclass(frozen=True, slots=True)
class ChannelOwner:
    """One kind of owner. ``type`` is the model's label; the company has no row, its id is 0.

    ``seen`` are the keys of owners whose channels the actor may look at, as a query to be used inside another one.
    ``keeps`` decides for one of them. ``keepers`` are the persons who hear that a channel of it fails.
    """

    type: str
    label: str | Promise
    seen: Callable[[Actor], QuerySet[Any] | Iterable[int]]
    keeps: Callable[[Actor, int], bool]
    keepers: Callable[[int], Iterable[int | None]]
    names: Callable[[Iterable[int]], Mapping[int, str]]
    link: Callable[[int], str]
    position: int = 50


owners: Registry[ChannelOwner] = Registry("Channel owner")


def register(owner: ChannelOwner) -> ChannelOwner:
    """Makes a kind of owner known; called from ``AppConfig.ready()``."""
    return owners.register(owner.type, owner)


def keeps(actor: Actor, owner_type: str, owner_id: int) -> bool:
    """True when the actor sets up the channels of this owner."""
    return owner_type in owners and owners.get(owner_type).keeps(actor, owner_id)


def runs_the_system(actor: Actor) -> bool:
    """Those who see of every message whether it arrived, not what it says."""
    return actor.is_admin or actor.is_pmo or actor.is_system


def sees(actor: Actor, owner_type: str, owner_id: int) -> bool:
    """True when the actor may know that this owner is there."""
    if owner_type not in owners:
        return False
    seen = owners.get(owner_type).seen(actor)
    return seen.filter(pk=owner_id).exists() if isinstance(seen, QuerySet) else owner_id in seen
