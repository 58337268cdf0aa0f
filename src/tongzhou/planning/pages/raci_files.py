"""The matrix goes out as a form, and comes in from a spreadsheet: looked through first, then taken whole."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.core.errors import Conflict, DomainError, InvalidInput, NotFound, require
from tongzhou.core.pages import Who, actor_of, add_errors, as_download, page
from tongzhou.documents.render import CONTENT_TYPES

from .. import policies, services
from ..queries.raci_paper import FORMATS, raci_file, raci_html
from ..queries.raci_rules import Cell
from ..raci_table import ImportRow, read_matrix
from .reaching import planned

SALT = "tongzhou.planning.raci"
KEPT_SECONDS = 24 * 3600


class MatrixForm(forms.Form):
    """A matrix to look through."""

    file = forms.FileField(
        label=gettext_lazy("Matrix (.xlsx)"), widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"})
    )


@page(Who.PERSON)
def file(request: HttpRequest, pk: int, fmt: str) -> HttpResponse:
    """The matrix as Word, Excel or PDF, in the reader's language."""
    project, _context = planned(request, pk, "raci")
    if fmt not in FORMATS:
        raise NotFound
    name, data = raci_file(project, fmt)
    return as_download(data, name, CONTENT_TYPES[fmt])  # type: ignore[index]


@page(Who.PERSON)
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The matrix as it comes out on paper."""
    project, context = planned(request, pk, "raci")
    context |= {"paper_html": raci_html(project), "file_page": "planning:raci_file"}
    return render(request, "planning/paper.html", context)


@page(Who.PERSON, "GET", "POST")
def take_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a file and shows what becomes of each row; nothing is written. The letters wait in the page, signed."""
    project, context = planned(request, pk, "raci")
    require(policies.can_plan(actor_of(request), project))
    form = MatrixForm(request.POST, request.FILES) if request.method == "POST" else MatrixForm()
    rows: list[ImportRow] = []
    if form.is_bound and form.is_valid():
        try:
            rows = read_matrix(project, form.cleaned_data["file"].read())
        except InvalidInput as refusal:
            add_errors(form, refusal)
        except DomainError as refusal:
            form.add_error("file", str(refusal.message))
    changes = [change for row in rows for change in row.changes]
    context |= {
        "form": form,
        "rows": rows,
        "wrong": sum(1 for row in rows if row.errors),
        "breaks": sum(1 for row in rows if row.notes and row.task_id),
        "to_do": len(changes),
        "kept": signing.dumps([project.pk, [_packed(change) for change in changes]], salt=SALT, compress=True),
    }
    return render(request, "planning/raci_import.html", context, status=422 if form.errors else 200)


@page(Who.PERSON, "POST")
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Writes the letters that were looked through, all or none."""
    project, _context = planned(request, pk, "raci")
    require(policies.can_plan(actor_of(request), project))
    try:
        kept_for, kept = signing.loads(request.POST.get("kept", ""), salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature as refusal:
        raise Conflict(_("This table waited too long; please upload it again")) from refusal
    if kept_for != project.pk:
        raise Conflict(_("This table was looked through for another project"))
    changes = [services.CellChange(task, Cell(department), letters, was) for task, department, letters, was in kept]
    count = services.set_letters(project.pk, changes, by=actor_of(request), label=_("Matrix from a file"))
    messages.success(request, _("%(number)s cells imported.") % {"number": count})
    return redirect("planning:raci", pk=project.pk)


def _packed(change: services.CellChange) -> tuple[int, int, str, str | None]:
    return change.task_id, change.cell.department_id, change.letters, change.was
