"""Who takes part: departments, contact persons, members and observers; lead, sponsor, secrecy; stop and go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tongzhou.core.access import LARGEST_KEY
from tongzhou.core.errors import DomainError, InvalidInput, NotFound, StaleWrite
from tongzhou.core.pages import Who, actor_of, add_errors, answer, page
from tongzhou.people.models import Person

from .. import policies, queries, services
from ..forms import ContactForm, FactsForm, ReasonForm, StakeholderForm
from ..models import Project
from ..states import BACK_TO, CANCEL, SUSPEND, Phase
from .reaching import in_words, project_for, reason_in, shared


@page(Who.PERSON)
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody in the project, and what the reader may change about it."""
    return _show(request, project_for(request, pk))


@page(Who.PERSON, "POST")
def facts(request: HttpRequest, pk: int) -> HttpResponse:
    """Changes name, lead, sponsor, period, tailoring, secrecy."""
    project = project_for(request, pk)
    form = FactsForm(request.POST, instance=project)
    if not form.is_valid():
        return _show(request, project, {"facts_form": form}, status=422)
    try:
        services.change_project(project.pk, form.cleaned_data["version"], form.values, by=actor_of(request))
    except InvalidInput as refusal:
        add_errors(form, refusal)
        return _show(request, project, {"facts_form": form}, status=422)
    except StaleWrite as stale:
        form.data = {**request.POST.dict(), "version": str(stale.version)}
        names = {person.pk: person.name for person in Person.objects.filter(pk__in=_persons(stale))}
        clash = in_words(stale, {"lead_id": names, "sponsor_id": names})
        return _show(request, project, {"facts_form": form}, failure=clash, status=409)
    messages.success(request, _("Saved."))
    return _after(request, project)


@page(Who.PERSON, "POST")
def contact(request: HttpRequest, pk: int, department_id: int) -> HttpResponse:
    """Names the contact person of a department."""
    project = project_for(request, pk)
    if department_id > LARGEST_KEY:
        raise NotFound
    form = ContactForm(request.POST, department_id=department_id)
    if not form.is_valid():
        raise InvalidInput({"contact": _("Choose a person of this department")})
    services.name_contact(project.pk, department_id, form.cleaned_data["contact"], by=actor_of(request))
    messages.success(request, _("The contact person is named."))
    return redirect("projects:people", pk=project.pk)


@page(Who.PERSON, "POST")
def party_leave(request: HttpRequest, pk: int, department_id: int) -> HttpResponse:
    """Takes a department out of the project; its record stays."""
    project = project_for(request, pk)
    services.remove_party(project.pk, department_id, reason_in(request), by=actor_of(request))
    messages.success(request, _("The department no longer takes part; its record stays."))
    return redirect("projects:people", pk=project.pk)


@page(Who.PERSON, "POST")
def stakeholder_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Lets a named person see the project."""
    project = project_for(request, pk)
    form = StakeholderForm(request.POST)
    if not form.is_valid():
        return _show(request, project, {"stakeholder_form": form}, status=422)
    try:
        services.add_stakeholder(
            project.pk, form.cleaned_data["person"], form.cleaned_data["role"], by=actor_of(request)
        )
    except InvalidInput as refusal:
        add_errors(form, refusal)
        return _show(request, project, {"stakeholder_form": form}, status=422)
    messages.success(request, _("Added."))
    return redirect("projects:people", pk=project.pk)


@page(Who.PERSON, "POST")
def stakeholder_remove(request: HttpRequest, pk: int, person_id: int) -> HttpResponse:
    """The person no longer sees the project by name."""
    project = project_for(request, pk)
    services.remove_stakeholder(project.pk, person_id, by=actor_of(request))
    messages.success(request, _("Taken out."))
    return _after(request, project)


@page(Who.PERSON, "POST")
def suspend(request: HttpRequest, pk: int) -> HttpResponse:
    """Stops the project for a time, with the reason."""
    return _stop(request, pk, services.suspend_project, _("The project is suspended."), "suspend_form")


@page(Who.PERSON, "POST")
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends the project for good, with the reason."""
    return _stop(request, pk, services.cancel_project, _("The project is cancelled."), "cancel_form")


@page(Who.PERSON, "POST")
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a suspended project up where it stood."""
    project = project_for(request, pk)
    services.resume_project(project.pk, by=actor_of(request))
    messages.success(request, _("The project goes on."))
    return redirect(project)


@page(Who.PERSON, "POST")
def back(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes the project one phase back, with the reason."""
    project = project_for(request, pk)
    target = _phase_behind(project)

    def one_back(project_id: int, reason: str, *, by: Any) -> Project:
        return services.move_back(project_id, target or "", reason, by=by)

    return _stop(request, pk, one_back, _("The project is one phase back."), "back_form")


def _stop(request: HttpRequest, pk: int, service: Callable[..., Project], done: str, name: str) -> HttpResponse:
    project = project_for(request, pk)
    form = ReasonForm(request.POST, prefix=None)
    if form.is_valid():
        try:
            service(project.pk, form.cleaned_data["reason"], by=actor_of(request))
        except InvalidInput as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, done)
            return redirect(project)
    return _show(request, project, {name: form}, status=422)


def _after(request: HttpRequest, project: Project) -> HttpResponse:
    """Back to the people; to the list for somebody who has just made the project invisible to themselves."""
    still_there = queries.projects_for(actor_of(request)).filter(pk=project.pk).exists()
    return redirect("projects:people", pk=project.pk) if still_there else redirect("projects:list")


def _persons(stale: StaleWrite) -> set[Any]:
    return {side.get(key) for side in (stale.mine, stale.theirs) for key in ("lead_id", "sponsor_id")}


def _phase_behind(project: Project) -> str | None:
    return next((phase for phase, transition in BACK_TO.items() if transition.possible(project, "phase")), None)


def _show(
    request: HttpRequest,
    project: Project,
    typed: dict[str, BaseForm] | None = None,
    *,
    status: int = 200,
    failure: DomainError | None = None,
) -> HttpResponse:
    typed = typed or {}
    actor = actor_of(request)
    may_edit = policies.can_edit_draft(actor, project)
    runs = policies.can_run(actor, project)
    cards = queries.party_cards(project)
    rows = []
    for card in cards:
        department = card.party.department
        may_name = policies.can_name_contact(actor, project, department.pk)
        form = None
        if may_name:
            form = ContactForm(
                department_id=department.pk,
                initial={"contact": card.party.contact_id},
                auto_id=f"contact-{department.pk}-%s",
            )
            if card.party.contact is not None:
                form.name_known(card.party.contact)
        rows.append({"card": card, "form": form})
    may_stop = policies.can_stop(actor, project)
    behind = _phase_behind(project) if may_stop else None
    context = shared(request, project, "people") | {
        "rows": rows,
        "stakeholders": project.stakeholders.select_related("person"),
        "may_edit": may_edit,
        "may_remove": runs,
        "facts_form": typed.get("facts_form")
        or (FactsForm(instance=project, initial={"version": project.version}) if may_edit else None),
        "stakeholder_form": typed.get("stakeholder_form") or (StakeholderForm() if may_edit else None),
        "suspend_form": typed.get("suspend_form")
        or (_reason("suspend") if may_stop and SUSPEND.possible(project, "phase") else None),
        "cancel_form": typed.get("cancel_form")
        or (_reason("cancel") if may_stop and CANCEL.possible(project, "phase") else None),
        "back_form": typed.get("back_form") or (_reason("back") if behind else None),
        "back_label": Phase(behind).label if behind else "",
        "may_resume": may_stop and project.phase == Phase.SUSPENDED,
        "failure": failure,
    }
    return answer(request, "projects/people.html", context, status=status)


def _reason(name: str) -> ReasonForm:
    return ReasonForm(auto_id=f"{name}-%s")
