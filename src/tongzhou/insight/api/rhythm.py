"""What is due in a project, the alarms of the system, and calendar addresses."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from tongzhou.cadence import queries as cadence
from tongzhou.cadence.models import Alarm, CalendarFeed
from tongzhou.cadence.services import create_feed, revoke_feed, rotate_feed, set_zone, settle_alarm
from tongzhou.core.access import reach
from tongzhou.core.api import Text, idempotent
from tongzhou.core.errors import NotAllowed
from tongzhou.core.pages import actor_of
from tongzhou.projects.api.reaching import Key, PersonRef, Version, person_ref
from tongzhou.projects.models import Project
from tongzhou.projects.queries import projects_for

from ..queries.diary import diary_of, local_today, rules_in_words, span_of
from ..queries.feed_files import address_of

router = Router()
MOST = 100


class RuleOut(Schema):
    """Something the clock keeps."""

    kind: str
    label: str
    when: str
    at: time
    owner: PersonRef | None
    runs: bool


class DiaryEntryOut(Schema):
    """One thing due, whose it is, and why it is on another day than usual."""

    kind: str
    title: str
    day: date
    at: datetime | None
    until: datetime | None
    owner: PersonRef | None
    reason: str
    left_out: bool
    state: str


class RhythmOut(Schema):
    """The rhythm of a project: its zone, its rules, what is due in the next four weeks."""

    zone: str
    version: int | None
    rules: list[RuleOut]
    entries: list[DiaryEntryOut]


class ZoneIn(Schema):
    """The project's time zone; empty for the company's."""

    version: Version | None = None
    zone: str = Field(max_length=40)


class AlarmOut(Schema):
    """Something wrong with the system itself."""

    id: int
    kind: str
    label: str
    raised_at: datetime
    count: int
    details: str
    cleared_at: datetime | None


class SystemPartOut(Schema):
    """A part of the system that nobody sees."""

    name: str
    heard_at: datetime | None
    silent: bool


class SystemHealthOut(Schema):
    """Who keeps watch, and what is wrong."""

    parts: list[SystemPartOut]
    alarms: list[AlarmOut]


class FeedOut(Schema):
    """A calendar address, without its secret."""

    id: int
    label: str
    hint: str
    project_id: int | None
    busy_only: bool
    created_at: datetime
    last_used_on: date | None
    revoked_at: datetime | None


class NewFeedOut(FeedOut):
    """A calendar address with its secret, this once."""

    address: str


class FeedIn(Schema):
    """A new calendar address."""

    label: Text
    project_id: Key | None = None
    busy_only: bool = False


@router.get("/projects/{project_id}/rhythm", response=RhythmOut, summary="What is due in the next four weeks")
def read_rhythm(request: HttpRequest, project_id: int) -> RhythmOut:
    """Rules, meetings, deadlines and milestones, with the reason of each shift."""
    return _rhythm(request, reach(projects_for(actor_of(request)), project_id))


@router.patch("/projects/{project_id}/rhythm", response=RhythmOut, summary="Set the project's time zone")
def move_rhythm(request: HttpRequest, project_id: int, payload: ZoneIn) -> RhythmOut:
    """What waits moves with it; what is done today is not done a second time."""
    actor = actor_of(request)
    project = reach(projects_for(actor), project_id)
    set_zone(project.pk, payload.version, payload.zone, by=actor)
    return _rhythm(request, project)


@router.get("/due/health", response=SystemHealthOut, summary="Whether clock, worker and auditor are alive")
def read_health(request: HttpRequest) -> SystemHealthOut:
    """For administrators and PMO."""
    actor = actor_of(request)
    if not (actor.is_admin or actor.is_pmo):
        raise NotAllowed
    heard, silent = cadence.heartbeats(), cadence.silent_parts()
    return SystemHealthOut(
        parts=[
            SystemPartOut(name=name, heard_at=heard.get(name), silent=name in silent)
            for name in ("auditor", "clock", "worker")
        ],
        alarms=[_alarm(row) for row in cadence.standing_alarms()],
    )


@router.post("/due/alarms/{alarm_id}/settle", response=AlarmOut, summary="An alarm has been seen to")
@idempotent
def settle(request: HttpRequest, alarm_id: int) -> AlarmOut:
    """Only for alarms that do not end by themselves."""
    return _alarm(settle_alarm(alarm_id, by=actor_of(request)))


@router.get("/me/calendars", response=list[FeedOut], summary="My calendar addresses")
def my_feeds(request: HttpRequest) -> list[FeedOut]:
    """The latest first, at most 100."""
    return [FeedOut(**_feed(row)) for row in cadence.feeds_of(actor_of(request))[:MOST]]


@router.post("/me/calendars", response={201: NewFeedOut}, summary="Make a calendar address")
@idempotent
def add_feed(request: HttpRequest, payload: FeedIn) -> tuple[int, NewFeedOut]:
    """Of everything that is mine, or of one project; shows what I may see until it is taken back or I leave."""
    made, secret = create_feed(
        payload.label, project_id=payload.project_id, is_busy_only=payload.busy_only, by=actor_of(request)
    )
    return 201, NewFeedOut(**_feed(made), address=address_of(secret))


@router.post("/me/calendars/{feed_id}/rotate", response=NewFeedOut, summary="Change a calendar address")
@idempotent
def change_feed(request: HttpRequest, feed_id: int) -> NewFeedOut:
    """The old address stops working at once."""
    made, secret = rotate_feed(feed_id, by=actor_of(request))
    return NewFeedOut(**_feed(made), address=address_of(secret))


@router.delete("/me/calendars/{feed_id}", response=FeedOut, summary="Take a calendar address back")
def end_feed(request: HttpRequest, feed_id: int) -> FeedOut:
    """It stops working at once."""
    return FeedOut(**_feed(revoke_feed(feed_id, by=actor_of(request))))


def _rhythm(request: HttpRequest, project: Project) -> RhythmOut:
    rhythm = cadence.rhythm_of(project)
    first, last = span_of(local_today(rhythm))
    entries = diary_of(project, actor_of(request), first, last, rhythm)
    return RhythmOut(
        zone=str(rhythm.zone_info),
        version=rhythm.version if rhythm.pk else None,
        rules=[
            RuleOut(
                kind=entry.rule.kind,
                label=str(entry.rule.get_kind_display()),
                when=entry.when,
                at=entry.rule.at,
                owner=person_ref(entry.rule.owner),
                runs=entry.runs,
            )
            for entry in rules_in_words(cadence.rules_of_project(project), project)
        ],
        entries=[
            DiaryEntryOut(
                kind=entry.kind,
                title=entry.title,
                day=entry.day,
                at=entry.at,
                until=entry.until,
                owner=person_ref(entry.owner),
                reason=entry.reason,
                left_out=entry.is_left_out,
                state=entry.state,
            )
            for entry in entries
        ],
    )


def _alarm(row: Alarm) -> AlarmOut:
    return AlarmOut(
        id=row.pk,
        kind=row.kind,
        label=str(row.get_kind_display()),
        raised_at=row.raised_at,
        count=row.count,
        details=row.details,
        cleared_at=row.cleared_at,
    )


def _feed(row: CalendarFeed) -> dict[str, Any]:
    return {
        "id": row.pk,
        "label": row.label,
        "hint": row.hint,
        "project_id": row.project_id,
        "busy_only": row.is_busy_only,
        "created_at": row.created_at,
        "last_used_on": row.last_used_on,
        "revoked_at": row.revoked_at,
    }
