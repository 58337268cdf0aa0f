"""A department has one head; the head alone names deputies; everything that ends stays on record."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.db import connection

from tests.cast import Cast, build_cast
from tongzhou.core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tongzhou.core.events import events_of
from tongzhou.people import services
from tongzhou.people.models import Delegation, Headship
from tongzhou.people.queries import actor_for, actor_of_person, head_of

TODAY = date(2026, 5, 11)


def give(cast: Cast, **changes):
    """The head of product lets their contact person sign for a fortnight."""
    facts = {
        "scopes": ["memorandum"],
        "since": TODAY,
        "until": TODAY + timedelta(days=14),
        "reason": "出差",
        "by": cast.by("product_head"),
    } | changes
    return services.delegate(cast.product.pk, cast.product_contact.pk, **facts)


def test_naming_a_head_ends_the_former_headship_and_keeps_it_on_record(cast):
    services.name_head(cast.product.pk, cast.product_contact.pk, TODAY, by=cast.by("admin"))
    history = list(Headship.objects.filter(department=cast.product).order_by("since"))
    assert [(h.person.name, h.since, h.until) for h in history] == [
        ("王磊", date(2020, 1, 1), date(2026, 5, 10)),
        ("赵敏", TODAY, None),
    ]
    assert cast.by("product_contact").heads(cast.product.pk)
    assert not cast.by("product_head").heads(cast.product.pk)
    assert [e.name for e in events_of(history[0])] == ["people.headship.ended"]
    assert [e.name for e in events_of(history[1])] == ["people.headship.begun"]


def test_a_second_head_beside_the_first_is_refused(cast):
    with pytest.raises(Conflict, match="王磊"):
        services.name_head(cast.product.pk, cast.product_contact.pk, TODAY, former_id=None, by=cast.by("admin"))
    assert Headship.objects.filter(department=cast.product, until=None).get().person == cast.product_head


def test_replacing_somebody_who_is_no_longer_head_is_refused(cast):
    with pytest.raises(Conflict, match="王磊"):
        services.name_head(
            cast.product.pk, cast.product_contact.pk, TODAY, former_id=cast.sales_head.pk, by=cast.by("admin")
        )


def test_the_present_head_cannot_be_named_again(cast):
    with pytest.raises(InvalidInput) as refusal:
        services.name_head(cast.product.pk, cast.product_head.pk, TODAY, by=cast.by("admin"))
    assert set(refusal.value.fields) == {"person"}


def test_a_head_is_not_replaced_backwards_in_time(cast):
    with pytest.raises(InvalidInput) as refusal:
        services.name_head(cast.product.pk, cast.product_contact.pk, date(2026, 5, 1), by=cast.by("admin"))
    assert set(refusal.value.fields) == {"since"}


def test_a_head_named_for_later_takes_over_on_that_day(cast, stopped_clock):
    give(cast)
    services.name_head(cast.product.pk, cast.product_contact.pk, date(2026, 5, 18), by=cast.by("admin"))
    assert head_of(cast.product.pk) == cast.product_head
    assert Delegation.objects.get().until == date(2026, 5, 17)
    stopped_clock.at("2026-05-18 00:01")
    assert head_of(cast.product.pk) == cast.product_contact


@pytest.mark.parametrize("part", ["lead", "product_head", "pmo", "sponsor"])
def test_only_administrators_name_heads(cast, part):
    with pytest.raises(NotAllowed):
        services.name_head(cast.product.pk, cast.product_contact.pk, TODAY, by=cast.by(part))


def test_somebody_who_left_does_not_become_head(cast):
    services.leave_company(cast.product_contact.pk, by=cast.by("admin"))
    with pytest.raises(InvalidInput):
        services.name_head(cast.product.pk, cast.product_contact.pk, TODAY, by=cast.by("admin"))


def test_a_department_can_be_without_head_for_a_while(cast):
    services.end_headship_now(cast.product.pk, by=cast.by("admin"))
    assert head_of(cast.product.pk) is None
    assert not cast.by("product_head").headed_ids
    with pytest.raises(NotFound):
        services.end_headship_now(cast.product.pk, by=cast.by("admin"))


def test_a_deputy_acts_for_the_head_within_scope_and_period(cast, stopped_clock):
    give(cast)
    deputy = cast.by("product_contact")
    assert deputy.speaks_for(cast.product.pk, "memorandum")
    assert not deputy.speaks_for(cast.product.pk, "minutes")
    assert not deputy.heads(cast.product.pk)
    stopped_clock.at("2026-05-26 00:00")
    assert not cast.by("product_contact").speaks_for(cast.product.pk, "memorandum")


def test_no_scope_or_every_scope_means_all(cast):
    everything = ["reply", "minutes", "memorandum", "resources", "change", "acceptance"]
    assert give(cast, scopes=[]).scopes == []
    assert give(cast, scopes=everything).scopes == []
    assert give(cast, scopes=["minutes", "reply"]).scopes == ["reply", "minutes"]


def test_a_deputy_cannot_pass_it_on(cast):
    give(cast)
    with pytest.raises(NotAllowed):
        services.delegate(
            cast.product.pk,
            cast.product_member.pk,
            since=TODAY,
            until=TODAY,
            by=cast.by("product_contact"),
        )


@pytest.mark.parametrize("part", ["lead", "sales_head", "admin", "pmo", "product_member"])
def test_nobody_else_names_a_deputy_for_the_head(cast, part):
    with pytest.raises(NotAllowed):
        give(cast, by=cast.by(part))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"until": TODAY - timedelta(days=1), "since": TODAY - timedelta(days=2)}, "until"),
        ({"since": TODAY, "until": TODAY - timedelta(days=1)}, "until"),
        ({"until": TODAY + timedelta(days=400)}, "until"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"reason": "长" * 201}, "reason"),
        ({"reason": "a\x00b"}, "reason"),
    ],
)
def test_a_delegation_that_makes_no_sense_is_refused_at_its_field(cast, changes, field):
    with pytest.raises(InvalidInput) as refusal:
        give(cast, **changes)
    assert set(refusal.value.fields) == {field}
    assert not Delegation.objects.exists()


def test_the_deputy_works_here_and_is_not_the_head(cast):
    services.leave_company(cast.product_contact.pk, by=cast.by("admin"))
    for person in (cast.product_contact.pk, cast.product_head.pk, 10**9):
        with pytest.raises(InvalidInput) as refusal:
            services.delegate(cast.product.pk, person, since=TODAY, until=TODAY, by=cast.by("product_head"))
        assert set(refusal.value.fields) == {"deputy"}


@pytest.mark.parametrize("part", ["product_head", "admin"])
def test_head_and_administrator_take_a_delegation_back(cast, part):
    given = give(cast)
    services.revoke_delegation(given.pk, by=cast.by(part))
    assert not cast.by("product_contact").stand_ins
    assert Delegation.objects.filter(pk=given.pk, revoked_at__isnull=False).exists()
    with pytest.raises(Conflict):
        services.revoke_delegation(given.pk, by=cast.by(part))


def test_the_deputy_sees_it_but_cannot_take_it_back_and_others_do_not_see_it(cast):
    given = give(cast)
    with pytest.raises(NotAllowed):
        services.revoke_delegation(given.pk, by=cast.by("product_contact"))
    with pytest.raises(NotFound):
        services.revoke_delegation(given.pk, by=cast.by("sales_head"))


def test_what_a_former_head_delegated_ends_with_the_headship(cast):
    given = give(cast)
    services.name_head(cast.product.pk, cast.product_member.pk, TODAY, by=cast.by("admin"))
    given.refresh_from_db()
    assert given.revoked_at is not None
    services.name_head(cast.product.pk, cast.product_head.pk, TODAY, by=cast.by("admin"))
    assert not cast.by("product_contact").stand_ins, "an old delegation does not come back with the head"


def test_corrected_on_the_same_day_the_wrong_head_never_took_effect(cast):
    services.name_head(cast.product.pk, cast.product_member.pk, TODAY, by=cast.by("admin"))
    services.name_head(cast.product.pk, cast.product_contact.pk, TODAY, by=cast.by("admin"))
    assert head_of(cast.product.pk) == cast.product_contact
    wrong = Headship.objects.get(person=cast.product_member)
    assert wrong.until < wrong.since


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("had_a_head", [True, False])
def test_two_administrators_at_once_name_a_head_and_exactly_one_wins(had_a_head):
    cast = build_cast()
    former = cast.product_head.pk
    if not had_a_head:
        services.end_headship_now(cast.product.pk, by=cast.by("admin"))
        former = None
    admin = cast.by("admin")
    start = threading.Barrier(2)
    outcomes = []

    def name(person_id: int) -> None:
        try:
            start.wait(5)
            services.name_head(cast.product.pk, person_id, TODAY, former_id=former, by=admin)
            outcomes.append("named")
        except Conflict:
            outcomes.append("refused")
        finally:
            connection.close()

    hands = [threading.Thread(target=name, args=(pk,)) for pk in (cast.product_contact.pk, cast.product_member.pk)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join(30)
    assert sorted(outcomes) == ["named", "refused"]
    assert Headship.objects.filter(department=cast.product, until=None).count() == 1
    holder = Headship.objects.get(department=cast.product, until=None).person
    assert actor_for(holder).heads(cast.product.pk)
    assert actor_of_person(holder.pk).headed_ids == {cast.product.pk}
