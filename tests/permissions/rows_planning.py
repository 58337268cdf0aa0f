"""Who may plan: the lead and the PMO; a department details its own tasks; whoever sees the project reads the plan."""

from __future__ import annotations

from typing import Any

from tongzhou.planning import services
from tongzhou.planning.models import Baseline, Link, Plan, Task
from tongzhou.projects.models import Project

from .table import INSIDERS, Row
from .world import World

RUN = frozenset({"lead", "pmo"})
# Tasks in these rows belong to the product department.
DETAIL = RUN | {"head", "contact"}


def _task(world: World, project: Project, title: str = "盘点") -> Task:
    facts = {"title": title, "duration": 3}
    if project == world.own:
        facts["department_id"] = world.cast.departments["product"].pk
    return services.add_task(project.pk, facts, by=world.cast.by("pmo"))


def project(world: World) -> dict[str, Any]:
    return {"pk": world.own.pk}


def other_project(world: World) -> dict[str, Any]:
    return {"pk": world.other.pk}


def task(world: World) -> dict[str, Any]:
    return {"pk": world.own.pk, "task_id": _task(world, world.own).pk}


def other_task(world: World) -> dict[str, Any]:
    return {"pk": world.other.pk, "task_id": _task(world, world.other).pk}


def swapped_task(world: World) -> dict[str, Any]:
    return {"pk": world.own.pk, "task_id": _task(world, world.other).pk}


def second_task(world: World) -> dict[str, Any]:
    """A task with another above it, so that it can be moved up."""
    _task(world, world.own, "补货")
    return task(world)


def _link(world: World, of: Project) -> int:
    first, second = _task(world, of), _task(world, of, "补货")
    return services.link_tasks(first.pk, second.pk, by=world.cast.by("pmo")).pk


def link(world: World) -> dict[str, Any]:
    return {"pk": world.own.pk, "link_id": _link(world, world.own)}


def other_link(world: World) -> dict[str, Any]:
    return {"pk": world.other.pk, "link_id": _link(world, world.other)}


def swapped_link(world: World) -> dict[str, Any]:
    return {"pk": world.own.pk, "link_id": _link(world, world.other)}


def planned(world: World) -> dict[str, Any]:
    """The project with a step to take back."""
    _task(world, world.own)
    return project(world)


def two_tasks(world: World) -> dict[str, Any]:
    _task(world, world.own)
    _task(world, world.own, "补货")
    return project(world)


def api(facts: Any) -> Any:
    """The same address as the API calls its parts."""

    def named(world: World) -> dict[str, Any]:
        return {{"pk": "project_id"}.get(key, key): value for key, value in facts(world).items()}

    return named


def _newest(world: World) -> Task:
    return Task.objects.filter(project=world.own).order_by("-pk").first() or _task(world, world.own)


def new_task(world: World) -> dict[str, Any]:
    return {"title": "渠道推广", "duration": "3"}


def new_api_task(world: World) -> dict[str, Any]:
    return {"title": "渠道推广", "duration": 3}


def row(world: World) -> dict[str, Any]:
    """What a department may say of its task; everything else as it is."""
    found = _newest(world)
    return {"version": found.version, "title": found.title, "department": found.department_id, "duration": "4"}


def patch(world: World) -> dict[str, Any]:
    return {"version": _newest(world).version, "duration": 4}


def chosen(world: World) -> dict[str, Any]:
    return {"task": [_newest(world).pk]}


def bulk(world: World) -> dict[str, Any]:
    return {**chosen(world), "duration": "5"}


def chosen_ids(world: World) -> dict[str, Any]:
    return {"task_ids": [_newest(world).pk]}


def bulk_ids(world: World) -> dict[str, Any]:
    return {**chosen_ids(world), "duration": 5}


def last_step(world: World) -> dict[str, Any]:
    _newest(world)
    return {"step": Plan.objects.get(project=world.own).steps.first().number}  # type: ignore[union-attr]


def drawn(world: World) -> dict[str, Any]:
    first, second = [*Task.objects.filter(project=world.own)[:2], _newest(world), _task(world, world.own, "上架")][:2]
    return {"predecessor": first.pk, "successor": second.pk}


def drawn_ids(world: World) -> dict[str, Any]:
    return {f"{key}_id": value for key, value in drawn(world).items()}


def pasted(world: World) -> dict[str, Any]:
    return {"text": "渠道推广\t3"}


def dropped(world: World) -> dict[str, Any]:
    return {"task": _newest(world).pk, "start": "2026-05-20"}


def tried(world: World) -> dict[str, Any]:
    return {"task_id": _newest(world).pk, "duration": 9}


def linked(world: World) -> dict[str, Any]:
    _link(world, world.own)
    return project(world)


def joined(world: World) -> dict[str, Any]:
    """A dependency that is there."""
    found = Link.objects.filter(project=world.own).first()
    if found is None:
        found = Link.objects.get(pk=_link(world, world.own))
    return {"predecessor": found.predecessor_id, "successor": found.successor_id}


def _version(world: World, of: Project) -> int:
    _task(world, of)
    return services.save_snapshot(of.pk, "初稿", by=world.cast.by("pmo")).pk


def kept(world: World) -> dict[str, Any]:
    _version(world, world.own)
    return project(world)


def other_kept(world: World) -> dict[str, Any]:
    _version(world, world.other)
    return other_project(world)


def older(world: World) -> dict[str, Any]:
    found = Baseline.objects.filter(project=world.own).first()
    return {"older": found.pk if found else _version(world, world.own)}


def version(world: World) -> dict[str, Any]:
    return {"pk": world.own.pk, "baseline_id": _version(world, world.own)}


def other_version(world: World) -> dict[str, Any]:
    return {"pk": world.other.pk, "baseline_id": _version(world, world.other)}


def swapped_version(world: World) -> dict[str, Any]:
    return {"pk": world.own.pk, "baseline_id": _version(world, world.other)}


PLAN = "/api/v1/projects/{project_id}/plan"
ROWS = [
    Row("planning:plan", INSIDERS, own=project, other=other_project),
    Row("planning:plan", RUN, "POST", own=project, other=other_project, data=new_task),
    Row("planning:task", INSIDERS, own=task, other=other_task, swapped=swapped_task),
    Row("planning:task", DETAIL, "POST", own=task, other=other_task, swapped=swapped_task, data=row),
    Row("planning:row", DETAIL, own=task, other=other_task, swapped=swapped_task),
    Row("planning:row", DETAIL, "POST", own=task, other=other_task, swapped=swapped_task, data=row),
    Row(
        "planning:place",
        RUN,
        "POST",
        own=second_task,
        other=other_task,
        swapped=swapped_task,
        data=lambda world: {"direction": "up"},
    ),
    Row("planning:remove", RUN, "POST", own=planned, other=other_project, data=chosen),
    Row("planning:bulk", RUN, "POST", own=planned, other=other_project, data=bulk),
    Row("planning:undo", RUN, "POST", own=planned, other=other_project, data=last_step),
    Row("planning:paste", RUN, "POST", own=project, other=other_project, data=pasted),
    Row("planning:from_commitments", RUN, "POST", own=project, other=other_project),
    Row("planning:from_scenario", RUN, "POST", own=project, other=other_project),
    Row("planning:link_draw", RUN, "POST", own=two_tasks, other=other_project, data=drawn),
    Row("planning:link_remove", RUN, "POST", own=link, other=other_link, swapped=swapped_link),
    Row("planning:gantt", INSIDERS, own=project, other=other_project),
    Row("planning:gantt_data", INSIDERS, own=project, other=other_project),
    Row("planning:gantt_preview", RUN, "POST", own=planned, other=other_project, data=dropped),
    Row("planning:gantt_drag", RUN, "POST", own=planned, other=other_project, data=dropped),
    Row("planning:gantt_link", RUN, "POST", own=two_tasks, other=other_project, data=drawn),
    Row("planning:gantt_unlink", RUN, "POST", own=linked, other=other_project, data=joined),
    Row("planning:baselines", INSIDERS, own=project, other=other_project),
    Row("planning:baselines", RUN, "POST", own=planned, other=other_project, data=lambda world: {"name": "初稿"}),
    Row("planning:compare", INSIDERS, own=kept, other=other_kept, data=older),
    Row(f"{PLAN}/baselines", INSIDERS, own=api(project), other=api(other_project)),
    Row(
        f"{PLAN}/baselines",
        RUN,
        "POST",
        own=api(planned),
        other=api(other_project),
        data=lambda world: {"name": "初稿"},
    ),
    Row(
        f"{PLAN}/baselines/{{baseline_id}}/difference",
        INSIDERS,
        own=api(version),
        other=api(other_version),
        swapped=api(swapped_version),
    ),
    Row(f"{PLAN}/preview", RUN, "POST", own=api(planned), other=api(other_project), data=tried),
    Row(f"{PLAN}/tasks", INSIDERS, own=api(project), other=api(other_project)),
    Row(f"{PLAN}/tasks", RUN, "POST", own=api(project), other=api(other_project), data=new_api_task),
    Row(f"{PLAN}/tasks/{{task_id}}", INSIDERS, own=api(task), other=api(other_task), swapped=api(swapped_task)),
    Row(
        f"{PLAN}/tasks/{{task_id}}",
        DETAIL,
        "PATCH",
        own=api(task),
        other=api(other_task),
        swapped=api(swapped_task),
        data=patch,
    ),
    Row(
        f"{PLAN}/tasks/{{task_id}}/place",
        RUN,
        "POST",
        own=api(task),
        other=api(other_task),
        swapped=api(swapped_task),
        data=lambda world: {},
    ),
    Row(f"{PLAN}/remove", RUN, "POST", own=api(planned), other=api(other_project), data=chosen_ids),
    Row(f"{PLAN}/bulk", RUN, "POST", own=api(planned), other=api(other_project), data=bulk_ids),
    Row(f"{PLAN}/paste", RUN, "POST", own=api(project), other=api(other_project), data=pasted),
    Row(f"{PLAN}/from-commitments", RUN, "POST", own=api(project), other=api(other_project)),
    Row(f"{PLAN}/from-scenario", RUN, "POST", own=api(project), other=api(other_project)),
    Row(f"{PLAN}/undo", RUN, "POST", own=api(planned), other=api(other_project), data=last_step),
    Row(f"{PLAN}/links", INSIDERS, own=api(project), other=api(other_project)),
    Row(f"{PLAN}/links", RUN, "POST", own=api(two_tasks), other=api(other_project), data=drawn_ids),
    Row(f"{PLAN}/links/{{link_id}}", RUN, "DELETE", own=api(link), other=api(other_link), swapped=api(swapped_link)),
]
