"""Lists of projects: mine, all I may see, those that are over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tongzhou.core.actor import Actor
from tongzhou.core.models import AuditEvent
from tongzhou.people.models import Department

from ..models import GatePass, Party, Project
from ..states import Phase
from .projects import named_in, projects_for

OVER = (Phase.CLOSED, Phase.CANCELLED)
SCOPES = ("mine", "all", "over")


@dataclass(frozen=True, slots=True)
class ProjectFilter:
    """What of the projects a person wants to see listed."""

    scope: str = "all"
    phase: str = ""
    department_id: int | None = None
    words: str = ""


def filtered_projects(actor: Actor, wanted: ProjectFilter) -> QuerySet[Project]:
    """Projects the actor may see, narrowed; where something happened last comes first.

    ``happened_at`` is the time of the newest event in the project; ``has_conditions`` marks 带条件通过.
    """
    rows = projects_for(actor)
    if wanted.scope == "mine":
        rows = rows.filter(mine(actor))
    if wanted.scope == "over":
        rows = rows.filter(phase__in=OVER)
    elif not wanted.phase:
        rows = rows.exclude(phase__in=OVER)
    if wanted.phase:
        rows = rows.filter(phase=wanted.phase)
    if wanted.department_id:
        takes_part = Party.objects.filter(
            project=OuterRef("pk"), department_id=wanted.department_id, left_at__isnull=True
        )
        rows = rows.filter(Exists(takes_part))
    for word in wanted.words.split()[:8]:
        rows = rows.filter(Q(name__icontains=word) | Q(code__icontains=word))
    conditional = GatePass.objects.filter(project=OuterRef("pk"), is_conditional=True)
    newest = AuditEvent.objects.filter(project_id=OuterRef("pk")).order_by("-seq")
    return (
        rows.select_related("initiator", "lead", "scenario")
        .annotate(
            has_conditions=Exists(conditional), happened_at=Coalesce(Subquery(newest.values("at")[:1]), F("changed_at"))
        )
        .order_by("-happened_at", "-pk")
    )


def departments_in(projects: Iterable[Project]) -> dict[int, list[Department]]:
    """Project → the departments that take part, in their order; two queries for a whole list."""
    here = Party.objects.filter(project__in=[project.pk for project in projects], left_at__isnull=True)
    taking_part = list(here.order_by("project_id", "position", "pk").values_list("project_id", "department_id"))
    departments = Department.objects.in_bulk({department_id for _project_id, department_id in taking_part})
    found: dict[int, list[Department]] = {}
    for project_id, department_id in taking_part:
        found.setdefault(project_id, []).append(departments[department_id])
    return found


def mine(actor: Actor) -> Q:
    """Projects in which the person is named or answers for a department as its head."""
    headed = Party.objects.filter(project=OuterRef("pk"), department_id__in=actor.headed_ids, left_at__isnull=True)
    return named_in(actor) | (Q(Exists(headed)) & ~Q(phase=Phase.DRAFT))


def open_projects_of(actor: Actor) -> QuerySet[Project]:
    """My projects that are not over, last changed first."""
    return filtered_projects(actor, ProjectFilter(scope="mine"))
