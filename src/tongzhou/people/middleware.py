"""Puts the actor into each request and ends sessions of an older epoch."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from .models import Person
from .queries import actor_for

EPOCH = "tongzhou_epoch"


class WhoActs:
    """Middleware: ``request.actor`` for people who are logged in, active, and of the session's epoch."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = None  # type: ignore[attr-defined]
        if request.path.startswith("/static/"):
            return self.get_response(request)
        person = request.user
        if isinstance(person, Person):
            if not person.is_active or request.session.setdefault(EPOCH, person.session_epoch) != person.session_epoch:
                logout(request)
            else:
                request.actor = actor_for(person)  # type: ignore[attr-defined]
                if "tongzhou_language" not in request.COOKIES:
                    translation.activate(person.language)
                    request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        if isinstance(request.user, Person) and EPOCH not in request.session:
            # Logged in by this very request: the session is of today's epoch, not of the one its next request finds.
            request.session[EPOCH] = request.user.session_epoch
        return response
