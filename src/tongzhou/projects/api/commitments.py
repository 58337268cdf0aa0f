"""The ledger of commitments, with what is vague about each."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.http import HttpRequest
from ninja import Router, Schema

from tongzhou.core.access import reach
from tongzhou.core.api import Text, idempotent
from tongzhou.core.pages import actor_of

from .. import queries, services
from ..models import Commitment
from ..states import CommitmentState
from .reaching import (
    DepartmentRef,
    Key,
    PersonRef,
    ProjectReasonIn,
    Version,
    department_ref,
    person_ref,
    project_of,
)

router = Router()


class RemarkOut(Schema):
    """One remark of the wording check."""

    text: str
    why: str
    field: str
    blocking: bool


class CommitmentOut(Schema):
    """One promise, and what the wording check says of it."""

    id: int
    version: int
    number: int
    department: DepartmentRef
    owner: PersonRef | None
    objective_id: int | None
    action: str
    deliverable: str
    quantity: Decimal | None
    unit: str
    due: date | None
    acceptance: str
    breach_clause: str
    state: CommitmentState
    is_late: bool
    is_concrete: bool
    overruled_reason: str
    remarks: list[RemarkOut]


class CommitmentIn(Schema):
    """A promise as it is taken down."""

    department_id: Key
    action: Text
    owner_id: Key | None = None
    objective_id: Key | None = None
    deliverable: Text = ""
    quantity: Decimal | None = None
    unit: Text = ""
    due: date | None = None
    acceptance: Text = ""
    breach_clause: Text = ""


class CommitmentPatch(Schema):
    """What of a promise is changed; left out stays as it is."""

    version: Version
    department_id: Key | None = None
    action: Text | None = None
    owner_id: Key | None = None
    objective_id: Key | None = None
    deliverable: Text | None = None
    quantity: Decimal | None = None
    unit: Text | None = None
    due: date | None = None
    acceptance: Text | None = None
    breach_clause: Text | None = None


class OwnerIn(Schema):
    """Who answers for the promise."""

    person_id: Key


def _told(row: queries.CheckedCommitment) -> CommitmentOut:
    commitment = row.commitment
    return CommitmentOut(
        id=commitment.pk,
        version=commitment.version,
        number=commitment.number,
        department=department_ref(commitment.department),
        owner=person_ref(commitment.owner),
        objective_id=commitment.objective_id,
        action=commitment.action,
        deliverable=commitment.deliverable,
        quantity=commitment.quantity,
        unit=commitment.unit,
        due=commitment.due,
        acceptance=commitment.acceptance,
        breach_clause=commitment.breach_clause,
        state=CommitmentState(commitment.state),
        is_late=row.is_late,
        is_concrete=row.wording.is_concrete,
        overruled_reason=commitment.overruled_reason,
        remarks=[RemarkOut(text=r.text, why=r.why, field=r.field, blocking=r.is_vague) for r in row.wording.remarks],
    )


def _one(request: HttpRequest, commitment_id: int) -> CommitmentOut:
    commitment: Commitment = reach(queries.commitments_for(actor_of(request)), commitment_id)
    wording = queries.commitment_findings(commitment)
    return _told(queries.CheckedCommitment(commitment, wording, queries.is_late(commitment)))


def _key(request: HttpRequest, project_id: int, commitment_id: int) -> int:
    """The commitment, if it is of this very project."""
    project = project_of(request, project_id)
    return reach(queries.commitments_for(actor_of(request)).filter(project=project), commitment_id).pk


@router.get("/projects/{project_id}/commitments", response=list[CommitmentOut])
def list_commitments(request: HttpRequest, project_id: int) -> list[CommitmentOut]:
    """Every commitment of the project, withdrawn ones too."""
    return [_told(row) for row in queries.checked_commitments(project_of(request, project_id))]


@router.post("/projects/{project_id}/commitments", response={201: CommitmentOut})
@idempotent
def add_commitment(request: HttpRequest, project_id: int, payload: CommitmentIn) -> tuple[int, CommitmentOut]:
    """Takes a commitment down."""
    commitment = services.add_commitment(project_id, payload.model_dump(), by=actor_of(request), source="api")
    return 201, _one(request, commitment.pk)


@router.patch("/projects/{project_id}/commitments/{commitment_id}", response=CommitmentOut)
def change_commitment(
    request: HttpRequest, project_id: int, commitment_id: int, payload: CommitmentPatch
) -> CommitmentOut:
    """Changes a commitment; a stale version gets both versions (409)."""
    values = payload.model_dump(exclude_unset=True)
    version = values.pop("version")
    key = _key(request, project_id, commitment_id)
    services.change_commitment(key, version, values, by=actor_of(request))
    return _one(request, key)


@router.post("/projects/{project_id}/commitments/{commitment_id}/owner", response=CommitmentOut)
@idempotent
def name_owner(request: HttpRequest, project_id: int, commitment_id: int, payload: OwnerIn) -> CommitmentOut:
    """Names the person who answers for it."""
    key = _key(request, project_id, commitment_id)
    services.name_commitment_owner(key, payload.person_id, by=actor_of(request))
    return _one(request, key)


@router.post("/projects/{project_id}/commitments/{commitment_id}/withdraw", response=CommitmentOut)
@idempotent
def withdraw(request: HttpRequest, project_id: int, commitment_id: int) -> CommitmentOut:
    """Takes it back; its number is not used again."""
    key = _key(request, project_id, commitment_id)
    services.withdraw_commitment(key, by=actor_of(request))
    return _one(request, key)


@router.post("/projects/{project_id}/commitments/{commitment_id}/overrule", response=CommitmentOut)
@idempotent
def overrule(request: HttpRequest, project_id: int, commitment_id: int, payload: ProjectReasonIn) -> CommitmentOut:
    """Accepts the words as they are with a reason; an empty reason takes that back."""
    key = _key(request, project_id, commitment_id)
    services.overrule_vagueness(key, payload.reason, by=actor_of(request))
    return _one(request, key)
