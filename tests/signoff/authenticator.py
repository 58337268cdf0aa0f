"""A passkey in software: registers itself as allauth stores it, and signs what a browser would hand to it."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256

from tongzhou.people.models import Person
from tongzhou.people.passkeys import encoded

PRESENT_AND_VERIFIED, ATTESTED = 0x05, 0x40


class SoftPasskey:
    """One passkey of one person at one site."""

    def __init__(self, person: Person, rp_id: str = "testserver", origin: str = "http://testserver") -> None:
        self.rp_id, self.origin = rp_id, origin
        self.credential_id = secrets.token_bytes(16)
        self._key = ec.generate_private_key(ec.SECP256R1())
        public = cbor.encode(dict(ES256.from_cryptography_key(self._key.public_key())))
        length = len(self.credential_id).to_bytes(2, "big")
        attested = bytes(16) + length + self.credential_id + public
        attestation = {"fmt": "none", "attStmt": {}, "authData": self._head(PRESENT_AND_VERIFIED | ATTESTED) + attested}
        credential = {
            "id": encoded(self.credential_id),
            "rawId": encoded(self.credential_id),
            "type": "public-key",
            "clientExtensionResults": {"credProps": {"rk": True}},
            "response": {
                "clientDataJSON": encoded(self._client_data("webauthn.create", b"0" * 32)),
                "attestationObject": encoded(cbor.encode(attestation)),
            },
        }
        self.stored = Authenticator.objects.create(
            user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "手机", "credential": credential}
        )

    def sign(self, challenge: bytes, *, flags: int = PRESENT_AND_VERIFIED, **client_data: Any) -> dict[str, Any]:
        """The answer to ``navigator.credentials.get``."""
        client = self._client_data(client_data.pop("type", "webauthn.get"), challenge, **client_data)
        authenticator = self._head(flags)
        signature = self._key.sign(authenticator + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return {
            "id": encoded(self.credential_id),
            "rawId": encoded(self.credential_id),
            "type": "public-key",
            "response": {
                "clientDataJSON": encoded(client),
                "authenticatorData": encoded(authenticator),
                "signature": encoded(signature),
            },
        }

    def _head(self, flags: int) -> bytes:
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + (7).to_bytes(4, "big")

    def _client_data(self, kind: str, challenge: bytes, **more: Any) -> bytes:
        data = {"type": kind, "challenge": encoded(challenge), "origin": self.origin, "crossOrigin": False}
        return json.dumps(data | more).encode()
