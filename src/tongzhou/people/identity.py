"""How fresh a person's identity is: what a signature asks of the session (promises.md, basic and strong level)."""

from __future__ import annotations

import time
from enum import StrEnum
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from tongzhou.core.errors import IdentityNotFresh

from .models import Person

FRESH_SECONDS = 300


class Method(StrEnum):
    """By what somebody showed that it is them."""

    PASSWORD = "password"  # noqa: S105 - a name, not a password
    WEBAUTHN = "webauthn"
    SSO = "sso"
    DEMO = "demo"


# The strongest first: a passkey bound to this site, then what the person knows or the company's login vouches for.
_STRENGTH = (Method.WEBAUTHN, Method.PASSWORD, Method.SSO, Method.DEMO)


def fresh_identity(request: HttpRequest, within_seconds: int = FRESH_SECONDS) -> Method | None:
    """By what the person of this session showed within the last five minutes that it is them; the strongest counts.

    None for a request by API token, for a one-time code alone (it shows a device, not a person who signs), and for
    anything older. The records are allauth's, kept in the session, and real time: the try-out clock does not age them.
    """
    person = getattr(request, "user", None)
    actor = getattr(request, "actor", None)
    if not isinstance(person, Person) or actor is None or actor.person_id != person.pk:
        return None
    if getattr(request, "by_token", False):
        return None
    now = time.time()
    found = set()
    for entry in get_authentication_records(request, person):
        age = now - float(entry.get("at", 0))
        method = _method(entry)
        if method is not None and 0 <= age <= within_seconds:
            found.add(method)
    return next((method for method in _STRENGTH if method in found), None)


def identity_is_fresh(request: HttpRequest) -> bool:
    """True when the person confirmed within the last five minutes that it is them."""
    return fresh_identity(request) is not None


def require_fresh_identity(request: HttpRequest) -> Method:
    """The method, or ``IdentityNotFresh`` with the page on which to confirm; that page leads back here."""
    method = fresh_identity(request)
    if method is None:
        raise IdentityNotFresh(confirm_at=confirm_at(request))
    return method


def confirm_at(request: HttpRequest, back: str = "") -> str:
    """Where the person confirms that it is them, and comes back to the page they were on."""
    address = back or (request.get_full_path() if request.method == "GET" else "") or _page_of(request)
    return f"{reverse('account_reauthenticate')}?{urlencode({'next': address})}"


def record_demo_login(request: HttpRequest, person: Person) -> None:
    """Lets a one-click login of the demo company count as fresh; nowhere else."""
    if not settings.TONGZHOU_DEMO:
        raise IdentityNotFresh
    record_authentication(request, person, method="demo", reauthenticated=True)


def _method(entry: dict[str, object]) -> Method | None:
    match entry.get("method"), entry.get("type"):
        case "password", _:
            return Method.PASSWORD
        case "mfa", "webauthn":
            return Method.WEBAUTHN
        case "socialaccount", _:
            return Method.SSO
        case "demo", _ if settings.TONGZHOU_DEMO:
            return Method.DEMO
    return None


def _page_of(request: HttpRequest) -> str:
    """The page from which htmx or a form was sent, as a path of this host; else the desk."""
    from urllib.parse import urlsplit

    sent_from = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "")
    if sent_from.netloc and sent_from.netloc != request.get_host():
        return "/"
    return f"{sent_from.path or '/'}{'?' + sent_from.query if sent_from.query else ''}"
