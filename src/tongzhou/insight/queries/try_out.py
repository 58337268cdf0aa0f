"""The steps by which the demo company's clock can be moved forward, and where each leads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongzhou.calendars.queries import company_calendar
from tongzhou.core import clock
from tongzhou.core.models import TryOutClock

END_OF_DAY = time(17, 0)


@dataclass(frozen=True, slots=True)
class Step:
    """One way to move the clock."""

    key: str
    label: str | Promise


STEPS: dict[str, Step] = {
    step.key: step
    for step in (
        Step("hour", _("One hour on")),
        Step("evening", _("To 17:00 of the next working day")),
        Step("day", _("One day on")),
        Step("three_working_days", _("Three working days on")),
    )
}


def moment_after(key: str, moment: datetime) -> datetime:
    """Where a step leads from a moment; always later than it."""
    local = moment.astimezone(clock.company_zone())
    calendar = company_calendar()
    match key:
        case "hour":
            return local + timedelta(hours=1)
        case "day":
            return local + timedelta(days=1)
        case "three_working_days":
            return datetime.combine(calendar.add_workdays(local.date(), 3), local.timetz())
    day = local.date()
    while not calendar.is_workday(day) or datetime.combine(day, END_OF_DAY, local.tzinfo) <= local:
        day += timedelta(days=1)
    return datetime.combine(day, END_OF_DAY, local.tzinfo)


def ahead_by() -> timedelta:
    """How far the demo's clock is ahead of the real one."""
    seconds = TryOutClock.objects.filter(pk=1).values_list("ahead_seconds", flat=True).first() or 0
    return timedelta(seconds=seconds)
