"""What people do in phase 2 of the 618预售活动, each act once, as it is done in the browser."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from .aligning import NAME, PROMISES, agree, choose, duty

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
    expect(writing.locator("[name=predecessors]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(row(page, DESIGN)).to_be_visible()
    expect(row(page, DESIGN).locator(".waits")).to_have_text("")


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
    expect(page.locator("#raci-grid")).to_have_attribute("data-ready", "yes")
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


def solve(lead: Page, head: Page, project: int, way: str) -> None:
    """Gate 2 does not open on a conflict: a way out is proposed, the department accepts, one press carries it out."""
    lead.goto(f"/projects/{project}/gates/2/")
    lead.locator("#gate-conditions").get_by_role("link", name=re.compile("推广费")).click()
    expect(lead.locator(".conflict-card")).to_have_count(1)
    lead.locator(".conflict-card li", has_text=way).get_by_role("button", name="采用").click()
    expect(lead.locator("main")).to_contain_text("待部门确认")
    address = lead.url
    duty(head, "资源冲突的解决方案")
    head.get_by_role("button", name="接受", exact=True).click()
    expect(head.locator("#toasts")).to_contain_text("已同意")
    lead.goto(address)
    lead.get_by_role("button", name="一键执行").click()
    expect(lead.locator("#toasts")).to_contain_text("已执行")
    expect(lead.locator(".conflict-card")).to_have_count(0)


def promise_each_other(lead: Page, contact: Page, project: int) -> None:
    """The page waits for its design: both contact persons confirm what, from whom and by when."""
    lead.goto(f"/projects/{project}/plan/promises/")
    expect(lead.locator("main")).to_contain_text("需要市场部在")
    lead.get_by_role("button", name="代表市场部确认").click()
    expect(lead.locator("#toasts")).to_contain_text("还等对方部门确认")
    duty(contact, "跨部门依赖")
    contact.get_by_role("button", name="代表技术部确认").click()
    expect(contact.locator("#toasts")).to_contain_text("双方已确认")


def connect_group(page: Page, project: int) -> None:
    """The group chat of the project is connected, and a test message arrives in it."""
    page.goto(f"/projects/{project}/plan/communication/")
    page.get_by_role("link", name="接入").first.click()
    page.get_by_role("link", name="体验群").click()
    page.get_by_label("群名称").fill(f"{NAME}群")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("button", name="发送测试消息").click()
    expect(page.locator("main")).to_contain_text("已送达", timeout=60_000)


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
    page.get_by_role("button", name="决定", exact=True).click()


def pass_gate(page: Page, project: int) -> None:
    """Gate 2 shows everything met; the lead passes it, the plan is the first baseline, the work begins."""
    page.goto(f"/projects/{project}/gates/2/")
    expect(page.locator("#gate-conditions .tone-warn")).to_have_count(0)
    page.get_by_role("button", name="通过阶段门").click()
    agree(page, "通过阶段门")
    expect(page.locator(".page-head h1")).to_contain_text("执行")
    page.goto(f"/projects/{project}/plan/baselines/")
    expect(page.locator("main .rows")).to_contain_text("阶段门2基准")


def plan(as_person: As, project: int) -> None:
    """The whole phase, by six people: tasks, letters, resources, one conflict, promises, the group, gate 2."""
    xu = as_person("xu.jing")
    open_plan(xu, project)
    break_down(xu)
    put_in_order(xu)
    name_owner(xu, DESIGN, "唐浩")
    fill_matrix(xu, project)
    agree_how_to_talk(xu, project)
    ask_for(xu, project, COUNT, "产品部", "库存专员", "盘点与值守", 数量="2", 单位="人")
    money = {"金额（元）": "50000", "预算科目": "推广费"}
    ask_for(xu, project, CHANNELS, "市场部", "推广预算", "6个分销渠道的推广位", **money)
    wang, lin, li, gao = (as_person(name) for name in ("wang.lei", "lin.yue", "li.na", "gao.yuan"))
    promise_people(wang, "钱多", "吴昕")
    promise_money_twice(lin, "市场部 · 推广费")
    solve(xu, lin, project, "市场活动费")
    promise_each_other(xu, li, project)
    connect_group(xu, project)
    send_request(xu, project)
    decide(gao, "40000", "先批四万，其余看预热效果")
    expect(gao.locator("#toasts")).to_contain_text("审批结果已记录")
    pass_gate(xu, project)
