"""The plan as the Gantt chart draws it, and what one dragged task would move before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tongzhou.calendars.queries import company_calendar
from tongzhou.core import clock
from tongzhou.projects.models import Project

from ..models import Link, Task
from ..states import DateConstraint
from .outline import wbs_numbers
from .schedule import scheduled

# What the schedule and the chart need of a task; texts that are not drawn stay in the database.
_COLUMNS = (
    "number", "parent_id", "depth", "is_summary", "is_milestone", "title", "duration", "constraint", "constraint_on",
    "held_until", "start", "finish", "total_float", "free_float", "is_critical", "version", "project_id", "rank",
)  # fmt: skip
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
    tasks = list(Task.objects.filter(project=project).only(*_COLUMNS).order_by("rank", "pk"))
    links = list(Link.objects.filter(project=project))
    before = {task.pk: (task.start, task.finish) for task in tasks}
    for task in tasks:
        if task.pk == task_id:
            for name, value in values.items():
                setattr(task, name, value)
    calendar = company_calendar()
    after = scheduled(tasks, links, calendar, project.starts_on or clock.today())
    moves, broken = [], []
    for task in tasks:
        told, (was_start, was_finish) = after.get(task.pk), before[task.pk]
        if told is None or task.is_summary or was_start is None or was_finish is None:
            continue
        if (told.start, told.finish) != (was_start, was_finish):
            shift = calendar.count_workdays(was_finish, told.finish)
            moves.append(Move(task.pk, task.title, (was_start, was_finish), (told.start, told.finish), shift))
        if task.constraint in HELD and told.total_float < 0 <= (task.total_float or 0):
            broken.append(task.title)
    finishes = [finish for _start, finish in before.values() if finish]
    return Preview(
        tuple(moves),
        max(finishes, default=None),
        max((told.finish for told in after.values()), default=None),
        tuple(broken),
    )
