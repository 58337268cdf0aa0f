"""《资源需求表》 as a page: what tasks need, what departments offer, conflicts first."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tongzhou.core.access import reach
from tongzhou.core.errors import InvalidInput, NotFound, StaleWrite, require
from tongzhou.core.pages import Who, actor_of, add_errors, answer, as_download, page, paged
from tongzhou.documents.fonts import MissingGlyph
from tongzhou.documents.render import CONTENT_TYPES
from tongzhou.projects.models import Project
from tongzhou.projects.pages.reaching import in_words, reason_in

from .. import queries, resource_policies, services
from ..models import ResourceNeed
from ..resource_forms import NeedForm, OfferForm, TakeForm, may_ask_for
from ..resource_states import NeedState, OfferState, RemedyState
from .reaching import planned
from .remedies import leveled_way, remedies_shown

FORMATS = ("docx", "xlsx", "pdf")
NEEDS_A_PAGE = 100
# Each with its ways out; those behind follow as these are solved.
CONFLICTS_SHOWN = 10


@page(Who.PERSON, "GET", "POST")
def needs(request: HttpRequest, pk: int) -> HttpResponse:
    """Conflicts with their ways out, the needs with where they stand; POST asks for one more."""
    project, context = planned(request, pk, "resources")
    actor = actor_of(request)
    tasks = may_ask_for(actor, project)
    adding = request.method == "POST"
    form = None
    if tasks.exists():
        form = NeedForm(request.POST or None, project=project, tasks=tasks)
    if adding:
        require(form is not None, _("The plan is fixed now, or it is not yours to change"))
    if adding and form is not None and form.is_valid():
        try:
            need = services.ask_resource(project.pk, form.values, by=actor)
        except InvalidInput as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("%(department)s has been asked.") % {"department": need.provider.name})
            return redirect("planning:needs", pk=project.pk)
    rows = list(queries.needs_of(project, actor))
    standing = [row for row in rows if row.state != NeedState.WITHDRAWN]
    shown = paged(request, standing, NEEDS_A_PAGE)
    for row in shown:
        row.reply = queries.reply_of(row)
    solvable = queries.solvable_conflicts(project, actor, CONFLICTS_SHOWN)
    if context["plan_is_open"]:
        context |= leveled_way(project, solvable)
    context |= {
        "form": form,
        "adding": adding,
        "needs": standing,
        "shown": shown,
        "withdrawn": [row for row in rows if row.state == NeedState.WITHDRAWN],
        "solvable": solvable[:CONFLICTS_SHOWN],
        "more_conflicts": len(solvable[CONFLICTS_SHOWN:]),
        "remedies": remedies_shown(project, actor),
        "last_remedy": queries.last_applied(project, actor) if context["plan_is_open"] else None,
        "held_count": queries.held_tasks(project).count() if context["may_plan"] else 0,
        "resource_request": queries.latest_request(project),
        "to_send": [row for row in rows if row.state == NeedState.AGREED and not row.approval],
        "money": queries.money_asked(standing),
        "none_needed": None if standing else queries.none_needed(project),
        "may_send": resource_policies.can_send_request(actor, project),
    }
    return answer(request, "planning/needs.html", context, partial="needs", status=422 if adding else 200)


@page(Who.PERSON, "GET", "POST")
def need(request: HttpRequest, pk: int, need_id: int) -> HttpResponse:
    """One need: what is asked (to write, for who may), what is offered, what may be done now."""
    project, context = planned(request, pk, "resources")
    found = _need_in(request, project, need_id)
    actor = actor_of(request)
    may_change = resource_policies.can_change_need(actor, found)
    status = 200
    form = None
    if request.method == "POST":
        require(may_change, _("The plan is fixed now, or it is not yours to change"))
    if may_change:
        form = NeedForm(request.POST or None, project=project, tasks=may_ask_for(actor, project), need=found)
        if request.method == "POST":
            status = 422
            if form.is_valid() and (status := _saved(request, found, form, context)) == 200:
                messages.success(request, _("Saved."))
                return redirect("planning:need", pk=project.pk, need_id=found.pk)
    return render(request, "planning/need.html", context | _told(request, found, form), status=status)


@page(Who.PERSON, "POST")
def offer(request: HttpRequest, pk: int, need_id: int) -> HttpResponse:
    """The providing department's answer."""
    project, context = planned(request, pk, "resources")
    found = _need_in(request, project, need_id)
    actor = actor_of(request)
    require(resource_policies.can_prepare(actor, found))
    form = OfferForm(request.POST, need=found)
    if form.is_valid():
        try:
            made = services.offer_resource(
                found.pk,
                form.values,
                person_ids=form.person_ids,
                knowingly=form.cleaned_data["knowingly"],
                by=actor,
            )
        except InvalidInput as refusal:
            add_errors(form, refusal)
        else:
            words = {
                OfferState.PREPARED: _("Prepared. The head of the department confirms it."),
                OfferState.MADE: _("Offered. The project lead decides on it."),
                OfferState.ACCEPTED: _("Promised and booked."),
            }
            messages.success(request, words[OfferState(made.state)])
            return redirect("planning:need", pk=project.pk, need_id=found.pk)
    context |= _told(request, found, _change_form(request, project, found)) | {"offer_form": form}
    return render(request, "planning/need.html", context, status=422)


@page(Who.PERSON, "POST")
def confirm(request: HttpRequest, pk: int, need_id: int) -> HttpResponse:
    """The head confirms what was prepared."""
    project, _context = planned(request, pk, "resources")
    services.confirm_offer(
        _need_in(request, project, need_id).pk, knowingly="knowingly" in request.POST, by=actor_of(request)
    )
    messages.success(request, _("Confirmed."))
    return redirect("planning:need", pk=project.pk, need_id=need_id)


@page(Who.PERSON, "POST")
def decline(request: HttpRequest, pk: int, need_id: int) -> HttpResponse:
    """The department cannot give it."""
    project, _context = planned(request, pk, "resources")
    services.decline_need(_need_in(request, project, need_id).pk, reason_in(request), by=actor_of(request))
    messages.success(request, _("Declined. The project lead reads the reason."))
    return redirect("planning:need", pk=project.pk, need_id=need_id)


@page(Who.PERSON, "POST")
def accept(request: HttpRequest, pk: int, need_id: int) -> HttpResponse:
    """The lead takes the counter-offer."""
    project, _context = planned(request, pk, "resources")
    services.accept_offer(_need_in(request, project, need_id).pk, by=actor_of(request))
    messages.success(request, _("Accepted and booked."))
    return redirect("planning:needs", pk=project.pk)


@page(Who.PERSON, "POST")
def turn_down(request: HttpRequest, pk: int, need_id: int) -> HttpResponse:
    """The lead asks the department to look again."""
    project, _context = planned(request, pk, "resources")
    services.turn_down_offer(_need_in(request, project, need_id).pk, reason_in(request), by=actor_of(request))
    messages.success(request, _("Turned down; the department is asked again."))
    return redirect("planning:need", pk=project.pk, need_id=need_id)


@page(Who.PERSON, "POST")
def withdraw(request: HttpRequest, pk: int, need_id: int) -> HttpResponse:
    """No longer asked."""
    project, _context = planned(request, pk, "resources")
    services.withdraw_need(_need_in(request, project, need_id).pk, reason=reason_in(request), by=actor_of(request))
    messages.success(request, _("Withdrawn."))
    return redirect("planning:needs", pk=project.pk)


@page(Who.PERSON, "POST")
def again(request: HttpRequest, pk: int, need_id: int) -> HttpResponse:
    """Asked once more."""
    project, _context = planned(request, pk, "resources")
    services.ask_again(_need_in(request, project, need_id).pk, by=actor_of(request))
    messages.success(request, _("Asked again."))
    return redirect("planning:need", pk=project.pk, need_id=need_id)


@page(Who.PERSON, "POST")
def resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes one of the proposals that mend a conflict."""
    project, _context = planned(request, pk, "resources")
    form = TakeForm(request.POST)
    key = form.cleaned_data["key"] if form.is_valid() else ""
    taken = services.take_proposal(project.pk, key, by=actor_of(request))
    remedy = taken.remedy
    if remedy is not None and remedy.state == RemedyState.PROPOSED:
        messages.success(request, _("Proposed. The departments concerned are asked to accept it."))
        return redirect("planning:remedy", pk=project.pk, remedy_id=remedy.pk)
    messages.success(request, _("Done: %(what)s") % {"what": taken.text})
    return redirect("planning:needs", pk=project.pk)


@page(Who.PERSON)
def needs_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The form with all needs as they stand now."""
    project, context = planned(request, pk, "resources")
    return render(
        request, "planning/needs_paper.html", context | {"paper": queries.needs_html(project, actor_of(request).name)}
    )


@page(Who.PERSON)
def needs_file(request: HttpRequest, pk: int, fmt: str) -> HttpResponse:
    """The same as Word, Excel or PDF."""
    project, _context = planned(request, pk, "resources")
    if fmt not in FORMATS:
        raise NotFound
    try:
        name, data = queries.resource_file(project, None, fmt, actor_of(request).name)
    except MissingGlyph as failure:
        messages.error(request, str(failure.message))
        return redirect("planning:needs", pk=project.pk)
    return as_download(data, name, CONTENT_TYPES[fmt])  # type: ignore[index]


def _needs(request: HttpRequest, project: Project) -> QuerySet[ResourceNeed]:
    return queries.needs_of(project, actor_of(request))


def _need_in(request: HttpRequest, project: Project, need_id: int) -> ResourceNeed:
    """A need of this very project."""
    return reach(_needs(request, project), need_id)


def _change_form(request: HttpRequest, project: Project, found: ResourceNeed) -> NeedForm | None:
    actor = actor_of(request)
    if not resource_policies.can_change_need(actor, found):
        return None
    return NeedForm(project=project, tasks=may_ask_for(actor, project), need=found)


def _told(request: HttpRequest, found: ResourceNeed, form: NeedForm | None) -> dict[str, Any]:
    actor = actor_of(request)
    current = queries.current_offer(found)
    waits = found.state in {NeedState.ASKED, NeedState.COUNTERED}
    prepares = waits and resource_policies.can_prepare(actor, found) and found.approval != "pending"
    decides = waits and resource_policies.can_offer(actor, found)
    return {
        "need": found,
        "need_form": form,
        "offer": current,
        "offers": found.offers_shown,  # type: ignore[attr-defined]
        "reply": queries.reply_of(found),
        "held": found.held,  # type: ignore[attr-defined]
        "offer_form": OfferForm(need=found, offer=current) if prepares else None,
        "decides": decides,
        "is_prepared": current is not None and current.state == OfferState.PREPARED,
        "may_settle": found.state == NeedState.COUNTERED and resource_policies.can_settle(actor, found),
        "may_ask_again": form is not None and found.state in {NeedState.DECLINED, NeedState.WITHDRAWN},
        "is_rejected": found.approval in {"rejected", "partly"},
    }


def _saved(request: HttpRequest, found: ResourceNeed, form: NeedForm, context: dict[str, Any]) -> int:
    try:
        services.change_need(found.pk, form.cleaned_data["version"], form.values, by=actor_of(request))
    except InvalidInput as refusal:
        add_errors(form, refusal)
        return 422
    except StaleWrite as stale:
        context["failure"] = in_words(stale, {})
        form.data = {**request.POST.dict(), "version": str(stale.version)}
        return 409
    return 200
