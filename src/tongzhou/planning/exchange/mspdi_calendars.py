"""The calendar of a Microsoft Project XML file held against the company's: which days differ where the plan lies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongzhou.engine.workcal import WorkCalendar

from . import mspdi

_MOST_DAYS = 366 * 3
_SHOWN = 8
Element = Mapping[str, Any]


def calendar_remarks(project: Element, company: WorkCalendar, days: Sequence[date]) -> list[str]:
    """Says on which days of the plan the file works and the company does not, and the other way round."""
    calendar = _calendar_of(project)
    days = [day for day in days if 2000 <= day.year <= 2100]
    if calendar is None or not days:
        return []
    first, last = min(days), min(max(days), min(days) + timedelta(days=_MOST_DAYS))
    working = _working(calendar, first, last)
    more: list[date] = []
    less: list[date] = []
    day = first
    while day <= last:
        if working[day] != company.is_workday(day):
            (more if working[day] else less).append(day)
        day += timedelta(days=1)
    found = []
    if more:
        text = ngettext(
            "The file works on %(count)s day on which the company does not: %(days)s. The company's calendar holds.",
            "The file works on %(count)s days on which the company does not: %(days)s. The company's calendar holds.",
            len(more),
        )
        found.append(text % {"count": len(more), "days": _shown(more)})
    if less:
        text = ngettext(
            "The file rests on %(count)s day on which the company works: %(days)s. The company's calendar holds.",
            "The file rests on %(count)s days on which the company works: %(days)s. The company's calendar holds.",
            len(less),
        )
        found.append(text % {"count": len(less), "days": _shown(less)})
    if _has_recurring(calendar):
        found.append(_("Recurring exceptions of the file's calendar were not compared."))
    return found


def _calendar_of(project: Element) -> Element | None:
    calendars = [one for holder in _listed(project, "Calendars") for one in _listed(holder, "Calendar")]
    wanted = str(project.get("CalendarUID", "1")).strip()
    return next((one for one in calendars if str(one.get("UID", "")).strip() == wanted), None)


def _working(calendar: Element, first: date, last: date) -> dict[date, bool]:
    week = {number: number not in {1, 7} for number in range(1, 8)}
    exceptions: list[tuple[date, date, bool]] = []
    for entry in (one for holder in _listed(calendar, "WeekDays") for one in _listed(holder, "WeekDay")):
        kind = mspdi.number_of(_text(entry, "DayType"), 0)
        works = mspdi.is_true(_text(entry, "DayWorking"))
        if kind in week:
            week[kind] = works
        elif kind == 0:
            exceptions += _spans(entry, works)
    for entry in (one for holder in _listed(calendar, "Exceptions") for one in _listed(holder, "Exception")):
        if mspdi.number_of(_text(entry, "Type"), 1) == 1:
            exceptions += _spans(entry, mspdi.is_true(_text(entry, "DayWorking")))
    found = {}
    day = first
    while day <= last:
        # MSPDI counts weekdays from Sunday, 1.
        found[day] = week[day.isoweekday() % 7 + 1]
        day += timedelta(days=1)
    for begin, end, works in exceptions:
        day = max(begin, first)
        while day <= min(end, last):
            found[day] = works
            day += timedelta(days=1)
    return found


def _spans(entry: Element, works: bool) -> Iterable[tuple[date, date, bool]]:
    for period in _listed(entry, "TimePeriod"):
        begin, end = mspdi.day_of(_text(period, "FromDate")), mspdi.day_of(_text(period, "ToDate"))
        if begin and end:
            yield begin, end, works


def _has_recurring(calendar: Element) -> bool:
    return any(
        mspdi.number_of(_text(entry, "Type"), 1) != 1
        for holder in _listed(calendar, "Exceptions")
        for entry in _listed(holder, "Exception")
    )


def _shown(days: Sequence[date]) -> str:
    words = "、".join(day.isoformat() for day in days[:_SHOWN])
    return f"{words} …" if len(days) > _SHOWN else words


def _text(element: Element, name: str) -> str:
    value = element.get(name, "")
    return value if isinstance(value, str) else ""


def _listed(element: Element, name: str) -> Sequence[Element]:
    value = element.get(name, ())
    return value if isinstance(value, list) else ()
