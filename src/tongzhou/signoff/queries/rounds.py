"""Rounds of a subject, whose turn it is, and what waits for a person."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from tongzhou.core.actor import Actor

from ..models import Round, Signatory
from ..states import RoundState


def rounds_of(kind: str, subject_id: int) -> QuerySet[Round]:
    """All rounds of one subject, newest first."""
    return Round.objects.filter(subject_kind=kind, subject_id=subject_id).prefetch_related(
        "signatories__decision", "signatories__department", "signatories__person"
    )


def open_round(kind: str, subject_id: int) -> Round | None:
    """The round that collects decisions now."""
    return rounds_of(kind, subject_id).filter(state=RoundState.OPEN).first()


def latest_round(kind: str, subject_id: int) -> Round | None:
    """The newest round."""
    return rounds_of(kind, subject_id).first()


def current_stage(round: Round) -> int | None:
    """The stage whose turn it is: the lowest with somebody who has not decided."""
    stages = [signatory.stage for signatory in round.signatories.all() if not hasattr(signatory, "decision")]
    return min(stages, default=None)


def waiting_for(actor: Actor) -> QuerySet[Signatory]:
    """Where this person's decision is awaited now: own turn, round open, by own right or as deputy."""
    deputised = Q(pk__in=[])
    for stand_in in actor.stand_ins:
        reach = Q(department_id=stand_in.department_id)
        deputised |= reach & Q(round__scope__in=stand_in.scopes) if stand_in.scopes else reach
    earlier = Signatory.objects.filter(
        round_id=OuterRef("round_id"), stage__lt=OuterRef("stage"), decision__isnull=True
    )
    return (
        Signatory.objects.filter(round__state=RoundState.OPEN, decision__isnull=True)
        .filter(Q(department_id__in=actor.headed_ids) | Q(person_id=actor.person_id) | deputised)
        .filter(~Exists(earlier))
        .select_related("round", "department")
        .order_by(F("round__due_at").asc(nulls_last=True), "pk")
    )
