"""The board: whoever sees the project looks at it; who may do something to a task does it there too."""

from __future__ import annotations

from typing import Any

from tongzhou.execution import services
from tongzhou.execution.models import BoardView
from tongzhou.planning.models import Task
from tongzhou.projects.models import Project

from .rows_execution import (
    SPEAK,
    api_other,
    api_project,
    other_project,
    other_task,
    other_task_page,
    project,
    swapped_task,
    swapped_task_page,
    task,
    task_page,
)
from .rows_planning import RUN
from .table import INSIDERS, Row
from .world import World


def _view(world: World, of: Project, part: str) -> BoardView:
    return services.keep_view(of.pk, "延期", "late=1", shared=True, by=world.cast.by(part))


def view(world: World) -> dict[str, Any]:
    return {**project(world), "view_id": _view(world, world.own, "product_member").pk}


def other_view(world: World) -> dict[str, Any]:
    return {**other_project(world), "view_id": _view(world, world.other, "outsider").pk}


def swapped_view(world: World) -> dict[str, Any]:
    return {**project(world), "view_id": other_view(world)["view_id"]}


def _api(facts: Any) -> Any:
    def named(world: World) -> dict[str, Any]:
        return {{"pk": "project_id"}.get(key, key): value for key, value in facts(world).items()}

    return named


def kept(world: World) -> dict[str, Any]:
    return {"name": "本周", "query": "late=1"}


def bulk(world: World) -> dict[str, Any]:
    return {"act": "risk", "risk": "low", "reason": "按期", "tasks": [{"id": task(world)["task_id"]}]}


def _planned(facts: Any) -> Any:
    """The plan is still made."""

    def keys(world: World) -> dict[str, Any]:
        found: dict[str, Any] = facts(world)
        Project.objects.filter(pk__in=[world.own.pk, world.other.pk]).update(phase="planning")
        return found

    return keys


def placed(world: World) -> dict[str, Any]:
    found = Task.objects.filter(project=world.own, title="盘点").first()
    return {"version": found.version if found else 1, "owner_id": None}


BOARD = "/api/v1/projects/{project_id}/board"
KEEPERS = frozenset({"member"}) | RUN
ROWS = [
    Row("execution:board", INSIDERS, own=project, other=other_project),
    Row("execution:board_data", INSIDERS, own=project, other=other_project),
    Row("execution:board_gantt_data", INSIDERS, own=project, other=other_project),
    Row("execution:board_sheet", INSIDERS, own=task_page, other=other_task_page, swapped=swapped_task_page),
    Row("execution:board_view_keep", INSIDERS, "POST", own=project, other=other_project, data=kept),
    Row("execution:board_view_drop", KEEPERS, "POST", own=view, other=other_view, swapped=swapped_view),
    Row(BOARD, INSIDERS, own=api_project, other=api_other),
    Row(f"{BOARD}/bulk", SPEAK | RUN, "POST", own=api_project, other=api_other, data=bulk),
    Row(f"{BOARD}/tasks/{{task_id}}", SPEAK | RUN, "PATCH", own=_planned(task), other=_planned(other_task), swapped=_planned(swapped_task), data=placed),
    Row(f"{BOARD}/views", INSIDERS, own=api_project, other=api_other),
    Row(f"{BOARD}/views", INSIDERS, "POST", own=api_project, other=api_other, data=kept),
    Row(f"{BOARD}/views/{{view_id}}", KEEPERS, "DELETE", own=_api(view), other=_api(other_view), swapped=_api(swapped_view)),
]  # fmt: skip
