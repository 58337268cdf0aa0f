"""Who leaves is out at once: sessions, streams, tokens, delegations and headships end in one act."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tongzhou.core import live
from tongzhou.core.errors import Conflict, InvalidInput
from tongzhou.core.events import events_of
from tongzhou.core.models import LiveSignal
from tongzhou.people import services, ties
from tongzhou.people.models import ApiToken, Delegation, Headship, Person
from tongzhou.people.queries import session_holds

TODAY = date(2026, 5, 11)


def asks_for_login(answer) -> bool:
    return answer.status_code == 302 and answer.headers["Location"].startswith("/accounts/login/")


@pytest.fixture
def head_with_everything(cast):
    """The head of product: with a deputy, a stand-in of their own, and a token."""
    services.delegate(
        cast.product.pk, cast.product_contact.pk, since=TODAY, until=TODAY + timedelta(9), by=cast.by("product_head")
    )
    services.delegate(
        cast.sales.pk, cast.product_head.pk, since=TODAY, until=TODAY + timedelta(9), by=cast.by("sales_head")
    )
    _token, plain = services.create_api_token("脚本", 30, by=cast.by("product_head"))
    return plain


def test_leaving_ends_everything_in_one_act(cast, as_, head_with_everything):
    browser = as_("product_head")
    assert browser.get(reverse("people:profile")).status_code == 200
    subscription = live.read_subscription(live.subscription_token(cast.by("product_head"), ()))
    services.leave_company(cast.product_head.pk, TODAY, by=cast.by("admin"))
    person = Person.objects.get(pk=cast.product_head.pk)
    assert (person.is_active, person.left_on) == (False, TODAY)
    assert asks_for_login(browser.get(reverse("people:profile")))
    assert not session_holds(subscription.person_id, subscription.epoch)
    assert LiveSignal.objects.filter(topic=f"person-{person.pk}", name=live.SIGNED_OUT).exists()
    assert not ApiToken.objects.filter(revoked_at=None).exists()
    assert not Delegation.objects.filter(revoked_at=None).exists()
    assert not Headship.objects.filter(person=person, until=None).exists()
    assert not cast.by("product_contact").stand_ins
    assert events_of(person).last().name == "people.person.left"
    with_token = Client().get("/api/v1/me", headers={"Authorization": f"Bearer {head_with_everything}"})
    assert with_token.status_code == 401


def test_who_has_left_cannot_log_in_again(cast):
    from tests.cast import PASSWORD

    services.leave_company(cast.lead.pk, by=cast.by("admin"))
    answer = Client().post("/accounts/login/", {"login": "chen.chen", "password": PASSWORD})
    assert "_auth_user_id" not in answer.client.session


def test_a_refused_leaving_changes_nothing(cast, head_with_everything):
    with pytest.raises(InvalidInput):
        services.leave_company(cast.product_head.pk, TODAY + timedelta(1), by=cast.by("admin"))
    assert Person.objects.get(pk=cast.product_head.pk).session_epoch == 0
    assert Delegation.objects.filter(revoked_at=None).count() == 2


def test_nobody_leaves_twice(cast):
    services.leave_company(cast.lead.pk, by=cast.by("admin"))
    with pytest.raises(Conflict):
        services.leave_company(cast.lead.pk, by=cast.by("admin"))


def test_a_new_head_can_be_named_on_the_day_the_old_one_left(cast):
    services.leave_company(cast.product_head.pk, by=cast.by("admin"))
    services.name_head(cast.product.pk, cast.product_contact.pk, TODAY, former_id=None, by=cast.by("admin"))
    assert cast.by("product_contact").heads(cast.product.pk)


def test_somebody_who_comes_back_has_none_of_the_rights_of_before(cast, head_with_everything):
    services.change_person(cast.product_head.pk, None, {"is_pmo": True}, by=cast.by("admin"))
    services.leave_company(cast.product_head.pk, by=cast.by("admin"))
    services.take_back(cast.product_head.pk, by=cast.by("admin"))
    person = Person.objects.get(pk=cast.product_head.pk)
    assert (person.is_active, person.left_on, person.is_pmo) == (True, None, False)
    assert not person.has_usable_password()
    actor = cast.by("product_head")
    assert (actor.headed_ids, actor.stand_ins) == (frozenset(), ())


def test_leaving_a_department_ends_what_was_open_there(cast, as_, head_with_everything):
    browser = as_("product_head")
    browser.get(reverse("people:profile"))
    services.leave_department(cast.product_head.pk, cast.product.pk, by=cast.by("admin"))
    assert asks_for_login(browser.get(reverse("people:profile")))
    assert not ApiToken.objects.filter(revoked_at=None).exists()
    left = Delegation.objects.get(revoked_at=None)
    assert left.department == cast.sales, "what was given elsewhere stays"
    assert cast.by("product_head").headed_ids == frozenset()


def test_signing_out_everywhere_ends_other_sessions_and_keeps_this_one(as_):
    here, elsewhere = as_("lead"), as_("lead")
    for browser in (here, elsewhere):
        assert browser.get(reverse("people:profile")).status_code == 200
    here.post(reverse("people:sign_out_everywhere"))
    assert here.get(reverse("people:profile")).status_code == 200
    assert asks_for_login(elsewhere.get(reverse("people:profile")))


def test_a_session_that_was_begun_but_not_used_ends_as_well(cast):
    from tests.cast import PASSWORD

    thief = Client()
    thief.post("/accounts/login/", {"login": "chen.chen", "password": PASSWORD})
    assert "_auth_user_id" in thief.session
    services.sign_out_everywhere(cast.lead.pk, by=cast.by("admin"))
    assert asks_for_login(thief.get(reverse("people:profile")))


def test_the_page_names_what_ends_and_what_stays(cast, as_, head_with_everything):
    page = as_("admin").get(reverse("people:person_leave", args=[cast.product_head.pk])).content.decode()
    for words in ("产品部", "赵敏", "刘强", "脚本"):
        assert words in page
    answer = as_("admin").post(
        reverse("people:person_leave", args=[cast.product_head.pk]), {"left_on": "2026-05-11", "name": "王雷"}
    )
    assert answer.status_code == 422
    assert Person.objects.get(pk=cast.product_head.pk).is_active
    answer = as_("admin").post(
        reverse("people:person_leave", args=[cast.product_head.pk]), {"left_on": "2026-05-11", "name": "王磊"}
    )
    assert answer.status_code == 302
    assert not Person.objects.get(pk=cast.product_head.pk).is_active


def test_what_holds_a_person_is_told_by_every_package(cast):
    from tongzhou.projects import services as projects

    project = projects.create_project(
        name="618大促活动", scenario_id=cast.scenarios["launch"].pk, initiator_id=cast.marketing.pk, by=cast.by("lead")
    )
    found = {
        str(label): [str(tie.text) for tie in rows] for label, rows in ties.ties_of(cast.lead.pk, cast.by("admin"))
    }
    assert any(project.name in text for rows in found.values() for text in rows)
    projects.change_project(project.pk, None, {"is_confidential": True}, by=cast.by("lead"))
    found = {
        str(label): [str(tie.text) for tie in rows] for label, rows in ties.ties_of(cast.lead.pk, cast.by("admin"))
    }
    assert found
    assert not any(project.name in text for rows in found.values() for text in rows), "a confidential name stays so"
