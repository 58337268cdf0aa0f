"""The plan as the Gantt chart draws it, and what one dragged task would move before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tongzhou.calendars.queries import company_calendar
from tongzhou.core import clock
from tongzhou.projects.models import Project

from ..models import Link
from ..states import DateConstraint
from .outline import wbs_numbers
from .plan_rows import PlanRow, link_rows, plan_rows
from .schedule import scheduled

# Constraints that a late predecessor can break.
HELD = {DateConstraint.FINISH_NOT_AFTER, DateConstraint.MUST_START, DateConstraint.MUST_FINISH}
DAYS_BEFORE, DAYS_AFTER = timedelta(days=3), timedelta(days=21)


@dataclass(frozen=True, slots=True)
class Move:
    """A task that would lie elsewhere."""

    pk: int
    title: str
    before: tuple[date, date]
    after: tuple[date, date]
    working_days: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change of one task would do to the plan: what moves, the end before and after, dates that break."""

    moves: tuple[Move, ...]
    finish_before: date | None
    finish_after: date | None
    broken: tuple[str, ...]


def gantt_rows(project: Project) -> dict[str, Any]:
    """Everything the chart draws, as compact rows (columns named once); three queries however long the plan is."""
    rows = list(
        project.tasks.order_by("rank", "pk").values_list(
            "pk", "parent_id", "depth", "number", "title", "start", "finish", "duration", "is_summary", "is_milestone",
            "is_critical", "total_float", "department_id", "department__name", "owner__name", "version",
        )
    )  # fmt: skip
    numbers = wbs_numbers(row[2] for row in rows)
    columns = (
        "id", "parent", "wbs", "number", "title", "start", "finish", "days", "summary", "milestone", "critical", "float",
        "department_id", "department", "owner", "version",
    )  # fmt: skip
    tasks = [(row[0], row[1] or 0, wbs, *row[3:]) for row, wbs in zip(rows, numbers, strict=True)]
    links = Link.objects.filter(project=project).values_list("pk", "predecessor_id", "successor_id", "kind", "lag")
    starts = [row[5] for row in rows if row[5]]
    finishes = [row[6] for row in rows if row[6]]
    first = min([*starts, project.starts_on or clock.today()]) - DAYS_BEFORE
    last = max([*finishes, project.ends_on or clock.today()]) + DAYS_AFTER
    calendar = company_calendar()
    days = (last - first).days + 1
    off = [day for n in range(days) if not calendar.is_workday(day := first + timedelta(days=n))]
    return {
        "columns": columns,
        "tasks": tasks,
        "links": list(links),
        "off": off,
        "today": clock.today(),
        "first": first,
        "last": last,
        "ends_on": project.ends_on,
    }


def preview(project: Project, task_id: int, values: Mapping[str, Any]) -> Preview:
    """Schedules the plan as it would be with other values of one task; writes nothing.

    The values have been checked as the service that writes them checks (``services.checked_values``).
    """
    before = plan_rows(project)
    tasks = [task._replace(**_of_the_row(values)) if task.pk == task_id else task for task in before]
    calendar = company_calendar()
    after = scheduled(tasks, link_rows(project), calendar, project.starts_on or clock.today())
    moves, broken = [], []
    for task in tasks:
        told = after.get(task.pk)
        if told is None or task.is_summary or task.start is None or task.finish is None:
            continue
        if told.start != task.start or told.finish != task.finish:
            shift = calendar.count_workdays(task.finish, told.finish)
            moves.append(Move(task.pk, task.title, (task.start, task.finish), (told.start, told.finish), shift))
        if task.constraint in HELD and told.total_float < 0 <= (task.total_float or 0):
            broken.append(task.title)
    finishes = [task.finish for task in before if task.finish]
    return Preview(
        tuple(moves),
        max(finishes, default=None),
        max((told.finish for told in after.values()), default=None),
        tuple(broken),
    )


def _of_the_row(values: Mapping[str, Any]) -> dict[str, Any]:
    """Of the values those that move dates."""
    return {name: value for name, value in values.items() if name in PlanRow._fields}
