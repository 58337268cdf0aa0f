"""Tasks and links a person may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Min, Q, QuerySet

from tongzhou.core.actor import Actor
from tongzhou.core.errors import StaleWrite
from tongzhou.people.models import Department, Person
from tongzhou.projects.models import Commitment, Project
from tongzhou.projects.queries import projects_for
from tongzhou.projects.states import CommitmentState

from ..models import Link, Plan, Task
from ..predecessors import Predecessor


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


def predecessors_of(task: Task) -> list[Predecessor]:
    """What the task waits for, in the order of task numbers."""
    return predecessors_by_task(Link.objects.filter(successor=task)).get(task.pk, [])


def predecessors_by_task(links: QuerySet[Link]) -> dict[int, list[Predecessor]]:
    """Task → what it waits for, in the order of task numbers; one query for all."""
    found: dict[int, list[Predecessor]] = {}
    rows = links.order_by("predecessor__number").values_list("successor_id", "predecessor__number", "kind", "lag")
    for successor, number, kind, lag in rows:
        found.setdefault(successor, []).append(Predecessor(number, kind, lag))
    return found


@dataclass(frozen=True, slots=True)
class PlanCounts:
    """The plan in numbers: tasks that are worked on, without department, on the critical path; first and last day."""

    tasks: int
    milestones: int
    homeless: int
    ownerless: int
    critical: int
    late: int
    start: date | None
    finish: date | None


def plan_counts(project: Project) -> PlanCounts:
    """Counted in one query; summaries only sum up and are not counted."""
    leaves = project.tasks.filter(is_summary=False)
    found = leaves.aggregate(
        tasks=Count("pk"),
        milestones=Count("pk", filter=Q(is_milestone=True)),
        homeless=Count("pk", filter=Q(department__isnull=True)),
        ownerless=Count("pk", filter=Q(owner__isnull=True)),
        critical=Count("pk", filter=Q(is_critical=True)),
        late=Count("pk", filter=Q(total_float__lt=0)),
        start=Min("start"),
        finish=Max("finish"),
    )
    return PlanCounts(**found)


def commitments_without_task(project: Project) -> list[Commitment]:
    """What was promised and stands nowhere in the plan yet."""
    rows = project.commitments.exclude(state=CommitmentState.WITHDRAWN).filter(tasks__isnull=True)
    return list(rows.select_related("department", "owner"))


def departments_answered_for(actor: Actor, project: Project) -> set[int]:
    """Departments of the project for which the actor details tasks: as head or as contact person."""
    parties = project.parties.filter(left_at__isnull=True)
    rows = parties.filter(Q(department__in=actor.headed_ids) | Q(contact_id=actor.pk))
    return set(rows.values_list("department_id", flat=True))


def owner_names(stale: StaleWrite) -> Iterable[tuple[int, str]]:
    """The persons of a clash by key and name."""
    keys = [side.get("owner_id") for side in (stale.mine, stale.theirs)]
    return Person.objects.filter(pk__in=[key for key in keys if key]).values_list("pk", "name")


def department_names(stale: StaleWrite) -> Iterable[tuple[int, str]]:
    """The departments of a clash by key and name."""
    keys = [side.get("department_id") for side in (stale.mine, stale.theirs)]
    return Department.objects.filter(pk__in=[key for key in keys if key]).values_list("pk", "name")
