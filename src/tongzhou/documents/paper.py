"""A filled form laid out for reading: every word resolved in one language, ready to be drawn by any renderer.

`lay_out` is a pure function of (form description, content, head, language, extras). The four renderers only draw what
it returns, so page, .docx, .xlsx and .pdf cannot say different things.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from django.utils import translation
from django.utils.translation import gettext as _

from .standard_forms import (
    ATTACHMENTS_LABEL,
    HEAD,
    Choice,
    Column,
    Content,
    Field,
    StandardForm,
    Table,
    is_empty,
)

DEFAULT_LANGUAGE = "zh-hans"

# What XML cannot carry, and the invisible marks that make text read in another order than it is stored (a signed
# sentence must not look like a different one).
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069\ufeff]"
)
_CHINESE_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True)
class SignatureEntry:
    """One signature, or the empty place for one.

    `slot` is the key of the opinion field (部门负责人意见) it belongs to; without one it stands in the signature block.
    `on_behalf_of` names the head for whom a deputy signed (代); `level` says how surely it is known who signed.
    """

    dept: str = ""
    name: str = ""
    signed_at: str = ""
    opinion: str = ""
    on_behalf_of: str = ""
    level: str = ""
    slot: str = ""


@dataclass(frozen=True)
class Extras:
    """What stands on a document beside its content and differs from copy to copy."""

    company: str = ""
    signatures: tuple[SignatureEntry, ...] = ()
    verify_url: str = ""
    digest: str = ""
    log_head: str = ""
    draft: bool = False


@dataclass(frozen=True)
class Tick:
    """One option of a tick-box field."""

    label: str
    ticked: bool


@dataclass(frozen=True)
class Cell:
    """A label and what was written beside it."""

    key: str
    label: str
    text: str
    kind: str = "text"
    required: bool = False
    raw: Any = None
    ticks: tuple[Tick, ...] = ()
    signature: SignatureEntry | None = None
    help: str = ""


@dataclass(frozen=True)
class GridBlock:
    """Consecutive fields, one or two to a row."""

    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class PaperColumn:
    """Heading, share of the width, and kind of one column of a laid-out table."""

    key: str
    label: str
    weight: int
    kind: str = "text"
    required: bool = False

    @property
    def is_narrow(self) -> bool:
        """Whether the column holds short values that look best centred."""
        return self.kind in {"date", "datetime", "choice"}

    @property
    def is_numeric(self) -> bool:
        """Whether the column holds numbers, which stand to the right."""
        return self.kind in {"money", "number"}


@dataclass(frozen=True)
class TableBlock:
    """A table with its rows as text; `raw` keeps the values for renderers that store dates and numbers."""

    key: str
    label: str
    columns: tuple[PaperColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    raw: tuple[Content, ...]
    min_rows: int
    required: bool = False
    help: str = ""


Block: TypeAlias = "GridBlock | TableBlock"


@dataclass(frozen=True)
class PaperSection:
    """A numbered part of the paper."""

    number: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class SignaturePlaces:
    """The signature block: a place for every signatory, signed or not."""

    key: str
    title: str
    statement: str
    columns: tuple[str, str, str, str]
    entries: tuple[SignatureEntry, ...]


@dataclass(frozen=True)
class Words:
    """The fixed words of the paper in its language."""

    row_number: str
    page_before: str
    page_between: str
    page_after: str
    sign_here: str
    sign_date: str
    deputy_mark: str
    none: str
    draft: str
    verify: str
    digest: str
    log_head: str
    seal_here: str
    colon: str


@dataclass(frozen=True)
class Paper:
    """A filled form, laid out."""

    form: StandardForm
    language: str
    title: str
    company: str
    head: tuple[Cell, ...]
    preamble: str
    sections: tuple[PaperSection, ...]
    attachments_label: str
    attachments: tuple[str, ...]
    signatures: SignaturePlaces | None
    words: Words
    extras: Extras = field(default_factory=Extras)

    def head_text(self, key: str) -> str:
        """The printed value of one entry of the head."""
        return next((cell.text for cell in self.head if cell.key == key), "")

    def head_label(self, key: str) -> str:
        """The printed name of one entry of the head."""
        return next((cell.label for cell in self.head if cell.key == key), "")

    def texts(self) -> Iterator[str]:
        """Everything that people wrote, piece by piece."""
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, GridBlock):
                    yield from (cell.text for row in block.rows for cell in row)
                else:
                    for row in block.rows:
                        yield from row
        yield from (cell.text for cell in self.head)
        yield from self.attachments

    @property
    def is_chinese(self) -> bool:
        """Whether the paper is written in Chinese."""
        return self.language.startswith("zh")

    @property
    def short_digest(self) -> str:
        """The first sixteen characters of the digest, enough to compare by eye."""
        return " ".join(re.findall(".{1,4}", self.extras.digest[:16]))


def lay_out(
    form: StandardForm,
    content: Content,
    head: Content,
    language: str = DEFAULT_LANGUAGE,
    extras: Extras | None = None,
) -> Paper:
    """Lays a filled form out in one language; never fails over what people wrote."""
    extras = extras or Extras()
    with translation.override(language):
        numbers = _chinese_number if language.startswith("zh") else str
        sections = tuple(
            PaperSection(
                number=numbers(number),
                title=str(section.title),
                blocks=tuple(_blocks(section.parts, content, language, extras)),
            )
            for number, section in enumerate(form.sections, start=1)
        )
        return Paper(
            form=form,
            language=language,
            title=str(form.title),
            company=printable(extras.company),
            head=tuple(_cell(entry, head, language, extras) for entry in HEAD),
            preamble=str(form.preamble),
            sections=sections,
            attachments_label=str(ATTACHMENTS_LABEL),
            attachments=_names(head.get("attachments")),
            signatures=_signature_places(form, extras, language),
            words=_words(language),
            extras=extras,
        )


def printable(value: Any) -> str:
    """A value as text that every format can carry: no control characters, none that turn the reading order around."""
    if value is None:
        return ""
    text = str(value).replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return _UNPRINTABLE.sub("", text).expandtabs(4)


def display(place: Field | Column, value: Any, language: str) -> str:
    """What stands on paper for the value of a field or a table cell."""
    if is_empty(value):
        return ""
    match place.kind:
        case "date":
            return format_date(value, language)
        case "datetime":
            return format_datetime(value, language)
        case "money":
            return format_money(value, language)
        case "choice":
            return _choice_label(place.choices, value)
        case "checkbox":
            separator = "、" if language.startswith("zh") else ", "
            return separator.join(_choice_label(place.choices, one) for one in _as_list(value))
        case "people":
            return ("、" if language.startswith("zh") else ", ").join(_names(value))
        case "text":
            return " ".join(printable(value).split("\n")).strip()
        case _:
            return printable(value).strip("\n")


def format_date(value: Any, language: str = DEFAULT_LANGUAGE) -> str:
    """An ISO date in the words of the language; anything else as it was written."""
    try:
        day = dt.date.fromisoformat(str(value)[:10])
    except ValueError:
        return printable(value)
    return _date_words(day, language)


def format_datetime(value: Any, language: str = DEFAULT_LANGUAGE) -> str:
    """An ISO date and time as the wall clock it names; anything else as it was written."""
    try:
        moment = dt.datetime.fromisoformat(str(value))
    except ValueError:
        return printable(value)
    if "T" not in str(value) and " " not in str(value):
        return _date_words(moment.date(), language)
    return f"{_date_words(moment.date(), language)} {moment:%H:%M}"


def format_money(value: Any, language: str = DEFAULT_LANGUAGE) -> str:
    """An amount in yuan with thousands separators; anything that is no number as it was written."""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return printable(value)
    if not amount.is_finite() or amount.adjusted() > 30:
        return printable(value)
    return f"{amount:,.2f} 元" if language.startswith("zh") else f"CNY {amount:,.2f}"


def _date_words(day: dt.date, language: str) -> str:
    if language.startswith("zh"):
        return f"{day.year}年{day.month}月{day.day}日"
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{day.day} {months[day.month - 1]} {day.year}"


def _choice_label(choices: tuple[Choice, ...], value: Any) -> str:
    return next((str(choice.label) for choice in choices if choice.value == value), printable(value))


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _names(value: Any) -> tuple[str, ...]:
    if is_empty(value):
        return ()
    return tuple(" ".join(printable(one).split()) for one in _as_list(value) if not is_empty(one))


def _blocks(parts: tuple[Field | Table, ...], content: Content, language: str, extras: Extras) -> list[Block]:
    blocks: list[Block] = []
    rows: list[tuple[Cell, ...]] = []
    waiting: Cell | None = None

    def flush() -> None:
        nonlocal waiting, rows
        if waiting is not None:
            rows.append((waiting,))
            waiting = None
        if rows:
            blocks.append(GridBlock(tuple(rows)))
            rows = []

    for part in parts:
        if isinstance(part, Table):
            flush()
            blocks.append(_table(part, content.get(part.key), language))
            continue
        cell = _cell(part, content, language, extras)
        if part.is_wide:
            if waiting is not None:
                rows.append((waiting,))
                waiting = None
            rows.append((cell,))
        elif waiting is None:
            waiting = cell
        else:
            rows.append((waiting, cell))
            waiting = None
    flush()
    return blocks


def _cell(place: Field, content: Content, language: str, extras: Extras) -> Cell:
    value = content.get(place.key)
    ticks: tuple[Tick, ...] = ()
    text = display(place, value, language)
    if place.kind == "checkbox":
        ticked = {str(one) for one in _as_list(value)} if not is_empty(value) else set()
        known = {choice.value for choice in place.choices}
        ticks = tuple(Tick(str(choice.label), choice.value in ticked) for choice in place.choices)
        ticks += tuple(Tick(printable(one), True) for one in sorted(ticked - known))
    signature = None
    if place.kind == "opinion":
        signature = next((entry for entry in extras.signatures if entry.slot == place.key), SignatureEntry())
        text = text or printable(signature.opinion)
        signature = _printed_signature(signature, language)
    return Cell(
        key=place.key,
        label=str(place.label),
        text=text,
        kind=place.kind,
        required=place.required,
        raw=value,
        ticks=ticks,
        signature=signature,
        help=str(place.help),
    )


def _table(table: Table, value: Any, language: str) -> TableBlock:
    rows = [row for row in (value or ()) if isinstance(row, dict)]
    return TableBlock(
        key=table.key,
        label=str(table.label),
        columns=tuple(
            PaperColumn(column.key, str(column.label), column.weight, column.kind, column.required)
            for column in table.columns
        ),
        rows=tuple(
            tuple(_table_text(column, row.get(column.key), language) for column in table.columns) for row in rows
        ),
        raw=tuple(rows),
        min_rows=table.min_rows,
        required=table.required,
        help=str(table.help),
    )


def _table_text(column: Column, value: Any, language: str) -> str:
    """The words of a table cell: as in a field, but dates in the short form that fits a column."""
    match column.kind:
        case "text":
            return printable(value).strip("\n")
        case "date" | "datetime" if format_datetime(value, language) != printable(value):
            return str(value)[:10] if column.kind == "date" else str(value).replace("T", " ")[:16]
        case _:
            return display(column, value, language)


def _printed_signature(entry: SignatureEntry, language: str) -> SignatureEntry:
    return SignatureEntry(
        dept=printable(entry.dept),
        name=printable(entry.name),
        signed_at=format_datetime(entry.signed_at, language) if entry.signed_at else "",
        opinion=printable(entry.opinion),
        on_behalf_of=printable(entry.on_behalf_of),
        level=printable(entry.level),
        slot=entry.slot,
    )


def _signature_places(form: StandardForm, extras: Extras, language: str) -> SignaturePlaces | None:
    block = form.signature_block
    if block is None:
        return None
    entries = [_printed_signature(entry, language) for entry in extras.signatures if not entry.slot]
    entries += [SignatureEntry()] * (block.min_rows - len(entries) if not entries else 0)
    return SignaturePlaces(
        key=block.key,
        title=str(block.title),
        statement=str(block.statement),
        columns=(_("Department"), _("Signed by"), _("Time of signing"), _("Opinion")),
        entries=tuple(entries),
    )


def _words(language: str) -> Words:
    before, rest = _("Page {page} of {pages}").split("{page}", 1)
    between, after = rest.split("{pages}", 1)
    return Words(
        row_number=_("No."),
        page_before=before,
        page_between=between,
        page_after=after,
        sign_here=_("Signature"),
        sign_date=_("Date of signature"),
        deputy_mark=_("for {head}"),
        none=_("None"),
        draft=_("Draft, not in force"),
        verify=_("Scan to verify this document"),
        digest=_("Digest"),
        log_head=_("Event log head"),
        seal_here=_("Electronic seal"),
        colon="\uff1a" if language.startswith("zh") else ": ",
    )


def deputy_words(paper: Paper, entry: SignatureEntry) -> str:
    """How a deputy's signature is marked: 代 and the name of the head."""
    if not entry.on_behalf_of:
        return ""
    mark = paper.words.deputy_mark.replace("{head}", entry.on_behalf_of)
    return f"\uff08{mark}\uff09" if paper.is_chinese else f"({mark})"


def _chinese_number(number: int) -> str:
    if number < 10:
        return _CHINESE_DIGITS[number]
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else _CHINESE_DIGITS[tens]) + "十" + (_CHINESE_DIGITS[ones] if ones else "")
