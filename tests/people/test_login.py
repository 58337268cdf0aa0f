"""Coming in: password, login link, demo; what is fresh; what is not there; what is slowed down."""

from __future__ import annotations

import re
import time

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client, RequestFactory
from django.urls import reverse

from tests.cast import PASSWORD
from tongzhou.core.errors import Conflict, IdentityNotFresh
from tongzhou.people import identity, login_links, services
from tongzhou.people.identity import Method, fresh_identity, identity_is_fresh
from tongzhou.people.models import Person
from tongzhou.people.queries import forget_demo_people


def log_in(login: str = "chen.chen", password: str = PASSWORD) -> Client:
    browser = Client()
    browser.post("/accounts/login/", {"login": login, "password": password})
    return browser


def request_of(browser: Client, person: Person):
    """A request as that browser would send it, with the actor the middleware puts there."""
    from tongzhou.people.queries import actor_for

    request = RequestFactory().get("/somewhere/?a=1")
    request.session = browser.session
    request.user = person
    request.actor = actor_for(person)
    return request


def age_records(browser: Client, seconds: float) -> Client:
    session = browser.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {**record, "at": record["at"] - seconds} for record in session[AUTHENTICATION_METHODS_SESSION_KEY]
    ]
    session.save()
    return browser


def record(browser: Client, **facts) -> Client:
    session = browser.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"at": time.time(), **facts}]
    session.save()
    return browser


@pytest.mark.parametrize("typed", ["chen.chen", "Chen.Chen", " chen.chen "])
def test_a_person_logs_in_with_login_name_and_password(cast, typed):
    assert "_auth_user_id" in log_in(typed).session


def test_a_login_by_password_is_fresh_for_five_minutes(cast):
    browser = log_in()
    assert fresh_identity(request_of(browser, cast.lead)) is Method.PASSWORD
    assert identity_is_fresh(request_of(age_records(browser, 290), cast.lead))
    assert not identity_is_fresh(request_of(age_records(browser, 20), cast.lead))


def test_a_passkey_counts_and_is_the_stronger(cast):
    browser = record(log_in(), method="mfa", type="webauthn")
    assert fresh_identity(request_of(browser, cast.lead)) is Method.WEBAUTHN


@pytest.mark.parametrize(
    "facts",
    [
        {"method": "mfa", "type": "totp"},
        {"method": "mfa", "type": "recovery_codes"},
        {"method": "code"},
        {"method": "password_reset"},
        {"method": "demo"},
        {"method": "password", "at": time.time() + 3600},
    ],
)
def test_a_code_alone_a_demo_login_or_the_future_are_not_fresh(cast, facts):
    assert not identity_is_fresh(request_of(record(log_in(), **facts), cast.lead))


def test_another_persons_freshness_does_not_count(cast):
    assert not identity_is_fresh(request_of(log_in(), cast.product_head))


def test_a_program_with_a_token_is_nobodys_fresh_identity(cast):
    request = request_of(log_in(), cast.lead)
    request.by_token = True
    assert not identity_is_fresh(request)


def test_whoever_is_not_fresh_is_sent_to_confirm_and_back(cast):
    request = request_of(age_records(log_in(), 400), cast.lead)
    with pytest.raises(IdentityNotFresh) as refusal:
        identity.require_fresh_identity(request)
    assert refusal.value.facts["confirm_at"] == "/accounts/reauthenticate/?next=%2Fsomewhere%2F%3Fa%3D1"


def test_confirming_with_the_password_makes_fresh_again(cast):
    browser = age_records(log_in(), 400)
    answer = browser.post("/accounts/reauthenticate/?next=/people/me/", {"password": PASSWORD, "next": "/people/me/"})
    assert answer.headers["Location"] == "/people/me/"
    assert identity_is_fresh(request_of(browser, cast.lead))


def test_confirming_with_a_wrong_password_does_not(cast):
    browser = age_records(log_in(), 400)
    browser.post("/accounts/reauthenticate/", {"password": "wrong"})
    assert not identity_is_fresh(request_of(browser, cast.lead))


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/signup/",
        "/accounts/email/",
        "/accounts/confirm-email/",
        "/accounts/confirm-email/abc/",
        "/accounts/login/code/confirm/",
    ],
)
def test_pages_that_a_company_has_no_use_for_are_not_there(as_, address):
    assert Client().get(address).status_code == 404
    assert as_("lead").get(address).status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/accounts/login/", "/accounts/password/reset/", "/accounts/login/?next=/people/"],
)
def test_pages_for_everybody_open(db, address):
    assert Client().get(address).status_code == 200


@pytest.mark.parametrize(
    "address", ["/accounts/2fa/", "/accounts/password/change/", "/accounts/reauthenticate/", "/accounts/logout/"]
)
def test_pages_for_persons_open(cast, address):
    assert log_in().get(address).status_code == 200


@pytest.mark.parametrize("address", ["/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/"])
def test_a_second_factor_is_set_up_after_confirming_who_one_is(cast, as_, address):
    browser = log_in()
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert browser.get(address).status_code == 200
    stale = as_("lead").get(address)
    assert "/accounts/reauthenticate/" in stale.headers["Location"]


def test_after_eight_wrong_passwords_a_page_says_to_wait(cast, settings):
    settings.AXES_ENABLED = True
    browser = Client()
    for number in range(8):
        # Upper and lower case do not give more tries.
        answer = browser.post(
            "/accounts/login/", {"login": "CHEN.chen" if number % 2 else "chen.CHEN", "password": "x"}
        )
    assert answer.status_code == 429
    assert "尝试次数过多" in answer.content.decode()
    answer = browser.post("/accounts/login/", {"login": "chen.chen", "password": PASSWORD})
    assert answer.status_code == 429
    assert "_auth_user_id" not in browser.session
    assert "_auth_user_id" in log_in("wang.lei").session


def test_a_login_link_sets_a_password_once(cast):
    person = services.add_person({"username": "wu.yi", "name": "吴一"}, by=cast.by("admin"))
    secret = services.issue_login_link(person.pk, by=cast.by("admin"))
    address = reverse("people:welcome", args=[secret])
    assert "wu.yi" in Client().get(address).content.decode()
    weak = Client().post(address, {"password": "12345", "again": "12345"})
    assert weak.status_code == 422
    differing = Client().post(address, {"password": "a-good-long-word", "again": "another-good-word"})
    assert differing.status_code == 422
    assert Client().post(address, {"password": "a-good-long-word", "again": "a-good-long-word"}).status_code == 302
    assert "_auth_user_id" in log_in("wu.yi", "a-good-long-word").session
    assert Client().get(address).status_code == 410
    with pytest.raises(Conflict):
        services.set_password_by_link(secret, "an-other-long-word")


def test_a_login_link_is_for_one_person_and_cannot_be_forged(cast):
    secret = services.issue_login_link(cast.lead.pk, by=cast.by("admin"))
    assert login_links.person_of(secret) == cast.lead
    assert login_links.person_of(secret[:-2] + "xx") is None
    assert login_links.person_of("") is None
    services.sign_out_everywhere(cast.lead.pk, by=cast.by("admin"))
    assert login_links.person_of(secret) is None


def test_a_login_link_of_somebody_who_left_is_void(cast):
    secret = services.issue_login_link(cast.lead.pk, by=cast.by("admin"))
    services.leave_company(cast.lead.pk, by=cast.by("admin"))
    assert login_links.person_of(secret) is None


@pytest.fixture
def demo(settings):
    settings.TONGZHOU_DEMO = True
    forget_demo_people()
    yield
    forget_demo_people()


def test_in_the_demo_one_click_makes_you_that_person_and_counts_as_fresh(cast, demo):
    browser = Client()
    page = browser.get("/accounts/login/").content.decode()
    assert re.search(rf'name="person" value="{cast.product_head.pk}"[^>]*data-search="[^"]*wanglei', page)
    answer = browser.post(reverse("people:switch"), {"person": cast.product_head.pk, "next": "/people/me/"})
    assert answer.headers["Location"] == "/people/me/"
    assert "王磊" in browser.get("/people/me/").content.decode()
    assert fresh_identity(request_of(browser, cast.product_head)) is Method.DEMO
    browser.post(reverse("people:switch"), {"person": cast.lead.pk})
    assert browser.session["_auth_user_id"] == str(cast.lead.pk)


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_the_demo_door_leads_nowhere_else(cast, demo, address):
    answer = Client().post(reverse("people:switch"), {"person": cast.lead.pk, "next": address})
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("person", ["", "x", "0", "9" * 30, "-1"])
def test_the_demo_door_lets_nobody_in_who_is_nobody(cast, demo, person):
    assert Client().post(reverse("people:switch"), {"person": person}).status_code == 404


def test_without_the_demo_the_door_is_not_there(cast):
    assert Client().get(reverse("people:switch")).status_code == 404
    assert Client().post(reverse("people:switch"), {"person": cast.lead.pk}).status_code == 404
    assert 'name="person"' not in Client().get("/accounts/login/").content.decode()
    with pytest.raises(IdentityNotFresh):
        identity.record_demo_login(request_of(log_in(), cast.lead), cast.lead)


def test_a_demo_login_is_not_fresh_once_the_demo_is_over(cast, demo, settings):
    browser = Client()
    browser.post(reverse("people:switch"), {"person": cast.lead.pk})
    settings.TONGZHOU_DEMO = False
    assert fresh_identity(request_of(browser, cast.lead)) is None
