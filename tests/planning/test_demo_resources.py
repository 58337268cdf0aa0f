"""The demo's plan and resources: six departments, the two rows of the guide, one conflict to be solved with three ways out."""

from __future__ import annotations

import pytest

from tongzhou.config.demo import load
from tongzhou.config.demo.story import Story
from tongzhou.core import clock
from tongzhou.core.clock import now as moving_now
from tongzhou.planning import queries, services
from tongzhou.planning.models import RaciAssignment, Remedy, ResourceNeed, Task
from tongzhou.projects.models import Project

pytestmark = pytest.mark.django_db


def letters_of(title: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in RaciAssignment.objects.filter(task__title=title).select_related("department").order_by("-letter"):
        found[row.department.name] = found.get(row.department.name, "") + row.letter
    return found


def test_the_demo_has_a_plan_of_six_departments_and_a_conflict_that_three_ways_solve(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as told:
        told.setattr(clock, "now", moving_now)  # the story has moments of its own
        load()
    campaign = Project.objects.get(name__contains="618")
    tasks = Task.objects.filter(project=campaign, is_summary=False)
    assert len(set(tasks.values_list("department__name", flat=True))) == 6
    assert 38 <= tasks.count() <= 45
    assert letters_of("TOP10 SKU库存盘点") == {"产品部": "RA"}
    assert letters_of("活动页面设计") == {"市场部": "R", "产品部": "A", "销售部": "C", "技术部": "I"}
    told = sorted((need.name, need.state) for need in ResourceNeed.objects.filter(project=campaign))
    assert told == [
        ("前端开发", "countered"),
        ("压测服务器", "asked"),
        ("库存专员", "agreed"),
        ("库存专员", "agreed"),
        ("推广预算", "agreed"),
    ]
    lead = Story().by("zhou.yi")
    (found,) = queries.solvable_conflicts(campaign, lead)
    assert found.conflict.subject.name == "钱多"
    assert {row.project_id for row in found.conflict.told} >= {campaign.pk}
    assert {way.way.value for way in found.proposals} >= {"substitute", "shift"}
    leveled = services.start_leveling(campaign.pk, by=lead)
    leveled.refresh_from_db()
    assert (leveled.state, leveled.content["cost_days"]) == ("found", 0)
    services.propose_remedy(leveled.pk, by=lead)
    for consent in leveled.consents.all():
        services.answer_remedy(consent.pk, "accepted", by=Story().by("wang.lei"))
    services.apply_remedy(leveled.pk, by=lead)
    assert queries.conflicts_of(campaign, lead) == []
    assert Remedy.objects.get().state == "applied"
    assert queries.forecast(Project.objects.get(pk=campaign.pk)).project.chance is not None  # type: ignore[union-attr]
