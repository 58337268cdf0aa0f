"""Requests for programs. PATCH carries the version that was read; a stale one gets 409 with both texts."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router

from tongzhou.core.actor import Actor
from tongzhou.core.api import idempotent
from tongzhou.core.errors import InvalidInput, NotFound
from tongzhou.core.pages import PAGE_SIZE, actor_of

from .. import policies
from ..models import CollabRequest
from ..queries import collabs
from ..services import (
    CollabDraft,
    give_opinion,
    save_collab,
    start_collab,
    submit_collab,
    withdraw_collab,
)
from .collab_shapes import (
    CollabIn,
    CollabOut,
    CollabPage,
    CollabRow,
    OpinionIn,
    ReasonIn,
    ScenarioOut,
    StartIn,
    collab_shown,
)

router = Router()


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
    return 201, collab_shown(actor, reach_collab(actor, found.project_id))


@router.get("/projects/{project_id}/request", response=CollabOut, summary="The request of a project")
def get_request(request: HttpRequest, project_id: int) -> CollabOut:
    """With what is asked of each department and the whole talk about it."""
    actor = actor_of(request)
    return collab_shown(actor, reach_collab(actor, project_id))


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
    return collab_shown(actor, written.collab)


@router.post("/projects/{project_id}/request/submit", response=CollabOut, summary="Send it to the departments")
@idempotent
def submit_request(request: HttpRequest, project_id: int) -> CollabOut:
    """Their answer clocks start. 422 names every place that is still missing."""
    actor = actor_of(request)
    submit_collab(project_id, by=actor)
    return collab_shown(actor, reach_collab(actor, project_id))


@router.post("/projects/{project_id}/request/withdraw", response=CollabOut, summary="Take the request back")
@idempotent
def withdraw_request(request: HttpRequest, project_id: int, payload: ReasonIn) -> CollabOut:
    """The project ends with it."""
    actor = actor_of(request)
    withdraw_collab(project_id, payload.reason, by=actor)
    return collab_shown(actor, reach_collab(actor, project_id))


@router.post("/projects/{project_id}/request/opinion", response=CollabOut, summary="Give an opinion")
@idempotent
def write_opinion(request: HttpRequest, project_id: int, payload: OpinionIn) -> CollabOut:
    """By the head of the initiating department, or the sponsor, each in their own place."""
    actor = actor_of(request)
    give_opinion(project_id, payload.opinion, payload.text, by=actor)
    return collab_shown(actor, reach_collab(actor, project_id))


def reach_collab(actor: Actor, project_id: int) -> CollabRequest:
    if not 0 < project_id < 2**63:
        raise NotFound
    found = collabs.collabs_for(actor).filter(project_id=project_id).first()
    if found is None or not policies.can_see_draft(actor, found):
        raise NotFound
    return found
