"""What is asked, offered and decided of resources reaches who has to act on it, and nobody who did it."""

from __future__ import annotations

from tests.cast import Cast
from tests.planning.conftest import Add
from tests.planning.resourcing import need_people, skilled
from tests.planning.working import messages_of
from tongzhou.planning import services
from tongzhou.planning.resource_states import Approval
from tongzhou.projects.models import Project


def last(cast: Cast, part: str) -> str:
    return (messages_of(cast, part) or [""])[-1]


def test_the_asked_department_hears_what_is_asked(cast: Cast, add: Add) -> None:
    need_people(cast, add("值守"))
    assert last(cast, "product_head") == "市场部向产品部申请“库存专员”：618大促活动"
    assert last(cast, "product_contact") == "市场部向产品部申请“库存专员”：618大促活动"
    assert not any("库存专员" in text for text in messages_of(cast, "lead"))


def test_offer_counter_offer_and_refusal_reach_who_asked(cast: Cast, add: Add) -> None:
    skilled(cast)
    clerks = [cast.product_member.pk, cast.product_contact.pk]
    promised = need_people(cast, add("值守", 2))
    services.offer_resource(promised.pk, {}, person_ids=clerks, by=cast.by("product_head"))
    assert last(cast, "lead") == "产品部同意提供“库存专员”：618大促活动"
    other = need_people(cast, add("盘点", 2, after=promised.task), quantity=2)
    services.offer_resource(other.pk, {}, person_ids=clerks[:1], by=cast.by("product_head"))
    assert last(cast, "lead") == "产品部对“库存专员”提出其他方案，请决定（618大促活动）"
    services.turn_down_offer(other.pk, "一人不够", by=cast.by("lead"))
    assert last(cast, "product_head") == "您对“库存专员”的方案不合适，请再看看（618大促活动）"
    services.decline_need(other.pk, "没有人手", by=cast.by("product_head"))
    assert last(cast, "lead") == "产品部无法提供“库存专员”：618大促活动"


def test_what_the_contact_person_prepared_waits_for_the_head(cast: Cast, add: Add) -> None:
    skilled(cast)
    need = need_people(cast, add("值守", 2))
    services.offer_resource(need.pk, {}, person_ids=[cast.product_member.pk], by=cast.by("product_contact"))
    assert last(cast, "product_head") == "赵敏已拟好对“库存专员”的答复，请确认（618大促活动）"


def test_the_request_reaches_the_sponsor_and_the_decision_the_lead(cast: Cast, project: Project, add: Add) -> None:
    skilled(cast)
    need = need_people(cast, add("值守", 2))
    clerks = [cast.product_member.pk, cast.product_contact.pk]
    services.offer_resource(need.pk, {}, person_ids=clerks, by=cast.by("product_head"))
    request = services.send_request(project.pk, by=cast.by("lead"))
    assert last(cast, "sponsor") == "请审批《资源需求表》：618大促活动"
    assert request.round is not None
    verdict = services.RowVerdict(quantity=1, reason="一人足够")
    services.decide_request(request.pk, {need.pk: verdict}, shown_digest=request.round.digest, by=cast.by("sponsor"))
    need.refresh_from_db()
    assert need.approval == Approval.PARTLY
    assert last(cast, "lead") == "资源部分批准：618大促活动"
    assert last(cast, "product_head") == "资源部分批准：618大促活动"
