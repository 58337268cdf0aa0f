"""Helpers to have a task with letters that is being worked on, as the tests about work, questions and promises share them."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.cast import Cast
from tests.projects.conftest import begin
from tongzhou.planning import services
from tongzhou.planning.models import Promise, Task
from tongzhou.planning.queries.raci_rules import Cell
from tongzhou.projects import services as projects
from tongzhou.projects.models import Project


def incident(cast: Cast, name: str = "断货应急") -> Project:
    """An incident: executed from its first hour, its plan still open. From Monday 11 May 2026."""
    project = begin(cast, name, "incident")
    projects.change_project(project.pk, None, {"starts_on": date(2026, 5, 11)}, by=cast.by("lead"))
    return Project.objects.get(pk=project.pk)


def task_of(cast: Cast, project: Project, title: str = "库存盘点", days: int = 3, **values: Any) -> Task:
    """A task of the product department without letters."""
    facts = {"title": title, "duration": days, "department_id": cast.product.pk, **values}
    return services.add_task(project.pk, facts, by=cast.by("lead"))


def letters(cast: Cast, task: Task, **held: str) -> None:
    """Letters by part: ``product="RA"`` for a department, ``sales_contact="C"`` for a person of it."""
    changes = []
    for part, text in held.items():
        department = cast.departments[part if part in cast.departments else part.split("_")[0]]
        person = None if part in cast.departments else cast.persons[part].pk
        changes.append(services.CellChange(task.pk, Cell(department.pk, person), text))
    services.set_letters(task.project_id, changes, by=cast.by("lead"))


def reported(cast: Cast, task: Task, by: str = "product_contact", **facts: Any) -> Any:
    """The task reported done with a figure."""
    return services.report_done(task.pk, by=cast.by(by), **{"evidence": "10个SKU，差异率0.6%", **facts})


def two_departments(cast: Cast, project: Project, **values: Any) -> tuple[Task, Task, Promise]:
    """The sales department's channels wait for product's stock count; the promise that follows."""
    facts = {"deliverable": "库存盘点报告", "acceptance": "差异率不超过1%", **values}
    before = task_of(cast, project, **facts)
    after = task_of(cast, project, "渠道铺货", 2, department_id=cast.sales.pk)
    services.link_tasks(before.pk, after.pk, by=cast.by("lead"))
    for task in (before, after):
        task.refresh_from_db()
    return before, after, Promise.objects.get(predecessor=before, successor=after)


def both_confirm(cast: Cast, promise: Promise) -> Promise:
    """Product gives, sales needs: both contact persons confirm."""
    services.confirm_promise(promise.pk, "provider", shown=promise.stamp, by=cast.by("product_contact"))
    services.confirm_promise(promise.pk, "receiver", shown=promise.stamp, by=cast.by("sales_contact"))
    promise.refresh_from_db()
    return promise


def messages_of(cast: Cast, part: str) -> list[str]:
    """Titles of what the person was told, oldest first."""
    from tongzhou.messaging.models import Notification

    rows = Notification.objects.filter(person=cast.persons[part]).order_by("pk")
    return list(rows.values_list("title", flat=True))
