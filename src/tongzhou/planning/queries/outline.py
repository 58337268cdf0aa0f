"""WBS: the tasks of a project as an outline, with their numbers 1, 1.1, 1.2, 2 …"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tongzhou.projects.models import Project

from ..models import Task


@dataclass(frozen=True, slots=True)
class OutlineRow:
    """A task in the outline and its WBS number."""

    task: Task
    wbs: str


def wbs_numbers(depths: Iterable[int]) -> list[str]:
    """The WBS number of each row of an outline, from the depths read from top to bottom."""
    counters: list[int] = []
    found = []
    for depth in depths:
        del counters[depth + 1 :]
        if len(counters) <= depth:
            counters += [0] * (depth + 1 - len(counters))
        counters[depth] += 1
        found.append(".".join(map(str, counters)))
    return found


def outline(project: Project) -> list[OutlineRow]:
    """The whole outline of the project in reading order; one query."""
    return outline_of(list(project.tasks.select_related("department", "owner").order_by("rank", "pk")))


def outline_of(tasks: Sequence[Task]) -> list[OutlineRow]:
    """The outline of these tasks, which are all tasks of a project in reading order."""
    return [OutlineRow(task, wbs) for task, wbs in zip(tasks, wbs_numbers(task.depth for task in tasks), strict=True)]


@dataclass(slots=True)
class OutlineKey:
    """A line of the outline as the table shows it; the page that is shown fills in the task."""

    pk: int
    wbs: str
    depth: int
    task: Task | None = None
    predecessors: str = ""
    may_edit: bool = False


def outline_keys(project: Project) -> list[OutlineKey]:
    """Every line of the outline by key and number only: cheap, however long the plan is."""
    rows = list(project.tasks.order_by("rank", "pk").values_list("pk", "depth"))
    numbers = wbs_numbers(depth for _pk, depth in rows)
    return [OutlineKey(pk, wbs, depth) for (pk, depth), wbs in zip(rows, numbers, strict=True)]


def wbs_of(task: Task) -> str:
    """The WBS number of one task."""
    above = task.project.tasks.filter(rank__lte=task.rank).order_by("rank", "pk").values_list("depth", flat=True)
    return wbs_numbers(above)[-1]
