"""Who may look for ways out of conflicts, answer for a department, carry one out and take it back."""

from __future__ import annotations

from tongzhou.core.actor import Actor
from tongzhou.people.models.deputies import Scope
from tongzhou.projects.models import Project
from tongzhou.projects.policies import can_run

from .models import Remedy, RemedyConsent
from .policies import can_plan, plan_is_open
from .resource_states import Verdict


def can_level(actor: Actor, project: Project) -> bool:
    """The project lead and the PMO have levelled plans computed and bring them before the departments."""
    return can_plan(actor, project)


def can_answer(actor: Actor, consent: RemedyConsent) -> bool:
    """Head or contact person for tasks that move; only the head (or deputy) where people, things or money are exchanged.

    For the initiating department its project lead answers.
    """
    project = consent.remedy.project
    if actor.person_id is None or not plan_is_open(project):
        return False
    if actor.speaks_for(consent.department_id, Scope.RESOURCES):
        return True
    if consent.needs_head:
        return False
    if consent.department_id == project.initiator_id and actor.person_id == project.lead_id:
        return True
    return project.parties.filter(
        department_id=consent.department_id, contact_id=actor.person_id, left_at__isnull=True
    ).exists()


def can_apply(actor: Actor, remedy: Remedy) -> bool:
    """Who runs the project, or who proposed it, once every department concerned has accepted."""
    return plan_is_open(remedy.project) and (
        can_run(actor, remedy.project) or (actor.person_id is not None and actor.person_id == remedy.asked_by_id)
    )


def can_drop(actor: Actor, remedy: Remedy) -> bool:
    """Who proposed it, and who runs the project."""
    return can_apply(actor, remedy)


def can_take_back(actor: Actor, remedy: Remedy) -> bool:
    """Who carried it out, and who runs the project."""
    return plan_is_open(remedy.project) and (
        can_run(actor, remedy.project) or (actor.person_id is not None and actor.person_id == remedy.settled_by_id)
    )


def is_accepted(remedy: Remedy) -> bool:
    """True when every department concerned has accepted."""
    return all(consent.verdict == Verdict.ACCEPTED for consent in remedy.consents.all())
