"""The demo's resources can be told once the demo has a plan."""

from __future__ import annotations

import pytest

from tongzhou.config.demo import load
from tongzhou.config.demo.story import Story
from tongzhou.planning import queries
from tongzhou.planning.models import ResourceNeed
from tongzhou.projects.models import Project

pytestmark = pytest.mark.django_db


def test_product_lends_two_clerks_and_marketing_asks_for_money() -> None:
    load()
    campaign = Project.objects.get(name__contains="618")
    told = {need.name: need.state for need in ResourceNeed.objects.filter(project=campaign)}
    assert told == {"库存专员": "agreed", "推广预算": "agreed", "前端开发": "countered", "压测服务器": "asked"}
    assert queries.conflicts_of(campaign, Story().by("zhou.yi")) == []
