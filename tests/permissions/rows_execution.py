"""Who writes updates and reports: contact person and head of the department; whoever sees the project reads them."""

from __future__ import annotations

from typing import Any

from tongzhou.core import clock
from tongzhou.execution import services
from tongzhou.execution.models import WeeklyReport
from tongzhou.execution.queries import week_of, weekly_rules
from tongzhou.planning import services as planning
from tongzhou.planning.models import Task
from tongzhou.projects.models import Project

from .rows_planning import RUN
from .table import INSIDERS, PERSONS, Row
from .world import World

# Product's updates and reports.
SPEAK = frozenset({"contact", "head"})


def _executed(project: Project) -> Project:
    Project.objects.filter(pk=project.pk).update(phase="executing", created_at="2026-05-01T00:00:00Z")
    return Project.objects.get(pk=project.pk)


def _ends_on(project: Project) -> Any:
    return week_of(weekly_rules(project.pk), clock.today()).ends_on


def project(world: World) -> dict[str, Any]:
    return {"pk": _executed(world.own).pk}


def other_project(world: World) -> dict[str, Any]:
    return {"pk": _executed(world.other).pk}


def day(world: World) -> dict[str, Any]:
    return {**project(world), "day": clock.today().isoformat()}


def other_day(world: World) -> dict[str, Any]:
    return {**other_project(world), "day": clock.today().isoformat()}


def product_day(world: World) -> dict[str, Any]:
    return {**day(world), "department_id": world.cast.departments["product"].pk}


def other_service_day(world: World) -> dict[str, Any]:
    return {**other_day(world), "department_id": world.cast.departments["technology"].pk}


def strange_day(world: World) -> dict[str, Any]:
    """A department that does not take part."""
    return {**day(world), "department_id": world.cast.departments["service"].pk}


def written(world: World) -> dict[str, Any]:
    return {"done-text": ["盘点完成6个SKU"], "done-task": [""]}


def api_written(world: World) -> dict[str, Any]:
    return {"done": [{"text": "盘点完成6个SKU"}]}


def week(world: World) -> dict[str, Any]:
    return {**project(world), "day": _ends_on(world.own).isoformat()}


def other_week(world: World) -> dict[str, Any]:
    return {**other_project(world), "day": _ends_on(world.other).isoformat()}


def product_week(world: World) -> dict[str, Any]:
    return {**week(world), "department_id": world.cast.departments["product"].pk}


def other_product_week(world: World) -> dict[str, Any]:
    return {**other_week(world), "department_id": world.cast.departments["technology"].pk}


def strange_week(world: World) -> dict[str, Any]:
    return {**week(world), "department_id": world.cast.departments["service"].pk}


def _begun(world: World) -> WeeklyReport:
    ends_on = _ends_on(_executed(world.own))
    return services.begin_report(
        world.own.pk, world.cast.departments["product"].pk, ends_on, by=world.cast.by("product_contact")
    )


def _handed_in(world: World) -> WeeklyReport:
    row = _begun(world)
    if row.state == "draft":
        values = {"done": "盘点", "not_done": "无", "next_week": "补货"}
        row = services.submit_report(row.pk, row.version, values, by=world.cast.by("product_contact"))
    return row


def handed_in_week(world: World) -> dict[str, Any]:
    _handed_in(world)
    return product_week(world)


def file_of_week(world: World) -> dict[str, Any]:
    return {**handed_in_week(world), "fmt": "xlsx"}


def other_file(world: World) -> dict[str, Any]:
    return {**other_product_week(world), "fmt": "xlsx"}


def board_file(world: World) -> dict[str, Any]:
    return {**project(world), "fmt": "xlsx"}


def other_board_file(world: World) -> dict[str, Any]:
    return {**other_project(world), "fmt": "xlsx"}


def report_form(world: World) -> dict[str, Any]:
    row = _begun(world)
    return {"version": row.version, "overall_status": "on_track", "progress": "40", "done": "盘点", "next_week": "补货"}


def _other_report(world: World) -> WeeklyReport:
    ends_on = _ends_on(_executed(world.other))
    return services.begin_report(
        world.other.pk, world.cast.departments["technology"].pk, ends_on, by=world.cast.by("technology_contact")
    )


def api_project(world: World) -> dict[str, Any]:
    return {"project_id": project(world)["pk"]}


def api_other(world: World) -> dict[str, Any]:
    return {"project_id": other_project(world)["pk"]}


def _api(facts: Any) -> Any:
    def named(world: World) -> dict[str, Any]:
        return {{"pk": "project_id"}.get(key, key): value for key, value in facts(world).items()}

    return named


def report(world: World) -> dict[str, Any]:
    return {**api_project(world), "report_id": _begun(world).pk}


def handed_in(world: World) -> dict[str, Any]:
    return {**api_project(world), "report_id": _handed_in(world).pk}


def other_report(world: World) -> dict[str, Any]:
    return {**api_other(world), "report_id": _other_report(world).pk}


def swapped_report(world: World) -> dict[str, Any]:
    return {**api_project(world), "report_id": _other_report(world).pk}


def new_report(world: World) -> dict[str, Any]:
    ends_on = _ends_on(_executed(world.own))
    return {"department_id": world.cast.departments["product"].pk, "ends_on": ends_on.isoformat()}


def report_patch(world: World) -> dict[str, Any]:
    return {"version": _begun(world).version, "issues": "无"}


def report_version(world: World) -> dict[str, Any]:
    row = _begun(world)
    if not row.done:
        values = {"done": "盘点", "not_done": "无", "next_week": "补货"}
        row = services.save_report(row.pk, row.version, values, by=world.cast.by("product_contact"))
    return {"version": row.version}


def _task(world: World, of: Project) -> Task:
    found = Task.objects.filter(project=of, title="盘点").first()
    if found is None:
        Project.objects.filter(pk=of.pk).update(phase="planning")
        facts = {"title": "盘点", "duration": 3}
        if of == world.own:
            facts["department_id"] = world.cast.departments["product"].pk
        found = planning.add_task(of.pk, facts, by=world.cast.by("pmo"))
    _executed(of)
    return found


def task(world: World) -> dict[str, Any]:
    return {"project_id": world.own.pk, "task_id": _task(world, world.own).pk}


def other_task(world: World) -> dict[str, Any]:
    return {"project_id": world.other.pk, "task_id": _task(world, world.other).pk}


def swapped_task(world: World) -> dict[str, Any]:
    return {"project_id": world.own.pk, "task_id": _task(world, world.other).pk}


def _page(of: Any) -> Any:
    def keys(world: World) -> dict[str, Any]:
        found = of(world)
        return {"pk": found["project_id"], "task_id": found["task_id"]}

    return keys


task_page, other_task_page, swapped_task_page = _page(task), _page(other_task), _page(swapped_task)


def delay(world: World) -> dict[str, Any]:
    return {"risk": "medium", "reason": "扫码枪未到位"}


API = "/api/v1/projects/{project_id}"
UPDATES, WEEKLY = f"{API}/updates/{{day}}", f"{API}/weekly"
REPORT = f"{WEEKLY}/reports/{{report_id}}"
ROWS = [
    Row("execution:update", PERSONS),
    Row("execution:board_paper", INSIDERS, own=project, other=other_project),
    Row("execution:board_file", INSIDERS, own=board_file, other=other_board_file),
    Row("execution:daily", INSIDERS, own=project, other=other_project),
    Row("execution:daily_archive", INSIDERS, own=project, other=other_project),
    Row("execution:daily_day", INSIDERS, own=day, other=other_day),
    Row("execution:daily_write", SPEAK, own=product_day, other=other_service_day, swapped=strange_day),
    Row("execution:daily_write", SPEAK, "POST", own=product_day, other=other_service_day, swapped=strange_day, data=written),
    Row("execution:outlook", INSIDERS, own=project, other=other_project),
    Row("execution:at_risk", INSIDERS, own=task_page, other=other_task_page, swapped=swapped_task_page),
    Row("execution:weekly", INSIDERS, own=project, other=other_project),
    Row("execution:weekly_week", INSIDERS, own=week, other=other_week),
    Row("execution:weekly_meeting", RUN, "POST", own=week, other=other_week),
    Row("execution:weekly_report", INSIDERS, own=handed_in_week, other=other_product_week, swapped=strange_week),
    Row("execution:weekly_report", SPEAK, "POST", own=product_week, other=other_product_week, swapped=strange_week, data=report_form),
    Row("execution:weekly_autosave", SPEAK, "POST", own=product_week, other=other_product_week, swapped=strange_week, data=report_form),
    Row("execution:weekly_take_back", SPEAK, "POST", own=handed_in_week, other=other_product_week),
    Row("execution:weekly_paper", INSIDERS, own=handed_in_week, other=other_product_week),
    Row("execution:weekly_file", INSIDERS, own=file_of_week, other=other_file),
    Row(UPDATES, INSIDERS, own=_api(day), other=_api(other_day)),
    Row(f"{UPDATES}/{{department_id}}/draft", SPEAK, own=_api(product_day), other=_api(other_service_day), swapped=_api(strange_day)),
    Row(f"{UPDATES}/{{department_id}}", SPEAK, "POST", own=_api(product_day), other=_api(other_service_day), swapped=_api(strange_day), data=api_written),
    Row(f"{API}/plan/tasks/{{task_id}}/delay", SPEAK | RUN, "PUT", own=task, other=other_task, swapped=swapped_task, data=delay),
    Row(f"{API}/outlook", INSIDERS, own=api_project, other=api_other),
    Row(WEEKLY, INSIDERS, own=api_project, other=api_other),
    Row(f"{WEEKLY}/reports", SPEAK, "POST", own=api_project, other=api_other, data=new_report),
    Row(REPORT, INSIDERS, own=handed_in, other=other_report, swapped=swapped_report),
    Row(REPORT, SPEAK, "PATCH", own=report, other=other_report, swapped=swapped_report, data=report_patch),
    Row(f"{REPORT}/submit", SPEAK, "POST", own=report, other=other_report, swapped=swapped_report, data=report_version),
    Row(f"{REPORT}/take-back", SPEAK, "POST", own=handed_in, other=other_report, swapped=swapped_report),
    Row(f"{WEEKLY}/{{day}}/meeting", RUN, "POST", own=_api(week), other=_api(other_week)),
]  # fmt: skip
