"""Sign-off subjects: what a package does when a round on one of its things is agreed, refused or outdated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from django.utils.functional import Promise

from tongzhou.core.actor import Actor
from tongzhou.core.registry import Registry

from .states import Verdict

if TYPE_CHECKING:
    from .models import Decision, Round, Signatory


class Reaction(Protocol):
    """Called inside the act that caused it."""

    def __call__(self, subject_id: int, round: Round, *, by: Actor) -> None: ...


class DecisionReaction(Protocol):
    """Called for each decision."""

    def __call__(self, subject_id: int, round: Round, decision: Decision, *, by: Actor) -> None: ...


class Preparation(Protocol):
    """Called first in a decision, before the round is locked: locks the subject's own rows, in the subject's order."""

    def __call__(self, subject_id: int, *, by: Actor) -> None: ...


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page of a decision shows: the signatory's own part first, then the whole. Drawn by the subject's template."""

    template: str
    context: Mapping[str, Any]
    back_url: str
    crumbs: tuple[tuple[str, str], ...] = ()
    live_topics: tuple[str, ...] = ()
    stylesheets: tuple[str, ...] = ()


def _nothing(subject_id: int, round: Round, *, by: Actor) -> None:
    """Most subjects need no reaction to this."""


def _nothing_to_prepare(subject_id: int, *, by: Actor) -> None:
    """Most subjects have no rows of their own to lock."""


def _seen_by_signatories_only(subject_id: int, *, by: Actor) -> bool:
    """A subject that says nothing about who may see it is shown to those who are asked, and to nobody else."""
    return False


def _nothing_decided(subject_id: int, round: Round, decision: Decision, *, by: Actor) -> None:
    """Most subjects need no reaction to a single decision."""


@dataclass(frozen=True, slots=True)
class SignoffSubject:
    """How one kind of thing takes part in sign-off.

    ``refused_at_once``: one objection ends the round. ``verdicts``: what may be said, in the order of the buttons.
    ``words``: the words of this subject for a verdict (a memorandum is signed, minutes are confirmed). ``may_see``: who
    beside the signatories may read a round. ``shown``: what the page of a decision shows; without it the kind has a
    page of its own. ``may_decide``: who may decide for a signatory, where that is not only head, deputy or the person
    named (minutes are also confirmed by the contact person who was there). ``told``: events of sign-off that the subject
    records in words of its own as well (minutes "are confirmed"); a history tells those once, in the subject's words.
    """

    kind: str
    agreed: Reaction = _nothing
    refused: Reaction = _nothing
    outdated: Reaction = _nothing
    decided: DecisionReaction = _nothing_decided
    refused_at_once: bool = True
    url_name: str = ""
    prepare: Preparation = _nothing_to_prepare
    may_see: Callable[..., bool] = _seen_by_signatories_only
    verdicts: tuple[str, ...] = tuple(Verdict.values)
    words: Mapping[str, str | Promise] = field(default_factory=dict)
    shown: Callable[[Round, Signatory, Actor], Shown] | None = None
    may_decide: Callable[[Actor, Round, Signatory], bool] | None = None
    told: frozenset[str] = frozenset()


subjects: Registry[SignoffSubject] = Registry("Sign-off subject")


def register(subject: SignoffSubject) -> SignoffSubject:
    """Makes a kind of thing known; called from ``AppConfig.ready()``."""
    return subjects.register(subject.kind, subject)
