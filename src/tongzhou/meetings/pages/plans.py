"""Planning, changing and cancelling a meeting."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.core.access import reach
from tongzhou.core.errors import InvalidInput, StaleWrite, TransitionNotAllowed, require
from tongzhou.core.pages import Who, actor_of, add_errors, page
from tongzhou.projects.models import Project
from tongzhou.projects.queries import projects_for

from .. import policies, queries, services
from ..forms import MeetingForm, ReasonForm
from ..models import Meeting
from ..states import MeetingKind, MeetingState
from .parts import clash_of, reach_meeting


@page(Who.PERSON, "GET", "POST")
def plan(request: HttpRequest, project_id: int) -> HttpResponse:
    """A form that is filled in already: people, agenda and time as the kind of meeting proposes them."""
    actor = actor_of(request)
    project = reach(projects_for(actor).select_related("lead"), project_id)
    require(policies.can_plan(actor, project))
    kind = _kind(request)
    people = queries.candidates(project, kind)
    if request.method == "GET":
        form = MeetingForm(people, proposal=queries.proposal(project, kind))
        return _page(request, project, form, kind)
    form = MeetingForm(people, request.POST)
    if form.is_valid():
        try:
            meeting = services.plan_meeting(
                project.pk,
                kind,
                form.values(),
                attendee_ids=sorted(form.chosen),
                agenda=form.topics(),
                by=actor,
            )
        except InvalidInput as refusal:
            add_errors(form, refusal)
        else:
            count = meeting.attendees.count()
            words = _("The meeting is planned. %(count)s people have been invited, each with a calendar entry.")
            messages.success(request, words % {"count": count})
            return redirect(meeting)
    return _page(request, project, form, kind, status=422)


@page(Who.PERSON, "GET", "POST")
def change(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Another time, place, chair or list of people; calendars follow."""
    actor = actor_of(request)
    meeting = reach_meeting(request, meeting_id)
    require(policies.can_write(actor, meeting))
    if meeting.state not in {MeetingState.PLANNED, MeetingState.RUNNING}:
        raise TransitionNotAllowed
    people = queries.people_in(meeting)
    if request.method == "GET":
        return _page(request, meeting.project, MeetingForm(people, meeting=meeting), meeting.kind, meeting)
    form = MeetingForm(people, request.POST, meeting=meeting)
    if form.is_valid():
        try:
            services.change_meeting(
                meeting.pk, form.cleaned_data["version"], form.values(), attendee_ids=sorted(form.chosen), by=actor
            )
        except InvalidInput as refusal:
            add_errors(form, refusal)
        except StaleWrite as stale:
            clash = clash_of(form, stale)
            return _page(request, meeting.project, form, meeting.kind, meeting, status=409, clash=clash)
        else:
            messages.success(request, _("Changed. The calendars of those invited follow."))
            return redirect(meeting)
    return _page(request, meeting.project, form, meeting.kind, meeting, status=422)


@page(Who.PERSON, "GET", "POST")
def cancel(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Calls the meeting off, with the reason."""
    actor = actor_of(request)
    meeting = reach_meeting(request, meeting_id)
    require(policies.can_write(actor, meeting))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.cancel_meeting(meeting.pk, form.cleaned_data["reason"], by=actor)
        messages.success(request, _("The meeting is cancelled. Everybody invited has been told."))
        return redirect(meeting)
    context = {"meeting": meeting, "form": form}
    return render(request, "meetings/cancel.html", context, status=422 if form.errors else 200)


@page(Who.PERSON)
def check_time(request: HttpRequest, project_id: int) -> HttpResponse:
    """While the time is chosen: is it a working day, is somebody in another meeting then?"""
    actor = actor_of(request)
    project = reach(projects_for(actor), project_id)
    require(policies.can_plan(actor, project) or _keeps_one(request, project))
    form = MeetingForm(queries.candidates(project), request.GET)
    form.is_valid()
    starts_at, ends_at = form.cleaned_data.get("starts_at"), form.cleaned_data.get("ends_at")
    warnings: list[queries.ScheduleWarning] = []
    if starts_at and ends_at and starts_at < ends_at <= starts_at + timedelta(days=services.LONGEST_DAYS):
        people = {*form.chosen, *(form.cleaned_data.get(name) or 0 for name in ("chair", "recorder"))}
        warnings = queries.schedule_warnings(starts_at, ends_at, people, by=actor, but=_this_one(request, project))
    return render(request, "meetings/warnings.html", {"warnings": warnings})


def _keeps_one(request: HttpRequest, project: Project) -> bool:
    """Chair and recorder move their own meeting, though they do not run the project."""
    meeting = _this_one(request, project)
    return meeting is not None and policies.can_write(actor_of(request), meeting)


def _this_one(request: HttpRequest, project: Project) -> Meeting | None:
    key = request.GET.get("meeting", "")
    if not key.isdecimal() or len(key) > 18:
        return None
    return queries.meetings_for(actor_of(request)).filter(project=project, pk=int(key)).first()


def _kind(request: HttpRequest) -> MeetingKind:
    data: QueryDict = request.POST if request.method == "POST" else request.GET
    given = data.get("kind", MeetingKind.KICKOFF)
    if given not in MeetingKind.values:
        raise InvalidInput({"kind": _("Choose one of the kinds of meeting")})
    return MeetingKind(given)


def _page(
    request: HttpRequest,
    project: Project,
    form: MeetingForm,
    kind: str,
    meeting: Meeting | None = None,
    status: int = 200,
    clash: list[dict[str, str]] | None = None,
) -> HttpResponse:
    here = reverse("meetings:plan", args=[project.pk])
    kinds: list[dict[str, Any]] = [
        {"label": choice.label, "url": f"{here}?kind={choice.value}", "current": choice == kind}
        for choice in MeetingKind
    ]
    context = {
        "project": project,
        "meeting": meeting,
        "form": form,
        "clash": clash,
        "kind": kind,
        "kind_label": MeetingKind(kind).label,
        "kinds": [] if meeting else kinds,
        "sees_project": projects_for(actor_of(request)).filter(pk=project.pk).exists(),
    }
    return render(request, "meetings/plan.html", context, status=status)
