"""Who may plan what."""

from __future__ import annotations

from tongzhou.core.actor import Actor
from tongzhou.projects.models import Project
from tongzhou.projects.policies import can_run, is_aligning
from tongzhou.projects.states import Phase

from .models import Task
from .states import RaciLetter


def plan_is_open(project: Project) -> bool:
    """The plan is made in phases 1 and 2 (of an incident beside its execution); later it changes only through a change."""
    return project.phase in {Phase.ALIGNING, Phase.PLANNING} or (project.phase != Phase.DRAFT and is_aligning(project))


def can_plan(actor: Actor, project: Project) -> bool:
    """The project lead and the PMO break the work down, link and move tasks."""
    return plan_is_open(project) and can_run(actor, project)


def can_edit_task(actor: Actor, task: Task) -> bool:
    """Beside the lead, a department details its own tasks: its head, its contact person, and whoever does the task."""
    return plan_is_open(task.project) and (
        can_run(actor, task.project) or answers_for(actor, task) or does(actor, task)
    )


def does(actor: Actor, task: Task) -> bool:
    """The owner of the task, or a person with its R by name."""
    if actor.person_id is None:
        return False
    return (
        task.owner_id == actor.person_id
        or task.raci.filter(person_id=actor.person_id, letter=RaciLetter.RESPONSIBLE).exists()
    )


def answers_for(actor: Actor, task: Task) -> bool:
    """Head or contact person of the task's department in this project."""
    if task.department_id is None or actor.person_id is None:
        return False
    return (
        actor.heads(task.department_id)
        or task.project.parties.filter(
            department_id=task.department_id, contact_id=actor.person_id, left_at__isnull=True
        ).exists()
    )
