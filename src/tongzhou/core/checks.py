"""Default deny: a route that does not declare who may call it stops the start."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver, get_resolver

# Routes of others that bring their own rule: allauth (login, MFA), Django's language switch and static files,
# django-ninja (every operation has its own ``auth``; tests/permissions checks them one by one).
FOREIGN = ("allauth.", "django.", "ninja.", "whitenoise.")


def routes() -> Iterator[tuple[str, str, Any]]:
    """Every route as (pattern, name, view)."""

    def walk(patterns: list[Any], prefix: str, space: str) -> Iterator[tuple[str, str, Any]]:
        for entry in patterns:
            if isinstance(entry, URLResolver):
                inner = f"{space}{entry.namespace}:" if entry.namespace else space
                yield from walk(entry.url_patterns, prefix + str(entry.pattern), inner)
            elif isinstance(entry, URLPattern):
                yield prefix + str(entry.pattern), f"{space}{entry.name or ''}", entry.callback

    yield from walk(get_resolver().url_patterns, "", "")


@register()
def every_route_declares_who(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Finds routes of ours whose view has no ``who``."""
    return [
        Error(f"The route {pattern!r} does not declare who may call it (core.pages.page).", id="tongzhou.E001")
        for pattern, _name, view in routes()
        if not hasattr(view, "who") and not _module(view).startswith(FOREIGN)
    ]


def _module(view: Any) -> str:
    """Where a view was written; django-ninja's are partial functions."""
    return str(getattr(getattr(view, "func", view), "__module__", ""))
