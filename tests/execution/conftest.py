"""The 618 campaign while it is executed, with its communication mechanism and a short plan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.cast import Cast
from tests.projects.conftest import begin
from tongzhou.planning import services as planning
from tongzhou.planning.models import Task
from tongzhou.projects import services as projects
from tongzhou.projects.models import Project

Add = Callable[..., Task]


@pytest.fixture
def planned(cast: Cast) -> Project:
    """The campaign in phase 2, from 11 May (a Monday) on; its mechanism is set."""
    project = begin(cast)
    dates = {"starts_on": date(2026, 5, 11), "ends_on": date(2026, 6, 30)}
    projects.change_project(project.pk, None, dates, by=cast.by("lead"))
    projects.pass_gate(project.pk, 1, by=cast.by("pmo"), reason="测试")
    planning.set_default_communication(project.pk, by=cast.by("lead"))
    return Project.objects.get(pk=project.pk)


@pytest.fixture
def add(cast: Cast, planned: Project) -> Add:
    """Adds a task of the product department: ``add("库存盘点", 3)``."""

    def make(title: str, duration: int = 1, **values: Any) -> Task:
        facts = {"title": title, "duration": duration, "department_id": cast.departments["product"].pk, **values}
        return Task.objects.get(pk=planning.add_task(planned.pk, facts, by=cast.by("lead")).pk)

    return make


@pytest.fixture
def count(add: Add, cast: Cast) -> Task:
    """Product's stock count: 11 to 13 May."""
    return add("TOP10 SKU库存盘点", 3, owner_id=cast.persons["product_member"].pk)


@pytest.fixture
def executed(cast: Cast, planned: Project, count: Task) -> Project:
    """The campaign in execution since Monday, 11 May, 9:30."""
    projects.pass_gate(planned.pk, 2, by=cast.by("pmo"), reason="测试")
    return Project.objects.get(pk=planned.pk)
