"""客户投诉处理流程优化: kickoff held, minutes out for confirmation, one department objects."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tongzhou.alignment import services as alignment
from tongzhou.meetings import services as meetings

from .story import Story

LEAD = "lv.mei"


def tell(story: Story) -> None:
    """From the request of 11 May to minutes waiting for two departments."""
    lead = story.by(LEAD)
    with story.at("2026-05-11 09:05"):
        collab = alignment.start_collab(
            scenario_id=story.scenario("initiative"),
            name="客户投诉处理流程优化",
            initiator_id=story.departments["service"],
            by=lead,
        )
        project = collab.project
        asks = (
            ("technology", "6月26日前完成工单系统自动分派功能上线，分派准确率不低于95%", date(2026, 6, 26), "chen.bo"),
            ("product", "5月29日前提供20类高频问题的处理口径1份", date(2026, 5, 29), "sun.hui"),
            ("finance", "5月25日前核定每单500元以内的快速赔付额度", date(2026, 5, 25), "wei.ran"),
        )
        alignment.submit_collab(
            project.pk,
            by=lead,
            draft=alignment.CollabDraft(
                {
                    "type": "process",
                    "urgency": "normal",
                    "background": "一季度投诉平均处理时长为52小时，跨部门转办占63%。客户两次以上催办的比例达到21%。",
                    "deliverables": "新投诉处理流程、自动分派功能、快速赔付规则、质检月报。",
                    "starts_on": date(2026, 5, 11),
                    "ends_on": date(2026, 8, 31),
                    "budget_estimate": Decimal(120000),
                    "sponsor_id": story.persons["gao.yuan"],
                    "dept_head_opinion": "同意。",
                },
                objectives=(
                    {
                        "id": None,
                        "text": "8月31日前将全渠道客户投诉平均处理时长由52小时降到24小时",
                        "metric": "投诉平均处理时长",
                        "unit": "小时",
                        "baseline": Decimal(52),
                        "target": Decimal(24),
                        "due": date(2026, 8, 31),
                        "source": "工单系统月报",
                        "company_goal": "客户满意度 90 分",
                        "evidence": "试点组两周内已降到31小时。",
                    },
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
                        "name": "快速赔付规则生效",
                        "date": date(2026, 6, 1),
                        "department_id": story.departments["finance"],
                    },
                    {
                        "id": None,
                        "name": "自动分派上线",
                        "date": date(2026, 6, 26),
                        "department_id": story.departments["technology"],
                    },
                ),
                version=collab.version,
            ),
        )
    with story.at("2026-05-11 13:30"):
        story.reply(project, "technology", "accept", "zhang.wei")
        story.reply(project, "product", "accept", "wang.lei")
        story.reply(project, "finance", "accept", "jin.hua", note="超过500元的仍走审批。")
    with story.at("2026-05-11 14:00"):
        meeting = meetings.plan_meeting(
            project.pk,
            "kickoff",
            {
                "title": "客户投诉处理流程优化启动会",
                "starts_at": story.moment("2026-05-13 10:00"),
                "ends_at": story.moment("2026-05-13 11:00"),
                "location": "2楼培训室",
                "chair_id": story.persons[LEAD],
                "recorder_id": story.persons["shi.lei"],
            },
            by=lead,
            attendee_ids=[
                story.persons[name] for name in ("he.jing", "zhang.wei", "chen.bo", "wang.lei", "sun.hui", "jin.hua")
            ],
        )
    with story.at("2026-05-13 10:00"):
        meetings.start_meeting(meeting.pk, by=lead)
        story.everybody_present(meeting, {"sun.hui": "参加新品评审会"}, LEAD)
        for code, owner, action, quantity, unit, due, acceptance in (
            (
                "technology",
                "chen.bo",
                "6月26日前上线工单自动分派功能，分派准确率不低于95%",
                95,
                "%",
                date(2026, 6, 26),
                "抽查200单，准确率不低于95%",
            ),
            (
                "product",
                "sun.hui",
                "5月29日前提供20类高频问题的处理口径",
                20,
                "类",
                date(2026, 5, 29),
                "客服部逐条试答通过",
            ),
            (
                "finance",
                "wei.ran",
                "5月25日前发布每单500元以内的快速赔付规则",
                1,
                "份",
                date(2026, 5, 25),
                "财务总监签发并进入系统",
            ),
        ):
            meetings.add_meeting_commitment(
                meeting.pk,
                {
                    "department_id": story.departments[code],
                    "owner_id": story.persons[owner],
                    "action": action,
                    "quantity": Decimal(quantity),
                    "unit": unit,
                    "due": due,
                    "acceptance": acceptance,
                },
                by=lead,
            )
        meeting.refresh_from_db()
        meetings.note_closing(
            meeting.pk,
            meeting.version,
            {"first_sync_at": story.moment("2026-05-22 15:00"), "next_meeting_at": story.moment("2026-05-22 15:00")},
            by=lead,
        )
    with story.at("2026-05-13 11:05"):
        meetings.end_meeting(meeting.pk, by=lead)
    with story.at("2026-05-13 14:30"):
        story.send_minutes(meeting, LEAD)
    with story.at("2026-05-13 16:00"):
        story.confirm_minutes(meeting, "service", "he.jing")
    with story.at("2026-05-13 17:20"):
        story.confirm_minutes(meeting, "finance", "jin.hua")
