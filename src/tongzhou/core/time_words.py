"""Moments in words near now: what a person reads on the desk instead of a date to count from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class TimeWords:
    """A moment as `text` for the eye, `exact` for hovering, `iso` for machines; `tone` says how pressing it is."""

    text: str
    exact: str
    iso: str
    tone: str = "neutral"


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment) if timezone.is_aware(moment) else timezone.make_aware(moment)


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M}"


def calendar_day(day: date, now: datetime) -> str:
    """A day by its date, with the year only where it is not this year."""
    if day.year != _local(now).year:
        return _whole_date(day, get_language())
    return _day_of_year(day, get_language())


@lru_cache(maxsize=2048)
def _whole_date(day: date, language: str | None) -> str:
    return date_format(day, "DATE_FORMAT")


@lru_cache(maxsize=2048)
def _day_of_year(day: date, language: str | None) -> str:
    # Django's Chinese format says 06月1日; people write 6月1日.
    return date_format(day, "n月j日" if str(language).startswith("zh") else "MONTH_DAY_FORMAT")


def exactly(moment: date | datetime) -> str:
    """The whole date, with clock time where there is one."""
    if isinstance(moment, datetime):
        local = _local(moment)
        return f"{_whole_date(local.date(), get_language())} {_clock(local)}"
    return _whole_date(moment, get_language())


def _iso(moment: date | datetime) -> str:
    return _local(moment).isoformat(timespec="minutes") if isinstance(moment, datetime) else moment.isoformat()


def due_in_words(moment: date | datetime, now: datetime, *, done: bool = False) -> TimeWords:
    """When something is due, seen from `now`. A date without a time is due until the end of that day.

    What is `done` is no longer pressing, so its date is only named.
    """
    local_now = _local(now)
    day = _local(moment).date() if isinstance(moment, datetime) else moment
    exact, iso = exactly(moment), _iso(moment)
    days = (day - local_now.date()).days
    if done:
        return TimeWords(calendar_day(day, now), exact, iso)
    if days < 0:
        text = ngettext("%(count)d day overdue", "%(count)d days overdue", -days) % {"count": -days}
        return TimeWords(text, exact, iso, "late")
    if isinstance(moment, datetime):
        local = _local(moment)
        if local < local_now:
            minutes = int((local_now - local).total_seconds() // 60)
            if minutes < 60:
                text = ngettext("%(count)d minute overdue", "%(count)d minutes overdue", minutes) % {"count": minutes}
            else:
                hours = minutes // 60
                text = ngettext("%(count)d hour overdue", "%(count)d hours overdue", hours) % {"count": hours}
            return TimeWords(text, exact, iso, "late")
        if days == 0:
            return TimeWords(_("by %(time)s today") % {"time": _clock(local)}, exact, iso, "warn")
        if days == 1:
            return TimeWords(_("by %(time)s tomorrow") % {"time": _clock(local)}, exact, iso)
    elif days == 0:
        return TimeWords(_("today"), exact, iso, "warn")
    elif days == 1:
        return TimeWords(_("tomorrow"), exact, iso)
    if days <= 7:
        return TimeWords(ngettext("in %(count)d day", "in %(count)d days", days) % {"count": days}, exact, iso)
    return TimeWords(calendar_day(day, now), exact, iso)


def past_in_words(moment: date | datetime, now: datetime) -> TimeWords:
    """When something happened, seen from `now`; what lies ahead is named by its date."""
    local_now = _local(now)
    exact, iso = exactly(moment), _iso(moment)
    day = _local(moment).date() if isinstance(moment, datetime) else moment
    days = (local_now.date() - day).days
    time = f" {_clock(_local(moment))}" if isinstance(moment, datetime) else ""
    if isinstance(moment, datetime):
        seconds = (local_now - _local(moment)).total_seconds()
        if 0 <= seconds < 60:
            return TimeWords(_("just now"), exact, iso)
        if 0 <= seconds < 3600:
            minutes = int(seconds // 60)
            text = ngettext("%(count)d minute ago", "%(count)d minutes ago", minutes) % {"count": minutes}
            return TimeWords(text, exact, iso)
    if days == 0:
        return TimeWords(_("today") + time, exact, iso)
    if days == 1:
        return TimeWords(_("yesterday") + time, exact, iso)
    return TimeWords(calendar_day(day, now) + time, exact, iso)
