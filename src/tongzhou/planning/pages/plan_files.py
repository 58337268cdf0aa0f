"""The plan goes out to Excel and Microsoft Project, and comes in from there: looked through first, then taken whole."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tongzhou.core.errors import DomainError, InvalidInput, NotFound, require
from tongzhou.core.pages import Who, actor_of, add_errors, as_download, page
from tongzhou.projects.models import Project

from .. import policies, queries, services
from ..exchange.columns import COMPUTED, WRITTEN
from ..exchange.kept import opened
from ..exchange.writing import MEDIA_TYPES
from ..plan_files import check_plan_file
from .reaching import planned

# More rows than anybody looks through; those that are wrong come first.
MOST_SHOWN = 500


class PlanFileForm(forms.Form):
    """A plan to look through."""

    file = forms.FileField(
        label=gettext_lazy("Task list (.xlsx, .csv) or Microsoft Project (.xml)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.xml"}),
    )
    is_lenient = forms.BooleanField(
        label=gettext_lazy("Leave out departments and persons that are not known here; their names go into the note"),
        required=False,
    )
    as_new = forms.BooleanField(
        label=gettext_lazy("Add every row as a new task, also those with the number of a task that is there"),
        required=False,
    )


@page(Who.PERSON)
def file(request: HttpRequest, pk: int, fmt: str) -> HttpResponse:
    """The plan as .xlsx, or as .xml for Microsoft Project."""
    project, _context = planned(request, pk, "tasks")
    if fmt not in MEDIA_TYPES:
        raise NotFound
    name, data = queries.plan_file(project, fmt)
    return as_download(data, name, MEDIA_TYPES[fmt])


@page(Who.PERSON, "GET", "POST")
def take_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a file and shows what becomes of each row; nothing is written. The rows wait in the page, signed."""
    project, context = planned(request, pk, "tasks")
    require(policies.can_plan(actor_of(request), project), _("The plan is fixed now, or it is not yours to change"))
    form = PlanFileForm(request.POST, request.FILES) if request.method == "POST" else PlanFileForm()
    context |= {"form": form, "columns": WRITTEN, "computed": COMPUTED}
    if form.is_bound and form.is_valid():
        try:
            context |= _looked_through(project, form)
        except InvalidInput as refusal:
            add_errors(form, refusal)
        except DomainError as refusal:
            form.add_error("file", str(refusal.message))
    return render(request, "planning/plan_import.html", context, status=422 if form.errors else 200)


@page(Who.PERSON, "POST")
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Writes what was looked through, all or nothing; somebody's step in between is a conflict."""
    project, context = planned(request, pk, "tasks")
    actor = actor_of(request)
    require(policies.can_plan(actor, project), _("The plan is fixed now, or it is not yours to change"))
    kept = opened(request.POST.get("kept", ""), project.pk)
    try:
        found = services.take_plan_in(
            project.pk, kept.brought, by=actor, plan_version=kept.plan_version, source=kept.source
        )
    except InvalidInput as refusal:
        # Departments or persons have changed since it was looked through.
        form = PlanFileForm()
        context |= {"form": form, "columns": WRITTEN, "computed": COMPUTED, "refused": list(_texts(refusal))}
        return render(request, "planning/plan_import.html", context, status=422)
    counts = found.counts
    added = ngettext("%(count)s task added", "%(count)s tasks added", counts["add"]) % {"count": counts["add"]}
    changed = ngettext("%(count)s changed", "%(count)s changed", counts["change"]) % {"count": counts["change"]}
    messages.success(request, _("%(added)s, %(changed)s.") % {"added": added, "changed": changed})
    return redirect("planning:plan", pk=project.pk)


def _looked_through(project: Project, form: PlanFileForm) -> dict[str, Any]:
    upload = form.cleaned_data["file"]
    checked = check_plan_file(
        project,
        upload.read(settings.LARGEST_UPLOAD_BYTES + 1),
        upload.name or "",
        as_new=form.cleaned_data["as_new"],
        is_lenient=form.cleaned_data["is_lenient"],
    )
    found = checked.found
    if found.is_clean:
        shown = [row for row in found.rows if row.verdict != "same" or row.notes]
    else:
        shown = [row for row in found.rows if row.verdict == "error"]
    return {
        "found": found,
        "counts": found.counts,
        "shown": shown[:MOST_SHOWN],
        "more": max(0, len(shown) - MOST_SHOWN),
        "hidden": len(found.rows) - len(shown),
        "source": checked.source,
        "is_project": checked.kind == "mspdi",
        "moves_end": found.finish_after is not None and found.finish_after != found.finish_before,
        "kept": checked.token,
    }


def _texts(refusal: InvalidInput) -> list[str]:
    return [str(text) for texts in refusal.fields.values() for text in texts]
