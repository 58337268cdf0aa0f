"""Bringing in a year's holidays and make-up workdays from a table: upload, look through, confirm."""

from __future__ import annotations

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.core.access import reach
from tongzhou.core.errors import Conflict, DomainError, InvalidInput
from tongzhou.core.pages import Who, actor_of, add_errors, page
from tongzhou.core.tables import Line, read_lines, write_table

from .. import services
from ..day_table import COLUMNS, MOST_ROWS, checked_days, plan_days
from ..forms import DaysForm
from ..models import DayKind, WorkCalendar

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SALT = "tongzhou.calendars.days"
KEPT_SECONDS = 24 * 3600


@page(Who.PMO, "GET", "POST")
def import_days(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """Takes a table and shows each row; nothing is written. The rows wait in the page, signed."""
    calendar = reach(WorkCalendar.objects.all(), calendar_id)
    form = DaysForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            lines = read_lines(form.cleaned_data["file"].read(), COLUMNS, max_rows=MOST_ROWS)
        except InvalidInput as refusal:
            add_errors(form, refusal)
        except DomainError as refusal:
            form.add_error("file", str(refusal.message))
        else:
            return _preview(request, calendar, lines)
    context = {"form": form, "calendar": calendar, "columns": COLUMNS, "kinds": DayKind.labels}
    return render(request, "calendars/import.html", context, status=422 if form.errors else 200)


@page(Who.PMO, "POST")
def import_confirm(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """Writes the rows that were looked through, all or none."""
    calendar = reach(WorkCalendar.objects.all(), calendar_id)
    try:
        kept = signing.loads(request.POST.get("lines", ""), salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature as refusal:
        raise Conflict(_("This table waited too long; please upload it again")) from refusal
    number = services.import_days(calendar.pk, [Line(number, cells) for number, cells in kept], by=actor_of(request))
    messages.success(request, _("%(number)s days imported") % {"number": number})
    year = kept[0][1].get("date", "")[:4]
    return redirect(f"{reverse('calendars:admin')}?calendar={calendar.pk}{'&year=' + year if year.isdecimal() else ''}")


@page(Who.PMO)
def import_template(request: HttpRequest) -> HttpResponse:
    """An empty table with the headings, an example and notes."""
    notes = [
        _("One row a day. Kinds: %(words)s") % {"words": "、".join(str(label) for label in DayKind.labels)},
        _("The company's own days hold over the public holidays; a day that is there already is replaced."),
    ]
    rows = [
        ["2027-01-01", str(DayKind.HOLIDAY.label), "元旦"],
        ["2027-02-06", str(DayKind.MAKE_UP.label), "春节"],
    ]
    response = HttpResponse(write_table(_("Days"), COLUMNS, rows, notes), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="days.xlsx"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _preview(request: HttpRequest, calendar: WorkCalendar, lines: list[Line]) -> HttpResponse:
    planned = plan_days(lines)
    rows = checked_days(planned, {day.date: day for day in calendar.days.all()})
    wrong = sum(1 for row in rows if row.errors)
    context = {
        "calendar": calendar,
        "rows": rows,
        "columns": COLUMNS,
        "wrong": wrong,
        "to_do": sum(1 for row in rows if row.verdict in {"add", "change"}),
        "kept": signing.dumps([[line.number, line.cells] for line in lines], salt=SALT, compress=True),
    }
    return render(request, "calendars/import_preview.html", context)
