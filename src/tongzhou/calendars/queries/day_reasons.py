"""Why nobody works on a day, or why somebody does: what the calendar calls it."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .. import models
from ..public_holidays import holiday_names


def reason_off(day: date) -> str:
    """What the day off is called on the company's calendar: 国庆节, the company's own word, or the day of the week's rest."""
    return _names(*_key(), day.year, get_language() or "zh").get(day) or _("day of rest")


def _key() -> tuple[int, str]:
    return models.WorkCalendar.objects.filter(is_company=True).values_list("pk", "stamp").first() or (0, "")


@lru_cache(maxsize=64)
def _names(pk: int, stamp: str, year: int, language: str) -> dict[date, str]:
    """Public holidays by name, the company's own names over them."""
    calendar = models.WorkCalendar.objects.filter(pk=pk).first()
    names = holiday_names(calendar.public_holidays if calendar else "CN", year, language)
    if calendar is not None:
        names |= dict(calendar.days.filter(date__year=year).exclude(name="").values_list("date", "name"))
    return names
