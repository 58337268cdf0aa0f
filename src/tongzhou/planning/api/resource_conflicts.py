"""Who or what is asked for too much, and the ways out, for programs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from tongzhou.core.api import Text, idempotent
from tongzhou.core.pages import actor_of
from tongzhou.projects.api.reaching import (
    project_of,
)

from .. import queries, services
from ..queries import ResourceConflict
from .resource_shapes import PLAN

router = Router()


class BookingTold(Schema):
    """A booking as far as the reader may know it."""

    what: str
    first: date | None
    last: date | None
    share: int
    amount: Decimal | None
    project_id: int | None
    is_hidden: bool


class WayOutOut(Schema):
    """A way out of a conflict; ``cost_days`` are working days."""

    key: str
    way: str
    text: str
    moves: str
    cost_days: int


class ConflictOut(Schema):
    """Who or what is asked for too much, when, by how much, by which bookings."""

    key: str
    kind: str
    subject_id: int
    subject: str
    first: date | None
    last: date | None
    working_days: int
    peak: int
    capacity: int
    over: Decimal
    bookings: list[BookingTold]
    proposals: list[WayOutOut] = []


class TakeIn(Schema):
    """The key of the proposal that is taken."""

    key: Text


def conflict_shown(found: ResourceConflict, proposals: Any = ()) -> ConflictOut:
    return ConflictOut(
        key=found.key,
        kind=found.kind,
        subject_id=found.subject.pk,
        subject=str(found.subject),
        first=found.first,
        last=found.last,
        working_days=found.working_days,
        peak=found.peak,
        capacity=found.capacity,
        over=found.over,
        bookings=[
            BookingTold(
                what=entry.what,
                first=entry.first,
                last=entry.last,
                share=entry.share,
                amount=entry.amount,
                project_id=entry.project_id,
                is_hidden=entry.is_hidden,
            )
            for entry in found.told
        ],
        proposals=[
            WayOutOut(key=way.key, way=way.way.value, text=way.text, moves=way.moves, cost_days=way.cost_days)
            for way in proposals
        ],
    )


@router.post(f"{PLAN}/resolve", response=WayOutOut)
@idempotent
def resolve(request: HttpRequest, project_id: int, payload: TakeIn) -> WayOutOut:
    """Takes a way out of a conflict."""
    way = services.take_proposal(project_of(request, project_id).pk, payload.key, by=actor_of(request))
    return WayOutOut(key=way.key, way=way.way.value, text=way.text, moves=way.moves, cost_days=way.cost_days)


@router.get("/resources/conflicts", response=list[ConflictOut])
def conflicts(request: HttpRequest) -> list[ConflictOut]:
    """The conflicts of the departments the caller sees."""
    actor = actor_of(request)
    money = queries.budgets_seen(actor).values_list("pk", flat=True)
    departments = queries.departments_seen(actor).values_list("pk", flat=True)
    return [conflict_shown(found) for found in queries.conflicts_in(departments, actor, money=money)]
