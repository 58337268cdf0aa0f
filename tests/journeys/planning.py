"""What people do in phase 2 of the 618预售活动, each act once, as it is done in the browser."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from .aligning import PROMISES, agree, choose, duty

As = Callable[..., Page]
COUNT, CHANNELS, PAGE = (promise.action for promise in PROMISES)
KIT = "5月29日前向各渠道发出渠道物料包6套"
DESIGN = "活动页面设计"
# The example row of the guide: marketing does the design, product approves, sales is asked, technology is told.
LETTERS = {
    COUNT: {"产品部": "R/A"},
    CHANNELS: {"销售部": "R/A", "市场部": "C"},
    PAGE: {"技术部": "R/A"},
    KIT: {"市场部": "R/A"},
    DESIGN: {"市场部": "R", "产品部": "A", "销售部": "C", "技术部": "I"},
}


def row(page: Page, title: str) -> Locator:
    """The row of a task in the plan."""
    return page.locator("tr[data-task]", has=page.get_by_role("link", name=title, exact=True))


def open_plan(page: Page, project: int) -> None:
    """Gate 2 says which commitments have no task, and leads to the plan."""
    page.goto(f"/projects/{project}/gates/2/")
    page.get_by_role("link", name="产品部的承诺 1 尚无任务").click()
    expect(page.get_by_role("heading", name="4 条承诺还没有任务")).to_be_visible()


def break_down(page: Page) -> None:
    """Every commitment becomes a task at one press; the design is added, before the page that waits for it."""
    page.get_by_role("button", name="生成任务", exact=True).click()
    expect(row(page, KIT)).to_contain_text("马晓")
    box = page.locator("#add")
    box.get_by_label("任务", exact=False).fill(DESIGN)
    box.get_by_label("部门", exact=True).select_option("市场部")
    box.get_by_label("工期（工作日）").fill("4")
    box.get_by_role("button", name="添加", exact=True).click()
    expect(row(page, DESIGN)).to_be_visible()


def number_of(page: Page, title: str) -> str:
    """The number by which planners name a task in the column of predecessors."""
    return row(page, title).locator(".task-no").inner_text().removeprefix("#")


def wait_for(page: Page, title: str, before: str) -> Locator:
    """Types into the row what the task waits for; the row as it stands while it is written."""
    row(page, title).hover()
    row(page, title).get_by_role("button", name="在行内修改").click()
    writing = page.locator("[data-edit-row]")
    number = number_of(page, before)
    writing.locator("[name=predecessors]").fill(number)
    writing.locator("[name=predecessors]").press("Enter")
    return writing


def put_in_order(page: Page) -> None:
    """The page waits for its design; the other way round as well is a loop, refused and named."""
    wait_for(page, PAGE, DESIGN)
    expect(row(page, PAGE).locator(".waits")).to_have_text(number_of(page, DESIGN))
    writing = wait_for(page, DESIGN, PAGE)
    expect(writing).to_contain_text("循环")
    expect(writing).to_contain_text(PAGE)
    page.keyboard.press("Escape")
    expect(row(page, DESIGN).locator(".waits")).to_have_count(0)


def name_owner(page: Page, title: str, owner: str) -> None:
    """A named person owns each task, never only a department."""
    row(page, title).get_by_role("link", name=title, exact=True).click()
    form = page.locator("main form", has=page.get_by_label("交付物")).first
    form.get_by_role("combobox", name="责任人").fill(owner)
    form.get_by_label("交付物").fill("页面设计稿")
    form.get_by_role("button", name="保存").click()
    expect(page.locator("#toasts")).to_contain_text("已保存")


def fill_matrix(page: Page, project: int) -> None:
    """Letters are typed into the grid; two of A in one row are marked in the cell until one is gone."""
    page.goto(f"/projects/{project}/plan/raci/")
    for task, letters in LETTERS.items():
        for department, written in letters.items():
            write_letter(page, task, department, written)
    expect(page.get_by_text("责任矩阵无误")).to_be_visible()
    write_letter(page, DESIGN, "技术部", "A")
    expect(page.locator("#raci-problems-title")).to_contain_text("1 处违反规则")
    write_letter(page, DESIGN, "技术部", "I")
    expect(page.get_by_text("责任矩阵无误")).to_be_visible()


def write_letter(page: Page, task: str, department: str, letters: str) -> None:
    """One cell, by keyboard."""
    cell = page.get_by_label(re.compile(f"{re.escape(task)}, {department}$"))
    cell.fill(letters)
    cell.press("Enter")
    expect(page.locator("td", has=cell)).to_have_attribute("data-letters", letters)


def agree_how_to_talk(page: Page, project: int) -> None:
    """The defaults of the guide at one press: daily by 17:00, Friday 15:00, two hours and fifteen minutes."""
    page.goto(f"/projects/{project}/plan/communication/")
    page.get_by_role("button", name="采用默认机制").click()
    expect(page.locator("#communication-lines")).to_contain_text("17:00")
    expect(page.locator("#communication-lines")).to_contain_text("15:00")


def ask_for(page: Page, project: int, task: str, department: str, name: str, purpose: str, **more: str) -> None:
    """One line of the resource request: a department is asked for people, or for money."""
    page.goto(f"/projects/{project}/plan/resources/")
    asking = page.locator("details.new-need")
    if asking.get_attribute("open") is None:
        asking.locator("summary").click()
    choose(asking.get_by_label("任务"), task)
    asking.get_by_label("提供部门").select_option(department)
    asking.get_by_label("资源类别").select_option("预算" if "金额（元）" in more else "人力")
    asking.get_by_label("名称或岗位技能").fill(name)
    for label, value in more.items():
        asking.get_by_label(label, exact=True).fill(value)
    asking.get_by_label("目的").fill(purpose)
    asking.get_by_role("button", name="向部门提出").click()
    expect(page.locator("#needs table")).to_contain_text(name)


def promise_people(page: Page, *people: str) -> None:
    """The providing department's head names who comes."""
    duty(page, "答复能提供什么")
    for person in people:
        page.get_by_label(re.compile(f"^{person} ")).check()
    page.get_by_role("button", name="承诺提供").click()
    expect(page.locator("#toasts")).to_contain_text("已承诺并占用")


def promise_money_twice(page: Page, account: str) -> None:
    """Another project has most of the account already: refused, with what is left; promised all the same, a conflict."""
    duty(page, "答复能提供什么")
    choose(page.get_by_label("列支科目"), account)
    page.get_by_role("button", name="承诺提供").click()
    expect(page.get_by_role("alert")).to_contain_text("只剩30,000.00元")
    page.get_by_label("仍然承诺，并列为冲突").check()
    page.get_by_role("button", name="承诺提供").click()
    expect(page.locator("#toasts")).to_contain_text("已承诺并占用")


def solve(page: Page, project: int, way: str) -> None:
    """Gate 2 does not open on a conflict; one of the ways out that the system computed is taken."""
    page.goto(f"/projects/{project}/gates/2/")
    expect(page.locator("#gate-conditions")).to_contain_text("没有未解决的资源冲突")
    page.goto(f"/projects/{project}/plan/resources/")
    expect(page.locator(".conflict-card")).to_have_count(1)
    page.locator(".conflict-card li", has_text=way).get_by_role("button", name="采用").click()
    expect(page.locator(".conflict-card")).to_have_count(0)


def send_request(page: Page, project: int) -> None:
    """The lead sends everything that was promised to the sponsor, in one list."""
    page.goto(f"/projects/{project}/plan/resources/")
    page.get_by_role("button", name="送高远审批").click()
    expect(page.locator("#toasts")).to_contain_text("已送")


def decide(page: Page, cut: str, reason: str) -> None:
    """The sponsor decides row by row: less money than asked, with the reason."""
    duty(page, "审批资源")
    line = page.locator(".decide-sheet tbody tr", has_text="推广预算")
    line.locator("input[type=number], input[type=text]").first.fill(cut)
    line.locator("input, textarea").last.fill(reason)
    page.get_by_role("button", name="作出审批").click()


def pass_gate(page: Page, project: int) -> None:
    """Gate 2 shows everything met; the lead passes it, the plan is the first baseline, the work begins."""
    page.goto(f"/projects/{project}/gates/2/")
    expect(page.locator("#gate-conditions .tone-warn")).to_have_count(0)
    page.get_by_role("button", name="通过阶段门").click()
    agree(page, "通过阶段门")
    expect(page.locator(".page-head h1")).to_contain_text("执行")
    page.goto(f"/projects/{project}/plan/baselines/")
    expect(page.locator("main")).to_contain_text("阶段门 2")
