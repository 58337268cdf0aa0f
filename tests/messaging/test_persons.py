"""Everybody chooses how to be told; what has a clock is never muted; a link in a message does one thing, once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.conftest import Clock
from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.core.errors import InvalidInput, NotFound, StaleWrite
from tongzhou.messaging import services
from tongzhou.messaging.action_links import LinkPurpose, purposes
from tongzhou.messaging.models import ActionLink, ChatName, Delivery, Notification, Preference
from tongzhou.messaging.services import (
    deliver_due,
    make_action_link,
    notify,
    send_daily_mails,
    set_chat_names,
    set_preference,
    use_action_link,
)
from tongzhou.people.models import Person
from tongzhou.people.services import sign_out_everywhere


def wants(cast: Cast, **values: object) -> None:
    """The lead's wishes."""
    set_preference(None, values, by=cast.by("lead"))


def tell(cast: Cast, key: str, **more: object) -> None:
    """Something happens that the lead is told."""
    notify([cast.lead.pk], key=key, title=f"事情 {key}", link="/projects/", **more)  # type: ignore[arg-type]


def test_without_a_wish_each_comes_by_mail_at_once(cast: Cast) -> None:
    tell(cast, "1")
    assert Delivery.objects.get().next_try_at == clock.now()


def test_all_together_is_one_mail_at_the_hour_with_what_is_unread(cast: Cast, stopped_clock: Clock) -> None:
    wants(cast, mail="digest", digest_at=time(17, 0))
    for key in ("a", "b", "c"):
        tell(cast, key)
    assert not Delivery.objects.exists()
    assert Notification.objects.count() == 3, "under the bell at once"
    services.mark_read(Notification.objects.get(unique_key="b").pk, by=cast.by("lead"))
    assert send_daily_mails() == 0
    stopped_clock.at("2026-05-11 17:00")
    assert (send_daily_mails(), send_daily_mails()) == (1, 0)
    body = Delivery.objects.get().body
    assert "事情 a" in body
    assert "事情 b" not in body


def test_not_at_all_is_only_the_bell_but_what_has_a_clock_still_comes(cast: Cast) -> None:
    wants(cast, mail="none")
    tell(cast, "news")
    assert not Delivery.objects.exists()
    tell(cast, "sign", clock_runs=True)
    tell(cast, "fire", urgent=True)
    assert Delivery.objects.count() == 2


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-05-11 21:59", "2026-05-11 21:59"),
        ("2026-05-11 22:00", "2026-05-12 08:00"),
        ("2026-05-12 03:00", "2026-05-12 08:00"),
        ("2026-05-12 08:00", "2026-05-12 08:00"),
    ],
)
def test_in_quiet_hours_a_mail_waits_for_their_end_and_an_emergency_does_not(
    now: str, due: str, cast: Cast, stopped_clock: Clock
) -> None:
    wants(cast, quiet_from=time(22, 0), quiet_until=time(8, 0))
    stopped_clock.at(now)
    tell(cast, "sign", clock_runs=True)
    tell(cast, "fire", urgent=True)
    fire = Delivery.objects.get(subject="事情 fire")
    assert fire.next_try_at == clock.now()
    stopped_clock.at(due)
    assert Delivery.objects.get(subject="事情 sign").next_try_at == clock.now()


def test_a_mail_that_waits_does_not_go_out_before(cast: Cast, stopped_clock: Clock) -> None:
    wants(cast, quiet_from=time(9, 0), quiet_until=time(10, 0))
    tell(cast, "1")
    assert deliver_due() == 0
    stopped_clock.at("2026-05-11 10:00")
    assert deliver_due() == 1


def test_two_devices_do_not_overwrite_each_other(cast: Cast) -> None:
    wants(cast, mail="digest")
    with pytest.raises(StaleWrite):
        set_preference(1, {"mail": "none"}, by=cast.by("lead"))
    assert Preference.objects.get().mail == "digest"


@pytest.mark.parametrize(
    "values",
    [{"mail": "sometimes"}, {"quiet_from": time(22, 0)}, {"digest_at": "17:00"}, {"digest_at": time(17, tzinfo=UTC)}],
)
def test_a_wish_that_makes_no_sense_is_refused(values: dict[str, object], cast: Cast) -> None:
    with pytest.raises(InvalidInput):
        set_preference(None, values, by=cast.by("lead"))


@pytest.mark.parametrize("name", ["all", "@all", "ALL", "channel", "a b", "<@x>", "x" * 81])
def test_a_chat_name_that_would_call_everybody_is_refused(name: str, cast: Cast) -> None:
    with pytest.raises(InvalidInput):
        set_chat_names({"wecom": name}, by=cast.by("lead"))
    assert not ChatName.objects.exists()


def test_the_page_and_the_api_keep_the_same_wishes(client: Client, cast: Cast) -> None:
    client.force_login(cast.lead)
    page = reverse("messaging:preferences")
    assert client.post(page, {"mail": "digest", "digest_at": "16:45"}).status_code == 302
    assert client.post(page, {"chats": "1", "wecom": "chenchen", "dingtalk": ""}).status_code == 302
    found = client.get("/api/v1/me/notifications").json()
    assert (found["mail"], found["digest_at"], found["chat_names"]) == ("digest", "16:45:00", {"wecom": "chenchen"})
    assert client.post(page, {"mail": "nonsense"}).status_code == 422
    answer = client.patch("/api/v1/me/notifications", {"mail": "each"}, content_type="application/json")
    assert answer.json()["mail"] == "each"


DONE: list[tuple[int, str]] = []


@pytest.fixture
def purpose() -> Iterator[str]:
    """An act that may be done by link."""
    key = "tests.acknowledge"
    DONE.clear()

    def run(subject_id: int, by: Actor) -> None:
        DONE.append((subject_id, by.name))

    def question(subject_id: int, by: Actor) -> str | None:
        return f"确认收到紧急问题 {subject_id}？" if subject_id != 404 else None

    purposes.register(key, LinkPurpose(key, "确认收到", "确认", question, run))
    yield key
    del purposes._entries[key]


def test_opening_a_link_does_nothing_and_the_button_does_it_once(client: Client, cast: Cast, purpose: str) -> None:
    address = make_action_link(cast.lead, purpose, 7)
    page = client.get(address)
    assert "确认收到紧急问题 7" in page.content.decode()
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert DONE == [], "chats and mail scanners open links by themselves"
    assert client.post(address).status_code == 200
    assert client.post(address).status_code == 404
    assert [(7, cast.lead.name)] == DONE
    assert client.get("/projects/").status_code == 302, "nobody is logged in by it"


def test_a_link_is_kept_as_a_digest_only(cast: Cast, purpose: str) -> None:
    address = make_action_link(cast.lead, purpose, 7)
    token = address.removeprefix("/messages/act/").split(":")[0]
    assert len(token) >= 43
    assert token not in str(ActionLink.objects.values().get())


@pytest.mark.parametrize("change", ["x", "", "purpose"])
def test_a_forged_link_is_nothing(change: str, client: Client, cast: Cast, purpose: str) -> None:
    address = make_action_link(cast.lead, purpose, 7).rstrip("/")
    forged = f"{address[:-1]}{'A' if address[-1] != 'A' else 'B'}/" if change == "x" else "/messages/act/abc/"
    assert client.get(forged).status_code == 404
    assert client.post(forged).status_code == 404
    assert DONE == []


def test_a_link_ends_by_time_by_signing_out_everywhere_and_by_leaving(
    client: Client, cast: Cast, purpose: str, stopped_clock: Clock
) -> None:
    late, out, left = (make_action_link(cast.lead, purpose, number) for number in (1, 2, 3))
    sign_out_everywhere(cast.lead.pk, by=cast.by("lead"))
    assert client.post(out).status_code == 404
    fresh = make_action_link(Person.objects.get(pk=cast.lead.pk), purpose, 4)
    stopped_clock.moment += timedelta(days=4)
    assert client.post(fresh).status_code == 404
    assert services.forget_action_links() == 4
    Person.objects.filter(pk=cast.lead.pk).update(is_active=False)
    assert client.post(left).status_code == 404
    assert client.post(late).status_code == 404
    assert DONE == []


def test_when_it_was_done_meanwhile_the_link_says_so(client: Client, cast: Cast, purpose: str) -> None:
    address = make_action_link(cast.lead, purpose, 404)
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 409
    assert DONE == []


def test_an_act_that_fails_leaves_the_link_unused(cast: Cast) -> None:
    def run(subject_id: int, by: Actor) -> None:
        raise NotFound

    key = "tests.fails"
    purposes.register(key, LinkPurpose(key, "x", "x", lambda pk, by: "?", run))
    signed = make_action_link(cast.lead, key, 1).removeprefix("/messages/act/").rstrip("/")
    with pytest.raises(NotFound):
        use_action_link(signed)
    assert ActionLink.objects.get().used_at is None
    del purposes._entries[key]
