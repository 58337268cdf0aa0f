"""The shapes in which requests and asks are read and written by programs."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from tongzhou.core.actor import Actor
from tongzhou.core.api import Text

from .. import policies
from ..models import Ask, CollabRequest
from ..queries import collab_paper, collabs
from ..queries.collab_checks import missing_for_submission

# A field called date must not hide the type.
Day = date
Key = Annotated[int, Field(ge=1, le=2**63 - 1)]
Version = Annotated[int, Field(ge=0, le=2**31 - 1)]
Amount = Annotated[Decimal, Field(max_digits=24, decimal_places=4, allow_inf_nan=False)]


class ScenarioOut(Schema):
    """A scenario to begin from, with what it fills in."""

    id: int
    key: str
    kind: str
    name: str
    name_en: str
    description: str
    description_en: str
    defaults: dict[str, Any]


class StartIn(Schema):
    """How a request begins."""

    name: Text
    scenario_id: Key
    initiator_id: Key


class ObjectiveIn(Schema):
    """核心目标; with ``id`` it changes the row, without it adds one."""

    id: Key | None = None
    text: Text = ""
    metric: Text = ""
    unit: Text = ""
    baseline: Amount | None = None
    target: Amount | None = None
    due: date | None = None
    source: Text = ""
    company_goal: Text = ""
    evidence: Text = ""


class AskIn(Schema):
    """What is asked of one department; a department stands in the list once."""

    department_id: Key
    request_item: Text = ""
    due: date | None = None
    contact_person_id: Key | None = None


class MilestoneIn(Schema):
    """关键时间节点."""

    id: Key | None = None
    name: Text = ""
    date: Day | None = None
    department_id: Key | None = None


class CollabIn(Schema):
    """What is to be changed: fields left out stay as they are; a table that is given takes the place of the table."""

    version: Version
    name: Text | None = None
    contact: Text | None = None
    request_date: date | None = None
    type: Text | None = None
    urgency: Text | None = None
    background: Text | None = None
    deliverables: Text | None = None
    acceptance_criteria: Text | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    budget_estimate: Amount | None = None
    risks: Text | None = None
    lead_id: Key | None = None
    sponsor_id: Key | None = None
    is_confidential: bool | None = None
    tailoring: Text | None = None
    dept_head_opinion: Text | None = None
    executive_opinion: Text | None = None
    objectives: list[ObjectiveIn] | None = None
    asks: list[AskIn] | None = None
    milestones: list[MilestoneIn] | None = None


class StepOut(Schema):
    """One step of the talk over an ask."""

    move: str
    is_initiator: bool
    is_prepared: bool
    asked: str
    note: str
    proposed_due: date | None
    person_id: int
    person: str
    on_behalf_of: str
    at: datetime


class AskOut(Schema):
    """What is asked of a department and where its answer stands."""

    id: int
    project_id: int
    version: int
    department_id: int
    department: str
    request_item: str
    due: date | None
    contact_person_id: int | None
    state: str
    reply_due_at: datetime | None
    escalation_level: int
    may_reply: bool
    may_prepare: bool
    may_answer: bool
    talk: list[StepOut]


class ObjectiveRow(Schema):
    """核心目标 as it stands."""

    id: int
    text: str
    metric: str
    unit: str
    baseline: str
    target: str
    due: date | None
    source: str
    company_goal: str
    evidence: str


class MilestoneRow(Schema):
    """关键时间节点 as it stands."""

    id: int
    name: str
    date: Day | None
    department_id: int | None


class FileOut(Schema):
    """An attachment."""

    id: int
    name: str
    media_type: str
    size: int
    sha256: str


class CollabRow(Schema):
    """A request in the list."""

    project_id: int
    code: str
    name: str
    state: str
    urgency: str
    initiator: str
    requester: str
    asked: int
    accepted: int
    saved_at: datetime


class CollabPage(Schema):
    """One page of requests."""

    items: list[CollabRow]
    count: int


class CollabOut(Schema):
    """The whole request. ``missing``: place → what is still to be done before it can be submitted."""

    id: int
    project_id: int
    code: str
    version: int
    edition: int
    state: str
    name: str
    initiator_id: int
    requester_id: int
    contact: str
    request_date: date
    type: str
    urgency: str
    background: str
    deliverables: str
    acceptance_criteria: str
    starts_on: date | None
    ends_on: date | None
    budget_estimate: str
    currency: str
    risks: str
    lead_id: int
    sponsor_id: int | None
    is_confidential: bool
    tailoring: str
    dept_head_opinion: str
    executive_opinion: str
    submitted_at: datetime | None
    objectives: list[ObjectiveRow]
    asks: list[AskOut]
    milestones: list[MilestoneRow]
    attachments: list[FileOut]
    missing: dict[str, str]
    unknown_years: list[int]


class ReasonIn(Schema):
    """Why."""

    reason: Text


class OpinionIn(Schema):
    """An opinion and its place: dept_head_opinion or executive_opinion."""

    opinion: Text
    text: Text


def collab_shown(actor: Actor, found: CollabRequest) -> CollabOut:
    project = found.project
    number = collab_paper.number_text
    return CollabOut(
        id=found.pk,
        project_id=project.pk,
        code=project.code,
        version=found.version,
        edition=found.edition,
        state=found.state,
        name=project.name,
        initiator_id=project.initiator_id,
        requester_id=found.requester_id,
        contact=found.contact,
        request_date=found.request_date,
        type=found.type,
        urgency=found.urgency,
        background=found.background,
        deliverables=found.deliverables,
        acceptance_criteria=found.acceptance_criteria,
        starts_on=project.starts_on,
        ends_on=project.ends_on,
        budget_estimate=number(found.budget_estimate),
        currency=found.currency,
        risks=found.risks,
        lead_id=project.lead_id,
        sponsor_id=project.sponsor_id,
        is_confidential=project.is_confidential,
        tailoring=project.tailoring,
        dept_head_opinion=found.dept_head_opinion,
        executive_opinion=found.executive_opinion,
        submitted_at=found.submitted_at,
        objectives=[
            ObjectiveRow(
                id=row.pk,
                text=row.text,
                metric=row.metric,
                unit=row.unit,
                baseline=number(row.baseline),
                target=number(row.target),
                due=row.due,
                source=row.source,
                company_goal=row.company_goal,
                evidence=row.evidence,
            )
            for row in project.objectives.all()
        ],
        asks=[ask_shown(actor, ask) for ask in collabs.asks_of(found)],
        milestones=[
            MilestoneRow(id=row.pk, name=row.name, date=row.date, department_id=row.department_id)
            for row in found.milestones.all()
        ],
        attachments=[
            FileOut(id=file.pk, name=file.name, media_type=file.media_type, size=file.size, sha256=file.sha256)
            for file in collab_paper.attachments_of(found)
        ],
        missing=missing_for_submission(found, in_full=True),
        unknown_years=collabs.unknown_years(collabs.days_named(found)),
    )


def ask_shown(actor: Actor, ask: Ask) -> AskOut:
    return AskOut(
        id=ask.pk,
        project_id=ask.collab.project_id,
        version=ask.version,
        department_id=ask.department_id,
        department=ask.department.name,
        request_item=ask.request_item,
        due=ask.due,
        contact_person_id=ask.contact_person_id,
        state=ask.state,
        reply_due_at=ask.reply_due_at,
        escalation_level=ask.escalation_level,
        may_reply=policies.can_reply(actor, ask),
        may_prepare=policies.can_prepare(actor, ask),
        may_answer=policies.can_answer(actor, ask),
        talk=[
            StepOut(
                move=step.move,
                is_initiator=step.is_initiator,
                is_prepared=step.is_prepared,
                asked=step.asked,
                note=step.note,
                proposed_due=step.proposed_due,
                person_id=step.person_id,
                person=step.person.name,
                on_behalf_of=step.on_behalf_of,
                at=step.at,
            )
            for step in ask.replies.all()
        ],
    )
