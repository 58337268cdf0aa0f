"""The running system and the browser for all journeys."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect, sync_playwright

from .system import System, fresh_postgres, start

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVER_WORKS = subprocess.run([compute_driver_executable()[0], "--version"], capture_output=True).returncode == 0
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here is a journey; without chromium each is reported as skipped, by name."""
    for item in items:
        if Path(__file__).parent in Path(item.path).parents:
            item.add_marker(pytest.mark.journey)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="chromium is not installed (apt-get install chromium)"))
            elif not DRIVER_WORKS:
                item.add_marker(pytest.mark.skip(reason="playwright does not start (apt-get install libatomic1)"))


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The demo company, running; on the PostgreSQL that TONGZHOU_TEST_DATABASE_URL names, if it names one."""
    url = os.environ.get("TONGZHOU_TEST_DATABASE_URL", "")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    database = fresh_postgres(url, f"tongzhou_journey_{worker}") if url else ""
    running = start(tmp_path_factory.mktemp("system"), database_url=database)
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium, gone with its file: its event loop would be in the way of tests that come after it."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    # A machine that runs other tests beside may take its time; where quickness counts, the test names its own limit.
    expect.set_options(timeout=15_000)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


def patient(page: Page) -> Page:
    """A page whose ``goto`` returns when its islands are bound; who is quicker than that has tests of their own."""
    go = page.goto

    def goto(url: str, **options: Any) -> Response | None:
        answer = go(url, **options)
        if "wait_until" not in options:
            page.wait_for_function(
                "() => !document.querySelector('script[type=module]') || document.documentElement.dataset.ready"
            )
        return answer

    page.goto = goto  # type: ignore[assignment]
    page.set_default_timeout(15_000)
    return page


@pytest.fixture
def as_person(system: System, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a browser of one person of the demo company: ``as_person("zhou.yi")``; several at once are several browsers."""
    contexts: list[BrowserContext] = []

    def enter(username: str, *, locale: str = "zh-CN", width: int = 1440, height: int = 900) -> Page:
        context = browser.new_context(locale=locale, viewport={"width": width, "height": height}, base_url=system.url)
        contexts.append(context)
        page = patient(context.new_page())
        page.goto("/accounts/login/")
        page.locator(f'[data-demo-person="{username}"]').click()
        page.wait_for_url(lambda address: "/accounts/login" not in address)
        return page

    yield enter
    for context in contexts:
        context.close()


@pytest.fixture
def visitor(system: System, browser: Browser) -> Iterator[Page]:
    """A browser of somebody who is not logged in."""
    context = browser.new_context(locale="zh-CN", base_url=system.url)
    page = patient(context.new_page())
    yield page
    context.close()
