"""The board in two browsers at once: what one moves the other sees, and nobody's words are lost."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

Enter = Callable[..., Page]
NEW = "包装供应商整改确认"
LATE = "渗漏原因复检"


def card(page: Page, title: str) -> Locator:
    return page.locator(".board-card", has_text=title)


def column(page: Page, status: str) -> Locator:
    return page.locator(f'.board-column[data-column="{status}"]')


def drag(page: Page, title: str, status: str) -> None:
    """By hand, from its column to another one."""
    source = card(page, title).bounding_box()
    target = column(page, status).locator(".board-list").bounding_box()
    assert source is not None and target is not None
    page.mouse.move(source["x"] + 60, source["y"] + 14)
    page.mouse.down()
    page.mouse.move(target["x"] + 60, target["y"] + 25, steps=12)
    page.wait_for_timeout(200)
    page.mouse.up()


@pytest.fixture(scope="module")
def address(system, browser) -> list[str]:
    """Where the board is; found once."""
    return []


@pytest.fixture
def open_board(as_person: Enter, address: list[str]) -> Callable[..., Page]:
    """The board of the incident that is worked on, as one of the demo company sees it."""

    def enter(username: str, query: str = "", **options: int) -> Page:
        page = as_person(username, **options)
        if not address:
            page.goto("/projects/?scope=all")
            href = page.get_by_role("link", name="云杯包装渗漏客诉处置").first.get_attribute("href")
            assert href is not None
            address.append(f"{href}board/")
        page.goto(address[0] + query)
        expect(page.locator(".board")).to_have_attribute("data-ready", "yes")
        return page

    return enter


def test_a_dragged_card_is_there_on_the_other_screen_within_a_second_and_block_asks_why(open_board):
    mine, theirs = open_board("cao.ning"), open_board("shi.lei")
    expect(theirs.locator("body")).to_have_attribute("data-live", "streaming")
    drag(mine, NEW, "in_progress")
    expect(column(mine, "in_progress").locator(".board-card", has_text=NEW)).to_be_visible()
    moved = time.monotonic()
    expect(column(theirs, "in_progress").locator(".board-card", has_text=NEW)).to_be_visible()
    assert time.monotonic() - moved < 1
    drag(mine, NEW, "blocked")
    expect(mine.get_by_label("受什么阻碍")).to_be_focused()
    # Nothing has moved before the reason is given.
    expect(column(mine, "in_progress").locator(".board-card", has_text=NEW)).to_be_visible()
    mine.keyboard.type("供应商未回函")
    mine.keyboard.press("Enter")
    expect(column(theirs, "blocked").locator(".board-card", has_text="供应商未回函")).to_be_visible()


def test_what_one_types_stays_while_another_saves_and_both_versions_are_shown(open_board):
    mine, theirs = open_board("cao.ning"), open_board("cao.ning")
    card(mine, LATE).get_by_role("link").click()
    percent = mine.locator("dialog[open] input[name=percent]")
    percent.fill("70")
    card(theirs, LATE).get_by_role("link").click()
    theirs.locator("dialog[open] input[name=percent]").fill("65")
    theirs.locator("dialog[open] form[data-ask=progress] button").click()
    expect(theirs.locator("dialog[open]")).to_have_count(0)
    expect(mine.locator("[data-sheet-news]")).to_be_visible()
    expect(percent).to_have_value("70")
    mine.locator("dialog[open] form[data-ask=progress] button").click()
    clash = mine.locator("[data-sheet-clash]")
    expect(clash.locator("[data-mine]")).to_contain_text("70")
    expect(clash.locator("[data-theirs]")).to_contain_text("65")
    clash.locator("[data-clash-mine]").click()
    expect(card(mine, LATE)).to_contain_text("70 %")
    expect(card(theirs, LATE)).to_contain_text("70 %")


def test_by_keyboard_alone(open_board):
    page = open_board("cao.ning")
    card(page, LATE).get_by_role("link").focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-board-bulk]")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.locator("[data-board-bulk]")).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(card(page, LATE).get_by_role("link")).not_to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("heading", name=LATE)).to_be_visible()
    page.keyboard.press("Escape")
    expect(card(page, LATE).get_by_role("link")).to_be_focused()
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("dialog[open] [data-ask=block] input[name=reason]")).to_be_focused()


def test_done_is_reported_with_evidence_and_accepted_on_the_board(open_board):
    mine = open_board("zhang.lan")
    drag(mine, "受影响客户回访", "done")
    mine.locator("dialog[open] [name=evidence]").fill("回访记录300份")
    mine.locator("dialog[open] [data-ask=done] button[type=submit]").click()
    expect(column(mine, "reported").locator(".board-card", has_text="受影响客户回访")).to_be_visible()


def test_filters_go_into_the_address_and_are_kept_as_a_view(open_board):
    page = open_board("cao.ning")
    page.get_by_label("只看延期").check()
    expect(page).to_have_url(re.compile(r"late=1"))
    expect(page.locator(".board-card")).to_have_count(1)
    page.locator(".board-views > summary").click()
    page.get_by_label("将当前视图存为").fill("延期任务")
    page.locator(".board-keep button").click()
    page.get_by_role("link", name="表格").click()
    expect(page.locator(".board-table tbody tr[data-task]")).to_have_count(1)
    page.locator(".board-views > summary").click()
    page.get_by_role("link", name="延期任务").click()
    expect(page.locator(".board-card")).to_have_count(1)


def test_on_the_phone_one_column_at_a_time_and_a_sheet(open_board):
    page = open_board("cao.ning", width=390, height=844)
    expect(page.locator(".board-column:visible")).to_have_count(1)
    page.locator('[data-pick="done"]').click()
    expect(column(page, "done")).to_be_visible()
    column(page, "done").locator(".board-card").first.click()
    expect(page.locator("dialog[open]")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_several_are_done_at_once_or_none(open_board):
    page = open_board("cao.ning", "?view=table")
    for title in (LATE, "问题批次封存"):
        page.locator("tr[data-task]", has_text=title).locator(".board-tick").check()
    page.locator("[data-board-bulk] [name=act]").select_option("progress")
    page.locator("[data-board-bulk] [name=percent]").fill("90")
    page.locator("[data-board-bulk] [type=submit]").click()
    expect(page.locator("[data-bulk-error]")).to_contain_text("问题批次封存")
    expect(page.locator("[data-board-bulk]")).to_contain_text("已选 2 项")
    page.locator("tr[data-task]", has_text="问题批次封存").locator(".board-tick").uncheck()
    page.locator("[data-board-bulk] [type=submit]").click()
    expect(page.locator("tr[data-task]", has_text=LATE).locator("[data-percent]")).to_have_value("90")
