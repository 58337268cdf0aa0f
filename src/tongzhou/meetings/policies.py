"""Who may do what with a meeting."""

from __future__ import annotations

from collections.abc import Callable

from tongzhou.core.actor import Actor
from tongzhou.people.models.deputies import Scope
from tongzhou.projects.models import Party, Project
from tongzhou.projects.policies import can_run, commitments_are_open
from tongzhou.projects.states import WALK
from tongzhou.signoff.models import Round, Signatory

from .models import Attendance, Attendee, Meeting, OpenPoint
from .states import WRITABLE, MeetingState


def can_plan(actor: Actor, project: Project) -> bool:
    """Lead and PMO call the meetings of a project that is under way."""
    return project.phase in WALK and can_run(actor, project)


def can_write(actor: Actor, meeting: Meeting) -> bool:
    """Lead, PMO, chair and recorder keep a meeting: invite, check attendance, take notes, write the minutes."""
    return actor.person_id is not None and (
        actor.person_id in {meeting.chair_id, meeting.recorder_id} or can_run(actor, meeting.project)
    )


def can_take_notes(actor: Actor, meeting: Meeting) -> bool:
    """Notes are taken until the minutes are sent for confirmation."""
    return meeting.state in WRITABLE and can_write(actor, meeting)


def can_take_down_commitments(actor: Actor, meeting: Meeting) -> bool:
    """Commitments change with the notes, as long as no memorandum holds them fast."""
    return can_take_notes(actor, meeting) and commitments_are_open(meeting.project)


def can_answer(actor: Actor, attendee: Attendee) -> bool:
    """Everybody answers the invitation for themselves."""
    return actor.person_id is not None and attendee.person_id == actor.person_id


def can_state_resources(actor: Actor, meeting: Meeting, department_id: int) -> bool:
    """What a department brings and needs: who keeps the meeting, the head, the contact person."""
    if meeting.state not in WRITABLE or actor.person_id is None:
        return False
    return can_write(actor, meeting) or actor.heads(department_id) or _is_contact(actor, meeting, department_id)


def can_confirm(actor: Actor, meeting: Meeting, department_id: int | None) -> bool:
    """The head or the deputy named for minutes; the contact person too, having been there."""
    return department_id is not None and confirmable(actor, meeting)(department_id)


def confirmable(actor: Actor, meeting: Meeting) -> Callable[[int], bool]:
    """``can_confirm`` for many departments of one meeting, read once."""
    if actor.person_id is None:
        return lambda department_id: False
    contact_of = set(
        Party.objects.filter(
            project_id=meeting.project_id, contact_id=actor.person_id, left_at__isnull=True
        ).values_list("department_id", flat=True)
    )
    was_there = meeting.attendees.filter(person_id=actor.person_id, attendance=Attendance.PRESENT).exists()
    own = contact_of if was_there else set()
    return lambda department_id: department_id in own or actor.speaks_for(department_id, Scope.MINUTES)


def may_answer_minutes(actor: Actor, round: Round, signatory: Signatory) -> bool:
    """``can_confirm`` as sign-off asks for it."""
    meeting = Meeting.objects.filter(pk=round.subject_id).first()
    return meeting is not None and can_confirm(actor, meeting, signatory.department_id)


def can_lock_with_silence(actor: Actor, meeting: Meeting) -> bool:
    """Past the deadline chair, lead or PMO close the minutes although departments kept silent."""
    return actor.person_id is not None and (actor.person_id == meeting.chair_id or can_run(actor, meeting.project))


def can_settle(actor: Actor, point: OpenPoint) -> bool:
    """The answer to an open point: from whoever owes it or who keeps the meeting, also after the minutes are locked."""
    return (
        actor.person_id is not None
        and point.meeting.state != MeetingState.CANCELLED
        and (point.owner_id == actor.person_id or can_write(actor, point.meeting))
    )


def _is_contact(actor: Actor, meeting: Meeting, department_id: int) -> bool:
    return Party.objects.filter(
        project_id=meeting.project_id, department_id=department_id, contact_id=actor.person_id, left_at__isnull=True
    ).exists()
