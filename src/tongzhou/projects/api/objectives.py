"""Objectives with their SMART check."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.http import HttpRequest
from ninja import Router, Schema

from tongzhou.core.access import reach
from tongzhou.core.api import Text, idempotent
from tongzhou.core.pages import actor_of

from .. import queries, services
from ..models import Objective
from .reaching import DepartmentRef, DoneOut, Key, ProjectReasonIn, Version, department_ref, project_of

router = Router()


class LetterOut(Schema):
    """One letter: met or not, why, and the reason it was overruled with."""

    letter: str
    name: str
    met: bool
    text: str
    overruled: str


class ObjectiveOut(Schema):
    """An objective with its five letters and the departments that stand behind it."""

    id: int
    version: int
    position: int
    text: str
    metric: str
    unit: str
    baseline: Decimal | None
    target: Decimal | None
    starts_on: date | None
    due: date | None
    source: str
    company_goal: str
    evidence: str
    is_smart: bool
    letters: list[LetterOut]
    backed_by: list[DepartmentRef]


class ProjectObjectiveIn(Schema):
    """An objective as it is written down."""

    text: Text
    metric: Text = ""
    unit: Text = ""
    baseline: Decimal | None = None
    target: Decimal | None = None
    starts_on: date | None = None
    due: date | None = None
    source: Text = ""
    company_goal: Text = ""
    evidence: Text = ""


class ObjectivePatch(Schema):
    """What of an objective is changed; left out stays as it is."""

    version: Version
    text: Text | None = None
    metric: Text | None = None
    unit: Text | None = None
    baseline: Decimal | None = None
    target: Decimal | None = None
    starts_on: date | None = None
    due: date | None = None
    source: Text | None = None
    company_goal: Text | None = None
    evidence: Text | None = None


class OverruleIn(ProjectReasonIn):
    """Which letter is accepted as it is, and why; an empty reason takes that back."""

    letter: Text


class BackingIn(Schema):
    """For which department the head speaks, and which version was read."""

    department_id: Key
    version: Version


def _told(objective: Objective, smart: queries.ObjectiveSmart) -> ObjectiveOut:
    return ObjectiveOut(
        id=objective.pk,
        version=objective.version,
        position=objective.position,
        text=objective.text,
        metric=objective.metric,
        unit=objective.unit,
        baseline=objective.baseline,
        target=objective.target,
        starts_on=objective.starts_on,
        due=objective.due,
        source=objective.source,
        company_goal=objective.company_goal,
        evidence=objective.evidence,
        is_smart=smart.is_smart,
        letters=[
            LetterOut(letter=x.letter, name=str(x.name), met=x.met, text=x.text, overruled=x.overruled)
            for x in smart.letters
        ],
        backed_by=[
            department_ref(b.department) for b in objective.backings.all() if b.department_id in smart.backed_by
        ],
    )


def _one(request: HttpRequest, objective_id: int) -> ObjectiveOut:
    objective = reach(queries.objectives_for(actor_of(request)), objective_id)
    return _told(objective, queries.objective_smart(objective))


def _key(request: HttpRequest, project_id: int, objective_id: int) -> int:
    """The objective, if it is of this very project."""
    project = project_of(request, project_id)
    return reach(queries.objectives_for(actor_of(request)).filter(project=project), objective_id).pk


@router.get("/projects/{project_id}/objectives", response=list[ObjectiveOut])
def list_objectives(request: HttpRequest, project_id: int) -> list[ObjectiveOut]:
    """Every objective with its letters."""
    return [_told(row.objective, row.smart) for row in queries.checked_objectives(project_of(request, project_id))]


@router.post("/projects/{project_id}/objectives", response={201: ObjectiveOut})
@idempotent
def add_objective(request: HttpRequest, project_id: int, payload: ProjectObjectiveIn) -> tuple[int, ObjectiveOut]:
    """Writes an objective down."""
    objective = services.add_objective(project_id, payload.model_dump(), by=actor_of(request))
    return 201, _one(request, objective.pk)


@router.patch("/projects/{project_id}/objectives/{objective_id}", response=ObjectiveOut)
def change_objective(request: HttpRequest, project_id: int, objective_id: int, payload: ObjectivePatch) -> ObjectiveOut:
    """Changes an objective; a stale version gets both versions (409)."""
    values = payload.model_dump(exclude_unset=True)
    version = values.pop("version")
    key = _key(request, project_id, objective_id)
    services.change_objective(key, version, values, by=actor_of(request))
    return _one(request, key)


@router.delete("/projects/{project_id}/objectives/{objective_id}", response=DoneOut)
def remove_objective(request: HttpRequest, project_id: int, objective_id: int) -> DoneOut:
    """Takes an objective out."""
    services.remove_objective(_key(request, project_id, objective_id), by=actor_of(request))
    return DoneOut()


@router.post("/projects/{project_id}/objectives/{objective_id}/overrule", response=ObjectiveOut)
@idempotent
def overrule(request: HttpRequest, project_id: int, objective_id: int, payload: OverruleIn) -> ObjectiveOut:
    """Accepts a missing letter with a reason."""
    key = _key(request, project_id, objective_id)
    services.overrule_smart(key, payload.letter, payload.reason, by=actor_of(request))
    return _one(request, key)


@router.post("/projects/{project_id}/objectives/{objective_id}/back", response=ObjectiveOut)
@idempotent
def back(request: HttpRequest, project_id: int, objective_id: int, payload: BackingIn) -> ObjectiveOut:
    """A head says that the objective is achievable."""
    key = _key(request, project_id, objective_id)
    services.back_objective(key, payload.department_id, version=payload.version, by=actor_of(request))
    return _one(request, key)
