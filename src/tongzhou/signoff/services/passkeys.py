"""Asking a person to sign a decision with a passkey, and taking the answer."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.core import clock, keys
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import InvalidInput
from tongzhou.people.passkeys import Assertion, NotProven, Site, has_passkey, read_assertion

from ..models import Decision, PasskeyChallenge, PasskeyProof, Round
from ..models.passkeys import signed_facts
from .decidable import decidable

VALID = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class PasskeyAnswer:
    """What came back from a passkey: to which asking, from which site, the browser's answer as it stands."""

    challenge_id: int
    answer: Mapping[str, Any]
    site: Site


@act
def ask_passkey(
    signatory_id: int, verdict: str, *, shown_digest: str, site: Site, by: Actor, reason: str = ""
) -> PasskeyChallenge:
    """A person is about to decide with a passkey: makes what the passkey has to sign, for exactly this decision.

    Refuses what ``decide`` would refuse, and a person without a passkey.
    """
    signatory, round, by, reason = decidable(signatory_id, verdict, shown_digest=shown_digest, by=by, reason=reason)
    if not has_passkey(by.pk):
        raise InvalidInput({"passkey": _("You have no passkey yet. Set one up in your profile.")})
    now = clock.now()
    PasskeyChallenge.objects.filter(person_id=by.pk, expires_at__lt=now).delete()
    return PasskeyChallenge.objects.create(
        signatory=signatory,
        person_id=by.pk,
        facts=signed_facts(round, signatory.pk, by.pk, verdict, reason),
        nonce=secrets.token_hex(32),
        rp_id=site.rp_id,
        expires_at=now + VALID,
    )


def taken_challenge(
    given: PasskeyAnswer, round: Round, signatory_id: int, verdict: str, reason: str, by: Actor
) -> tuple[PasskeyChallenge, Assertion]:
    """The asking that is answered, used up with this, and the passkey's checked answer; part of ``decide``.

    Refuses an asking that is another person's, used, older than five minutes, or for another decision, text or site, and
    an answer that is not from one of the person's own passkeys.
    """
    again = _("Please sign with your passkey once more: this one is used or older than five minutes.")
    asked = (
        PasskeyChallenge.objects.select_for_update(of=("self",))
        .filter(pk=given.challenge_id, person_id=by.pk, signatory_id=signatory_id)
        .first()
        if 0 < given.challenge_id < 2**63
        else None
    )
    if asked is None or asked.used_at is not None or asked.expires_at <= clock.now():
        raise InvalidInput({"passkey": again})
    if asked.facts != signed_facts(round, signatory_id, by.pk, verdict, reason):
        raise InvalidInput({"passkey": _("The passkey has signed another decision than the one you sent.")})
    try:
        if asked.rp_id != given.site.rp_id:
            raise NotProven("another site")
        assertion = read_assertion(given.answer, by.pk, asked.challenge, given.site)
    except NotProven as failure:
        raise InvalidInput({"passkey": _("This is not a signature by one of your passkeys.")}) from failure
    asked.used_at = clock.now()
    asked.save(update_fields=["used_at"])
    return asked, assertion


def keep_proof(decision: Decision, asked: PasskeyChallenge, assertion: Assertion) -> PasskeyProof:
    """Keeps what the passkey signed beside the decision, under the server's seal."""
    proof = PasskeyProof(
        decision=decision, facts=asked.facts, nonce=asked.nonce, rp_id=asked.rp_id, **assertion.parts()
    )
    proof.seal = keys.seal(proof.sealed_bytes()).hex()
    proof.save(force_insert=True)
    return proof
