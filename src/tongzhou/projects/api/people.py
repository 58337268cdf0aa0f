"""Departments taking part, their contact persons, members and observers."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Router, Schema

from tongzhou.core.api import idempotent
from tongzhou.core.pages import actor_of

from .. import queries, services
from ..models import StakeholderRole
from .reaching import DepartmentRef, DoneOut, Key, PersonRef, ProjectReasonIn, department_ref, person_ref, project_of

router = Router()


class DeputyOut(Schema):
    """Who may sign for the head today, and until when."""

    person: PersonRef | None
    until: date


class PartyOut(Schema):
    """A department taking part: contact person, head, deputies."""

    department: DepartmentRef
    is_initiator: bool
    contact: PersonRef | None
    head: PersonRef | None
    deputies: list[DeputyOut]


class ContactIn(Schema):
    """The contact person, or nobody."""

    person_id: Key | None = None


class StakeholderOut(Schema):
    """A named person beside the departments."""

    person: PersonRef | None
    role: StakeholderRole


class StakeholderIn(Schema):
    """Whom to let see the project, as what."""

    person_id: Key
    role: StakeholderRole = StakeholderRole.OBSERVER


def _parties(request: HttpRequest, project_id: int) -> list[PartyOut]:
    return [
        PartyOut(
            department=department_ref(card.party.department),
            is_initiator=card.party.is_initiator,
            contact=person_ref(card.party.contact),
            head=person_ref(card.head),
            deputies=[DeputyOut(person=person_ref(d.deputy), until=d.until) for d in card.deputies],
        )
        for card in queries.party_cards(project_of(request, project_id))
    ]


def _stakeholders(request: HttpRequest, project_id: int) -> list[StakeholderOut]:
    rows = project_of(request, project_id).stakeholders.select_related("person")
    return [StakeholderOut(person=person_ref(row.person), role=StakeholderRole(row.role)) for row in rows]


@router.get("/projects/{project_id}/parties", response=list[PartyOut])
def list_parties(request: HttpRequest, project_id: int) -> list[PartyOut]:
    """The departments taking part, and who may sign for them today."""
    return _parties(request, project_id)


@router.put("/projects/{project_id}/parties/{department_id}/contact", response=list[PartyOut])
def name_contact(request: HttpRequest, project_id: int, department_id: int, payload: ContactIn) -> list[PartyOut]:
    """Names the contact person of a department."""
    services.name_contact(project_id, department_id, payload.person_id, by=actor_of(request))
    return _parties(request, project_id)


@router.post("/projects/{project_id}/parties/{department_id}/leave", response=list[PartyOut])
@idempotent
def leave(request: HttpRequest, project_id: int, department_id: int, payload: ProjectReasonIn) -> tuple[int, object]:
    """Takes a department out of the project; its record stays."""
    services.remove_party(project_id, department_id, payload.reason, by=actor_of(request))
    return 200, [party.model_dump(mode="json") for party in _parties(request, project_id)]


@router.get("/projects/{project_id}/stakeholders", response=list[StakeholderOut])
def list_stakeholders(request: HttpRequest, project_id: int) -> list[StakeholderOut]:
    """Members and observers."""
    return _stakeholders(request, project_id)


@router.post("/projects/{project_id}/stakeholders", response={201: DoneOut})
@idempotent
def add_stakeholder(request: HttpRequest, project_id: int, payload: StakeholderIn) -> tuple[int, DoneOut]:
    """Lets a named person see the project."""
    services.add_stakeholder(project_id, payload.person_id, payload.role, by=actor_of(request))
    return 201, DoneOut()


@router.delete("/projects/{project_id}/stakeholders/{person_id}", response=DoneOut)
def remove_stakeholder(request: HttpRequest, project_id: int, person_id: int) -> DoneOut:
    """The person no longer sees the project by name."""
    services.remove_stakeholder(project_id, person_id, by=actor_of(request))
    return DoneOut()
