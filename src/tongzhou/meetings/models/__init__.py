"""Meetings and their minutes."""

from .meetings import AgendaItem, Attendance, Attendee, Meeting
from .results import MinutesEdition, OpenPoint, Resolution, ResourceStatement

__all__ = [
    "AgendaItem",
    "Attendance",
    "Attendee",
    "Meeting",
    "MinutesEdition",
    "OpenPoint",
    "Resolution",
    "ResourceStatement",
]
