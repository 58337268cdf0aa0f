"""Public holidays and make-up workdays (调休) from the ``holidays`` package; the company's overrides come on top."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

# What the company may choose from: regions whose holidays we follow, with the languages they are named in.
REGIONS = {"CN": {"zh": "zh_CN", "en": "en_US"}, "HK": {"zh": "zh_CN", "en": "en_HK"}, "SG": {"en": "en_SG"}}


def public_holidays(region: str, years: Iterable[int]) -> dict[date, bool]:
    """Days that differ from the week: False = day off, True = make-up workday."""
    if not region:
        return {}
    import holidays

    days: dict[date, bool] = {}
    for year in years:
        table = holidays.country_holidays(region, years=year)
        days |= {day: False for day in table if day.year == year}
        # The package's set also holds days of other years.
        days |= {day: True for day in getattr(table, "weekend_workdays", ()) if day.year == year}
    return days


def holiday_names(region: str, year: int, language: str) -> dict[date, str]:
    """What the days off of a year are called, in the reader's language where the package knows it."""
    if not region:
        return {}
    import holidays

    wanted = REGIONS.get(region, {}).get(language[:2])
    table = holidays.country_holidays(region, years=year, language=wanted)
    return {day: name for day, name in table.items() if day.year == year}


def declared_years(region: str, years: Iterable[int]) -> set[int]:
    """Years whose make-up workdays have been published; without a region every year is."""
    if region != "CN":
        return set(years)
    days = public_holidays(region, years)
    return {day.year for day, works in days.items() if works}
