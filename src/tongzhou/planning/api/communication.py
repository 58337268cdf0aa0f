"""The communication plan."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from tongzhou.core.access import reach
from tongzhou.core.api import Text, idempotent
from tongzhou.core.pages import actor_of
from tongzhou.projects.api.reaching import DoneOut, Key, PersonRef, Version, person_ref, project_of

from .. import services
from ..models import CommunicationLine
from ..models.communication import LONGEST_MINUTES
from ..queries.communication import communication_lines_for, communication_of, next_occurrences
from ..states import CommunicationForm, CommunicationKind, Frequency, NonWorkdayRule
from .tasks import CountOut

router = Router()
Minutes = Annotated[int, Field(ge=1, le=LONGEST_MINUTES)]
DayOfWeek = Annotated[int, Field(ge=0, le=6)]


class OccurrenceOut(Schema):
    """One time a channel comes up, or is left out, and why."""

    day: date
    at: datetime | None
    reason: str
    left_out: bool


class CommunicationOut(Schema):
    """One channel and its next times."""

    id: int
    version: int
    kind: CommunicationKind
    purpose: str
    frequency: Frequency
    weekday: int | None
    on: date | None
    at: time | None
    form: CommunicationForm
    place: str
    channel: str
    owner: PersonRef | None
    audience: str
    input: str
    output: str
    non_workday_rule: NonWorkdayRule
    response_minutes: int | None
    decision_minutes: int | None
    escalation: str
    next: list[OccurrenceOut]


class CommunicationPatch(Schema):
    """What of a channel is changed; left out stays as it is."""

    version: Version
    purpose: Text | None = None
    frequency: Frequency | None = None
    weekday: DayOfWeek | None = None
    on: date | None = None
    at: time | None = None
    form: CommunicationForm | None = None
    place: Text | None = None
    channel: Text | None = None
    owner_id: Key | None = None
    audience: Text | None = None
    input: Text | None = None
    output: Text | None = None
    non_workday_rule: NonWorkdayRule | None = None
    response_minutes: Minutes | None = None
    decision_minutes: Minutes | None = None
    escalation: Text | None = None


class CommunicationIn(CommunicationPatch):
    """A new channel; one of each kind."""

    version: Version = 1
    kind: CommunicationKind
    frequency: Frequency = Frequency.WORKDAY
    form: CommunicationForm = CommunicationForm.GROUP
    non_workday_rule: NonWorkdayRule = NonWorkdayRule.SKIP


def _told(line: CommunicationLine) -> CommunicationOut:
    plain = {name: getattr(line, name) for name in CommunicationOut.model_fields if name not in {"owner", "next"}}
    times = [
        OccurrenceOut(day=row.day, at=row.at, reason=row.reason, left_out=row.is_left_out)
        for row in next_occurrences(line)
    ]
    return CommunicationOut(**plain, owner=person_ref(line.owner), next=times)


def _one(request: HttpRequest, project_id: int, line_id: int) -> CommunicationLine:
    rows = communication_lines_for(actor_of(request)).filter(project=project_of(request, project_id))
    return reach(rows, line_id)


@router.get("/projects/{project_id}/plan/communication", response=list[CommunicationOut])
def communication(request: HttpRequest, project_id: int) -> list[CommunicationOut]:
    """Every channel of the project with its next times."""
    return [_told(line) for line in communication_of(project_of(request, project_id))]


@router.post("/projects/{project_id}/plan/communication", response={201: CommunicationOut})
@idempotent
def add(request: HttpRequest, project_id: int, payload: CommunicationIn) -> tuple[int, CommunicationOut]:
    """Adds a channel; a second of the same kind answers 409."""
    project = project_of(request, project_id)
    values = payload.model_dump()
    values.pop("version")
    line = services.add_communication(project.pk, values.pop("kind"), values, by=actor_of(request))
    return 201, _told(_one(request, project_id, line.pk))


@router.post("/projects/{project_id}/plan/communication/defaults", response=CountOut)
@idempotent
def set_defaults(request: HttpRequest, project_id: int) -> CountOut:
    """Adds the channels that are missing, with the defaults of the process."""
    project = project_of(request, project_id)
    return CountOut(count=len(services.set_default_communication(project.pk, by=actor_of(request))))


@router.patch("/projects/{project_id}/plan/communication/{line_id}", response=CommunicationOut)
def change(request: HttpRequest, project_id: int, line_id: int, payload: CommunicationPatch) -> CommunicationOut:
    """Changes a channel; a stale version gets both versions (409)."""
    values = payload.model_dump(exclude_unset=True)
    line = _one(request, project_id, line_id)
    services.change_communication(line.pk, values.pop("version"), values, by=actor_of(request))
    return _told(_one(request, project_id, line_id))


@router.delete("/projects/{project_id}/plan/communication/{line_id}", response=DoneOut)
def remove(request: HttpRequest, project_id: int, line_id: int) -> DoneOut:
    """Takes a channel out."""
    services.remove_communication(_one(request, project_id, line_id).pk, by=actor_of(request))
    return DoneOut()
