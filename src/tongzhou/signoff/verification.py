"""Checks rounds and decisions against their seals and against the event log; part of ``tongzhou verify``."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tongzhou.core import keys
from tongzhou.core.models import AuditEvent

from .models import Decision, Round
from .services.rounds import digest_of


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
    for decision in Decision.objects.order_by("pk").iterator(chunk_size=500):
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
    for key in sorted(set(made) - present):
        yield f"The decision of signatory {key} in round {made[key][0]}: removed."


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
