"""Opening a round, deciding in it, outdating it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import rfc8785
from django.utils.translation import gettext as _

from tongzhou.core import clock, keys
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import (
    Conflict,
    IdentityNotFresh,
    InvalidInput,
    require,
)
from tongzhou.core.events import plain, record
from tongzhou.core.transitions import move

from ..models import Decision, Round, Signatory
from ..states import AGREE, CANCEL, NOT_FRESH, OUTDATE, PASSKEY, REFUSE, RoundState, Verdict
from ..subjects import subjects
from .decidable import decidable
from .passkeys import PasskeyAnswer, keep_proof, taken_challenge


def digest_of(content: str) -> str:
    """SHA-256 of canonical content, as hexadecimal digits."""
    return hashlib.sha256(content.encode()).hexdigest()


@act
def open_round(
    kind: str,
    subject_id: int,
    *,
    title: str,
    content: Mapping[str, Any],
    signatories: Iterable[tuple[int, int | None, int | None]],
    scope: str,
    by: Actor,
    project_id: int | None = None,
    subject_version: int = 1,
    due_at: datetime | None = None,
    needs_fresh_identity: bool = False,
    pdf_digest: str = "",
) -> Round:
    """Asks signatories (stage, department id or None, person id or None) to agree to exactly ``content``.

    The caller has checked that ``by`` may ask. Raises ``Conflict`` when a round on the subject is open already and
    ``InvalidInput`` when nobody is asked.
    """
    subjects.get(kind)
    asked = sorted(set(signatories), key=lambda entry: (entry[0], entry[1] or 0, entry[2] or 0))
    if not asked:
        raise InvalidInput({"signatories": _("Name at least one party that has to agree")})
    if (
        Round.objects.select_for_update()
        .filter(subject_kind=kind, subject_id=subject_id, state=RoundState.OPEN)
        .exists()
    ):
        raise Conflict(_("A round on this is open already"))
    canonical = rfc8785.dumps(plain(content)).decode()
    round = Round.objects.create(
        subject_kind=kind,
        subject_id=subject_id,
        project_id=project_id,
        subject_version=subject_version,
        title=title[:300],
        content=canonical,
        digest=digest_of(canonical),
        pdf_digest=pdf_digest,
        scope=scope,
        needs_fresh_identity=needs_fresh_identity,
        opened_by_id=by.person_id,
        opened_at=clock.now(),
        due_at=due_at,
    )
    Signatory.objects.bulk_create(
        Signatory(round=round, stage=stage, department_id=department, person_id=person)
        for stage, department, person in asked
    )
    facts = {
        "kind": kind,
        "digest": round.digest,
        "pdf_digest": pdf_digest,
        "version": subject_version,
        "asked": len(asked),
    }
    record(by, "signoff.round.opened", round, after=facts)
    return round


@act
def decide(
    signatory_id: int,
    verdict: str,
    *,
    shown_digest: str,
    by: Actor,
    reason: str = "",
    identity: str = "session",
    passkey: PasskeyAnswer | None = None,
) -> Decision:
    """A head (or deputy, shown as such) says agree, conditional or object to exactly what was shown.

    ``shown_digest`` is the digest that stood on the page: an older version is refused, so nobody ever signs text they
    were not shown. ``identity`` says how the person proved who they are; ``session`` means not within the last five
    minutes, which is not enough for a signature. ``passkey`` is the answer of a passkey to ``ask_passkey``: it proves this
    very decision, and is kept with it (the strong level). Raises ``NotFound``, ``NotAllowed`` (not this person's to
    decide, or out of turn), ``Conflict`` (old version), ``TransitionNotAllowed`` (decided, or closed),
    ``IdentityNotFresh``, ``InvalidInput`` (at ``passkey``: not proven).
    """
    signatory, round, by, reason = decidable(signatory_id, verdict, shown_digest=shown_digest, by=by, reason=reason)
    subject = subjects.get(round.subject_kind)
    signed = None
    if passkey is not None:
        signed = taken_challenge(passkey, round, signatory.pk, verdict, reason, by)
        identity = PASSKEY
    elif identity == PASSKEY:
        raise IdentityNotFresh(_("A signature asks for a login within the last five minutes, or a passkey"))
    if round.needs_fresh_identity and (identity in NOT_FRESH or by.is_by_link):
        raise IdentityNotFresh(_("A signature asks for a login within the last five minutes, or a passkey"))
    decision = _written(round, signatory, verdict, reason, identity, by)
    facts = {
        "verdict": verdict,
        "reason": reason,
        "signatory": signatory.pk,
        "digest": round.digest,
        "identity": identity,
    }
    if signed is not None:
        facts["proof"] = keep_proof(decision, *signed).sha256
    record(
        by,
        "signoff.decision.made",
        round,
        after=facts,
        on_behalf_of=decision.on_behalf_of,
    )
    subject.decided(round.subject_id, round, decision, by=by)
    if verdict == Verdict.OBJECT and subject.refused_at_once:
        _close(round, REFUSE, by)
    elif not round.signatories.filter(decision__isnull=True).exists():
        objected = round.decisions.filter(verdict=Verdict.OBJECT).exists()
        _close(round, REFUSE if objected else AGREE, by)
    return decision


@act
def outdate_rounds(kind: str, subject_id: int, *, by: Actor) -> int:
    """A new version exists: what was being signed, or was signed, no longer stands. Returns how many rounds ended."""
    standing = Round.objects.select_for_update(of=("self",)).filter(
        subject_kind=kind, subject_id=subject_id, state__in=(RoundState.OPEN, RoundState.AGREED, RoundState.REFUSED)
    )
    count = 0
    for round in standing:
        move(round, OUTDATE)
        record(by, "signoff.round.outdated", round)
        subjects.get(kind).outdated(subject_id, round, by=by)
        count += 1
    return count


@act
def cancel_round(round_id: int, *, by: Actor) -> Round:
    """Takes an open round back; the caller has checked that ``by`` may."""
    round = Round.objects.select_for_update(of=("self",)).get(pk=round_id)
    move(round, CANCEL)
    record(by, "signoff.round.cancelled", round)
    return round


@act
def remove_signatory(round_id: int, department_id: int, *, by: Actor) -> None:
    """A department leaves while its signature is open: the round no longer waits for it."""
    round = Round.objects.select_for_update(of=("self",)).get(pk=round_id)
    require(round.state == RoundState.OPEN)
    gone, _rows = Signatory.objects.filter(round=round, department_id=department_id, decision__isnull=True).delete()
    if gone:
        record(by, "signoff.signatory.removed", round, before={"department": department_id})
        if round.signatories.exists() and not round.signatories.filter(decision__isnull=True).exists():
            objected = round.decisions.filter(verdict=Verdict.OBJECT).exists()
            _close(round, REFUSE if objected else AGREE, by)


def _written(round: Round, signatory: Signatory, verdict: str, reason: str, identity: str, by: Actor) -> Decision:
    on_behalf_of = ""
    if signatory.department_id is not None and not by.heads(signatory.department_id):
        stand_in = by.stand_in_for(signatory.department_id, round.scope)
        on_behalf_of = stand_in.head_name if stand_in else ""
    decision = Decision(
        round=round,
        signatory=signatory,
        verdict=verdict,
        reason=reason,
        person_id=by.pk,
        person_name=by.name,
        on_behalf_of=on_behalf_of,
        digest=round.digest,
        identity=identity[:20],
        at=clock.now(),
    )
    decision.seal = keys.seal(decision.sealed_bytes()).hex()
    decision.save(force_insert=True)
    return decision


def _close(round: Round, transition: Any, by: Actor) -> None:
    move(round, transition)
    round.closed_at = clock.now()
    round.save(update_fields=["closed_at"])
    agreed = transition is AGREE
    record(by, "signoff.round.agreed" if agreed else "signoff.round.refused", round)
    subject = subjects.get(round.subject_kind)
    (subject.agreed if agreed else subject.refused)(round.subject_id, round, by=by)
