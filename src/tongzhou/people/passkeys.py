"""A passkey that signs: what the device is asked to sign, and whether what came back is that, by a passkey of that person.

Registering passkeys and logging in with them is allauth's. Here a passkey does more than log in: the challenge it signs is
made from what is being decided, so that the answer proves the decision itself and can be checked again years later.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from .models import Person

LARGEST = 16_384
USER_PRESENT, USER_VERIFIED = 0x01, 0x04


@dataclass(frozen=True, slots=True)
class Site:
    """The site a passkey is asked by: the name passkeys are bound to, and the addresses an answer may come from."""

    rp_id: str
    origins: frozenset[str]


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a passkey answered, each part in base64url as WebAuthn writes it; ``public_key`` is COSE, as registered."""

    credential_id: str
    public_key: str
    client_data: str
    authenticator_data: str
    signature: str

    def parts(self) -> dict[str, str]:
        """The parts by name."""
        return asdict(self)


class NotProven(Exception):
    """What came back proves nothing; the text says why, for the log and for tests."""


def site_of(request: HttpRequest) -> Site:
    """The site as this request reached it; allauth binds passkeys to the same name."""
    host = request.get_host()
    public = urlsplit(settings.TONGZHOU_PUBLIC_URL)
    origins = {f"{request.scheme}://{host}"}
    if public.netloc == host:
        origins.add(f"{public.scheme}://{public.netloc}")
    return Site(host.partition(":")[0], frozenset(origins))


def passkeys_work_at(request: HttpRequest) -> bool:
    """False at a bare number (127.0.0.1): browsers bind passkeys to names only."""
    try:
        ipaddress.ip_address(urlsplit(f"//{request.get_host()}").hostname or "")
    except ValueError:
        return True
    return False


def has_passkey(person_id: int) -> bool:
    """True when the person has registered a passkey."""
    from allauth.mfa.models import Authenticator

    return bool(Authenticator.objects.filter(user_id=person_id, type=Authenticator.Type.WEBAUTHN).exists())


def signing_options(person_id: int, challenge: bytes, rp_id: str) -> dict[str, Any]:
    """What the browser is given (WebAuthn JSON): the challenge, the person's passkeys, to check finger, face or PIN."""
    return {
        "challenge": encoded(challenge),
        "rpId": rp_id,
        "timeout": 300_000,
        "userVerification": "required",
        "allowCredentials": [
            {"type": "public-key", "id": encoded(credential.credential_id)} for credential in _credentials(person_id)
        ],
    }


def read_assertion(answer: object, person_id: int, challenge: bytes, site: Site) -> Assertion:
    """The browser's answer, checked against the person's passkeys; ``NotProven`` for anything that does not fit."""
    from fido2 import cbor

    try:
        raw_id, parts = answer["rawId"], answer["response"]  # type: ignore[index]
        given = (parts["clientDataJSON"], parts["authenticatorData"], parts["signature"])
        if not all(isinstance(text, str) and len(text) <= LARGEST for text in (raw_id, *given)):
            raise NotProven("malformed")
        credential_id, origin = decoded(raw_id), _client_data(given[0])["origin"]
    except (KeyError, TypeError, ValueError) as failure:
        raise NotProven("malformed") from failure
    if origin not in site.origins:
        raise NotProven("another site")
    credential = next((own for own in _credentials(person_id) if own.credential_id == credential_id), None)
    if credential is None:
        raise NotProven("not a passkey of this person")
    assertion = Assertion(encoded(credential_id), encoded(cbor.encode(dict(credential.public_key))), *given)
    check(assertion, challenge, site.rp_id)
    return assertion


def check(assertion: Assertion, challenge: bytes, rp_id: str) -> None:
    """Whether the passkey signed exactly this challenge, for this site, after checking who holds it; else ``NotProven``.

    Needs nothing but what is kept: a proof is checked the same way on the day and years later.
    """
    from cryptography.exceptions import InvalidSignature
    from fido2 import cbor
    from fido2.cose import CoseKey

    try:
        client = _client_data(assertion.client_data)
        authenticator, signature = decoded(assertion.authenticator_data), decoded(assertion.signature)
        if client["type"] != "webauthn.get" or client.get("crossOrigin"):
            raise NotProven("not a signature")
        if decoded(client["challenge"]) != challenge:
            raise NotProven("another challenge")
        if len(authenticator) < 37 or authenticator[:32] != hashlib.sha256(rp_id.encode()).digest():
            raise NotProven("another site")
        if authenticator[32] & USER_PRESENT == 0 or authenticator[32] & USER_VERIFIED == 0:
            raise NotProven("nobody was there")
        signed = authenticator + hashlib.sha256(decoded(assertion.client_data)).digest()
        CoseKey.parse(cbor.decode(decoded(assertion.public_key))).verify(signed, signature)  # type: ignore[arg-type]
    except InvalidSignature as failure:
        raise NotProven("wrong signature") from failure
    except (KeyError, TypeError, ValueError, AttributeError, NotImplementedError) as failure:
        raise NotProven("malformed") from failure


def encoded(data: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes of base64url without padding; ``ValueError`` for anything else."""
    if not isinstance(text, str) or not text.isascii():
        raise ValueError("not base64url")
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _client_data(text: str) -> dict[str, Any]:
    data = json.loads(decoded(text))
    if not isinstance(data, dict) or not isinstance(data.get("origin"), str):
        raise ValueError("not client data")
    return data


def _credentials(person_id: int) -> list[Any]:
    from allauth.mfa.webauthn.internal import auth

    return list(auth.get_credentials(Person(pk=person_id)))
