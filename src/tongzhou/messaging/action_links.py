"""What a link in a message may do: packages register purposes. Never a signature: that asks for a fresh identity."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.functional import Promise

from tongzhou.core.actor import Actor
from tongzhou.core.registry import Registry

# A heading and the lines below it.
Part = tuple[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class ByLink:
    """What a message offers to do by link: a registered purpose, what it is done to, until when."""

    purpose: str
    subject_id: int
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class LinkPurpose:
    """One act that may be done by link: what the page asks, what the button says, and what is done.

    ``question`` gets the subject's key and answers what the person is about to do, or None when there is nothing (any
    more) to do. ``run`` does it as an ordinary service: reach, lock, policy. ``after`` is where it leads.

    ``details`` is shown below the question: what exactly the button does. ``hindrance`` says why it cannot be done by the
    link, in a sentence; the button is then not there. ``instead`` is the way to do it by hand: its words and its address.
    """

    key: str
    title: str | Promise
    button: str | Promise
    question: Callable[[int, Actor], str | None]
    run: Callable[[int, Actor], object]
    after: Callable[[int], str] = field(default=lambda subject_id: "/")
    lasts: timedelta = timedelta(days=3)
    details: Callable[[int, Actor], Sequence[Part]] = field(default=lambda subject_id, by: ())
    hindrance: Callable[[int, Actor], str] = field(default=lambda subject_id, by: "")
    instead: Callable[[int], tuple[str, str] | None] = field(default=lambda subject_id: None)


purposes: Registry[LinkPurpose] = Registry("Purpose of an action link")


def register(purpose: LinkPurpose) -> LinkPurpose:
    """Makes a purpose known; called from ``AppConfig.ready()``."""
    return purposes.register(purpose.key, purpose)
