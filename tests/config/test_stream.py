"""The event stream as a real process: who hears what, how soon, and that nothing is lost."""

from __future__ import annotations

import http.client
import json
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction

from tests.processes import StreamProcess, stream_process
from tongzhou.core import acts, events, live
from tongzhou.core.actor import system
from tongzhou.people.models import Person
from tongzhou.people.queries import actor_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def stream(django_db_setup: None, django_db_blocker: Any) -> Iterator[StreamProcess]:
    with django_db_blocker.unblock(), stream_process() as running:
        yield running


@pytest.fixture
def zhou() -> Person:
    return Person.objects.create(username="zhou.yi", name="周怡")


@pytest.fixture
def listen(stream: StreamProcess) -> Iterator[Callable[..., Page]]:
    pages: list[Page] = []

    def open_page(token: str, **more: Any) -> Page:
        pages.append(Page(stream.port, token, **more))
        return pages[-1]

    yield open_page
    for page in pages:
        page.close()


class Page:
    """An open page: connects, reads server-sent events, remembers the last number."""

    def __init__(self, port: int, token: str, *, since: int | str = "", heard: int | None = None) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        headers = {"Last-Event-ID": str(heard)} if heard is not None else {}
        self._connection.request("GET", f"/stream?token={token}&since={since}", headers=headers)
        self._socket = self._connection.sock
        self._answer = self._connection.getresponse()
        self.status = self._answer.status
        self._said: queue.Queue[dict[str, Any] | None] = queue.Queue()
        if self.status == 200:
            # The greeting comes once the page is listened for.
            assert self._answer.readline() == b"retry: 1000\n"
            threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        with suppress(OSError, ValueError, AttributeError, http.client.HTTPException):
            while line := self._answer.readline():
                if line.startswith(b"data: "):
                    self._said.put(json.loads(line[6:]))
        self._said.put(None)

    def hears(self, seconds: float = 5) -> dict[str, Any] | None:
        """The next event; None when the stream has ended."""
        return self._said.get(timeout=seconds)

    def topics(self, number: int) -> list[str]:
        """The topics of the next so many events."""
        return [(self.hears() or {"topic": "ended"})["topic"] for _ in range(number)]

    def hears_nothing_more(self) -> bool:
        """True when nothing is waiting; asked after a later event has come through."""
        return self._said.empty()

    def close(self) -> None:
        # Wakes the reading thread, which holds the answer.
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._connection.close()


@acts.act
def change(*topics: str) -> None:
    for topic in topics:
        events.signal(topic, "test.thing.changed")


@acts.act
def rename(person: Person, name: str) -> None:
    person.name = name
    person.save()
    events.record(system("test"), "people.person.renamed", person)


@acts.act
def sign_out(person: Person) -> None:
    person.session_epoch += 1
    person.save()
    events.signal(f"person-{person.pk}", live.SIGNED_OUT)


def token(person: Person, *topics: str) -> str:
    return live.subscription_token(actor_for(person), topics)


@pytest.mark.database
def test_an_act_is_heard_within_a_second(listen, zhou):
    page = listen(token(zhou))
    begun = time.monotonic()
    rename(zhou, "周仪")
    heard = page.hears()
    assert time.monotonic() - begun < 1
    assert heard == {
        "topic": f"person-{zhou.pk}",
        "name": "people.person.renamed",
        "seq": live.last_signal(),
    }


def test_a_page_hears_its_own_topics_only(listen, zhou):
    page = listen(token(zhou, "project-1"))
    change("project-2", "person-999", "project-1")
    assert page.topics(1) == ["project-1"]
    change("project-2")
    change("project-1")
    assert page.topics(1) == ["project-1"]
    assert page.hears_nothing_more()


def test_what_was_rolled_back_is_never_told(listen, zhou):
    page = listen(token(zhou, "project-1"))

    @acts.act
    def fails() -> None:
        events.signal("project-1", "test.thing.broken")
        raise ValueError("half way")

    with pytest.raises(ValueError, match="half way"):
        fails()
    change("project-1")
    assert (page.hears() or {})["name"] == "test.thing.changed"


@pytest.mark.parametrize(
    "forge", [lambda good: "", lambda good: "x", lambda good: good[:-1] + "!", lambda good: f"{good}x"]
)
def test_a_forged_token_is_refused(listen, zhou, forge):
    assert listen(forge(token(zhou))).status == 403


def test_an_expired_token_is_refused(listen, zhou):
    with time_machine.travel(time.time() - live.SUBSCRIPTION_HOURS * 3600 - 1):
        old = token(zhou)
    assert listen(old).status == 403


@pytest.mark.database
def test_who_is_signed_out_loses_the_stream_and_is_not_let_in_again(listen, zhou):
    ticket = token(zhou, "project-1")
    page = listen(ticket)
    sign_out(zhou)
    assert page.hears() is None
    assert listen(ticket).status == 403


def test_the_others_keep_their_stream_when_one_is_signed_out(listen, zhou):
    other = Person.objects.create(username="lin.yue", name="林悦")
    page = listen(token(other, "project-1", f"person-{zhou.pk}"))
    sign_out(zhou)
    assert page.topics(1) == [f"person-{zhou.pk}"]
    change("project-1")
    assert page.topics(1) == ["project-1"]


@pytest.mark.database
def test_a_page_hears_what_changed_between_its_rendering_and_its_listening(listen, zhou):
    change("project-1")
    rendered_at = live.last_signal()
    change("project-1", "project-2")
    page = listen(token(zhou, "project-1"), since=rendered_at)
    assert page.topics(1) == ["project-1"]
    change("project-1")
    assert (page.hears() or {})["seq"] == live.last_signal()
    assert page.hears_nothing_more()


def test_the_last_number_heard_counts_more_than_the_one_of_the_rendering(listen, zhou):
    change("project-1", "project-1", "project-1")
    newest = live.last_signal()
    page = listen(token(zhou, "project-1"), since=newest - 3, heard=newest - 1)
    assert (page.hears() or {})["seq"] == newest


@pytest.mark.database
def test_nothing_is_lost_when_the_stream_is_killed_and_comes_back(listen, zhou, stream):
    ticket = token(zhou, "project-1")
    page = listen(ticket)
    change("project-1")
    heard = (page.hears() or {})["seq"]
    stream.kill()
    assert page.hears() is None
    for _ in range(250):
        change("project-1", "project-2")
    stream.start()
    again = listen(ticket, heard=heard)
    numbers = [(again.hears() or {})["seq"] for _ in range(250)]
    assert numbers == sorted(set(numbers))
    assert numbers[-1] == live.last_signal() - 1


@pytest.mark.database
def test_a_change_committed_late_is_heard_though_a_later_one_was_quicker(listen, zhou):
    page, written = listen(token(zhou, "project-1", "project-2")), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            change("project-1")
            written.set()
            time.sleep(0.6)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    written.wait(5)
    change("project-2")
    thread.join()
    assert page.topics(2) == ["project-1", "project-2"]


def test_a_burst_larger_than_the_backlog_reaches_a_page_that_comes_back(listen, zhou):
    ticket, wanted = token(zhou, "project-1"), 700
    page, numbers = listen(ticket), []
    change(*["project-1"] * wanted)
    while len(numbers) < wanted:
        if (heard := page.hears()) is None:
            page = listen(ticket, heard=numbers[-1]) if numbers else listen(ticket, since=live.last_signal() - wanted)
        else:
            numbers.append(heard["seq"])
    assert numbers == list(range(live.last_signal() - wanted + 1, live.last_signal() + 1))


def test_a_page_away_for_longer_than_signals_are_kept_is_told_of_all_its_topics(listen, zhou, stopped_clock):
    change("project-1")
    heard = live.last_signal()
    change("project-2")
    stopped_clock.at("2026-05-11 11:00")
    live.forget_before(stopped_clock.moment)
    page = listen(token(zhou, "project-1"), heard=heard)
    assert page.topics(2) == sorted([f"person-{zhou.pk}", "project-1"])


def test_polling_tells_the_same(client, zhou):
    client.force_login(zhou)
    ticket = token(zhou, "project-1")
    start = client.get("/live/", {"token": ticket}).json()
    change("project-1", "project-2")
    answer = client.get("/live/", {"token": ticket, "since": start["seq"]}).json()
    assert answer == {"seq": live.last_signal(), "topics": ["project-1"]}
    assert client.get("/live/", {"token": "forged"}).json() == {"over": True}
    other = Person.objects.create(username="lin.yue", name="林悦")
    assert client.get("/live/", {"token": token(other, "project-1")}).status_code == 403
