"""Endpoints of insight: desk, search, what falls due, the demo's clock."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.conf import settings
from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from tongzhou.cadence import queries as cadence
from tongzhou.cadence.services import fire_again
from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.core.api import Text, idempotent
from tongzhou.core.errors import NotAllowed, NotFound
from tongzhou.core.pages import actor_of
from tongzhou.projects.duties import Duty

from .. import queries, services
from .rhythm import router as rhythm

router = Router(tags=["insight"])
router.add_router("", rhythm)
PAGE = 50
PageNumber = Annotated[int, Field(ge=1, le=100_000)]


class DutyOut(Schema):
    """One thing that waits for somebody."""

    act: str
    title: str
    project_id: int
    project_name: str
    why: str
    link: str
    due_at: datetime | None


class DeskProject(Schema):
    """One of my projects, and how it stands."""

    id: int
    name: str
    phase: str
    health: str
    reasons: list[str]


class DeskOut(Schema):
    """What waits for me, what I wait for, my projects."""

    duties: list[DutyOut]
    awaited: list[DutyOut]
    projects: list[DeskProject]


class HitOut(Schema):
    """One thing found."""

    title: str
    note: str
    link: str


class GroupOut(Schema):
    """What was found of one kind."""

    kind: str
    count: int
    hits: list[HitOut]


class SearchOut(Schema):
    """What was found, by kind."""

    groups: list[GroupOut]


class DueOut(Schema):
    """Something that falls due."""

    id: int
    kind: str
    due_at: datetime
    state: str
    attempts: int
    outcome: str
    project_id: int | None


class DueListOut(Schema):
    """What should have happened, what was given up, what comes."""

    overdue: list[DueOut]
    failed: list[DueOut]
    coming: list[DueOut]


class ClockOut(Schema):
    """The demo's time, and how far it is ahead."""

    now: datetime
    ahead_seconds: int


class ClockIn(Schema):
    """How far the clock is moved."""

    step: Literal["hour", "evening", "day", "three_working_days"]


def _duty(duty: Duty) -> DutyOut:
    return DutyOut(
        act=duty.act,
        title=str(duty.title),
        project_id=duty.project_id,
        project_name=duty.project_name,
        why=str(duty.why),
        link=str(duty.link),
        due_at=duty.due_at,
    )


def _hits(hits: object) -> list[HitOut]:
    found = hits if isinstance(hits, list | tuple) else ()
    return [HitOut(title=hit.title, note=hit.note, link=hit.url) for hit in found]


def _keeper(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if not (actor.is_admin or actor.is_pmo):
        raise NotAllowed
    return actor


@router.get("/desk", response=DeskOut)
def desk(request: HttpRequest) -> DeskOut:
    """The caller's desk."""
    found = queries.desk_of(actor_of(request))
    return DeskOut(
        duties=[_duty(duty) for group in found.groups for duty in group.duties],
        awaited=[_duty(duty) for duty in found.awaited],
        projects=[
            DeskProject(
                id=project.pk,
                name=project.name,
                phase=project.phase,
                health=health.state,
                reasons=[str(reason) for reason in health.reasons],
            )
            for project, health in found.projects
        ],
    )


@router.get("/search", response=SearchOut)
def search(
    request: HttpRequest,
    q: Text,
    kind: Literal["", "projects", "people", "objectives", "commitments"] = "",
    page: PageNumber = 1,
) -> SearchOut:
    """The first hits of every kind, or one kind page by page."""
    actor = actor_of(request)
    if not kind:
        return SearchOut(
            groups=[
                GroupOut(kind=group.kind.key, count=group.count, hits=_hits(group.hits))
                for group in queries.search(actor, q)
            ]
        )
    found, rows = queries.search_group(actor, q, kind)
    first = (page - 1) * PAGE
    hits = found.hits(rows[first : first + PAGE])
    return SearchOut(groups=[GroupOut(kind=kind, count=rows.count(), hits=_hits(hits))])


@router.get("/due", response=DueListOut)
def due(request: HttpRequest) -> DueListOut:
    """What falls due; for administrators and PMO. Projects the caller may not see stay unnamed."""
    actor = _keeper(request)

    def told(rows: object) -> list[DueOut]:
        return [
            DueOut(
                id=row.occasion.pk,
                kind=row.occasion.kind,
                due_at=row.occasion.due_at,
                state=row.occasion.state,
                attempts=row.occasion.attempts,
                outcome=row.occasion.outcome,
                project_id=row.project.pk if row.project else None,
            )
            for row in queries.due_rows(actor, rows)  # type: ignore[arg-type]
        ]

    return DueListOut(
        overdue=told(cadence.overdue()[:PAGE]),
        failed=told(cadence.troubled()[:PAGE]),
        coming=told(cadence.coming()[:PAGE]),
    )


@router.post("/due/{occasion_id}/again", response=DueOut)
@idempotent
def due_again(request: HttpRequest, occasion_id: int) -> DueOut:
    """Lets something that was given up fall due once more."""
    actor = _keeper(request)
    occasion = fire_again(occasion_id, by=actor)
    row = queries.due_rows(actor, [occasion])[0]
    return DueOut(
        id=occasion.pk,
        kind=occasion.kind,
        due_at=occasion.due_at,
        state=occasion.state,
        attempts=occasion.attempts,
        outcome=occasion.outcome,
        project_id=row.project.pk if row.project else None,
    )


@router.get("/try-out", response=ClockOut)
def read_clock(request: HttpRequest) -> ClockOut:
    """The demo's time; absent outside the demo."""
    if not settings.TONGZHOU_DEMO:
        raise NotFound
    return ClockOut(now=clock.now(), ahead_seconds=int(queries.ahead_by().total_seconds()))


@router.post("/try-out", response=ClockOut)
@idempotent
def move_clock(request: HttpRequest, payload: ClockIn) -> ClockOut:
    """Moves the whole demo forward; never back."""
    there = services.move_clock(payload.step, by=actor_of(request))
    return ClockOut(now=there, ahead_seconds=int(queries.ahead_by().total_seconds()))
