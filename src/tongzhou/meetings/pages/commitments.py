"""Commitments taken down in the meeting."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from tongzhou.core.access import reach
from tongzhou.core.errors import InvalidInput, StaleWrite, require
from tongzhou.core.pages import Who, actor_of, add_errors, page

from .. import policies, queries, services
from ..forms import CommitmentForm
from ..models import Meeting
from .parts import answer_part, clash_page, entry_page, reach_meeting, refuse_part, require_notes

_NAMES = ("version", "action", "deliverable", "quantity", "unit", "due", "acceptance")


@page(Who.PERSON, "POST")
def add(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """What a department promises."""
    meeting = reach_meeting(request, meeting_id)
    require(policies.can_write(actor_of(request), meeting))
    form = _form(meeting, request.POST)
    if form.is_valid():
        try:
            services.add_meeting_commitment(meeting.pk, form.values(), by=actor_of(request))
        except InvalidInput as refusal:
            add_errors(form, refusal)
        else:
            return answer_part(request, meeting.pk, "commitments", reopened=True)
    return refuse_part(request, meeting, "commitments", commitment_form=form)


@page(Who.PERSON, "GET", "POST")
def edit(request: HttpRequest, meeting_id: int, commitment_id: int) -> HttpResponse:
    """Makes a promise more concrete."""
    meeting = reach_meeting(request, meeting_id)
    commitment = reach(meeting.project.commitments.all(), commitment_id)
    require_notes(request, meeting)
    if request.method == "GET":
        initial: dict[str, Any] = {name: getattr(commitment, name) for name in _NAMES}
        if commitment.quantity is not None:
            initial["quantity"] = f"{commitment.quantity.normalize():f}"
        initial |= {"department": commitment.department_id, "owner": commitment.owner_id}
        return entry_page(request, meeting, _form(meeting, initial=initial), "commitments")
    form = _form(meeting, request.POST)
    if form.is_valid():
        try:
            services.change_meeting_commitment(
                meeting.pk, commitment.pk, form.read_at, form.values(), by=actor_of(request)
            )
        except InvalidInput as refusal:
            add_errors(form, refusal)
        except StaleWrite as stale:
            return clash_page(request, meeting, form, "commitments", stale)
        else:
            return answer_part(request, meeting.pk, "commitments")
    return entry_page(request, meeting, form, "commitments", status=422)


@page(Who.PERSON, "POST")
def withdraw(request: HttpRequest, meeting_id: int, commitment_id: int) -> HttpResponse:
    """Noted by mistake."""
    meeting = reach_meeting(request, meeting_id)
    reach(meeting.project.commitments.all(), commitment_id)
    services.withdraw_meeting_commitment(meeting.pk, commitment_id, by=actor_of(request))
    return answer_part(request, meeting.pk, "commitments")


def _form(meeting: Meeting, *args: Any, **kwargs: Any) -> CommitmentForm:
    return CommitmentForm(
        queries.meeting_departments(meeting), queries.people_in(meeting), *args, auto_id="entry-%s", **kwargs
    )
