"""Resource needs, offers and the request to the sponsor → messages to who has to answer, decide, or waited for it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from tongzhou.core.events import on
from tongzhou.core.models import AuditEvent
from tongzhou.people.models.deputies import Scope
from tongzhou.people.queries import deputies_of
from tongzhou.projects.queries.projects import head_ids

from ..models import ResourceNeed, ResourceRequest
from ..queries.resource_paper import reply_of
from ..task_people import contacts_in
from .telling import part_of, tell


def _asked_in_words(need: ResourceNeed) -> str:
    """How much of what, for which task, when; written in the reader's language."""
    if need.is_money:
        text = gettext("%(amount)s yuan: %(name)s") % {"amount": f"{need.amount:,.2f}", "name": need.name}
    elif need.is_people:
        text = ngettext("%(count)s person: %(name)s", "%(count)s persons: %(name)s", need.quantity) % {
            "count": need.quantity,
            "name": need.name,
        }
    else:
        text = f"{need.name} × {need.quantity}"
    first, last = need.period
    if first and last and not need.is_money:
        text += gettext(" from %(first)s until %(last)s") % {"first": first.isoformat(), "last": last.isoformat()}
    return text


_in_words, _reply = lazy(_asked_in_words, str), lazy(reply_of, str)


@on("planning.need.asked")
@on("planning.need.asked_again")
def tell_the_asked_department(event: AuditEvent) -> None:
    """Head, deputies and contact person of the providing department learn what is asked of it."""
    need = _need(event)
    title = _("%(department)s asks %(provider)s for “%(need)s”: %(project)s")
    body = _("%(asked)s. Purpose: %(purpose)s")
    tell(event, _provider_side(need), title, body, link=_link(need), urgent=need.priority == "high", **_facts(need))


@on("planning.need.changed")
def tell_that_the_need_is_another(event: AuditEvent) -> None:
    """What was asked is different now: the department answers anew."""
    need = _need(event)
    if need.state == "asked" and set(part_of(event, "after")) - {"unit", "purpose", "alternative", "priority"}:
        title = _("Changed, please answer anew: “%(need)s” (%(project)s)")
        tell(event, _provider_side(need), title, _("%(asked)s"), link=_link(need), **_facts(need))


@on("planning.need.withdrawn")
def tell_that_it_is_not_needed(event: AuditEvent) -> None:
    """The department need not keep anything free any more."""
    need = _need(event)
    title = _("No longer needed: “%(need)s” (%(project)s)")
    tell(event, _provider_side(need), title, "%(reason)s", link=_link(need), mail=False, **_facts(need))


@on("planning.need.answer_prepared")
def tell_the_head_to_confirm(event: AuditEvent) -> None:
    """The contact person has prepared the answer; only the head or a deputy gives it."""
    need = _need(event)
    title = _("%(who)s has prepared the answer on “%(need)s”; please confirm it (%(project)s)")
    tell(event, _heads(need.provider_id), title, _("%(reply)s"), link=_link(need), **_facts(need))


@on("planning.need.offered")
def tell_that_it_is_promised(event: AuditEvent) -> None:
    """Who asked, and the lead, learn that it is promised."""
    need = _need(event)
    title = _("%(provider)s promises “%(need)s”: %(project)s")
    tell(event, _asking_side(need), title, _("%(reply)s"), link=_link(need), **_facts(need))


@on("planning.need.countered")
def tell_of_the_counter_offer(event: AuditEvent) -> None:
    """Something else is offered: the lead decides."""
    need = _need(event)
    title = _("%(provider)s offers something else for “%(need)s”; please decide (%(project)s)")
    tell(event, _asking_side(need), title, _("%(reply)s"), link=_link(need), **_facts(need))


@on("planning.need.declined")
def tell_that_it_is_declined(event: AuditEvent) -> None:
    """Declined, and why."""
    need = _need(event)
    title = _("%(provider)s cannot give “%(need)s”: %(project)s")
    tell(event, _asking_side(need), title, _("Reason: %(reason)s"), link=_link(need), **_facts(need))


@on("planning.need.accepted")
def tell_that_the_offer_is_taken(event: AuditEvent) -> None:
    """The department's other offer is taken and booked."""
    need = _need(event)
    title = _("Your offer for “%(need)s” is taken: %(project)s")
    tell(event, _provider_side(need), title, _("%(asked)s"), link=_link(need), **_facts(need))


@on("planning.need.turned_down")
def tell_that_the_offer_does_not_help(event: AuditEvent) -> None:
    """The department is asked again, and reads why."""
    need = _need(event)
    title = _("Your offer for “%(need)s” does not help; please look again (%(project)s)")
    tell(event, _provider_side(need), title, _("Reason: %(reason)s"), link=_link(need), **_facts(need))


@on("planning.request.sent")
def tell_the_sponsor(event: AuditEvent) -> None:
    """The consolidated request waits for the sponsor."""
    request = _request(event)
    rows = part_of(event, "after").get("rows", 0)
    title = _("Please decide on the resource request of %(project)s")
    body = _("%(rows)s needs, sent by %(who)s.")
    tell(event, [request.project.sponsor_id], title, body, link=_request_link(request), **_of(request), rows=rows)


@on("planning.request.called_back")
def tell_the_sponsor_to_wait(event: AuditEvent) -> None:
    """Nothing is to be decided any more."""
    request = _request(event)
    title = _("%(who)s has called the resource request back: %(project)s")
    people = [request.project.sponsor_id]
    tell(event, people, title, link=_request_link(request), mail=False, **_of(request))


@on("planning.request.approved")
@on("planning.request.approved_partly")
@on("planning.request.rejected")
def tell_the_decision(event: AuditEvent) -> None:
    """Lead, who sent it and who asked for something in it learn what the sponsor decided; departments what is cut."""
    request = _request(event)
    titles = {
        "approved": _("The resources are approved: %(project)s"),
        "approved_partly": _("The resources are approved in part: %(project)s"),
        "rejected": _("The resources are rejected: %(project)s"),
    }
    outcome = event.name.rpartition(".")[2]
    needs = list(request.needs.select_related("project"))
    asking = {request.project.lead_id, request.sent_by_id, *(need.requester_id for need in needs)}
    link = _request_link(request)
    reason = part_of(event, "after").get("reason", "")
    tell(event, asking, titles[outcome], "%(reason)s", link=link, **_of(request), reason=reason)
    if outcome != "approved":
        cut = {need.provider_id for need in needs if need.approval in {"partly", "rejected"}}
        heads = set(head_ids(cut).values()) - asking
        tell(event, heads, titles[outcome], "%(reason)s", link=link, part=":departments", **_of(request), reason=reason)


def _need(event: AuditEvent) -> ResourceNeed:
    return ResourceNeed.objects.select_related("project", "task", "department", "provider").get(pk=event.subject_id)


def _request(event: AuditEvent) -> ResourceRequest:
    return ResourceRequest.objects.select_related("project").get(pk=event.subject_id)


def _heads(department_id: int) -> set[int]:
    """The head, and who decides on resources for the head."""
    deputies = {row.deputy_id for row in deputies_of(department_id) if not row.scopes or Scope.RESOURCES in row.scopes}
    return deputies | set(head_ids([department_id]).values())


def _provider_side(need: ResourceNeed) -> set[int | None]:
    return {*_heads(need.provider_id), contacts_in([need.project_id]).get(need.project_id, {}).get(need.provider_id)}


def _asking_side(need: ResourceNeed) -> set[int | None]:
    return {need.requester_id, need.project.lead_id}


def _facts(need: ResourceNeed) -> dict[str, Any]:
    return {
        "need": need.name,
        "project": need.project.name,
        "department": need.department.name,
        "provider": need.provider.name,
        "purpose": need.purpose,
        "reason": need.reason,
        "asked": _in_words(need),
        "reply": _reply(need),
    }


def _of(request: ResourceRequest) -> dict[str, Any]:
    return {"project": request.project.name}


def _link(need: ResourceNeed) -> str:
    return reverse("planning:need", args=[need.project_id, need.pk])


def _request_link(request: ResourceRequest) -> str:
    return reverse("planning:resource_request", args=[request.project_id, request.pk])
