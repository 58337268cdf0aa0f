"""核心目标: read, written, checked letter by letter, overruled with a reason, backed by the heads."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.core.errors import InvalidInput, StaleWrite, require
from tongzhou.core.pages import Who, actor_of, add_errors, answer, page

from .. import policies, queries, services
from ..forms import ObjectiveForm
from ..models import Objective, Project
from .reaching import objective_in, project_for, reason_in, shared


@page(Who.PERSON, "GET", "POST")
def objectives(request: HttpRequest, pk: int) -> HttpResponse:
    """Every objective with its letters; POST adds one."""
    project = project_for(request, pk)
    adding = request.method == "POST"
    form = ObjectiveForm(request.POST) if adding else ObjectiveForm()
    if adding and form.is_valid():
        try:
            services.add_objective(project.pk, form.values, by=actor_of(request))
        except InvalidInput as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("The objective is written down."))
            return redirect("projects:objectives", pk=project.pk)
    context = _context(request, project) | {"form": form, "is_adding": adding}
    return answer(request, "projects/objectives.html", context, partial="rows", status=422 if adding else 200)


@page(Who.PERSON, "GET", "POST")
def objective(request: HttpRequest, pk: int, objective_id: int) -> HttpResponse:
    """One objective to change; a second writer gets both versions."""
    project = project_for(request, pk)
    row = objective_in(request, project, objective_id)
    require(policies.can_edit_objectives(actor_of(request), project))
    saving = request.method == "POST"
    form = _form(request, row)
    clash = None
    status = 200
    if saving and form.is_valid():
        status = 422
        try:
            services.change_objective(row.pk, form.cleaned_data["version"], form.values, by=actor_of(request))
        except InvalidInput as refusal:
            add_errors(form, refusal)
        except StaleWrite as stale:
            clash, status = stale, 409
            form.data = {**request.POST.dict(), "version": str(stale.version)}
        else:
            messages.success(request, _("Saved."))
            return redirect(_place(row))
    elif saving:
        status = 422
    context = _context(request, project) | {"form": form, "objective": row, "failure": clash}
    return answer(request, "projects/objective.html", context, status=status)


@page(Who.PERSON, "POST")
def objective_remove(request: HttpRequest, pk: int, objective_id: int) -> HttpResponse:
    """Takes the objective out."""
    project = project_for(request, pk)
    services.remove_objective(objective_in(request, project, objective_id).pk, by=actor_of(request))
    messages.success(request, _("The objective is removed; the history keeps its words."))
    return redirect("projects:objectives", pk=project.pk)


@page(Who.PERSON, "POST")
def objective_overrule(request: HttpRequest, pk: int, objective_id: int) -> HttpResponse:
    """Accepts a missing letter with a reason; without a reason takes that back."""
    project = project_for(request, pk)
    row = objective_in(request, project, objective_id)
    letter = request.POST.get("letter", "")
    services.overrule_smart(row.pk, letter, reason_in(request), by=actor_of(request))
    return redirect(_place(row))


@page(Who.PERSON, "POST")
def objective_back(request: HttpRequest, pk: int, objective_id: int) -> HttpResponse:
    """A head says that the objective, as worded now, is achievable for the department."""
    project = project_for(request, pk)
    row = objective_in(request, project, objective_id)
    department = request.POST.get("department", "")
    version = request.POST.get("version", "")
    services.back_objective(
        row.pk,
        int(department) if department.isdecimal() and len(department) < 18 else 0,
        by=actor_of(request),
        version=int(version) if version.isdecimal() and len(version) < 10 else None,
    )
    messages.success(request, _("Thank you: your department stands behind this objective."))
    return redirect(_place(row))


def _form(request: HttpRequest, row: Objective) -> ObjectiveForm:
    initial = {"version": row.version}
    if request.method == "POST":
        return ObjectiveForm(request.POST, instance=row, initial=initial)
    return ObjectiveForm(instance=row, initial=initial)


def _place(row: Objective) -> str:
    return reverse("projects:objectives", args=[row.project_id]) + f"#objective-{row.pk}"


def _context(request: HttpRequest, project: Project) -> dict[str, Any]:
    actor = actor_of(request)
    parties = queries.party_cards(project)
    asked = {card.party.department_id: card.party.department for card in parties}
    headed = [pk for pk in asked if actor.heads(pk)]
    mine = [asked[pk] for pk in headed if policies.can_back_objective(actor, project, pk)]
    rows = []
    for checked in queries.checked_objectives(project):
        backed = checked.smart.backed_by
        rows.append(
            {
                "objective": checked.objective,
                "smart": checked.smart,
                "backings": [b for b in checked.objective.backings.all() if b.department_id in backed],
                "waiting": [department for pk, department in asked.items() if pk not in backed],
                "to_back": [department for department in mine if department.pk not in backed],
            }
        )
    return shared(request, project, "objectives") | {"rows": rows}
