"""Endpoints about departments, heads and deputies."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from tongzhou.core.access import reach
from tongzhou.core.api import idempotent
from tongzhou.core.errors import NotFound
from tongzhou.core.pages import actor_of

from .. import queries, services
from ..models import Department
from .schemas import (
    DelegationIn,
    DelegationOut,
    DepartmentChange,
    DepartmentIn,
    DepartmentOut,
    HeadIn,
    HeadshipOut,
    PeopleMoveIn,
    delegation_out,
    department_out,
    headship_out,
)

router = Router()


@router.get("/departments", response=list[DepartmentOut], summary="The department tree")
def departments(request: HttpRequest, closed: bool = False) -> list[DepartmentOut]:
    """In reading order, each with its path; ``closed`` adds those that are closed."""
    actor_of(request)
    return [department_out(branch) for branch in queries.flat_tree(closed=closed)]


@router.post("/departments", response={201: DepartmentOut}, summary="Open a department")
@idempotent
def create(request: HttpRequest, payload: DepartmentIn) -> tuple[int, DepartmentOut]:
    """Administrators only."""
    made = services.create_department(
        payload.name, parent_id=payload.parent_id, code=payload.code, colour=payload.colour, by=actor_of(request)
    )
    return 201, _branch(made.pk)


@router.get("/departments/{department_id}", response=DepartmentOut, summary="One department")
def department(request: HttpRequest, department_id: int) -> DepartmentOut:
    """With its path and its head today."""
    actor_of(request)
    return _branch(department_id)


@router.patch("/departments/{department_id}", response=DepartmentOut, summary="Change a department")
def change(request: HttpRequest, department_id: int, payload: DepartmentChange) -> DepartmentOut:
    """Name, code, colour, place among its siblings."""
    values = payload.model_dump(exclude_unset=True, exclude={"version"})
    values = {key: value for key, value in values.items() if value is not None}
    services.change_department(department_id, payload.version, values, by=actor_of(request))
    return _branch(department_id)


@router.post("/departments/{department_id}/move", response=DepartmentOut, summary="Hang a department elsewhere")
@idempotent
def move(request: HttpRequest, department_id: int, payload: PeopleMoveIn) -> DepartmentOut:
    """Never below itself."""
    services.move_department(department_id, payload.parent_id, payload.version, by=actor_of(request))
    return _branch(department_id)


@router.post("/departments/{department_id}/close", response=DepartmentOut, summary="Close a department")
@idempotent
def close(request: HttpRequest, department_id: int) -> DepartmentOut:
    """Its history stays; refused while people belong to it."""
    services.close_department(department_id, by=actor_of(request))
    return _branch(department_id)


@router.post("/departments/{department_id}/reopen", response=DepartmentOut, summary="Open a closed department again")
@idempotent
def reopen(request: HttpRequest, department_id: int) -> DepartmentOut:
    """Without head and deputies."""
    services.reopen_department(department_id, by=actor_of(request))
    return _branch(department_id)


@router.get("/departments/{department_id}/heads", response=list[HeadshipOut], summary="Who headed a department")
def heads(request: HttpRequest, department_id: int) -> list[HeadshipOut]:
    """The latest first."""
    actor_of(request)
    department = reach(Department.objects.all(), department_id)
    return [headship_out(headship) for headship in queries.headship_history(department.pk)[:200]]


@router.put("/departments/{department_id}/head", response=HeadshipOut, summary="Name the head of a department")
def name_head(request: HttpRequest, department_id: int, payload: HeadIn) -> HeadshipOut:
    """The former headship ends the day before. A head other than ``former_id`` in office: 409."""
    return headship_out(
        services.name_head(
            department_id, payload.person_id, payload.since, former_id=payload.former_id, by=actor_of(request)
        )
    )


@router.delete("/departments/{department_id}/head", response=HeadshipOut, summary="End a headship")
def end_headship(request: HttpRequest, department_id: int) -> HeadshipOut:
    """Without a successor."""
    return headship_out(services.end_headship_now(department_id, by=actor_of(request)))


@router.get("/delegations", response=list[DelegationOut], summary="Deputies I named, heads I stand in for")
def delegations(request: HttpRequest) -> list[DelegationOut]:
    """The latest first, at most 200; an administrator sees all."""
    return [delegation_out(delegation) for delegation in queries.delegations_for(actor_of(request))[:200]]


@router.post("/delegations", response={201: DelegationOut}, summary="Name a deputy")
@idempotent
def delegate(request: HttpRequest, payload: DelegationIn) -> tuple[int, DelegationOut]:
    """Only the head of the department."""
    actor = actor_of(request)
    given = services.delegate(
        payload.department_id,
        payload.deputy_id,
        scopes=payload.scopes,
        since=payload.since,
        until=payload.until,
        reason=payload.reason,
        by=actor,
    )
    return 201, delegation_out(given)


@router.delete("/delegations/{delegation_id}", response=DelegationOut, summary="Take a delegation back")
def revoke(request: HttpRequest, delegation_id: int) -> DelegationOut:
    """The head who gave it, or an administrator."""
    return delegation_out(services.revoke_delegation(delegation_id, by=actor_of(request)))


def _branch(department_id: int) -> DepartmentOut:
    tree = queries.flat_tree(closed=True)
    found = next((branch for branch in tree if branch.department.pk == department_id), None)
    if found is None:
        raise NotFound
    return department_out(found)
