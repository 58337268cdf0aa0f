"""Endpoints of signoff, over the same services and queries as its pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema

from tongzhou.core.api import Text, idempotent
from tongzhou.core.errors import IdentityNotFresh, NotAllowed
from tongzhou.core.pages import actor_of
from tongzhou.people.confirming import is_program
from tongzhou.people.identity import fresh_identity
from tongzhou.people.passkeys import signing_options, site_of
from tongzhou.people.services import accept_signing_agreement

from .. import queries
from ..services import PasskeyAnswer, ask_passkey, decide

router = Router(tags=["signoff"])


class DecisionOut(Schema):
    """What a signatory said."""

    verdict: str
    reason: str
    person_id: int
    person_name: str
    on_behalf_of: str
    digest: str
    identity: str
    level: str
    at: datetime


class PlaceOut(Schema):
    """One signatory of a round."""

    id: int
    stage: int
    department_id: int | None
    department: str
    speaker_id: int | None
    speaker: str
    is_awaited: bool
    is_mine: bool
    decision: DecisionOut | None


class RoundOut(Schema):
    """A round of agreement. ``digest`` is the fingerprint of ``content``, which is what a decision covers."""

    id: int
    kind: str
    subject_id: int
    project_id: int | None
    version: int
    title: str
    state: str
    digest: str
    pdf_digest: str
    needs_fresh_identity: bool
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    places: list[PlaceOut]


class WaitingOut(Schema):
    """A decision that waits for the asking person."""

    signatory_id: int
    round_id: int
    kind: str
    title: str
    digest: str
    department_id: int | None
    due_at: datetime | None


class AskPasskeyIn(Schema):
    """The decision a passkey is to sign. ``digest`` repeats the fingerprint of the text that was read."""

    verdict: Text
    digest: Text
    reason: Text = ""


class PasskeyIn(Schema):
    """What a passkey answered to an asking: the credential as WebAuthn writes it in JSON."""

    challenge_id: int
    assertion: dict[str, Any]


class DecisionIn(AskPasskeyIn):
    """``digest`` repeats the fingerprint of the text that was read: an older one is refused.

    ``passkey`` proves this very decision; without it a signature asks for a login within the last five minutes.
    """

    passkey: PasskeyIn | None = None


class PasskeyAskedOut(Schema):
    """What the passkey has to sign, as ``PublicKeyCredential.parseRequestOptionsFromJSON`` reads it."""

    challenge_id: int
    expires_at: datetime
    options: dict[str, Any]


class AgreementOut(Schema):
    """Since when the person has accepted the agreement on electronic signing."""

    agreed_at: datetime


@router.get("/signoff/waiting", response=list[WaitingOut], summary="Decisions that wait for me")
def waiting(request: HttpRequest) -> list[WaitingOut]:
    """Own turn, round open, by own right or as deputy; soonest first, at most 200."""
    return [
        WaitingOut(
            signatory_id=signatory.pk,
            round_id=signatory.round_id,
            kind=signatory.round.subject_kind,
            title=signatory.round.title,
            digest=signatory.round.digest,
            department_id=signatory.department_id,
            due_at=signatory.round.due_at,
        )
        for signatory in queries.waiting_for(actor_of(request))[:200]
    ]


@router.get("/signoff/rounds/{round_id}", response=RoundOut, summary="One round of agreement")
def round(request: HttpRequest, round_id: int) -> RoundOut:
    """Stages, who has decided, who is awaited."""
    actor = actor_of(request)
    return round_out(queries.picture_of(queries.reach_round(actor, round_id), actor))


@router.post("/signoff/signatories/{signatory_id}/decision", response=RoundOut, summary="Decide, or sign")
@idempotent
def decision(request: HttpRequest, signatory_id: int, payload: DecisionIn) -> RoundOut:
    """Agrees or objects to exactly what the digest names. A signature asks for a login within the last five minutes."""
    actor = actor_of(request)
    signatory = queries.reach_signatory(actor, signatory_id)
    if signatory.round.needs_fresh_identity and is_program(request):
        raise IdentityNotFresh(_("A program with a token cannot sign; the person signs after logging in"))
    decide(
        signatory.pk,
        payload.verdict,
        shown_digest=payload.digest,
        reason=payload.reason,
        identity=fresh_identity(request) or "session",
        passkey=passkey_answer(request, payload.passkey),
        by=actor,
    )
    return round_out(queries.picture_of(queries.reach_round(actor, signatory.round_id), actor))


@router.post(
    "/signoff/signatories/{signatory_id}/passkey", response=PasskeyAskedOut, summary="Ask for a passkey's signature"
)
@idempotent
def ask_for_passkey(request: HttpRequest, signatory_id: int, payload: AskPasskeyIn) -> PasskeyAskedOut:
    """What the person's passkey has to sign for exactly this decision; good once, for five minutes."""
    actor = actor_of(request)
    signatory = queries.reach_signatory(actor, signatory_id)
    if is_program(request):
        raise IdentityNotFresh(_("A program with a token cannot sign; the person signs after logging in"))
    site = site_of(request)
    asked = ask_passkey(
        signatory.pk, payload.verdict, shown_digest=payload.digest, reason=payload.reason, site=site, by=actor
    )
    return PasskeyAskedOut(
        challenge_id=asked.pk,
        expires_at=asked.expires_at,
        options=signing_options(actor.pk, asked.challenge, site.rp_id),
    )


@router.post("/signoff/agreement", response=AgreementOut, summary="Accept the agreement on electronic signing")
@idempotent
def agreement(request: HttpRequest) -> AgreementOut:
    """Once for each person, before the first signature."""
    if is_program(request):
        raise NotAllowed(_("A program with a token cannot accept this; the person does after logging in"))
    person = accept_signing_agreement(by=actor_of(request))
    assert person.signing_agreed_at is not None
    return AgreementOut(agreed_at=person.signing_agreed_at)


def passkey_answer(request: HttpRequest, given: PasskeyIn | None) -> PasskeyAnswer | None:
    """What a passkey answered, from the site of this request; a program with a token has none."""
    if given is None:
        return None
    if is_program(request):
        raise IdentityNotFresh(_("A program with a token cannot sign; the person signs after logging in"))
    return PasskeyAnswer(given.challenge_id, given.assertion, site_of(request))


def round_out(picture: queries.Picture) -> RoundOut:
    """A round as the API gives it."""
    round = picture.round
    return RoundOut(
        id=round.pk,
        kind=round.subject_kind,
        subject_id=round.subject_id,
        project_id=round.project_id,
        version=round.subject_version,
        title=round.title,
        state=round.state,
        digest=round.digest,
        pdf_digest=round.pdf_digest,
        needs_fresh_identity=round.needs_fresh_identity,
        opened_at=round.opened_at,
        due_at=round.due_at,
        closed_at=round.closed_at,
        places=[
            PlaceOut(
                id=place.signatory.pk,
                stage=place.signatory.stage,
                department_id=place.signatory.department_id,
                department=str(place.department or ""),
                speaker_id=place.speaker.pk if place.speaker else None,
                speaker=str(place.speaker or ""),
                is_awaited=place.is_awaited,
                is_mine=place.is_mine,
                decision=_decision_out(place),
            )
            for place in picture.places
        ],
    )


def _decision_out(place: queries.Place) -> DecisionOut | None:
    decision = place.decision
    if decision is None:
        return None
    return DecisionOut(
        verdict=decision.verdict,
        reason=decision.reason,
        person_id=decision.person_id,
        person_name=decision.person_name,
        on_behalf_of=decision.on_behalf_of,
        digest=decision.digest,
        identity=decision.identity,
        level=place.level,
        at=decision.at,
    )
