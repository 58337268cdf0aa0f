"""What people do in phase 1 of the 618预售活动, each act once, as it is done in the browser."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from .system import System

As = Callable[..., Page]
SAVED = re.compile(r"\d\d:\d\d 已保存")


@dataclass(frozen=True)
class Wish:
    """What a department is asked for."""

    department: str
    contact: str
    due: str
    words: str


@dataclass(frozen=True)
class Goal:
    """An objective as it is typed in, field by field."""

    text: str
    fields: dict[str, str]
    evidence: str


@dataclass(frozen=True)
class Promise:
    """A commitment as it is taken down in the meeting."""

    department: str
    owner: str
    due: str
    action: str
    deliverable: str
    quantity: str
    unit: str
    acceptance: str


NAME = "618预售活动"
WISHES = (
    Wish("产品部", "赵敏", "2026-06-01", "6月1日前完成TOP10 SKU库存盘点并出具盘点报告1份，确保预售期间无断货"),
    Wish("销售部", "孙丽", "2026-06-03", "6月3日前落实6个分销渠道的推广位，提交渠道排期表1份"),
    Wish("技术部", "李娜", "2026-06-05", "6月5日前完成预售页面搭建1套，首屏加载不超过2秒"),
)
GOALS = (
    Goal(
        "618预售期间（6月5日至6月15日）面向全渠道消费者，线上销售额较去年同期提升30%",
        {
            "指标": "预售期线上销售额",
            "现值": "1000",
            "目标值": "1300",
            "单位": "万元",
            "截止日期": "2026-06-15",
            "数据来源": "ERP 销售日报",
            "支撑的公司目标": "上半年营收目标1.2亿元",
        },
        "去年同期增长22%，今年新增3个分销渠道。",
    ),
    Goal(
        "预售期间商城用户转化率提升15%，由3.20%提高到3.68%",
        {
            "指标": "商城用户转化率",
            "现值": "3.2",
            "目标值": "3.68",
            "单位": "%",
            "截止日期": "2026-06-15",
            "数据来源": "网站数据平台",
            "支撑的公司目标": "上半年营收目标1.2亿元",
        },
        "4月改版小流量测试转化率提升11%。",
    ),
)

PROMISES = (
    Promise(
        "产品部", "钱多", "2026-06-01", "6月1日前完成TOP10 SKU库存盘点，确保预售期间无断货",
        "库存盘点报告", "10", "个SKU", "盘点报告与仓库实物抽查一致，差异率不超过1%",
    ),
    Promise(
        "销售部", "孙丽", "2026-06-05", "6月5日前落实6个分销渠道的推广位并提交排期表",
        "渠道排期表", "6", "个渠道", "每个渠道有平台方的书面确认",
    ),
    Promise(
        "技术部", "李娜", "2026-06-05", "6月5日前完成预售页面搭建1套，首屏加载不超过2秒",
        "可访问的预售页面", "1", "套", "测试环境连续10次首屏加载不超过2秒",
    ),
)  # fmt: skip
DECISION = "5月29日前向各渠道发出渠道物料包6套"


def agree(page: Page, word: str) -> None:
    """Says yes in the dialog that asks before what cannot be undone."""
    page.get_by_role("dialog").get_by_role("button", name=word, exact=True).click()


def saved(page: Page) -> None:
    """Waits until the draft has saved itself."""
    expect(page.locator("[data-save-state]")).to_have_text(SAVED)


def rows(page: Page, part: str) -> Locator:
    """The rows of one table of the request form."""
    return page.locator(f"#part-{part} [data-row]:visible")


def choose(select: Locator, words: str) -> None:
    """Takes the option that begins with these words; what follows is the person's part in the project."""
    select.select_option(select.locator("option", has_text=words).get_attribute("value"))


def start_request(page: Page) -> int:
    """Opens «发起协作», chooses the scenario; gives the key of the new project."""
    page.get_by_role("link", name="发起协作").click()
    page.get_by_role("radio", name="新产品/服务上市").check()
    page.get_by_label("项目名称").fill(NAME)
    page.get_by_role("button", name="开始填写").click()
    page.wait_for_url(re.compile(r"/projects/\d+/request/"))
    return int(re.search(r"/projects/(\d+)/", page.url)[1])  # type: ignore[index]


def write_goals(page: Page) -> None:
    """A general wish shows what SMART misses; then both objectives are written whole."""
    page.get_by_role("button", name="添加目标").click()
    first = rows(page, "objectives").first
    words = first.get_by_label("要达成什么、为谁")
    words.press_sequentially("提升销售额")
    expect(first.locator("[data-hints]")).to_contain_text("没有目标数值")
    expect(first.locator("[data-hints] .tone-warn")).to_have_count(5)
    page.get_by_role("button", name="添加目标").click()
    for number, goal in enumerate(GOALS):
        row = rows(page, "objectives").nth(number)
        for label, value in goal.fields.items():
            row.get_by_label(label).fill(value)
        row.locator("summary").click()
        row.get_by_role("textbox", name="可达成的依据").fill(goal.evidence)
        row.get_by_label("要达成什么、为谁").fill(goal.text)
    expect(first.locator("[data-hints] .tone-good")).to_have_count(5)


def write_wishes(page: Page) -> None:
    """Customer service is not needed; product is asked vaguely first, and told so."""
    expect(rows(page, "asks")).to_have_count(4)
    rows(page, "asks").nth(3).get_by_role("button", name="删除此行").click()
    expect(rows(page, "asks")).to_have_count(3)
    first = rows(page, "asks").first
    first.get_by_label("需配合事项").fill("")
    first.get_by_label("需配合事项").press_sequentially("产品部提供库存支持")
    expect(first.locator("[data-hints] mark")).to_have_text("提供库存支持")
    expect(first.locator("[data-rewrite]")).to_have_text("«动词» + 库存 + «数量» + «日期»")
    for number, wish in enumerate(WISHES):
        row = rows(page, "asks").nth(number)
        row.get_by_label("部门").select_option(wish.department)
        row.get_by_label("期望完成时间").fill(wish.due)
        row.get_by_role("combobox", name="接口人").fill(wish.contact)
        row.get_by_label("需配合事项").fill(wish.words)
    expect(first.locator("[data-hints] mark")).to_have_count(0)


def fill_request(page: Page) -> None:
    """The rest of the form; it saves itself, and what was saved is there after a reload."""
    page.get_by_label("紧急程度").select_option("紧急")
    page.get_by_role("combobox", name="上级审批人").fill("高远")
    page.get_by_label("项目背景").fill("预售为618大促蓄水。去年预售页面首屏超过4秒，3个主推SKU断货。")
    write_goals(page)
    write_wishes(page)
    page.get_by_label("预算估算（元）").fill("50000")
    page.get_by_label("发起部门负责人意见").fill("同意发起。")
    saved(page)
    page.reload()
    expect(rows(page, "objectives").nth(1).get_by_label("要达成什么、为谁")).to_have_value(GOALS[1].text)
    expect(rows(page, "asks")).to_have_count(3)
    expect(page.locator("#collab-aside")).to_contain_text("已填写完整")


def submit_request(page: Page) -> None:
    page.get_by_role("button", name="提交").click()
    agree(page, "提交")
    expect(page.locator("#toasts")).to_contain_text("已提交")


def duty(page: Page, title: str, project: str = NAME) -> None:
    """Opens the desk and does what waits there for this project."""
    page.goto("/")
    line = page.locator("#desk .rows > li", has_text=title).filter(has_text=project)
    line.locator(".row-side").get_by_role("link").click()


def reply(page: Page, choice: str, words: str = "", date: str = "") -> None:
    """The head, or a deputy, answers what the own department is asked for."""
    duty(page, "回复市场部的协作需求")
    page.get_by_role("radio", name=choice, exact=True).check()
    if date:
        page.get_by_label("建议的完成日期").fill(date)
    page.get_by_label("说明").fill(words)
    page.get_by_role("button", name="发出回复").click()
    expect(page.locator("#toasts")).to_contain_text("已回复")


def answer(page: Page, project: int, department: str, agreement: str) -> None:
    """The lead takes a condition or another date, in place."""
    page.goto(f"/projects/{project}/request/")
    page.locator("#collab-talks li", has_text=department).get_by_role("link", name="答复").click()
    page.get_by_role("button", name=agreement).click()
    expect(page.locator("#toasts")).to_contain_text("已处理")


def plan_kickoff(page: Page, project: int) -> None:
    """Gate 1 says that the kickoff is missing, and leads to where it is planned; everything is proposed already."""
    page.goto(f"/projects/{project}/gates/1/")
    page.get_by_role("link", name="尚未安排启动会").click()
    expect(page.get_by_label("会议名称")).to_have_value(f"{NAME}启动会")
    for person in ("林悦 部门负责人", "王磊 部门负责人", "孙丽 接口人"):
        expect(page.get_by_label(person)).to_be_checked()
    page.get_by_label("开始时间").fill("2026-05-14T10:30")
    page.get_by_label("结束时间").fill("2026-05-14T12:00")
    page.get_by_label("地点或会议链接").fill("3楼大会议室")
    page.get_by_role("button", name="安排并发出邀请").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{NAME}启动会")


def hold_kickoff(page: Page) -> None:
    """The meeting itself: who is there, what was said, what is promised, what is decided."""
    page.get_by_role("button", name="开始会议").click()
    page.get_by_role("button", name="其余全部到会").click()
    expect(page.locator("#attendance")).to_contain_text("8/8")
    topic = page.locator(".agenda-item").nth(1)
    topic.get_by_label("结论").fill("两个目标一致通过。")
    expect(topic.locator("[data-save-state]")).to_have_text(SAVED)
    page.locator("#commitments").get_by_text("记录承诺").click()
    for promise in PROMISES:
        take_down(page, promise)
    part = page.locator("#resolutions")
    part.get_by_text("记录决议").click()
    form = part.locator("details form")
    form.get_by_label("决议").fill(DECISION)
    form.get_by_label("部门").select_option("市场部")
    choose(form.get_by_label("责任人"), "马晓")
    form.get_by_label("完成时限").fill("2026-05-29")
    form.get_by_role("button", name="记录", exact=True).click()
    part.get_by_role("button", name="转为承诺").click()
    expect(part).to_contain_text("已转为承诺")
    expect(page.locator("#commitments")).to_contain_text(DECISION)
    closing = page.locator("#closing")
    closing.get_by_label("首次进度同步会").fill("2026-05-22T15:00")
    expect(closing.locator("[data-save-state]")).to_have_text(SAVED)
    page.get_by_role("button", name="结束会议").click()
    agree(page, "结束")


def take_down(page: Page, promise: Promise) -> None:
    """One commitment, as the meeting hears it; the form stays open for the next."""
    part = page.locator("#commitments")
    form = part.locator("details form")
    form.get_by_label("部门").select_option(promise.department)
    choose(form.get_by_label("责任人"), promise.owner)
    form.get_by_label("完成时限").fill(promise.due)
    form.get_by_label("承诺内容").fill(promise.action)
    form.get_by_label("交付物").fill(promise.deliverable)
    form.get_by_label("数量").fill(promise.quantity)
    form.get_by_label("单位").fill(promise.unit)
    form.get_by_label("验收标准").fill(promise.acceptance)
    form.get_by_role("button", name="记录", exact=True).click()
    expect(part.locator(".promise", has_text=promise.action)).to_be_visible()
    expect(form.get_by_label("承诺内容")).to_have_value("")


def send_minutes(page: Page) -> None:
    """The recorder reads what will be sent, and sends it."""
    page.get_by_role("link", name="预览并发送").click()
    expect(page.locator(".paper")).to_contain_text(DECISION)
    page.get_by_role("button", name="送各部门确认").click()
    agree(page, "发送纪要")
    expect(page.locator(".page-head h1")).to_contain_text("V1")


def confirm_minutes(page: Page) -> None:
    """A head or deputy confirms, having read the own part first."""
    duty(page, f"{NAME}启动会")
    expect(page.locator(".own-part").first).to_be_visible()
    page.get_by_role("button", name="确认", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("已确认")


def compose_memorandum(page: Page, project: int) -> None:
    """Drawn from objectives, commitments and the usual clauses; what is written beside saves itself; sent for signing."""
    page.goto(f"/projects/{project}/gates/1/")
    page.get_by_role("link", name="备忘录尚未起草").click()
    page.get_by_role("button", name="起草备忘录").click()
    page.get_by_label("协作范围", exact=True).fill("618预售期的备货、渠道推广与预售页面。")
    expect(page.locator("[data-save-state]")).to_have_text(SAVED)
    page.get_by_role("link", name="查看备忘录").click()
    for promise in PROMISES:
        expect(page.locator(".paper")).to_contain_text(promise.acceptance)
    page.get_by_role("button", name="送签").click()
    agree(page, "送签")
    expect(page.locator(".page-head h1")).to_contain_text("签署中")


def sign(page: Page, *, for_the_first_time: bool) -> None:
    """A head or deputy reads the own part and signs; before the first signature the agreement on signing is accepted."""
    duty(page, "备忘录")
    expect(page.locator(".own-part")).to_be_visible()
    if for_the_first_time:
        page.get_by_role("button", name="我已阅读并接受本约定").click()
    expect(page.get_by_role("button", name="我已阅读并接受本约定")).to_have_count(0)
    page.locator("#decide").get_by_role("button", name=re.compile("^签署")).click()
    expect(page.locator(".page-head h1")).to_contain_text("备忘录")
    expect(page.locator(".round-card")).to_be_visible()


def not_yet(page: Page) -> None:
    """Who signs in a later stage is not asked yet."""
    page.goto("/")
    expect(page.locator("#desk")).to_be_visible()
    expect(page.locator("#desk .rows > li", has_text="备忘录").filter(has_text=NAME)).to_have_count(0)


def download_sealed(page: Page, project: int, folder: Path) -> Path:
    """The worker seals the PDF once all have signed; the lead saves it."""
    page.goto(f"/projects/{project}/memorandum/")
    link = page.get_by_role("link", name="签署版 PDF")
    expect(link).to_be_visible(timeout=30_000)
    answer = page.request.get(link.get_attribute("href") or "")
    assert answer.headers["content-type"] == "application/pdf"
    file = folder / "memorandum.pdf"
    file.write_bytes(answer.body())
    return file


def judged(page: Page, file: Path) -> str:
    """What the public verification page says of a file, to somebody who is not logged in."""
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="验证文件").click()
    return page.get_by_role("alert").inner_text()


def pdfsig(file: Path) -> str:
    """What a PDF reader that knows nothing of this system says of the signature."""
    return subprocess.run(["pdfsig", file], capture_output=True, text=True, check=False).stdout


def check_seal(file: Path, address: str, system: System, visitor: Page) -> None:
    """PDF readers, the command line and the public page find the seal valid, and one flipped byte."""
    said = pdfsig(file)
    assert "Signature is Valid." in said
    assert "Total document signed" in said
    whole = system.command("verify", str(file))
    assert whole.returncode == 0, whole.stdout + whole.stderr
    visitor.goto(address)
    expect(visitor.get_by_role("status").first).to_contain_text("有效")
    assert "完好" in judged(visitor, file)

    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    broken = file.with_name("broken.pdf")
    broken.write_bytes(content)
    assert "Signature is Valid." not in pdfsig(broken)
    found = system.command("verify", str(broken))
    assert found.returncode == 1
    assert "broken.pdf" in found.stdout + found.stderr
    assert "不一致" in judged(visitor, broken)


def pass_gate(page: Page, project: int) -> None:
    """Gate 1 shows everything met; the lead passes it and planning begins."""
    page.goto(f"/projects/{project}/gates/1/")
    expect(page.locator("#gate-conditions .tone-warn")).to_have_count(0)
    expect(page.locator("#gate-conditions .card-title")).to_contain_text("6/6")
    page.get_by_role("button", name="通过阶段门").click()
    agree(page, "通过阶段门")
    expect(page.locator(".page-head h1")).to_contain_text("规划")


def align(as_person: As, system: System, visitor: Page, folder: Path) -> int:
    """The whole phase, by seven people: request, replies, kickoff, minutes, memorandum, seal, gate. The project's key."""
    xu = as_person("xu.jing")
    project = start_request(xu)
    fill_request(xu)
    submit_request(xu)

    zhang, wang, liu = as_person("zhang.wei"), as_person("wang.lei"), as_person("liu.qiang")
    reply(zhang, "接受", "前端由李娜负责。")
    reply(wang, "有条件接受", "两个长交期SKU须在5月29日前锁单，请市场部5月20日前给出销量预估。")
    reply(liu, "建议另定日期", "平台推广位6月4日公布。", "2026-06-05")
    answer(xu, project, "产品部", "同意该条件")
    answer(xu, project, "销售部", "同意 2026年6月5日")

    plan_kickoff(xu, project)
    hold_kickoff(xu)
    send_minutes(xu)
    lin, zheng = as_person("lin.yue"), as_person("zheng.kai")
    for page in (lin, wang, zheng, zhang):
        confirm_minutes(page)
    xu.reload()
    expect(xu.locator(".page-head h1")).to_contain_text("已锁定")

    compose_memorandum(xu, project)
    not_yet(lin)
    sign(wang, for_the_first_time=False)
    sign(zheng, for_the_first_time=False)
    sign(zhang, for_the_first_time=True)
    sign(lin, for_the_first_time=True)
    expect(lin.locator(".round-card")).to_contain_text("代 刘强")
    sealed = download_sealed(xu, project, folder)
    check_seal(sealed, xu.locator("a.verify-address").get_attribute("href") or "", system, visitor)
    pass_gate(xu, project)
    return project
