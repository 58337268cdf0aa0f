"""What holds a person: what ends, or is left without anybody, when the person leaves. Packages register finders.

People stand below sign-offs and projects and know nothing of them; whoever asks a person for something says so here, and
the page on which somebody leaves the company names it before it happens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from tongzhou.core.actor import Actor
from tongzhou.core.registry import Registry


@dataclass(frozen=True, slots=True)
class Tie:
    """One thing: what it is called and where it is; ``ends`` when leaving ends it, else somebody has to take it over."""

    text: str | Promise
    url: str = ""
    ends: bool = False


@dataclass(frozen=True, slots=True)
class TieFinder:
    """``find`` gives the ties of one kind for a person's key, in few queries, in words for whoever looks."""

    key: str
    label: str | Promise
    find: Callable[[int, Actor], Iterable[Tie]]


finders: Registry[TieFinder] = Registry("Tie finder")


def register(finder: TieFinder) -> TieFinder:
    """Makes a kind of tie known; called from ``AppConfig.ready()``."""
    return finders.register(finder.key, finder)


def ties_of(person_id: int, by: Actor) -> list[tuple[str | Promise, list[Tie]]]:
    """Everything that holds the person, by kind; kinds without any are left out."""
    return [(finder.label, found) for finder in finders if (found := list(finder.find(person_id, by)))]
