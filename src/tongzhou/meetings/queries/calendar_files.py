"""Meetings as calendar files (.ics), for the calendar of whoever is invited."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from tongzhou.core import clock

from ..models import Attendance, Attendee, Meeting
from ..states import MeetingState

if TYPE_CHECKING:
    from icalendar import vCalAddress

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]

_ANSWERS = {
    Attendance.ACCEPTED: "ACCEPTED",
    Attendance.PRESENT: "ACCEPTED",
    Attendance.DECLINED: "DECLINED",
    Attendance.ABSENT: "DECLINED",
}


def calendar_file(meeting: Meeting, method: Method = "REQUEST") -> str:
    """The meeting as iCalendar (RFC 5546), in the project's zone.

    The UID never changes and the SEQUENCE grows with every change, so that calendars move the entry they have instead of
    adding another; CANCEL takes it out again.
    """
    # Imported here: it takes a while to load, and most requests need no calendar.
    from icalendar import Calendar, Event, vCalAddress, vText

    zone = clock.company_zone()
    attendees = list(meeting.attendees.select_related("person").order_by("pk"))
    cancelled = method == "CANCEL" or meeting.state == MeetingState.CANCELLED

    entry = Event()
    entry.add("uid", uid(meeting))
    entry.add("sequence", meeting.invitation_sequence)
    entry.add("dtstamp", clock.now().astimezone(UTC))
    entry.add("dtstart", meeting.starts_at.astimezone(zone))
    entry.add("dtend", meeting.ends_at.astimezone(zone))
    entry.add("summary", meeting.title)
    if meeting.location:
        entry.add("location", meeting.location)
    entry.add("description", _description(meeting))
    entry.add("url", settings.TONGZHOU_PUBLIC_URL + meeting.get_absolute_url())
    entry.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    organizer = vCalAddress(f"mailto:{meeting.chair.email}" if meeting.chair.email else f"invalid:{meeting.chair_id}")
    organizer.params["CN"] = vText(meeting.chair.name)
    entry["organizer"] = organizer
    for attendee in attendees:
        if attendee.person.email and method != "PUBLISH":
            entry.add("attendee", _address(attendee), encode=0)

    calendar = Calendar()
    calendar.add("prodid", "-//Tongzhou//Meetings//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(entry)
    calendar.add_missing_timezones()
    return str(calendar.to_ical().decode())


def uid(meeting: Meeting) -> str:
    """The name under which calendars know the meeting for good."""
    return f"meeting-{meeting.pk}@{urlsplit(settings.TONGZHOU_PUBLIC_URL).hostname or 'tongzhou'}"


def _description(meeting: Meeting) -> str:
    topics = list(meeting.agenda.values_list("topic", flat=True))
    lines = [str(meeting.project)]
    if topics:
        lines += ["", _("Agenda"), *(f"{number}. {topic}" for number, topic in enumerate(topics, start=1))]
    return "\n".join([*lines, "", settings.TONGZHOU_PUBLIC_URL + meeting.get_absolute_url()])


def _address(attendee: Attendee) -> vCalAddress:
    from icalendar import vCalAddress, vText

    address = vCalAddress(f"mailto:{attendee.person.email}")
    address.params["CN"] = vText(attendee.person.name)
    address.params["ROLE"] = vText("REQ-PARTICIPANT")
    address.params["PARTSTAT"] = vText(_ANSWERS.get(Attendance(attendee.attendance), "NEEDS-ACTION"))
    address.params["RSVP"] = vText("TRUE")
    return address
