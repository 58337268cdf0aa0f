"""The 618 campaign at its beginning: marketing asks product, sales and technology."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.cast import Cast
from tongzhou.projects import services
from tongzhou.projects.models import Objective, Project

SMART = {
    "text": "618大促活动期间销售额提升30%,从1200万元增至1560万元,6月20日前达成",
    "metric": "销售额",
    "unit": "万元",
    "baseline": Decimal(1200),
    "target": Decimal(1560),
    "due": date(2026, 6, 20),
    "source": "销售系统",
    "company_goal": "年度销售额增长25%",
    "evidence": "去年同期提升28%",
}
CONCRETE = "6月1日前完成TOP10 SKU的库存盘点,保证活动期间不断货"
VAGUE = "产品部提供库存支持"


def begin(cast: Cast, name: str = "618大促活动", scenario: str = "launch", *, opened: bool = True) -> Project:
    """A project of the marketing department with three departments beside it."""
    lead = cast.by("lead")
    project = services.create_project(
        name=name, scenario_id=cast.scenarios[scenario].pk, initiator_id=cast.marketing.pk, by=lead
    )
    services.set_parties(
        project.pk,
        [
            (cast.product.pk, cast.product_contact.pk),
            (cast.sales.pk, cast.sales_contact.pk),
            (cast.technology.pk, None),
        ],
        by=lead,
    )
    services.change_project(project.pk, None, {"sponsor_id": cast.sponsor.pk}, by=lead)
    if opened:
        services.open_project(project.pk, by=lead)
    return Project.objects.get(pk=project.pk)


def objective(cast: Cast, project: Project, **changes: Any) -> Objective:
    """A SMART objective of the project, changed where the test wants."""
    return services.add_objective(project.pk, {**SMART, **changes}, by=cast.by("lead"))


@pytest.fixture
def project(cast: Cast) -> Project:
    """The 618 campaign in alignment."""
    return begin(cast)
