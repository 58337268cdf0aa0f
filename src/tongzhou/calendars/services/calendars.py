"""Calendars: their name, working hours and public holidays, and which one the company counts on."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import Conflict, InvalidInput, Words, require
from tongzhou.core.events import record
from tongzhou.core.tables import unholdable
from tongzhou.core.versions import save_version

from .. import policies
from ..hours import checked_week
from ..models import WorkCalendar
from ..models.calendars import standard_week
from ..public_holidays import REGIONS

LONGEST_NAME = 80
WeekHours = Mapping[str, Sequence[Sequence[int]]]


@act
def create_calendar(
    name: str, *, week: WeekHours | None = None, public_holidays: str = "CN", by: Actor
) -> WorkCalendar:
    """Adds a calendar, say of a plant or a subsidiary; the first one is the company's."""
    require(policies.can_keep_calendars(by))
    name = name.strip()
    problems = _problems({"name": name, "public_holidays": public_holidays})
    if problems:
        raise InvalidInput(problems)
    calendar = WorkCalendar(
        name=name,
        week=checked_week(week) if week is not None else standard_week(),
        public_holidays=public_holidays,
        is_company=not WorkCalendar.objects.filter(is_company=True).exists(),
        stamp=new_stamp(),
    )
    try:
        with transaction.atomic():
            calendar.save()
    except IntegrityError as clash:
        raise Conflict(_("Somebody else has just added such a calendar")) from clash
    record(by, "calendars.calendar.created", calendar, after={"name": name, "week": calendar.week})
    return calendar


@act
def change_calendar(calendar_id: int, version: int | None, values: Mapping[str, Any], *, by: Actor) -> WorkCalendar:
    """Renames a calendar, chooses other public holidays, or sets its working hours (``week``)."""
    calendar = reach(WorkCalendar.objects.all(), calendar_id, lock=True)
    require(policies.can_keep_calendars(by))
    values = {key: value for key, value in values.items() if key in {"name", "public_holidays", "week"}}
    if "name" in values:
        values["name"] = str(values["name"]).strip()
    problems = _problems(values, apart_from=calendar.pk)
    if problems:
        raise InvalidInput(problems)
    if "week" in values:
        values["week"] = checked_week(values["week"])
    try:
        with transaction.atomic():
            before = save_version(calendar, version, values)
    except IntegrityError as clash:
        raise Conflict(_("Somebody else has just used this name")) from clash
    if before:
        restamp(calendar)
        record(by, "calendars.calendar.changed", calendar, before=before, after={key: values[key] for key in before})
    return calendar


@act
def set_week(calendar_id: int, version: int | None, week: WeekHours, *, by: Actor) -> WorkCalendar:
    """Sets the working hours of each weekday, keyed by ISO weekday, in minutes of the day."""
    return change_calendar(calendar_id, version, {"week": week}, by=by)


@act
def use_for_company(calendar_id: int, *, by: Actor) -> WorkCalendar:
    """From now on the company's deadlines are counted on this calendar."""
    require(policies.can_keep_calendars(by))
    list(WorkCalendar.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
    calendar = reach(WorkCalendar.objects.all(), calendar_id)
    former = WorkCalendar.objects.filter(is_company=True).first()
    if former is not None and former.pk == calendar.pk:
        return calendar
    if former is not None:
        save_version(former, None, {"is_company": False})
    save_version(calendar, None, {"is_company": True})
    record(
        by,
        "calendars.calendar.used_for_company",
        calendar,
        before={"calendar": former.pk if former else None},
        after={"calendar": calendar.pk},
    )
    return calendar


def new_stamp() -> str:
    """A key under which a computed calendar is kept; never used twice."""
    return secrets.token_hex(8)


def restamp(calendar: WorkCalendar) -> None:
    """Makes every process compute the calendar anew: called with every write to it or to its days."""
    calendar.stamp = new_stamp()
    WorkCalendar.objects.filter(pk=calendar.pk).update(stamp=calendar.stamp)


def _problems(values: Mapping[str, Any], apart_from: int = 0) -> dict[str, Words]:
    problems: dict[str, Words] = {}
    name = values.get("name")
    if name is not None:
        if not name:
            problems["name"] = _("Please fill this in")
        elif len(name) > LONGEST_NAME:
            problems["name"] = _("At most %(limit)s characters") % {"limit": LONGEST_NAME}
        elif unholdable(name):
            problems["name"] = _("Please leave out line breaks, control characters and what could not be read")
        elif WorkCalendar.objects.filter(name=name).exclude(pk=apart_from).exists():
            problems["name"] = _("There is a calendar of this name already")
    if values.get("public_holidays", "") not in {"", *REGIONS}:
        problems["public_holidays"] = _("Choose one of the regions")
    return problems
