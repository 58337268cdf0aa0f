"""The levelled plan as a proposal: at once by rules, better in the background, accepted, one step, taken back, never stale."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.planning.resourcing import another_clerk, another_project, lend, need_people, skilled
from tongzhou.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, TransitionNotAllowed
from tongzhou.planning import queries, services
from tongzhou.planning.models import Booking, Remedy, Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def clash(cast, add, project):
    """The only clerk is promised to two tasks of the same week, before a task that waits for the second."""
    services.set_capacity(cast.product_member.pk, 0, 100, ["库存专员"], by=cast.by("product_head"))
    first = add("库存盘点", 5, constraint="fnlt", constraint_on=date(2026, 5, 15))
    second = add("渠道备货", 2)
    add("渠道铺货", 3, after=second, department_id=cast.departments["sales"].pk)
    add("上线准备", 20, department_id=cast.departments["technology"].pk)
    lend(cast, need_people(cast, first, quantity=1, priority="high"), "product_member")
    lend(cast, need_people(cast, second, quantity=1), "product_member", knowingly=True)
    return second


def accept_all(remedy, cast, *parts):
    for part in parts:
        actor = cast.by(part)
        for consent in queries.consents_to_answer(actor).filter(remedy=remedy):
            services.answer_remedy(consent.pk, "accepted", by=actor)


def level(project, cast):
    remedy = services.start_leveling(project.pk, by=cast.by("lead"))
    remedy.refresh_from_db()
    return remedy


def test_the_levelled_plan_moves_the_fewest_tasks_and_says_from_when_to_when(cast, project, clash):
    remedy = level(project, cast)
    assert (remedy.state, remedy.content["smallest"], remedy.content["cost_days"]) == ("found", True, 0)
    told = {row["title"]: (row["before"], row["after"], row["days"]) for row in remedy.moves}
    assert told == {
        "渠道备货": (["2026-05-11", "2026-05-12"], ["2026-05-18", "2026-05-19"], 5),
        "渠道铺货": (["2026-05-13", "2026-05-15"], ["2026-05-20", "2026-05-22"], 5),
    }
    assert remedy.content["holds"] == {str(clash.pk): "2026-05-18"}
    assert (remedy.content["end_before"], remedy.content["end_after"]) == ("2026-06-05", "2026-06-05")
    assert remedy.content["end_bound"] == "2026-06-05"


def test_the_first_plan_needs_no_solver(cast, project, clash, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "ortools.sat.python", None)
    content, possible = queries.leveled_at_once(project)
    assert possible
    assert [row["title"] for row in content["moves"]] == ["渠道备货", "渠道铺货"]


def test_a_free_clerk_of_the_skill_is_preferred_to_moving(cast, project, clash):
    other = another_clerk(cast)
    remedy = level(project, cast)
    assert remedy.moves == []
    assert [row["after"]["id"] for row in remedy.exchanges] == [other.pk]


def test_every_department_whose_tasks_move_accepts_then_one_click_applies_and_undo_takes_it_back(cast, project, clash):
    remedy = level(project, cast)
    services.propose_remedy(remedy.pk, by=cast.by("lead"))
    waiting = {consent.department.name for consent in remedy.consents.all()}
    assert waiting == {"产品部", "销售部"}
    with pytest.raises(Conflict) as refusal:
        services.apply_remedy(remedy.pk, by=cast.by("lead"))
    assert "产品部" in str(refusal.value.message)
    accept_all(remedy, cast, "product_contact", "sales_head")
    version = queries.plan_of(project).version
    services.apply_remedy(remedy.pk, by=cast.by("lead"))
    plan = queries.plan_of(project)
    assert (plan.version, plan.steps.first().number) == (version + 1, Remedy.objects.get().step)
    assert queries.conflicts_of(project, cast.by("lead")) == []
    booking = Booking.objects.get(need__task=clash, released_at=None)
    assert (booking.first, booking.last) == (date(2026, 5, 18), date(2026, 5, 19))
    services.take_back_remedy(remedy.pk, by=cast.by("lead"))
    booking.refresh_from_db()
    assert (booking.first, booking.last) == (date(2026, 5, 11), date(2026, 5, 12))
    assert len(queries.conflicts_of(project, cast.by("lead"))) == 1
    assert Remedy.objects.get().state == "undone"


def test_a_plan_changed_since_refuses_with_409_and_a_new_search_fits_again(cast, add, project, clash):
    remedy = level(project, cast)
    services.propose_remedy(remedy.pk, by=cast.by("lead"))
    accept_all(remedy, cast, "product_contact", "sales_head")
    add("临时会议", 1)
    assert queries.is_outdated(Remedy.objects.get(pk=remedy.pk))
    with pytest.raises(Conflict) as refusal:
        services.apply_remedy(remedy.pk, by=cast.by("lead"))
    assert refusal.value.status == 409
    assert Task.objects.get(pk=clash.pk).start == date(2026, 5, 11)
    again = level(project, cast)
    services.propose_remedy(again.pk, by=cast.by("lead"))
    accept_all(again, cast, "product_contact", "sales_head")
    services.apply_remedy(again.pk, by=cast.by("lead"))
    assert Task.objects.get(pk=clash.pk).start == date(2026, 5, 18)


def test_a_task_begun_since_refuses_with_409(cast, project, clash):
    remedy = level(project, cast)
    services.propose_remedy(remedy.pk, by=cast.by("lead"))
    accept_all(remedy, cast, "product_contact", "sales_head")
    Task.objects.filter(pk=clash.pk).update(status="in_progress")
    with pytest.raises(Conflict):
        services.apply_remedy(remedy.pk, by=cast.by("lead"))


def test_a_booking_changed_since_refuses_with_409(cast, project, clash):
    remedy = level(project, cast)
    services.propose_remedy(remedy.pk, by=cast.by("lead"))
    accept_all(remedy, cast, "product_contact", "sales_head")
    services.add_absence(cast.product_member.pk, date(2026, 5, 18), date(2026, 5, 18), by=cast.by("product_head"))
    with pytest.raises(Conflict):
        services.apply_remedy(remedy.pk, by=cast.by("lead"))


def test_bookings_of_other_projects_stay_where_they_are(cast, add, project):
    services.set_capacity(cast.product_member.pk, 0, 100, ["库存专员"], by=cast.by("product_head"))
    _other, elsewhere = another_project(cast)
    lend(cast, need_people(cast, elsewhere, quantity=1), "product_member")
    mine = add("库存盘点", 3)
    lend(cast, need_people(cast, mine, quantity=1), "product_member", knowingly=True)
    remedy = level(project, cast)
    assert [(row["task"], row["after"][0]) for row in remedy.moves] == [(mine.pk, "2026-05-18")]
    assert (remedy.content["cost_days"], remedy.content["end_after"]) == (5, "2026-05-20")
    assert all(row["title"] != elsewhere.title for row in remedy.moves)


def test_an_objection_needs_a_reason_and_ends_the_proposal(cast, project, clash):
    remedy = level(project, cast)
    services.propose_remedy(remedy.pk, by=cast.by("lead"))
    consent = remedy.consents.get(department__name="销售部")
    with pytest.raises(InvalidInput):
        services.answer_remedy(consent.pk, "objected", by=cast.by("sales_head"))
    services.answer_remedy(consent.pk, "objected", "渠道已约定15日铺货", by=cast.by("sales_head"))
    assert Remedy.objects.get(pk=remedy.pk).state == "refused"
    with pytest.raises(TransitionNotAllowed):
        services.apply_remedy(remedy.pk, by=cast.by("lead"))
    services.drop_remedy(remedy.pk, by=cast.by("lead"))


def test_who_is_not_concerned_answers_nothing(cast, project, clash):
    remedy = level(project, cast)
    services.propose_remedy(remedy.pk, by=cast.by("lead"))
    consent = remedy.consents.get(department__name="销售部")
    for part in ("product_head", "lead", "pmo", "product_member"):
        with pytest.raises(NotAllowed):
            services.answer_remedy(consent.pk, "accepted", by=cast.by(part))
    with pytest.raises(NotFound):
        services.answer_remedy(consent.pk, "accepted", by=cast.by("outsider"))


def test_only_the_head_gives_other_people_a_contact_person_does_not(cast, project, clash):
    another_clerk(cast)
    remedy = level(project, cast)
    services.propose_remedy(remedy.pk, by=cast.by("lead"))
    consent = remedy.consents.get()
    with pytest.raises(NotAllowed):
        services.answer_remedy(consent.pk, "accepted", by=cast.by("product_contact"))
    services.answer_remedy(consent.pk, "accepted", by=cast.by("product_head"))
    services.apply_remedy(remedy.pk, by=cast.by("lead"))
    assert queries.conflicts_of(project, cast.by("lead")) == []


def test_a_substitute_that_was_taken_is_taken_back_with_the_offer_and_the_plan_step(cast, add, project):
    skilled(cast)
    first, second = add("库存盘点", 5), add("渠道备货", 2)
    lend(cast, need_people(cast, first, quantity=1, priority="high"), "product_member")
    need = need_people(cast, second, quantity=1)
    lend(cast, need, "product_member", knowingly=True)
    found = next(
        way
        for entry in queries.solvable_conflicts(project, cast.by("product_head"))
        for way in entry.proposals
        if way.way == "substitute"
    )
    remedy = services.take_proposal(project.pk, found.key, by=cast.by("product_head")).remedy
    assert remedy.state == "applied"
    assert [person.name for person in queries.current_offer(need).persons.all()] == ["赵敏"]
    with pytest.raises(NotAllowed):
        services.take_back_remedy(remedy.pk, by=cast.by("sales_head"))
    services.take_back_remedy(remedy.pk, by=cast.by("product_head"))
    assert Booking.objects.get(need=need, released_at=None).person == cast.product_member
    assert [person.name for person in queries.current_offer(need).persons.all()] == [cast.product_member.name]


def test_undo_is_refused_once_another_step_has_followed(cast, add, project, clash):
    remedy = level(project, cast)
    services.propose_remedy(remedy.pk, by=cast.by("lead"))
    accept_all(remedy, cast, "product_contact", "sales_head")
    services.apply_remedy(remedy.pk, by=cast.by("lead"))
    add("临时会议", 1)
    with pytest.raises(Conflict):
        services.take_back_remedy(remedy.pk, by=cast.by("lead"))


def test_what_has_begun_is_not_moved(cast, project, clash, stopped_clock):
    stopped_clock.moment = datetime(2026, 5, 12, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
    remedy = level(project, cast)
    assert (remedy.state, remedy.content["reasons"][0]["code"]) == ("impossible", "nothing_to_level")


def test_what_is_reported_as_begun_is_moved_neither_by_levelling_nor_by_a_shift(cast, project, clash):
    Task.objects.filter(pk=clash.pk).update(status="in_progress")
    remedy = level(project, cast)
    assert (remedy.state, remedy.moves) == ("impossible", [])
    ways = {way.way.value for row in queries.solvable_conflicts(project, cast.by("lead")) for way in row.proposals}
    assert not ways & {"shift", "later"}


def test_a_demand_that_nobody_can_meet_is_said_in_words(cast, add, project):
    services.set_capacity(cast.product_member.pk, 0, 50, ["库存专员"], by=cast.by("product_head"))
    task = add("库存盘点", 5)
    lend(cast, need_people(cast, task, quantity=1), "product_member", knowingly=True)
    remedy = level(project, cast)
    assert remedy.state == "impossible"
    (words,) = queries.reasons_told(remedy.content)
    assert "库存盘点" in words
    assert cast.product_member.name in words


def test_a_deadline_that_levelling_would_break_is_named(cast, add, project):
    services.set_capacity(cast.product_member.pk, 0, 100, ["库存专员"], by=cast.by("product_head"))
    for title in ("库存盘点", "渠道备货"):
        task = add(title, 5, constraint="fnlt", constraint_on=date(2026, 5, 15))
        lend(cast, need_people(cast, task, quantity=1), "product_member", knowingly=True)
    remedy = level(project, cast)
    assert remedy.state == "impossible"
    assert queries.reasons_told(remedy.content)


def test_a_new_search_ends_the_earlier_one_and_what_is_held_can_be_freed(cast, project, clash):
    first, second = level(project, cast), level(project, cast)
    first.refresh_from_db()
    assert (first.state, second.state) == ("withdrawn", "found")
    services.propose_remedy(second.pk, by=cast.by("lead"))
    accept_all(second, cast, "product_contact", "sales_head")
    services.apply_remedy(second.pk, by=cast.by("lead"))
    assert services.free_held_tasks(project.pk, by=cast.by("lead")) == 1
    assert Task.objects.get(pk=clash.pk).start == date(2026, 5, 11)


def test_a_date_given_by_hand_ends_the_hold(cast, project, clash):
    remedy = level(project, cast)
    services.propose_remedy(remedy.pk, by=cast.by("lead"))
    accept_all(remedy, cast, "product_contact", "sales_head")
    services.apply_remedy(remedy.pk, by=cast.by("lead"))
    values = {"constraint": "snet", "constraint_on": date(2026, 5, 13)}
    services.change_task(clash.pk, None, values, by=cast.by("lead"))
    clash.refresh_from_db()
    assert (clash.held_until, clash.start) == (None, date(2026, 5, 13))


def test_the_duties_of_the_departments_and_of_the_lead_appear_and_go(cast, project, clash):
    from tongzhou.planning import remedy_duties

    remedy = level(project, cast)
    services.propose_remedy(remedy.pk, by=cast.by("lead"))
    assert len(list(remedy_duties._mine(cast.by("product_contact")))) == 1
    assert len(list(remedy_duties._others(cast.by("lead")))) == 2
    accept_all(remedy, cast, "product_contact", "sales_head")
    assert list(remedy_duties._mine(cast.by("product_contact"))) == []
    assert [duty.act for duty in remedy_duties._mine(cast.by("lead"))] == ["complete"]


@pytest.mark.parametrize("part", ["product_head", "product_contact", "sponsor"])
def test_who_does_not_run_the_project_has_nothing_levelled(cast, project, clash, part):
    with pytest.raises(NotAllowed):
        services.start_leveling(project.pk, by=cast.by(part))


def test_reading_the_problem_asks_no_more_for_three_tasks_than_for_one(cast, add, project):
    skilled(cast)

    def count():
        with CaptureQueriesContext(connection) as told:
            queries.leveling_case(project)
        return len(told)

    task = add("任务0", 2)
    lend(cast, need_people(cast, task, quantity=1), "product_member", knowingly=True)
    once = count()
    for number in range(1, 4):
        task = add(f"任务{number}", 2, after=task)
        lend(cast, need_people(cast, task, quantity=1), "product_member", knowingly=True)
    assert count() == once
