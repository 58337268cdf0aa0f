"""A way out of a conflict is brought to the departments in words, each its own part; their answers reach the lead."""

from __future__ import annotations

from datetime import date

import pytest

from tests.planning.resourcing import lend, need_people
from tests.planning.test_leveling import accept_all, clash, level
from tongzhou.messaging.models import Notification
from tongzhou.planning import services

pytestmark = pytest.mark.django_db
__all__ = ["clash"]


def told(cast, part, word):
    """What a person was told with this word in it, title and body."""
    rows = Notification.objects.filter(person=cast.persons[part]).order_by("pk").values_list("title", "body")
    return [text for text in (f"{title}\n{body}" for title, body in rows) if word in text]


@pytest.fixture
def proposed(cast, project, clash):
    remedy = level(project, cast)
    services.propose_remedy(remedy.pk, by=cast.by("lead"))
    return remedy


def test_head_and_contact_person_of_each_department_read_what_moves_of_theirs(cast, proposed):
    for part in ("product_head", "product_contact"):
        [text] = told(cast, part, "请代表产品部答复")
        assert "“渠道备货”改为 2026-05-18 开始（原 2026-05-11）" in text
        assert "渠道铺货" not in text
    [text] = told(cast, "sales_head", "请代表销售部答复")
    assert "“渠道铺货”改为 2026-05-20 开始" in text
    assert told(cast, "technology_head", "答复") == []
    assert told(cast, "lead", "答复") == []


def test_what_all_accept_the_lead_hears_once_and_an_objection_with_its_reason(cast, proposed):
    accept_all(proposed, cast, "product_contact")
    assert told(cast, "lead", "可以执行") == []
    consent = proposed.consents.get(department=cast.departments["sales"])
    services.answer_remedy(consent.pk, "objected", "铺货日期已对外公布", by=cast.by("sales_head"))
    [text] = told(cast, "lead", "销售部不同意")
    assert "铺货日期已对外公布" in text


def test_when_the_last_department_accepts_the_lead_may_carry_it_out(cast, proposed):
    accept_all(proposed, cast, "product_contact", "sales_head")
    assert len(told(cast, "lead", "可以执行")) == 1


def test_who_was_asked_hears_that_no_answer_is_needed_any_more(cast, proposed):
    services.drop_remedy(proposed.pk, by=cast.by("lead"))
    assert len(told(cast, "sales_head", "无需再答复")) == 1


def test_what_the_proposer_alone_decides_asks_nobody(cast, add, project):
    services.set_capacity(cast.product_member.pk, 0, 100, ["库存专员"], by=cast.by("product_head"))
    own = {"department_id": project.initiator_id}
    first = add("盘点", 5, constraint="fnlt", constraint_on=date(2026, 5, 15), **own)
    second = add("备货", 2, **own)
    add("上线准备", 20, **own)
    lend(cast, need_people(cast, first, quantity=1, priority="high"), "product_member")
    lend(cast, need_people(cast, second, quantity=1), "product_member", knowingly=True)
    remedy = level(project, cast)
    services.propose_remedy(remedy.pk, by=cast.by("lead"))
    remedy.refresh_from_db()
    assert remedy.state == "applied"
    assert all(told(cast, part, "答复") == [] for part in ("lead", "product_head", "marketing_head"))
