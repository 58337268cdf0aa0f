"""违约条款库: the PMO's clauses."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tongzhou.core.access import reach
from tongzhou.core.errors import InvalidInput
from tongzhou.core.pages import Who, actor_of, add_errors, page, paged

from .. import queries, services
from ..forms.memoranda import ClauseForm
from ..models import BreachClause


@page(Who.PMO)
def clauses(request: HttpRequest) -> HttpResponse:
    """All clauses, those out of use included."""
    rows = paged(request, queries.clause_library(active_only=False))
    return render(request, "alignment/clauses.html", {"clauses": rows})


@page(Who.PMO, "GET", "POST")
def new_clause(request: HttpRequest) -> HttpResponse:
    """A new clause."""
    form = ClauseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_clause(form.cleaned_data, by=actor_of(request))
        except InvalidInput as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("The clause can now be chosen in memoranda."))
            return redirect("alignment:clauses")
    return render(request, "alignment/clause.html", {"form": form}, status=422 if form.errors else 200)


@page(Who.PMO, "GET", "POST")
def edit_clause(request: HttpRequest, clause_id: int) -> HttpResponse:
    """Changes a clause for memoranda that are composed from now on."""
    clause = reach(BreachClause.objects.all(), clause_id)
    shown = BreachClause.objects.get(pk=clause.pk)
    form = ClauseForm(
        request.POST if request.method == "POST" else None, instance=shown, initial={"version": clause.version}
    )
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ClauseForm.Meta.fields}
        try:
            services.change_clause(clause.pk, form.cleaned_data["version"], values, by=actor_of(request))
        except InvalidInput as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("Saved. Memoranda that exist already keep their own words."))
            return redirect("alignment:clauses")
    context = {"form": form, "clause": clause}
    return render(request, "alignment/clause.html", context, status=422 if form.errors else 200)


@page(Who.PMO, "POST")
def retire_clause(request: HttpRequest, clause_id: int) -> HttpResponse:
    """Takes a clause out of the choice, or puts it back."""
    services.retire_clause(clause_id, "restore" in request.POST, by=actor_of(request))
    return redirect("alignment:clauses")
