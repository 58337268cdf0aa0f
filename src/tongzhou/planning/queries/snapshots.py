"""The whole plan as plain JSON: what a baseline freezes."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch

from tongzhou.core.events import plain
from tongzhou.projects.models import Project

from ..models import Booking, Link, RaciAssignment, ResourceNeed
from ..resource_states import NeedState
from .outline import wbs_numbers
from .tasks import predecessors_by_task

_TASK_COLUMNS = (
    "pk", "depth", "number", "title", "department__name", "owner__name", "duration", "start", "finish", "is_milestone",
    "is_summary", "constraint", "constraint_on", "deliverable", "acceptance", "objective_id", "commitment__number",
)  # fmt: skip
_TASK_NAMES = (
    "number", "title", "department", "owner", "duration", "start", "finish", "is_milestone", "is_summary", "constraint",
    "constraint_on", "deliverable", "acceptance", "objective_id", "commitment",
)  # fmt: skip


def snapshot(project: Project) -> dict[str, Any]:
    """The whole plan as it is now: tasks with their links, letters, resources, objectives.

    Baselines of the first days lack ``letters`` and ``resources``; whoever reads one asks first whether they are there.
    """
    return dict(
        plain(
            {
                "tasks": _tasks(project),
                "letters": _letters(project),
                "resources": _resources(project),
                "objectives": _objectives(project),
            }
        )
    )


def _tasks(project: Project) -> list[dict[str, Any]]:
    rows = list(project.tasks.order_by("rank", "pk").values_list(*_TASK_COLUMNS))
    numbers = wbs_numbers(row[1] for row in rows)
    waits = predecessors_by_task(Link.objects.filter(project=project))
    return [
        {
            "wbs": wbs,
            **dict(zip(_TASK_NAMES, row[2:], strict=True)),
            "predecessors": [[wait.number, wait.kind, wait.lag] for wait in waits.get(row[0], [])],
        }
        for row, wbs in zip(rows, numbers, strict=True)
    ]


def _letters(project: Project) -> list[dict[str, Any]]:
    columns = (
        "task__number",
        "task__title",
        "department_id",
        "department__name",
        "person_id",
        "person__name",
        "letter",
    )
    names = ("task", "title", "department_id", "department", "person_id", "person", "letter")
    rows = RaciAssignment.objects.filter(project=project).order_by("task__number", "department", "person", "letter")
    return [dict(zip(names, row, strict=True)) for row in rows.values_list(*columns)]


def _resources(project: Project) -> list[dict[str, Any]]:
    """Needs that stand, with what was approved and what is booked; days are kept where they do not follow the task."""
    held = Booking.objects.filter(released_at__isnull=True).select_related("person", "thing", "budget__department")
    needs = (
        ResourceNeed.objects.filter(project=project)
        .exclude(state=NeedState.WITHDRAWN)
        .select_related("task", "provider", "person")
        .prefetch_related(Prefetch("bookings", held.order_by("pk"), to_attr="held"))
        .order_by("number")
    )
    return [
        {
            "number": need.number,
            "task": need.task.number if need.task else None,
            "category": need.category,
            "name": need.name,
            "provider": need.provider.name,
            "person": need.person.name if need.person else None,
            "quantity": need.quantity,
            "unit": need.unit,
            "share": need.share,
            "first": need.first,
            "last": need.last,
            "amount": need.amount,
            "account": need.account,
            "purpose": need.purpose,
            "state": need.state,
            "approval": need.approval,
            "approved_quantity": need.approved_quantity,
            "approved_amount": need.approved_amount,
            "booked": [_booking(row) for row in need.held],
        }
        for need in needs
    ]


def _booking(row: Booking) -> dict[str, Any]:
    return {
        "what": str(row),
        "share": row.share if row.person_id else None,
        "count": row.count if row.thing_id else None,
        "amount": row.amount,
        "first": None if row.follows_task else row.first,
        "last": None if row.follows_task else row.last,
    }


def _objectives(project: Project) -> list[dict[str, Any]]:
    return [
        {
            "id": goal.pk,
            "text": goal.text,
            "metric": goal.metric,
            "baseline": goal.baseline,
            "target": goal.target,
            "unit": goal.unit,
            "due": goal.due,
        }
        for goal in project.objectives.all()
    ]
