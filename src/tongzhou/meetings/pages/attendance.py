"""Who comes, who is there."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tongzhou.core.access import reach
from tongzhou.core.errors import InvalidInput, require
from tongzhou.core.pages import Who, actor_of, add_errors, page

from .. import policies, queries, services
from ..forms import InvitationForm, InviteForm
from .parts import answer_part, reach_meeting, refuse_part


@page(Who.PERSON, "POST")
def answer(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """I will come; or not, and why, and who comes instead."""
    actor = actor_of(request)
    meeting = reach_meeting(request, meeting_id)
    form = InvitationForm(queries.stand_ins(meeting, actor), request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            services.answer_invitation(
                meeting.pk, given["answer"], reason=given["reason"], instead_id=given["instead"], by=actor
            )
        except InvalidInput as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("Thank you, your answer is noted."))
            return redirect(meeting)
    return refuse_part(request, meeting, "state", form=form)


@page(Who.PERSON, "POST")
def invite(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """One more person."""
    actor = actor_of(request)
    meeting = reach_meeting(request, meeting_id)
    require(policies.can_write(actor, meeting))
    invited = [(a.person_id, a.person.name) for a in meeting.attendees.select_related("person")]
    form = InviteForm(queries.people_in(meeting), invited, request.POST, auto_id="invite-%s")
    if form.is_valid():
        given = form.cleaned_data
        try:
            services.invite(meeting.pk, given["person"], instead_of_id=given["instead_of"], by=actor)
        except InvalidInput as refusal:
            add_errors(form, refusal)
        else:
            return answer_part(request, meeting.pk, "attendance")
    return refuse_part(request, meeting, "attendance", invite_form=form)


@page(Who.PERSON, "POST")
def everybody_in(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Everybody who has not been noted yet is there."""
    meeting = reach_meeting(request, meeting_id)
    services.check_everybody_in(meeting.pk, by=actor_of(request))
    return answer_part(request, meeting.pk, "attendance")


@page(Who.PERSON, "POST")
def check(request: HttpRequest, meeting_id: int, attendee_id: int) -> HttpResponse:
    """This person is there, or is not."""
    meeting = reach_meeting(request, meeting_id)
    reach(meeting.attendees.all(), attendee_id)
    services.check_attendance(
        meeting.pk,
        attendee_id,
        request.POST.get("attendance", ""),
        reason=request.POST.get("reason", "").replace("\x00", ""),
        by=actor_of(request),
    )
    return answer_part(request, meeting.pk, "attendance")


@page(Who.PERSON, "POST")
def remove(request: HttpRequest, meeting_id: int, attendee_id: int) -> HttpResponse:
    """Put on the list by mistake."""
    meeting = reach_meeting(request, meeting_id)
    services.uninvite(meeting.pk, attendee_id, by=actor_of(request))
    return answer_part(request, meeting.pk, "attendance")
