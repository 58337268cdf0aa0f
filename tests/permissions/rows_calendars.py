"""Who may use the pages and the API of calendars."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core import signing

from tongzhou.calendars import services
from tongzhou.calendars.models import CalendarDay, WorkCalendar
from tongzhou.calendars.pages.days_import import SALT

from .table import PERSONS, Row
from .world import World

KEEPERS = frozenset({"pmo", "admin"})
DAY = date(2026, 6, 18)


def _calendar(world: World) -> dict[str, Any]:
    return {"calendar_id": _company().pk}


def _company() -> WorkCalendar:
    return WorkCalendar.objects.get(is_company=True)


def _with_day(world: World) -> dict[str, Any]:
    """The company says something of the day."""
    calendar = _company()
    if not CalendarDay.objects.filter(calendar=calendar, date=DAY).exists():
        services.set_day(calendar.pk, DAY, "holiday", "司庆", by=world.cast.by("pmo"))
    return {"calendar_id": calendar.pk}


def _form(world: World) -> dict[str, Any]:
    return {"version": _company().version, "name": "公司工作日历", "public_holidays": "CN", "day_1": "9:00-18:00"}


def _change(world: World) -> dict[str, Any]:
    return {"version": _company().version, "name": "总部日历"}


ROWS = [
    Row("calendars:year", PERSONS),
    Row("calendars:admin", KEEPERS),
    Row("calendars:new", KEEPERS),
    Row("calendars:new", KEEPERS, "POST", data=lambda world: {"name": "工厂", "day_1": "8:00-16:00"}),
    Row("calendars:edit", KEEPERS, own=_calendar),
    Row("calendars:edit", KEEPERS, "POST", own=_calendar, data=_form),
    Row("calendars:use", KEEPERS, "POST", own=_calendar),
    Row("calendars:set_day", KEEPERS, "POST", own=_calendar, data=lambda world: {"date": str(DAY), "kind": "half"}),
    Row("calendars:clear_day", KEEPERS, "POST", own=_with_day, data=lambda world: {"date": str(DAY)}),
    Row("calendars:import", KEEPERS, own=_calendar),
    Row("calendars:import", KEEPERS, "POST", own=_calendar),
    Row(
        "calendars:import_confirm",
        KEEPERS,
        "POST",
        own=_calendar,
        data=lambda world: {"lines": signing.dumps([[2, {"date": str(DAY), "kind": "休息"}]], salt=SALT)},
    ),
    Row("calendars:import_template", KEEPERS),
    Row("/api/v1/calendars", PERSONS),
    Row("/api/v1/calendars", KEEPERS, "POST", data=lambda world: {"name": "工厂"}),
    Row(
        "/api/v1/calendars/working-days",
        PERSONS,
        own=lambda world: {},
        data=lambda world: {"first": "2026-05-01", "last": "2026-05-31"},
    ),
    Row("/api/v1/calendars/{calendar_id}", PERSONS, own=_calendar),
    Row("/api/v1/calendars/{calendar_id}", KEEPERS, "PATCH", own=_calendar, data=_change),
    Row("/api/v1/calendars/{calendar_id}/use", KEEPERS, "POST", own=_calendar),
    Row(
        "/api/v1/calendars/{calendar_id}/years/{year}",
        PERSONS,
        own=lambda world: {**_calendar(world), "year": 2026},
    ),
    Row("/api/v1/calendars/{calendar_id}/days", PERSONS, own=_calendar, data=lambda world: {"year": 2026}),
    Row(
        "/api/v1/calendars/{calendar_id}/days/{day}",
        KEEPERS,
        "PUT",
        own=lambda world: {**_calendar(world), "day": str(DAY)},
        data=lambda world: {"kind": "half"},
    ),
    Row(
        "/api/v1/calendars/{calendar_id}/days/{day}",
        KEEPERS,
        "DELETE",
        own=lambda world: {**_with_day(world), "day": str(DAY)},
    ),
    Row(
        "/api/v1/calendars/{calendar_id}/import",
        KEEPERS,
        "POST",
        own=_calendar,
        data=lambda world: {"rows": [{"date": str(DAY), "kind": "休息"}]},
    ),
]
