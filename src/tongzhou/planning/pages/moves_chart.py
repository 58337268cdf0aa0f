"""A small Gantt of a way out: each task that moves, where it stands and where it would stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from tongzhou.calendars.queries import company_calendar

# Of the drawing, in its own units; it is stretched to the width of the page.
WIDTH = 1000
THINNEST = 2
MOST_ROWS = 12
# Beyond so many days a day off is too thin to be seen.
MOST_DAYS_SHADED = 120
MARKS = 5


def moves_chart(moves: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Bars before and after of the tasks that move furthest, in the order in which they will begin; None where none does.

    The table beside it holds all of them; ``more`` says how many the drawing leaves out.
    """
    if not moves:
        return None
    shown = sorted(moves, key=lambda row: -abs(row["days"]))[:MOST_ROWS]
    shown.sort(key=lambda row: (row["after"][0], row["before"][0], row["number"]))
    first = min(min(row["before"][0], row["after"][0]) for row in shown)
    last = max(max(row["before"][1], row["after"][1]) for row in shown)
    days = (last - first).days + 1

    def place(begin: date, end: date) -> dict[str, int]:
        left = min(round(WIDTH * (begin - first).days / days), WIDTH - THINNEST)
        return {"x": left, "width": max(THINNEST, round(WIDTH * ((end - first).days + 1) / days) - left)}

    return {
        "rows": [{**row, "was": place(*row["before"]), "will": place(*row["after"])} for row in shown],
        "off": [place(*span) for span in _days_off(first, last)] if days <= MOST_DAYS_SHADED else [],
        "marks": _marks(first, days),
        "more": len(moves) - len(shown),
        "width": WIDTH,
    }


def _days_off(first: date, last: date) -> Iterator[tuple[date, date]]:
    """Stretches of days on which the company does not work."""
    calendar = company_calendar()
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    for is_workday, stretch in groupby(days, calendar.is_workday):
        if not is_workday:
            off = list(stretch)
            yield off[0], off[-1]


def _marks(first: date, days: int) -> list[date]:
    """The day at which each of a few columns of the drawing begins, all as wide as each other."""
    count = min(MARKS, days)
    return [first + timedelta(days=round(days * at / count)) for at in range(count)]
