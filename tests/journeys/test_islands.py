"""What the browser does by itself, on the style guide: rows, autosave, conflicts, confirmation, theme; and axe."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from .conftest import patient

pytestmark = pytest.mark.django_db(transaction=True)

Open = Callable[..., Page]


@pytest.fixture
def open_guide(live_server: Any, browser: Browser) -> Iterator[Open]:
    """Opens the style guide; a script error on the page fails the test."""
    contexts = []
    broken: list[str] = []

    def enter(*, width: int = 1280, theme: str = "light", language: str = "en") -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, base_url=live_server.url)
        contexts.append(context)
        context.add_cookies(
            [
                {"name": "tongzhou_theme", "value": theme, "url": live_server.url},
                {"name": "tongzhou_language", "value": language, "url": live_server.url},
            ]
        )
        page = patient(context.new_page())
        page.set_default_timeout(8_000)
        page.on("pageerror", lambda failure: broken.append(str(failure)))
        page.on("console", lambda line: broken.append(line.text) if "Content Security Policy" in line.text else None)
        page.goto("/_style/")
        return page

    yield enter
    for context in contexts:
        context.close()
    assert broken == []


def answer_saves(page: Page, status: int, body: str, content_type: str = "application/json") -> list[str]:
    """The server's side of autosave, as the contract in docs/how/pages.md has it; gives what was sent."""
    sent: list[str] = []

    def reply(route: Route) -> None:
        if route.request.method != "POST":
            route.fallback()
            return
        sent.append(route.request.post_data or "")
        route.fulfill(status=status, body=body, content_type=content_type)

    page.route("**/_style/", reply)
    return sent


def rows_of(page: Page) -> list[str]:
    return [
        row.locator("input[name$='-name']").input_value()
        for row in page.locator("[data-island=rows] tr[data-row]:not([hidden])").all()
    ]


def test_row_is_added_with_its_own_number_and_focus(open_guide: Open) -> None:
    page = open_guide()
    page.get_by_role("button", name="Add a row").click()
    page.keyboard.type("Gate rehearsal")
    assert rows_of(page)[-1] == "Gate rehearsal"
    assert page.locator("[name='milestones-TOTAL_FORMS']").input_value() == "4"
    assert page.locator("[name='milestones-3-name']").input_value() == "Gate rehearsal"


def test_row_moves_by_keyboard_and_order_follows(open_guide: Open) -> None:
    page = open_guide()
    before = rows_of(page)
    page.locator("[name='milestones-0-name']").focus()
    page.keyboard.press("Alt+ArrowDown")
    assert rows_of(page) == [before[1], before[0], before[2]]
    assert page.locator("[name='milestones-0-ORDER']").last.input_value() == "2"


def test_removed_row_comes_back_with_undo(open_guide: Open) -> None:
    page = open_guide()
    before = rows_of(page)
    page.locator("tr[data-row] [data-row-remove]").first.click()
    assert rows_of(page) == before[1:]
    assert page.locator("[name='milestones-0-DELETE'][type=hidden]").input_value() == "on"
    page.get_by_role("button", name="Undo").click()
    assert rows_of(page) == before


def test_autosave_saves_what_is_typed_and_takes_the_new_version(open_guide: Open) -> None:
    page = open_guide()
    sent = answer_saves(page, 200, '{"version": 2, "saved_at": "14:03"}')
    page.locator("#id_title").fill("618 promotion")
    expect(page.locator("[data-save-state]")).to_have_text("Saved 14:03")
    assert "618 promotion" in sent[-1]
    assert page.locator("#form [name=version]").input_value() == "2"


def test_text_typed_while_the_server_is_away_is_kept_and_sent_later(open_guide: Open) -> None:
    page = open_guide()
    page.route("**/_style/", lambda route: route.abort() if route.request.method == "POST" else route.fallback())
    page.locator("#id_title").fill("not lost")
    expect(page.locator("[data-save-state]")).to_have_attribute("data-state", "failed")
    expect(page.locator("#id_title")).to_have_value("not lost")
    sent = answer_saves(page, 200, '{"version": 2, "saved_at": "14:04"}')
    expect(page.locator("[data-save-state]")).to_have_text("Saved 14:04")
    assert "not lost" in sent[-1]


def test_text_not_saved_survives_a_reload(open_guide: Open) -> None:
    page = open_guide()
    page.on("dialog", lambda dialog: dialog.accept())
    page.route("**/_style/", lambda route: route.abort() if route.request.method == "POST" else route.fallback())
    page.locator("#id_title").fill("still here")
    expect(page.locator("[data-save-state]")).to_have_attribute("data-state", "failed")
    page.reload()
    expect(page.locator("#id_title")).to_have_value("still here")


def test_row_removed_but_not_saved_stays_removed_after_a_reload(open_guide: Open) -> None:
    page = open_guide()
    page.on("dialog", lambda dialog: dialog.accept())
    page.route("**/_style/", lambda route: route.abort() if route.request.method == "POST" else route.fallback())
    before = rows_of(page)
    page.locator("tr[data-row] [data-row-remove]").first.click()
    expect(page.locator("[data-save-state]")).to_have_attribute("data-state", "failed")
    page.reload()
    expect(page.locator("tr[data-row]:visible")).to_have_count(len(before) - 1)
    assert rows_of(page) == before[1:]


CONFLICT = """
<section data-island="conflict" data-version="7"><h2 id="conflict-title" tabindex="-1">Somebody else changed this</h2>
<div data-conflict-field="background"><pre data-mine>mine</pre><pre data-theirs>theirs</pre>
<button type="button" data-choose="mine">Keep mine</button><button type="button" data-choose="both">Both</button></div>
</section>"""


def test_second_writer_sees_both_texts_and_loses_neither(open_guide: Open) -> None:
    page = open_guide()
    answer_saves(page, 409, CONFLICT, "text/html")
    page.locator("#id_background").fill("mine")
    conflict = page.locator("#conflict [data-island=conflict]")
    expect(conflict).to_be_visible()
    expect(page.locator("#id_background")).to_have_value("mine")
    sent = answer_saves(page, 200, '{"version": 8, "saved_at": "14:05"}')
    conflict.get_by_role("button", name="Both").click()
    expect(page.locator("[data-save-state]")).to_have_text("Saved 14:05")
    expect(page.locator("#id_background")).to_have_value("mine\n\ntheirs")
    assert 'name="version"\r\n\r\n7' in sent[-1]


def test_what_is_typed_while_a_save_is_under_way_is_saved_next(open_guide: Open) -> None:
    page = open_guide()
    held: list[Route] = []
    page.route("**/_style/", lambda route: held.append(route) if route.request.method == "POST" else route.fallback())
    page.locator("#id_title").fill("first")
    expect(page.locator("[data-save-state]")).to_have_attribute("data-state", "saving")
    page.locator("#id_title").press_sequentially(" and second")
    sent = answer_saves(page, 200, '{"version": 3, "saved_at": "14:06"}')
    held[0].fulfill(status=200, body='{"version": 2, "saved_at": "14:05"}', content_type="application/json")
    expect(page.locator("[data-save-state]")).to_have_text("Saved 14:06")
    expect(page.locator("#id_title")).to_have_value("first and second")
    assert "first and second" in sent[-1]
    assert page.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('tongzhou'))") == []


def test_theme_changes_at_once_and_menu_closes_on_escape(open_guide: Open) -> None:
    page = open_guide()
    menu = page.locator(".frame-top details.menu", has_text="Light or dark")
    menu.locator("summary").click()
    menu.get_by_role("button", name="Dark").click()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    menu.locator("summary").click()
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")


def test_confirmation_is_asked_and_no_means_no(open_guide: Open) -> None:
    page = open_guide()
    sent = answer_saves(page, 200, "{}")
    page.evaluate("document.querySelector('[data-confirm]').type = 'submit'")
    page.locator("#form form").evaluate("form => form.noValidate = true")
    page.locator("[data-confirm]").click()
    dialog = page.locator("dialog#ask")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).not_to_be_visible()
    assert sent == []


def test_what_cannot_be_undone_waits_for_the_question_on_a_slow_line(open_guide: Open) -> None:
    page = open_guide()
    sent = answer_saves(page, 200, "{}")
    held: list[Route] = []
    page.route(re.compile(r"islands/confirm[^/]*\.js"), lambda route: held.append(route))
    page.goto("/_style/", wait_until="commit")
    page.locator("[data-confirm]").evaluate("button => button.type = 'submit'")
    page.locator("#form form").evaluate("form => form.noValidate = true")
    page.locator("[data-confirm]").click()
    expect(page.locator("dialog#ask")).not_to_be_visible()
    assert sent == []
    held[0].continue_()
    expect(page.locator("dialog#ask")).to_be_visible()
    page.locator("dialog#ask").get_by_role("button", name="Cancel").click()
    assert sent == []


def test_where_the_dialog_cannot_come_the_browser_asks(open_guide: Open) -> None:
    page = open_guide()
    sent = answer_saves(page, 200, "{}")
    page.route(re.compile(r"islands/confirm[^/]*\.js"), lambda route: route.abort())
    page.goto("/_style/")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.evaluate("document.querySelector('[data-confirm]').type = 'submit'")
    page.locator("#form form").evaluate("form => form.noValidate = true")
    page.locator("[data-confirm]").click()
    assert (len(asked), sent) == (1, [])


@pytest.mark.parametrize("width", [1440, 720, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_components_pass_axe_and_never_scroll_sideways(open_guide: Open, width: int, theme: str) -> None:
    page = open_guide(width=width, theme=theme, language="zh-hans")
    expect(page.locator("[data-island=countdown]").first).to_have_text(re.compile(r"\d+:\d\d"))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page).response["violations"]
    assert [(item["id"], item["nodes"][0]["html"]) for item in found if item["impact"] in {"serious", "critical"}] == []
