"""Resources: kept by departments, asked per task, offered, countered, accepted; booked and in no conflict."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.planning.resourcing import (
    CLERK,
    another_clerk,
    another_project,
    budget,
    lend,
    need_money,
    need_people,
    pay,
    skilled,
)
from tongzhou.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, StaleWrite
from tongzhou.people.models import Delegation
from tongzhou.planning import queries, services
from tongzhou.planning.models import Absence, Booking, Skill, Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(add):
    return add("库存值守", 5)


def held(need):
    return [(row.person.name, row.first, row.last, row.share) for row in need.bookings.filter(released_at=None)]


# -- what there is ----------------------------------------------------------------------------------------------------


def test_a_head_keeps_skills_and_share_of_the_own_people_only(cast):
    skilled(cast)
    assert list(Skill.objects.filter(person=cast.product_contact).values_list("name", flat=True)) == [CLERK, "商品经理"]
    with pytest.raises(NotFound):
        services.set_capacity(cast.sales_contact.pk, 0, 50, [], by=cast.by("product_head"))
    with pytest.raises(NotAllowed):
        services.set_capacity(cast.product_head.pk, 0, 50, [], by=cast.by("product_member"))


def test_two_who_change_a_share_at_once_are_told(cast):
    row = services.set_capacity(cast.product_member.pk, 0, 80, [], by=cast.by("product_head"))
    services.set_capacity(cast.product_member.pk, row.version, 60, [], by=cast.by("pmo"))
    with pytest.raises(StaleWrite):
        services.set_capacity(cast.product_member.pk, row.version, 50, [], by=cast.by("product_head"))


@pytest.mark.parametrize(
    ("first", "last"), [(date(1900, 1, 1), date(1900, 1, 2)), (date(2026, 6, 2), date(2026, 6, 1))]
)
def test_an_absence_in_no_sensible_period_is_refused(cast, first, last):
    with pytest.raises(InvalidInput):
        services.add_absence(cast.product_member.pk, first, last, by=cast.by("product_head"))
    assert not Absence.objects.exists()


def test_absences_of_one_person_do_not_overlap(cast):
    services.add_absence(cast.product_member.pk, date(2026, 6, 1), date(2026, 6, 5), by=cast.by("product_head"))
    with pytest.raises(InvalidInput):
        services.add_absence(cast.product_member.pk, date(2026, 6, 5), date(2026, 6, 8), by=cast.by("product_head"))


@pytest.mark.parametrize(
    "amount", [Decimal("-1"), Decimal("1.001"), Decimal("NaN"), Decimal("Infinity"), Decimal("1e20")]
)
def test_a_budget_is_an_exact_amount(cast, amount):
    facts = {"department_id": cast.marketing.pk, "account": "推广费", "amount": amount}
    with pytest.raises(InvalidInput):
        services.add_budget(facts, by=cast.by("marketing_head"))


def test_a_department_has_one_budget_per_account_and_only_its_keeper_makes_it(cast):
    budget(cast)
    with pytest.raises(InvalidInput):
        budget(cast)
    facts = {"department_id": cast.marketing.pk, "account": "差旅费", "amount": Decimal(1)}
    with pytest.raises(NotAllowed):
        services.add_budget(facts, by=cast.by("product_head"))


# -- asked and offered ------------------------------------------------------------------------------------------------


def test_a_need_takes_the_dates_of_its_task_and_two_clerks_are_booked(cast, task):
    need = need_people(cast, task)
    lend(cast, need, "product_member", "product_contact")
    need.refresh_from_db()
    assert need.state == "agreed"
    week = (date(2026, 5, 11), date(2026, 5, 15), 100)
    assert sorted(held(need)) == sorted([("赵敏", *week), ("钱多", *week)])


def test_bookings_move_with_their_task_and_back_with_undo(cast, project, task):
    need = need_people(cast, task, quantity=1)
    lend(cast, need, "product_member")
    services.change_task(task.pk, None, {"constraint": "snet", "constraint_on": date(2026, 5, 18)}, by=cast.by("lead"))
    assert held(need) == [("钱多", date(2026, 5, 18), date(2026, 5, 22), 100)]
    services.undo_step(project.pk, queries.plan_of(project).steps.first().number, by=cast.by("lead"))
    assert held(need) == [("钱多", date(2026, 5, 11), date(2026, 5, 15), 100)]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"quantity": 0}, "quantity"),
        ({"share": 101}, "share"),
        ({"share": 0}, "share"),
        ({"category": "spoon"}, "category"),
        ({"name": " "}, "name"),
        ({"purpose": "x" * 501}, "purpose"),
        ({"first": date(2026, 6, 2), "last": date(2026, 6, 1)}, "last"),
        ({"first": date(2026, 6, 2)}, "last"),
        ({"first": date(1900, 1, 1), "last": date(9999, 1, 1)}, "first"),
        ({"provider_id": 10**18}, "provider"),
        ({"task_id": 10**18}, "task"),
    ],
)
def test_a_need_that_makes_no_sense_is_refused_at_its_field(cast, task, changes, field):
    with pytest.raises(InvalidInput) as refusal:
        need_people(cast, task, **changes)
    assert field in refusal.value.fields


def test_only_the_head_promises_and_the_contact_person_prepares(cast, task):
    need = need_people(cast, task, quantity=1)
    with pytest.raises(NotAllowed):
        services.offer_resource(need.pk, {}, person_ids=[cast.product_member.pk], by=cast.by("sales_head"))
    services.offer_resource(need.pk, {}, person_ids=[cast.product_member.pk], by=cast.by("product_contact"))
    need.refresh_from_db()
    assert (need.state, held(need)) == ("asked", [])
    services.confirm_offer(need.pk, by=cast.by("product_head"))
    need.refresh_from_db()
    assert (need.state, len(held(need))) == ("agreed", 1)


def test_a_deputy_for_resources_promises_for_the_head_and_it_shows(cast, task):
    need = need_people(cast, task, quantity=1)
    for scope, allowed in (("minutes", False), ("resources", True)):
        Delegation.objects.all().delete()
        Delegation.objects.create(
            department=cast.product, head=cast.product_head, deputy=cast.product_member, scopes=[scope],
            since=date(2026, 5, 1), until=date(2026, 6, 1),
        )  # fmt: skip
        deputy = cast.by("product_member")
        if not allowed:
            with pytest.raises(NotAllowed):
                services.offer_resource(need.pk, {}, person_ids=[cast.product_member.pk], by=deputy)
            continue
        offer = services.offer_resource(need.pk, {}, person_ids=[cast.product_member.pk], by=deputy)
        assert offer.on_behalf_of == "王磊"


def test_less_than_asked_is_a_counter_offer_that_the_lead_accepts(cast, task):
    need = need_people(cast, task)
    lend(cast, need, "product_member", note="只能出一人")
    need.refresh_from_db()
    assert (need.state, held(need)) == ("countered", [])
    with pytest.raises(NotAllowed):
        services.accept_offer(need.pk, by=cast.by("product_head"))
    services.accept_offer(need.pk, by=cast.by("lead"))
    need.refresh_from_db()
    assert (need.state, need.quantity, len(held(need))) == ("agreed", 1, 1)


def test_another_period_is_a_counter_offer_and_is_booked_as_offered(cast, task):
    need = need_people(cast, task, quantity=1)
    days = {"first": date(2026, 6, 1), "last": date(2026, 6, 5)}
    lend(cast, need, "product_member", **days)
    services.accept_offer(need.pk, by=cast.by("lead"))
    assert held(need) == [("钱多", *days.values(), 100)]


def test_a_counter_offer_turned_down_is_asked_again_with_the_reason(cast, task):
    need = need_people(cast, task)
    lend(cast, need, "product_member")
    services.turn_down_offer(need.pk, "一人盘不完", by=cast.by("lead"))
    need.refresh_from_db()
    assert (need.state, need.reason) == ("asked", "一人盘不完")
    with pytest.raises(Conflict):
        services.accept_offer(need.pk, by=cast.by("lead"))


def test_declining_needs_a_reason(cast, task):
    need = need_people(cast, task)
    with pytest.raises(InvalidInput):
        services.decline_need(need.pk, " ", by=cast.by("product_head"))
    services.decline_need(need.pk, "盘点期人手不足", by=cast.by("product_head"))
    need.refresh_from_db()
    assert need.state == "declined"


def test_changing_what_is_asked_asks_anew_and_words_alone_do_not(cast, task):
    need = need_people(cast, task, quantity=1)
    lend(cast, need, "product_member")
    services.change_need(need.pk, None, {"purpose": "盘点与值守"}, by=cast.by("lead"))
    need.refresh_from_db()
    assert need.state == "agreed"
    services.change_need(need.pk, None, {"share": 50}, by=cast.by("lead"))
    need.refresh_from_db()
    assert (need.state, held(need)) == ("asked", [])


def test_a_task_taken_out_of_the_plan_lets_its_people_go(cast, project, task):
    need = need_people(cast, task, quantity=1)
    lend(cast, need, "product_member")
    services.remove_tasks(project.pk, [task.pk], by=cast.by("lead"))
    need.refresh_from_db()
    assert (need.state, held(need)) == ("withdrawn", [])
    services.undo_step(project.pk, queries.plan_of(project).steps.first().number, by=cast.by("lead"))
    services.ask_again(need.pk, by=cast.by("lead"))
    assert queries.needs_of(project, cast.by("lead")).get().task == Task.objects.get(pk=task.pk)


# -- no conflict ------------------------------------------------------------------------------------------------------


def test_a_person_taken_by_another_project_is_refused_without_naming_it(cast, task):
    _other, elsewhere = another_project(cast)
    lend(cast, need_people(cast, elsewhere, quantity=1), "product_member")
    need = need_people(cast, task, quantity=1)
    with pytest.raises(InvalidInput) as refusal:
        lend(cast, need, "product_member")
    words = " ".join(map(str, refusal.value.fields["__all__"]))
    assert "2026-05-11" in words
    assert "会员日" not in words
    assert not held(need)


def test_half_and_half_fit_into_one_day_and_a_little_more_does_not(cast, add, task):
    lend(cast, need_people(cast, task, quantity=1, share=50), "product_member")
    lend(cast, need_people(cast, add("盘点", 5), quantity=1, share=50), "product_member")
    with pytest.raises(InvalidInput):
        lend(cast, need_people(cast, add("复盘", 5), quantity=1, share=1), "product_member")


def test_bookings_that_share_only_a_weekend_do_not_collide(cast, task):
    days = {"quantity": 1, "first": date(2026, 5, 16), "last": date(2026, 5, 17)}
    for _each in range(2):
        lend(cast, need_people(cast, task, **days), "product_member")


def test_an_absence_makes_a_booking_a_conflict(cast, project, task):
    need = need_people(cast, task, quantity=1)
    lend(cast, need, "product_member")
    assert queries.conflicts_of(project, cast.by("lead")) == []
    services.add_absence(cast.product_member.pk, date(2026, 5, 14), date(2026, 5, 20), by=cast.by("product_head"))
    found = queries.conflicts_of(project, cast.by("lead"))
    assert [(c.first, c.last, c.working_days, c.excess_days) for c in found] == [
        (date(2026, 5, 14), date(2026, 5, 15), 2, Decimal(2))
    ]


def test_a_conflict_says_who_when_and_how_much_and_hides_foreign_projects(cast, project, task):
    other, elsewhere = another_project(cast)
    lend(cast, need_people(cast, elsewhere, quantity=1), "product_member")
    lend(cast, need_people(cast, task, quantity=1), "product_member", knowingly=True)
    other.is_confidential = True
    other.save()
    mine = queries.conflicts_of(project, cast.by("product_contact"))
    assert [(c.subject, c.first, c.last, c.peak, c.capacity) for c in mine] == [
        (cast.product_member, date(2026, 5, 11), date(2026, 5, 15), 200, 100)
    ]
    other.parties.update(left_at=other.created_at)
    told = queries.conflicts_of(project, cast.by("product_contact"))[0].told
    assert sorted(entry.is_hidden for entry in told) == [False, True]
    assert all("会员日" not in entry.what for entry in told if entry.is_hidden)


def test_a_room_is_not_lent_twice(cast, add, project):
    room = services.add_thing(
        {"department_id": cast.product.pk, "kind": "room", "name": "三楼会议室", "count": 1}, by=cast.by("product_head")
    )
    facts = {"category": "room", "name": "会议室", "quantity": 1}
    first, second = (need_people(cast, add(title, 3), **facts) for title in ("培训", "彩排"))
    services.offer_resource(first.pk, {"thing_id": room.pk}, by=cast.by("product_head"))
    with pytest.raises(InvalidInput):
        services.offer_resource(second.pk, {"thing_id": room.pk}, by=cast.by("product_head"))
    services.offer_resource(second.pk, {"thing_id": room.pk}, knowingly=True, by=cast.by("product_head"))
    assert [(c.kind, c.subject, c.peak, c.capacity) for c in queries.conflicts_of(project, cast.by("lead"))] == [
        ("thing", room, 2, 1)
    ]


def test_more_money_than_there_is_is_a_conflict_by_the_exact_amount(cast, project, task):
    source = budget(cast, "60000.00")
    pay(cast, need_money(cast, task, "50000.00"), source)
    second = need_money(cast, task, "10000.01")
    with pytest.raises(InvalidInput):
        pay(cast, second, source)
    pay(cast, second, source, knowingly=True)
    assert [(c.kind, c.over) for c in queries.conflicts_of(project, cast.by("lead"))] == [("budget", Decimal("0.01"))]


# -- ways out ---------------------------------------------------------------------------------------------------------


def proposals(project, actor):
    return {
        entry.way.value: entry
        for solvable in queries.solvable_conflicts(project, actor)
        for entry in solvable.proposals
    }


@pytest.fixture
def clash(cast, add, project):
    """The clerk is promised to two tasks of the same week; the second has three working days of float."""
    skilled(cast)
    first = add("库存盘点", 5)
    second = add("渠道备货", 2)
    lend(cast, need_people(cast, first, quantity=1, priority="high"), "product_member")
    need = need_people(cast, second, quantity=1)
    lend(cast, need, "product_member", knowingly=True)
    return need


def test_another_clerk_takes_over_when_the_head_clicks(cast, project, clash):
    found = proposals(project, cast.by("product_head"))["substitute"]
    assert (found.person, found.cost_days) == (cast.product_contact, 0)
    services.take_proposal(project.pk, found.key, by=cast.by("product_head"))
    assert [row[0] for row in held(clash)] == ["赵敏"]
    assert queries.conflicts_of(project, cast.by("lead")) == []


def test_the_lead_only_proposes_another_clerk_and_the_head_accepts(cast, project, clash):
    found = proposals(project, cast.by("lead"))["substitute"]
    remedy = services.take_proposal(project.pk, found.key, by=cast.by("lead")).remedy
    assert [row[0] for row in held(clash)] == ["钱多"]
    services.answer_remedy(remedy.consents.get().pk, "accepted", by=cast.by("product_head"))
    assert [row[0] for row in held(clash)] == ["钱多"]
    services.apply_remedy(remedy.pk, by=cast.by("lead"))
    assert [row[0] for row in held(clash)] == ["赵敏"]
    assert queries.conflicts_of(project, cast.by("lead")) == []


def test_a_substitute_who_is_busy_is_not_proposed(cast, project, clash):
    services.add_absence(cast.product_contact.pk, date(2026, 5, 12), date(2026, 5, 12), by=cast.by("product_head"))
    assert "substitute" not in proposals(project, cast.by("lead"))
    other = another_clerk(cast)
    assert proposals(project, cast.by("lead"))["substitute"].person == other


def test_without_enough_float_the_later_period_says_what_it_costs(cast, project, clash):
    found = proposals(project, cast.by("lead"))
    # Five days of the other task, three of them float: two working days beyond the end.
    assert "shift" not in found
    assert (found["later"].first, found["later"].cost_days) == (date(2026, 5, 18), 2)


def test_a_shift_within_float_mends_it_once_accepted_and_is_taken_back_with_undo(cast, add, project, clash):
    add("上线准备", 20)
    found = proposals(project, cast.by("lead"))["shift"]
    assert (found.first, found.cost_days) == (date(2026, 5, 18), 0)
    end = queries.plan_counts(project).finish
    remedy = services.take_proposal(project.pk, found.key, by=cast.by("lead")).remedy
    services.answer_remedy(remedy.consents.get().pk, "accepted", by=cast.by("product_contact"))
    services.apply_remedy(remedy.pk, by=cast.by("lead"))
    assert queries.conflicts_of(project, cast.by("lead")) == []
    assert queries.plan_counts(project).finish == end
    services.undo_step(project.pk, queries.plan_of(project).steps.first().number, by=cast.by("lead"))
    assert len(queries.conflicts_of(project, cast.by("lead"))) == 1


def test_a_proposal_that_no_longer_fits_is_refused(cast, project, clash):
    key = proposals(project, cast.by("lead"))["substitute"].key
    services.withdraw_need(clash.pk, by=cast.by("lead"))
    with pytest.raises(Conflict):
        services.take_proposal(project.pk, key, by=cast.by("lead"))
    for nonsense in ("", "x", "substitute:1:2:3", "shift:a:b"):
        with pytest.raises(Conflict):
            services.take_proposal(project.pk, nonsense, by=cast.by("lead"))


def test_who_only_reads_the_project_takes_no_proposal(cast, project, clash):
    for found in proposals(project, cast.by("lead")).values():
        with pytest.raises(NotAllowed):
            services.take_proposal(project.pk, found.key, by=cast.by("sales_head"))


def test_another_account_of_the_department_is_proposed_when_money_is_short(cast, project, task):
    short, other = budget(cast, "10.00"), budget(cast, "60000.00", "市场活动费")
    need = need_money(cast, task)
    pay(cast, need, short, knowingly=True)
    found = proposals(project, cast.by("marketing_head"))["substitute"]
    services.take_proposal(project.pk, found.key, by=cast.by("marketing_head"))
    assert Booking.objects.get(need=need).budget == other
    assert queries.conflicts_of(project, cast.by("lead")) == []


# -- load -------------------------------------------------------------------------------------------------------------


def test_the_load_map_counts_every_project_and_names_only_what_may_be_seen(cast, task):
    other, elsewhere = another_project(cast)
    lend(cast, need_people(cast, elsewhere, quantity=1, share=40), "product_member")
    lend(cast, need_people(cast, task, quantity=1, share=50), "product_member")
    other.is_confidential = True
    other.save()
    other.parties.update(left_at=other.created_at)
    row = queries.load_map([cast.product_member], date(2026, 5, 13), 1, cast.by("product_contact")).rows[0]
    assert [(cell.percent, cell.level) for cell in row.cells] == [(90, "full")] * 5
    assert "会员日" not in row.cells[0].title


def test_the_load_map_knows_the_dragon_boat_festival(cast):
    week = queries.load_map([cast.product_member], date(2026, 6, 15), 1, cast.by("pmo")).weeks[0]
    assert week.days[-1] == date(2026, 6, 18)


@pytest.mark.parametrize("many", [1, 3])
def test_neither_conflicts_nor_load_ask_more_of_the_database_with_more_bookings(
    cast, add, project, many, django_assert_max_num_queries
):
    for number in range(many):
        need = need_people(cast, add(f"任务{number}", 5), quantity=1)
        lend(cast, need, "product_member", knowingly=True)
    actor = cast.by("lead")
    with django_assert_max_num_queries(6):
        queries.conflicts_of(project, actor)
    with django_assert_max_num_queries(6):
        queries.load_map([cast.product_member, cast.product_contact], date(2026, 5, 11), 4, actor)
    with django_assert_max_num_queries(6):
        list(queries.needs_of(project, actor))
