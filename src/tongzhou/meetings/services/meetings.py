"""Planning, changing, holding and cancelling a meeting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import InvalidInput, TransitionNotAllowed, Words, require
from tongzhou.core.events import record
from tongzhou.core.transitions import move
from tongzhou.core.versions import save_version
from tongzhou.people.models import Person
from tongzhou.people.queries import actor_for
from tongzhou.projects.models import Project
from tongzhou.projects.queries import projects_for

from .. import policies, queries
from ..models import AgendaItem, Attendance, Attendee, Meeting, ResourceStatement
from ..states import CANCEL, END, START, MeetingKind, MeetingState
from .notes import locked_meeting, open_notes, require_person, save_note, sensible_moment, texts, topics

LONGEST_DAYS = 7
MOST_ATTENDEES = 300
MOST_TOPICS = 50
# A change of these moves the entry in everybody's calendar.
INVITATION_FIELDS = frozenset({"title", "starts_at", "ends_at", "location", "chair_id"})


@act
def plan_meeting(
    project_id: int,
    kind: str,
    values: Mapping[str, Any],
    *,
    by: Actor,
    attendee_ids: Sequence[int] = (),
    agenda: Sequence[str] | None = None,
) -> Meeting:
    """Calls a meeting and invites: everybody named gets a mail with a calendar entry, and a notice in the application.

    ``values``: title, starts_at, ends_at, location, chair_id, recorder_id. Chair and recorder are always invited. The usual
    agenda of the kind is put down where none is given.
    """
    project = reach(projects_for(by), project_id, lock=True)
    require(policies.can_plan(by, project))
    if kind not in MeetingKind.values:
        raise InvalidInput({"kind": _("Choose one of the kinds of meeting")})
    checked = _checked(project, values, None)
    topics_given = queries.proposed_agenda(MeetingKind(kind)) if agenda is None else agenda
    meeting = Meeting.objects.create(project=project, kind=kind, created_at=clock.now(), **checked)
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, position=position, topic=topic)
        for position, topic in enumerate(_topics(topics_given))
    )
    _add_attendees(meeting, [meeting.chair_id, meeting.recorder_id, *attendee_ids])
    if kind == MeetingKind.KICKOFF:
        ResourceStatement.objects.bulk_create(
            ResourceStatement(meeting=meeting, department=department)
            for department in queries.meeting_departments(meeting)
        )
    invited = sorted(meeting.attendees.values_list("person_id", flat=True))
    record(by, "meetings.meeting.planned", meeting, after={**checked, "kind": kind, "invited": invited})
    return meeting


@act
def change_meeting(
    meeting_id: int,
    version: int | None,
    values: Mapping[str, Any],
    *,
    by: Actor,
    attendee_ids: Sequence[int] | None = None,
) -> Meeting:
    """Changes title, time, place, chair, recorder or who is invited; calendars follow.

    Whoever is no longer invited is told so, whoever is new is invited; all others hear of it only when title, time, place
    or chair change. Raises ``StaleWrite`` when somebody else changed the meeting meanwhile.
    """
    meeting = locked_meeting(meeting_id, by)
    require(policies.can_write(by, meeting))
    if meeting.state not in {MeetingState.PLANNED, MeetingState.RUNNING}:
        raise TransitionNotAllowed
    checked = _checked(meeting.project, values, meeting)
    changed = {key: value for key, value in checked.items() if getattr(meeting, key) != value}
    before = save_version(meeting, version, changed) if changed else {}
    added: list[int] = []
    removed: list[int] = []
    if attendee_ids is not None:
        wanted = set(attendee_ids) | {meeting.chair_id, meeting.recorder_id}
        present = set(meeting.attendees.values_list("person_id", flat=True))
        removed = sorted(present - wanted)
        meeting.attendees.filter(person_id__in=removed).delete()
        added = _add_attendees(meeting, [*attendee_ids, meeting.chair_id, meeting.recorder_id])
    else:
        added = _add_attendees(meeting, [meeting.chair_id, meeting.recorder_id])
    if not before and not added and not removed:
        return meeting
    moved = bool(INVITATION_FIELDS & set(before))
    meeting.invitation_sequence += 1
    meeting.save(update_fields=["invitation_sequence"])
    if {"starts_at", "ends_at"} & set(before):
        # An answer was given to the old time.
        meeting.attendees.filter(attendance__in=(Attendance.ACCEPTED, Attendance.DECLINED)).update(
            attendance=Attendance.INVITED, reason=""
        )
    record(
        by,
        "meetings.meeting.changed",
        meeting,
        before=before,
        after={key: checked[key] for key in before},
        data={"added": added, "removed": removed, "moved": moved, "sequence": meeting.invitation_sequence},
        topics=topics(meeting, "attendance"),
    )
    return meeting


@act
def cancel_meeting(meeting_id: int, reason: str, *, by: Actor) -> Meeting:
    """Calls a planned meeting off; it goes out of everybody's calendar."""
    meeting = locked_meeting(meeting_id, by)
    require(policies.can_write(by, meeting))
    reason = texts({"reason": reason}, {"reason": 500}, {"reason": _("Please give the reason")})["reason"]
    move(meeting, CANCEL)
    meeting.invitation_sequence += 1
    meeting.save(update_fields=["invitation_sequence"])
    record(by, "meetings.meeting.cancelled", meeting, after={"reason": reason}, topics=topics(meeting, "state"))
    return meeting


@act
def start_meeting(meeting_id: int, *, by: Actor) -> Meeting:
    """The chair opens the session."""
    meeting = locked_meeting(meeting_id, by)
    require(policies.can_write(by, meeting))
    move(meeting, START)
    meeting.started_at = clock.now()
    meeting.save(update_fields=["started_at"])
    record(by, "meetings.meeting.started", meeting, topics=topics(meeting, "state"))
    return meeting


@act
def end_meeting(meeting_id: int, *, by: Actor) -> Meeting:
    """The session is over; the recorder completes the minutes.

    A meeting held without this page being open is ended as well: then it counts as held at the planned time.
    """
    meeting = locked_meeting(meeting_id, by)
    require(policies.can_write(by, meeting))
    if meeting.state == MeetingState.PLANNED and meeting.starts_at > clock.now():
        raise TransitionNotAllowed(_("The meeting has not begun yet"))
    move(meeting, END)
    if meeting.started_at is not None:
        meeting.ended_at = max(clock.now(), meeting.started_at + timedelta(minutes=1))
        meeting.save(update_fields=["ended_at"])
    record(by, "meetings.meeting.ended", meeting, topics=topics(meeting, "state"))
    return meeting


@act
def note_closing(meeting_id: int, version: int | None, values: Mapping[str, Any], *, by: Actor) -> Meeting:
    """Notes what closes the meeting: when it was held, the next meeting, the first progress sync, who gets a copy."""
    meeting = open_notes(meeting_id, by)
    checked = texts(values, {"cc": 300})
    for key in ("next_meeting_at", "first_sync_at", "started_at", "ended_at"):
        if key in values:
            checked[key] = sensible_moment(values[key], key)
    started, ended = checked.get("started_at", meeting.started_at), checked.get("ended_at", meeting.ended_at)
    problems: dict[str, Words | list[Words]] = {}
    if started and ended and ended <= started:
        problems["ended_at"] = _("The meeting ends before it starts")
    begin = started or meeting.starts_at
    for key in ("next_meeting_at", "first_sync_at"):
        if (moment := checked.get(key)) is not None and moment < begin:
            problems[key] = _("This lies before the meeting itself")
    if problems:
        raise InvalidInput(problems)
    return save_note(meeting, version, checked, meeting=meeting, part="closing", name="meetings.meeting.noted", by=by)


def _checked(project: Project, values: Mapping[str, Any], meeting: Meeting | None) -> dict[str, Any]:
    """The fields of the invitation; of a new meeting all must be there."""
    checked = texts(values, {"title": 160, "location": 300}, {"title": _("Give the meeting a title")})
    if meeting is None and not checked.get("title"):
        raise InvalidInput({"title": _("Give the meeting a title")})
    problems: dict[str, Words | list[Words]] = {}
    for key in ("starts_at", "ends_at"):
        if key in values or meeting is None:
            moment: datetime | None = values.get(key)
            if moment is None:
                problems[key] = _("Give the time")
                continue
            checked[key] = sensible_moment(moment, key)
    for key in ("chair_id", "recorder_id"):
        if key in values or meeting is None:
            checked[key] = values.get(key) or project.lead_id
            field = key.removesuffix("_id")
            require_person(checked[key], field)
            if (meeting is None or checked[key] != getattr(meeting, key)) and not _sees(checked[key], project):
                problems[field] = _("Choose somebody who takes part in the project")
    starts_at = checked.get("starts_at") or (meeting.starts_at if meeting else None)
    ends_at = checked.get("ends_at") or (meeting.ends_at if meeting else None)
    if problems:
        raise InvalidInput(problems)
    if starts_at and ends_at:
        check_times(starts_at, ends_at)
    return checked


def check_times(starts_at: datetime, ends_at: datetime) -> None:
    """Refuses a meeting that ends before it starts, lasts for weeks, or lies in a year far off."""
    sensible_moment(starts_at, "starts_at")
    sensible_moment(ends_at, "ends_at")
    if ends_at <= starts_at:
        raise InvalidInput({"ends_at": _("The meeting ends before it starts")})
    if ends_at - starts_at > timedelta(days=LONGEST_DAYS):
        raise InvalidInput({"ends_at": _("A meeting lasts at most a week")})


def _sees(person_id: int, project: Project) -> bool:
    """Who keeps a meeting writes into the project, so it must be open to them."""
    person = Person.objects.get(pk=person_id)
    return projects_for(actor_for(person)).filter(pk=project.pk).exists()


def _topics(agenda: Sequence[str]) -> list[str]:
    found = [topic.strip() for topic in agenda if topic.strip()]
    if len(found) > MOST_TOPICS:
        raise InvalidInput({"agenda": _("At most %(count)s topics") % {"count": MOST_TOPICS}})
    if any(len(topic) > 200 for topic in found):
        raise InvalidInput({"agenda": _("A topic has at most 200 characters; details are noted in the meeting")})
    return found


def _add_attendees(meeting: Meeting, person_ids: Sequence[int]) -> list[int]:
    """Invites who is not invited yet, in their part; returns whom."""
    present = set(meeting.attendees.values_list("person_id", flat=True))
    wanted = [pk for pk in dict.fromkeys(person_ids) if pk not in present]
    if len(present) + len(wanted) > MOST_ATTENDEES:
        raise InvalidInput({"attendees": _("At most %(count)s people") % {"count": MOST_ATTENDEES}})
    people = Person.objects.filter(pk__in=wanted, is_active=True).in_bulk()
    if len(people) != len(wanted):
        raise InvalidInput({"attendees": _("Choose people who work here")})
    parts = queries.parts_of(meeting.project, wanted) if wanted else {}
    Attendee.objects.bulk_create(
        Attendee(meeting=meeting, person_id=pk, department_id=parts[pk][0], role=parts[pk][1]) for pk in wanted
    )
    return wanted
