"""Endpoints about persons."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from django.urls import reverse
from ninja import Field, Router

from tongzhou.core.access import reach
from tongzhou.core.api import Text, idempotent
from tongzhou.core.errors import require
from tongzhou.core.pages import actor_of
from tongzhou.core.tables import lines_of

from .. import login_links, policies, queries, services, ties
from ..import_columns import COLUMNS
from ..models import Person
from .schemas import (
    ImportIn,
    ImportOut,
    ImportRow,
    JoinIn,
    LeaveIn,
    LinkOut,
    PersonChange,
    PersonFullOut,
    PersonIn,
    PersonOut,
    PersonPage,
    TieOut,
    full_facts,
    person_facts,
)

router = Router()
PAGE_SIZE = 50


@router.get("/people", response=PersonPage, summary="Who works here")
def persons(
    request: HttpRequest,
    q: Text = "",
    department_id: Annotated[int | None, Field(ge=1, le=2**63 - 1)] = None,
    page: Annotated[int, Field(ge=1, le=10_000)] = 1,
) -> PersonPage:
    """By name, pinyin, initials, login name or employee number; in a department and all below it."""
    below = queries.ids_below(department_id) if department_id is not None else None
    rows = queries.people_search(q, department_ids=below)
    first = (page - 1) * PAGE_SIZE
    return PersonPage(
        items=[PersonOut(**person_facts(person)) for person in rows[first : first + PAGE_SIZE]],
        total=rows.count(),
        page=page,
    )


@router.post("/people", response={201: PersonFullOut}, summary="Enter a person")
@idempotent
def add(request: HttpRequest, payload: PersonIn) -> tuple[int, PersonFullOut]:
    """Administrators only. The person logs in first by a login link."""
    values: dict[str, Any] = payload.model_dump(exclude={"department_id"})
    if values["joined_on"] is None:
        values.pop("joined_on")
    person = services.add_person(values, department_id=payload.department_id, by=actor_of(request))
    return 201, PersonFullOut(**full_facts(person))


@router.post("/people/import", response=ImportOut, summary="Bring many persons in at once")
@idempotent
def import_people(request: HttpRequest, payload: ImportIn) -> ImportOut:
    """All rows or none. Columns: name, username, employee_no, email, mobile, department, title, is_head, language."""
    actor = actor_of(request)
    require(policies.can_keep_people(actor))
    lines = lines_of(payload.rows, COLUMNS)
    plan = queries.plan_import(lines, create_departments=payload.create_departments)
    write = plan.is_clean and not payload.dry_run and bool(lines)
    counts = plan.counts
    if write:
        services.import_people(lines, create_departments=payload.create_departments, by=actor)
    shown = plan.rows if payload.dry_run else [row for row in plan.rows if row.errors]
    return ImportOut(
        written=write,
        added=counts["add"],
        changed=counts["change"],
        unchanged=counts["same"],
        wrong=counts["error"],
        departments=len(plan.missing),
        rows=[ImportRow(row=row.line.number, verdict=row.verdict, errors=row.errors) for row in shown],
    )


@router.get("/people/{person_id}", response=PersonFullOut, summary="One person")
def person(request: HttpRequest, person_id: int) -> PersonFullOut:
    """Departments, offices, how to reach them."""
    actor_of(request)
    return _full(person_id)


@router.patch("/people/{person_id}", response=PersonFullOut, summary="Correct what is known of a person")
def change(request: HttpRequest, person_id: int, payload: PersonChange) -> PersonFullOut:
    """Administrators only."""
    values = payload.model_dump(exclude_unset=True, exclude={"version"})
    values = {key: value for key, value in values.items() if value is not None or key == "joined_on"}
    services.change_person(person_id, payload.version, values, by=actor_of(request))
    return _full(person_id)


@router.get("/people/{person_id}/ties", response=list[TieOut], summary="What ends or stays when a person leaves")
def ties_of(request: HttpRequest, person_id: int) -> list[TieOut]:
    """Administrators only."""
    actor = actor_of(request)
    require(policies.can_keep_people(actor))
    found = ties.ties_of(reach(Person.objects.all(), person_id).pk, actor)
    return [TieOut(kind=str(label), text=str(tie.text), ends=tie.ends) for label, rows in found for tie in rows]


@router.post("/people/{person_id}/leave", response=PersonFullOut, summary="The person leaves the company")
@idempotent
def leave(request: HttpRequest, person_id: int, payload: LeaveIn) -> PersonFullOut:
    """Sessions, streams, tokens, delegations and headships end in the same act."""
    services.leave_company(person_id, payload.left_on, by=actor_of(request))
    return _full(person_id)


@router.post("/people/{person_id}/return", response=PersonFullOut, summary="The person works here again")
@idempotent
def take_back(request: HttpRequest, person_id: int) -> PersonFullOut:
    """Without the rights of before."""
    services.take_back(person_id, by=actor_of(request))
    return _full(person_id)


@router.post("/people/{person_id}/login-link", response=LinkOut, summary="A link for setting a password")
@idempotent
def login_link(request: HttpRequest, person_id: int) -> LinkOut:
    """Administrators only; works once."""
    secret = services.issue_login_link(person_id, by=actor_of(request))
    return LinkOut(url=request.build_absolute_uri(reverse("people:welcome", args=[secret])), days=login_links.DAYS)


@router.post("/people/{person_id}/sign-out", response=PersonFullOut, summary="End every session of a person")
@idempotent
def sign_out(request: HttpRequest, person_id: int) -> PersonFullOut:
    """Oneself, or anybody for an administrator. Open event streams close as well."""
    services.sign_out_everywhere(person_id, by=actor_of(request))
    return _full(person_id)


@router.post("/people/{person_id}/departments", response=PersonFullOut, summary="Join a department")
@idempotent
def join(request: HttpRequest, person_id: int, payload: JoinIn) -> PersonFullOut:
    """Beside the main department, or as the main one."""
    actor = actor_of(request)
    if payload.as_main:
        services.set_main_department(person_id, payload.department_id, keep_former=payload.keep_former, by=actor)
    else:
        services.add_membership(person_id, payload.department_id, by=actor)
    return _full(person_id)


@router.delete("/people/{person_id}/departments/{department_id}", response=PersonFullOut, summary="Leave a department")
def leave_department(request: HttpRequest, person_id: int, department_id: int) -> PersonFullOut:
    """Headship and delegations there end, sessions and tokens as well."""
    services.leave_department(person_id, department_id, by=actor_of(request))
    return _full(person_id)


def _full(person_id: int) -> PersonFullOut:
    return PersonFullOut(**full_facts(reach(Person.objects.all(), person_id)))
