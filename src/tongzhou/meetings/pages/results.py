"""Decisions and open points."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tongzhou.core.access import reach
from tongzhou.core.errors import InvalidInput, StaleWrite, require
from tongzhou.core.pages import Who, actor_of, add_errors, page

from .. import policies, queries, services
from ..forms import OpenPointForm, ResolutionForm, SettleForm
from ..models import Meeting, OpenPoint, Resolution
from .parts import answer_part, clash_page, entry_page, reach_meeting, refuse_part, require_notes

_Form = ResolutionForm | OpenPointForm


@page(Who.PERSON, "POST")
def add_resolution(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """A decision."""
    meeting = reach_meeting(request, meeting_id)
    require(policies.can_write(actor_of(request), meeting))
    form = _form(ResolutionForm, meeting, request.POST, auto_id="resolution-%s")
    if form.is_valid():
        try:
            services.add_resolution(meeting.pk, form.values(), by=actor_of(request))
        except InvalidInput as refusal:
            add_errors(form, refusal)
        else:
            return answer_part(request, meeting.pk, "resolutions", reopened=True)
    return refuse_part(request, meeting, "resolutions", resolution_form=form)


@page(Who.PERSON, "GET", "POST")
def edit_resolution(request: HttpRequest, meeting_id: int, resolution_id: int) -> HttpResponse:
    """Changes a decision."""
    meeting = reach_meeting(request, meeting_id)
    found = reach(meeting.resolutions.all(), resolution_id)
    return _edit(request, meeting, found, ResolutionForm, services.change_resolution, "resolutions")


@page(Who.PERSON, "POST")
def remove_resolution(request: HttpRequest, meeting_id: int, resolution_id: int) -> HttpResponse:
    """Out of the notes."""
    meeting = reach_meeting(request, meeting_id)
    services.remove_resolution(reach(meeting.resolutions.all(), resolution_id).pk, by=actor_of(request))
    return answer_part(request, meeting.pk, "resolutions")


@page(Who.PERSON, "POST")
def commit(request: HttpRequest, meeting_id: int, resolution_id: int) -> HttpResponse:
    """The decision becomes a commitment, nothing is typed again."""
    meeting = reach_meeting(request, meeting_id)
    found = reach(meeting.resolutions.all(), resolution_id)
    key = request.POST.get("department", "")
    department = int(key) if key.isdecimal() and len(key) < 19 else None
    services.make_commitment(found.pk, department_id=department, by=actor_of(request))
    response = answer_part(request, meeting.pk, "resolutions", said=_("The decision is a commitment now."))
    response["HX-Trigger"] = "commitments-changed"
    return response


@page(Who.PERSON, "POST")
def add_open_point(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """What could not be settled."""
    meeting = reach_meeting(request, meeting_id)
    require(policies.can_write(actor_of(request), meeting))
    form = _form(OpenPointForm, meeting, request.POST, auto_id="open-point-%s")
    if form.is_valid():
        try:
            services.add_open_point(meeting.pk, form.values(), by=actor_of(request))
        except InvalidInput as refusal:
            add_errors(form, refusal)
        else:
            return answer_part(request, meeting.pk, "open-points", reopened=True)
    return refuse_part(request, meeting, "open-points", open_point_form=form)


@page(Who.PERSON, "GET", "POST")
def edit_open_point(request: HttpRequest, meeting_id: int, point_id: int) -> HttpResponse:
    """Changes an open point."""
    meeting = reach_meeting(request, meeting_id)
    found = reach(meeting.open_points.all(), point_id)
    return _edit(request, meeting, found, OpenPointForm, services.change_open_point, "open-points")


@page(Who.PERSON, "POST")
def remove_open_point(request: HttpRequest, meeting_id: int, point_id: int) -> HttpResponse:
    """Out of the notes."""
    meeting = reach_meeting(request, meeting_id)
    services.remove_open_point(reach(meeting.open_points.all(), point_id).pk, by=actor_of(request))
    return answer_part(request, meeting.pk, "open-points")


@page(Who.PERSON, "GET", "POST")
def settle(request: HttpRequest, meeting_id: int, point_id: int) -> HttpResponse:
    """The answer has come."""
    actor = actor_of(request)
    meeting = reach_meeting(request, meeting_id)
    point = reach(queries.open_points_for(actor).filter(meeting=meeting), point_id)
    require(policies.can_settle(actor, point))
    form = SettleForm(request.POST or None, auto_id="entry-%s")
    if request.method == "POST" and form.is_valid():
        services.settle_open_point(point.pk, form.cleaned_data["answer"], by=actor)
        return answer_part(request, meeting.pk, "open-points")
    status = 422 if form.errors else 200
    return entry_page(request, meeting, form, "open-points", status=status, about=point.text)


def _form(kind: type[_Form], meeting: Meeting, *args: Any, **kwargs: Any) -> _Form:
    return kind(queries.meeting_departments(meeting), queries.people_in(meeting), *args, **kwargs)


def _edit(
    request: HttpRequest,
    meeting: Meeting,
    found: Resolution | OpenPoint,
    kind: type[_Form],
    service: Callable[..., Any],
    part: str,
) -> HttpResponse:
    require_notes(request, meeting)
    if request.method == "GET":
        initial = {
            "version": found.version,
            "text": found.text,
            "department": found.department_id,
            "owner": found.owner_id,
            "due": found.due,
        }
        return entry_page(request, meeting, _form(kind, meeting, initial=initial, auto_id="entry-%s"), part)
    form = _form(kind, meeting, request.POST, auto_id="entry-%s")
    if form.is_valid():
        try:
            service(found.pk, form.read_at, form.values(), by=actor_of(request))
        except InvalidInput as refusal:
            add_errors(form, refusal)
        except StaleWrite as stale:
            return clash_page(request, meeting, form, part, stale)
        else:
            return answer_part(request, meeting.pk, part)
    return entry_page(request, meeting, form, part, status=422)
