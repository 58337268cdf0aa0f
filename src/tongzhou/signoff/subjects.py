"""Sign-off subjects: what a package does when a round on one of its things is agreed, refused or outdated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tongzhou.core.actor import Actor
from tongzhou.core.registry import Registry

if TYPE_CHECKING:
    from .models import Decision, Round


class Reaction(Protocol):
    """Called inside the act that caused it."""

    def __call__(self, subject_id: int, round: Round, *, by: Actor) -> None: ...


class DecisionReaction(Protocol):
    """Called for each decision."""

    def __call__(self, subject_id: int, round: Round, decision: Decision, *, by: Actor) -> None: ...


def _nothing(subject_id: int, round: Round, *, by: Actor) -> None:
    """Most subjects need no reaction to this."""


def _nothing_decided(subject_id: int, round: Round, decision: Decision, *, by: Actor) -> None:
    """Most subjects need no reaction to a single decision."""


@dataclass(frozen=True, slots=True)
class SignoffSubject:
    """How one kind of thing takes part in sign-off. ``refused_at_once``: one objection ends the round."""

    kind: str
    agreed: Reaction = _nothing
    refused: Reaction = _nothing
    outdated: Reaction = _nothing
    decided: DecisionReaction = _nothing_decided
    refused_at_once: bool = True
    url_name: str = ""


subjects: Registry[SignoffSubject] = Registry("Sign-off subject")


def register(subject: SignoffSubject) -> SignoffSubject:
    """Makes a kind of thing known; called from ``AppConfig.ready()``."""
    return subjects.register(subject.kind, subject)
