"""Whether the passkey's proof of a decision holds."""

from __future__ import annotations

from tongzhou.core import keys
from tongzhou.people.passkeys import NotProven, check

from ..models import Decision, PasskeyProof
from ..models.passkeys import signed_facts
from ..states import Level


def proof_holds(decision: Decision) -> bool:
    """Checks the signature of the passkey again, over the decision as it stands now, and the server's seal on the proof."""
    proof = proof_of(decision)
    if proof is None:
        return False
    facts = signed_facts(decision.round, decision.signatory_id, decision.person_id, decision.verdict, decision.reason)
    try:
        check(proof.assertion, proof.challenge, proof.rp_id)
        sealed = keys.seal_holds(proof.sealed_bytes(), bytes.fromhex(proof.seal))
    except (NotProven, ValueError):
        return False
    return sealed and proof.facts == facts and decision.digest == decision.round.digest


def proof_of(decision: Decision) -> PasskeyProof | None:
    """What a passkey signed for the decision."""
    return getattr(decision, "proof", None)


def proven_level(decision: Decision) -> str:
    """The level as it can be shown today: "broken" where a proof that should be there does not hold."""
    if decision.level == Level.STRONG and not proof_holds(decision):
        return "broken"
    return decision.level or ""
