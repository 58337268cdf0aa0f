"""Who may do what in a project."""

from __future__ import annotations

from tongzhou.core.actor import Actor

from .models import Commitment, Project, ScenarioKind
from .states import OPEN, Phase


def can_start_project(actor: Actor) -> bool:
    """Anybody who belongs to a department may ask others for collaboration."""
    return actor.person_id is not None and bool(actor.department_ids or actor.is_pmo)


def can_run(actor: Actor, project: Project) -> bool:
    """The project lead and the PMO run the project: invite, take minutes, compose, change what is not signed."""
    return actor.person_id is not None and (actor.person_id == project.lead_id or actor.is_pmo)


def can_edit_draft(actor: Actor, project: Project) -> bool:
    """The lead, the PMO, and the initiating department while the project is a draft; nobody once it is over."""
    if project.phase in {Phase.CLOSED, Phase.CANCELLED}:
        return False
    return can_run(actor, project) or (project.phase == Phase.DRAFT and project.initiator_id in actor.department_ids)


def is_aligning(project: Project) -> bool:
    """True while goals are being agreed: before gate 1, and for an incident beside its execution (补签)."""
    incident = project.phase == Phase.EXECUTING and project.scenario.kind == ScenarioKind.INCIDENT
    return project.phase in {Phase.DRAFT, Phase.ALIGNING} or incident


def can_edit_objectives(actor: Actor, project: Project) -> bool:
    """Objectives are written during alignment; later only through a change."""
    return is_aligning(project) and project.goals_frozen_at is None and can_edit_draft(actor, project)


def commitments_are_open(project: Project) -> bool:
    """Commitments are written during alignment (and afterwards for an incident, whose memorandum comes later)."""
    return project.phase in OPEN and project.goals_frozen_at is None


def can_edit_commitments(actor: Actor, project: Project) -> bool:
    """Who runs the project writes its commitments while they are open."""
    return commitments_are_open(project) and can_run(actor, project)


def can_name_owner(actor: Actor, commitment: Commitment) -> bool:
    """Who answers for a promise is the department's own matter: its head, its contact person, or the lead."""
    return (
        can_run(actor, commitment.project)
        or actor.heads(commitment.department_id)
        or commitment.project.parties.filter(
            department_id=commitment.department_id, contact_id=actor.person_id
        ).exists()
    )


def can_name_contact(actor: Actor, project: Project, department_id: int) -> bool:
    """The head names the department's contact person; the lead may propose one."""
    return project.phase in OPEN and (can_run(actor, project) or actor.heads(department_id))


def can_back_objective(actor: Actor, project: Project, department_id: int) -> bool:
    """Only the head of a department taking part says for it that an objective is achievable."""
    return (
        is_aligning(project)
        and actor.heads(department_id)
        and project.parties.filter(department_id=department_id, left_at__isnull=True).exists()
    )


def can_pass_gate(actor: Actor, project: Project) -> bool:
    """A gate whose conditions are met is passed by the project lead."""
    return actor.person_id is not None and actor.person_id == project.lead_id


def can_override_gate(actor: Actor, project: Project) -> bool:
    """A gate that is not met is passed only by sponsor or PMO, with a reason."""
    return actor.person_id is not None and (actor.person_id == project.sponsor_id or actor.is_pmo)


def can_stop(actor: Actor, project: Project) -> bool:
    """Suspending, resuming, cancelling: lead, sponsor, PMO."""
    return can_run(actor, project) or can_override_gate(actor, project)
