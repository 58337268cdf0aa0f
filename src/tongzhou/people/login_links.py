"""Links for the first login: signed (HMAC-SHA256, 256 bit), for one person, used up by the password they set."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings
from django.core import signing

from .models import Person

DAYS = 7
_SALT = "tongzhou.people.login-link"


def secret_for(person: Person) -> str:
    """The secret part of a link for the person."""
    signer = signing.TimestampSigner(salt=_SALT, algorithm="sha256")
    return signer.sign_object([person.pk, _fingerprint(person)])


def person_of(secret: str, *, lock: bool = False) -> Person | None:
    """The person a link is for, or None when it is forged, too old or used up."""
    signer = signing.TimestampSigner(salt=_SALT, algorithm="sha256")
    try:
        pk, fingerprint = signer.unsign_object(secret, max_age=DAYS * 24 * 3600)
    except (signing.BadSignature, ValueError):
        return None
    rows = Person.objects.select_for_update(of=("self",)) if lock else Person.objects.all()
    person = rows.filter(pk=pk, is_active=True).first()
    if person is None or not hmac.compare_digest(_fingerprint(person), fingerprint):
        return None
    return person


def _fingerprint(person: Person) -> str:
    """Changes with the password and with each sign-out everywhere; says nothing about either."""
    facts = f"{person.pk}:{person.password}:{person.session_epoch}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), facts, hashlib.sha256).hexdigest()[:32]
