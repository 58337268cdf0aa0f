"""Late and risky work, computed from dates and what people say of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from tongzhou.calendars.queries import company_calendar
from tongzhou.planning.models import RaciAssignment, Task
from tongzhou.planning.states import RaciLetter
from tongzhou.planning.work_states import UNFINISHED, TaskStatus
from tongzhou.projects.models import Project

from ..models import TaskDelay
from ..states import RiskLevel

_LEVELS = {RiskLevel.HIGH: 0, RiskLevel.MEDIUM: 1, RiskLevel.LOW: 2}


@dataclass(frozen=True, slots=True)
class WorkInDanger:
    """A task that is late, blocked, or of which somebody has said that it is at risk.

    ``days``: working days past its planned finish; 0 while it is not late.
    """

    task: Task
    days: int
    risk: str
    reason: str
    delay: TaskDelay | None = None

    @property
    def is_late(self) -> bool:
        """Whether its day is over."""
        return self.days > 0


def tasks_of_department(project: Project, department_id: int) -> QuerySet[Task]:
    """What a department does in the project: its own tasks, and those in which it has the R."""
    lettered = RaciAssignment.objects.filter(
        task=OuterRef("pk"), department=department_id, letter=RaciLetter.RESPONSIBLE
    )
    rows = Task.objects.filter(Q(department_id=department_id) | Q(Exists(lettered)), project=project, is_summary=False)
    return rows.select_related("department", "owner").order_by("finish", "rank", "pk")


def in_danger(tasks: Iterable[Task] | QuerySet[Task], day: date) -> list[WorkInDanger]:
    """Late, blocked and risky tasks of those given, the latest first; one query for what was said of them."""
    calendar = company_calendar()
    rows = [task for task in tasks if task.status in UNFINISHED]
    said = {delay.task_id: delay for delay in TaskDelay.objects.filter(task__in=[task.pk for task in rows])}
    found = []
    for task in rows:
        delay = said.get(task.pk)
        days = max(calendar.count_workdays(task.finish, day), 0) if task.finish and task.finish < day else 0
        stated = delay is not None and delay.risk in {RiskLevel.HIGH, RiskLevel.MEDIUM}
        if days or stated or task.status == TaskStatus.BLOCKED:
            reason = (delay.reason if delay else "") or task.hindrance
            found.append(WorkInDanger(task, days, delay.risk if delay else "", reason, delay))
    return sorted(
        found, key=lambda row: (-row.days, _LEVELS.get(RiskLevel(row.risk), 3) if row.risk else 3, row.task.pk)
    )


def danger_in(project: Project, day: date) -> list[WorkInDanger]:
    """The same for the whole project."""
    rows = Task.objects.filter(project=project, is_summary=False).select_related("department", "owner")
    return in_danger(rows.filter(status__in=UNFINISHED).order_by("finish", "rank"), day)
