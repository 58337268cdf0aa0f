"""Which meetings a person may see, and what hangs on them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from tongzhou.core.actor import Actor
from tongzhou.projects.queries import projects_for

from ..models import AgendaItem, Attendee, Meeting, OpenPoint, Resolution
from ..states import MeetingState

_OVER = (MeetingState.CONFIRMING, MeetingState.LOCKED, MeetingState.CANCELLED)


def meetings_for(actor: Actor) -> QuerySet[Meeting]:
    """Meetings of projects the actor may see, and those the actor chairs, records or is invited to."""
    rows = Meeting.objects.select_related("project", "chair", "recorder")
    if actor.is_system:
        return rows
    return rows.filter(Q(project__in=projects_for(actor)) | _named(actor))


def my_meetings(actor: Actor) -> QuerySet[Meeting]:
    """Meetings in which this very person takes part, or whose project the person leads."""
    return meetings_for(actor).filter(_named(actor) | Q(project__lead_id=actor.pk))


def upcoming(meetings: QuerySet[Meeting], now: datetime) -> QuerySet[Meeting]:
    """What is still to come, is going on, or waits for its minutes to be written; soonest first."""
    return (
        meetings.filter(Q(state__in=(MeetingState.RUNNING, MeetingState.MINUTES)) | Q(ends_at__gte=now))
        .exclude(state__in=_OVER)
        .order_by("starts_at", "pk")
    )


def past(meetings: QuerySet[Meeting], now: datetime) -> QuerySet[Meeting]:
    """What is behind us, cancelled, or planned for a time that has passed; newest first."""
    return meetings.filter(Q(state__in=_OVER) | Q(state=MeetingState.PLANNED, ends_at__lt=now)).order_by(
        "-starts_at", "-pk"
    )


def may_see_minutes(subject_id: int, *, by: Actor) -> bool:
    """Who sees the meeting sees its minutes; asked by sign-off."""
    return meetings_for(by).filter(pk=subject_id).exists()


def attendees_for(actor: Actor) -> QuerySet[Attendee]:
    """Attendees of meetings the actor may see."""
    return Attendee.objects.filter(meeting__in=meetings_for(actor)).select_related("person", "department")


def agenda_items_for(actor: Actor) -> QuerySet[AgendaItem]:
    """Agenda items of meetings the actor may see."""
    return AgendaItem.objects.filter(meeting__in=meetings_for(actor))


def resolutions_for(actor: Actor) -> QuerySet[Resolution]:
    """Decisions of meetings the actor may see."""
    return Resolution.objects.filter(meeting__in=meetings_for(actor)).select_related(
        "department", "owner", "commitment"
    )


def open_points_for(actor: Actor) -> QuerySet[OpenPoint]:
    """Open points of meetings the actor may see."""
    return OpenPoint.objects.filter(meeting__in=meetings_for(actor)).select_related(
        "meeting__project", "department", "owner"
    )


def _named(actor: Actor) -> Q:
    invited = Attendee.objects.filter(meeting=OuterRef("pk"), person_id=actor.pk)
    return Q(chair_id=actor.pk) | Q(recorder_id=actor.pk) | Q(Exists(invited))
