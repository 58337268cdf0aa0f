"""Who sets the communication mechanism: the lead and the PMO; whoever sees the project reads it."""

from __future__ import annotations

from typing import Any

from tongzhou.planning import services
from tongzhou.planning.models import CommunicationLine
from tongzhou.projects.models import Project

from .rows_planning import PLAN, RUN, api, other_project, project
from .table import INSIDERS, Row
from .world import World


def _line(world: World, of: Project) -> CommunicationLine:
    services.set_default_communication(of.pk, by=world.cast.by("pmo"))
    return CommunicationLine.objects.get(project=of, kind="daily")


def line(world: World) -> dict[str, Any]:
    return {"pk": world.own.pk, "line_id": _line(world, world.own).pk}


def other_line(world: World) -> dict[str, Any]:
    return {"pk": world.other.pk, "line_id": _line(world, world.other).pk}


def swapped_line(world: World) -> dict[str, Any]:
    return {"pk": world.own.pk, "line_id": _line(world, world.other).pk}


def pdf(world: World) -> dict[str, Any]:
    return {**project(world), "fmt": "pdf"}


def other_pdf(world: World) -> dict[str, Any]:
    return {**other_project(world), "fmt": "pdf"}


def written(world: World) -> dict[str, Any]:
    facts = {"frequency": "workday", "at": "16:00", "form": "group", "non_workday_rule": "skip"}
    return {**facts, "version": _line(world, world.own).version}


def patch(world: World) -> dict[str, Any]:
    return {"version": _line(world, world.own).version, "place": "A301"}


def new(world: World) -> dict[str, Any]:
    return {"kind": "huddle", "frequency": "workday", "at": "12:00"}


ROWS = [
    Row("planning:communication", INSIDERS, own=project, other=other_project),
    Row("planning:communication_defaults", RUN, "POST", own=project, other=other_project),
    Row("planning:communication_paper", INSIDERS, own=project, other=other_project),
    Row("planning:communication_file", INSIDERS, own=pdf, other=other_pdf),
    Row("planning:communication_line", RUN, own=line, other=other_line, swapped=swapped_line),
    Row("planning:communication_line", RUN, "POST", own=line, other=other_line, swapped=swapped_line, data=written),
    Row("planning:communication_remove", RUN, "POST", own=line, other=other_line, swapped=swapped_line),
    Row(f"{PLAN}/communication", INSIDERS, own=api(project), other=api(other_project)),
    Row(f"{PLAN}/communication", RUN, "POST", own=api(project), other=api(other_project), data=new),
    Row(f"{PLAN}/communication/defaults", RUN, "POST", own=api(project), other=api(other_project)),
    Row(
        f"{PLAN}/communication/{{line_id}}",
        RUN,
        "PATCH",
        own=api(line),
        other=api(other_line),
        swapped=api(swapped_line),
        data=patch,
    ),
    Row(
        f"{PLAN}/communication/{{line_id}}",
        RUN,
        "DELETE",
        own=api(line),
        other=api(other_line),
        swapped=api(swapped_line),
    ),
]
