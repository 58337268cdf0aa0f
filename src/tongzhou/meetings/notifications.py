"""What people hear of meetings: invitations into their calendars, minutes to confirm, objections, silence."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.core import clock
from tongzhou.core.actor import system
from tongzhou.core.events import on
from tongzhou.core.models import AuditEvent
from tongzhou.core.time_words import exactly
from tongzhou.messaging.services import notify, queue_mail
from tongzhou.people.models import Department, Person
from tongzhou.people.models.deputies import Scope
from tongzhou.people.queries.actors import delegations_on
from tongzhou.projects.queries import head_ids

from . import queries, services
from .models import Attendance, Attendee, Meeting
from .queries.calendar_files import Method


@on("meetings.meeting.planned")
def invite_everybody(event: AuditEvent) -> None:
    """A mail with a calendar entry, and a notice in the application."""
    meeting = _meeting(event)
    _invite(meeting, _people_of(meeting), gettext_lazy("Invitation: %(title)s"), event)


@on("meetings.meeting.changed")
def follow_the_change(event: AuditEvent) -> None:
    """New people are invited, others told of a new time or place, those taken off the list lose the entry."""
    meeting, data = _meeting(event), _payload(event).get("data", {})
    added = set(data.get("added", ()))
    if data.get("moved"):
        _invite(
            meeting, [p for p in _people_of(meeting) if p.pk not in added], gettext_lazy("Changed: %(title)s"), event
        )
    if added:
        people = [person for person in _people_of(meeting) if person.pk in added]
        _invite(meeting, people, gettext_lazy("Invitation: %(title)s"), event)
    if removed := data.get("removed"):
        gone = list(Person.objects.filter(pk__in=removed, is_active=True))
        _invite(meeting, gone, gettext_lazy("No longer invited: %(title)s"), event, "CANCEL")


@on("meetings.attendee.invited")
def invite_one(event: AuditEvent) -> None:
    """Somebody was added, or comes instead of another."""
    attendee = Attendee.objects.select_related("meeting__project", "meeting__chair", "person").get(pk=event.subject_id)
    _invite(attendee.meeting, [attendee.person], gettext_lazy("Invitation: %(title)s"), event)


@on("meetings.attendee.removed")
def take_out_of_calendar(event: AuditEvent) -> None:
    """Somebody was taken off the list."""
    before = _payload(event)["before"]
    meeting = Meeting.objects.select_related("project", "chair").get(pk=before["meeting"])
    gone = list(Person.objects.filter(pk=before["person"], is_active=True))
    _invite(meeting, gone, gettext_lazy("No longer invited: %(title)s"), event, "CANCEL")


@on("meetings.meeting.cancelled")
def take_out_of_calendars(event: AuditEvent) -> None:
    """The meeting is off."""
    meeting = _meeting(event)
    reason = str(_payload(event).get("after", {}).get("reason", ""))
    _invite(meeting, _people_of(meeting), gettext_lazy("Cancelled: %(title)s"), event, "CANCEL", reason)


@on("meetings.attendee.answered")
def tell_the_chair(event: AuditEvent) -> None:
    """Who cannot come is told to who runs the meeting; who will come needs no message."""
    after = _payload(event)["after"]
    if after["attendance"] != Attendance.DECLINED:
        return
    attendee = Attendee.objects.select_related("meeting", "person").get(pk=event.subject_id)
    meeting = attendee.meeting
    _tell(
        {meeting.chair_id, meeting.recorder_id} - {event.actor_id},
        meeting,
        event,
        title=gettext_lazy("%(person)s cannot come: %(title)s"),
        body=gettext_lazy("Reason: %(reason)s"),
        values={"person": attendee.person.name, "reason": after["reason"]},
        mail=False,
    )


@on("meetings.meeting.ended")
def ask_for_the_minutes(event: AuditEvent) -> None:
    """The recorder completes the minutes."""
    meeting = _meeting(event)
    _tell(
        {meeting.recorder_id} - {event.actor_id},
        meeting,
        event,
        title=gettext_lazy("Please complete the minutes: %(title)s"),
        body=gettext_lazy("The meeting is over. Complete the minutes and send them for confirmation."),
        mail=False,
    )


@on("meetings.minutes.sent")
def ask_for_confirmation(event: AuditEvent) -> None:
    """Head, deputy and the contact person who was there of every department asked."""
    meeting = _meeting(event)
    _tell(
        _may_confirm(meeting, _awaited(meeting)) - {event.actor_id},
        meeting,
        event,
        title=gettext_lazy("Please confirm the minutes: %(title)s"),
        body=gettext_lazy(
            "Confirm by %(due)s, or object and say why. Without an answer your department is shown as silent."
        ),
        values={"due": _due_words(meeting)},
        link=_minutes_link(meeting),
    )


@on("meetings.minutes.objected")
def tell_of_the_objection(event: AuditEvent) -> None:
    """Who keeps the meeting reworks the minutes."""
    meeting, after = _meeting(event), _payload(event)["after"]
    department = Department.objects.filter(pk=after.get("department")).values_list("name", flat=True).first() or ""
    _tell(
        _keepers(meeting) - {event.actor_id},
        meeting,
        event,
        title=gettext_lazy("%(department)s objects to the minutes: %(title)s"),
        body=gettext_lazy("Reason: %(reason)s"),
        values={"department": department, "reason": after.get("reason", "")},
        link=_minutes_link(meeting),
    )


@on("meetings.minutes.reworked")
def tell_of_the_rework(event: AuditEvent) -> None:
    """Nobody needs to answer the old edition any more."""
    meeting = _meeting(event)
    departments = {department.pk for department in queries.concerned_departments(meeting)}
    _tell(
        _may_confirm(meeting, departments) - {event.actor_id},
        meeting,
        event,
        title=gettext_lazy("The minutes are being reworked: %(title)s"),
        body=gettext_lazy("A new version will be sent to you. What was said to the old one no longer counts."),
        link=_minutes_link(meeting),
        mail=False,
    )


@on("meetings.minutes.locked")
def tell_of_the_lock(event: AuditEvent) -> None:
    """Everybody who was invited may rely on the minutes now."""
    meeting = _meeting(event)
    silent = _payload(event).get("after", {}).get("silent", [])
    people = set(meeting.attendees.values_list("person_id", flat=True)) | _keepers(meeting)
    _tell(
        people - {event.actor_id},
        meeting,
        event,
        title=gettext_lazy("The minutes are locked: %(title)s"),
        body=gettext_lazy("%(count)s departments kept silent: %(silent)s.")
        if silent
        else gettext_lazy("Every department has confirmed."),
        values={"count": len(silent), "silent": ", ".join(silent)},
        link=_minutes_link(meeting),
        mail=False,
    )


@on("meetings.minutes.reminded")
def remind_of_confirmation(event: AuditEvent) -> None:
    """Before the deadline, those who have not answered."""
    meeting = _meeting(event)
    _tell(
        _may_confirm(meeting, _awaited(meeting)),
        meeting,
        event,
        title=gettext_lazy("Still to confirm: minutes of %(title)s"),
        body=gettext_lazy(
            "Confirm by %(due)s, or object and say why. Without an answer your department is shown as silent."
        ),
        values={"due": _due_words(meeting)},
        link=_minutes_link(meeting),
    )


@on("meetings.minutes.fell_due")
def tell_of_the_silence(event: AuditEvent) -> None:
    """The time is over: chair and lead decide what the silence means."""
    meeting = _meeting(event)
    silent = _payload(event).get("after", {}).get("silent", [])
    _tell(
        {meeting.chair_id, meeting.project.lead_id, meeting.recorder_id},
        meeting,
        event,
        title=gettext_lazy("The time for confirming is over: %(title)s"),
        body=gettext_lazy("Silent: %(silent)s. You may lock the minutes with the silence visible."),
        values={"silent": ", ".join(silent)},
        link=_minutes_link(meeting),
    )


@on("projects.part*")
def stop_waiting_for_who_left(event: AuditEvent) -> None:
    """A department that no longer takes part confirms nothing."""
    if event.name in {"projects.party.left", "projects.parties.changed"}:
        services.departments_left(event.subject_id, by=system("meetings"))


def _invite(
    meeting: Meeting,
    people: Iterable[Person],
    title: Promise,
    event: AuditEvent,
    method: Method = "REQUEST",
    reason: str = "",
) -> None:
    """Notice and mail with the calendar entry, each person in their own language."""
    people = list(people)
    key = f"meeting:{meeting.pk}:{event.seq}"
    link = meeting.get_absolute_url()
    notify(
        [person.pk for person in people if person.pk != event.actor_id],
        key=key,
        title=title,
        body=gettext_lazy("%(when)s, %(where)s"),
        values={"title": meeting.title, "when": lazy(_time_words, str)(meeting), "where": meeting.location or "–"},
        link=link,
        project_id=meeting.project_id,
        event_seq=event.seq,
        mail=False,
    )
    files: dict[str, str] = {}
    for person in people:
        if not person.email:
            continue
        with translation.override(person.language):
            if person.language not in files:
                files[person.language] = queries.calendar_file(meeting, method)
            queue_mail(
                person,
                key=f"{key}:{person.pk}",
                subject=str(title) % {"title": meeting.title},
                body=_letter(meeting, reason),
                link=link if method == "REQUEST" else "",
                project_id=meeting.project_id,
                calendar=files[person.language],
            )


def _letter(meeting: Meeting, reason: str) -> str:
    """The words of the mail; the calendar entry hangs on it."""
    topics = list(meeting.agenda.values_list("topic", flat=True))
    lines = [
        meeting.title,
        f"{_('Project')}: {meeting.project.name}",
        f"{_('Time')}: {_time_words(meeting)}",
    ]
    if meeting.location:
        lines.append(f"{_('Place or link')}: {meeting.location}")
    lines.append(f"{_('Chair')}: {meeting.chair.name}")
    if reason:
        lines += ["", f"{_('Reason')}: {reason}"]
    elif topics:
        lines += ["", f"{_('Agenda')}:", *(f"{number}. {topic}" for number, topic in enumerate(topics, start=1))]
    return "\n".join(lines)


def _tell(
    people: set[Any],
    meeting: Meeting,
    event: AuditEvent,
    *,
    title: Promise,
    body: Promise,
    values: dict[str, Any] | None = None,
    link: str = "",
    mail: bool = True,
) -> None:
    notify(
        people,
        key=f"{event.name}:{event.seq}",
        title=title,
        body=body,
        values={"title": meeting.title, **(values or {})},
        link=link or meeting.get_absolute_url(),
        project_id=meeting.project_id,
        event_seq=event.seq,
        mail=mail,
        clock_runs=event.name in {"meetings.minutes.sent", "meetings.minutes.reminded"},
    )


def _meeting(event: AuditEvent) -> Meeting:
    return Meeting.objects.select_related("project", "chair", "recorder").get(pk=event.subject_id)


def _payload(event: AuditEvent) -> dict[str, Any]:
    return dict(json.loads(event.payload))


def _people_of(meeting: Meeting) -> list[Person]:
    return [a.person for a in meeting.attendees.select_related("person") if a.person.is_active]


def _keepers(meeting: Meeting) -> set[int | None]:
    return {meeting.chair_id, meeting.recorder_id, meeting.project.lead_id}


def _awaited(meeting: Meeting) -> set[int]:
    """Departments asked that have not answered."""
    edition = queries.editions_of(meeting).first()
    standing = queries.minutes_standing(meeting, edition) if edition else None
    return {item.department.pk for item in standing.unanswered} if standing else set()


def _may_confirm(meeting: Meeting, departments: set[int]) -> set[int | None]:
    """Who may answer for the departments: heads, deputies for minutes, contact persons who were there."""
    heads = set(head_ids(departments).values())
    deputies = {
        delegation.deputy_id
        for delegation in delegations_on(clock.today()).filter(department__in=departments)
        if not delegation.scopes or Scope.MINUTES in delegation.scopes
    }
    contacts = set(
        meeting.project.parties.filter(department__in=departments, left_at__isnull=True).values_list(
            "contact_id", flat=True
        )
    )
    there = set(meeting.attendees.filter(attendance=Attendance.PRESENT).values_list("person_id", flat=True))
    return {*heads, *deputies, *(contacts & there)}


def _due_words(meeting: Meeting) -> object:
    """The deadline, put in words only in the language of whoever reads it."""
    edition = queries.editions_of(meeting).first()
    standing = queries.minutes_standing(meeting, edition) if edition else None
    return lazy(exactly, str)(standing.round.due_at) if standing and standing.round.due_at else ""


def _time_words(meeting: Meeting) -> str:
    """2026年5月13日 14:00–15:30"""
    start, end = timezone.localtime(meeting.starts_at), timezone.localtime(meeting.ends_at)
    return f"{exactly(start)}–{end:%H:%M}" if start.date() == end.date() else f"{exactly(start)} – {exactly(end)}"


def _minutes_link(meeting: Meeting) -> str:
    return reverse("meetings:minutes", args=[meeting.pk])
