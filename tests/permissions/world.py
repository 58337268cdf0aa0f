"""Two projects at the same point of phase 1, for the permissions table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tests.cast import Cast, build_cast
from tongzhou.alignment import services as alignment
from tongzhou.alignment.models import Ask, Memorandum
from tongzhou.core import clock
from tongzhou.meetings import queries as meeting_queries
from tongzhou.meetings import services as meetings
from tongzhou.meetings.models import Meeting
from tongzhou.projects.models import Commitment, Objective, Project


@dataclass
class World:
    """«own»: marketing asks product, sales, technology. «other»: customer service asks technology.

    Both: request submitted (product's or technology's reply is awaited), kickoff held, minutes out for confirmation,
    memorandum out for signing.
    """

    cast: Cast
    own: Project
    other: Project
    own_ask: Ask
    other_ask: Ask
    own_meeting: Meeting
    other_meeting: Meeting
    own_memorandum: Memorandum
    other_memorandum: Memorandum
    own_objective: Objective
    other_objective: Objective
    own_commitment: Commitment
    other_commitment: Commitment


def build_world() -> World:
    """Builds both projects through the services."""
    cast = build_cast()
    own = _project(cast, "618大促活动", "lead", "marketing", ("product", "sales", "technology"))
    other = _project(cast, "投诉处理提速", "outsider", "service", ("technology",))
    return World(
        cast=cast,
        own=own,
        other=other,
        own_ask=Ask.objects.get(collab__project=own, department=cast.departments["product"]),
        other_ask=Ask.objects.get(collab__project=other),
        own_meeting=Meeting.objects.get(project=own),
        other_meeting=Meeting.objects.get(project=other),
        own_memorandum=Memorandum.objects.get(project=own),
        other_memorandum=Memorandum.objects.get(project=other),
        own_objective=Objective.objects.get(project=own),
        other_objective=Objective.objects.get(project=other),
        own_commitment=Commitment.objects.filter(project=own).order_by("number")[0],
        other_commitment=Commitment.objects.filter(project=other).order_by("number")[0],
    )


def _project(cast: Cast, name: str, lead: str, initiator: str, asked: tuple[str, ...]) -> Project:
    by = cast.by(lead)
    collab = alignment.start_collab(
        scenario_id=cast.scenarios["launch"].pk, name=name, initiator_id=cast.departments[initiator].pk, by=by
    )
    due = date(2026, 6, 20)
    draft = alignment.CollabDraft(
        {
            "type": "launch",
            "urgency": "urgent",
            "background": "上半年最重要的节点。",
            "deliverables": "方案、备货、页面。",
            "starts_on": date(2026, 5, 11),
            "ends_on": date(2026, 6, 30),
            "sponsor_id": cast.sponsor.pk if lead == "lead" else None,
            "dept_head_opinion": "同意。",
        },
        objectives=[
            {
                "id": None,
                "text": "618活动期间线上销售额较去年同期提升30%",
                "metric": "销售额",
                "unit": "万元",
                "baseline": Decimal(1000),
                "target": Decimal(1300),
                "due": due,
                "source": "ERP",
                "company_goal": "上半年营收",
                "evidence": "去年增长22%",
            }
        ],
        asks=[
            {
                "department_id": cast.departments[code].pk,
                "request_item": "6月1日前完成TOP10 SKU库存盘点",
                "due": date(2026, 6, 1),
                "contact_person_id": cast.persons[f"{code}_contact"].pk,
            }
            for code in asked
        ],
        milestones=[{"id": None, "name": "上线", "date": due, "department_id": None}],
        version=collab.version,
    )
    project = alignment.submit_collab(collab.project_id, by=by, draft=draft).project
    start = clock.local_now() + timedelta(hours=1)
    meeting = meetings.plan_meeting(
        project.pk,
        "kickoff",
        {
            "title": f"{name}启动会",
            "starts_at": start,
            "ends_at": start + timedelta(hours=1),
            "location": "大会议室",
            "chair_id": by.pk,
            "recorder_id": by.pk,
        },
        by=by,
        attendee_ids=[cast.persons[f"{code}_{part}"].pk for code in asked for part in ("head", "contact")],
    )
    meetings.start_meeting(meeting.pk, by=by)
    meetings.check_everybody_in(meeting.pk, by=by)
    for code in asked:
        meetings.add_meeting_commitment(
            meeting.pk,
            {
                "department_id": cast.departments[code].pk,
                "owner_id": cast.persons[f"{code}_contact"].pk,
                "action": "6月1日前完成TOP10 SKU库存盘点，确保活动期间无断货",
                "deliverable": "盘点报告",
                "quantity": Decimal(10),
                "unit": "个SKU",
                "due": date(2026, 6, 1),
                "acceptance": "差异率不超过1%",
            },
            by=by,
        )
    meeting.refresh_from_db()
    meetings.note_closing(meeting.pk, meeting.version, {"first_sync_at": start + timedelta(days=3)}, by=by)
    meetings.end_meeting(meeting.pk, by=by)
    digest = meeting_queries.draft_minutes(Meeting.objects.get(pk=meeting.pk)).digest
    meetings.send_minutes(meeting.pk, by=by, shown_digest=digest)
    memorandum = alignment.create_memorandum(project.pk, by=by)
    alignment.open_signing(project.pk, memorandum.version, by=by)
    return Project.objects.get(pk=project.pk)
