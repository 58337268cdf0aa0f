"""基准: versions of the plan, kept and compared."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tongzhou.core.access import reach
from tongzhou.core.errors import InvalidInput
from tongzhou.core.pages import Who, actor_of, add_errors, answer, page, paged

from .. import queries, services
from ..forms import CompareForm, SnapshotForm
from ..models import Baseline
from .reaching import planned

CHANGES_A_PAGE = 200


@page(Who.PERSON, "GET", "POST")
def baselines(request: HttpRequest, pk: int) -> HttpResponse:
    """Every version that was kept; POST keeps the plan as it is now."""
    project, context = planned(request, pk, "baselines")
    keeping = request.method == "POST"
    form = SnapshotForm(request.POST or None)
    if keeping and form.is_valid():
        try:
            services.save_snapshot(project.pk, form.cleaned_data["name"], by=actor_of(request))
        except InvalidInput as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("The plan is kept as it is now."))
            return redirect("planning:baselines", pk=project.pk)
    rows = list(queries.baselines_for(actor_of(request)).filter(project=project)[:200])
    context |= {"form": form, "baselines": rows, "has_tasks": project.tasks.exists()}
    return answer(request, "planning/baselines.html", context, status=422 if keeping else 200)


@page(Who.PERSON)
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """What differs between two versions; without a second one, between a version and the plan as it is now."""
    project, context = planned(request, pk, "baselines")
    rows = queries.baselines_for(actor_of(request)).filter(project=project)
    form = CompareForm(request.GET)
    if not form.is_valid():
        raise InvalidInput({name: [str(text) for text in texts] for name, texts in form.errors.items()})
    older = reach(rows, form.cleaned_data["older"])
    newer = reach(rows, form.cleaned_data["newer"]) if form.cleaned_data["newer"] else None
    before = queries.content_of(older)
    after = queries.content_of(newer) if newer else queries.snapshot(project)
    found = queries.difference(before, after)
    context |= {
        "older": older,
        "newer": newer,
        "difference": found,
        "shown": paged(request, list(found.changes), CHANGES_A_PAGE),
        "silent": _silent({"letters": found.letters, "resources": found.resources}, before, older, newer),
        "baselines": list(rows[:200]),
    }
    return answer(request, "planning/compare.html", context)


def _silent(parts: Mapping[str, object], before: Mapping[str, object], older: Baseline, newer: Baseline | None) -> str:
    """The version that did not record letters or resources yet, by name; nothing when both did."""
    missing = [part for part, found in parts.items() if found is None]
    if not missing:
        return ""
    which = older if newer is None or any(part not in before for part in missing) else newer
    return f"V{which.number}"
