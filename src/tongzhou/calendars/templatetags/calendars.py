"""What pages ask of the calendar."""

from __future__ import annotations

from datetime import date, datetime

from django import template

from tongzhou.core import clock

from .. import queries

register = template.Library()


@register.simple_tag
def undeclared_years(first: date | None = None, last: date | None = None) -> tuple[int, ...]:
    """{% undeclared_years project.starts_on project.ends_on as years %}: years of the period without declared 调休."""
    begin = _plain(first) or clock.today()
    end = _plain(last) or begin
    return queries.undeclared_years(min(begin, end), max(begin, end))


def _plain(day: date | None) -> date | None:
    return day.date() if isinstance(day, datetime) else day
