"""The year of a calendar, as everybody sees it and as PMO and administrators keep it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.errors import Conflict, InvalidInput
from tongzhou.core.pages import Who, actor_of, add_errors, page

from .. import queries, services
from ..day_table import FIRST_YEAR, LAST_YEAR, read_date
from ..forms import CalendarForm, DayForm, calendar_values
from ..hours import write_hours
from ..models import CalendarDay, WorkCalendar


@page(Who.PERSON)
def year(request: HttpRequest) -> HttpResponse:
    """On which days the company works: what all deadlines are counted on."""
    calendar = queries.the_company_calendar()
    return render(request, "calendars/year.html", _year_context(request, calendar))


@page(Who.PMO)
def admin(request: HttpRequest) -> HttpResponse:
    """The year, a day of it to change, and the other calendars."""
    return _admin_page(request, _chosen(request))


@page(Who.PMO, "POST")
def set_day(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """Says what a day is."""
    calendar = reach(WorkCalendar.objects.all(), calendar_id)
    form = DayForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.set_day(calendar.pk, data["date"], data["kind"], data["name"], by=actor_of(request))
        except InvalidInput as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("Saved; deadlines are counted with it from now on"))
            return redirect(_address(calendar, data["date"]))
    return _admin_page(request, calendar, form=form)


@page(Who.PMO, "POST")
def clear_day(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """Takes the company's own word on a day back."""
    calendar = reach(WorkCalendar.objects.all(), calendar_id)
    day = read_date(request.POST.get("date", ""))
    if day is None:
        raise InvalidInput({"date": _("This is no day; write it like %(example)s") % {"example": "2027-01-31"}})
    services.clear_day(calendar.pk, day, by=actor_of(request))
    messages.success(request, _("The day is again what week and public holidays make of it"))
    return redirect(_address(calendar, day))


@page(Who.PMO, "GET", "POST")
def edit(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """Name, working hours and public holidays of a calendar."""
    calendar = reach(WorkCalendar.objects.all(), calendar_id)
    form = CalendarForm(request.POST or None, initial=calendar_values(calendar))
    if request.method == "POST" and form.is_valid():
        values = {
            "name": form.cleaned_data["name"],
            "public_holidays": form.cleaned_data["public_holidays"],
            "week": form.week,
        }
        try:
            services.change_calendar(calendar.pk, _version(request), values, by=actor_of(request))
        except InvalidInput as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("Saved; deadlines are counted with it from now on"))
            return redirect(_address(calendar))
    context = {"form": form, "calendar": calendar}
    return render(request, "calendars/edit.html", context, status=422 if form.errors else 200)


@page(Who.PMO, "GET", "POST")
def new(request: HttpRequest) -> HttpResponse:
    """Adds a calendar."""
    form = CalendarForm(request.POST or None, initial=calendar_values(None))
    if request.method == "POST" and form.is_valid():
        try:
            calendar = services.create_calendar(
                form.cleaned_data["name"],
                week=form.week,
                public_holidays=form.cleaned_data["public_holidays"],
                by=actor_of(request),
            )
        except InvalidInput as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("The calendar is added"))
            return redirect(_address(calendar))
    return render(request, "calendars/edit.html", {"form": form}, status=422 if form.errors else 200)


@page(Who.PMO, "POST")
def use(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """Makes a calendar the company's."""
    calendar = services.use_for_company(calendar_id, by=actor_of(request))
    messages.success(request, _("The company counts on “%(name)s” from now on") % {"name": calendar.name})
    return redirect(_address(calendar))


def _admin_page(request: HttpRequest, calendar: WorkCalendar | None, form: DayForm | None = None) -> HttpResponse:
    context = _year_context(request, calendar)
    picked = read_date(request.GET.get("day", ""))
    own: CalendarDay | None = None
    if form is not None and calendar is not None:
        typed = form.cleaned_data.get("date")
        picked = typed if isinstance(typed, date) else picked
    if picked is not None and calendar is not None:
        own = CalendarDay.objects.filter(calendar=calendar, date=picked).first()
        if form is None:
            form = DayForm(initial={"date": picked, "kind": own.kind if own else None, "name": own.name if own else ""})
    context |= {
        "keeps": True,
        "calendars": queries.calendars(),
        "picked": picked,
        "own": own,
        "form": form or DayForm(),
    }
    return render(request, "calendars/admin.html", context, status=422 if form is not None and form.errors else 200)


def _year_context(request: HttpRequest, calendar: WorkCalendar | None) -> dict[str, Any]:
    wanted = request.GET.get("year", "")
    picked = read_date(request.GET.get("day", ""))
    shown = int(wanted) if wanted.isdecimal() and len(wanted) == 4 else picked.year if picked else clock.today().year
    shown = min(max(shown, FIRST_YEAR), LAST_YEAR)
    facts = queries.year_of(calendar, shown) if calendar is not None else None
    return {
        "calendar": calendar,
        "facts": facts,
        "year": shown,
        "before": shown - 1 if shown > FIRST_YEAR else None,
        "after": shown + 1 if shown < LAST_YEAR else None,
        "hours": [
            (queries.weekday_name(date(2024, 1, day)), write_hours(calendar.week.get(str(day), [])))
            for day in range(1, 8)
        ]
        if calendar is not None
        else [],
    }


def _chosen(request: HttpRequest) -> WorkCalendar | None:
    wanted = request.GET.get("calendar", "")
    if wanted.isdecimal() and len(wanted) < 18:
        return reach(WorkCalendar.objects.all(), int(wanted))
    return queries.the_company_calendar() or queries.calendars().first()


def _address(calendar: WorkCalendar, day: date | None = None) -> str:
    year_part = f"&year={day.year}" if day else ""
    return f"{reverse('calendars:admin')}?calendar={calendar.pk}{year_part}"


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    if not text.isdecimal() or len(text) > 9:
        raise Conflict(_("This form is incomplete; please open the page again"))
    return int(text)
