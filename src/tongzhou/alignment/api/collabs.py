"""Requests and replies for programs. PATCH carries the version that was read; a stale one gets 409 with both texts."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.api import Text, idempotent
from tongzhou.core.errors import InvalidInput, NotFound, require
from tongzhou.core.pages import PAGE_SIZE, actor_of, as_download
from tongzhou.documents.queries import file_for
from tongzhou.documents.render import CONTENT_TYPES
from tongzhou.documents.services import attach_file, remove_file

from .. import policies
from ..forms.collab_import import read_collab
from ..models import Ask, CollabRequest
from ..queries import collab_paper, collabs
from ..queries.collab_checks import missing_for_submission
from ..services import (
    CollabDraft,
    answer_ask,
    give_opinion,
    prepare_reply,
    reply_to_ask,
    save_collab,
    start_collab,
    submit_collab,
    withdraw_collab,
)

router = Router()

# A field called date must not hide the type.
Day = date
Key = Annotated[int, Field(ge=1, le=2**63 - 1)]
Version = Annotated[int, Field(ge=0, le=2**31 - 1)]
Amount = Annotated[Decimal, Field(max_digits=24, decimal_places=4, allow_inf_nan=False)]
FORMATS = {"docx", "xlsx", "pdf"}


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


class ReplyIn(Schema):
    """A department's answer (accept, accept_if, counter, ask_back, decline) to the ask of this version."""

    version: Version
    reply: Text
    note: Text = ""
    proposed_due: date | None = None


class AnswerIn(Schema):
    """The initiator's answer (take, ask_again, change, drop) to the ask of this version."""

    version: Version
    answer: Text
    note: Text = ""
    request_item: Text | None = None
    due: date | None = None


@router.get("/requests/scenarios", response=list[ScenarioOut], summary="Scenarios to begin from")
def scenarios(request: HttpRequest) -> list[Any]:
    """Those in use, in their order."""
    return list(collabs.scenarios_to_choose())


@router.get("/requests", response=CollabPage, summary="Requests from us, or asked of us")
def list_requests(
    request: HttpRequest, view: str = "own", page: Annotated[int, Query(ge=1, le=10**6)] = 1
) -> CollabPage:
    """``view``: own or received; 50 a page, newest first."""
    actor = actor_of(request)
    rows = collabs.received_collabs(actor) if view == "received" else collabs.own_collabs(actor)
    chosen = rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    items = [
        CollabRow(
            project_id=row.project_id,
            code=row.project.code,
            name=row.project.name,
            state=row.state,
            urgency=row.urgency,
            initiator=row.project.initiator.name,
            requester=row.requester.name,
            asked=row.asked_count,  # type: ignore[attr-defined]
            accepted=row.accepted_count,  # type: ignore[attr-defined]
            saved_at=row.saved_at,
        )
        for row in chosen
    ]
    return CollabPage(items=items, count=rows.count())


@router.post("/requests", response={201: CollabOut}, summary="Begin a request")
@idempotent
def start_request(request: HttpRequest, payload: StartIn) -> tuple[int, CollabOut]:
    """A draft filled with what the scenario usually needs."""
    actor = actor_of(request)
    found = start_collab(
        scenario_id=payload.scenario_id, name=payload.name, initiator_id=payload.initiator_id, by=actor
    )
    return 201, _out(actor, _reach(actor, found.project_id))


@router.get("/projects/{project_id}/request", response=CollabOut, summary="The request of a project")
def get_request(request: HttpRequest, project_id: int) -> CollabOut:
    """With what is asked of each department and the whole talk about it."""
    actor = actor_of(request)
    return _out(actor, _reach(actor, project_id))


@router.patch("/projects/{project_id}/request", response=CollabOut, summary="Write the request")
def change_request(request: HttpRequest, project_id: int, payload: CollabIn) -> CollabOut:
    """A draft is written; of a request that was sent out, changed asks go back to their departments."""
    actor = actor_of(request)
    given = payload.model_dump(exclude_unset=True)
    version = given.pop("version")
    tables = {table: given.pop(table, None) for table in ("objectives", "asks", "milestones")}
    for row in tables["objectives"] or ():
        row.setdefault("id", None)
    for row in tables["milestones"] or ():
        row.setdefault("id", None)
    nullable = {"starts_on", "ends_on", "budget_estimate", "sponsor_id"}
    if empty := [name for name, value in given.items() if value is None and name not in nullable]:
        raise InvalidInput({name: _("Please fill this in") for name in empty})
    written = save_collab(project_id, CollabDraft(given, **tables, version=version), by=actor)
    return _out(actor, written.collab)


@router.post("/projects/{project_id}/request/submit", response=CollabOut, summary="Send it to the departments")
@idempotent
def submit_request(request: HttpRequest, project_id: int) -> CollabOut:
    """Their answer clocks start. 422 names every place that is still missing."""
    actor = actor_of(request)
    submit_collab(project_id, by=actor)
    return _out(actor, _reach(actor, project_id))


@router.post("/projects/{project_id}/request/withdraw", response=CollabOut, summary="Take the request back")
@idempotent
def withdraw_request(request: HttpRequest, project_id: int, payload: ReasonIn) -> CollabOut:
    """The project ends with it."""
    actor = actor_of(request)
    withdraw_collab(project_id, payload.reason, by=actor)
    return _out(actor, _reach(actor, project_id))


@router.post("/projects/{project_id}/request/opinion", response=CollabOut, summary="Give an opinion")
@idempotent
def write_opinion(request: HttpRequest, project_id: int, payload: OpinionIn) -> CollabOut:
    """By the head of the initiating department, or the sponsor, each in their own place."""
    actor = actor_of(request)
    give_opinion(project_id, payload.opinion, payload.text, by=actor)
    return _out(actor, _reach(actor, project_id))


@router.get("/projects/{project_id}/request/paper/{fmt}", summary="The form as Word, Excel or PDF")
def get_paper(request: HttpRequest, project_id: int, fmt: str) -> HttpResponse:
    """``fmt``: docx, xlsx, pdf; in the language of the request."""
    found = _reach(actor_of(request), project_id)
    if fmt not in FORMATS:
        raise NotFound
    name, data = collab_paper.collab_file(found, fmt)
    return as_download(data, name, CONTENT_TYPES[fmt])  # type: ignore[index]


@router.post("/projects/{project_id}/request/import", response=CollabOut, summary="Read a filled .xlsx into the draft")
@idempotent
def import_request(request: HttpRequest, project_id: int, file: UploadedFile | None = File(None)) -> CollabOut:  # type: ignore[type-arg]  # noqa: B008
    """All of it, or nothing: 422 names every wrong cell."""
    actor = actor_of(request)
    found = _reach(actor, project_id)
    require(policies.can_edit_draft(actor, found))
    read = read_collab(found, _bytes(file))
    if read.problems:
        raise InvalidInput(
            {f"{number}": f"{p.cell} {p.place}: {p.text}".strip() for number, p in enumerate(read.problems, start=1)}
        )
    written = save_collab(project_id, read.draft, by=actor, source=(file.name or "")[:200] if file else "")
    return _out(actor, written.collab)


@router.post("/projects/{project_id}/request/files", response={201: FileOut}, summary="Attach a file")
@idempotent
def attach(
    request: HttpRequest,
    project_id: int,
    file: UploadedFile | None = File(None),  # type: ignore[type-arg]  # noqa: B008
) -> tuple[int, Any]:
    """What it is, is judged by its content."""
    actor = actor_of(request)
    found = _reach(actor, project_id)
    require(policies.can_edit_draft(actor, found) or policies.can_amend(actor, found))
    name = (file.name or "") if file else ""
    return 201, attach_file(project_id, collab_paper.attachment_slot(found), name, _bytes(file), by=actor)


@router.delete("/projects/{project_id}/request/files/{file_id}", response=FileOut, summary="Take a file away")
def detach(request: HttpRequest, project_id: int, file_id: int) -> Any:
    """Whoever may attach may take away."""
    actor = actor_of(request)
    found = _reach(actor, project_id)
    file = file_for(actor, file_id)
    if (file.project_id, file.slot) != (project_id, collab_paper.attachment_slot(found)):
        raise NotFound
    return remove_file(file_id, by=actor)


@router.get("/asks/{ask_id}", response=AskOut, summary="What is asked of a department")
def get_ask(request: HttpRequest, ask_id: int) -> AskOut:
    """With the talk so far and what the caller may do."""
    actor = actor_of(request)
    return _ask_out(actor, _reach_ask(actor, ask_id))


@router.post("/asks/{ask_id}/reply", response=AskOut, summary="Answer for a department")
@idempotent
def reply(request: HttpRequest, ask_id: int, payload: ReplyIn) -> AskOut:
    """By its head, or the deputy for replies."""
    actor = actor_of(request)
    reply_to_ask(ask_id, payload.version, payload.reply, note=payload.note, proposed_due=payload.proposed_due, by=actor)
    return _ask_out(actor, _reach_ask(actor, ask_id))


@router.post("/asks/{ask_id}/prepare", response=AskOut, summary="Prepare the answer for the head")
@idempotent
def prepare(request: HttpRequest, ask_id: int, payload: ReplyIn) -> AskOut:
    """By the contact person; the head gives it."""
    actor = actor_of(request)
    prepare_reply(
        ask_id, payload.version, payload.reply, note=payload.note, proposed_due=payload.proposed_due, by=actor
    )
    return _ask_out(actor, _reach_ask(actor, ask_id))


@router.post("/asks/{ask_id}/answer", response=AskOut, summary="Answer a department as initiator")
@idempotent
def answer(request: HttpRequest, ask_id: int, payload: AnswerIn) -> AskOut:
    """Take the condition or date, explain and ask again, change what is asked, no longer ask."""
    actor = actor_of(request)
    answer_ask(
        ask_id,
        payload.version,
        payload.answer,
        note=payload.note,
        request_item=payload.request_item,
        due=payload.due,
        by=actor,
    )
    return _ask_out(actor, _reach_ask(actor, ask_id))


def _reach(actor: Actor, project_id: int) -> CollabRequest:
    if not 0 < project_id < 2**63:
        raise NotFound
    found = collabs.collabs_for(actor).filter(project_id=project_id).first()
    if found is None or not policies.can_see_draft(actor, found):
        raise NotFound
    return found


def _reach_ask(actor: Actor, ask_id: int) -> Ask:
    found = reach(collabs.asks_for(actor).prefetch_related("replies__person"), ask_id)
    collabs.with_present_contacts([found], found.collab.project_id)
    return found


def _bytes(file: UploadedFile | None) -> bytes:
    if file is None:
        raise InvalidInput({"file": _("Choose a file first")})
    return bytes(file.read(settings.LARGEST_UPLOAD_BYTES + 1))


def _out(actor: Actor, found: CollabRequest) -> CollabOut:
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
        asks=[_ask_out(actor, ask) for ask in collabs.asks_of(found)],
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


def _ask_out(actor: Actor, ask: Ask) -> AskOut:
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
