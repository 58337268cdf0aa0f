"""Whose channels there are: messaging lies below projects, so the package of each owner says who sees and keeps them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from tongzhou.core.actor import Actor
from tongzhou.core.registry import Registry

Keys = QuerySet[Any] | Iterable[int]


@dataclass(frozen=True, slots=True)
class ChannelOwner:
    """One kind of owner. ``type`` is the model's label; the company has no row, its id is 0.

    ``seen`` are the keys of owners whose channels the actor may look at, ``kept`` those whose channels the actor sets up,
    both as queries to be used inside another one. ``keepers`` are the persons who hear that a channel of it fails.
    """

    type: str
    label: str | Promise
    seen: Callable[[Actor], Keys]
    kept: Callable[[Actor], Keys]
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
    return owner_type in owners and _holds(owners.get(owner_type).kept(actor), owner_id)


def runs_the_system(actor: Actor) -> bool:
    """Those who see of every message whether it arrived, not what it says."""
    return actor.is_admin or actor.is_pmo or actor.is_system


def sees(actor: Actor, owner_type: str, owner_id: int) -> bool:
    """True when the actor may know that this owner is there."""
    return owner_type in owners and _holds(owners.get(owner_type).seen(actor), owner_id)


def _holds(keys: Keys, key: int) -> bool:
    return keys.filter(pk=key).exists() if isinstance(keys, QuerySet) else key in keys
