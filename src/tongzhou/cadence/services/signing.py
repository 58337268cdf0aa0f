"""Ladders of signatures: begun when it is somebody's turn, stopped by the signature or the end of the round."""

from __future__ import annotations

from tongzhou.calendars.queries import add_working_days
from tongzhou.core import clock
from tongzhou.core.actor import Actor, system
from tongzhou.core.acts import act
from tongzhou.core.events import on
from tongzhou.core.models import AuditEvent
from tongzhou.signoff.models import Round, Signatory
from tongzhou.signoff.states import RoundState

from ..signing import awaited_in, signed_in_time
from .ladders import start_ladder, stop_ladder, stop_ladders_without_subject


@on("signoff.round.*")
@on("signoff.decision.made")
@on("signoff.signatory.removed")
def follow_the_round(event: AuditEvent) -> None:
    """In the act itself: whoever's turn it is has a clock, nobody else."""
    round = Round.objects.filter(pk=event.subject_id).first()
    if round is None or round.project_id is None or round.due_at is None or round.subject_kind not in signed_in_time:
        return
    by = Actor(person_id=event.actor_id, name=event.actor_name) if event.actor_id else system("signoff")
    keep_signature_ladders(round, by=by)


@act
def keep_signature_ladders(round: Round, *, by: Actor) -> None:
    """Starts what is missing and stops what is no longer awaited; called again it changes nothing."""
    entry = signed_in_time.get(round.subject_kind)
    if round.project_id is None or round.due_at is None:
        return
    awaited = {row.pk for row in awaited_in(round)} if round.state == RoundState.OPEN else set()
    stop_ladders_without_subject(entry.ladder_kind, round.project_id, Signatory, by=by)
    for signatory in round.signatories.select_related("department", "person"):
        if signatory.pk not in awaited:
            stop_ladder(signatory, entry.ladder_kind, by=by)
            continue
        now = clock.now()
        start_ladder(
            signatory,
            entry.ladder_kind,
            project_id=round.project_id,
            awaited_at=round.due_at if round.due_at > now else add_working_days(now, 1),
            department_id=signatory.department_id,
            person_id=signatory.person_id,
            link=entry.link(round),
            rungs=entry.rungs,
            by=by,
        )
