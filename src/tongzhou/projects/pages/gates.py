"""The gate between two phases: every condition, and passing it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tongzhou.core.errors import InvalidInput, NotFound
from tongzhou.core.pages import Who, actor_of, add_errors, answer, page

from .. import policies, queries, services
from ..forms import ReasonForm
from ..states import GATES
from .reaching import project_for, shared


@page(Who.PERSON, "GET", "POST")
def gate(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Shows the gate as computed now and every time it was passed; POST passes it, with a reason where it must."""
    actor = actor_of(request)
    project = project_for(request, pk)
    if number not in GATES:
        raise NotFound
    form = ReasonForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            passed = services.pass_gate(project.pk, number, reason=form.cleaned_data["reason"], by=actor)
        except InvalidInput as refusal:
            add_errors(form, refusal)
            status = 422
        else:
            told = _("Passed with conditions missing.") if passed.is_conditional else _("The gate is passed.")
            messages.success(request, told)
            return redirect(project)
    card = queries.gate_card(project)
    context = shared(request, project, "gate") | {
        "number": number,
        "card": card if card is not None and card.gate == number else None,
        "passes": project.gate_passes.filter(gate=number).select_related("passed_by"),
        "may_pass": policies.can_pass_gate(actor, project) or policies.can_override_gate(actor, project),
        "may_override": policies.can_override_gate(actor, project),
        "form": form,
    }
    return answer(request, "projects/gate.html", context, partial="conditions_card", status=status)
