"""Who speaks for a department where two departments depend on each other."""

from __future__ import annotations

from tongzhou.core.actor import Actor
from tongzhou.projects.models import Project
from tongzhou.projects.states import Phase

from .models import Promise
from .work_states import PromiseState, Side

OPEN_PHASES = frozenset({Phase.ALIGNING, Phase.PLANNING, Phase.EXECUTING})


def promises_are_open(project: Project) -> bool:
    """Dependencies are confirmed as long as the plan is made or worked on."""
    return project.phase in OPEN_PHASES


def may_speak(actor: Actor, promise: Promise, side: str) -> bool:
    """The contact person of the side's department, or its head."""
    if actor.person_id is None:
        return False
    department_id = promise.provider_id if side == Side.PROVIDER else promise.receiver_id
    return (
        actor.heads(department_id)
        or promise.project.parties.filter(
            department_id=department_id, contact_id=actor.person_id, left_at__isnull=True
        ).exists()
    )


def sides_of(promise: Promise, departments: set[int]) -> list[str]:
    """The sides for which somebody who answers for these departments can still say something."""
    if promise.state == PromiseState.ENDED or promise.due is None or not promises_are_open(promise.project):
        return []
    sides = ((Side.PROVIDER, promise.provider_id), (Side.RECEIVER, promise.receiver_id))
    return [side.value for side, department_id in sides if department_id in departments]
