"""Ways out that were proposed, and what of them waits for whom."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.people.models.deputies import Scope
from tongzhou.projects.models import Party, Project
from tongzhou.projects.queries import projects_for

from ..models import Remedy, RemedyConsent, Task
from ..resource_states import RemedyState, Verdict
from .remedy_content import basis_of

OPEN_REMEDIES = frozenset({RemedyState.SEARCHING, RemedyState.FOUND, RemedyState.PROPOSED, RemedyState.REFUSED})
# A search that has said nothing for so long after its time has died with its worker.
SEARCH_GRACE = timedelta(seconds=90)


def remedies_for(actor: Actor) -> QuerySet[Remedy]:
    """Ways out of the projects the actor may see."""
    return (
        Remedy.objects.filter(project__in=projects_for(actor))
        .select_related("project__scenario", "asked_by", "settled_by")
        .prefetch_related("consents__department", "consents__person")
    )


def open_remedies(project: Project, actor: Actor) -> list[Remedy]:
    """What is looked for, found or before the departments; newest first."""
    return list(remedies_for(actor).filter(project=project, state__in=OPEN_REMEDIES))


def last_applied(project: Project, actor: Actor) -> Remedy | None:
    """The way out that the last step of the plan carried out: it can be taken back."""
    plan = getattr(project, "plan", None)
    number = plan.steps.values_list("number", flat=True).first() if plan is not None else None
    if number is None:
        return None
    return remedies_for(actor).filter(project=project, state=RemedyState.APPLIED, step=number).first()


def consent_of(remedy: Remedy, department_id: int) -> RemedyConsent | None:
    """The answer of one department."""
    return remedy.consents.filter(department_id=department_id).first()


def is_outdated(remedy: Remedy) -> bool:
    """True when the plan or the bookings have changed since it was computed."""
    return (
        remedy.state in OPEN_REMEDIES
        and bool(remedy.basis)
        and basis_of(remedy.project, remedy.content) != remedy.basis
    )


def is_stuck(remedy: Remedy) -> bool:
    """True when the search should have ended long ago: no worker runs it."""
    begun = remedy.searched_at or remedy.asked_at
    return (
        remedy.state == RemedyState.SEARCHING and clock.now() > begun + timedelta(seconds=remedy.seconds) + SEARCH_GRACE
    )


def consents_to_answer(actor: Actor) -> QuerySet[RemedyConsent]:
    """Answers that wait for the actor: as head, deputy, contact person, or lead for the initiating department."""
    spoken = [s.department_id for s in actor.stand_ins if s.covers(Scope.RESOURCES)]
    contact = Party.objects.filter(
        project=OuterRef("remedy__project"),
        department=OuterRef("department"),
        contact=actor.pk,
        left_at__isnull=True,
    )
    leads = Q(remedy__project__lead=actor.pk, remedy__project__initiator=F("department"))
    return (
        RemedyConsent.objects.filter(
            verdict=Verdict.WAITING,
            remedy__state=RemedyState.PROPOSED,
            remedy__project__in=projects_for(actor),
        )
        .filter(Q(department__in=[*actor.headed_ids, *spoken]) | Q(needs_head=False) & (Exists(contact) | leads))
        .select_related("remedy__project", "department")
        .order_by("remedy__asked_at", "pk")
    )


def consents_waited_for(actor: Actor) -> QuerySet[RemedyConsent]:
    """Answers of others on ways out of projects the actor leads, or that the actor proposed."""
    return (
        RemedyConsent.objects.filter(verdict=Verdict.WAITING, remedy__state=RemedyState.PROPOSED)
        .filter(Q(remedy__project__lead=actor.pk) | Q(remedy__asked_by=actor.pk))
        .select_related("remedy__project", "department")
        .order_by("remedy__asked_at", "pk")
    )


def remedies_to_apply(actor: Actor) -> QuerySet[Remedy]:
    """Accepted by every department; the lead's click is missing."""
    waiting = RemedyConsent.objects.filter(remedy=OuterRef("pk")).exclude(verdict=Verdict.ACCEPTED)
    return (
        Remedy.objects.filter(state=RemedyState.PROPOSED)
        .filter(Q(project__lead=actor.pk) | Q(asked_by=actor.pk))
        .filter(~Exists(waiting))
        .select_related("project")
    )


def held_tasks(project: Project) -> QuerySet[Task]:
    """Tasks that a levelling holds back."""
    return Task.objects.filter(project=project, held_until__isnull=False)
