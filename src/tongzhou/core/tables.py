"""Tables that people bring (.xlsx, .csv): which column is which, every cell as text, and tables that people take away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from .errors import InvalidInput
from .registry import Registry

Words = str | Promise
SpreadsheetReader = Callable[[bytes, int], list[list[Any]]]

# Opens an uploaded file at arm's length. It lives where documents are opened, on a higher floor, and registers here.
spreadsheet_readers: Registry[SpreadsheetReader] = Registry("Reader of spreadsheets")
READER = "spreadsheet"
# A title line, a note or an empty line may stand above the headings.
HEADINGS_WITHIN = 10


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key, the label shown to people, the headings it is known by, and whether it must be there."""

    key: str
    label: Words
    headings: tuple[str, ...]
    required: bool = False
    example: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row that somebody filled in: its number as the spreadsheet shows it, and its cells as text by column key."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Checked:
    """What becomes of a line: ``verdict`` names it, ``errors`` say by column what is wrong, ``notes`` what will change."""

    number: int
    cells: dict[str, str]
    verdict: str
    errors: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def read_lines(data: bytes, columns: Sequence[Column], *, max_rows: int) -> list[Line]:
    """The filled-in lines of an uploaded table; ``InvalidInput`` on ``file`` where it cannot be understood."""
    rows = spreadsheet_readers.get(READER)(data, max_rows + HEADINGS_WITHIN)
    above, found = next(
        (
            (above, found)
            for above, row in enumerate(rows[:HEADINGS_WITHIN])
            if len(found := _headings(row, columns)) > 1
        ),
        (0, {}),
    )
    if not found:
        wanted = ", ".join(str(column.headings[0]) for column in columns)
        raise InvalidInput({"file": _("There is no line with headings such as: %(headings)s") % {"headings": wanted}})
    missing = [str(column.label) for column in columns if column.required and column.key not in found.values()]
    if missing:
        raise InvalidInput({"file": _("These columns are missing: %(columns)s") % {"columns": ", ".join(missing)}})
    lines = []
    for number, row in enumerate(rows[above + 1 :], start=above + 2):
        cells = {key: cell_text(row[place]) if place < len(row) else "" for place, key in found.items()}
        if any(cells.values()):
            lines.append(Line(number, cells))
    if not lines:
        raise InvalidInput({"file": _("Below the headings nothing is filled in")})
    if len(lines) > max_rows:
        raise InvalidInput({"file": _("At most %(limit)s rows at a time") % {"limit": max_rows}})
    return lines


def lines_of(rows: Iterable[Mapping[str, str]], columns: Sequence[Column]) -> list[Line]:
    """The same from rows given as mappings (the API), counted from 1."""
    keys = {column.key for column in columns}
    return [
        Line(number, {key: cell_text(value) for key, value in row.items() if key in keys})
        for number, row in enumerate(rows, start=1)
    ]


def cell_text(value: Any) -> str:
    """A cell as the text a person sees: 13800000000 stays without a point, a date is its date, a formula its text."""
    if isinstance(value, Mapping):
        value = next(iter(value.values()), "")
        return str(value).removesuffix("T00:00:00")
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    # What no database holds becomes the mark of an unreadable character, which every check names.
    text = "" if value is None else str(value)
    return "".join("\ufffd" if char == "\x00" or 0xD800 <= ord(char) <= 0xDFFF else char for char in text).strip()


def unholdable(text: str) -> bool:
    """True for control characters and what could not be read: no part of a name or an address."""
    return any(
        ord(char) < 32 or 127 <= ord(char) < 160 or 0xD800 <= ord(char) <= 0xDFFF or char == "\ufffd" for char in text
    )


def write_table(
    title: str, columns: Sequence[Column], rows: Iterable[Sequence[str]] = (), notes: Sequence[str] = ()
) -> bytes:
    """An .xlsx with headings, rows and notes; text stays text, whatever it begins with."""
    import xlsxwriter

    kept = BytesIO()
    workbook = xlsxwriter.Workbook(
        kept, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    head = workbook.add_format({"bold": True, "bg_color": "#E6EEF1", "bottom": 1, "valign": "vcenter"})
    plain = workbook.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
    sheet = workbook.add_worksheet(title[:31])
    for place, column in enumerate(columns):
        heading = f"{column.label}{' *' if column.required else ''}"
        sheet.write_string(0, place, heading, head)
        sheet.set_column(place, place, max(12, 2 * len(str(column.label)) + 4, len(column.example) + 6), plain)
    for number, row in enumerate(rows, start=1):
        for place, text in enumerate(row):
            sheet.write_string(number, place, text[:32767], plain)
    sheet.freeze_panes(1, 0)
    if notes:
        help_sheet = workbook.add_worksheet(_("Notes")[:31])
        help_sheet.set_column(0, 0, 90, workbook.add_format({"text_wrap": True}))
        for number, note in enumerate(notes):
            help_sheet.write_string(number, 0, note)
    workbook.close()
    return kept.getvalue()


def _headings(row: Sequence[Any], columns: Sequence[Column]) -> dict[int, str]:
    """Place → column key, for the headings that are known; upper and lower case, blanks and a star do not matter."""
    known = {_squeezed(heading): column.key for column in columns for heading in (*column.headings, str(column.label))}
    found: dict[int, str] = {}
    for place, value in enumerate(row):
        key = known.get(_squeezed(cell_text(value)))
        if key and key not in found.values():
            found[place] = key
    return found


def _squeezed(heading: str) -> str:
    return "".join(heading.replace("*", "").replace("_", "").split()).casefold()
