"""The chance to hold a date: reproducible, exact where nothing varies, honest about what it rests on."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tongzhou.planning import queries, services
from tongzhou.planning.models import Task
from tongzhou.projects import services as projects
from tongzhou.projects.models import Project

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept():
    cache.clear()


def certain(days):
    return {"shortest": days, "longest": days}


def test_a_plan_whose_durations_are_certain_ends_for_certain_on_its_computed_day(add, project):
    add("活动页面搭建", 10, after=add("活动页面设计", 5, **certain(5)), **certain(10))
    told = queries.forecast(project)
    assert (told.project.chance, told.project.likely, told.project.safe) == (1.0, date(2026, 5, 29), date(2026, 5, 29))
    assert (told.drivers, told.given, told.assumed) == ((), 2, 0)
    assert [(bar.first, bar.runs) for bar in told.bars] == [(date(2026, 5, 29), told.runs)]


def test_a_promise_that_no_run_holds_has_no_chance(cast, add, project):
    add("活动页面搭建", 60, **certain(60))
    told = queries.forecast(project)
    assert told.project.chance == 0.0
    assert all(bar.is_late for bar in told.bars)


def test_the_day_of_the_promise_still_counts_as_in_time(cast, add, project):
    add("活动页面设计", 5, **certain(5))
    projects.change_project(project.pk, None, {"ends_on": date(2026, 5, 15)}, by=cast.by("lead"))
    assert queries.forecast(Project.objects.get(pk=project.pk)).project.chance == 1.0
    projects.change_project(project.pk, None, {"ends_on": date(2026, 5, 14)}, by=cast.by("lead"))
    assert queries.forecast(Project.objects.get(pk=project.pk)).project.chance == 0.0


def test_the_task_that_varies_on_the_longest_way_drives_the_end(add, project):
    add("渠道谈判", 3, shortest=2, longest=4)
    slow = add("活动页面搭建", 20, shortest=15, longest=35)
    told = queries.forecast(project)
    assert [row.title for row in told.drivers] == [slow.title]
    assert told.drivers[0].critical == 1.0
    assert told.drivers[0].influence > 0.99
    assert 0 < told.project.chance <= 1
    assert told.project.likely <= told.project.safe


def test_the_same_seed_gives_the_same_and_another_seed_does_not_move_it_far(add, project):
    add("活动页面搭建", 30, shortest=25, longest=45)
    first = queries.forecast(project, 1)
    cache.clear()
    assert queries.forecast(project, 1) == first
    other = queries.forecast(project, 2)
    assert other != first
    assert abs(other.project.chance - first.project.chance) < 0.05


def test_what_is_done_varies_no_more(add, project):
    task = add("活动页面设计", 10, shortest=5, longest=40)
    Task.objects.filter(pk=task.pk).update(status="done")
    told = queries.forecast(project)
    assert (told.project.likely, told.project.safe) == (date(2026, 5, 22), date(2026, 5, 22))


def test_what_is_assumed_is_counted(add, project):
    add("活动页面设计", 10)
    add("活动页面搭建", 10, longest=20)
    told = queries.forecast(project)
    assert (told.given, told.assumed) == (1, 1)


def test_an_objective_counts_its_tasks_and_what_they_wait_for(cast, add, project):
    objective = project.objectives.create(text="销售额提升30%", due=date(2026, 5, 15), position=1)
    first = add("活动页面设计", 3, **certain(3))
    add("活动页面搭建", 2, after=first, objective_id=objective.pk, **certain(2))
    add("活动总结", 30, **certain(30))
    (told,) = (row for row in queries.forecast(project).objectives if row.objective_id == objective.pk)
    assert (told.told.chance, told.told.tasks) == (1.0, 2)
    unnamed = [row.told for row in queries.forecast(project).objectives if row.objective_id != objective.pk]
    assert set(unnamed) <= {None}


def test_a_step_of_the_plan_makes_it_computed_anew(cast, add, project):
    task = add("活动页面设计", 5, **certain(5))
    assert queries.forecast(project).project.likely == date(2026, 5, 15)
    values = {"duration": 6, "shortest": 6, "longest": 6}
    services.change_task(task.pk, None, values, by=cast.by("lead"))
    assert queries.forecast(project).project.likely == date(2026, 5, 18)


def test_the_page_says_the_chance_what_drives_it_and_what_is_assumed(cast, add, project):
    client = Client()
    client.force_login(cast.persons["lead"])
    address = reverse("planning:forecast", args=[project.pk])
    assert "暂无可预测的内容" in client.get(address).text
    add("活动页面搭建", 20, shortest=15, longest=60)
    add("渠道谈判", 3)
    page = client.get(address, {"seed": "7"}).text
    told = queries.forecast(project, 7)
    assert f"{round(told.project.chance * 100)} %" in page
    assert "活动页面搭建" in page
    assert "10,000" in page
    assert "种子 7" in page
    for nonsense in ("x", "-1", "99999999999999999999"):
        assert client.get(address, {"seed": nonsense}).status_code == 200
    line = client.get(reverse("planning:forecast_line", args=[project.pk])).text
    assert "按期把握" in line
    answer = client.get(f"/api/v1/projects/{project.pk}/plan/forecast?seed=7").json()
    assert answer["project"]["chance"] == told.project.chance
    assert answer["drivers"][0]["title"] == "活动页面搭建"


def test_the_forecast_asks_no_more_for_four_tasks_than_for_one(add, project):
    def count():
        cache.clear()
        with CaptureQueriesContext(connection) as told:
            queries.forecast(project)
        return len(told)

    add("任务0", 2)
    once = count()
    for number in range(1, 4):
        add(f"任务{number}", 2)
    assert count() == once


def test_numpy_stays_out_of_what_pages_import():
    words = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'tongzhou.config.settings'; import django; django.setup();"
        "import tongzhou.planning.urls, tongzhou.planning.api, tongzhou.planning.tasks;"
        "print(sorted({'numpy', 'ortools'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
