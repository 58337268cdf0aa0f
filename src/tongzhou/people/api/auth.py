"""How the API knows who asks: the browser's session (with CSRF token) or a bearer token."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpRequest
from django.utils import translation
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer, SessionAuth

from tongzhou.core import clock

from .. import services
from ..models import ApiToken
from ..queries import actor_for


class Session(SessionAuth):
    """A person logged in with the browser; unsafe methods need the CSRF token."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """The actor, or None."""
        return getattr(request, "actor", None)


class Token(HttpBearer):
    """A person's API token: acts with that person's rights until it expires or the person leaves."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The actor. An unknown, expired or revoked token is refused; the session beside it does not stand in."""
        moment = clock.now()
        digest = hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
        found = (
            ApiToken.objects.filter(
                digest=digest, revoked_at__isnull=True, expires_at__gt=moment, person__is_active=True
            )
            .select_related("person")
            .first()
        )
        if found is None:
            raise AuthenticationError
        services.note_token_use(found)
        request.actor = actor_for(found.person)  # type: ignore[attr-defined]
        # A program is nobody's fresh identity, even when a browser's session comes with it.
        request.by_token = True  # type: ignore[attr-defined]
        if "Accept-Language" not in request.headers:
            translation.activate(found.person.language)
        return request.actor  # type: ignore[attr-defined]


AUTH = [Token(), Session(csrf=True)]
