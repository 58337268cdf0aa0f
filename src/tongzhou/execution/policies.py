"""Who may speak for a department in execution: its contact person, its head, the deputy the head has named."""

from __future__ import annotations

from tongzhou.core.actor import Actor
from tongzhou.people.models.deputies import Scope
from tongzhou.projects.models import Project
from tongzhou.projects.policies import can_run
from tongzhou.projects.states import Phase


def work_is_reported(project: Project) -> bool:
    """Updates and reports are written while the project is executed."""
    return project.phase == Phase.EXECUTING


def speaks_for(actor: Actor, department_id: int, contact_id: int | None) -> bool:
    """Contact person, head, or the head's deputy for answers."""
    if actor.person_id is None:
        return False
    return actor.person_id == contact_id or actor.speaks_for(department_id, Scope.REPLY)


def can_report(actor: Actor, project: Project, department_id: int, contact_id: int | None) -> bool:
    """The same, while the project is executed."""
    return work_is_reported(project) and speaks_for(actor, department_id, contact_id)


def can_call_weekly(actor: Actor, project: Project) -> bool:
    """Who runs the project calls its weekly meeting."""
    return work_is_reported(project) and can_run(actor, project)
