"""Answering an invitation, sending somebody instead, checking who is there."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import InvalidInput, TransitionNotAllowed, require
from tongzhou.people.models import Membership
from tongzhou.people.queries.actors import delegations_on

from .. import policies, queries
from ..models import Attendance, Attendee, Meeting
from ..states import AttendeeRole, MeetingState
from .meetings import MOST_ATTENDEES
from .notes import locked_meeting, note, open_notes, require_person, texts

ANSWERS = frozenset({Attendance.ACCEPTED, Attendance.DECLINED})
CHECKS = frozenset({Attendance.PRESENT, Attendance.ABSENT, Attendance.INVITED})


@act
def answer_invitation(
    meeting_id: int, answer: str, *, by: Actor, reason: str = "", instead_id: int | None = None
) -> Attendee:
    """Says for oneself whether one will come; who will not gives the reason, and may send somebody instead.

    Instead may come whoever the actor has named as deputy, or a person of the same department.
    """
    meeting = locked_meeting(meeting_id, by)
    attendee = reach(
        meeting.attendees.select_related("person"),
        meeting.attendees.filter(person_id=by.pk).values_list("pk", flat=True).first() or 0,
    )
    require(policies.can_answer(by, attendee))
    if meeting.state not in {MeetingState.PLANNED, MeetingState.RUNNING}:
        raise TransitionNotAllowed
    if answer not in ANSWERS:
        raise InvalidInput({"answer": _("Say whether you will come")})
    reason = texts({"reason": reason}, {"reason": 200})["reason"]
    if answer == Attendance.DECLINED and not reason:
        raise InvalidInput({"reason": _("Please give the reason")})
    if answer == Attendance.ACCEPTED:
        reason, instead_id = "", None
    before = {"attendance": attendee.attendance, "reason": attendee.reason}
    attendee.attendance, attendee.reason = answer, reason
    attendee.save(update_fields=["attendance", "reason"])
    note(
        by,
        "meetings.attendee.answered",
        attendee,
        meeting,
        "attendance",
        before=before,
        after={"attendance": answer, "reason": reason, "instead": instead_id},
    )
    if instead_id is not None:
        _send_instead(meeting, attendee, instead_id, by)
    return attendee


@act
def invite(meeting_id: int, person_id: int, *, by: Actor, instead_of_id: int | None = None) -> Attendee:
    """Adds somebody, before or in the session; ``instead_of_id`` names who cannot come."""
    meeting = open_notes(meeting_id, by)
    require_person(person_id, "person")
    if instead_of_id is not None and not meeting.attendees.filter(person_id=instead_of_id).exists():
        raise InvalidInput({"instead_of": _("Choose somebody who is invited")})
    return _added(meeting, person_id, instead_of_id, by)


@act
def uninvite(meeting_id: int, attendee_id: int, *, by: Actor) -> None:
    """Takes somebody off the list who was put on it by mistake."""
    meeting = open_notes(meeting_id, by)
    attendee = reach(meeting.attendees.select_related("person"), attendee_id)
    if attendee.person_id in {meeting.chair_id, meeting.recorder_id}:
        raise InvalidInput({"attendee": _("Chair and recorder belong to the meeting; name others first")})
    note(
        by,
        "meetings.attendee.removed",
        attendee,
        meeting,
        "attendance",
        before={"person": attendee.person_id, "meeting": meeting.pk},
    )
    attendee.delete()


@act
def check_attendance(meeting_id: int, attendee_id: int, attendance: str, *, by: Actor, reason: str = "") -> Attendee:
    """Notes that an invited person is there, or is not and why."""
    meeting = open_notes(meeting_id, by)
    _require_session(meeting)
    attendee = reach(meeting.attendees.select_related("person"), attendee_id)
    if attendance not in CHECKS:
        raise InvalidInput({"attendance": _("Choose present or absent")})
    reason = texts({"reason": reason}, {"reason": 200})["reason"]
    if attendance == Attendance.PRESENT:
        reason = ""
    elif attendance == Attendance.ABSENT:
        reason = reason or attendee.reason
    before = {"attendance": attendee.attendance, "reason": attendee.reason}
    after = {"attendance": attendance, "reason": reason}
    if before == after:
        return attendee
    attendee.attendance, attendee.reason = attendance, reason
    attendee.save(update_fields=["attendance", "reason"])
    note(by, "meetings.attendee.checked", attendee, meeting, "attendance", before=before, after=after)
    return attendee


@act
def check_everybody_in(meeting_id: int, *, by: Actor) -> int:
    """Notes everybody as present who has not been noted yet and has not declined; returns how many."""
    meeting = open_notes(meeting_id, by)
    _require_session(meeting)
    here = meeting.attendees.filter(attendance__in=(Attendance.INVITED, Attendance.ACCEPTED))
    people = sorted(here.values_list("person_id", flat=True))
    here.update(attendance=Attendance.PRESENT, reason="")
    if people:
        note(by, "meetings.meeting.attendance_checked", meeting, meeting, "attendance", after={"present": people})
    return len(people)


def _require_session(meeting: Meeting) -> None:
    if meeting.state == MeetingState.PLANNED:
        raise TransitionNotAllowed(_("Start the meeting first; attendance is checked in the session"))


def _send_instead(meeting: Meeting, attendee: Attendee, instead_id: int, by: Actor) -> None:
    departments = set(by.department_ids) | set(by.headed_ids)
    belongs = Membership.objects.filter(
        person_id=instead_id, department_id__in=departments, person__is_active=True
    ).exists()
    deputy = delegations_on(clock.today()).filter(head_id=by.pk, deputy_id=instead_id).exists()
    if instead_id == by.pk or not (belongs or deputy):
        raise InvalidInput({"instead": _("Choose your deputy or a person of your department")})
    require_person(instead_id, "instead")
    _added(meeting, instead_id, attendee.person_id, by)


def _added(meeting: Meeting, person_id: int, instead_of_id: int | None, by: Actor) -> Attendee:
    present = meeting.attendees.filter(person_id=person_id).first()
    if present is None and meeting.attendees.count() >= MOST_ATTENDEES:
        raise InvalidInput({"person": _("At most %(count)s people") % {"count": MOST_ATTENDEES}})
    replaced = meeting.attendees.filter(person_id=instead_of_id).first() if instead_of_id else None
    department, role = queries.parts_of(meeting.project, [person_id])[person_id]
    if replaced is not None:
        department, role = replaced.department_id, AttendeeRole.DEPUTY
    attendee = present or Attendee(meeting=meeting, person_id=person_id, department_id=department, role=role)
    if replaced is not None and replaced.person_id != person_id:
        attendee.instead_of_id = replaced.person_id
    attendee.save()
    note(
        by,
        "meetings.attendee.invited",
        attendee,
        meeting,
        "attendance",
        after={"person": person_id, "instead_of": instead_of_id, "meeting": meeting.pk},
    )
    return attendee
