"""The 618 campaign in phase 2, with a short plan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.cast import Cast
from tests.projects.conftest import begin
from tongzhou.planning import services
from tongzhou.planning.models import Task
from tongzhou.projects import services as projects
from tongzhou.projects.models import Project

Add = Callable[..., Task]


@pytest.fixture
def project(cast: Cast) -> Project:
    """The campaign while it is planned: from 11 May (a Monday) to 30 June 2026."""
    project = begin(cast)
    dates = {"starts_on": date(2026, 5, 11), "ends_on": date(2026, 6, 30)}
    projects.change_project(project.pk, None, dates, by=cast.by("lead"))
    projects.pass_gate(project.pk, 1, by=cast.by("pmo"), reason="测试")
    return Project.objects.get(pk=project.pk)


@pytest.fixture
def add(cast: Cast, project: Project) -> Add:
    """Adds a task of the campaign: ``add("活动页面设计", 5)``, links given as ``after=task``."""

    def make(title: str, duration: int = 1, *, after: Task | None = None, lag: int = 0, **values: Any) -> Task:
        place = {key: values.pop(key) for key in ("parent_id", "after_id") if key in values}
        facts = {"title": title, "duration": duration, "department_id": cast.product.pk, **values}
        task = services.add_task(project.pk, facts, by=cast.by("lead"), **place)
        if after is not None:
            services.link_tasks(after.pk, task.pk, lag=lag, by=cast.by("lead"))
        return Task.objects.get(pk=task.pk)

    return make
