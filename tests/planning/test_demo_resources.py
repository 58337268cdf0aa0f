"""The demo's resources can be told once the demo has a plan."""

from __future__ import annotations

import pytest

from tongzhou.config.demo import load, resources
from tongzhou.config.demo.story import Story
from tongzhou.core import clock
from tongzhou.planning import queries, services
from tongzhou.planning.models import ResourceNeed
from tongzhou.projects.models import Project

pytestmark = pytest.mark.django_db


def test_product_lends_two_clerks_marketing_asks_for_money_and_one_clerk_is_wanted_twice() -> None:
    load()
    story = Story()
    campaign, second = (Project.objects.get(name__contains=word) for word in ("618", "投诉"))
    if not campaign.tasks.exists():
        with clock.frozen_at(story.moment("2026-05-13 18:00")):
            services.tasks_from_scenario(campaign.pk, by=story.by("zhou.yi"))
    resources.stock_up(story)
    resources.tell(story, campaign)
    told = {need.name: need.state for need in ResourceNeed.objects.filter(project=campaign)}
    assert told == {"库存专员": "agreed", "推广预算": "agreed", "前端开发": "countered", "压测服务器": "asked"}
    assert queries.conflicts_of(campaign, story.by("zhou.yi")) == []
    assert second.pk
