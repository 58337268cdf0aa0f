"""The plan in a browser: written in the row, moved by keys, pasted, undone; a bar that is dragged shows what would move."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

As = Callable[..., Page]
MARKUP = "<img src=x onerror=document.title='hacked'>盘点"


def row(page: Page, title: str) -> Locator:
    """The row of a task."""
    return page.locator("tr[data-task]", has=page.get_by_role("link", name=title, exact=True))


def open_plan(page: Page) -> None:
    """From the list of projects to the plan of the complaints' project, which is empty yet."""
    page.goto("/projects/")
    page.get_by_role("link", name="客户投诉处理流程优化").first.click()
    page.get_by_role("navigation", name="项目页面").get_by_role("link", name="计划").click()


@pytest.fixture
def lv(as_person: As) -> Page:
    """The lead of the complaints' project."""
    page = as_person("lv.mei")
    open_plan(page)
    return page


def add(page: Page, title: str, days: str) -> None:
    box = page.locator("#add")
    box.get_by_label("任务", exact=False).fill(title)
    box.get_by_label("工期（工作日）").fill(days)
    box.get_by_role("button", name="添加", exact=True).click()
    expect(row(page, title)).to_be_visible()
    expect(box.get_by_label("任务", exact=False)).to_have_value("")


def test_a_plan_is_written_in_the_table_and_every_step_can_be_taken_back(lv: Page) -> None:
    add(lv, MARKUP, "5")
    add(lv, "归纳原因", "3")

    row(lv, "归纳原因").hover()
    row(lv, "归纳原因").get_by_role("button", name="在行内修改").click()
    writing = lv.locator("[data-edit-row]")
    number = row(lv, MARKUP).locator(".task-no").inner_text().removeprefix("#")
    writing.locator("[name=predecessors]").fill("999")
    writing.get_by_role("button", name="保存").click()
    expect(writing).to_contain_text("计划中没有编号为 999 的任务")
    expect(writing.locator("[name=predecessors]")).to_be_focused()
    writing.locator("[name=predecessors]").fill(f"{number}FS+1")
    writing.locator("[name=predecessors]").press("Enter")
    expect(row(lv, "归纳原因").locator(".waits")).to_have_text(f"{number}FS+1")

    row(lv, "归纳原因").locator("td.days").first.click()
    lv.keyboard.press("Alt+ArrowUp")
    expect(lv.locator("tr[data-task]").first).to_contain_text("归纳原因")
    lv.locator("[data-plan-undo]").click()
    expect(lv.locator("tr[data-task]").first).to_contain_text("盘点")

    lv.get_by_text("从表格软件粘贴多项").click()
    lv.get_by_label("每行一项：名称、工作日、部门").fill("改进回访话术\t2\t客服部\n上线新流程\t0")
    lv.get_by_role("button", name="添加这些任务").click()
    expect(row(lv, "上线新流程")).to_be_visible()
    expect(row(lv, "改进回访话术")).to_contain_text("客服部")
    lv.locator("[data-plan-undo]").click()
    expect(row(lv, "上线新流程")).to_have_count(0)


def test_a_second_planner_sees_it_without_reloading(lv: Page, as_person: As) -> None:
    other = as_person("mei.lan")
    other.goto(lv.url)
    add(lv, "整理投诉清单", "2")
    expect(row(other, "整理投诉清单")).to_be_visible()


def test_news_of_others_wait_while_a_row_to_write_in_is_on_its_way(lv: Page, as_person: As) -> None:
    """What a press asked for has its place when it comes; what others did is shown afterwards."""
    add(lv, "盘点回访记录", "2")
    other = as_person("mei.lan")
    other.goto(lv.url)

    def slowly(route: Route) -> None:
        add(other, "通知各门店", "1")
        lv.wait_for_timeout(1_500)
        route.continue_()

    lv.route(re.compile("/row/"), slowly)
    row(lv, "盘点回访记录").hover()
    row(lv, "盘点回访记录").get_by_role("button", name="在行内修改").click()
    expect(lv.locator("[data-edit-row] [name=title]")).to_have_value("盘点回访记录")
    lv.unroute(re.compile("/row/"))
    lv.locator("[data-edit-row]").get_by_role("button", name="取消").click()
    expect(row(lv, "通知各门店")).to_be_visible()


def test_a_dragged_bar_says_what_would_move_and_a_name_is_only_a_name(lv: Page) -> None:
    add(lv, f"{MARKUP}二", "4")
    add(lv, "后续整改", "3")
    number = row(lv, f"{MARKUP}二").locator(".task-no").inner_text().removeprefix("#")
    row(lv, "后续整改").hover()
    row(lv, "后续整改").get_by_role("button", name="在行内修改").click()
    lv.locator("[data-edit-row] [name=predecessors]").fill(number)
    lv.locator("[data-edit-row] [name=predecessors]").press("Enter")
    expect(row(lv, "后续整改").locator(".waits")).to_have_text(number)

    lv.get_by_role("link", name="甘特图").click()
    expect(lv.locator(".gantt-frame")).to_have_attribute("data-ready", "yes")
    bar = lv.locator(".gantt_task_line", has_text=f"{MARKUP}二")
    bar.scroll_into_view_if_needed()
    place = bar.bounding_box()
    assert place is not None
    across, down = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
    lv.mouse.move(across, down)
    lv.mouse.down()
    lv.mouse.move(across + 80, down, steps=8)
    lv.mouse.up()
    dialog = lv.get_by_role("dialog")
    expect(dialog).to_contain_text("2 项任务随之变动")
    expect(dialog).to_contain_text("后续整改")
    dialog.get_by_role("button", name="确认调整").click()
    expect(lv.get_by_role("button", name="撤销")).to_be_visible()
    assert lv.title() != "hacked"
    lv.get_by_role("link", name="任务清单", exact=True).click()
    expect(row(lv, f"{MARKUP}二").get_by_role("img", name=re.compile("不早于"))).to_be_visible()


def test_letters_written_before_the_page_is_ready_are_kept(lv: Page) -> None:
    """On a slow line the grid is there before its script; what was typed and left by then is saved like any other."""
    add(lv, "早到的字母", "2")
    held: list[Route] = []
    lv.route(re.compile(r"islands/raci[^/]*\.js"), lambda route: held.append(route))
    lv.goto(lv.url.split("?")[0] + "raci/", wait_until="commit")
    early = lv.get_by_label(re.compile("早到的字母, 客服部$"))
    early.fill("R/A")
    early.press("Tab")
    assert held
    held[0].continue_()
    expect(lv.locator("td", has=early)).to_have_attribute("data-letters", "R/A")
