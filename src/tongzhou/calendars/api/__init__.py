"""Endpoints of calendars, over the same services and queries as its pages."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tongzhou.core.access import reach
from tongzhou.core.api import Text, idempotent
from tongzhou.core.errors import InvalidInput
from tongzhou.core.pages import actor_of
from tongzhou.core.tables import lines_of

from .. import queries, services
from ..day_table import COLUMNS, FIRST_YEAR, LAST_YEAR
from ..models import CalendarDay, WorkCalendar

router = Router(tags=["calendars"])
LONGEST_PERIOD_DAYS = 3_700


class CalendarOut(Schema):
    """A calendar: working hours of each ISO weekday in minutes of the day, and whose public holidays it follows."""

    id: int
    name: str
    version: int
    week: dict[str, list[list[int]]]
    public_holidays: str
    is_company: bool


class CalendarIn(Schema):
    """A new calendar; without ``week`` Monday to Friday 9:00–12:00 and 13:00–18:00."""

    name: Text
    week: dict[str, list[list[int]]] | None = None
    public_holidays: Text = "CN"


class CalendarChange(Schema):
    """What is changed of a calendar; what is left out stays."""

    version: int = Field(ge=1, le=2**31 - 1)
    name: Text | None = None
    week: dict[str, list[list[int]]] | None = None
    public_holidays: Text | None = None


class DayOut(Schema):
    """What a day is: work, weekend, off, make_up or half, its working minutes, and whether it is the company's own word."""

    date: date
    look: str
    minutes: int
    words: str
    name: str
    is_own: bool


class YearOut(Schema):
    """A year: its working days, whether its make-up workdays (调休) are known, and the days that differ."""

    year: int
    working_days: int
    is_declared: bool
    differing: list[DayOut]


class DayIn(Schema):
    """What a day shall be: holiday, workday, make_up or half."""

    kind: Text
    name: Text = ""


class OwnDayOut(Schema):
    """The company's own word on a day."""

    date: date
    kind: str
    name: str


class DaysIn(Schema):
    """Rows with date, kind and name, as people write them."""

    rows: list[dict[str, Text]] = Field(max_length=2_000)


class ImportedOut(Schema):
    """How many days are new or changed."""

    days: int


class PeriodOut(Schema):
    """A period counted on the company's calendar."""

    working_days: int
    undeclared_years: list[int] = Field(description="Years whose make-up workdays are not known yet")


@router.get("/calendars", response=list[CalendarOut], summary="Work calendars")
def calendars(request: HttpRequest) -> list[CalendarOut]:
    """The company's first."""
    actor_of(request)
    return [_out(calendar) for calendar in queries.calendars()]


@router.post("/calendars", response={201: CalendarOut}, summary="Add a calendar")
@idempotent
def create(request: HttpRequest, payload: CalendarIn) -> tuple[int, CalendarOut]:
    """PMO and administrators."""
    made = services.create_calendar(
        payload.name, week=payload.week, public_holidays=payload.public_holidays, by=actor_of(request)
    )
    return 201, _out(made)


@router.get("/calendars/working-days", response=PeriodOut, summary="Working days of a period")
def period(request: HttpRequest, first: date, last: date) -> PeriodOut:
    """Both days included, at most ten years."""
    actor_of(request)
    if last < first or (last - first).days > LONGEST_PERIOD_DAYS:
        raise InvalidInput({"last": f"0–{LONGEST_PERIOD_DAYS} days after first"})
    working = queries.company_calendar()
    return PeriodOut(
        working_days=working.duration_workdays(first, last),
        undeclared_years=list(working.undeclared_years(first, last)),
    )


@router.get("/calendars/{calendar_id}", response=CalendarOut, summary="One calendar")
def calendar(request: HttpRequest, calendar_id: int) -> CalendarOut:
    """Hours, public holidays, version."""
    actor_of(request)
    return _out(reach(WorkCalendar.objects.all(), calendar_id))


@router.patch("/calendars/{calendar_id}", response=CalendarOut, summary="Change a calendar")
def change(request: HttpRequest, calendar_id: int, payload: CalendarChange) -> CalendarOut:
    """Name, working hours, public holidays; deadlines are counted with it at once."""
    values = payload.model_dump(exclude_unset=True, exclude={"version"})
    values = {key: value for key, value in values.items() if value is not None}
    return _out(services.change_calendar(calendar_id, payload.version, values, by=actor_of(request)))


@router.post("/calendars/{calendar_id}/use", response=CalendarOut, summary="Make a calendar the company's")
@idempotent
def use(request: HttpRequest, calendar_id: int) -> CalendarOut:
    """Every deadline is counted on it from then on."""
    return _out(services.use_for_company(calendar_id, by=actor_of(request)))


@router.get("/calendars/{calendar_id}/years/{year}", response=YearOut, summary="A year of a calendar")
def year(request: HttpRequest, calendar_id: int, year: int) -> YearOut:
    """Its working days and the days that differ from the week."""
    actor_of(request)
    row = reach(WorkCalendar.objects.all(), calendar_id)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidInput({"year": f"{FIRST_YEAR}–{LAST_YEAR}"})
    facts = queries.year_of(row, year)
    return YearOut(
        year=year,
        working_days=facts.working_days,
        is_declared=facts.is_declared,
        differing=[
            DayOut(date=day.date, look=day.look, minutes=day.minutes, words=day.words, name=day.name, is_own=day.is_own)
            for day in facts.differing
        ],
    )


@router.get("/calendars/{calendar_id}/days", response=list[OwnDayOut], summary="The company's own days of a year")
def own_days(
    request: HttpRequest, calendar_id: int, year: Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
) -> list[OwnDayOut]:
    """What the company itself says, over public holidays."""
    actor_of(request)
    row = reach(WorkCalendar.objects.all(), calendar_id)
    return [_own(day) for day in queries.own_days(row, year)]


@router.put("/calendars/{calendar_id}/days/{day}", response=OwnDayOut, summary="Say what a day is")
def set_day(request: HttpRequest, calendar_id: int, day: date, payload: DayIn) -> OwnDayOut:
    """PMO and administrators."""
    return _own(services.set_day(calendar_id, day, payload.kind, payload.name, by=actor_of(request)))


@router.delete("/calendars/{calendar_id}/days/{day}", response=CalendarOut, summary="Take the own word on a day back")
def clear_day(request: HttpRequest, calendar_id: int, day: date) -> CalendarOut:
    """The day is again what week and public holidays make of it."""
    services.clear_day(calendar_id, day, by=actor_of(request))
    return _out(reach(WorkCalendar.objects.all(), calendar_id))


@router.post("/calendars/{calendar_id}/import", response=ImportedOut, summary="Bring in a table of days")
@idempotent
def import_days(request: HttpRequest, calendar_id: int, payload: DaysIn) -> ImportedOut:
    """All rows or none; each error is named with row and column."""
    return ImportedOut(days=services.import_days(calendar_id, lines_of(payload.rows, COLUMNS), by=actor_of(request)))


def _out(calendar: WorkCalendar) -> CalendarOut:
    return CalendarOut(
        id=calendar.pk,
        name=calendar.name,
        version=calendar.version,
        week=calendar.week,
        public_holidays=calendar.public_holidays,
        is_company=calendar.is_company,
    )


def _own(day: CalendarDay) -> OwnDayOut:
    return OwnDayOut(date=day.date, kind=day.kind, name=day.name)
