"""Checks rounds and decisions against their seals and against the event log; part of ``tongzhou verify``."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tongzhou.core import keys
from tongzhou.core.models import AuditEvent

from .models import Decision, Round
from .queries import proof_holds, proof_of
from .services.rounds import digest_of
from .states import PASSKEY


def signoff_problems() -> Iterator[str]:
    """A sentence for each round whose content does not fit its digest, and each decision that was altered or removed."""
    opened = {subject: facts for subject, _key, facts in _logged("signoff.round.opened")}
    made = {key: (subject, facts) for subject, key, facts in _logged("signoff.decision.made")}
    for round in Round.objects.order_by("pk").iterator(chunk_size=500):
        if digest_of(round.content) != round.digest:
            yield f"Round {round.pk} ({round.title}): its content does not fit its digest."
        logged = opened.get(round.pk)
        if logged is None:
            yield f"Round {round.pk} ({round.title}): the event log does not know it."
        elif (logged.get("digest"), logged.get("pdf_digest")) != (round.digest, round.pdf_digest):
            yield f"Round {round.pk} ({round.title}): its digests differ from those in the event log."
    rounds = dict(Round.objects.values_list("pk", "digest"))
    present = set()
    for decision in Decision.objects.select_related("round", "proof").order_by("pk").iterator(chunk_size=500):
        present.add(decision.signatory_id)
        name = f"Decision {decision.pk} of {decision.person_name}"
        if not _seal_holds(decision):
            yield f"{name}: altered, or not sealed by this server."
        if decision.digest != rounds.get(decision.round_id):
            yield f"{name}: covers another text than its round."
        subject, facts = made.get(decision.signatory_id, (0, {}))
        if (subject, facts.get("verdict"), facts.get("digest")) != (
            decision.round_id,
            decision.verdict,
            decision.digest,
        ):
            yield f"{name}: the event log says otherwise."
        yield from _proof_problems(decision, name, facts)
    for key in sorted(set(made) - present):
        yield f"The decision of signatory {key} in round {made[key][0]}: removed."


def _proof_problems(decision: Decision, name: str, logged: dict[str, object]) -> Iterator[str]:
    """What a passkey signed is checked as on the first day, and against the fingerprint in the event log."""
    proof = proof_of(decision)
    if (decision.identity == PASSKEY or "proof" in logged) and proof is None:
        yield f"{name}: what the passkey signed was removed."
    elif proof is not None and not proof_holds(decision):
        yield f"{name}: the passkey's signature does not fit the decision."
    elif proof is not None and logged.get("proof") != proof.sha256:
        yield f"{name}: the event log knows another passkey's signature."


def _seal_holds(decision: Decision) -> bool:
    try:
        return keys.seal_holds(decision.sealed_bytes(), bytes.fromhex(decision.seal))
    except ValueError:
        return False


def _logged(name: str) -> list[tuple[int, int, dict[str, object]]]:
    """What the log says of rounds: (round, signatory or 0, facts)."""
    rows = AuditEvent.objects.filter(name=name).order_by("seq").values_list("subject_id", "payload")
    found = []
    for subject, payload in rows.iterator(chunk_size=2000):
        facts = json.loads(payload).get("after") or {}
        found.append((subject, int(facts.get("signatory", 0)), facts))
    return found
