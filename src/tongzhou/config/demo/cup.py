"""云杯Pro智能水杯上市: a request that the departments are answering now."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tongzhou.alignment import services as alignment
from tongzhou.planning import services as planning
from tongzhou.projects.models import Project

from .story import Story

LEAD = "sun.hui"


def tell(story: Story) -> Project:
    """Submitted on 13 May; one department accepts, one sets a condition, one asks back, two are silent."""
    lead = story.by(LEAD)
    with story.at("2026-05-13 10:10"):
        collab = alignment.start_collab(
            scenario_id=story.scenario("launch"),
            name="云杯Pro智能水杯上市",
            initiator_id=story.departments["product"],
            by=lead,
        )
        project = collab.project
        asks = (
            ("marketing", "6月12日前完成上市推广方案和30张主图，6月20日前投放首轮内容", date(2026, 6, 20), "xu.jing"),
            ("technology", "6月15日前完成配套小程序2.0开发并通过200名用户内测", date(2026, 6, 15), "chen.bo"),
            ("supply", "6月18日前首批5000只入库，抽检合格率不低于99%", date(2026, 6, 18), "cao.ning"),
            ("service", "6月16日前完成全体24名客服的产品培训，考试通过率100%", date(2026, 6, 16), "zhang.lan"),
            ("sales", "尽快提供渠道支持", date(2026, 6, 20), "zheng.kai"),
        )
        alignment.submit_collab(
            project.pk,
            by=lead,
            draft=alignment.CollabDraft(
                {
                    "type": "launch",
                    "urgency": "normal",
                    "background": "云杯Pro是今年下半年的主推新品，6月26日上市。研发已完成样机定型，需要推广、小程序、备货、客服培训同步准备。",
                    "deliverables": "上市方案、配套小程序、首批5000只备货、客服知识库。",
                    "starts_on": date(2026, 5, 13),
                    "ends_on": date(2026, 7, 31),
                    "budget_estimate": Decimal(280000),
                    "sponsor_id": story.persons["gao.yuan"],
                    "dept_head_opinion": "同意，列入二季度重点。",
                },
                objectives=(
                    {
                        "id": None,
                        "text": "上市首月（6月26日至7月26日）销量达到3000只",
                        "metric": "首月销量",
                        "unit": "只",
                        "baseline": Decimal(0),
                        "target": Decimal(3000),
                        "due": date(2026, 7, 26),
                        "source": "ERP 销售日报",
                        "company_goal": "新品收入占比 20%",
                        "evidence": "上一代首月销量2100只，预约用户已有1800人。",
                    },
                    {"id": None, "text": "大幅提升用户满意度", "metric": "满意度", "due": date(2026, 7, 31)},
                ),
                asks=[
                    {
                        "department_id": story.departments[code],
                        "request_item": item,
                        "due": due,
                        "contact_person_id": story.persons[contact],
                    }
                    for code, item, due, contact in asks
                ],
                milestones=(
                    {
                        "id": None,
                        "name": "首批备货入库",
                        "date": date(2026, 6, 18),
                        "department_id": story.departments["supply"],
                    },
                    {"id": None, "name": "正式上市", "date": date(2026, 6, 26), "department_id": None},
                ),
                version=collab.version,
            ),
        )
    with story.at("2026-05-13 11:40"):
        story.reply(project, "service", "accept", "he.jing", note="培训安排在6月9日至12日，分三批。")
    with story.at("2026-05-13 15:30"):
        story.reply(project, "supply", "accept_if", "kong.ming", note="需产品部5月20日前冻结包装图纸。")
        story.reply(project, "technology", "ask_back", "zhang.wei", note="小程序2.0是否包含会员积分？会影响1周工期。")
    with story.at("2026-05-13 16:30"):
        _plan(story, project)
    return project


def _plan(story: Story, project: Project) -> None:
    """The first draft of its plan: the first batch is counted in the days in which the campaign moves its stock."""
    lead, owner = story.by(LEAD), story.persons
    rows = (
        ("包装图纸冻结", "product", "zhou.tong", 5, None),
        ("上市推广方案", "marketing", "xu.jing", 8, None),
        ("小程序2.0内测", "technology", "chen.bo", 12, None),
        ("首批样机清点入库", "product", "zhao.min", 3, date(2026, 6, 1)),
        ("客服产品培训", "service", "zhang.lan", 4, date(2026, 6, 9)),
        ("上市发布", "product", "sun.hui", 2, date(2026, 6, 25)),
    )
    made = [
        planning.add_task(
            project.pk,
            {
                "title": title,
                "department_id": story.departments[department],
                "owner_id": owner[username],
                "duration": days,
                "constraint": "snet" if since else "",
                "constraint_on": since,
            },
            by=lead,
        )
        for title, department, username, days, since in rows
    ]
    for task in made[:-1]:
        planning.link_tasks(task.pk, made[-1].pk, by=lead)
