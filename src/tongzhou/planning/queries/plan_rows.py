"""The plan as light rows: what the schedule and the chart need of thousands of tasks, without a model object for each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from tongzhou.projects.models import Project

from ..models import Link


class Dated(Protocol):
    """What the schedule asks of a task: a ``Task`` or a ``PlanRow``."""

    @property
    def pk(self) -> int: ...
    @property
    def parent_id(self) -> int | None: ...
    @property
    def is_summary(self) -> bool: ...
    @property
    def title(self) -> str: ...
    @property
    def duration(self) -> int: ...
    @property
    def constraint(self) -> str: ...
    @property
    def constraint_on(self) -> date | None: ...
    @property
    def held_until(self) -> date | None: ...


class Linked(Protocol):
    """What the schedule asks of a dependency: a ``Link`` or a ``LinkRow``."""

    @property
    def predecessor_id(self) -> int: ...
    @property
    def successor_id(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def lag(self) -> int: ...


class PlanRow(NamedTuple):
    """One task; the fields are the columns that are read."""

    pk: int
    parent_id: int | None
    is_summary: bool
    title: str
    duration: int
    constraint: str
    constraint_on: date | None
    held_until: date | None
    department_id: int | None
    deliverable: str
    acceptance: str
    start: date | None
    finish: date | None
    total_float: int | None
    free_float: int | None
    is_critical: bool


@dataclass(slots=True)
class PlaceRow:
    """Where one task stands in the outline; the fields are the columns that are read, and may be written."""

    pk: int
    parent_id: int | None
    rank: int
    depth: int
    is_summary: bool


class LinkRow(NamedTuple):
    """One dependency."""

    predecessor_id: int
    successor_id: int
    kind: str
    lag: int


def plan_rows(project: Project) -> list[PlanRow]:
    """Every task in reading order."""
    return [PlanRow._make(row) for row in project.tasks.order_by("rank", "pk").values_list(*PlanRow._fields)]


def place_rows(project: Project) -> list[PlaceRow]:
    """The place of every task, in reading order."""
    columns = ("pk", "parent_id", "rank", "depth", "is_summary")
    return [PlaceRow(*row) for row in project.tasks.order_by("rank", "pk").values_list(*columns)]


def link_rows(project: Project) -> list[LinkRow]:
    """Every dependency."""
    return [LinkRow._make(row) for row in Link.objects.filter(project=project).values_list(*LinkRow._fields)]
