"""What meetings ask of people: come, complete the minutes, confirm them, rework them, close them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.people.models.deputies import Scope
from tongzhou.projects.duties import Duty, DutyAct, DutyFinder
from tongzhou.projects.models import Party
from tongzhou.signoff.models import Round, Signatory
from tongzhou.signoff.states import RoundState, Verdict

from .models import Attendance, Attendee, Meeting
from .queries.minutes import SIGNOFF_KIND
from .states import MeetingState


def mine(actor: Actor) -> Iterator[Duty]:
    """What waits for the actor."""
    yield from _to_confirm(actor)
    yield from _to_join(actor)
    yield from _to_complete(actor)
    yield from _to_decide(actor)


def others(actor: Actor) -> Iterator[Duty]:
    """Confirmations that somebody who keeps the meeting waits for."""
    rounds = (
        Round.objects.filter(subject_kind=SIGNOFF_KIND, state=RoundState.OPEN)
        .filter(subject_id__in=_kept_by(actor).filter(state=MeetingState.CONFIRMING).values("pk"))
        .defer("content")
        .prefetch_related("signatories__department", "signatories__decision")
    )
    meetings = _by_key({round.subject_id for round in rounds})
    for round in rounds:
        names = [str(s.department) for s in round.signatories.all() if not hasattr(s, "decision")]
        meeting = meetings.get(round.subject_id)
        if not names or meeting is None:
            continue
        yield Duty(
            act=DutyAct.CONFIRM,
            title=meeting.title,
            project_id=meeting.project_id,
            project_name=meeting.project.name,
            why=_("Minutes not confirmed yet by %(departments)s") % {"departments": _(", ").join(names)},
            link=reverse_lazy("meetings:minutes", args=[meeting.pk]),
            button=_("Look"),
            due_at=round.due_at,
        )


FINDER = DutyFinder(key="meetings", mine=mine, others=others)


def _to_confirm(actor: Actor) -> Iterator[Duty]:
    """Own departments, departments as deputy for minutes, and those the actor was there for as contact person."""
    deputised = {s.department_id for s in actor.stand_ins if s.covers(Scope.MINUTES)}
    was_there = Attendee.objects.filter(
        meeting_id=OuterRef("round__subject_id"), person_id=actor.pk, attendance=Attendance.PRESENT
    )
    is_contact = Party.objects.filter(
        project_id=OuterRef("round__project_id"),
        department_id=OuterRef("department_id"),
        contact_id=actor.pk,
        left_at__isnull=True,
    )
    asked = list(
        Signatory.objects.filter(round__subject_kind=SIGNOFF_KIND, round__state=RoundState.OPEN, decision__isnull=True)
        .filter(Q(department_id__in=actor.headed_ids | deputised) | (Q(Exists(was_there)) & Q(Exists(is_contact))))
        .values_list("round__subject_id", "round__due_at", "department__name")
    )
    why, button = _("Confirm the minutes for %(department)s, or object"), _("Read and confirm")
    meetings = _by_key({meeting_id for meeting_id, _due_at, _department in asked})
    for meeting_id, due_at, department in asked:
        meeting = meetings.get(meeting_id)
        if meeting is None:
            continue
        yield Duty(
            act=DutyAct.CONFIRM,
            title=meeting.title,
            project_id=meeting.project_id,
            project_name=meeting.project.name,
            why=why % {"department": department},
            link=reverse_lazy("meetings:minutes", args=[meeting.pk]),
            button=button,
            due_at=due_at,
        )


def _to_join(actor: Actor) -> Iterator[Duty]:
    """Meetings of today and tomorrow."""
    local = clock.local_now()
    until = (local + timedelta(days=2)).replace(hour=0, minute=0, second=0, microsecond=0)
    coming = (
        Attendee.objects.filter(
            person_id=actor.pk,
            meeting__state__in=(MeetingState.PLANNED, MeetingState.RUNNING),
            meeting__starts_at__lt=until,
            meeting__ends_at__gt=local,
        )
        .exclude(attendance=Attendance.DECLINED)
        .select_related("meeting__project")
    )
    for attendee in coming:
        meeting = attendee.meeting
        asked = attendee.attendance == Attendance.INVITED
        yield Duty(
            act=DutyAct.JOIN,
            title=meeting.title,
            project_id=meeting.project_id,
            project_name=meeting.project.name,
            why=_("You are invited; please say whether you will come") if asked else meeting.get_kind_display(),
            link=meeting.get_absolute_url(),
            button=_("Open the meeting"),
            due_at=meeting.starts_at,
        )


def _to_complete(actor: Actor) -> Iterator[Duty]:
    """Minutes the actor records and has not sent yet."""
    for meeting in Meeting.objects.filter(recorder_id=actor.pk, state=MeetingState.MINUTES).select_related("project"):
        yield Duty(
            act=DutyAct.COMPLETE,
            title=meeting.title,
            project_id=meeting.project_id,
            project_name=meeting.project.name,
            why=_("You record this meeting: complete the minutes and send them"),
            link=meeting.get_absolute_url(),
            button=_("Complete the minutes"),
        )


def _to_decide(actor: Actor) -> Iterator[Duty]:
    """Objections to answer with new minutes, and minutes past their deadline that may be locked."""
    rounds = (
        Round.objects.filter(subject_kind=SIGNOFF_KIND, state__in=(RoundState.OPEN, RoundState.REFUSED))
        .filter(subject_id__in=_kept_by(actor).filter(state=MeetingState.CONFIRMING).values("pk"))
        .defer("content")
        .prefetch_related("signatories__department", "signatories__decision")
    )
    meetings = _by_key({round.subject_id for round in rounds})
    for round in rounds:
        meeting = meetings.get(round.subject_id)
        if meeting is None:
            continue
        answers = [(s, getattr(s, "decision", None)) for s in round.signatories.all()]
        objecting = [str(s.department) for s, d in answers if d is not None and d.verdict == Verdict.OBJECT]
        silent = [str(s.department) for s, d in answers if d is None]
        overdue = round.state == RoundState.OPEN and round.due_at is not None and round.due_at <= clock.now()
        if objecting:
            why = _("%(departments)s objects: rework the minutes") % {"departments": _(", ").join(objecting)}
            button = _("Look at the objection")
        elif overdue and silent and actor.person_id in {meeting.chair_id, meeting.project.lead_id}:
            why = _("The time is over, %(departments)s kept silent: lock the minutes?")
            why %= {"departments": _(", ").join(silent)}
            button = _("Decide")
        else:
            continue
        yield Duty(
            act=DutyAct.DECIDE,
            title=meeting.title,
            project_id=meeting.project_id,
            project_name=meeting.project.name,
            why=why,
            link=reverse_lazy("meetings:minutes", args=[meeting.pk]),
            button=button,
        )


def _kept_by(actor: Actor) -> QuerySet[Meeting]:
    me = actor.pk
    return Meeting.objects.filter(Q(chair_id=me) | Q(recorder_id=me) | Q(project__lead_id=me))


def _by_key(keys: set[int]) -> dict[int, Meeting]:
    rows = Meeting.objects.select_related("project").only("title", "chair_id", "project__name", "project__lead_id")
    return rows.in_bulk(keys) if keys else {}
