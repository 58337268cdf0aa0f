"""What of resources waits for a person: answering a need, deciding a counter-offer, approving the request."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.core.actor import Actor
from tongzhou.projects.duties import Duty, DutyAct, DutyFinder, register
from tongzhou.projects.states import OPEN

from . import queries
from .models import ResourceNeed, ResourceRequest
from .resource_states import NeedState, RequestState


def register_finders() -> None:
    """Makes the duties known; called when the app is ready."""
    register(DutyFinder("planning.resources", _mine, _others))


def _need(need: ResourceNeed, act: DutyAct, title: str, why: str, button: str) -> Duty:
    return Duty(
        act=act,
        title=title,
        project_id=need.project_id,
        project_name=need.project.name,
        why=why,
        link=reverse("planning:need", args=[need.project_id, need.pk]),
        button=button,
    )


def _mine(actor: Actor) -> Iterable[Duty]:
    for need in queries.needs_to_answer(actor).filter(project__phase__in=OPEN):
        title = _("Say what you can give: %(need)s") % {"need": need.name}
        why = _("Asked of %(department)s") % {"department": need.provider.name}
        yield _need(need, DutyAct.ANSWER, title, why, _("Answer"))
    for need in queries.countered_needs(actor).filter(project__phase__in=OPEN):
        title = _("%(department)s offers something else: %(need)s") % {
            "department": need.provider.name,
            "need": need.name,
        }
        yield _need(need, DutyAct.DECIDE, title, _("You lead the project"), _("Look at the offer"))
    waiting = ResourceRequest.objects.filter(
        state=RequestState.OPEN, round__signatories__person_id=actor.pk, project__phase__in=OPEN
    )
    for request in waiting.select_related("project"):
        yield Duty(
            act=DutyAct.DECIDE,
            title=_("Approve the resources"),
            project_id=request.project_id,
            project_name=request.project.name,
            why=_("You are asked as sponsor"),
            link=reverse("planning:resource_request", args=[request.project_id, request.pk]),
            button=_("Read and decide"),
        )


def _others(actor: Actor) -> Iterable[Duty]:
    rows = ResourceNeed.objects.filter(state=NeedState.ASKED, project__lead_id=actor.pk, project__phase__in=OPEN)
    for need in rows.select_related("project", "provider"):
        title = _("Answer on “%(need)s”") % {"need": need.name}
        yield _need(need, DutyAct.ANSWER, title, need.provider.name, _("Look"))
    requests = ResourceRequest.objects.filter(
        state=RequestState.OPEN, project__lead_id=actor.pk, project__phase__in=OPEN
    )
    for request in requests.select_related("project", "project__sponsor"):
        yield Duty(
            act=DutyAct.DECIDE,
            title=_("Approval of the resources"),
            project_id=request.project_id,
            project_name=request.project.name,
            why=request.project.sponsor.name if request.project.sponsor else "",
            link=reverse("planning:resource_request", args=[request.project_id, request.pk]),
            button=_("Look"),
        )
