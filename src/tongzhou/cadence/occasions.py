"""Occasions: what a package does when something of its kind falls due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from tongzhou.core.registry import Registry

if TYPE_CHECKING:
    from .models import Occasion


class Handler(Protocol):
    """Does what is due, in the occasion's own act; returns a few words on what was done.

    It looks at the present state first: what was awaited may have happened meanwhile.
    """

    def __call__(self, occasion: Occasion) -> str: ...


handlers: Registry[Handler] = Registry("Occasion")


def register(kind: str, handler: Handler) -> None:
    """Makes a kind of occasion known; called from ``AppConfig.ready()``."""
    handlers.register(kind, handler)
