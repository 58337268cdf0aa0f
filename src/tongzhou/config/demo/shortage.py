"""An incident while the campaign is planned: a best-seller is running out. It is executed from its first hour.

Work is under way: one task is accepted, one reported done waits for its approver, one is asked about; what departments
promise each other is confirmed, waits, and has slipped once.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from tongzhou.planning import services as planning
from tongzhou.planning.models import Promise, Question, Task
from tongzhou.planning.queries.raci_rules import Cell
from tongzhou.projects import services as projects
from tongzhou.projects.models import Project

from .story import Story

LEAD = "cao.ning"
PARTIES = (("product", "zhao.min"), ("sales", "zheng.kai"), ("service", "lv.mei"))
# key, title, department, owner, days, what it waits for, deliverable, acceptance criterion, letters
TASKS = (
    ("stock", "核实在途与可用库存", "supply", "yan.hong", 1, "", "库存核实表", "三个仓逐一核对，账实一致",
     {"supply": "R", "product": "A", "sales": "I"}),
    ("order", "供应商加急补货", "supply", "hua.rong", 1, "", "补货确认函", "确认5月20日前到货3000件",
     {"supply": "RA", "product": "C"}),
    ("other", "确定替代SKU", "product", "zhao.min", 1, "stock", "替代SKU清单", "至少3个可替代SKU，毛利不低于原款",
     {"product": "R", "supply": "A", "sales": "C", "service": "C"}),
    ("words", "对客口径与补偿方案", "service", "lv.mei", 1, "other", "客服口径", "24名客服全部学习并试答通过",
     {"service": "RA", "sales": "C", "supply": "I"}),
    ("swap", "渠道与页面替换商品", "sales", "zheng.kai", 2, "other", "渠道替换清单", "6个渠道全部完成替换",
     {"sales": "RA", "product": "C", "supply": "I"}),
    ("back", "恢复正常供货", "supply", "cao.ning", 0, "order,swap,words", "", "", {"supply": "RA", "sales": "I"}),
)  # fmt: skip


def tell(story: Story) -> Project:
    """From Wednesday morning to Thursday morning."""
    lead = story.by(LEAD)
    with story.at("2026-05-13 08:50"):
        project = projects.create_project(
            name="爆款断货应急处理",
            scenario_id=story.scenario("incident"),
            initiator_id=story.departments["supply"],
            by=lead,
        )
        others = [(story.departments[code], story.persons[contact]) for code, contact in PARTIES]
        projects.set_parties(project.pk, others, by=lead)
        facts = {"sponsor_id": story.persons["gao.yuan"], "starts_on": date(2026, 5, 13), "ends_on": date(2026, 5, 22)}
        projects.change_project(project.pk, None, facts, by=lead)
        projects.open_project(project.pk, by=lead)
    with story.at("2026-05-13 09:10"):
        tasks = _plan(story, project)
    with story.at("2026-05-13 09:40"):
        promised = {promise.successor_id: promise for promise in Promise.objects.filter(project=project)}
        _confirm(story, promised[tasks["other"].pk], "cao.ning", "zhao.min")
        _confirm(story, promised[tasks["words"].pk], "zhao.min", "lv.mei")
        _confirm(story, promised[tasks["swap"].pk], "zhao.min")
        for key, doer in (("stock", "yan.hong"), ("order", "hua.rong")):
            planning.start_task(tasks[key].pk, by=story.by(doer))
    with story.at("2026-05-13 14:20"):
        report = planning.report_done(
            tasks["stock"].pk, evidence="可用1260件，在途800件；三个仓账实一致", by=story.by("yan.hong")
        )
    with story.at("2026-05-13 15:05"):
        planning.accept_done(report.pk, by=story.by("wang.lei"))
        planning.start_task(tasks["other"].pk, by=story.by("zhao.min"))
    with story.at("2026-05-13 16:00"):
        _ask(story, tasks["other"])
        # The clearance of margins takes a day more: what was promised for it slips, and who waits hears of it.
        planning.change_task(tasks["other"].pk, None, {"duration": 2}, by=lead)
        planning.report_progress(tasks["other"].pk, 60, note="已筛出2个，第3个在核毛利", by=story.by("zhao.min"))
    with story.at("2026-05-14 09:10"):
        planning.report_done(
            tasks["order"].pk, evidence="供应商书面确认：5月19日到货3200件，运费由其承担", by=story.by("hua.rong")
        )
    return project


def _plan(story: Story, project: Project) -> dict[str, Task]:
    lead = story.by(LEAD)
    rows: list[dict[str, Any]] = [
        {
            "title": title,
            "department_id": story.departments[department],
            "owner_id": story.persons[owner],
            "duration": days,
            "deliverable": deliverable,
            "acceptance": acceptance,
        }
        for _key, title, department, owner, days, _after, deliverable, acceptance, _letters in TASKS
    ]
    made = dict(zip([row[0] for row in TASKS], planning.add_tasks(project.pk, rows, by=lead), strict=True))
    for key, _title, _department, _owner, _days, after, _deliverable, _acceptance, _letters in TASKS:
        for before in filter(None, after.split(",")):
            planning.link_tasks(made[before].pk, made[key].pk, by=lead)
    cells = [
        planning.CellChange(made[row[0]].pk, Cell(story.departments[code]), text)
        for row in TASKS
        for code, text in row[8].items()
    ]
    planning.set_letters(project.pk, cells, by=lead)
    return made


def _confirm(story: Story, promise: Promise, provider: str, receiver: str = "") -> None:
    for side, username in (("provider", provider), ("receiver", receiver)):
        if username:
            planning.confirm_promise(promise.pk, side, shown=promise.stamp, by=story.by(username))


def _ask(story: Story, task: Task) -> None:
    text = "拟用A12、A15替代原款，请在5月15日前提出意见：渠道能否接受？客服会遇到哪些问题？"
    question: Question = planning.ask_question(task.pk, text, due_on=date(2026, 5, 15), by=story.by("zhao.min"))
    sales = question.opinions.get(department_id=story.departments["sales"])
    planning.answer_question(sales.pk, "A12可以，A15在两个渠道没有备案，需换A18。", by=story.by("zheng.kai"))
