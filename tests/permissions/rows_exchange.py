"""Who takes plans and resource requests in from files: who may write them; whoever sees the project takes the plan out."""

from __future__ import annotations

from typing import Any

from tests.planning.resourcing import filled_form
from tongzhou.core.actor import Actor
from tongzhou.planning.exchange.kept import keep
from tongzhou.planning.exchange.rows import Brought, BroughtRow
from tongzhou.planning.models import Plan, Task
from tongzhou.planning.needs_table import packed, read_needs

from .rows_planning import DETAIL, PLAN, RUN, api, other_project, planned, project
from .table import INSIDERS, Row
from .world import World

NEEDS = f"{PLAN}/resources"


def xlsx(world: World) -> dict[str, Any]:
    return {**planned(world), "fmt": "xlsx"}


def other_xlsx(world: World) -> dict[str, Any]:
    return {**other_project(world), "fmt": "xlsx"}


def token(world: World) -> str:
    """A plan of one new task, looked through against the plan as it is."""
    found = Plan.objects.filter(project=world.own).first()
    brought = Brought("table", [BroughtRow(2, "渠道推广", values={"title": "渠道推广"})])
    return keep(world.own.pk, found.version if found else 1, "计划.xlsx", brought.packed())


def kept(world: World) -> dict[str, Any]:
    return {"kept": token(world)}


def kept_token(world: World) -> dict[str, Any]:
    return {"token": token(world)}


def needs_token(world: World) -> str:
    """A form that asks the product department for one clerk, for its own task."""
    if not Task.objects.filter(project=world.own).exists():
        planned(world)
    task = Task.objects.filter(project=world.own).order_by("-pk")[0]
    actor: Actor = world.cast.by("pmo")
    rows = read_needs(world.own, filled_form(world.own, task.title, "产品部"), actor)
    return packed(world.own, rows)


def needs_kept(world: World) -> dict[str, Any]:
    return {"kept": needs_token(world)}


def needs_kept_token(world: World) -> dict[str, Any]:
    return {"token": needs_token(world)}


def empty(world: World) -> dict[str, Any]:
    return {}


ROWS = [
    Row("planning:plan_file", INSIDERS, own=xlsx, other=other_xlsx),
    Row("planning:plan_import", RUN, own=project, other=other_project),
    Row("planning:plan_import", RUN, "POST", own=project, other=other_project, data=empty, wrong_input=RUN),
    Row("planning:plan_import_confirm", RUN, "POST", own=project, other=other_project, data=kept),
    Row("planning:needs_import", DETAIL, own=planned, other=other_project),
    Row("planning:needs_import", DETAIL, "POST", own=planned, other=other_project, data=empty, wrong_input=DETAIL),
    Row("planning:needs_import_confirm", DETAIL, "POST", own=planned, other=other_project, data=needs_kept),
    Row(f"{PLAN}/file/{{fmt}}", INSIDERS, own=api(xlsx), other=api(other_xlsx)),
    Row(f"{PLAN}/import/check", RUN, "POST", own=api(project), other=api(other_project), data=empty, wrong_input=RUN),
    Row(f"{PLAN}/import", RUN, "POST", own=api(project), other=api(other_project), data=kept_token),
    Row(
        f"{NEEDS}/import/check",
        DETAIL,
        "POST",
        own=api(planned),
        other=api(other_project),
        data=empty,
        wrong_input=DETAIL,
    ),
    Row(f"{NEEDS}/import", DETAIL, "POST", own=api(planned), other=api(other_project), data=needs_kept_token),
]
