"""What a link in a message may do: packages register purposes. Never a signature: that asks for a fresh identity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils.functional import Promise

from tongzhou.core.actor import Actor
from tongzhou.core.registry import Registry


@dataclass(frozen=True, slots=True)
class LinkPurpose:
    """One act that may be done by link: what the page asks, what the button says, and what is done.

    ``question`` gets the subject's key and answers what the person is about to do, or None when there is nothing (any
    more) to do. ``run`` does it as an ordinary service: reach, lock, policy. ``after`` is where it leads.
    """

    key: str
    title: str | Promise
    button: str | Promise
    question: Callable[[int, Actor], str | None]
    run: Callable[[int, Actor], object]
    after: Callable[[int], str] = field(default=lambda subject_id: "/")
    lasts: timedelta = timedelta(days=3)


purposes: Registry[LinkPurpose] = Registry("Purpose of an action link")


def register(purpose: LinkPurpose) -> LinkPurpose:
    """Makes a purpose known; called from ``AppConfig.ready()``."""
    return purposes.register(purpose.key, purpose)
