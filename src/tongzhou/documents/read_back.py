"""Takes a filled .xlsx of a standard form back in: every cell checked, every mistake named with its place."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from .hostile import FileRefused, Value, read_spreadsheet
from .paper import PaperColumn, printable
from .render.xlsx import (
    LABEL_UNITS,
    LAYOUT,
    MARK_FIELDS,
    MARK_FORM,
    MARK_MORE,
    MARK_ROW,
    MARK_TABLE,
    NUMBER_UNITS,
    UNITS,
    spans,
)
from .standard_forms import HEAD, Choice, Column, Field, StandardForm, Table

MAX_ROWS = 20_000
LANGUAGES = ("zh-hans", "en")

MESSAGES: dict[str, Any] = {
    "not_this_form": _("This file is not a “%(title)s” from this system. Please download the form and fill that in."),
    "newer_layout": _("This file has a layout that this version does not know."),
    "not_a_date": _("“%(value)s” is no date. Please write it like 2026-06-18."),
    "not_a_datetime": _("“%(value)s” is no date and time. Please write it like 2026-06-18 15:00."),
    "not_a_number": _("“%(value)s” is no number."),
    "not_a_choice": _("“%(value)s” is not one of: %(choices)s."),
    "column_moved": _("The column “%(label)s” was moved or renamed; this table was not read."),
    "required": _("“%(label)s” must be filled in."),
    "too_long": _("This text is too long: at most %(limit)s characters."),
}

MAX_TEXT = 1_000_000


@dataclass(frozen=True)
class CellError:
    """What is wrong in one cell: row (from 1) and name as Excel shows them, the place in the form, code and words."""

    row: int
    cell: str
    field: str
    code: str
    message: str


@dataclass(frozen=True)
class ReadResult:
    """The content and head that a file holds, and what is wrong with it; with errors nothing may be taken over."""

    content: dict[str, Any]
    head: dict[str, Any]
    errors: tuple[CellError, ...]

    @property
    def is_clean(self) -> bool:
        """Whether the file can be taken over as a whole."""
        return not self.errors


def read_xlsx(form: StandardForm, data: bytes, zone: dt.tzinfo | None = None) -> ReadResult:
    """Reads our own .xlsx of a form back, in whichever language it was written. Times are those of `zone`.

    Raises hostile.FileRefused when it cannot be opened at all, or is no file of this form (code ``not_this_form``).
    """
    rows = read_spreadsheet(data, max_rows=MAX_ROWS)
    return _Reader(form, rows, zone).read()


class FormMismatch(FileRefused):
    """A spreadsheet, but not this form's."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code, **facts)
        self.message = str(MESSAGES[code]) % facts if facts else str(MESSAGES[code])


class _Reader:
    """Walks down the marked rows of one sheet."""

    def __init__(self, form: StandardForm, rows: list[list[Value]], zone: dt.tzinfo | None) -> None:
        self.form = form
        self.zone = zone
        self.rows = rows
        self.errors: list[CellError] = []
        self.content: dict[str, Any] = {}
        self.head: dict[str, Any] = {}

    def read(self) -> ReadResult:
        """The whole sheet."""
        self._check_form()
        number = 0
        while number < len(self.rows):
            mark = self._mark(number)
            if mark.startswith(f"{MARK_FIELDS}:"):
                number = self._fields(number, mark.partition(":")[2].split("|"))
            elif mark.startswith(f"{MARK_TABLE}:"):
                number = self._table(number, mark.partition(":")[2])
            else:
                number += 1
        return ReadResult(self.content, self.head, tuple(self.errors))

    def _check_form(self) -> None:
        first = next((self._mark(number) for number in range(min(5, len(self.rows))) if self._mark(number)), "")
        parts = first.split(":")
        if len(parts) != 4 or parts[0] != MARK_FORM or parts[1] != self.form.key:
            raise FormMismatch("not_this_form", title=str(self.form.title))
        if parts[2] != str(LAYOUT):
            raise FormMismatch("newer_layout")

    def _mark(self, row: int) -> str:
        cells = self.rows[row]
        return str(cells[0]).strip() if cells and isinstance(cells[0], str) else ""

    def _at(self, row: int, unit: int) -> Value:
        cells = self.rows[row]
        return cells[unit + 1] if unit + 1 < len(cells) else ""

    def _more(self, row: int) -> int:
        """The row after the continuation rows of `row`."""
        row += 1
        while row < len(self.rows) and self._mark(row) == MARK_MORE:
            row += 1
        return row

    def _joined(self, row: int, end: int, unit: int) -> Value:
        """A value with its continuations; only long texts have any."""
        first = self._at(row, unit)
        if end == row + 1:
            return first
        pieces = [self._at(number, unit) for number in range(row, end)]
        filled = [piece for piece in pieces if piece != ""]
        return first if len(filled) <= 1 else "".join(_as_text(piece) for piece in pieces)

    def _fields(self, row: int, keys: list[str]) -> int:
        end = self._more(row)
        for index, key in enumerate(keys):
            unit = index * (UNITS // 2) + LABEL_UNITS
            value = self._joined(row, end, unit)
            if key == "head.attachments":
                names = [line.strip() for line in _as_text(value).split("\n") if line.strip()]
                if names:
                    self.head["attachments"] = names
                continue
            in_head = key.startswith("head.")
            place = next(
                (
                    field
                    for field in (HEAD if in_head else self.form.fields())
                    if field.key == key.removeprefix("head.")
                ),
                None,
            )
            if place is None:
                continue
            read = self._value(place, value, row, unit, key)
            if read is not None:
                (self.head if in_head else self.content)[place.key] = read
            elif place.required and not self._has_error(key):
                self._error(row, unit, key, "required", label=str(place.label))
        return end

    def _table(self, row: int, key: str) -> int:
        table = next((table for table in self.form.tables() if table.key == key), None)
        end = row + 1
        while end < len(self.rows) and self._mark(end) in {MARK_ROW, MARK_MORE, ""}:
            end += 1
        if table is None:
            return end
        places = spans(
            tuple(PaperColumn(column.key, "", column.weight, column.kind, column.required) for column in table.columns)
        )
        if not self._headers_stand(table, places, row):
            return end
        found: list[dict[str, Any]] = []
        number = row + 1
        while number < end:
            after = min(self._more(number), end)
            filled = self._row(table, places, number, after, len(found))
            if filled is not None:
                found.append(filled)
            number = after
        if found:
            self.content[key] = found
        elif table.required:
            self._error(row, NUMBER_UNITS, key, "required", label=str(table.label))
        return end

    def _headers_stand(self, table: Table, places: list[tuple[int, int]], row: int) -> bool:
        for column, (unit, _width) in zip(table.columns, places, strict=True):
            written = _as_text(self._at(row, unit)).removesuffix("*").strip()
            if written not in _in_all_languages(column.label):
                self._error(row, unit, f"{table.key}.{column.key}", "column_moved", label=str(column.label))
                return False
        return True

    def _row(
        self, table: Table, places: list[tuple[int, int]], row: int, after: int, index: int
    ) -> dict[str, Any] | None:
        """One row of a table; None for a row in which nothing is written."""
        values = [self._joined(row, after, unit) for unit, _width in places]
        if all(_as_text(value).strip() == "" for value in values):
            return None
        filled: dict[str, Any] = {}
        for column, value, (unit, _width) in zip(table.columns, values, places, strict=True):
            name = f"{table.key}[{index}].{column.key}"
            read = self._value(column, value, row, unit, name)
            if read is not None:
                filled[column.key] = read
            elif column.required and not self._has_error(name):
                self._error(row, unit, name, "required", label=str(column.label))
        return filled

    def _value(self, place: Field | Column, value: Value, row: int, unit: int, name: str) -> Any:
        """The value of one cell as the content keeps it; None when empty or wrong (then an error is noted)."""
        text = _as_text(value)
        if not text.strip():
            return None
        if len(text) > MAX_TEXT:
            return self._error(row, unit, name, "too_long", limit=MAX_TEXT)
        match place.kind:
            case "date":
                day = parse_date(value)
                return day.isoformat() if day else self._error(row, unit, name, "not_a_date", value=text[:40])
            case "datetime":
                moment = parse_datetime(value)
                return (
                    moment.replace(tzinfo=self.zone).isoformat(timespec="seconds")
                    if moment
                    else self._error(row, unit, name, "not_a_datetime", value=text[:40])
                )
            case "money" | "number":
                number = parse_number(value)
                if number is None:
                    return self._error(row, unit, name, "not_a_number", value=text[:40])
                if place.kind == "money":
                    return f"{number:.2f}"
                return int(number) if number == number.to_integral_value() else float(number)
            case "choice":
                return self._choice(place.choices, text, row, unit, name)
            case "checkbox":
                ticked = [
                    self._choice(place.choices, one, row, unit, name)
                    for one in re.split("[\u3001,\uff0c;\uff1b\n]", text)
                    if one.strip()
                ]
                return [one for one in ticked if one is not None] or None
            case "people":
                return split_people(text) or None
            case "text" if isinstance(place, Field):
                return " ".join(printable(text).split("\n")).strip()
            case _:
                return printable(text).strip("\n")

    def _choice(self, choices: tuple[Choice, ...], text: str, row: int, unit: int, name: str) -> str | None:
        wanted = text.strip()
        for choice in choices:
            if wanted == choice.value or wanted in _in_all_languages(choice.label):
                return choice.value
        labels = "、".join(str(choice.label) for choice in choices)
        self._error(row, unit, name, "not_a_choice", value=wanted[:40], choices=labels)
        return None

    def _has_error(self, name: str) -> bool:
        return any(error.field == name for error in self.errors)

    def _error(self, row: int, unit: int, name: str, code: str, **facts: Any) -> None:
        self.errors.append(
            CellError(
                row=row + 1,
                cell=f"{_column_name(unit + 1)}{row + 1}",
                field=name,
                code=code,
                message=str(MESSAGES[code]) % facts,
            )
        )


def parse_date(value: Value) -> dt.date | None:
    """A date as Excel holds it or as people in China write it; None for 2月30日 and for everything that is none."""
    if isinstance(value, dict):
        value = value.get("date") or value.get("datetime") or ""
    match = re.fullmatch(
        r"\s*(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?\s*(?:[T ]0{1,2}:00(?::00)?)?\s*",
        str(value),
    )
    if match is None:
        return None
    try:
        return dt.date(*map(int, match.groups()))
    except ValueError:
        return None


def parse_datetime(value: Value) -> dt.datetime | None:
    """A date with a time of day; the zone is the company's and not in the file. A date alone is midnight."""
    if isinstance(value, dict):
        value = value.get("datetime") or value.get("date") or ""
    text = str(value).strip().replace("\uff1a", ":")
    match = re.fullmatch("(.*?\\d\u65e5?)(?:[T\\s]+(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:\\.\\d+)?)?)?", text)
    day = parse_date(match.group(1)) if match else None
    if match is None or day is None:
        return None
    try:
        hour, minute, second = (int(part or 0) for part in match.groups()[1:])
        clock = dt.time(hour, minute, second)
    except ValueError:
        return None
    return dt.datetime.combine(day, clock)


def parse_number(value: Value) -> Decimal | None:
    """A number, with separators and currency words as people type them: ``50,000 元``, ``¥3.5万``."""
    if isinstance(value, (dict, bool)):
        return None
    text = str(value).strip().translate({0xFF0C: ",", 0xFFE5: "\u00a5", 0xFF0E: "."})
    text = re.sub("^(?:CNY|RMB|\u00a5)\\s*", "", text, flags=re.IGNORECASE)
    text = re.sub("\\s*(?:\u5143|\u5757)$", "", text)
    times = Decimal(1)
    for unit, factor in (("\u4e07", Decimal(10_000)), ("\u4ebf", Decimal(100_000_000))):
        if text.endswith(unit):
            text, times = text.removesuffix(unit).strip(), factor
    if not re.fullmatch(r"[+-]?\d{1,30}(?:,\d{3})*(?:\.\d{1,12})?(?:[eE][+-]?\d{1,2})?", text):
        return None
    try:
        return Decimal(text.replace(",", "")) * times
    except InvalidOperation:
        return None


def split_people(text: str) -> list[str]:
    """Names in one cell, divided by 、 ; or line ends, but not inside brackets: 孙雅琴（外出、下周回） is one entry."""
    names: list[str] = []
    name: list[str] = []
    depth = 0
    for character in text:
        if character in "(\uff08":
            depth += 1
        elif character in ")\uff09":
            depth = max(0, depth - 1)
        if character == "\n" or (depth == 0 and character in "\u3001;\uff1b"):
            names.append("".join(name))
            name = []
        else:
            name.append(character)
    names.append("".join(name))
    return [" ".join(one.split()) for one in names if one.strip()]


def _as_text(value: Value) -> str:
    if isinstance(value, dict):
        return next(iter(value.values()), "").replace("T", " ").removesuffix(" 00:00:00")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return str(value)


def _in_all_languages(label: Any) -> set[str]:
    words = set()
    for language in LANGUAGES:
        with translation.override(language):
            words.add(" ".join(str(label).split()))
    return words


def _column_name(index: int) -> str:
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name
