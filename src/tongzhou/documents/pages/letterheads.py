"""公司模板: the PMO sees which form goes out in which template, puts a new one in place, takes one away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tongzhou.core.access import reach
from tongzhou.core.errors import InvalidInput
from tongzhou.core.pages import Who, actor_of, add_errors, page

from .. import downloads, hostile, queries, services, standard_forms
from ..forms import LetterheadForm
from ..standard_forms import HEAD, StandardForm, Table


@page(Who.PMO, "GET", "POST")
def letterheads(request: HttpRequest) -> HttpResponse:
    """All forms with their templates, the places a template may hold, and the upload."""
    form = LetterheadForm(request.POST, request.FILES) if request.method == "POST" else LetterheadForm()
    status = 200
    if request.method == "POST":
        if form.is_valid():
            upload = form.cleaned_data["file"]
            try:
                if upload.size > services.LARGEST_LETTERHEAD:
                    raise hostile.FileRefused("too_large", limit_mb=services.LARGEST_LETTERHEAD >> 20)
                letterhead = services.add_letterhead(
                    form.cleaned_data["form_key"], upload.name, upload.read(), by=actor_of(request)
                )
            except InvalidInput as refusal:
                add_errors(form, refusal)
            except hostile.FileRefused as refusal:
                form.add_error("file", str(refusal.message))
            else:
                messages.success(request, _("The Word version now goes out in this template."))
                return redirect(f"{request.path}#form-{letterhead.form_key}")
        status = 422
    return render(request, "documents/letterheads.html", {"form": form, "entries": _entries()}, status=status)


@page(Who.PMO, "POST")
def deactivate_letterhead(request: HttpRequest, letterhead_id: int) -> HttpResponse:
    """Takes a template out of use; it stays in the record."""
    services.deactivate_letterhead(letterhead_id, by=actor_of(request))
    messages.success(request, _("This template is no longer used."))
    return redirect("documents:letterheads")


@page(Who.PMO)
def letterhead_file(request: HttpRequest, letterhead_id: int) -> HttpResponse:
    """The template as it was uploaded."""
    return downloads.letterhead_file(reach(queries.letterheads(), letterhead_id))


def _entries() -> list[dict[str, Any]]:
    found: dict[str, list[Any]] = {}
    for letterhead in queries.letterheads():
        found.setdefault(letterhead.form_key, []).append(letterhead)
    entries = []
    for form in standard_forms.all_forms():
        mine = found.get(form.key, [])
        active = next((letterhead for letterhead in mine if letterhead.is_active), None)
        entries.append(
            {
                "form": form,
                "active": active,
                "earlier": [letterhead for letterhead in mine if letterhead is not active][:5],
                "places": _places(form),
            }
        )
    return entries


def _places(form: StandardForm) -> list[tuple[str, Any]]:
    """What a template of the form may hold, as it is written in Word, and what is put there."""
    single = [("{{company}}", _("Company name")), ("{{title}}", form.title)]
    single += [(f"{{{{{field.key}}}}}", field.label) for field in (*HEAD, *form.fields())]
    rows = []
    for table in form.tables():
        rows.append(_row(table.key, [column.key for column in table.columns], table))
    if form.signature_block is not None:
        key = form.signature_block.key
        rows.append((_row_text(key, ["dept", "name", "signed_at", "opinion"]), form.signature_block.title))
    return single + rows


def _row(key: str, columns: list[str], table: Table) -> tuple[str, Any]:
    return _row_text(key, columns), table.label


def _row_text(key: str, columns: list[str]) -> str:
    inner = " | ".join(f"{{{{{column}}}}}" for column in ("no", *columns))
    return f"{{{{#{key}}}}} {inner} {{{{/{key}}}}}"
