"""Tasks and links a person may see."""

from __future__ import annotations

from django.db.models import QuerySet

from tongzhou.core.actor import Actor
from tongzhou.projects.models import Project
from tongzhou.projects.queries import projects_for

from ..models import Link, Plan, Task


def tasks_for(actor: Actor) -> QuerySet[Task]:
    """Tasks of projects the actor may see, with what a row shows."""
    return Task.objects.filter(project__in=projects_for(actor)).select_related(
        "project__scenario", "department", "owner"
    )


def links_of(project: Project) -> QuerySet[Link]:
    """Every dependency of the project's plan."""
    return Link.objects.filter(project=project)


def plan_of(project: Project) -> Plan | None:
    """The plan of the project; None before its first step."""
    return Plan.objects.filter(project=project).first()
