"""Occasions: what a package does when something of its kind falls due."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from tongzhou.core.registry import Registry

if TYPE_CHECKING:
    from .models import Occasion, Rule

# 迟发: digests go out late when the system was down for less; after that they are left out, with an alarm.
LONGEST_LATE = timedelta(hours=6)


class Handler(Protocol):
    """Does what is due, in the occasion's own act; returns a few words on what was done.

    It looks at the present state first: what was awaited may have happened meanwhile. ``occasion.late_by`` says how late
    it is, and ``queries.late_mark(occasion)`` is the mark (迟发) to put before what it says.
    """

    def __call__(self, occasion: Occasion) -> str: ...


class RuleHandler(Protocol):
    """As ``Handler``, for what a project's rule makes due. The project runs; its rule is at hand with project and owner."""

    def __call__(self, occasion: Occasion, rule: Rule) -> str: ...


handlers: Registry[Handler] = Registry("Occasion")
rule_handlers: Registry[RuleHandler] = Registry("Rule")
Fetch = Callable[[Sequence["Occasion"]], None]
_fetches: dict[str, Fetch] = {}
_given_up_after: dict[str, timedelta] = {}


def register(
    kind: str, handler: Handler, *, given_up_after: timedelta | None = None, fetch: Fetch | None = None
) -> None:
    """Makes a kind of occasion known; called from ``AppConfig.ready()``.

    ``given_up_after``: later than this it is left out, with an alarm; without it, it is done however late.
    ``fetch`` reads for a whole batch at once what its handlers need.
    """
    handlers.register(kind, handler)
    if fetch is not None:
        _fetches[kind] = fetch
    if given_up_after is not None:
        _given_up_after[kind] = given_up_after


def when(rule_kind: str, handler: RuleHandler) -> None:
    """What to do when a rule of this kind (``states.RuleKind``) falls due; called from ``AppConfig.ready()``.

    Without one the rule's owner is told, and for what people gather for everybody who answers for the project.
    """
    rule_handlers.register(rule_kind, handler)


def given_up_after(kind: str) -> timedelta | None:
    """How late something of this kind may be and still be done; None for however late."""
    return _given_up_after.get(kind)


def fetch_for(batch: Sequence[Occasion]) -> None:
    """Reads what the handlers of a batch need, kind by kind with the same way of reading."""
    ways: dict[Fetch, list[Occasion]] = {}
    for occasion in batch:
        if fetch := _fetches.get(occasion.kind):
            ways.setdefault(fetch, []).append(occasion)
    for fetch, rows in ways.items():
        fetch(rows)
