"""关键配合事项: the ledger of commitments — taken down, made concrete, owned, withdrawn."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.core.errors import InvalidInput, StaleWrite, require
from tongzhou.core.pages import Who, actor_of, add_errors, answer, page
from tongzhou.people.models import Department, Person

from .. import policies, queries, services
from ..forms import CommitmentForm, OwnerForm
from ..models import Commitment, Project
from ..states import CommitmentState
from .reaching import commitment_in, in_words, project_for, reason_in, shared


@page(Who.PERSON, "GET", "POST")
def commitments(request: HttpRequest, pk: int) -> HttpResponse:
    """The ledger by department, with what is vague marked; POST takes one down."""
    project = project_for(request, pk)
    adding = request.method == "POST"
    form = CommitmentForm(request.POST, project=project) if adding else CommitmentForm(project=project)
    if adding and form.is_valid():
        try:
            services.add_commitment(project.pk, form.values, by=actor_of(request), source="ledger")
        except InvalidInput as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("The commitment is taken down."))
            return redirect("projects:commitments", pk=project.pk)
    context = _context(request, project) | {"form": form, "is_adding": adding}
    return answer(request, "projects/commitments.html", context, partial="rows", status=422 if adding else 200)


@page(Who.PERSON, "GET", "POST")
def commitment(request: HttpRequest, pk: int, commitment_id: int) -> HttpResponse:
    """One commitment to change; a second writer gets both versions."""
    project = project_for(request, pk)
    row = commitment_in(request, project, commitment_id)
    require(policies.can_edit_commitments(actor_of(request), project))
    saving = request.method == "POST"
    form = _form(request, project, row)
    clash = None
    status = 200
    if saving and form.is_valid():
        status = 422
        try:
            services.change_commitment(row.pk, form.cleaned_data["version"], form.values, by=actor_of(request))
        except InvalidInput as refusal:
            add_errors(form, refusal)
        except StaleWrite as stale:
            clash, status = _clash(stale), 409
            form.data = {**request.POST.dict(), "version": str(stale.version)}
        else:
            messages.success(request, _("Saved."))
            return redirect(_place(row))
    elif saving:
        status = 422
    context = shared(request, project, "commitments") | {"form": form, "commitment": row, "failure": clash}
    return answer(request, "projects/commitment.html", context, status=status)


@page(Who.PERSON, "GET", "POST")
def commitment_owner(request: HttpRequest, pk: int, commitment_id: int) -> HttpResponse:
    """Names the person who answers for the commitment; the department's own matter."""
    project = project_for(request, pk)
    row = commitment_in(request, project, commitment_id)
    require(policies.can_name_owner(actor_of(request), row) and project.goals_frozen_at is None)
    people = queries.owners_for(project, row.department_id)
    naming = request.method == "POST"
    form = OwnerForm(
        request.POST if naming else None,
        people=people,
        department_id=row.department_id,
        initial={"owner": row.owner_id},
    )
    if naming and form.is_valid():
        try:
            services.name_commitment_owner(row.pk, form.cleaned_data["owner"], by=actor_of(request))
        except InvalidInput as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("The owner is named."))
            return redirect(_place(row))
    context = shared(request, project, "commitments") | {"form": form, "commitment": row}
    return answer(request, "projects/owner.html", context, status=422 if naming else 200)


@page(Who.PERSON, "POST")
def commitment_withdraw(request: HttpRequest, pk: int, commitment_id: int) -> HttpResponse:
    """Takes the commitment back; its number is not used again."""
    project = project_for(request, pk)
    row = commitment_in(request, project, commitment_id)
    services.withdraw_commitment(row.pk, by=actor_of(request))
    messages.success(request, _("The commitment is withdrawn; the history keeps its words."))
    return redirect(_place(row))


@page(Who.PERSON, "POST")
def commitment_overrule(request: HttpRequest, pk: int, commitment_id: int) -> HttpResponse:
    """Accepts the words as they are with a reason; without a reason takes that back."""
    project = project_for(request, pk)
    row = commitment_in(request, project, commitment_id)
    services.overrule_vagueness(row.pk, reason_in(request), by=actor_of(request))
    return redirect(_place(row))


def _form(request: HttpRequest, project: Project, row: Commitment) -> CommitmentForm:
    initial = {"version": row.version}
    if request.method == "POST":
        return CommitmentForm(request.POST, instance=row, initial=initial, project=project)
    return CommitmentForm(instance=row, initial=initial, project=project)


def _clash(stale: StaleWrite) -> StaleWrite:
    sides = [stale.mine, stale.theirs]
    named = {
        "owner_id": Person.objects.filter(pk__in=[side.get("owner_id") for side in sides]),
        "department_id": Department.objects.filter(pk__in=[side.get("department_id") for side in sides]),
        "objective_id": stale.current.project.objectives.all(),
    }
    return in_words(stale, {key: {row.pk: str(row) for row in rows} for key, rows in named.items()})


def _place(row: Commitment) -> str:
    return reverse("projects:commitments", args=[row.project_id]) + f"#commitment-{row.pk}"


def _context(request: HttpRequest, project: Project) -> dict[str, Any]:
    actor = actor_of(request)
    rows = queries.checked_commitments(project)
    standing = [row for row in rows if row.commitment.state != CommitmentState.WITHDRAWN]
    contact_of = set(
        project.parties.filter(contact_id=actor.person_id, left_at__isnull=True).values_list("department_id", flat=True)
    )
    runs = policies.can_run(actor, project)
    return shared(request, project, "commitments") | {
        "groups": queries.by_department(standing),
        "withdrawn": [row for row in rows if row.commitment.state == CommitmentState.WITHDRAWN],
        "names_owner_of": contact_of | actor.headed_ids if project.goals_frozen_at is None else frozenset(),
        "may_name_all": runs and project.goals_frozen_at is None,
        "counts": {
            "all": len(standing),
            "ready": sum(row.wording.is_ready for row in standing),
            "late": sum(row.is_late for row in standing),
        },
    }
