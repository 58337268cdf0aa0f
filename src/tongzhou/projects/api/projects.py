"""Projects: list, one with its gates, its facts, stop and go, its history."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from django.http import HttpRequest
from ninja import Router, Schema

from tongzhou.core.api import Text, idempotent
from tongzhou.core.errors import NotFound
from tongzhou.core.pages import actor_of

from .. import queries, services
from ..gates import gate_state
from ..models import Project, Tailoring
from ..queries.history import KINDS
from ..states import GATES, Phase
from .reaching import (
    PAGE,
    DepartmentRef,
    Key,
    PageNumber,
    PersonRef,
    ProjectReasonIn,
    Version,
    department_ref,
    person_ref,
    project_of,
)

router = Router()


class HealthOut(Schema):
    """How a project stands, in a word with its reasons."""

    state: str
    reasons: list[str]


class ProjectRow(Schema):
    """A project in a list."""

    id: int
    code: str
    name: str
    phase: Phase
    scenario: str
    initiator: DepartmentRef
    lead: PersonRef | None
    starts_on: date | None
    ends_on: date | None
    is_confidential: bool
    health: HealthOut
    changed_at: datetime


class ProjectsOut(Schema):
    """A page of projects."""

    items: list[ProjectRow]
    count: int


class MissingOut(Schema):
    """One thing that is missing, and where it is mended."""

    text: str
    link: str


class ConditionOut(Schema):
    """A condition of a gate as computed now."""

    key: str
    label: str
    met: bool
    missing: list[MissingOut]
    link: str


class PassOut(Schema):
    """One passing of a gate."""

    gate: int
    passed_by: PersonRef | None
    at: datetime
    is_conditional: bool
    reason: str
    conditions: list[dict[str, object]]


class GateOut(Schema):
    """A gate: its conditions now, and every time it was passed."""

    gate: int
    conditions: list[ConditionOut]
    met: bool
    passes: list[PassOut]


class NextOut(Schema):
    """What comes next."""

    text: str
    link: str


class ProjectOut(ProjectRow):
    """A project whole."""

    version: int
    sponsor: PersonRef | None
    tailoring: Tailoring
    stop_reason: str
    goals_frozen_at: datetime | None
    gate: GateOut | None
    next: NextOut


class ProjectPatch(Schema):
    """What of a project is changed; left out stays as it is."""

    version: Version
    name: Text | None = None
    lead_id: Key | None = None
    sponsor_id: Key | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    tailoring: Tailoring | None = None
    is_confidential: bool | None = None


class BackIn(ProjectReasonIn):
    """Which phase the project goes back to, and why."""

    phase: Phase


class ChangeOut(Schema):
    """One value before and after, in words."""

    label: str
    before: str
    after: str


class EventOut(Schema):
    """One event of the history, in words."""

    seq: int
    at: datetime
    who: str
    text: str
    note: str
    changes: list[ChangeOut]


class HistoryOut(Schema):
    """A page of the history, newest first."""

    items: list[EventOut]
    count: int


def _health(health: queries.Health) -> HealthOut:
    return HealthOut(state=health.state, reasons=[str(reason) for reason in health.reasons])


def _row(project: Project, health: queries.Health) -> dict[str, object]:
    return {
        "id": project.pk,
        "code": project.code,
        "name": project.name,
        "phase": project.phase,
        "scenario": project.scenario.key,
        "initiator": department_ref(project.initiator),
        "lead": person_ref(project.lead),
        "starts_on": project.starts_on,
        "ends_on": project.ends_on,
        "is_confidential": project.is_confidential,
        "health": _health(health),
        "changed_at": project.changed_at,
    }


def _gate(project: Project, gate: int) -> GateOut:
    results = gate_state(project, gate)
    return GateOut(
        gate=gate,
        met=bool(results) and all(result.is_met for result in results),
        conditions=[
            ConditionOut(
                key=result.key,
                label=str(result.label),
                met=result.is_met,
                missing=[MissingOut(text=str(lack.text), link=lack.link) for lack in result.missing],
                link=result.link,
            )
            for result in results
        ],
        passes=[
            PassOut(
                gate=passed.gate,
                passed_by=person_ref(passed.passed_by),
                at=passed.at,
                is_conditional=passed.is_conditional,
                reason=passed.reason,
                conditions=passed.conditions,
            )
            for passed in project.gate_passes.filter(gate=gate).select_related("passed_by")
        ],
    )


def whole(request: HttpRequest, project_id: int) -> ProjectOut:
    """A project as it stands now."""
    project = project_of(request, project_id)
    card = queries.gate_card(project)
    step = queries.next_step(project, card, is_mine_to_pass=project.lead_id == actor_of(request).person_id)
    health = queries.health_of([project]).get(project.pk, queries.NO_WORD)
    return ProjectOut.model_validate(
        {
            **_row(project, health),
            "version": project.version,
            "sponsor": person_ref(project.sponsor),
            "tailoring": project.tailoring,
            "stop_reason": project.stop_reason,
            "goals_frozen_at": project.goals_frozen_at,
            "gate": _gate(project, card.gate) if card else None,
            "next": NextOut(text=str(step.text), link=step.url),
        }
    )


@router.get("/projects", response=ProjectsOut)
def list_projects(
    request: HttpRequest,
    scope: Literal["mine", "all", "over"] = "all",
    phase: Phase | None = None,
    department_id: Key | None = None,
    q: Text = "",
    page: PageNumber = 1,
) -> ProjectsOut:
    """Projects the caller may see, narrowed; last changed first."""
    wanted = queries.ProjectFilter(scope, phase or "", department_id, q[:100])
    rows = queries.filtered_projects(actor_of(request), wanted)
    first = (page - 1) * PAGE
    shown = list(rows[first : first + PAGE])
    health = queries.health_of(shown)
    return ProjectsOut(
        items=[ProjectRow.model_validate(_row(row, health.get(row.pk, queries.NO_WORD))) for row in shown],
        count=rows.count(),
    )


@router.get("/projects/{project_id}", response=ProjectOut)
def read_project(request: HttpRequest, project_id: int) -> ProjectOut:
    """One project with its next gate."""
    return whole(request, project_id)


@router.patch("/projects/{project_id}", response=ProjectOut | None)
def change_project(request: HttpRequest, project_id: int, payload: ProjectPatch) -> ProjectOut | None:
    """Changes facts of a project. Empty where the caller has just made it invisible to themselves."""
    project = project_of(request, project_id)
    values = payload.model_dump(exclude_unset=True)
    version = values.pop("version")
    for name in ("name", "tailoring", "is_confidential"):
        if name in values and values[name] is None:
            values.pop(name)
    services.change_project(project.pk, version, values, by=actor_of(request))
    try:
        return whole(request, project_id)
    except NotFound:
        return None


@router.get("/projects/{project_id}/gates/{gate}", response=GateOut)
def read_gate(request: HttpRequest, project_id: int, gate: int) -> GateOut:
    """The gate as computed now."""
    project = project_of(request, project_id)
    if gate not in GATES:
        raise NotFound
    return _gate(project, gate)


@router.post("/projects/{project_id}/gates/{gate}/pass", response=ProjectOut)
@idempotent
def pass_gate(request: HttpRequest, project_id: int, gate: int, payload: ProjectReasonIn) -> ProjectOut:
    """Passes the gate; sponsor or PMO with a reason where conditions are missing."""
    services.pass_gate(project_id, gate, reason=payload.reason, by=actor_of(request))
    return whole(request, project_id)


@router.post("/projects/{project_id}/back", response=ProjectOut)
@idempotent
def move_back(request: HttpRequest, project_id: int, payload: BackIn) -> ProjectOut:
    """Takes the project one phase back."""
    services.move_back(project_id, payload.phase, payload.reason, by=actor_of(request))
    return whole(request, project_id)


@router.post("/projects/{project_id}/suspend", response=ProjectOut)
@idempotent
def suspend(request: HttpRequest, project_id: int, payload: ProjectReasonIn) -> ProjectOut:
    """Stops the project for a time."""
    services.suspend_project(project_id, payload.reason, by=actor_of(request))
    return whole(request, project_id)


@router.post("/projects/{project_id}/resume", response=ProjectOut)
@idempotent
def resume(request: HttpRequest, project_id: int) -> ProjectOut:
    """Takes a suspended project up where it stood."""
    services.resume_project(project_id, by=actor_of(request))
    return whole(request, project_id)


@router.post("/projects/{project_id}/cancel", response=ProjectOut)
@idempotent
def cancel(request: HttpRequest, project_id: int, payload: ProjectReasonIn) -> ProjectOut:
    """Ends the project for good."""
    services.cancel_project(project_id, payload.reason, by=actor_of(request))
    return whole(request, project_id)


@router.get("/projects/{project_id}/history", response=HistoryOut)
def read_history(request: HttpRequest, project_id: int, kind: Text = "", page: PageNumber = 1) -> HistoryOut:
    """What happened in the project, newest first."""
    project = project_of(request, project_id)
    rows = queries.events_for(project, kind if kind in KINDS else "")
    first = (page - 1) * PAGE
    return HistoryOut(
        items=[
            EventOut(
                seq=deed.seq,
                at=deed.at,
                who=deed.who,
                text=deed.text,
                note=deed.note,
                changes=[ChangeOut(label=c.label, before=c.before, after=c.after) for c in deed.changes],
            )
            for deed in queries.deeds(list(rows[first : first + PAGE]))
        ],
        count=rows.count(),
    )
