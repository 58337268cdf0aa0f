"""Forecast and ways out of conflicts: who sees the project reads; who runs the project proposes and carries out, the departments concerned answer."""

from __future__ import annotations

from typing import Any

from tongzhou.planning import services
from tongzhou.planning.models import Remedy
from tongzhou.projects.models import Project

from .rows_resources import PREPARE, RUN, api, clashing, other_project, project, with_task
from .rows_resources import _offered as offered
from .rows_resources import _three as three
from .table import INSIDERS, Facts, Row
from .world import World


def _provider(world: World, of: Project) -> str:
    return "product" if of == world.own else "technology"


def _found(world: World, of: Project) -> Remedy:
    """A levelled plan of two tasks of the providing department that ask for the same person."""
    for _each in range(2):
        need = offered(world, of)
        department = world.cast.departments[_provider(world, of)]
        values = {"department_id": department.pk}
        services.change_task(need.task_id or 0, None, values, by=world.cast.by("pmo"))
    return services.start_leveling(of.pk, by=world.cast.by("pmo"))


def _proposed(world: World, of: Project) -> Remedy:
    return services.propose_remedy(_found(world, of).pk, by=world.cast.by("pmo"))


def _accepted(world: World, of: Project) -> Remedy:
    made = _proposed(world, of)
    services.answer_remedy(made.consents.get().pk, "accepted", by=world.cast.by(f"{_provider(world, of)}_head"))
    return made


def _applied(world: World, of: Project) -> Remedy:
    return services.apply_remedy(_accepted(world, of).pk, by=world.cast.by("pmo"))


FOUND = three(lambda world, of: _found(world, of).pk, "remedy_id")
PROPOSED = three(lambda world, of: _proposed(world, of).pk, "remedy_id")
ACCEPTED = three(lambda world, of: _accepted(world, of).pk, "remedy_id")
APPLIED = three(lambda world, of: _applied(world, of).pk, "remedy_id")


def _of_department(facts: Facts) -> Facts:
    def with_department(world: World) -> dict[str, Any]:
        found = facts(world)
        remedy = Remedy.objects.get(pk=found["remedy_id"])
        return {**found, "department_id": remedy.consents.get().department_id}

    return with_department


def accepted(world: World) -> dict[str, Any]:
    return {"verdict": "accepted"}


def _both(
    name: str, path: str, allow: frozenset[str], facts: tuple[Facts, Facts, Facts], method: str = "POST", **more: Any
) -> list[Row]:
    own, other, swapped = facts
    return [
        Row(f"planning:{name}", allow, method, own=own, other=other, swapped=swapped, **more),
        Row(f"{WAYS}/{{remedy_id}}{path}", allow, method, own=api(own), other=api(other), swapped=api(swapped), **more),
    ]


ANSWERED = (_of_department(PROPOSED[0]), _of_department(PROPOSED[1]), _of_department(PROPOSED[2]))
WAYS = "/api/v1/projects/{project_id}/plan/ways"
LEVELING = "/api/v1/projects/{project_id}/plan/leveling"
ROWS = [
    Row("planning:level", RUN, "POST", own=clashing, other=other_project),
    Row(LEVELING, RUN, "POST", own=api(clashing), other=api(other_project)),
    Row("planning:free_held", RUN, "POST", own=with_task, other=other_project),
    Row(f"{LEVELING}/free", RUN, "POST", own=api(with_task), other=api(other_project)),
    Row(WAYS, INSIDERS, own=api(project), other=api(other_project)),
    Row("planning:forecast", INSIDERS, own=project, other=other_project),
    Row("planning:forecast_line", INSIDERS, own=project, other=other_project),
    Row("/api/v1/projects/{project_id}/plan/forecast", INSIDERS, own=api(project), other=api(other_project)),
    *_both("remedy", "", INSIDERS, FOUND, "GET"),
    *_both("remedy_propose", "/propose", RUN, FOUND),
    *_both("remedy_answer", "/consents/{department_id}", PREPARE, ANSWERED, data=accepted),
    *_both("remedy_apply", "/apply", RUN, ACCEPTED),
    *_both("remedy_drop", "/withdraw", RUN, FOUND),
    *_both("remedy_take_back", "/take-back", RUN, APPLIED),
]
