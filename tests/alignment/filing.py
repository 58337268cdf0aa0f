"""The 618 campaign as a request, at the points where tests begin."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.cast import Cast
from tongzhou.alignment.models import Ask, CollabRequest
from tongzhou.alignment.services import CollabDraft, reply_to_ask, save_collab, start_collab, submit_collab

OBJECTIVES = (
    {
        "id": None,
        "text": "活动期间（6月18日至6月20日）线上销售额同比提升30%",
        "metric": "活动期销售额",
        "baseline": Decimal(1860),
        "target": Decimal(2418),
        "unit": "万元",
        "due": date(2026, 6, 20),
        "source": "ERP销售日报",
        "company_goal": "上半年营收目标",
    },
    {
        "id": None,
        "text": "活动期间用户转化率提升15%",
        "metric": "用户转化率",
        "baseline": Decimal("3.2"),
        "target": Decimal("3.68"),
        "unit": "%",
        "due": date(2026, 6, 20),
        "source": "网站数据平台",
    },
)
FIELDS = {
    "background": "618是公司上半年最重要的销售节点。",
    "deliverables": "活动页面上线；TOP10 SKU备货到位。",
    "acceptance_criteria": "首屏加载不超过2秒。",
    "starts_on": date(2026, 5, 11),
    "ends_on": date(2026, 6, 20),
    "budget_estimate": Decimal(50000),
    "dept_head_opinion": "同意发起。",
    "urgency": "urgent",
}
PARTS = ("product", "sales", "technology")
ITEMS = {
    "product": "6月1日前完成TOP10 SKU库存盘点并补足备货，出具盘点报告",
    "sales": "6月5日前落实6个分销渠道的推广位",
    "technology": "6月1日前完成活动页面搭建与压力测试",
}


def asks(cast: Cast, *parts: str) -> list[dict[str, object]]:
    """What is asked of the departments."""
    return [
        {
            "department_id": cast.departments[part].pk,
            "request_item": ITEMS[part],
            "due": date(2026, 6, 1),
            "contact_person_id": cast.persons[f"{part}_contact"].pk,
        }
        for part in parts or PARTS
    ]


def started(cast: Cast, scenario: str = "launch", by: str = "lead") -> CollabRequest:
    """A draft just begun."""
    return start_collab(
        scenario_id=cast.scenarios[scenario].pk,
        name="618大促活动",
        initiator_id=cast.departments["marketing"].pk,
        by=cast.by(by),
    )


def filled(cast: Cast, *parts: str) -> CollabRequest:
    """A draft in which everything is written."""
    collab = started(cast)
    milestones = [
        {"id": None, "name": "启动会召开", "date": date(2026, 5, 15), "department_id": None},
        {"id": None, "name": "活动开始", "date": date(2026, 6, 18), "department_id": cast.departments["marketing"].pk},
    ]
    draft = CollabDraft(FIELDS, objectives=OBJECTIVES, asks=asks(cast, *parts), milestones=milestones)
    return save_collab(collab.project_id, draft, by=cast.by("lead")).collab


def submitted(cast: Cast, *parts: str) -> CollabRequest:
    """A request that was sent out."""
    return submit_collab(filled(cast, *parts).project_id, by=cast.by("lead"))


def accepted(cast: Cast, *parts: str) -> CollabRequest:
    """A request that all departments have accepted."""
    collab = submitted(cast, *parts)
    for part in parts or PARTS:
        ask = ask_of(cast, part)
        reply_to_ask(ask.pk, ask.version, "accept", by=cast.by(f"{part}_head"))
    collab.refresh_from_db()
    return collab


def ask_of(cast: Cast, part: str) -> Ask:
    """What is asked of the department now."""
    return Ask.objects.get(department=cast.departments[part])
