"""云杯包装渗漏客诉处置: an incident in its fourth day of execution, with daily updates, a late task and a silent department."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.conf import settings

from tongzhou.alignment import services as alignment
from tongzhou.execution import services as execution
from tongzhou.execution.models import DailyUpdate
from tongzhou.execution.queries import draft_of
from tongzhou.execution.queries.drafts import DraftLine
from tongzhou.messaging import services as messaging
from tongzhou.messaging.models import PROJECT
from tongzhou.planning import services as planning
from tongzhou.planning.models import Task
from tongzhou.projects.models import Project

from .story import Story

LEAD = "shi.lei"
CONTACTS = {"service": "shi.lei", "supply": "cao.ning", "product": "zhou.tong", "finance": "wei.ran"}
ASKS = (
    ("supply", "5月12日前完成问题批次渗漏原因复检，提交复检报告1份", date(2026, 5, 12), "kong.ming"),
    ("product", "5月14日前确定补发方案并安排300只到货", date(2026, 5, 14), "wang.lei"),
    ("finance", "5月14日前核定单笔赔付标准并开通当日付款", date(2026, 5, 14), "jin.hua"),
)
TASKS = (
    ("seal", "问题批次封存", "supply", "yan.hong", 1, "封存清单"),
    ("check", "渗漏原因复检", "supply", "cao.ning", 2, "复检报告"),
    ("call", "受影响客户回访", "service", "zhang.lan", 4, "回访记录300份"),
    ("resend", "补发方案与到货安排", "product", "zhou.tong", 4, "补发计划"),
    ("pay", "赔付标准核定", "finance", "wei.ran", 4, "赔付标准"),
    ("supplier", "包装供应商整改确认", "supply", "cao.ning", 7, "整改确认单"),
)
LATE_REASON = "复检设备检修，样品结果未出"


def tell(story: Story) -> Project:
    """From the first complaint on Monday to Thursday morning."""
    project = _begin(story)
    tasks = _plan(story, project)
    _monday(story, project, tasks)
    _tuesday(story, project, tasks)
    _wednesday(story, project, tasks)
    return project


def _begin(story: Story) -> Project:
    lead = story.by(LEAD)
    with story.at("2026-05-11 09:10"):
        collab = alignment.start_collab(
            scenario_id=story.scenario("incident"),
            name="云杯包装渗漏客诉处置",
            initiator_id=story.departments["service"],
            by=lead,
        )
        project = collab.project
        alignment.submit_collab(
            project.pk,
            by=lead,
            draft=alignment.CollabDraft(
                {
                    "type": "incident",
                    "urgency": "urgent",
                    "background": "5月10日晚起收到云杯包装渗漏投诉46起，涉及批次0428，约300名客户。",
                    "deliverables": "批次封存、原因复检、客户回访、补发与赔付。",
                    "starts_on": date(2026, 5, 11),
                    "ends_on": date(2026, 5, 22),
                    "budget_estimate": Decimal(45000),
                    "sponsor_id": story.persons["gao.yuan"],
                    "dept_head_opinion": "同意，立即处置。",
                },
                objectives=(
                    {
                        "id": None,
                        "text": "5月22日前受影响客户100%完成回访与补发或赔付",
                        "metric": "处置完成率",
                        "unit": "%",
                        "baseline": Decimal(0),
                        "target": Decimal(100),
                        "due": date(2026, 5, 22),
                        "source": "客诉系统",
                        "company_goal": "客户满意度 90 分",
                        "evidence": "客户名单已由订单系统导出。",
                    },
                ),
                asks=[
                    {
                        "department_id": story.departments[code],
                        "request_item": item,
                        "due": due,
                        "contact_person_id": story.persons[CONTACTS[code]],
                    }
                    for code, item, due, _head in ASKS
                ],
                milestones=(
                    {"id": None, "name": "全部客户处置完毕", "date": date(2026, 5, 22), "department_id": None},
                ),
                version=collab.version,
            ),
        )
    with story.at("2026-05-11 09:40"):
        for code, _item, _due, head in ASKS:
            story.reply(project, code, "accept", head)
    return Project.objects.get(pk=project.pk)


def _plan(story: Story, project: Project) -> dict[str, Task]:
    lead = story.by(LEAD)
    tasks: dict[str, Task] = {}
    with story.at("2026-05-11 10:00"):
        planning.set_default_communication(project.pk, by=lead)
        if settings.TONGZHOU_DEMO:
            group = {"name": "渗漏客诉处置群", "address": "渗漏客诉处置群"}
            messaging.add_channel(PROJECT, project.pk, "try_out", group, by=lead)
        for key, title, code, owner, days, deliverable in TASKS:
            facts = {
                "title": title,
                "department_id": story.departments[code],
                "owner_id": story.persons[owner],
                "duration": days,
                "deliverable": deliverable,
                "acceptance": f"{deliverable}经项目负责人核对",
            }
            tasks[key] = planning.add_task(project.pk, facts, by=lead)
        planning.link_tasks(tasks["seal"].pk, tasks["check"].pk, kind="SS", by=lead)
    return tasks


def _monday(story: Story, project: Project, tasks: dict[str, Task]) -> None:
    with story.at("2026-05-11 15:30"):
        report = planning.report_done(
            tasks["seal"].pk, evidence="批次0428共1,260只已封存入隔离库", by=story.by("yan.hong")
        )
        planning.accept_done(report.pk, by=story.by("cao.ning"))
        planning.start_task(tasks["check"].pk, by=story.by("cao.ning"))
        planning.report_progress(tasks["call"].pk, 20, by=story.by("zhang.lan"))
    _post_all(story, project, "2026-05-11 16:20", ("service", "supply", "product", "finance"))
    with story.at("2026-05-11 17:00"):
        pass


def _tuesday(story: Story, project: Project, tasks: dict[str, Task]) -> None:
    with story.at("2026-05-12 15:10"):
        planning.report_progress(tasks["check"].pk, 50, by=story.by("cao.ning"))
        planning.report_progress(tasks["call"].pk, 50, by=story.by("zhang.lan"))
        planning.report_progress(tasks["resend"].pk, 30, by=story.by("zhou.tong"))
    _post_all(story, project, "2026-05-12 16:40", ("service", "supply", "product"))
    with story.at("2026-05-12 17:00"):
        pass
    _post_all(story, project, "2026-05-12 18:05", ("finance",))


def _wednesday(story: Story, project: Project, tasks: dict[str, Task]) -> None:
    with story.at("2026-05-13 15:20"):
        planning.report_progress(tasks["call"].pk, 80, by=story.by("zhang.lan"))
        planning.report_progress(tasks["resend"].pk, 60, by=story.by("zhou.tong"))
        execution.state_delay(tasks["check"].pk, "medium", LATE_REASON, by=story.by("cao.ning"))
    _post_all(story, project, "2026-05-13 16:45", ("service", "supply", "product"))
    with story.at("2026-05-13 17:00"):
        pass


def _post_all(story: Story, project: Project, moment: str, codes: tuple[str, ...]) -> None:
    """Each contact person confirms what is prepared."""
    day = story.moment(moment).date()
    with story.at(moment):
        for code in codes:
            department = story.departments[code]
            draft = draft_of(project, department, day)
            parts = {"done": draft.done or (DraftLine("赔付口径讨论"),), "next": draft.next, "blocked": draft.blocked}
            known = DailyUpdate.objects.filter(project=project, department=department, day=day).first()
            execution.post_update(
                project.pk,
                department,
                day,
                parts,
                version=known.version if known else None,
                by=story.by(CONTACTS[code]),
            )
