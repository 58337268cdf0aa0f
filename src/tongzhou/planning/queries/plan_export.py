"""The plan as it goes out to other programs: every task with its names and predecessors, in a fixed number of queries."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tongzhou.calendars.queries import company_calendar
from tongzhou.core import clock
from tongzhou.people.models import Person
from tongzhou.projects.models import Project

from ..exchange.writing import write_plan
from ..models import Task
from ..predecessors import Predecessor
from .incoming_names import commitment_words
from .outline import outline_of
from .tasks import links_of, predecessors_by_task


@dataclass(frozen=True, slots=True)
class ExportRow:
    """A task with what stands around it. ``owner``: the name, or the login name where others have the same name."""

    task: Task
    wbs: str
    predecessors: tuple[Predecessor, ...]
    owner: str
    objective: str
    commitment: str


def export_rows(project: Project) -> list[ExportRow]:
    """The whole plan in reading order."""
    tasks = list(project.tasks.select_related("department", "owner", "objective", "commitment").order_by("rank", "pk"))
    waits = predecessors_by_task(links_of(project))
    names = {task.owner.name for task in tasks if task.owner}
    same = Counter(Person.objects.filter(is_active=True, name__in=names).values_list("name", flat=True))
    return [
        ExportRow(
            task=row.task,
            wbs=row.wbs,
            predecessors=tuple(waits.get(row.task.pk, ())),
            owner=_called(row.task.owner, same),
            objective=str(row.task.objective) if row.task.objective else "",
            commitment=commitment_words(row.task.commitment) if row.task.commitment else "",
        )
        for row in outline_of(tasks)
    ]


def _called(person: Person | None, same: Counter[str]) -> str:
    if person is None:
        return ""
    return person.name if same[person.name] == 1 else person.username


def plan_file(project: Project, fmt: str) -> tuple[str, bytes]:
    """The plan as a file in the reader's language, name and bytes. ``fmt``: xlsx, or xml for Microsoft Project."""
    departments = project.parties.filter(left_at__isnull=True).order_by("department__position", "department_id")
    data = write_plan(
        project,
        export_rows(project),
        fmt,
        calendar=company_calendar(),
        departments=list(departments.values_list("department__name", flat=True)),
        now=clock.now().astimezone(clock.company_zone()),
    )
    return f"{_('Task list')} {project.name}"[:80] + f".{fmt}", data
