"""Who may do what in cadence."""

from __future__ import annotations

from tongzhou.core.actor import Actor
from tongzhou.projects.models import Project
from tongzhou.projects.policies import can_run
from tongzhou.projects.states import OPEN, Phase


def can_set_rhythm(actor: Actor, project: Project) -> bool:
    """Lead and PMO choose the project's time zone as long as it is not over."""
    return can_run(actor, project) and project.phase in OPEN | {Phase.SUSPENDED}


def can_keep_clock(actor: Actor) -> bool:
    """Administrators and PMO look after what falls due, and settle alarms."""
    return actor.is_admin or actor.is_pmo
