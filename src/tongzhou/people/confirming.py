"""Confirming in place that it is really you: by the password typed into the page where it is asked for."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.core import ratelimit
from django.http import HttpRequest

from .models import Person


def confirm_by_password(request: HttpRequest, password: str) -> bool:
    """Proves anew who the person of this session is. False for a wrong password, and after too many of them."""
    if not isinstance(request.user, Person) or not password:
        return False
    if not ratelimit.consume(request, action="reauthenticate", user=request.user):
        return False
    if not get_adapter(request).reauthenticate(request.user, password):
        return False
    record_authentication(request, request.user, method="password", reauthenticated=True)
    return True


def is_program(request: HttpRequest) -> bool:
    """True for a request by API token: a program acts for a person but never signs."""
    return bool(getattr(request, "by_token", False) or request.headers.get("Authorization"))
