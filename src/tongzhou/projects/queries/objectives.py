"""Objectives and what the SMART check says of them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from tongzhou.core.actor import Actor

from ..models import Objective, Project
from .projects import projects_for
from .wording import ObjectiveSmart, Reading, objective_smart, reading_now


def objectives_for(actor: Actor) -> QuerySet[Objective]:
    """Objectives of projects the actor may see."""
    return Objective.objects.filter(project__in=projects_for(actor)).select_related("project__scenario")


@dataclass(frozen=True, slots=True)
class CheckedObjective:
    """An objective beside what the SMART check says of it."""

    objective: Objective
    smart: ObjectiveSmart


def checked_objectives(project: Project, reading: Reading | None = None) -> list[CheckedObjective]:
    """Every objective of the project with its five letters; three queries however many there are."""
    rows = list(project.objectives.prefetch_related("backings__person", "backings__department"))
    parties = list(project.parties.filter(left_at__isnull=True).values_list("department_id", flat=True))
    reading = reading or reading_now()
    return [CheckedObjective(row, objective_smart(row, row.backings.all(), parties, reading)) for row in rows]
