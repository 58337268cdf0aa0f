"""Days that differ from the week and from the public holidays: the company's word is the last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import InvalidInput, NotFound, Words, require
from tongzhou.core.events import record
from tongzhou.core.tables import Line
from tongzhou.core.versions import save_version

from .. import policies
from ..day_table import FIRST_YEAR, LAST_YEAR, MOST_ROWS, name_problem, plan_days
from ..models import CalendarDay, DayKind, WorkCalendar
from .calendars import restamp

MOST_ERRORS_SHOWN = 200


@act
def set_day(calendar_id: int, day: date, kind: str, name: str = "", *, by: Actor) -> CalendarDay:
    """Says what a day is: day off, working day, make-up working day, half day. Deadlines move with it at once."""
    calendar = reach(WorkCalendar.objects.all(), calendar_id, lock=True)
    require(policies.can_keep_calendars(by))
    name = name.strip()
    problems: dict[str, Words] = {}
    if kind not in DayKind.values:
        problems["kind"] = _("Choose one of the kinds")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        problems["date"] = _("Between %(first)s and %(last)s") % {"first": FIRST_YEAR, "last": LAST_YEAR}
    if problem := name_problem(name):
        problems["name"] = problem
    if problems:
        raise InvalidInput(problems)
    former = CalendarDay.objects.filter(calendar=calendar, date=day).first()
    kept, _fresh = CalendarDay.objects.update_or_create(
        calendar=calendar, date=day, defaults={"kind": kind, "name": name}
    )
    save_version(calendar, None, {})
    restamp(calendar)
    record(
        by,
        "calendars.day.set",
        calendar,
        before={"date": day, "kind": former.kind if former else None, "name": former.name if former else None},
        after={"date": day, "kind": kind, "name": name},
    )
    return kept


@act
def clear_day(calendar_id: int, day: date, *, by: Actor) -> None:
    """The day is again what the week and the public holidays make of it."""
    calendar = reach(WorkCalendar.objects.all(), calendar_id, lock=True)
    require(policies.can_keep_calendars(by))
    former = CalendarDay.objects.filter(calendar=calendar, date=day).first()
    if former is None:
        raise NotFound
    former.delete()
    save_version(calendar, None, {})
    restamp(calendar)
    record(by, "calendars.day.cleared", calendar, before={"date": day, "kind": former.kind, "name": former.name})


@act
def import_days(calendar_id: int, lines: Sequence[Line], *, by: Actor) -> int:
    """Writes a table of days, all or none; says how many are new or changed. A second time it changes nothing."""
    calendar = reach(WorkCalendar.objects.all(), calendar_id, lock=True)
    require(policies.can_keep_calendars(by))
    if not lines or len(lines) > MOST_ROWS:
        raise InvalidInput({"file": _("From 1 to %(limit)s rows at a time") % {"limit": MOST_ROWS}})
    planned = plan_days(lines)
    errors = {f"{row.line.number}.{key}": text for row in planned for key, text in row.errors.items()}
    if errors:
        raise InvalidInput(
            dict(list(errors.items())[:MOST_ERRORS_SHOWN]), _("Nothing was imported: some rows are wrong")
        )
    present = {day.date: day for day in calendar.days.all()}
    new, changed, before = [], [], {}
    for row in planned:
        if row.date is None:
            continue
        day = present.get(row.date)
        if day is None:
            new.append(CalendarDay(calendar=calendar, date=row.date, kind=row.kind, name=row.name))
        elif (day.kind, day.name) != (row.kind, row.name):
            before[day.date] = [day.kind, day.name]
            day.kind, day.name = row.kind, row.name
            changed.append(day)
    if not new and not changed:
        return 0
    CalendarDay.objects.bulk_create(new)
    CalendarDay.objects.bulk_update(changed, ["kind", "name"])
    save_version(calendar, None, {})
    restamp(calendar)
    record(
        by,
        "calendars.days.imported",
        calendar,
        before={str(day): facts for day, facts in before.items()},
        after={str(day.date): [day.kind, day.name] for day in (*new, *changed)},
    )
    return len(new) + len(changed)
