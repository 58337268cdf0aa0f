"""Helpers to ask for resources and to offer them, as the tests about resources share them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tests.cast import Cast
from tests.projects.conftest import begin
from tongzhou.documents.render import render
from tongzhou.people.models import Membership, Person
from tongzhou.planning import services
from tongzhou.planning.models import Budget, ResourceNeed, Task
from tongzhou.planning.resource_documents import RESOURCE_REQUEST
from tongzhou.projects import services as projects
from tongzhou.projects.models import Project

CLERK = "库存专员"
SKILLS = {"product_member": [CLERK], "product_contact": [CLERK, "商品经理"]}


def skilled(cast: Cast) -> None:
    """Two clerks of the product department whose skills are known."""
    for part, names in SKILLS.items():
        services.set_capacity(cast.persons[part].pk, 0, 100, names, by=cast.by("product_head"))


def another_clerk(cast: Cast, name: str = "吴昕") -> Person:
    """One more person of the product department with the clerks' skill."""
    person = Person.objects.create(username=f"clerk-{name}", name=name)
    Membership.objects.create(person=person, department=cast.departments["product"])
    services.set_capacity(person.pk, 0, 100, [CLERK], by=cast.by("product_head"))
    return person


def need_people(cast: Cast, task: Task, *, by: str = "lead", **changes: Any) -> ResourceNeed:
    """Two stock clerks of the product department, whole days, as long as the task."""
    facts = {
        "task_id": task.pk,
        "category": "people",
        "name": CLERK,
        "quantity": 2,
        "unit": "人",
        "provider_id": cast.departments["product"].pk,
        "purpose": "活动期间值守库存",
    }
    return services.ask_resource(task.project_id, {**facts, **changes}, by=cast.by(by))


def need_money(cast: Cast, task: Task, amount: str = "50000.00", **changes: Any) -> ResourceNeed:
    """Money from the marketing department's promotion account."""
    facts = {
        "task_id": task.pk,
        "category": "money",
        "name": "推广预算",
        "amount": Decimal(amount),
        "account": "推广费",
        "provider_id": cast.departments["marketing"].pk,
        "purpose": "渠道投放",
    }
    return services.ask_resource(task.project_id, {**facts, **changes}, by=cast.by("lead"))


def budget(cast: Cast, amount: str = "60000.00", account: str = "推广费") -> Budget:
    """A budget of the marketing department."""
    facts = {"department_id": cast.departments["marketing"].pk, "account": account, "amount": Decimal(amount)}
    return services.add_budget(facts, by=cast.by("marketing_head"))


def lend(cast: Cast, need: ResourceNeed, *parts: str, knowingly: bool = False, **values: Any) -> Any:
    """The head of product offers people by the part they play."""
    people = [cast.persons[part].pk for part in parts]
    return services.offer_resource(need.pk, values, person_ids=people, knowingly=knowingly, by=cast.by("product_head"))


def pay(cast: Cast, need: ResourceNeed, source: Budget, amount: str | None = None, *, knowingly: bool = False) -> Any:
    """The head of marketing offers money."""
    values = {"budget_id": source.pk, "amount": Decimal(amount) if amount else None}
    return services.offer_resource(need.pk, values, knowingly=knowingly, by=cast.by("marketing_head"))


def another_project(cast: Cast, name: str = "会员日") -> tuple[Project, Task]:
    """A second project of marketing in the same weeks, with one task of a week."""
    project = begin(cast, name)
    dates = {"starts_on": date(2026, 5, 11), "ends_on": date(2026, 6, 30)}
    projects.change_project(project.pk, None, dates, by=cast.by("lead"))
    projects.pass_gate(project.pk, 1, by=cast.by("pmo"), reason="测试")
    task = services.add_task(project.pk, {"title": "会员日备货", "duration": 5}, by=cast.by("lead"))
    return Project.objects.get(pk=project.pk), Task.objects.get(pk=task.pk)


def request_form(project: Project, needs: list[dict[str, Any]], provision: list[dict[str, Any]]) -> bytes:
    """《资源需求表》 as .xlsx, filled in with these rows."""
    head = {
        "doc_no": "XZ-ZY-1",
        "version": "V1.0",
        "project_name": project.name,
        "author": "陈晨",
        "date": "2026-05-11",
        "confidentiality": "internal",
        "attachments": [],
    }
    content = {"dept": "市场部", "requester": "陈晨", "needs": needs, "provision": provision, "approvals": []}
    return render(RESOURCE_REQUEST, content, head, "xlsx", "zh-hans")


def clerk_row(task: str, **changes: Any) -> dict[str, Any]:
    """What is needed: two stock clerks, half their time."""
    row = {"dept": "市场部", "task": task, "category": "people", "name_or_skill": CLERK}
    return {**row, "quantity": "2 人", "allocation": "50%", "period": "2026-05-12 – 2026-05-15", **changes}


def provider_row(department: str, **changes: Any) -> dict[str, Any]:
    """Of whom."""
    row = {"provider_dept": department, "purpose": "活动期间值守库存", "priority": "high"}
    return {**row, "conflict_check": "", **changes}


def filled_form(project: Project, task: str, department: str) -> bytes:
    """The form with one row."""
    return request_form(project, [clerk_row(task)], [provider_row(department)])
