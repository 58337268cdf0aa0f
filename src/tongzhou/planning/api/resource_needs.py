"""What tasks need and what the departments offer for it, for programs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from tongzhou.core.access import reach
from tongzhou.core.api import Text, idempotent
from tongzhou.core.pages import actor_of
from tongzhou.projects.api.reaching import (
    DepartmentRef,
    Key,
    PersonRef,
    ProjectReasonIn,
    Version,
    department_ref,
    person_ref,
    project_of,
)

from .. import queries, services
from ..models import ResourceNeed
from ..resource_states import Category, Priority
from .resource_conflicts import ConflictOut, conflict_shown
from .resource_shapes import PLAN, Money, Pieces

router = Router()


class NeedOut(Schema):
    """One resource need, what is offered for it and what the sponsor let stand."""

    id: int
    version: int
    number: int
    task_id: int | None
    category: Category
    name: str
    department: DepartmentRef
    provider: DepartmentRef
    person: PersonRef | None
    quantity: int
    unit: str
    share: int
    first: date | None
    last: date | None
    amount: Decimal | None
    account: str
    purpose: str
    alternative: str
    priority: Priority
    state: str
    reason: str
    reply: str
    approval: str
    approved_quantity: int | None
    approved_amount: Decimal | None
    approval_reason: str
    booked: list[PersonRef]


class NeedIn(Schema):
    """A new need. Without ``first`` and ``last`` it lasts as long as its task."""

    task_id: Key
    category: Category
    name: Text
    provider_id: Key
    purpose: Text
    person_id: Key | None = None
    quantity: Pieces = 1
    unit: Text = ""
    share: Annotated[int, Field(ge=1, le=100)] = 100
    first: date | None = None
    last: date | None = None
    amount: Money | None = None
    account: Text = ""
    alternative: Text = ""
    priority: Priority = Priority.MEDIUM


class NeedPatch(Schema):
    """What of a need is changed; left out stays as it is."""

    version: Version
    task_id: Key | None = None
    category: Category | None = None
    name: Text | None = None
    provider_id: Key | None = None
    purpose: Text | None = None
    person_id: Key | None = None
    quantity: Pieces | None = None
    unit: Text | None = None
    share: Annotated[int, Field(ge=1, le=100)] | None = None
    first: date | None = None
    last: date | None = None
    amount: Money | None = None
    account: Text | None = None
    alternative: Text | None = None
    priority: Priority | None = None


class OfferIn(Schema):
    """What the department gives: persons, a thing or an account; ``knowingly`` books in spite of a conflict."""

    person_ids: Annotated[list[Key], Field(max_length=200)] = []
    thing_id: Key | None = None
    budget_id: Key | None = None
    quantity: Pieces | None = None
    share: Annotated[int, Field(ge=1, le=100)] | None = None
    first: date | None = None
    last: date | None = None
    amount: Money | None = None
    note: Text = ""
    knowingly: bool = False


class KnowinglyIn(Schema):
    """Whether the head books in spite of a conflict."""

    knowingly: bool = False


class NeedsOut(Schema):
    """Every need of a plan, conflicts first."""

    conflicts: list[ConflictOut]
    items: list[NeedOut]


def _need(row: ResourceNeed) -> NeedOut:
    first, last = row.period
    plain = (
        "version", "number", "task_id", "name", "quantity", "unit", "share", "amount", "account", "purpose",
        "alternative", "state", "reason", "approval", "approved_quantity", "approved_amount", "approval_reason",
    )  # fmt: skip
    return NeedOut(
        id=row.pk,
        category=Category(row.category),
        priority=Priority(row.priority),
        department=department_ref(row.department),
        provider=department_ref(row.provider),
        person=person_ref(row.person),
        first=first,
        last=last,
        reply=queries.reply_of(row),
        booked=[ref for entry in row.held if (ref := person_ref(entry.person))],  # type: ignore[attr-defined]
        **{name: getattr(row, name) for name in plain},
    )


def _one(request: HttpRequest, project_id: int, need_id: int) -> NeedOut:
    return _need(reach(queries.needs_of(project_of(request, project_id), actor_of(request)), need_id))


def _key(request: HttpRequest, project_id: int, need_id: int) -> int:
    """The need through its project."""
    return reach(queries.needs_for(actor_of(request)).filter(project=project_of(request, project_id)), need_id).pk


@router.get(PLAN, response=NeedsOut)
def needs(request: HttpRequest, project_id: int) -> NeedsOut:
    """Every conflict, soonest first (the first twenty with their ways out), and every need."""
    project, actor = project_of(request, project_id), actor_of(request)
    return NeedsOut(
        conflicts=[
            conflict_shown(row.conflict, row.proposals) for row in queries.solvable_conflicts(project, actor, 20)
        ],
        items=[_need(row) for row in queries.needs_of(project, actor)],
    )


@router.post(PLAN, response={201: NeedOut})
@idempotent
def ask(request: HttpRequest, project_id: int, payload: NeedIn) -> tuple[int, NeedOut]:
    """Asks a department for what a task needs."""
    project = project_of(request, project_id)
    need = services.ask_resource(project.pk, payload.model_dump(), by=actor_of(request))
    return 201, _one(request, project_id, need.pk)


@router.get(f"{PLAN}/{{need_id}}", response=NeedOut)
def need(request: HttpRequest, project_id: int, need_id: int) -> NeedOut:
    """One need."""
    return _one(request, project_id, need_id)


@router.patch(f"{PLAN}/{{need_id}}", response=NeedOut)
def change_need(request: HttpRequest, project_id: int, need_id: int, payload: NeedPatch) -> NeedOut:
    """Changes what is asked; a stale version gets both versions (409)."""
    values = payload.model_dump(exclude_unset=True)
    version = values.pop("version")
    services.change_need(_key(request, project_id, need_id), version, values, by=actor_of(request))
    return _one(request, project_id, need_id)


@router.post(f"{PLAN}/{{need_id}}/offer", response=NeedOut)
@idempotent
def offer(request: HttpRequest, project_id: int, need_id: int, payload: OfferIn) -> NeedOut:
    """The providing department's answer; by its contact person it is only prepared."""
    values = payload.model_dump()
    people, knowingly = values.pop("person_ids"), values.pop("knowingly")
    key = _key(request, project_id, need_id)
    services.offer_resource(key, values, person_ids=people, knowingly=knowingly, by=actor_of(request))
    return _one(request, project_id, need_id)


@router.post(f"{PLAN}/{{need_id}}/confirm", response=NeedOut)
@idempotent
def confirm(request: HttpRequest, project_id: int, need_id: int, payload: KnowinglyIn) -> NeedOut:
    """The head confirms what was prepared."""
    services.confirm_offer(_key(request, project_id, need_id), knowingly=payload.knowingly, by=actor_of(request))
    return _one(request, project_id, need_id)


@router.post(f"{PLAN}/{{need_id}}/decline", response=NeedOut)
@idempotent
def decline(request: HttpRequest, project_id: int, need_id: int, payload: ProjectReasonIn) -> NeedOut:
    """The department cannot give it."""
    services.decline_need(_key(request, project_id, need_id), payload.reason, by=actor_of(request))
    return _one(request, project_id, need_id)


@router.post(f"{PLAN}/{{need_id}}/accept", response=NeedOut)
@idempotent
def accept(request: HttpRequest, project_id: int, need_id: int) -> NeedOut:
    """The lead takes the counter-offer."""
    services.accept_offer(_key(request, project_id, need_id), by=actor_of(request))
    return _one(request, project_id, need_id)


@router.post(f"{PLAN}/{{need_id}}/turn-down", response=NeedOut)
@idempotent
def turn_down(request: HttpRequest, project_id: int, need_id: int, payload: ProjectReasonIn) -> NeedOut:
    """The lead asks the department to look again."""
    services.turn_down_offer(_key(request, project_id, need_id), payload.reason, by=actor_of(request))
    return _one(request, project_id, need_id)


@router.post(f"{PLAN}/{{need_id}}/withdraw", response=NeedOut)
@idempotent
def withdraw(request: HttpRequest, project_id: int, need_id: int, payload: ProjectReasonIn) -> NeedOut:
    """No longer asked."""
    services.withdraw_need(_key(request, project_id, need_id), reason=payload.reason, by=actor_of(request))
    return _one(request, project_id, need_id)


@router.post(f"{PLAN}/{{need_id}}/again", response=NeedOut)
@idempotent
def again(request: HttpRequest, project_id: int, need_id: int) -> NeedOut:
    """Asked once more."""
    services.ask_again(_key(request, project_id, need_id), by=actor_of(request))
    return _one(request, project_id, need_id)
