"""Memorandum: who is told what, when."""

from __future__ import annotations

import json
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongzhou.cadence.models import Ladder
from tongzhou.core.events import on
from tongzhou.core.models import AuditEvent
from tongzhou.messaging.services import notify
from tongzhou.projects.queries import participant_ids
from tongzhou.signoff.models import Decision, Round, Signatory
from tongzhou.signoff.queries import Place, picture_of
from tongzhou.signoff.states import RoundState, Verdict

from ..models import Memorandum, MemorandumEdition
from ..queries.memoranda import KIND
from ..services.memorandum_signing import IN_TIME


@on("signoff.round.opened")
@on("signoff.decision.made")
def ask_those_whose_turn_it_is(event: AuditEvent) -> None:
    """Everybody who may sign now is asked once: at the start, and when a stage before has finished."""
    round = Round.objects.filter(pk=event.subject_id, subject_kind=KIND, state=RoundState.OPEN).first()
    memorandum = Memorandum.objects.select_related("project").filter(pk=round.subject_id).first() if round else None
    if round is None or memorandum is None:
        return
    for place in picture_of(round).awaited:
        notify(
            [person.pk for person in place.persons],
            key=f"memorandum-sign:{place.signatory.pk}",
            title=_("Please sign the memorandum of %(project)s"),
            body=_("%(party)s is asked to sign version %(number)s. Due: %(due)s."),
            values={
                "project": memorandum.project.name,
                "party": str(place.department or place.speaker),
                "number": round.subject_version,
                "due": _day(round),
            },
            link=reverse("signoff:sign", args=[place.signatory.pk]),
            project_id=memorandum.project_id,
            event_seq=event.seq,
            clock_runs=True,
        )


@on("signoff.decision.made")
def tell_the_lead_of_a_signature(event: AuditEvent) -> None:
    """The lead sees signatures come in; under the bell only."""
    facts = json.loads(event.payload)["after"]
    decision = (
        Decision.objects.select_related("round", "signatory__department")
        .filter(signatory=facts["signatory"], round__subject_kind=KIND, verdict=Verdict.AGREE)
        .first()
    )
    if decision is None:
        return
    memorandum = Memorandum.objects.select_related("project").get(pk=decision.round.subject_id)
    notify(
        {memorandum.project.lead_id} - {decision.person_id},
        key=f"memorandum-signed:{decision.pk}",
        title=_("%(party)s has signed the memorandum of %(project)s"),
        values={"party": str(decision.signatory), "project": memorandum.project.name},
        link=memorandum.get_absolute_url(),
        project_id=memorandum.project_id,
        event_seq=event.seq,
        mail=False,
    )


@on("alignment.memorandum.completed")
def tell_all_that_it_is_in_force(event: AuditEvent) -> None:
    """Lead, sponsor, heads and contact persons learn that everybody has signed."""
    memorandum = _memorandum(event)
    notify(
        participant_ids(memorandum.project),
        key=f"memorandum-complete:{memorandum.pk}:{memorandum.edition_number}",
        title=_("The memorandum of %(project)s is signed by all"),
        body=_("It is in force now. The sealed PDF is on its page."),
        values={"project": memorandum.project.name},
        link=memorandum.get_absolute_url(),
        project_id=memorandum.project_id,
        event_seq=event.seq,
    )


@on("alignment.memorandum.declined")
def tell_of_a_refusal(event: AuditEvent) -> None:
    """The lead has to act; those who have signed learn that their signature no longer counts."""
    memorandum = _memorandum(event)
    notify(
        {memorandum.project.lead_id, *_signers(memorandum)} - {event.actor_id},
        key=f"memorandum-declined:{memorandum.pk}:{memorandum.edition_number}",
        title=_("The memorandum of %(project)s was declined"),
        body=_("%(reason)s. A new version will be sent; signatures of this one no longer count."),
        values={"project": memorandum.project.name, "reason": memorandum.amend_reason},
        link=memorandum.get_absolute_url(),
        project_id=memorandum.project_id,
        event_seq=event.seq,
        urgent=True,
    )


@on("alignment.memorandum.amended")
def tell_signers_of_a_new_version(event: AuditEvent) -> None:
    """Whoever has signed learns that the signature will be asked for again, and why."""
    memorandum = _memorandum(event)
    notify(
        _signers(memorandum) - {event.actor_id},
        key=f"memorandum-amended:{memorandum.pk}:{memorandum.edition_number}",
        title=_("The memorandum of %(project)s gets a new version"),
        body=_("Reason: %(reason)s. What you signed stays readable; you will be asked to sign the new version."),
        values={"project": memorandum.project.name, "reason": memorandum.amend_reason},
        link=memorandum.get_absolute_url(),
        project_id=memorandum.project_id,
        event_seq=event.seq,
    )


@on("alignment.memorandum.sealing_failed")
def tell_of_a_failed_seal(event: AuditEvent) -> None:
    """The lead can start the work again."""
    memorandum = _memorandum(event)
    notify(
        [memorandum.project.lead_id],
        key=f"memorandum-seal-failed:{event.seq}",
        title=_("The sealed PDF of %(project)s could not be made"),
        body=_("All signatures are safe. Start the work again on the page of the memorandum."),
        values={"project": memorandum.project.name},
        link=memorandum.get_absolute_url(),
        project_id=memorandum.project_id,
        event_seq=event.seq,
        mail=False,
    )


@on("cadence.ladder.climbed")
def tell_that_it_is_overdue(event: AuditEvent) -> None:
    """At the first step signatory and lead learn that the signature is overdue and to whom it was escalated."""
    told = json.loads(event.payload)["after"]
    if told["kind"] != IN_TIME.ladder_kind:
        return
    ladder = Ladder.objects.get(pk=event.subject_id)
    signatory = Signatory.objects.select_related("round", "department", "person").get(pk=ladder.subject_id)
    memorandum = Memorandum.objects.select_related("project").get(pk=signatory.round.subject_id)
    place = next((row for row in picture_of(signatory.round).awaited if row.signatory.pk == signatory.pk), None)
    signers = {person.pk for person in place.persons} if place else set()
    notify(
        {memorandum.project.lead_id, *signers} - set(told["persons"]),
        key=f"memorandum-overdue:{signatory.pk}",
        title=_("Overdue: the signature of %(party)s under the memorandum of %(project)s"),
        body=_("It was due %(due)s and has been escalated to %(to)s."),
        values={
            "project": memorandum.project.name,
            "party": str(signatory),
            "due": _day(signatory.round),
            "to": told["to"],
        },
        link=memorandum.get_absolute_url(),
        project_id=memorandum.project_id,
        clock_runs=True,
    )


def tell_reminded(edition: MemorandumEdition, places: Iterable[Place]) -> None:
    """A signature falls due on the next working day."""
    project = edition.memorandum.project
    for place in places:
        notify(
            [person.pk for person in place.persons],
            key=f"memorandum-remind:{place.signatory.pk}",
            title=_("Reminder: your signature under the memorandum of %(project)s"),
            body=_("Due: %(due)s."),
            values={"project": project.name, "due": _day(edition.round)},
            link=reverse("signoff:sign", args=[place.signatory.pk]),
            project_id=project.pk,
            clock_runs=True,
        )


def _memorandum(event: AuditEvent) -> Memorandum:
    return Memorandum.objects.select_related("project").get(pk=event.subject_id)


def _signers(memorandum: Memorandum) -> set[int]:
    edition = memorandum.editions.order_by("-number").first()
    if edition is None or edition.round_id is None:
        return set()
    decisions = Decision.objects.filter(round=edition.round_id, verdict=Verdict.AGREE)
    return set(decisions.values_list("person_id", flat=True))


def _day(round: Round | None) -> str:
    from tongzhou.core import clock

    return f"{round.due_at.astimezone(clock.company_zone()):%Y-%m-%d %H:%M}" if round and round.due_at else "—"
