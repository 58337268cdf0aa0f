"""Dependencies between departments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from tongzhou.core.access import reach
from tongzhou.core.api import Text, idempotent
from tongzhou.core.pages import actor_of
from tongzhou.projects.api.reaching import (
    DepartmentRef,
    PageNumber,
    PersonRef,
    department_ref,
    person_ref,
    project_of,
)

from .. import queries, services
from ..models import Promise
from ..states import LinkKind
from ..work_states import PromiseState, Side

router = Router()
PROMISES = "/projects/{project_id}/plan/promises"
PAGE = 100
Stamp = Annotated[str, Field(max_length=90)]
Show = Literal["", "mine", "waiting", "slipping", "objected", "confirmed"]


class PromiseSideOut(Schema):
    """What one side has said: confirmed, objected, outdated (of other terms or an earlier date) or waiting."""

    side: Side
    department: DepartmentRef
    state: str
    due: date | None
    reason: str
    by: PersonRef | None
    at: datetime | None


class PromiseOut(Schema):
    """“B needs X from A by D, accepted when …”; ``stamp`` names exactly these terms when they are confirmed."""

    id: int
    predecessor_id: int
    successor_id: int
    kind: LinkKind
    lag: int
    item: str
    criterion: str
    due: date | None
    promised_due: date | None
    working_days_late: int
    state: PromiseState
    text: str
    stamp: str
    sides: list[PromiseSideOut]


class PromisesOut(Schema):
    """One page of the plan's promises, soonest first."""

    count: int
    page: int
    items: list[PromiseOut]


class PromiseConfirmIn(Schema):
    """For which side, and the ``stamp`` of what was read."""

    side: Side
    stamp: Stamp


class PromiseObjectIn(PromiseConfirmIn):
    """And why not."""

    reason: Text


def _told(promise: Promise, days_late: int) -> PromiseOut:
    departments = {Side.PROVIDER: promise.provider, Side.RECEIVER: promise.receiver}
    return PromiseOut(
        id=promise.pk,
        predecessor_id=promise.predecessor_id,
        successor_id=promise.successor_id,
        kind=LinkKind(promise.kind),
        lag=promise.lag,
        item=promise.item,
        criterion=promise.criterion,
        due=promise.due,
        promised_due=promise.promised_due,
        working_days_late=days_late,
        state=PromiseState(promise.state),
        text=queries.promise_text(promise),
        stamp=promise.stamp,
        sides=[
            PromiseSideOut(
                side=Side(told.side),
                department=department_ref(departments[Side(told.side)]),
                state=told.state,
                due=told.word.due if told.word else None,
                reason=told.word.reason if told.word else "",
                by=person_ref(told.word.by) if told.word else None,
                at=told.word.at if told.word else None,
            )
            for told in queries.sides_told(promise)
        ],
    )


def _one(request: HttpRequest, project_id: int, promise_id: int) -> PromiseOut:
    found = reach(queries.promises_of(project_of(request, project_id)), promise_id)
    return _told(found, queries.late_by([found])[found.pk])


@router.get(PROMISES, response=PromisesOut)
def promises(request: HttpRequest, project_id: int, show: Show = "", page: PageNumber = 1) -> PromisesOut:
    """Every dependency between departments; ``show`` narrows them."""
    project = project_of(request, project_id)
    mine = queries.departments_answered_for(actor_of(request), project)
    rows = queries.filtered_promises(queries.promises_of(project), show, mine)
    shown = list(rows[(page - 1) * PAGE : page * PAGE])
    late = queries.late_by(shown)
    return PromisesOut(count=rows.count(), page=page, items=[_told(row, late[row.pk]) for row in shown])


@router.post(f"{PROMISES}/{{promise_id}}/confirm", response=PromiseOut)
@idempotent
def confirm_promise(request: HttpRequest, project_id: int, promise_id: int, payload: PromiseConfirmIn) -> PromiseOut:
    """One side confirms exactly these terms; 409 when they have changed since."""
    found = _one(request, project_id, promise_id)
    services.confirm_promise(found.id, payload.side, shown=payload.stamp, by=actor_of(request))
    return _one(request, project_id, promise_id)


@router.post(f"{PROMISES}/{{promise_id}}/object", response=PromiseOut)
@idempotent
def object_to_promise(request: HttpRequest, project_id: int, promise_id: int, payload: PromiseObjectIn) -> PromiseOut:
    """One side cannot, and says why."""
    found = _one(request, project_id, promise_id)
    services.object_to_promise(found.id, payload.side, payload.reason, shown=payload.stamp, by=actor_of(request))
    return _one(request, project_id, promise_id)
