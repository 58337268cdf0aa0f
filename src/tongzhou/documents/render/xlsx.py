"""A filled form as an Excel sheet laid out like the paper, that people fill in and give back.

The first column is hidden and says what each row is (`field:…`, `table:…`, `row`), so a returned file is understood
even after rows were inserted, removed or moved; read_xlsx reads it. Text is always written as text: a cell that begins
with ``=`` is no formula.
"""

from __future__ import annotations

import datetime as dt
import io
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

from ..paper import Cell, GridBlock, Paper, PaperColumn, TableBlock, deputy_words
from .qr import qr_png

LAYOUT = 1
"""Version of the layout; printed in the marker, so that a later reader knows how an old file is laid out."""

UNITS = 24
"""The paper is divided into this many narrow columns, which are joined as each row needs."""

LABEL_UNITS = 4
NUMBER_UNITS = 2
LEAST_UNITS = {"date": 3, "datetime": 4, "money": 3}
"""Excel shows ### where a date or an amount does not fit: it cannot wrap them."""

EXCEL_TEXT_LIMIT = 32_000
ROW_HEIGHT_LIMIT = 24
"""Excel shows at most 409 points of a row, about this many lines; longer text goes on in the next row."""

LINE_HEIGHT = 15.0
SPARE_ROWS = 3
"""Empty rows left at the end of each table for what people add."""

MARK_FORM = "tongzhou"
MARK_FIELDS = "field"
MARK_TABLE = "table"
MARK_ROW = "row"
MARK_MORE = "more"
MARK_PLAIN = "text"


TIGHT: dict[str, Any] = {"text_wrap": False, "shrink": True}


def spans(columns: tuple[PaperColumn, ...]) -> list[tuple[int, int]]:
    """First unit and number of units of each column of a table; the row number takes the first units."""
    room = UNITS - NUMBER_UNITS
    total = sum(column.weight for column in columns)
    least = [LEAST_UNITS.get(column.kind, 2) for column in columns]
    widths = [max(few, round(column.weight / total * room)) for few, column in zip(least, columns, strict=True)]
    while sum(widths) != room:
        step = 1 if sum(widths) < room else -1
        candidates = [index for index, width in enumerate(widths) if width + step >= least[index]]
        ideal = [column.weight / total * room for column in columns]
        best = max(candidates, key=lambda index: step * (ideal[index] - widths[index]))
        widths[best] += step
    starts = [NUMBER_UNITS + sum(widths[:index]) for index in range(len(widths))]
    return list(zip(starts, widths, strict=True))


def render_xlsx(paper: Paper) -> bytes:
    """The paper as .xlsx, ready to print on A4 and to be filled in."""
    import xlsxwriter

    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    _Writer(workbook, paper).write()
    workbook.close()
    return out.getvalue()


class _Writer:
    """Writes one paper into one workbook, row by row."""

    def __init__(self, workbook: Any, paper: Paper) -> None:
        self.workbook = workbook
        self.paper = paper
        self.sheet = workbook.add_worksheet(_sheet_name(paper.title))
        self.row = 0
        self.unit_width = 5.3 if paper.form.landscape else 3.35
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def write(self) -> None:
        """The whole sheet."""
        paper = self.paper
        self._page()
        self._mark(f"{MARK_FORM}:{paper.form.key}:{LAYOUT}:{paper.language}")
        self._line(paper.company, size=12, height=20, align="center")
        self._mark(MARK_PLAIN)
        self._line(paper.title, size=18, bold=True, height=32, align="center", font="黑体")
        if paper.extras.draft:
            self._mark(MARK_PLAIN)
            self._line(paper.words.draft, bold=True, height=18, align="center")
        for index in range(0, len(paper.head), 2):
            self._fields(paper.head[index : index + 2], prefix="head.")
        if paper.preamble:
            self._mark(MARK_PLAIN)
            self._line(paper.preamble, height=LINE_HEIGHT * (_lines(paper.preamble, self._chars(UNITS)) + 0.6))
        for section in paper.sections:
            mark = "、" if paper.is_chinese else ". "
            self._mark(MARK_PLAIN)
            self._line(
                f"{section.number}{mark}{section.title}", bold=True, size=11, height=22, font="黑体", valign="bottom"
            )
            for block in section.blocks:
                if isinstance(block, GridBlock):
                    for row in block.rows:
                        self._fields(row)
                else:
                    self._table(block, titled=paper.form.style == "grid" or len(section.blocks) > 1)
        self._attachments()
        self._signatures()
        self._proof()
        self.sheet.print_area(0, 1, max(self.row - 1, 0), UNITS)

    def _page(self) -> None:
        sheet, paper = self.sheet, self.paper
        sheet.set_paper(9)
        if paper.form.landscape:
            sheet.set_landscape()
        sheet.set_margins(left=0.6, right=0.6, top=0.85, bottom=0.8)
        sheet.fit_to_pages(1, 0)
        sheet.center_horizontally()
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 2, None, {"hidden": True})
        sheet.set_column(1, UNITS, self.unit_width)
        words = paper.words
        left = _footer_text(f"{paper.head_label('doc_no')}{words.colon}{paper.head_text('doc_no')}")
        right = _footer_text(f"{paper.head_label('confidentiality')}{words.colon}{paper.head_text('confidentiality')}")
        sheet.set_header(
            f"&L&9{left if paper.head_text('doc_no') else ''}&R&9{right if paper.head_text('confidentiality') else ''}"
        )
        version = f"{paper.head_label('version')} {paper.head_text('version')}" if paper.head_text("version") else ""
        digest = f"{words.digest} {paper.extras.digest[:12]}" if paper.extras.digest else ""
        sheet.set_footer(
            f"&L&9{_footer_text(version)}&C&9{_footer_text(words.page_before)}&P{_footer_text(words.page_between)}"
            f"&N{_footer_text(words.page_after)}&R&9{_footer_text(digest)}"
        )
        self.workbook.set_properties(
            {
                "title": paper.title[:255],
                "author": paper.head_text("author")[:255],
                "created": _day(paper) or dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None),
            }
        )

    def _format(self, **properties: Any) -> Any:
        base = {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "text_wrap": True, **properties}
        key = tuple(sorted(base.items()))
        if key not in self.formats:
            self.formats[key] = self.workbook.add_format(base)
        return self.formats[key]

    def _mark(self, mark: str) -> None:
        self.sheet.write_string(self.row, 0, mark)

    def _line(
        self,
        text: str,
        *,
        height: float,
        size: float = 10,
        bold: bool = False,
        align: str = "left",
        font: str = "宋体",
        valign: str = "vcenter",
    ) -> None:
        style = self._format(font_size=size, bold=bold, align=align, font_name=font, valign=valign)
        self._put(0, UNITS, text, style)
        self.sheet.set_row(self.row, min(height, 409))
        self.row += 1

    def _put(self, start: int, width: int, value: Any, style: Any) -> None:
        """Writes one value over `width` units from `start`, as a joined cell where it is wider than one."""
        first, last = start + 1, start + width
        if width > 1:
            self.sheet.merge_range(self.row, first, self.row, last, "", style)
        if isinstance(value, (dt.datetime, dt.date)):
            self.sheet.write_datetime(self.row, first, value, style)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            self.sheet.write_number(self.row, first, value, style)
        elif value:
            self.sheet.write_string(self.row, first, str(value), style)
        else:
            self.sheet.write_blank(self.row, first, None, style)

    def _chars(self, units: int) -> int:
        """How many half-width characters fit on one line of a cell."""
        return max(2, int(units * (self.unit_width + 0.6)) - 1)

    def _label(self, start: int, width: int, text: str, required: bool = False) -> None:
        style = self._format(bold=True, align="center", bg_color="#F0F2F5", border=1)
        self._put(start, width, f"{text} *" if required else text, style)

    def _fields(self, cells: tuple[Cell, ...], prefix: str = "") -> None:
        half = UNITS // 2
        keys = "|".join(prefix + cell.key for cell in cells)
        if len(cells) == 2:
            room = half - LABEL_UNITS
            self._mark(f"{MARK_FIELDS}:{keys}")
            lines = 1
            for index, cell in enumerate(cells):
                text = self._field_text(cell)
                self._label(index * half, LABEL_UNITS, cell.label, cell.required)
                value, style = self._value(cell.kind, cell.raw, text)
                self._put(index * half + LABEL_UNITS, room, value, style)
                self._choose(index * half + LABEL_UNITS, cell)
                lines = max(
                    lines, _lines(text, self._chars(room)), _lines(cell.label + "  *", self._chars(LABEL_UNITS))
                )
            self.sheet.set_row(self.row, min(409, max(22, lines * LINE_HEIGHT + 6)))
            self.row += 1
            return
        cell = cells[0]
        room = UNITS - LABEL_UNITS
        text = self._field_text(cell)
        pieces = _pieces(text, self._chars(room))
        for number, piece in enumerate(pieces):
            self._mark(f"{MARK_FIELDS}:{keys}" if number == 0 else MARK_MORE)
            self._label(0, LABEL_UNITS, cell.label if number == 0 else "", cell.required and number == 0)
            value, style = self._value(cell.kind, cell.raw, piece) if len(pieces) == 1 else (piece, self._text_style())
            self._put(LABEL_UNITS, room, value, style)
            if number == 0:
                self._choose(LABEL_UNITS, cell)
            least = 3 if cell.kind in {"prose", "opinion"} and not piece else 1
            lines = max(
                least,
                _lines(piece, self._chars(room)),
                _lines(cell.label + "  *", self._chars(LABEL_UNITS)) if number == 0 else 1,
            )
            self.sheet.set_row(self.row, min(409, max(22, lines * LINE_HEIGHT + 6)))
            self.row += 1
        if cell.kind == "opinion" and (sign := cell.signature) is not None:
            words = self.paper.words
            name = f"{sign.name}{deputy_words(self.paper, sign)}" or "_" * 14
            self._mark(MARK_PLAIN)
            self._label(0, LABEL_UNITS, "")
            self._put(
                LABEL_UNITS,
                room,
                f"{words.sign_here}{words.colon}{name}    {words.sign_date}{words.colon}{sign.signed_at or '_' * 16}",
                self._format(border=1, align="right", num_format="@"),
            )
            self.sheet.set_row(self.row, 24)
            self.row += 1

    def _field_text(self, cell: Cell) -> str:
        if cell.kind == "people" and isinstance(cell.raw, (list, tuple)):
            return "、".join(str(name) for name in cell.text.split(", ")) if not self.paper.is_chinese else cell.text
        if cell.kind == "checkbox":
            return "、".join(tick.label for tick in cell.ticks if tick.ticked)
        return cell.text

    def _text_style(self, align: str = "left") -> Any:
        return self._format(border=1, align=align, num_format="@")

    def _value(self, kind: str, raw: Any, text: str, align: str = "left") -> tuple[Any, Any]:
        """What Excel gets for a value: dates and amounts as such, where they are; all the rest as text."""
        if kind == "date":
            day = _as_day(raw)
            return (day if day else text), self._format(border=1, align=align, num_format="yyyy-mm-dd", **TIGHT)
        if kind == "datetime":
            moment = _as_moment(raw)
            return (moment if moment else text), self._format(
                border=1, align=align, num_format="yyyy-mm-dd hh:mm", **TIGHT
            )
        if kind in {"money", "number"}:
            number = _as_number(raw)
            money = '#,##0.00 "元"' if self.paper.is_chinese else '"CNY" #,##0.00'
            style = self._format(border=1, align=align, num_format=money if kind == "money" else "General", **TIGHT)
            return (text if number is None else number), style
        return text, self._text_style(align)

    def _choose(self, start: int, cell: Cell) -> None:
        """Offers the choices of a field as a list to pick from."""
        if cell.kind == "choice":
            choices = next(
                (part.choices for part in (*self.paper.form.fields(), *_head_fields()) if part.key == cell.key), ()
            )
            self._offer(self.row, self.row, start, [str(choice.label) for choice in choices])
        elif cell.kind == "checkbox":
            self._offer(self.row, self.row, start, [tick.label for tick in cell.ticks])

    def _offer(self, first_row: int, last_row: int, start: int, labels: list[str]) -> None:
        if labels and len(",".join(labels)) < 250:
            self.sheet.data_validation(
                first_row,
                start + 1,
                last_row,
                start + 1,
                {"validate": "list", "source": labels, "error_type": "information"},
            )

    def _table(self, block: TableBlock, *, titled: bool) -> None:
        if titled:
            self._mark(MARK_PLAIN)
            caption = self._format(bold=True, border=1, bg_color="#F0F2F5")
            self._put(0, UNITS, f"{block.label} *" if block.required else block.label, caption)
            self.sheet.set_row(self.row, 20)
            self.row += 1
        places = spans(block.columns)
        self._mark(f"{MARK_TABLE}:{block.key}")
        self._label(0, NUMBER_UNITS, self.paper.words.row_number)
        lines = 1
        for column, (start, width) in zip(block.columns, places, strict=True):
            self._label(start, width, column.label, column.required)
            lines = max(lines, _lines(column.label + "  *", self._chars(width)))
        self.sheet.set_row(self.row, lines * LINE_HEIGHT + 6)
        self.row += 1
        first = self.row
        # A signed paper is read; one that is not signed yet is filled in, and needs room for more rows.
        room = 0 if any(entry.signed_at for entry in self.paper.extras.signatures) else SPARE_ROWS
        spare = max(block.min_rows - len(block.rows), room)
        for number, (texts, raw) in enumerate(zip(block.rows, block.raw, strict=True), start=1):
            self._table_row(block, places, str(number), texts, raw)
        blank = tuple("" for _ in block.columns)
        for number in range(len(block.rows) + 1, len(block.rows) + 1 + spare):
            self._table_row(block, places, str(number), blank, {})
        part = next(table for table in self.paper.form.tables() if table.key == block.key)
        for described, (start, _width) in zip(part.columns, places, strict=True):
            if described.kind == "choice":
                self._offer(first, max(first, self.row - 1), start, _labels(described.choices, self.paper.language))

    def _table_row(
        self, block: TableBlock, places: list[tuple[int, int]], number: str, texts: tuple[str, ...], raw: Any
    ) -> None:
        pieces = [_pieces(text, self._chars(width)) for text, (_start, width) in zip(texts, places, strict=True)]
        for turn in range(max(map(len, pieces))):
            self._mark(MARK_ROW if turn == 0 else MARK_MORE)
            self._put(0, NUMBER_UNITS, number if turn == 0 else "", self._format(border=1, align="center"))
            lines = 1
            for column, piece, (start, width) in zip(block.columns, pieces, places, strict=True):
                text = piece[turn] if turn < len(piece) else ""
                align = "center" if column.is_narrow else "right" if column.is_numeric else "left"
                kind = column.kind if turn == 0 and len(piece) == 1 else "text"
                value, style = self._value(kind, raw.get(column.key), text, align)
                self._put(start, width, value, style)
                lines = max(lines, _lines(text, self._chars(width)))
            self.sheet.set_row(self.row, min(409, max(20, lines * LINE_HEIGHT + 6)))
            self.row += 1

    def _attachments(self) -> None:
        self._mark(f"{MARK_FIELDS}:head.attachments")
        self._label(0, LABEL_UNITS, self.paper.attachments_label)
        text = "\n".join(self.paper.attachments)
        self._put(LABEL_UNITS, UNITS - LABEL_UNITS, text[:EXCEL_TEXT_LIMIT], self._text_style())
        self.sheet.set_row(
            self.row, min(409, max(22, _lines(text, self._chars(UNITS - LABEL_UNITS)) * LINE_HEIGHT + 6))
        )
        self.row += 1

    def _signatures(self) -> None:
        places = self.paper.signatures
        if places is None:
            return
        self._mark(MARK_PLAIN)
        self._line(places.title, bold=True, size=11, height=22, font="黑体", valign="bottom")
        if places.statement:
            self._mark(MARK_PLAIN)
            self._line(places.statement, height=LINE_HEIGHT * (_lines(places.statement, self._chars(UNITS)) + 0.6))
        widths = [(0, 4), (4, 6), (10, 6), (16, 8)]
        self._mark(MARK_PLAIN)
        for (start, width), label in zip(widths, places.columns, strict=True):
            self._label(start, width, label)
        self.sheet.set_row(self.row, 20)
        self.row += 1
        for entry in places.entries:
            self._mark(MARK_PLAIN)
            name = "\n".join(filter(None, (entry.name, deputy_words(self.paper, entry))))
            time = "\n".join(filter(None, (entry.signed_at, entry.level)))
            lines = 2
            for (start, width), text in zip(widths, (entry.dept, name, time, entry.opinion), strict=True):
                align = "left" if start == 16 else "center"
                self._put(start, width, text[:EXCEL_TEXT_LIMIT], self._text_style(align))
                lines = max(lines, _lines(text, self._chars(width)))
            self.sheet.set_row(self.row, min(409, lines * LINE_HEIGHT + 4))
            self.row += 1

    def _proof(self) -> None:
        extras, words = self.paper.extras, self.paper.words
        facts = [
            f"{label}{words.colon}{value}"
            for label, value in (
                (words.verify, extras.verify_url),
                (f"{words.digest} (SHA-256)", extras.digest),
                (words.log_head, extras.log_head),
            )
            if value
        ]
        for fact in facts:
            self._mark(MARK_PLAIN)
            self._line(fact, size=8, height=14)
        if extras.verify_url:
            self.sheet.insert_image(
                self.row,
                1,
                "qr.png",
                {"image_data": io.BytesIO(qr_png(extras.verify_url, 4)), "x_scale": 0.6, "y_scale": 0.6},
            )
            for _ in range(5):
                self._mark(MARK_PLAIN)
                self.row += 1


def _labels(choices: Any, language: str) -> list[str]:
    from django.utils import translation

    with translation.override(language):
        return [str(choice.label) for choice in choices]


def _head_fields() -> tuple[Any, ...]:
    from ..standard_forms import HEAD

    return HEAD


def _sheet_name(title: str) -> str:
    """A name that Excel takes for a sheet: 31 characters, none of []:*?/\\ ."""
    return "".join(" " if character in "[]:*?/\\'" else character for character in title)[:31] or "Form"


def _footer_text(text: str) -> str:
    """Text in a page header, where an ampersand begins a command and 255 characters is all there is."""
    return text[:60].replace("&", "&&").replace("\n", " ")


def _wide(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WFA" else 1


def _line_width(text: str) -> int:
    return len(text) if text.isascii() else sum(map(_wide, text))


def _lines(text: str, room: int) -> int:
    """How many lines a text takes in a cell that holds `room` half-width characters a line."""
    return sum(max(1, -(-_line_width(line) // room)) for line in text.split("\n"))


def _pieces(text: str, room: int) -> list[str]:
    """A text cut where a row of Excel is full; put together again without anything between, the pieces are the text."""
    if len(text) <= room // 2 or (len(text) < EXCEL_TEXT_LIMIT and _lines(text, room) <= ROW_HEIGHT_LIMIT):
        return [text]
    pieces: list[str] = []
    piece: list[str] = []
    lines, width = 1, 0
    for character in text:
        step = 0 if character == "\n" else _wide(character)
        if character == "\n" or width + step > room:
            lines, width = lines + 1, 0
        if lines > ROW_HEIGHT_LIMIT or len(piece) >= EXCEL_TEXT_LIMIT:
            if character == "\n":
                piece.append(character)
                pieces.append("".join(piece))
                piece, lines, width = [], 1, 0
                continue
            pieces.append("".join(piece))
            piece, lines, width = [], 1, 0
        piece.append(character)
        width += step
    if piece:
        pieces.append("".join(piece))
    return pieces


def _as_day(raw: Any) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(str(raw)[:10])
    except ValueError:
        return None
    return day if 1900 < day.year <= 9999 else None


def _as_moment(raw: Any) -> dt.datetime | None:
    """The wall clock of an ISO time; Excel knows no zones."""
    try:
        moment = dt.datetime.fromisoformat(str(raw)).replace(tzinfo=None)
    except ValueError:
        return None
    return moment if 1900 < moment.year <= 9999 else None


def _as_number(raw: Any) -> float | None:
    """A number that Excel can hold exactly enough: fifteen digits; longer ones stay text."""
    if raw is None or isinstance(raw, bool):
        return None
    try:
        number = Decimal(str(raw))
    except InvalidOperation:
        return None
    if not number.is_finite() or len(number.as_tuple().digits) > 15:
        return None
    return float(number)


def _day(paper: Paper) -> dt.datetime | None:
    raw = next((cell.raw for cell in paper.head if cell.key == "date"), None)
    day = _as_day(raw)
    return dt.datetime(day.year, day.month, day.day) if day else None  # noqa: DTZ001 - Excel's properties know no zone
