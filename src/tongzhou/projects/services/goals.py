"""Freezing objectives and commitments while they stand in a memorandum."""

from __future__ import annotations

from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.events import record

from ..models import Project


@act
def freeze_goals(project_id: int, *, by: Actor) -> Project:
    """From now on objectives and commitments change only through a new version of the memorandum."""
    return _set(project_id, True, by)


@act
def unfreeze_goals(project_id: int, *, by: Actor) -> Project:
    """A new version of the memorandum is being written: objectives and commitments may change again."""
    return _set(project_id, False, by)


def _set(project_id: int, frozen: bool, by: Actor) -> Project:
    project = Project.objects.select_for_update().get(pk=project_id)
    if (project.goals_frozen_at is not None) != frozen:
        project.goals_frozen_at = clock.now() if frozen else None
        project.save(update_fields=["goals_frozen_at"])
        record(by, "projects.goals.frozen" if frozen else "projects.goals.unfrozen", project)
    return project
