"""Lists of projects: mine, all I may see, those that are over."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from tongzhou.core.actor import Actor

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
    """Projects the actor may see, narrowed; last changed first. ``has_conditions`` marks 带条件通过."""
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
    return (
        rows.select_related("initiator", "lead", "scenario")
        .prefetch_related("parties__department")
        .annotate(has_conditions=Exists(conditional))
        .order_by(F("changed_at").desc(), "-pk")
    )


def mine(actor: Actor) -> Q:
    """Projects in which the person is named or answers for a department as its head."""
    headed = Party.objects.filter(project=OuterRef("pk"), department_id__in=actor.headed_ids, left_at__isnull=True)
    return named_in(actor) | (Q(Exists(headed)) & ~Q(phase=Phase.DRAFT))


def open_projects_of(actor: Actor) -> QuerySet[Project]:
    """My projects that are not over, last changed first."""
    return filtered_projects(actor, ProjectFilter(scope="mine"))
