"""The table in which days that differ come in: date, kind, name; how each is written by people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.core.tables import Checked, Column, Line, unholdable

from .models import CalendarDay, DayKind

MOST_ROWS = 2_000
FIRST_YEAR, LAST_YEAR = 2000, 2100
LONGEST_NAME = 80

COLUMNS = (
    Column("date", gettext_lazy("Date"), ("日期", "date", "day"), required=True, example="2027-01-01"),
    Column("kind", gettext_lazy("Kind"), ("类型", "种类", "kind", "type"), required=True, example="休息"),
    Column("name", gettext_lazy("Name"), ("名称", "节日", "说明", "name", "holiday"), example="元旦"),
)
_WORDS_OF_KINDS = {
    DayKind.HOLIDAY: "holiday 休息 休 放假 节假日 假日 休息日 off dayoff publicholiday",
    DayKind.MAKE_UP: "make_up 调休 调休上班 调休上班日 补班 上班 班 make-up makeup make-upworkingday",
    DayKind.WORKDAY: "workday 工作日 工作 workingday work",
    DayKind.HALF: "half 半天 上午 半天（上午） 半天(上午) halfday halfday(morning)",
}
KIND_WORDS = {word: kind for kind, words in _WORDS_OF_KINDS.items() for word in words.split()}
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """One row as it will be written, or what is wrong with it."""

    line: Line
    date: date | None
    kind: str
    name: str
    errors: dict[str, str]


def read_date(text: str) -> date | None:
    """The day somebody wrote: 2027-1-1, 2027/1/1, 2027.1.1, 2027年1月1日, 20270101; None for anything else."""
    text = text.split("T")[0].split(" ")[0] if re.match(r"\d{4}-\d\d-\d\d[T ]", text) else text
    match = _DATE.fullmatch(text.strip()) or _COMPACT.fullmatch(text.strip())
    if match is None:
        return None
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        return None


def plan_days(lines: Sequence[Line]) -> list[PlannedDay]:
    """Every row checked by itself and against the others."""
    planned, seen = [], dict[date, int]()
    for line in lines:
        errors: dict[str, str] = {}
        day = read_date(line.cells.get("date", ""))
        if day is None:
            errors["date"] = _("This is no day; write it like %(example)s") % {"example": "2027-01-31"}
        elif not FIRST_YEAR <= day.year <= LAST_YEAR:
            errors["date"] = _("Between %(first)s and %(last)s") % {"first": FIRST_YEAR, "last": LAST_YEAR}
        elif (earlier := seen.setdefault(day, line.number)) != line.number:
            errors["date"] = _("The same as in row %(row)s") % {"row": earlier}
        kind = KIND_WORDS.get("".join(line.cells.get("kind", "").lower().split()))
        if kind is None:
            errors["kind"] = _("One of: %(words)s") % {"words": "、".join(str(label) for label in DayKind.labels)}
        name = line.cells.get("name", "")
        if problem := name_problem(name):
            errors["name"] = problem
        planned.append(PlannedDay(line, day, kind.value if kind else "", name, errors))
    return planned


def checked_days(planned: Sequence[PlannedDay], present: dict[date, CalendarDay]) -> list[Checked]:
    """The rows as they are shown, with what becomes of each."""
    return [Checked(row.line.number, row.line.cells, _verdict(row, present), row.errors) for row in planned]


def name_problem(name: str) -> str:
    """What is wrong with the name of a day, or nothing."""
    if len(name) > LONGEST_NAME:
        return _("At most %(limit)s characters") % {"limit": LONGEST_NAME}
    if unholdable(name):
        return _("Please leave out line breaks, control characters and what could not be read")
    return ""


def _verdict(row: PlannedDay, present: dict[date, CalendarDay]) -> str:
    if row.errors or row.date is None:
        return "error"
    day = present.get(row.date)
    if day is None:
        return "add"
    return "same" if (day.kind, day.name) == (row.kind, row.name) else "change"
