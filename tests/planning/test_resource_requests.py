"""The consolidated request: frozen, decided by the sponsor row by row, never one's own, never more than there is."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.planning.resourcing import budget, lend, need_money, need_people, pay
from tongzhou.core.errors import Conflict, InvalidInput, NotAllowed, TransitionNotAllowed
from tongzhou.planning import queries, services
from tongzhou.planning.models import Booking, ResourceRequest
from tongzhou.planning.services import RowVerdict
from tongzhou.projects import services as projects
from tongzhou.projects.gates import gate_state
from tongzhou.signoff import services as signoff

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(cast, add):
    """Two clerks and 50,000 yuan, both promised."""
    task = add("库存值守", 5)
    people, money = need_people(cast, task), need_money(cast, task)
    lend(cast, people, "product_member", "product_contact")
    pay(cast, money, budget(cast))
    return people, money


def send(cast, project):
    return services.send_request(project.pk, by=cast.by("lead"))


def decide(cast, request, verdicts=None, by="sponsor", **more):
    return services.decide_request(
        request.pk, verdicts or {}, shown_digest=request.round.digest, by=cast.by(by), **more
    )


def results(*needs):
    for need in needs:
        need.refresh_from_db()
    return [(need.approval, need.approved_quantity, need.approved_amount) for need in needs]


def missing(project, key):
    return next(state for state in gate_state(project, 2) if state.key == key).missing


def test_approved_whole_the_people_stay_booked_and_the_money_is_spent(cast, project, asked):
    request = decide(cast, send(cast, project))
    assert request.state == "approved"
    assert results(*asked) == [("approved", 2, None), ("approved", None, Decimal("50000.00"))]
    assert Booking.objects.get(need=asked[1]).is_approved
    assert request.round.state == "agreed"


def test_a_cut_is_written_row_by_row_with_its_reason(cast, project, asked):
    people, money = asked
    verdicts = {
        people.pk: RowVerdict(quantity=1, reason="一人即可"),
        money.pk: RowVerdict(amount=Decimal("30000.00"), reason="先投主渠道"),
    }
    request = decide(cast, send(cast, project), verdicts)
    assert request.state == "partly"
    assert results(people, money) == [("partly", 1, None), ("partly", None, Decimal("30000.00"))]
    assert people.bookings.filter(released_at=None).count() == 1
    assert Booking.objects.get(need=money).amount == Decimal("30000.00")
    assert "先投主渠道" in request.round.decisions.get().reason


def test_rejected_whole_nothing_stays_booked(cast, project, asked):
    people, money = asked
    verdicts = {
        people.pk: RowVerdict(quantity=0, reason="暂缓"),
        money.pk: RowVerdict(amount=Decimal(0), reason="暂缓"),
    }
    request = decide(cast, send(cast, project), verdicts)
    assert (request.state, request.round.state) == ("rejected", "refused")
    assert not Booking.objects.filter(released_at=None).exists()


@pytest.mark.parametrize(
    "verdict",
    [
        RowVerdict(amount=Decimal("30000")),
        RowVerdict(amount=Decimal("50000.01"), reason="多给"),
        RowVerdict(amount=Decimal("-1"), reason="负数"),
        RowVerdict(amount=Decimal("NaN"), reason="不是数"),
    ],
)
def test_a_cut_without_reason_or_beyond_the_asked_is_refused_at_its_row(cast, project, asked, verdict):
    request = send(cast, project)
    with pytest.raises(InvalidInput) as refusal:
        decide(cast, request, {asked[1].pk: verdict})
    assert list(refusal.value.fields) == [f"row-{asked[1].pk}"]
    assert ResourceRequest.objects.get().state == "open"


def test_nobody_but_the_sponsor_decides_and_nobody_twice(cast, project, asked):
    request = send(cast, project)
    for part in ("lead", "pmo", "product_head", "marketing_head"):
        with pytest.raises(NotAllowed):
            decide(cast, request, by=part)
    decide(cast, request)
    with pytest.raises(TransitionNotAllowed):
        decide(cast, request)


def test_nobody_approves_what_they_asked_for(cast, project, asked):
    projects.change_project(project.pk, None, {"sponsor_id": cast.lead.pk}, by=cast.by("pmo"))
    with pytest.raises(InvalidInput) as refusal:
        services.send_request(project.pk, by=cast.by("pmo"))
    assert "sponsor" in refusal.value.fields


def test_the_decision_is_on_the_list_that_was_shown(cast, project, asked):
    request = send(cast, project)
    with pytest.raises(Conflict):
        services.decide_request(request.pk, {}, shown_digest="0" * 64, by=cast.by("sponsor"))
    assert results(*asked)[0][0] == "pending"


def test_what_lies_with_the_sponsor_is_not_changed_until_it_is_called_back(cast, project, asked):
    request = send(cast, project)
    with pytest.raises(Conflict):
        services.change_need(asked[0].pk, None, {"share": 50}, by=cast.by("lead"))
    services.call_request_back(request.pk, by=cast.by("lead"))
    services.change_need(asked[0].pk, None, {"share": 50}, by=cast.by("lead"))
    assert ResourceRequest.objects.get().state == "cancelled"


def test_a_verdict_in_part_through_sign_off_alone_is_refused(cast, project, asked):
    request = send(cast, project)
    signatory = request.round.signatories.get()
    with pytest.raises(InvalidInput):
        signoff.decide(
            signatory.pk, "conditional", shown_digest=request.round.digest, reason="少一点", by=cast.by("sponsor")
        )
    signoff.decide(signatory.pk, "agree", shown_digest=request.round.digest, by=cast.by("sponsor"))
    assert [row[0] for row in results(*asked)] == ["approved", "approved"]


def test_an_approval_beyond_the_budget_is_refused_at_its_row(cast, add, project):
    source = budget(cast, "60000.00")
    needs = [need_money(cast, add(title, 2), "40000.00") for title in ("渠道", "投放")]
    for need in needs:
        pay(cast, need, source, knowingly=True)
    request = send(cast, project)
    with pytest.raises(InvalidInput) as refusal:
        decide(cast, request)
    assert list(refusal.value.fields) == [f"row-{needs[1].pk}"]
    decide(cast, request, {needs[1].pk: RowVerdict(amount=Decimal("20000.00"), reason="余额")})
    assert queries.approved_sum(source.pk) == Decimal("60000.00")


def test_a_budget_is_not_cut_below_what_is_approved(cast, project, asked):
    decide(cast, send(cast, project))
    source = Booking.objects.get(need=asked[1]).budget
    with pytest.raises(InvalidInput):
        services.change_budget(source.pk, source.version, {"amount": Decimal("49999.99")}, by=cast.by("marketing_head"))
    services.change_budget(source.pk, source.version, {"amount": Decimal("50000.00")}, by=cast.by("marketing_head"))


def test_gate_2_waits_for_approval_and_for_the_last_conflict(cast, add, project, asked):
    assert len(missing(project, "resources_approved")) == 2
    decide(cast, send(cast, project))
    assert missing(project, "resources_approved") == ()
    clash = need_people(cast, add("盘点", 5), quantity=1)
    lend(cast, clash, "product_member", knowingly=True)
    assert len(missing(project, "no_resource_conflict")) == 1
    services.withdraw_need(clash.pk, by=cast.by("lead"))
    assert missing(project, "no_resource_conflict") == ()


def test_the_lead_states_that_nothing_further_is_needed_and_gate_2_takes_it(cast, add, project):
    assert len(missing(project, "resources_approved")) == 1
    with pytest.raises(NotAllowed):
        services.state_none_needed(project.pk, by=cast.by("product_head"))
    services.state_none_needed(project.pk, by=cast.by("lead"))
    assert missing(project, "resources_approved") == ()
    assert queries.none_needed(project).actor_name == cast.lead.name
    # A need that is asked later ends the statement, also when it is withdrawn again.
    late = need_money(cast, add("投放", 5))
    with pytest.raises(Conflict):
        services.state_none_needed(project.pk, by=cast.by("lead"))
    services.withdraw_need(late.pk, by=cast.by("lead"))
    assert len(missing(project, "resources_approved")) == 1
    services.state_none_needed(project.pk, by=cast.by("lead"))
    assert missing(project, "resources_approved") == ()


def test_a_project_that_needs_nothing_has_that_approved(cast, project):
    assert missing(project, "resources_approved")
    decide(cast, send(cast, project))
    assert missing(project, "resources_approved") == ()


def test_what_is_waited_for_stands_on_the_desks(cast, add, project):
    from tongzhou.projects.duties import awaited_by, duties_of

    need = need_people(cast, add("库存值守", 5))

    def titles(part):
        return [str(duty.title) for duty in duties_of(cast.by(part)) if "planning" not in str(duty.title)]

    assert any("库存专员" in title for title in titles("product_head"))
    assert any("库存专员" in title for title in titles("product_contact"))
    assert not any("库存专员" in title for title in titles("sales_head"))
    assert any("库存专员" in str(duty.title) for duty in awaited_by(cast.by("lead")))
    lend(cast, need, "product_member")
    assert any("库存专员" in title for title in titles("lead"))
    services.accept_offer(need.pk, by=cast.by("lead"))
    before = len(titles("sponsor"))
    send(cast, project)
    assert len(titles("sponsor")) == before + 1
