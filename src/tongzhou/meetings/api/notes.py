"""Notes of a meeting: agenda, resources, commitments, decisions, open points."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from tongzhou.core.access import reach
from tongzhou.core.api import idempotent
from tongzhou.core.pages import actor_of

from .. import queries, services
from ..models import Meeting
from .meetings import commitment_out
from .schemas import (
    AgendaItemIn,
    AgendaItemOut,
    AgendaItemPatch,
    CommitIn,
    CommitmentLineOut,
    MeetingCommitmentIn,
    MeetingCommitmentPatch,
    MeetingDoneOut,
    MoveIn,
    OpenPointOut,
    OwnedIn,
    OwnedPatch,
    ResolutionOut,
    SettleIn,
    StatementOut,
    StatementPut,
)

router = Router()


@router.post("/meetings/{meeting_id}/agenda", response={201: AgendaItemOut})
@idempotent
def add_agenda_item(request: HttpRequest, meeting_id: int, payload: AgendaItemIn) -> tuple[int, AgendaItemOut]:
    """One more topic."""
    item = services.add_agenda_item(meeting_id, payload.model_dump(), by=actor_of(request))
    return 201, AgendaItemOut.of(item)


@router.patch("/meetings/{meeting_id}/agenda/{item_id}", response=AgendaItemOut)
def change_agenda_item(request: HttpRequest, meeting_id: int, item_id: int, payload: AgendaItemPatch) -> AgendaItemOut:
    """Writes points, differences, conclusion. 409 with both texts when another changed the same field."""
    reach(_meeting(request, meeting_id).agenda.all(), item_id)
    values = payload.model_dump(exclude={"version"}, exclude_unset=True)
    return AgendaItemOut.of(services.change_agenda_item(item_id, payload.version, values, by=actor_of(request)))


@router.post("/meetings/{meeting_id}/agenda/{item_id}/move", response=AgendaItemOut)
@idempotent
def move_agenda_item(request: HttpRequest, meeting_id: int, item_id: int, payload: MoveIn) -> AgendaItemOut:
    """Up or down."""
    reach(_meeting(request, meeting_id).agenda.all(), item_id)
    services.move_agenda_item(item_id, payload.step, by=actor_of(request))
    return AgendaItemOut.of(reach(_meeting(request, meeting_id).agenda.all(), item_id))


@router.delete("/meetings/{meeting_id}/agenda/{item_id}", response=MeetingDoneOut)
def remove_agenda_item(request: HttpRequest, meeting_id: int, item_id: int) -> MeetingDoneOut:
    """Off the agenda."""
    reach(_meeting(request, meeting_id).agenda.all(), item_id)
    services.remove_agenda_item(item_id, by=actor_of(request))
    return MeetingDoneOut()


@router.put("/meetings/{meeting_id}/resources/{department_id}", response=StatementOut)
def state_resources(request: HttpRequest, meeting_id: int, department_id: int, payload: StatementPut) -> StatementOut:
    """What a department brings and needs."""
    values = payload.model_dump(exclude={"version"}, exclude_unset=True)
    statement = services.state_resources(meeting_id, department_id, payload.version, values, by=actor_of(request))
    return StatementOut.of(statement)


@router.post("/meetings/{meeting_id}/commitments", response={201: CommitmentLineOut})
@idempotent
def add_commitment(
    request: HttpRequest, meeting_id: int, payload: MeetingCommitmentIn
) -> tuple[int, CommitmentLineOut]:
    """Takes down what a department promises."""
    commitment = services.add_meeting_commitment(meeting_id, payload.model_dump(), by=actor_of(request))
    return 201, _line(request, meeting_id, commitment.pk)


@router.patch("/meetings/{meeting_id}/commitments/{commitment_id}", response=CommitmentLineOut)
def change_commitment(
    request: HttpRequest, meeting_id: int, commitment_id: int, payload: MeetingCommitmentPatch
) -> CommitmentLineOut:
    """Makes a promise more concrete."""
    reach(_meeting(request, meeting_id).project.commitments.all(), commitment_id)
    values = payload.model_dump(exclude={"version"}, exclude_unset=True)
    services.change_meeting_commitment(meeting_id, commitment_id, payload.version, values, by=actor_of(request))
    return _line(request, meeting_id, commitment_id)


@router.delete("/meetings/{meeting_id}/commitments/{commitment_id}", response=MeetingDoneOut)
def withdraw_commitment(request: HttpRequest, meeting_id: int, commitment_id: int) -> MeetingDoneOut:
    """Takes a promise back."""
    reach(_meeting(request, meeting_id).project.commitments.all(), commitment_id)
    services.withdraw_meeting_commitment(meeting_id, commitment_id, by=actor_of(request))
    return MeetingDoneOut()


@router.post("/meetings/{meeting_id}/decisions", response={201: ResolutionOut})
@idempotent
def add_resolution(request: HttpRequest, meeting_id: int, payload: OwnedIn) -> tuple[int, ResolutionOut]:
    """Takes down a decision."""
    resolution = services.add_resolution(meeting_id, payload.model_dump(), by=actor_of(request))
    return 201, ResolutionOut.of(resolution)


@router.patch("/meetings/{meeting_id}/decisions/{resolution_id}", response=ResolutionOut)
def change_resolution(request: HttpRequest, meeting_id: int, resolution_id: int, payload: OwnedPatch) -> ResolutionOut:
    """Changes a decision."""
    reach(_meeting(request, meeting_id).resolutions.all(), resolution_id)
    values = payload.model_dump(exclude={"version"}, exclude_unset=True)
    return ResolutionOut.of(services.change_resolution(resolution_id, payload.version, values, by=actor_of(request)))


@router.delete("/meetings/{meeting_id}/decisions/{resolution_id}", response=MeetingDoneOut)
def remove_resolution(request: HttpRequest, meeting_id: int, resolution_id: int) -> MeetingDoneOut:
    """Out of the notes."""
    reach(_meeting(request, meeting_id).resolutions.all(), resolution_id)
    services.remove_resolution(resolution_id, by=actor_of(request))
    return MeetingDoneOut()


@router.post("/meetings/{meeting_id}/decisions/{resolution_id}/commit", response={201: CommitmentLineOut})
@idempotent
def make_commitment(
    request: HttpRequest, meeting_id: int, resolution_id: int, payload: CommitIn
) -> tuple[int, CommitmentLineOut]:
    """The decision becomes a commitment."""
    reach(_meeting(request, meeting_id).resolutions.all(), resolution_id)
    commitment = services.make_commitment(resolution_id, department_id=payload.department_id, by=actor_of(request))
    return 201, _line(request, meeting_id, commitment.pk)


@router.post("/meetings/{meeting_id}/open-points", response={201: OpenPointOut})
@idempotent
def add_open_point(request: HttpRequest, meeting_id: int, payload: OwnedIn) -> tuple[int, OpenPointOut]:
    """Takes down what is still open."""
    return 201, OpenPointOut.of(services.add_open_point(meeting_id, payload.model_dump(), by=actor_of(request)))


@router.patch("/meetings/{meeting_id}/open-points/{point_id}", response=OpenPointOut)
def change_open_point(request: HttpRequest, meeting_id: int, point_id: int, payload: OwnedPatch) -> OpenPointOut:
    """Changes an open point."""
    reach(_meeting(request, meeting_id).open_points.all(), point_id)
    values = payload.model_dump(exclude={"version"}, exclude_unset=True)
    return OpenPointOut.of(services.change_open_point(point_id, payload.version, values, by=actor_of(request)))


@router.delete("/meetings/{meeting_id}/open-points/{point_id}", response=MeetingDoneOut)
def remove_open_point(request: HttpRequest, meeting_id: int, point_id: int) -> MeetingDoneOut:
    """Out of the notes."""
    reach(_meeting(request, meeting_id).open_points.all(), point_id)
    services.remove_open_point(point_id, by=actor_of(request))
    return MeetingDoneOut()


@router.post("/meetings/{meeting_id}/open-points/{point_id}/settle", response=OpenPointOut)
@idempotent
def settle_open_point(request: HttpRequest, meeting_id: int, point_id: int, payload: SettleIn) -> OpenPointOut:
    """The answer has come."""
    reach(_meeting(request, meeting_id).open_points.all(), point_id)
    return OpenPointOut.of(services.settle_open_point(point_id, payload.answer, by=actor_of(request)))


def _meeting(request: HttpRequest, meeting_id: int) -> Meeting:
    """The parent, as far as the caller may see it: a child is reached through it only."""
    return reach(queries.meetings_for(actor_of(request)), meeting_id)


def _line(request: HttpRequest, meeting_id: int, commitment_id: int) -> CommitmentLineOut:
    lines = queries.commitment_lines(_meeting(request, meeting_id))
    return commitment_out(next(line for line in lines if line.commitment.pk == commitment_id))
