"""汇总资源申请: the list goes to the sponsor, who decides it row by row."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tongzhou.core.access import reach
from tongzhou.core.errors import InvalidInput, NotFound, require
from tongzhou.core.pages import Who, actor_of, add_errors, as_download, page
from tongzhou.documents.fonts import MissingGlyph
from tongzhou.documents.render import CONTENT_TYPES
from tongzhou.projects.models import Project

from .. import queries, resource_policies, services
from ..models import ResourceRequest
from ..resource_forms import DecideForm
from ..resource_states import Approval, RequestState
from .needs import FORMATS
from .reaching import planned


@page(Who.PERSON, "POST")
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Freezes the list and asks the sponsor."""
    project, _context = planned(request, pk, "resources")
    sent = services.send_request(project.pk, by=actor_of(request))
    messages.success(request, _("Sent to the sponsor."))
    return redirect("planning:resource_request", pk=project.pk, request_id=sent.pk)


@page(Who.PERSON, "POST")
def none_needed(request: HttpRequest, pk: int) -> HttpResponse:
    """States that the project needs no further resources."""
    project, _context = planned(request, pk, "resources")
    services.state_none_needed(project.pk, by=actor_of(request))
    messages.success(request, _("Noted: no further resources are needed."))
    return redirect("planning:needs", pk=project.pk)


@page(Who.PERSON, "GET", "POST")
def resource_request(request: HttpRequest, pk: int, request_id: int) -> HttpResponse:
    """The frozen list; the sponsor decides in it."""
    project, context = planned(request, pk, "resources")
    found = _request_in(request, project, request_id)
    actor = actor_of(request)
    may_decide = resource_policies.can_approve(actor, found)
    is_open = found.state == RequestState.OPEN
    form = None
    status = 200
    if request.method == "POST":
        require(may_decide, _("Only the sponsor decides, and nobody on what they asked for themselves"))
    if may_decide and found.round is not None and (is_open or request.method == "POST"):
        rows = found.needs.filter(approval=Approval.PENDING).select_related("provider", "task", "department")
        form = DecideForm(request.POST or None, needs=rows, digest=found.round.digest)
        if request.method == "POST":
            status = 422
            if form.is_valid():
                try:
                    services.decide_request(
                        found.pk,
                        form.verdicts,
                        shown_digest=form.cleaned_data["digest"],
                        reason=form.cleaned_data["reason"],
                        by=actor,
                    )
                except InvalidInput as refusal:
                    add_errors(form, refusal)
                else:
                    messages.success(request, _("Your decision is recorded."))
                    return redirect("planning:resource_request", pk=project.pk, request_id=found.pk)
    context |= {
        "resource_request": found,
        "decide_form": form,
        "paper": queries.request_html(found),
        "decision": found.round.decisions.first() if found.round else None,
        "may_call_back": is_open and resource_policies.can_send_request(actor, project),
        "digest_groups": [found.round.digest[at : at + 8] for at in range(0, 64, 8)] if found.round else [],
    }
    return render(request, "planning/resource_request.html", context, status=status)


@page(Who.PERSON, "POST")
def call_back(request: HttpRequest, pk: int, request_id: int) -> HttpResponse:
    """Takes the list back before it is decided."""
    project, _context = planned(request, pk, "resources")
    services.call_request_back(_request_in(request, project, request_id).pk, by=actor_of(request))
    messages.success(request, _("Called back."))
    return redirect("planning:needs", pk=project.pk)


@page(Who.PERSON)
def request_file(request: HttpRequest, pk: int, request_id: int, fmt: str) -> HttpResponse:
    """The frozen list as Word, Excel or PDF."""
    project, _context = planned(request, pk, "resources")
    found = _request_in(request, project, request_id)
    if fmt not in FORMATS:
        raise NotFound
    try:
        name, data = queries.resource_file(project, found, fmt, "")
    except MissingGlyph as failure:
        messages.error(request, str(failure.message))
        return redirect("planning:resource_request", pk=project.pk, request_id=found.pk)
    return as_download(data, name, CONTENT_TYPES[fmt])  # type: ignore[index]


def _request_in(request: HttpRequest, project: Project, request_id: int) -> ResourceRequest:
    """A request of this very project."""
    return reach(queries.requests_for(actor_of(request)).filter(project=project), request_id)
