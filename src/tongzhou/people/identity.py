"""Is it really this person, now? What a signature asks before it counts."""

from __future__ import annotations

import time

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.reauthentication import reauthenticate_by_password
from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from .models import Person

SESSION, TOKEN = "session", "token"


def identity_is_fresh(request: HttpRequest) -> tuple[bool, str]:
    """Whether the person proved within the last five minutes who they are, and how: password, passkey, totp, sso.

    A program with an API token never did: the answer is (False, "token").
    """
    if request.headers.get("Authorization") or not isinstance(request.user, Person):
        return False, TOKEN
    records = get_authentication_records(request, request.user)
    newest = max(records, key=lambda record: record.get("at", 0), default=None)
    if newest is None or not 0 <= time.time() - newest.get("at", 0) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
        return False, SESSION
    return True, _method(newest)


def confirm_by_password(request: HttpRequest, password: str) -> bool:
    """Proves anew who the person of this session is. False for a wrong password, and after too many of them."""
    if not isinstance(request.user, Person) or not password:
        return False
    if not ratelimit.consume(request, action="reauthenticate", user=request.user):
        return False
    if not get_adapter(request).reauthenticate(request.user, password):
        return False
    reauthenticate_by_password(request)
    return True


def has_passkey(person: Person) -> bool:
    """True when the person can confirm with a passkey (WebAuthn) instead of the password."""
    return Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN).exists()


def _method(record: dict[str, object]) -> str:
    match record.get("method"):
        case "mfa":
            return "passkey" if record.get("type") == "webauthn" else str(record.get("type", "mfa"))
        case "socialaccount":
            return "sso"
        case method:
            return str(method)[:20]
