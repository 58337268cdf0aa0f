"""Gates, visibility, stopping and going on: who may, what is refused, what is kept."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections

from tests.cast import Cast
from tests.conftest import Clock
from tests.projects.conftest import CONCRETE, begin, objective
from tongzhou.core.actor import Actor
from tongzhou.core.errors import InvalidInput, NotAllowed, NotFound, StaleWrite, TransitionNotAllowed
from tongzhou.core.models import AuditEvent
from tongzhou.messaging.models import Notification
from tongzhou.people.models import Delegation
from tongzhou.projects import services
from tongzhou.projects.duties import awaited_by, duties_of
from tongzhou.projects.gates import gate_state
from tongzhou.projects.models import Commitment, GatePass, Objective, Project
from tongzhou.projects.queries import gate_card, health_of, party_cards, projects_for
from tongzhou.projects.states import CANCEL, CommitmentState, Phase

MINE = ("objectives_smart", "commitments_concrete")


def missing(project: Project) -> dict[str, list[str]]:
    """What the project's own two conditions of gate 1 lack."""
    return {r.key: [str(m.text) for m in r.missing] for r in gate_state(project, 1) if r.key in MINE}


def ready(cast: Cast, project: Project) -> None:
    """Fulfils the two conditions."""
    objective(cast, project)
    values = {
        "department_id": cast.product.pk,
        "action": CONCRETE,
        "owner_id": cast.product_contact.pk,
        "due": date(2026, 6, 1),
    }
    services.add_commitment(project.pk, values, by=cast.by("lead"))


# -- gate 1 ---------------------------------------------------------------------------------------------------------------


def test_an_empty_project_lacks_objectives_and_commitments(cast: Cast, project: Project) -> None:
    assert [len(lacks) for lacks in missing(project).values()] == [1, 1]


def test_a_smart_objective_and_a_concrete_commitment_meet_both(cast: Cast, project: Project) -> None:
    ready(cast, project)
    assert missing(project) == {"objectives_smart": [], "commitments_concrete": []}


def test_every_lacking_row_is_named_with_a_link_to_itself(cast: Cast, project: Project) -> None:
    ready(cast, project)
    row = objective(cast, project, company_goal="")
    vague = services.add_commitment(
        project.pk, {"department_id": cast.sales.pk, "action": "配合渠道铺货"}, by=cast.by("lead")
    )
    links = [lack.link for result in gate_state(project, 1) if result.key in MINE for lack in result.missing]
    assert links == [
        f"/projects/{project.pk}/objectives/#objective-{row.pk}",
        f"/projects/{project.pk}/commitments/#commitment-{vague.pk}",
    ]


def test_a_withdrawn_commitment_lacks_nothing(cast: Cast, project: Project) -> None:
    ready(cast, project)
    vague = services.add_commitment(
        project.pk, {"department_id": cast.sales.pk, "action": "尽快配合"}, by=cast.by("lead")
    )
    assert missing(project)["commitments_concrete"]
    services.withdraw_commitment(vague.pk, by=cast.by("lead"))
    assert missing(project)["commitments_concrete"] == []


def test_the_conditions_stand_in_the_order_of_the_process(project: Project) -> None:
    keys = [result.key for result in gate_state(project, 1)]
    assert keys == [
        "request_complete",
        "departments_accepted",
        "objectives_smart",
        "kickoff_confirmed",
        "commitments_concrete",
        "memorandum_signed",
    ]


@pytest.mark.parametrize("part", ["lead", "product_head", "product_member", "admin", "outsider"])
def test_a_gate_with_conditions_missing_stays_shut_for_everybody_but_sponsor_and_pmo(
    cast: Cast, project: Project, part: str
) -> None:
    with pytest.raises((NotAllowed, NotFound)):
        services.pass_gate(project.pk, 1, reason="请放行", by=cast.by(part))
    assert Project.objects.get().phase == Phase.ALIGNING


@pytest.mark.parametrize("part", ["sponsor", "pmo"])
def test_sponsor_and_pmo_pass_it_with_a_reason_that_stays(cast: Cast, project: Project, part: str) -> None:
    with pytest.raises(InvalidInput):
        services.pass_gate(project.pk, 1, reason="  ", by=cast.by(part))
    passed = services.pass_gate(project.pk, 1, reason="时间紧,先行规划", by=cast.by(part))
    assert (passed.is_conditional, passed.reason) == (True, "时间紧,先行规划")
    lacking = [condition["key"] for condition in passed.conditions if not condition["met"]]
    assert set(MINE) <= set(lacking)
    assert Project.objects.get().phase == Phase.PLANNING


def test_a_gate_whose_conditions_nobody_computes_is_not_simply_open(cast: Cast, project: Project) -> None:
    services.pass_gate(project.pk, 1, reason="先行规划", by=cast.by("sponsor"))
    with pytest.raises(NotAllowed):
        services.pass_gate(project.pk, 2, by=cast.by("lead"))


@pytest.mark.parametrize("gate", [0, 2, 3, 4, 5, -1])
def test_only_the_gate_the_project_stands_before_can_be_passed(cast: Cast, project: Project, gate: int) -> None:
    with pytest.raises(TransitionNotAllowed):
        services.pass_gate(project.pk, gate, reason="x", by=cast.by("pmo"))


def test_going_back_keeps_the_record_and_opens_the_gate_again(cast: Cast, project: Project) -> None:
    services.pass_gate(project.pk, 1, reason="先行规划", by=cast.by("sponsor"))
    services.move_back(project.pk, "aligning", "目标重议", by=cast.by("lead"))
    project.refresh_from_db()
    assert project.phase == Phase.ALIGNING
    assert GatePass.objects.count() == 1
    card = gate_card(project)
    assert card is not None
    assert card.gate == 1


# -- incidents (补签) -----------------------------------------------------------------------------------------------------


def test_an_incident_starts_in_execution_and_keeps_gate_1_open(cast: Cast) -> None:
    incident = begin(cast, "渠道投诉升级", "incident")
    assert incident.phase == Phase.EXECUTING
    card = gate_card(incident)
    assert card is not None
    assert (card.gate, card.afterwards, card.is_met) == (1, True, False)
    assert f"/projects/{incident.pk}/gates/1/" in titles(cast.by("lead"))


def test_an_incident_writes_its_objectives_while_it_is_handled(cast: Cast) -> None:
    incident = begin(cast, "渠道投诉升级", "incident")
    assert objective(cast, incident).pk


def test_an_incident_closes_gate_1_without_leaving_execution(cast: Cast) -> None:
    incident = begin(cast, "渠道投诉升级", "incident")
    services.pass_gate(incident.pk, 1, reason="事后补签", by=cast.by("sponsor"))
    incident.refresh_from_db()
    assert incident.phase == Phase.EXECUTING
    assert gate_card(incident) is None
    with pytest.raises(TransitionNotAllowed):
        services.pass_gate(incident.pk, 1, reason="再来一次", by=cast.by("sponsor"))


# -- who sees a project ---------------------------------------------------------------------------------------------------


def sees(cast: Cast, part: str) -> bool:
    """Whether the person sees any project."""
    return projects_for(cast.by(part)).exists()


SEES_OPEN = {"lead", "marketing_head", "product_head", "product_contact", "product_member", "sales_head",
             "sales_contact", "technology_head", "technology_contact", "sponsor", "pmo"}  # fmt: skip


def test_members_of_departments_taking_part_see_it_and_nobody_else(cast: Cast, project: Project) -> None:
    assert {part for part in cast.persons if sees(cast, part)} == SEES_OPEN


def test_a_confidential_project_is_seen_by_named_people_only(cast: Cast, project: Project) -> None:
    services.change_project(project.pk, None, {"is_confidential": True}, by=cast.by("lead"))
    named = {"lead", "sponsor", "marketing_head", "product_head", "product_contact", "sales_head", "sales_contact",
             "technology_head"}  # fmt: skip
    assert {part for part in cast.persons if sees(cast, part)} == named


def test_a_draft_is_seen_by_its_own_department_only(cast: Cast) -> None:
    begin(cast, opened=False)
    assert {part for part in cast.persons if sees(cast, part)} == {"lead", "marketing_head", "sponsor"}


def test_an_observer_sees_it_until_taken_out(cast: Cast, project: Project) -> None:
    services.add_stakeholder(project.pk, cast.outsider.pk, "observer", by=cast.by("lead"))
    assert sees(cast, "outsider")
    services.remove_stakeholder(project.pk, cast.outsider.pk, by=cast.by("lead"))
    assert not sees(cast, "outsider")


def test_a_department_that_leaves_no_longer_sees_it(cast: Cast, project: Project) -> None:
    services.remove_party(project.pk, cast.product.pk, "不再需要备货", by=cast.by("lead"))
    assert not sees(cast, "product_head")
    assert not sees(cast, "product_contact")


# -- stop and go ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["lead", "sponsor", "pmo"])
def test_a_suspended_project_goes_on_where_it_stood(cast: Cast, project: Project, part: str) -> None:
    services.suspend_project(project.pk, "等待供应商", by=cast.by(part))
    project.refresh_from_db()
    assert (project.phase, project.stop_reason) == (Phase.SUSPENDED, "等待供应商")
    services.resume_project(project.pk, by=cast.by(part))
    project.refresh_from_db()
    assert (project.phase, project.stop_reason) == (Phase.ALIGNING, "")


@pytest.mark.parametrize("stop", [services.suspend_project, services.cancel_project])
def test_stopping_wants_a_reason(cast: Cast, project: Project, stop: Callable[..., Project]) -> None:
    with pytest.raises(InvalidInput):
        stop(project.pk, " ", by=cast.by("lead"))
    with pytest.raises(NotAllowed):
        stop(project.pk, "不想做了", by=cast.by("product_head"))


@pytest.mark.parametrize("phase", sorted(set(Phase) - CANCEL.sources))
def test_what_is_over_cannot_be_cancelled(cast: Cast, project: Project, phase: str) -> None:
    Project.objects.update(phase=phase)
    with pytest.raises(TransitionNotAllowed):
        services.cancel_project(project.pk, "x", by=cast.by("lead"))


def test_nothing_is_changed_in_a_cancelled_project(cast: Cast, project: Project) -> None:
    services.cancel_project(project.pk, "需求取消", by=cast.by("lead"))
    lead = cast.by("lead")
    acts: list[Callable[[], Any]] = [
        lambda: services.change_project(project.pk, None, {"name": "x"}, by=lead),
        lambda: services.add_objective(project.pk, {"text": "x"}, by=lead),
        lambda: services.add_commitment(project.pk, {"action": "x", "department_id": cast.product.pk}, by=lead),
        lambda: services.name_contact(project.pk, cast.product.pk, None, by=lead),
        lambda: services.add_stakeholder(project.pk, cast.outsider.pk, "observer", by=lead),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()


# -- people ---------------------------------------------------------------------------------------------------------------


def test_contact_persons_are_people_of_the_department(cast: Cast, project: Project) -> None:
    services.name_contact(project.pk, cast.technology.pk, cast.technology_contact.pk, by=cast.by("technology_head"))
    with pytest.raises(InvalidInput):
        services.name_contact(project.pk, cast.technology.pk, cast.sales_contact.pk, by=cast.by("technology_head"))
    with pytest.raises(NotAllowed):
        services.name_contact(project.pk, cast.technology.pk, None, by=cast.by("product_head"))


@pytest.mark.parametrize("department", [0, 999, 2**63, 10**30])
def test_a_department_that_does_not_take_part_is_not_found(cast: Cast, project: Project, department: int) -> None:
    with pytest.raises(NotFound):
        services.name_contact(project.pk, department, None, by=cast.by("pmo"))
    with pytest.raises(NotFound):
        services.remove_party(project.pk, department, "x", by=cast.by("lead"))


def test_a_department_names_owners_among_its_own(cast: Cast, project: Project) -> None:
    row = services.add_commitment(
        project.pk, {"department_id": cast.product.pk, "action": CONCRETE}, by=cast.by("lead")
    )
    services.name_commitment_owner(row.pk, cast.product_member.pk, by=cast.by("product_contact"))
    with pytest.raises(InvalidInput):
        services.name_commitment_owner(row.pk, cast.outsider.pk, by=cast.by("product_contact"))
    with pytest.raises(NotAllowed):
        services.name_commitment_owner(row.pk, cast.product_member.pk, by=cast.by("sales_contact"))


def test_who_may_sign_today_are_heads_and_their_deputies(cast: Cast, project: Project) -> None:
    Delegation.objects.create(
        department=cast.product,
        head=cast.product_head,
        deputy=cast.product_contact,
        since=date(2026, 5, 1),
        until=date(2026, 5, 20),
    )
    card = next(card for card in party_cards(project) if card.party.department == cast.product)
    assert card.head == cast.product_head
    assert [deputy.deputy for deputy in card.deputies] == [cast.product_contact]


# -- duties ---------------------------------------------------------------------------------------------------------------


def titles(actor: Actor) -> set[str]:
    """Where duties of projects lead the actor."""
    return {link for duty in duties_of(actor) if (link := str(duty.link)).startswith("/projects/")}


def test_a_head_is_asked_for_contact_owner_and_backing_until_done(cast: Cast, project: Project) -> None:
    row = objective(cast, project, evidence="")
    promise = services.add_commitment(
        project.pk, {"department_id": cast.technology.pk, "action": CONCRETE}, by=cast.by("lead")
    )
    home = f"/projects/{project.pk}"
    wanted = {
        f"{home}/people/#party-{cast.technology.pk}",
        f"{home}/commitments/#department-{cast.technology.pk}",
        f"{home}/objectives/",
    }
    assert titles(cast.by("technology_head")) == wanted
    assert wanted <= {str(duty.link) for duty in awaited_by(cast.by("lead"))}

    services.name_contact(project.pk, cast.technology.pk, cast.technology_contact.pk, by=cast.by("technology_head"))
    services.name_commitment_owner(promise.pk, cast.technology_contact.pk, by=cast.by("technology_head"))
    services.back_objective(row.pk, cast.technology.pk, by=cast.by("technology_head"))
    assert titles(cast.by("technology_head")) == set()


def test_the_contact_person_is_asked_for_owners(cast: Cast, project: Project) -> None:
    services.add_commitment(project.pk, {"department_id": cast.product.pk, "action": CONCRETE}, by=cast.by("lead"))
    assert titles(cast.by("product_contact")) == {f"/projects/{project.pk}/commitments/#department-{cast.product.pk}"}
    assert titles(cast.by("sales_contact")) == set()


def test_an_objective_with_evidence_or_overruled_asks_nobody(cast: Cast, project: Project) -> None:
    objective(cast, project)
    row = objective(cast, project, evidence="")
    services.overrule_smart(row.pk, "A", "试点", by=cast.by("lead"))
    assert titles(cast.by("product_head")) == set()


def test_the_lead_is_called_to_the_gate_once_everything_is_agreed(cast: Cast, project: Project) -> None:
    ready(cast, project)
    gate = f"/projects/{project.pk}/gates/1/"
    assert gate not in titles(cast.by("lead"))
    services.agree_commitments(project.pk, by=cast.by("lead"))
    assert gate in titles(cast.by("lead"))


# -- health ---------------------------------------------------------------------------------------------------------------


def test_a_running_project_is_on_track_until_something_is_overdue(
    cast: Cast, project: Project, stopped_clock: Clock
) -> None:
    ready(cast, project)
    assert health_of([project])[project.pk].state == "on_track"
    stopped_clock.at("2026-06-02 09:00")
    health = health_of([project])[project.pk]
    assert health.state == "late"
    assert len(health.reasons) == 1


@pytest.mark.parametrize("state", sorted(set(CommitmentState) - {"proposed", "agreed"}))
def test_a_promise_settled_or_withdrawn_is_not_overdue(
    cast: Cast, project: Project, stopped_clock: Clock, state: str
) -> None:
    ready(cast, project)
    Commitment.objects.update(state=state)
    stopped_clock.at("2026-06-02 09:00")
    assert health_of([project])[project.pk].state == "on_track"


@pytest.mark.parametrize("phase", ["draft", "closed", "suspended", "cancelled"])
def test_a_project_that_does_not_run_has_no_health(cast: Cast, project: Project, phase: str) -> None:
    project.phase = phase
    assert health_of([project]) == {}


# -- messages -------------------------------------------------------------------------------------------------------------


def told(cast: Cast) -> dict[str, list[str]]:
    """Who was told what about projects."""
    found: dict[str, list[str]] = {}
    for row in Notification.objects.filter(unique_key__startswith="event:").select_related("person").order_by("pk"):
        found.setdefault(row.person.username, []).append(row.title)
    return found


def test_everybody_but_the_doer_hears_that_a_gate_was_passed(cast: Cast, project: Project) -> None:
    Notification.objects.all().delete()
    services.pass_gate(project.pk, 1, reason="先行规划", by=cast.by("sponsor"))
    assert set(told(cast)) == {"chen.chen", "lin.yue", "wang.lei", "zhao.min", "liu.qiang", "sun.li", "zhang.wei"}


@pytest.mark.parametrize(
    ("act", "who"),
    [
        (lambda c, p: services.name_contact(p.pk, c.technology.pk, c.technology_contact.pk, by=c.by("lead")), "li.na"),
        (lambda c, p: services.add_stakeholder(p.pk, c.outsider.pk, "observer", by=c.by("lead")), "he.jing"),
        (lambda c, p: services.change_project(p.pk, None, {"sponsor_id": c.admin.pk}, by=c.by("lead")), "admin"),
        (
            lambda c, p: services.add_commitment(
                p.pk,
                {"department_id": c.product.pk, "action": CONCRETE, "owner_id": c.product_member.pk},
                by=c.by("lead"),
            ),
            "qian.duo",
        ),
    ],
)
def test_who_is_named_hears_of_it(cast: Cast, project: Project, act: Callable[..., Any], who: str) -> None:
    Notification.objects.all().delete()
    act(cast, project)
    assert set(told(cast)) == {who}


def test_nobody_is_told_of_their_own_doing(cast: Cast, project: Project) -> None:
    Notification.objects.all().delete()
    services.name_contact(project.pk, cast.technology.pk, cast.technology_head.pk, by=cast.by("technology_head"))
    assert told(cast) == {}


# -- two at once ----------------------------------------------------------------------------------------------------------


def test_the_second_writer_of_an_objective_gets_both_versions(cast: Cast, project: Project) -> None:
    row = objective(cast, project)
    services.change_objective(row.pk, row.version, {"text": "甲的文字"}, by=cast.by("lead"))
    with pytest.raises(StaleWrite) as clash:
        services.change_objective(row.pk, row.version, {"text": "乙的文字"}, by=cast.by("pmo"))
    assert (clash.value.mine, clash.value.theirs) == ({"text": "乙的文字"}, {"text": "甲的文字"})
    assert Objective.objects.get().text == "甲的文字"


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Runs the acts in threads that start together; their results or what they raised."""
    barrier = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            barrier.wait(10)
            results[place] = act()
        except Exception as failure:
            results[place] = failure
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_commitments_taken_down_at_once_get_numbers_of_their_own(cast: Cast, project: Project) -> None:
    lead, values = cast.by("lead"), {"department_id": cast.product.pk, "action": CONCRETE}
    results = at_once(*[lambda: services.add_commitment(project.pk, values, by=lead)] * 6)
    assert [r for r in results if isinstance(r, Exception)] == []
    assert sorted(Commitment.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_of_two_who_edit_an_objective_at_once_one_is_told(cast: Cast, project: Project) -> None:
    row = objective(cast, project)
    writers = {"甲": cast.by("lead"), "乙": cast.by("pmo")}
    results = at_once(
        *[
            lambda text=text, by=by: services.change_objective(row.pk, row.version, {"text": text}, by=by)
            for text, by in writers.items()
        ]
    )
    clashes = [r for r in results if isinstance(r, StaleWrite)]
    assert len(clashes) == 1
    assert {clashes[0].mine["text"], clashes[0].theirs["text"]} == {"甲", "乙"}
    assert Objective.objects.get().text == clashes[0].theirs["text"]


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_a_gate_pressed_twice_at_once_is_passed_once(cast: Cast, project: Project) -> None:
    sponsor, pmo = cast.by("sponsor"), cast.by("pmo")
    results = at_once(
        lambda: services.pass_gate(project.pk, 1, reason="先行", by=sponsor),
        lambda: services.pass_gate(project.pk, 1, reason="先行", by=pmo),
    )
    assert sum(isinstance(r, GatePass) for r in results) == 1
    assert sum(isinstance(r, TransitionNotAllowed) for r in results) == 1
    assert AuditEvent.objects.filter(name="projects.gate.passed").count() == 1


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_editing_and_withdrawing_a_commitment_at_once_never_hang(cast: Cast, project: Project) -> None:
    lead = cast.by("lead")
    row = services.add_commitment(project.pk, {"department_id": cast.product.pk, "action": CONCRETE}, by=lead)
    results = at_once(
        lambda: services.change_commitment(row.pk, 1, {"quantity": Decimal(10)}, by=lead),
        lambda: services.withdraw_commitment(row.pk, by=lead),
    )
    assert all(isinstance(r, Commitment | TransitionNotAllowed) for r in results)
    assert Commitment.objects.get().state == CommitmentState.WITHDRAWN
