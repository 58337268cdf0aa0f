"""Who writes the responsibility matrix: the lead and the PMO; whoever sees the project reads it."""

from __future__ import annotations

from typing import Any

from django.core import signing

from tongzhou.planning import services
from tongzhou.planning.models import Plan, Task
from tongzhou.planning.pages.raci_files import SALT
from tongzhou.planning.queries.raci_rules import Cell

from .rows_planning import PLAN, RUN, api, other_project, project, task
from .table import INSIDERS, Row
from .world import World


def with_task(world: World) -> dict[str, Any]:
    """A project whose plan has a task of the product department."""
    task(world)
    return project(world)


def lettered(world: World) -> dict[str, Any]:
    """The same, with a step to take back."""
    found = _newest(world)
    change = services.CellChange(found.pk, Cell(world.cast.departments["product"].pk), "RA")
    services.set_letters(world.own.pk, [change], by=world.cast.by("pmo"))
    return project(world)


def _newest(world: World) -> Task:
    with_task(world)
    return Task.objects.filter(project=world.own).order_by("-pk")[0]


def cells(world: World) -> dict[str, Any]:
    found = Task.objects.filter(project=world.own).order_by("-pk").first() or _newest(world)
    return {f"cell-{found.pk}-{world.cast.departments['product'].pk}-0": "C"}


def api_cells(world: World) -> dict[str, Any]:
    found = Task.objects.filter(project=world.own).order_by("-pk").first() or _newest(world)
    return {"cells": [{"task_id": found.pk, "department_id": world.cast.departments["product"].pk, "letters": "C"}]}


def last_step(world: World) -> dict[str, Any]:
    plan = Plan.objects.filter(project=world.own).first()
    if plan is None:
        lettered(world)
        plan = Plan.objects.get(project=world.own)
    return {"step": plan.steps.first().number}  # type: ignore[union-attr]


def word(world: World) -> dict[str, Any]:
    return {"word": "answerable"}


def xlsx(world: World) -> dict[str, Any]:
    return {**with_task(world), "fmt": "xlsx"}


def other_xlsx(world: World) -> dict[str, Any]:
    return {**other_project(world), "fmt": "xlsx"}


def looked_through(world: World) -> dict[str, Any]:
    """Letters as the page of the import keeps them."""
    found = Task.objects.filter(project=world.own).order_by("-pk").first() or _newest(world)
    change = (found.pk, world.cast.departments["product"].pk, "C", "")
    return {"kept": signing.dumps([world.own.pk, [change]], salt=SALT)}


ROWS = [
    Row("planning:raci_paper", INSIDERS, own=with_task, other=other_project),
    Row("planning:raci_file", INSIDERS, own=xlsx, other=other_xlsx),
    Row("planning:raci_import", RUN, own=with_task, other=other_project),
    Row(
        "planning:raci_import", RUN, "POST", own=with_task, other=other_project, data=lambda world: {}, wrong_input=RUN
    ),
    Row("planning:raci_import_confirm", RUN, "POST", own=with_task, other=other_project, data=looked_through),
    Row("planning:raci", INSIDERS, own=with_task, other=other_project),
    Row("planning:raci", RUN, "POST", own=with_task, other=other_project, data=cells),
    Row("planning:raci_word", RUN, "POST", own=with_task, other=other_project, data=word),
    Row("planning:raci_responsible", RUN, "POST", own=with_task, other=other_project, data=lambda world: {}),
    Row("planning:raci_undo", RUN, "POST", own=lettered, other=other_project, data=last_step),
    Row(f"{PLAN}/raci", INSIDERS, own=api(with_task), other=api(other_project)),
    Row(f"{PLAN}/raci/cells", RUN, "PUT", own=api(with_task), other=api(other_project), data=api_cells),
    Row(f"{PLAN}/raci/responsible", RUN, "POST", own=api(with_task), other=api(other_project)),
    Row(f"{PLAN}/raci/word", RUN, "PUT", own=api(with_task), other=api(other_project), data=word),
]
