"""The meeting itself, on a shared screen or a phone: one page from the invitation to the written notes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.errors import InvalidInput, NotFound, StaleWrite
from tongzhou.core.pages import Who, actor_of, add_errors, as_download, page

from .. import policies, queries, services
from ..forms import ClosingForm, StatementForm
from ..states import MeetingState
from .parts import (
    agenda_item_context,
    answer_part,
    known_part,
    part_context,
    reach_meeting,
    refuse_part,
    template_of,
    whole_context,
)


@page(Who.PERSON)
def meeting(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Invitation, agenda, attendance, objectives, resources, commitments, decisions, open points, next steps."""
    found = reach_meeting(request, meeting_id)
    return render(request, "meetings/meeting.html", whole_context(request, found))


@page(Who.PERSON)
def part(request: HttpRequest, meeting_id: int, part: str) -> HttpResponse:
    """One part anew, because somebody changed it; ``?item=`` gives one topic of the agenda."""
    found = reach_meeting(request, meeting_id)
    key = request.GET.get("item", "")
    if part == "agenda" and key:
        item = reach(found.agenda.all(), int(key) if key.isdecimal() and len(key) < 19 else 0)
        return render(request, "meetings/parts/agenda_item.html", agenda_item_context(request, found, item))
    name = known_part(part)
    moved_on = name == "state" and request.GET.get("seen", found.state) != found.state
    if moved_on and not policies.can_take_notes(actor_of(request), found):
        # Who only reads along has nothing to lose by a fresh page.
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, template_of(name), part_context(request, found, name))


@page(Who.PERSON)
def calendar(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The meeting as a calendar file."""
    found = reach_meeting(request, meeting_id)
    method: queries.Method = "CANCEL" if found.state == MeetingState.CANCELLED else "PUBLISH"
    data = queries.calendar_file(found, method).encode()
    return as_download(data, f"meeting-{found.pk}.ics", "text/calendar; charset=utf-8")


@page(Who.PERSON, "POST")
def start(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Opens the session."""
    found = services.start_meeting(reach_meeting(request, meeting_id).pk, by=actor_of(request))
    return redirect(found)


@page(Who.PERSON, "POST")
def end(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Closes the session; the minutes are completed next."""
    found = services.end_meeting(reach_meeting(request, meeting_id).pk, by=actor_of(request))
    messages.success(request, _("The meeting is over. Complete the notes, then send the minutes for confirmation."))
    return redirect(found)


@page(Who.PERSON, "POST")
def closing(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """First sync, next meeting, copies, when it was held; saves itself while it is filled in."""
    found = reach_meeting(request, meeting_id)
    form = ClosingForm(request.POST, auto_id="closing-%s")
    if form.is_valid():
        try:
            saved = services.note_closing(found.pk, form.read_at, form.values(), by=actor_of(request))
        except InvalidInput as refusal:
            add_errors(form, refusal)
        except StaleWrite as stale:
            # Both versions as their controls hold them, so that either can be put into the form.
            mine, theirs = ({name: _typed(value) for name, value in v.items()} for v in (stale.mine, stale.theirs))
            raise StaleWrite(stale.current, mine, theirs, stale.version) from stale
        else:
            if request.headers.get("X-Autosave"):
                names = tuple(form.values())
                stored = {name: _typed(getattr(saved, name)) for name in names}
                return saved_answer(saved.version, stored, form.cleaned_data)
            return answer_part(request, found.pk, "closing", said=_("Saved."))
    if request.headers.get("X-Autosave"):
        return JsonResponse({"errors": form.errors}, status=422)
    return refuse_part(request, found, "closing", closing_form=form)


@page(Who.PERSON, "POST")
def resources(request: HttpRequest, meeting_id: int, department_id: int) -> HttpResponse:
    """What one department brings and needs; saves itself."""
    found = reach_meeting(request, meeting_id)
    if not found.project.parties.filter(department_id=department_id, left_at__isnull=True).exists():
        raise NotFound
    form = StatementForm(request.POST, auto_id=f"resources-{department_id}-%s")
    if form.is_valid():
        try:
            saved = services.state_resources(found.pk, department_id, form.read_at, form.values(), by=actor_of(request))
        except InvalidInput as refusal:
            add_errors(form, refusal)
        else:
            if request.headers.get("X-Autosave"):
                stored = {"offers": saved.offers, "needs": saved.needs}
                return saved_answer(saved.version, stored, form.cleaned_data)
            return answer_part(request, found.pk, "resources", said=_("Saved."))
    if request.headers.get("X-Autosave"):
        return JsonResponse({"errors": form.errors}, status=422)
    return refuse_part(request, found, "resources", form=form)


def saved_answer(version: int, stored: dict[str, str], sent: Mapping[str, Any]) -> JsonResponse:
    """What a form that saves itself is told: its new version, and what others wrote into its other fields meanwhile."""
    others = {name: text for name, text in stored.items() if text != _typed(sent.get(name))}
    return JsonResponse({"version": version, "saved_at": f"{clock.local_now():%H:%M}", "fields": others})


def _typed(value: object) -> str:
    """A value as its control holds it."""
    if isinstance(value, datetime):
        return f"{value.astimezone(clock.company_zone()):%Y-%m-%dT%H:%M}"
    return "" if value is None else str(value)
