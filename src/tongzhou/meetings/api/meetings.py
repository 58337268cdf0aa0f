"""Planning, holding and listing meetings."""

from __future__ import annotations

from typing import Literal

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import AwareDatetime

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.api import idempotent
from tongzhou.core.errors import require
from tongzhou.core.pages import actor_of, as_download
from tongzhou.projects.models import Project
from tongzhou.projects.queries import projects_for

from .. import policies, queries, services
from ..models import Meeting
from ..states import MeetingKind, MeetingState
from .schemas import (
    AgendaItemOut,
    AttendanceIn,
    AttendeeOut,
    CandidateOut,
    ClosingPatch,
    CommitmentLineOut,
    InviteIn,
    MeetingAnswerIn,
    MeetingDoneOut,
    MeetingIn,
    MeetingOut,
    MeetingPage,
    MeetingPatch,
    MeetingReasonIn,
    OpenPointOut,
    PageNumber,
    ProposalOut,
    ResolutionOut,
    StatementOut,
    WarningOut,
    WholeMeetingOut,
    facts_of,
    ref,
    ref_if,
)

router = Router()
_PAGE = 50


@router.get("/meetings", response=MeetingPage)
def list_meetings(
    request: HttpRequest,
    when: Literal["upcoming", "past"] = "upcoming",
    project_id: int | None = None,
    mine: bool = False,
    page: PageNumber = 1,
) -> MeetingPage:
    """Meetings the caller may see, soonest first (past: newest first); ``mine`` keeps those the caller takes part in."""
    actor = actor_of(request)
    rows = queries.my_meetings(actor) if mine else queries.meetings_for(actor)
    if project_id is not None:
        rows = rows.filter(project=reach(projects_for(actor), project_id))
    chosen = (queries.upcoming if when == "upcoming" else queries.past)(rows, clock.now())
    pages = Paginator(chosen, _PAGE)
    found = pages.get_page(page)
    return MeetingPage(
        items=[MeetingOut.of(meeting) for meeting in found],
        page=found.number,
        pages=pages.num_pages,
        count=pages.count,
    )


@router.get("/projects/{project_id}/meetings/proposal", response=ProposalOut)
def propose_meeting(request: HttpRequest, project_id: int, kind: MeetingKind = MeetingKind.KICKOFF) -> ProposalOut:
    """What a meeting of the kind starts with: people, agenda, time."""
    project = _plannable(request, project_id)
    found = queries.proposal(project, kind)
    return ProposalOut(
        kind=kind,
        title=found.title,
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        chair=ref(found.chair),
        recorder=ref(found.recorder),
        agenda=list(found.agenda),
        people=[
            CandidateOut(person=ref(c.person), department=ref_if(c.department), role=c.role, is_proposed=c.is_proposed)
            for c in queries.candidates(project, kind)
        ],
    )


@router.get("/projects/{project_id}/meetings/warnings", response=list[WarningOut])
def schedule_warnings(
    request: HttpRequest,
    project_id: int,
    starts_at: AwareDatetime | None = None,
    ends_at: AwareDatetime | None = None,
) -> list[WarningOut]:
    """What speaks against a time for the people a kickoff proposes (by default the proposed time): it never refuses."""
    project = _plannable(request, project_id)
    proposed = queries.proposal(project, MeetingKind.KICKOFF)
    first, last = starts_at or proposed.starts_at, ends_at or proposed.ends_at
    services.check_times(first, last)
    people = [c.person.pk for c in queries.candidates(project, MeetingKind.KICKOFF) if c.is_proposed]
    found = queries.schedule_warnings(first, last, people, by=actor_of(request))
    return [WarningOut(text=warning.text, person_id=warning.person_id) for warning in found]


@router.post("/projects/{project_id}/meetings", response={201: WholeMeetingOut})
@idempotent
def plan_meeting(request: HttpRequest, project_id: int, payload: MeetingIn) -> tuple[int, WholeMeetingOut]:
    """Plans a meeting; everybody named is invited."""
    values = payload.model_dump(exclude={"kind", "attendee_ids", "agenda"})
    meeting = services.plan_meeting(
        project_id,
        payload.kind,
        values,
        attendee_ids=payload.attendee_ids,
        agenda=payload.agenda,
        by=actor_of(request),
    )
    return 201, whole(request, meeting.pk)


@router.get("/meetings/{meeting_id}", response=WholeMeetingOut)
def get_meeting(request: HttpRequest, meeting_id: int) -> WholeMeetingOut:
    """A meeting with everything noted in it."""
    return whole(request, meeting_id)


@router.patch("/meetings/{meeting_id}", response=WholeMeetingOut)
def change_meeting(request: HttpRequest, meeting_id: int, payload: MeetingPatch) -> WholeMeetingOut:
    """Changes title, time, place, chair, recorder or people; calendars follow."""
    values = payload.model_dump(exclude={"version", "attendee_ids"}, exclude_unset=True)
    services.change_meeting(
        meeting_id, payload.version, values, attendee_ids=payload.attendee_ids, by=actor_of(request)
    )
    return whole(request, meeting_id)


@router.post("/meetings/{meeting_id}/cancel", response=WholeMeetingOut)
@idempotent
def cancel_meeting(request: HttpRequest, meeting_id: int, payload: MeetingReasonIn) -> WholeMeetingOut:
    """Calls the meeting off."""
    services.cancel_meeting(meeting_id, payload.reason, by=actor_of(request))
    return whole(request, meeting_id)


@router.post("/meetings/{meeting_id}/start", response=WholeMeetingOut)
@idempotent
def start_meeting(request: HttpRequest, meeting_id: int) -> WholeMeetingOut:
    """Opens the session."""
    services.start_meeting(meeting_id, by=actor_of(request))
    return whole(request, meeting_id)


@router.post("/meetings/{meeting_id}/end", response=WholeMeetingOut)
@idempotent
def end_meeting(request: HttpRequest, meeting_id: int) -> WholeMeetingOut:
    """Closes the session."""
    services.end_meeting(meeting_id, by=actor_of(request))
    return whole(request, meeting_id)


@router.patch("/meetings/{meeting_id}/closing", response=WholeMeetingOut)
def note_closing(request: HttpRequest, meeting_id: int, payload: ClosingPatch) -> WholeMeetingOut:
    """First sync, next meeting, copies, when it was held."""
    values = payload.model_dump(exclude={"version"}, exclude_unset=True)
    services.note_closing(meeting_id, payload.version, values, by=actor_of(request))
    return whole(request, meeting_id)


@router.get("/meetings/{meeting_id}/calendar")
def get_calendar(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The meeting as iCalendar."""
    meeting = reach(queries.meetings_for(actor_of(request)), meeting_id)
    method: queries.Method = "CANCEL" if meeting.state == MeetingState.CANCELLED else "PUBLISH"
    data = queries.calendar_file(meeting, method).encode()
    return as_download(data, f"meeting-{meeting.pk}.ics", "text/calendar; charset=utf-8")


@router.post("/meetings/{meeting_id}/answer", response=AttendeeOut)
@idempotent
def answer_invitation(request: HttpRequest, meeting_id: int, payload: MeetingAnswerIn) -> AttendeeOut:
    """Whether the caller will come; if not, why, and who comes instead."""
    attendee = services.answer_invitation(
        meeting_id, payload.answer, reason=payload.reason, instead_id=payload.instead_id, by=actor_of(request)
    )
    return AttendeeOut.of(attendee)


@router.post("/meetings/{meeting_id}/attendees", response={201: AttendeeOut})
@idempotent
def invite(request: HttpRequest, meeting_id: int, payload: InviteIn) -> tuple[int, AttendeeOut]:
    """Invites one more person."""
    attendee = services.invite(meeting_id, payload.person_id, instead_of_id=payload.instead_of_id, by=actor_of(request))
    return 201, AttendeeOut.of(attendee)


@router.post("/meetings/{meeting_id}/attendees/everybody-in", response=WholeMeetingOut)
@idempotent
def everybody_in(request: HttpRequest, meeting_id: int) -> WholeMeetingOut:
    """Notes everybody as present who is not noted yet."""
    services.check_everybody_in(meeting_id, by=actor_of(request))
    return whole(request, meeting_id)


@router.put("/meetings/{meeting_id}/attendees/{attendee_id}", response=AttendeeOut)
def check_attendance(request: HttpRequest, meeting_id: int, attendee_id: int, payload: AttendanceIn) -> AttendeeOut:
    """Notes one person as present or absent."""
    attendee = services.check_attendance(
        meeting_id, attendee_id, payload.attendance, reason=payload.reason, by=actor_of(request)
    )
    return AttendeeOut.of(attendee)


@router.delete("/meetings/{meeting_id}/attendees/{attendee_id}", response=MeetingDoneOut)
def uninvite(request: HttpRequest, meeting_id: int, attendee_id: int) -> MeetingDoneOut:
    """Takes somebody off the list."""
    services.uninvite(meeting_id, attendee_id, by=actor_of(request))
    return MeetingDoneOut()


def whole(request: HttpRequest, meeting_id: int) -> WholeMeetingOut:
    """The meeting as it stands, for the caller's eyes."""
    meeting: Meeting = reach(queries.meetings_for(actor_of(request)), meeting_id)
    attendees = meeting.attendees.select_related("person", "department", "instead_of")
    return WholeMeetingOut(
        **facts_of(meeting),
        first_sync_at=meeting.first_sync_at,
        next_meeting_at=meeting.next_meeting_at,
        started_at=meeting.started_at,
        ended_at=meeting.ended_at,
        cc=meeting.cc,
        attendees=[AttendeeOut.of(attendee) for attendee in attendees],
        agenda=[AgendaItemOut.of(item) for item in meeting.agenda.all()],
        resources=[StatementOut.of(s) for s in meeting.resource_statements.select_related("department")],
        commitments=[commitment_out(line) for line in queries.commitment_lines(meeting)],
        decisions=[ResolutionOut.of(r) for r in meeting.resolutions.select_related("department", "owner")],
        open_points=[OpenPointOut.of(p) for p in meeting.open_points.select_related("department", "owner")],
    )


def commitment_out(line: queries.CommitmentLine) -> CommitmentLineOut:
    """A commitment as the meeting sees it."""
    commitment = line.commitment
    names = ("version", "number", "action", "deliverable", "quantity", "unit", "due", "acceptance", "state")
    return CommitmentLineOut(
        id=commitment.pk,
        department=ref(commitment.department),
        owner=ref_if(commitment.owner),
        is_from_here=line.is_from_here,
        vague=list(line.vague),
        **{name: getattr(commitment, name) for name in names},
    )


def _plannable(request: HttpRequest, project_id: int) -> Project:
    actor = actor_of(request)
    project = reach(projects_for(actor).select_related("lead"), project_id)
    require(policies.can_plan(actor, project))
    return project
