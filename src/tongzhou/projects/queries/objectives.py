"""Objectives and what the SMART check says of them."""

from __future__ import annotations

from django.db.models import QuerySet

from tongzhou.core.actor import Actor

from ..models import Objective
from .projects import projects_for


def objectives_for(actor: Actor) -> QuerySet[Objective]:
    """Objectives of projects the actor may see."""
    return Objective.objects.filter(project__in=projects_for(actor)).select_related("project")
