"""Open pages hear what others do: through the stream, across its death, and without it by asking."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from tests.processes import StreamProcess, stream_process
from tongzhou.core import acts, events, live
from tongzhou.people.models import Person

from .conftest import patient

pytestmark = pytest.mark.django_db(transaction=True)

# A piece of page as templates write it; it shows how often it was fetched.
LIVE_PIECE = """topic => {
  const piece = document.createElement("div");
  piece.id = "piece";
  piece.setAttribute("hx-get", "/healthz");
  piece.setAttribute("hx-trigger", `live:${topic} from:body`);
  piece.textContent = "0";
  document.body.append(piece);
  htmx.process(piece);
  let fetched = 0;
  piece.addEventListener("htmx:afterSwap", () => { fetched += 1; piece.textContent = String(fetched); });
}"""


@pytest.fixture
def stream(transactional_db: None) -> Iterator[StreamProcess]:
    with stream_process() as running:
        yield running


@pytest.fixture
def zhou() -> Person:
    return Person.objects.create(username="zhou.yi", name="周怡")


@pytest.fixture
def open_page(
    live_server: Any, browser: Browser, stream: StreamProcess, zhou: Person, settings: Any
) -> Iterator[Callable[..., Page]]:
    """Opens a page as Zhou Yi; its stream is the real process."""
    settings.TONGZHOU_STREAM_URL = f"http://127.0.0.1:{stream.port}"
    directives = {**settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]}
    directives["connect-src"] = [*directives["connect-src"], settings.TONGZHOU_STREAM_URL]
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": directives}
    contexts = []

    def enter(*, stopped_clock: bool = False) -> Page:
        context = browser.new_context(base_url=live_server.url)
        contexts.append(context)
        client = Client()
        client.force_login(zhou)
        name = django_settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        page = patient(context.new_page())
        page.set_default_timeout(10_000)
        if stopped_clock:
            page.clock.install()
        page.goto("/_style/")
        return page

    yield enter
    for context in contexts:
        context.close()


@acts.act
def change(topic: str) -> None:
    events.signal(topic, "test.thing.changed")


def test_two_pages_fetch_what_changed_and_again_after_the_stream_died(open_page, stream, zhou):
    topic = f"person-{zhou.pk}"
    pages = [open_page(), open_page()]
    for page in pages:
        expect(page.locator("body")).to_have_attribute("data-live", "streaming")
        page.evaluate(LIVE_PIECE, topic)
    change(topic)
    for page in pages:
        expect(page.locator("#piece")).to_have_text("1", timeout=2_000)

    stream.kill()
    for page in pages:
        expect(page.locator("body")).to_have_attribute("data-live", "waiting")
    change(topic)
    stream.start()
    for page in pages:
        expect(page.locator("body")).to_have_attribute("data-live", "streaming", timeout=20_000)
        expect(page.locator("#piece")).to_have_text("2")
    change(topic)
    expect(pages[0].locator("#piece")).to_have_text("3", timeout=2_000)


def test_a_page_asks_by_itself_when_the_stream_stays_away(open_page, stream, zhou):
    topic = f"person-{zhou.pk}"
    page = open_page()
    expect(page.locator("body")).to_have_attribute("data-live", "streaming")
    page.evaluate(LIVE_PIECE, topic)
    stream.kill()
    expect(page.locator("body")).to_have_attribute("data-live", "waiting")
    change(topic)
    expect(page.locator("body")).to_have_attribute("data-live", "polling", timeout=30_000)
    expect(page.locator("#piece")).to_have_text("1")


def test_a_page_asks_by_itself_when_the_stream_never_answers(open_page, zhou, settings):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.TONGZHOU_STREAM_URL = f"http://127.0.0.1:{silent.getsockname()[1]}"
        directives = {
            **settings.CONTENT_SECURITY_POLICY["DIRECTIVES"],
            "connect-src": ["'self'", settings.TONGZHOU_STREAM_URL],
        }
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": directives}
        page = open_page(stopped_clock=True)
        page.clock.fast_forward(9_000)
        expect(page.locator("body")).to_have_attribute("data-live", "polling")


def test_who_is_signed_out_is_told_and_hears_nothing_more(open_page, zhou):
    page = open_page()
    expect(page.locator("body")).to_have_attribute("data-live", "streaming")

    @acts.act
    def sign_out() -> None:
        zhou.session_epoch += 1
        zhou.save()
        events.signal(f"person-{zhou.pk}", live.SIGNED_OUT)

    sign_out()
    expect(page.locator("#toasts")).to_contain_text(re.compile("您已退出登录|signed out"))
    expect(page.locator("body")).not_to_have_attribute("data-live", re.compile("."))
