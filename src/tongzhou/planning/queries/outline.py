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
