"""Bringing persons in from a table: upload, look through row by row, confirm."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.core.access import reach
from tongzhou.core.errors import DomainError, InvalidInput
from tongzhou.core.pages import Who, actor_of, add_errors, answer, page, paged
from tongzhou.core.tables import Column, Line, read_lines, write_table

from .. import queries, services
from ..forms import ImportForm
from ..import_columns import COLUMNS, MOST_ROWS
from .admin_persons import admin_tabs

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_A_PAGE = 100


@page(Who.ADMIN, "GET", "POST")
def import_upload(request: HttpRequest) -> HttpResponse:
    """Takes a table; what it says is shown before anything is written."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            lines = read_lines(file.read(), COLUMNS, max_rows=MOST_ROWS)
            draft = services.keep_import(
                lines, file.name, create_departments=form.cleaned_data["create_departments"], by=actor_of(request)
            )
        except InvalidInput as refusal:
            add_errors(form, refusal)
        except DomainError as refusal:
            form.add_error("file", str(refusal.message))
        else:
            return redirect("people:import_preview", draft.pk)
    context = {"tabs": admin_tabs("import"), "form": form, "columns": COLUMNS, "most": MOST_ROWS}
    return render(request, "people/admin_import.html", context, status=422 if form.errors else 200)


@page(Who.ADMIN)
def import_template(request: HttpRequest) -> HttpResponse:
    """An empty table with the headings, and notes on how to fill it in."""
    notes = [
        _("Columns with * are needed; the others may be left out. Headings are known in Chinese and English."),
        _("Departments are written as a path from the top, such as %(path)s.") % {"path": "市场部/品牌组"},
        _("Persons are known by their login name: one that exists is changed, and only where a cell is filled in."),
        _("Is head: yes or no (是 / 否). A department has one head; to replace one, use the department's page."),
        _("At most %(limit)s rows. Nothing is written before you have looked through it.") % {"limit": MOST_ROWS},
    ]
    example = [[column.example for column in COLUMNS]]
    return _download(write_table(_("Persons"), COLUMNS, example, notes), "persons.xlsx")


@page(Who.ADMIN, "GET", "POST")
def import_preview(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Each row: what will become of it, or what is wrong with it, at its column. POST chooses about missing departments."""
    actor = actor_of(request)
    draft = reach(queries.import_drafts_of(actor), draft_id)
    if request.method == "POST":
        services.choose_import_departments(draft.pk, request.POST.get("create_departments") == "yes", by=actor)
        return redirect("people:import_preview", draft.pk)
    if draft.done_at is not None:
        return render(request, "people/admin_import_done.html", {"tabs": admin_tabs("import"), "draft": draft})
    plan = queries.plan_import(
        [Line(number, cells) for number, cells in draft.lines], create_departments=draft.create_departments
    )
    checked = plan.checked()
    show = request.GET.get("show", "")
    if show in {"add", "change", "same", "error"}:
        checked = [row for row in checked if row.verdict == show]
    else:
        show = ""
        checked.sort(key=lambda row: row.verdict != "error")
    present = {key for _number, cells in draft.lines[:1] for key in cells}
    context = {
        "tabs": admin_tabs("import"),
        "draft": draft,
        "counts": plan.counts,
        "total": len(plan.rows),
        "missing": ["/".join(path) for path in plan.missing],
        "is_clean": plan.is_clean,
        "to_do": plan.counts["add"] + plan.counts["change"],
        "show": show,
        "columns": [column for column in COLUMNS if column.key in present],
        "rows": paged(request, checked, ROWS_A_PAGE),
    }
    return answer(request, "people/admin_import_preview.html", context)


@page(Who.ADMIN, "POST")
def import_confirm(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Writes all rows, or none."""
    try:
        services.confirm_import(draft_id, by=actor_of(request))
    except InvalidInput as refusal:
        # Somebody changed people since the rows were looked through; the preview shows where.
        messages.warning(request, str(refusal.message))
    return redirect("people:import_preview", draft_id)


@page(Who.ADMIN, "POST")
def import_links(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Login links for everybody the import added and who cannot log in yet."""
    rows = [
        (
            person.name,
            person.username,
            person.email,
            request.build_absolute_uri(reverse("people:welcome", args=[secret])),
        )
        for person, secret in services.login_links_of_import(draft_id, by=actor_of(request))
    ]
    columns = (
        *(column for column in COLUMNS if column.key in {"name", "username", "email"}),
        Column("link", _("Login link"), ()),
    )
    return _download(write_table(_("Login links"), columns, rows), "login-links.xlsx")


def _download(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
