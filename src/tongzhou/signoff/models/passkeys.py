"""Passkeys over a decision: what a passkey is asked to sign, and the proof that is kept beside the decision."""

from __future__ import annotations

import hashlib
from typing import Any

import rfc8785
from django.conf import settings
from django.db import models

from tongzhou.people.passkeys import Assertion

from .rounds import Decision, Round, Signatory


def signed_facts(round: Round, signatory_id: int, person_id: int, verdict: str, reason: str) -> str:
    """What a passkey signs, as canonical JSON (RFC 8785): who decides what on exactly which text and file."""
    facts = {
        "form": "tongzhou.signoff.decision/1",
        "round": str(round.pk),
        "digest": round.digest,
        "pdf_digest": round.pdf_digest,
        "signatory": str(signatory_id),
        "person": str(person_id),
        "verdict": verdict,
        "reason": reason,
    }
    return str(rfc8785.dumps(facts), "utf-8")


def challenge_of(nonce: str, facts: str) -> bytes:
    """What the passkey is given to sign: a number used once, then the SHA-256 of the facts."""
    return bytes.fromhex(nonce) + hashlib.sha256(facts.encode()).digest()


class PasskeyChallenge(models.Model):
    """One asking of one person to sign one decision with a passkey; good once, for five minutes."""

    signatory = models.ForeignKey(Signatory, models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    facts = models.TextField()
    nonce = models.CharField(max_length=64)
    rp_id = models.CharField(max_length=255)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.person}: {self.signatory}"

    @property
    def challenge(self) -> bytes:
        """What the passkey is given to sign."""
        return challenge_of(self.nonce, self.facts)


class PasskeyProof(models.Model):
    """What a passkey signed for a decision, whole, so that anybody can check it again. Insert-only.

    ``public_key`` is the key as it was on that day: the proof outlives the passkey.
    """

    decision = models.OneToOneField(Decision, models.PROTECT, related_name="proof")
    facts = models.TextField()
    nonce = models.CharField(max_length=64)
    rp_id = models.CharField(max_length=255)
    credential_id = models.TextField()
    public_key = models.TextField()
    client_data = models.TextField()
    authenticator_data = models.TextField()
    signature = models.TextField()
    seal = models.CharField(max_length=128)

    def __str__(self) -> str:
        return str(self.decision)

    @property
    def assertion(self) -> Assertion:
        """The answer of the passkey."""
        return Assertion(self.credential_id, self.public_key, self.client_data, self.authenticator_data, self.signature)

    @property
    def challenge(self) -> bytes:
        """What the passkey had to sign."""
        return challenge_of(self.nonce, self.facts)

    def sealed_bytes(self) -> bytes:
        """Everything the server's seal covers, as canonical JSON."""
        kept: dict[str, Any] = {
            "decision": str(self.decision_id),
            "facts": self.facts,
            "nonce": self.nonce,
            "rp_id": self.rp_id,
            **self.assertion.parts(),
        }
        return bytes(rfc8785.dumps(kept))

    @property
    def sha256(self) -> str:
        """The fingerprint of the proof, as the event log repeats it."""
        return hashlib.sha256(self.sealed_bytes()).hexdigest()
