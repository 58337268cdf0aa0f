"""Rounds of a subject, whose turn it is, and what waits for a person."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.errors import NotFound

from ..models import Round, Signatory
from ..states import RoundState
from ..subjects import subjects


def rounds_of(kind: str, subject_id: int) -> QuerySet[Round]:
    """All rounds of one subject, newest first."""
    return Round.objects.filter(subject_kind=kind, subject_id=subject_id).prefetch_related(
        "signatories__decision__proof", "signatories__department", "signatories__person"
    )


def open_round(kind: str, subject_id: int) -> Round | None:
    """The round that collects decisions now."""
    return rounds_of(kind, subject_id).filter(state=RoundState.OPEN).first()


def latest_round(kind: str, subject_id: int) -> Round | None:
    """The newest round."""
    return rounds_of(kind, subject_id).first()


def told_by_subjects() -> Q:
    """Events of sign-off that the subject of the round tells in words of its own, so that nobody reads them twice."""
    twice = Q(pk__in=[])
    for subject in subjects:
        if subject.told:
            rounds = Round.objects.filter(subject_kind=subject.kind).values("pk")
            twice |= Q(name__in=subject.told, subject_id__in=rounds)
    return twice


def current_stage(round: Round) -> int | None:
    """The stage whose turn it is: the lowest with somebody who has not decided."""
    stages = [signatory.stage for signatory in round.signatories.all() if not hasattr(signatory, "decision")]
    return min(stages, default=None)


def asks(actor: Actor) -> Q:
    """Signatories this person may decide as: own departments, departments as deputy within the scope, by name."""
    deputised = Q(pk__in=[])
    for stand_in in actor.stand_ins:
        own = Q(department_id=stand_in.department_id)
        deputised |= own & Q(round__scope__in=stand_in.scopes) if stand_in.scopes else own
    return Q(department_id__in=actor.headed_ids) | Q(person__isnull=False, person_id=actor.pk) | deputised


def waiting_for(actor: Actor) -> QuerySet[Signatory]:
    """Where this person's decision is awaited now: own turn, round open, by own right or as deputy."""
    earlier = Signatory.objects.filter(
        round_id=OuterRef("round_id"), stage__lt=OuterRef("stage"), decision__isnull=True
    )
    return (
        Signatory.objects.filter(round__state=RoundState.OPEN, decision__isnull=True)
        .filter(asks(actor))
        .filter(~Exists(earlier))
        .select_related("round", "department")
        .order_by(F("round__due_at").asc(nulls_last=True), "pk")
    )


def reach_round(actor: Actor, round_id: int) -> Round:
    """A round the actor may read: through its subject, or because the actor is asked in it; else ``NotFound``."""
    round = reach(Round.objects.all(), round_id)
    asked = Signatory.objects.filter(asks(actor), round=round).exists()
    if not asked and not subjects.get(round.subject_kind).may_see(round.subject_id, by=actor):
        raise NotFound
    return round


def reach_signatory(actor: Actor, signatory_id: int) -> Signatory:
    """A place in a round the actor may read."""
    signatory = reach(Signatory.objects.select_related("round", "department", "person"), signatory_id)
    reach_round(actor, signatory.round_id)
    return signatory
