"""A filled 《资源需求表》 comes in: looked through first, then asked as a whole."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tongzhou.core.errors import DomainError, InvalidInput, require
from tongzhou.core.pages import Who, actor_of, add_errors, page

from .. import services
from ..needs_table import NeedRow, opened, packed, read_needs
from ..resource_forms import may_ask_for
from .reaching import planned


class NeedsFileForm(forms.Form):
    """A filled form to look through."""

    file = forms.FileField(
        label=gettext_lazy("Filled resource request (.xlsx)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )


@page(Who.PERSON, "GET", "POST")
def take_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes the form and shows what becomes of each row; nothing is written. The rows wait in the page, signed."""
    project, context = planned(request, pk, "resources")
    actor = actor_of(request)
    require(bool(may_ask_for(actor, project)), _("The plan is fixed now, or it is not yours to change"))
    form = NeedsFileForm(request.POST, request.FILES) if request.method == "POST" else NeedsFileForm()
    rows: list[NeedRow] = []
    if form.is_bound and form.is_valid():
        try:
            rows = read_needs(project, form.cleaned_data["file"].read(settings.LARGEST_UPLOAD_BYTES + 1), actor)
        except InvalidInput as refusal:
            add_errors(form, refusal)
        except DomainError as refusal:
            form.add_error("file", str(refusal.message))
    context |= {
        "form": form,
        "rows": rows,
        "wrong": sum(1 for row in rows if row.errors),
        "to_do": sum(1 for row in rows if row.verdict in {"add", "change"}),
        "kept": packed(project, rows),
    }
    return render(request, "planning/needs_import.html", context, status=422 if form.errors else 200)


@page(Who.PERSON, "POST")
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for what was looked through, all or nothing."""
    project, context = planned(request, pk, "resources")
    actor = actor_of(request)
    require(bool(may_ask_for(actor, project)), _("The plan is fixed now, or it is not yours to change"))
    rows = opened(request.POST.get("kept", ""), project.pk)
    try:
        added, changed = services.take_needs_in(project.pk, rows, by=actor)
    except InvalidInput as refusal:
        texts = [str(text) for found in refusal.fields.values() for text in found]
        context |= {"form": NeedsFileForm(), "rows": [], "refused": texts}
        return render(request, "planning/needs_import.html", context, status=422)
    asked = ngettext("%(count)s need asked", "%(count)s needs asked", added) % {"count": added}
    different = ngettext("%(count)s changed", "%(count)s changed", changed) % {"count": changed}
    messages.success(request, _("%(added)s, %(changed)s.") % {"added": asked, "changed": different})
    return redirect("planning:needs", pk=project.pk)
