"""What meetings contribute to gate 1: the kickoff was held and every department has confirmed its minutes."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.projects.gates import GateCondition, Missing
from tongzhou.projects.models import Project

from . import queries
from .models import Meeting
from .states import MeetingKind, MeetingState


def kickoff_missing(project: Project) -> Iterable[Missing]:
    """Nothing once the minutes of a kickoff are locked; else the next step towards it."""
    kickoffs = list(
        Meeting.objects.filter(project=project, kind=MeetingKind.KICKOFF)
        .exclude(state=MeetingState.CANCELLED)
        .select_related("project")
        .order_by("-starts_at", "-pk")
    )
    if any(meeting.state == MeetingState.LOCKED for meeting in kickoffs):
        return ()
    if not kickoffs:
        return (Missing(_("No kickoff meeting is planned"), reverse("meetings:plan", args=[project.pk])),)
    order = [MeetingState.CONFIRMING, MeetingState.MINUTES, MeetingState.RUNNING, MeetingState.PLANNED]
    meeting = min(kickoffs, key=lambda kickoff: order.index(MeetingState(kickoff.state)))
    if meeting.state in {MeetingState.PLANNED, MeetingState.RUNNING}:
        return (Missing(_("The kickoff meeting has not been held yet"), meeting.get_absolute_url()),)
    page = reverse("meetings:minutes", args=[meeting.pk])
    if meeting.state == MeetingState.MINUTES:
        return (Missing(_("The minutes of the kickoff have not been sent for confirmation"), page),)
    edition = queries.editions_of(meeting).first()
    standing = queries.minutes_standing(meeting, edition) if edition else None
    if standing is None:
        return (Missing(_("The minutes of the kickoff are not confirmed"), page),)
    objecting = _("%(department)s objects to the minutes")
    silent = _("Minutes not confirmed by %(department)s")
    return tuple(
        Missing((objecting if item.state == "objected" else silent) % {"department": item.department.name}, page)
        for item in standing.confirmations
        if item.state != "confirmed"
    )


def _place(project: Project) -> str:
    return reverse("meetings:list_for_project", args=[project.pk])


KICKOFF_CONFIRMED = GateCondition(
    key="kickoff_confirmed",
    gate=1,
    label=gettext_lazy("Kickoff held, minutes confirmed"),
    check=kickoff_missing,
    link=_place,
    position=30,
)
