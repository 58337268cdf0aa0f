"""A year as it is looked at: twelve months of days, each with what it is and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from tongzhou.core import clock

from ..models import CalendarDay, DayKind, WorkCalendar
from ..public_holidays import holiday_names, public_holidays
from .working_days import calendar_of, full_day_of, known_years


@dataclass(frozen=True, slots=True)
class DayFacts:
    """One day: whether anybody works, the look (work, off, weekend, make_up, half), in words, and whose word it is."""

    date: date
    look: str
    words: str
    name: str = ""
    mark: str = ""
    minutes: int = 0
    is_own: bool = False
    differs: bool = False
    is_today: bool = False

    @property
    def label(self) -> str:
        """The whole day in words, for the title and for screen readers."""
        parts = (date_format(self.date, "DATE_FORMAT"), weekday_name(self.date), self.words, self.name)
        return " · ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """One month: weeks from Monday to Sunday with None outside it, and its working days."""

    first: date
    weeks: list[list[DayFacts | None]]
    working_days: int

    @property
    def name(self) -> str:
        """The month's name."""
        return date_format(self.first, "F")


@dataclass(frozen=True, slots=True)
class YearFacts:
    """A year of one calendar."""

    year: int
    months: list[MonthFacts]
    differing: list[DayFacts]
    working_days: int
    is_declared: bool
    is_known: bool


def calendars() -> QuerySet[WorkCalendar]:
    """The company's calendar first, then the others by name."""
    return WorkCalendar.objects.order_by("-is_company", "name", "pk")


def the_company_calendar() -> WorkCalendar | None:
    """The row of the calendar that deadlines are counted on."""
    return WorkCalendar.objects.filter(is_company=True).first()


def own_days(calendar: WorkCalendar, year: int) -> QuerySet[CalendarDay]:
    """The company's own word on days of the year."""
    return calendar.days.filter(date__year=year)


def year_of(calendar: WorkCalendar, year: int) -> YearFacts:
    """Every day of the year with what it is, in two queries."""
    working = calendar_of(calendar)
    known = year in known_years()
    holidays = public_holidays(calendar.public_holidays, [year]) if known else {}
    names = holiday_names(calendar.public_holidays, year, get_language() or "zh") if known else {}
    own = {day.date: day for day in own_days(calendar, year)}
    full_minutes = sum(end - start for start, end in full_day_of(list(working.week)))
    days: dict[date, DayFacts] = {}
    today = clock.today()
    day = date(year, 1, 1)
    while day.year == year:
        facts = _facts(
            day, holidays.get(day), names.get(day, ""), own.get(day), working.minutes_on(day), full_minutes, today
        )
        days[day] = facts
        if day == date.max:
            break
        day += timedelta(days=1)
    months = [_month(year, month, days) for month in range(1, 13)]
    return YearFacts(
        year=year,
        months=months,
        differing=[facts for facts in days.values() if facts.differs],
        working_days=sum(month.working_days for month in months),
        is_declared=year in working.declared_years,
        is_known=known,
    )


def weekday_name(day: date) -> str:
    """Monday, 星期一."""
    return date_format(day, "l")


def _facts(
    day: date, public: bool | None, name: str, own: CalendarDay | None, minutes: int, full_minutes: int, today: date
) -> DayFacts:
    weekend = day.isoweekday() >= 6
    common: dict[str, Any] = {"date": day, "minutes": minutes, "is_today": day == today, "is_own": own is not None}
    if own is not None:
        looks = {DayKind.HOLIDAY: "off", DayKind.HALF: "half", DayKind.MAKE_UP: "make_up", DayKind.WORKDAY: "work"}
        look = looks[DayKind(own.kind)]
        if look == "work" and weekend:
            look = "make_up"
        return DayFacts(
            look=look,
            words=str(own.get_kind_display()),
            name=own.name or name,
            mark=_mark(look),
            differs=True,
            **common,
        )
    if public is False:
        return DayFacts(look="off", words=_("public holiday"), name=name, mark=_mark("off"), differs=True, **common)
    if public is True:
        return DayFacts(
            look="make_up", words=str(DayKind.MAKE_UP.label), name=name, mark=_mark("make_up"), differs=True, **common
        )
    if not minutes:
        return DayFacts(look="weekend", words=_("day of rest"), **common)
    if minutes < full_minutes:
        return DayFacts(look="half", words=_("shorter day"), mark=_mark("half"), **common)
    return DayFacts(look="work", words=str(DayKind.WORKDAY.label), **common)


def _mark(look: str) -> str:
    """The word in the corner of a day, as short as a calendar on the wall has it."""
    return {
        "off": pgettext("mark on a calendar day", "off"),
        "make_up": pgettext("mark on a calendar day", "work"),
        "half": pgettext("mark on a calendar day", "half"),
        "work": pgettext("mark on a calendar day", "work"),
    }[look]


def _month(year: int, month: int, days: dict[date, DayFacts]) -> MonthFacts:
    first = date(year, month, 1)
    cells: list[DayFacts | None] = [None] * (first.isoweekday() - 1)
    cells += [facts for day, facts in days.items() if day.month == month]
    cells += [None] * (-len(cells) % 7)
    weeks = [cells[start : start + 7] for start in range(0, len(cells), 7)]
    return MonthFacts(first, weeks, sum(1 for cell in cells if cell and cell.minutes))
