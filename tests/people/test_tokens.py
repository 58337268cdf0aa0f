"""API tokens: shown once, hashed, expiring, ended with the person."""

from __future__ import annotations

import hashlib

import pytest
from django.test import Client
from django.urls import reverse

from tongzhou.core.errors import Conflict, InvalidInput, NotFound
from tongzhou.people import services
from tongzhou.people.models import ApiToken


def who(plain: str) -> int:
    return Client().get("/api/v1/me", headers={"Authorization": f"Bearer {plain}"}).status_code


def test_a_token_acts_with_the_rights_of_its_person_and_only_its_hash_is_kept(cast):
    token, plain = services.create_api_token("每日导出", 30, by=cast.by("lead"))
    assert len(plain) >= 43
    assert plain.endswith(token.hint)
    assert token.digest == hashlib.sha256(plain.encode()).hexdigest()
    answer = Client().get("/api/v1/me", headers={"Authorization": f"Bearer {plain}"})
    assert answer.json()["username"] == "chen.chen"


def test_an_expired_token_no_longer_works(cast, stopped_clock):
    _token, plain = services.create_api_token("一周", 7, by=cast.by("lead"))
    stopped_clock.at("2026-05-18 09:29")
    assert who(plain) == 200
    stopped_clock.at("2026-05-18 09:31")
    assert who(plain) == 401


def test_a_revoked_token_no_longer_works(cast):
    token, plain = services.create_api_token("脚本", 30, by=cast.by("lead"))
    services.revoke_api_token(token.pk, by=cast.by("lead"))
    assert who(plain) == 401
    with pytest.raises(Conflict):
        services.revoke_api_token(token.pk, by=cast.by("lead"))


def test_nobody_sees_or_revokes_the_token_of_another(cast):
    token, _plain = services.create_api_token("脚本", 30, by=cast.by("lead"))
    with pytest.raises(NotFound):
        services.revoke_api_token(token.pk, by=cast.by("pmo"))
    services.revoke_api_token(token.pk, by=cast.by("admin"))


@pytest.mark.parametrize(
    ("label", "days", "field"),
    [("", 30, "label"), ("长" * 81, 30, "label"), ("a\x00", 3, "label"), ("a", 0, "days"), ("a", 400, "days")],
)
def test_a_token_that_makes_no_sense_is_refused(cast, label, days, field):
    with pytest.raises(InvalidInput) as refusal:
        services.create_api_token(label, days, by=cast.by("lead"))
    assert set(refusal.value.fields) == {field}


def test_the_page_shows_a_new_token_once(cast, as_):
    browser = as_("lead")
    made = browser.post(reverse("people:tokens"), {"label": "脚本", "days": "30"})
    assert made.headers["Cache-Control"] == "no-store"
    assert "tz_" in made.content.decode()
    assert "tz_" not in browser.get(reverse("people:tokens")).content.decode()
    assert ApiToken.objects.get().person == cast.lead


def test_a_token_neither_works_as_a_cookie_nor_the_other_way_round(cast):
    assert who("") == 401
    assert who("x" * 10_000) == 401
    assert who("令牌") == 401
