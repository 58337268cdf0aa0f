"""What can go wrong in words of the process; one middleware turns each into its HTTP status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class DomainError(Exception):
    """A refusal that the person can understand: what, why, what to do."""

    status = 400
    code = "error"
    title: Words = _("That did not work")

    def __init__(self, message: Words = "", **facts: Any) -> None:
        super().__init__(message)
        self.message: Words = message or self.title
        self.facts = facts


class InvalidInput(DomainError):
    """Input that breaks a rule; ``fields`` names the field (``__all__`` for the whole form) and why."""

    status = 422
    code = "invalid_input"
    title = _("Please check what you entered")

    def __init__(self, fields: Mapping[str, Words | list[Words]], message: Words = "") -> None:
        super().__init__(message)
        self.fields: dict[str, list[Words]] = {
            name: list(texts) if isinstance(texts, list) else [texts] for name, texts in fields.items()
        }


class NotFound(DomainError):
    """Absent, or not for this person's eyes; both look the same."""

    status = 404
    code = "not_found"
    title = _("This does not exist, or you may not see it")


class NotAllowed(DomainError):
    """The person may see the thing but not do this to it."""

    status = 403
    code = "not_allowed"
    title = _("You may not do this")


class IdentityNotFresh(NotAllowed):
    """A signature asks for a login within the last five minutes (or a passkey)."""

    code = "identity_not_fresh"
    title = _("Please confirm that it is you")


class TransitionNotAllowed(DomainError):
    """The thing is not in a state from which this act is legal."""

    status = 409
    code = "transition_not_allowed"
    title = _("This is no longer possible in the present state")


class StaleWrite(DomainError):
    """Somebody else saved first; carries both versions so that no word is lost.

    A page that knows its form better than the table of the model adds ``labels`` (field → what it is called),
    ``shown`` (field → both texts as people read them, where the values are keys of choices) and ``hidden`` (hidden
    inputs that go along when the form is sent again).
    """

    status = 409
    code = "stale_write"
    title = _("Somebody else changed this while you were writing")

    def __init__(self, current: Any, mine: Mapping[str, Any], theirs: Mapping[str, Any], version: int) -> None:
        super().__init__()
        self.current = current
        self.mine = dict(mine)
        self.theirs = dict(theirs)
        self.version = version
        self.labels: dict[str, str] = {}
        self.shown: dict[str, tuple[str, str]] = {}
        self.hidden: dict[str, str] = {}


class Conflict(DomainError):
    """The act clashes with what is there (a second head, the same key with another body)."""

    status = 409
    code = "conflict"
    title = _("This clashes with what is there already")


class TooManyRequests(DomainError):
    """Asked too often from one place in a short time."""

    status = 429
    code = "too_many_requests"
    title = _("Too many requests. Please wait a minute and try again")


def require(allowed: bool, message: Words = "") -> None:
    """Stops an act that the policy does not allow."""
    if not allowed:
        raise NotAllowed(message)
