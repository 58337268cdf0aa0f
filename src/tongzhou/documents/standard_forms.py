"""Standard forms (标准表单): each of the company's paper forms, described once.

A description names the fields, tables and signature block of a form in the order they stand on paper. From it and from
the filled content the renderers draw the page, the .docx, the .xlsx and the .pdf, so that the four never disagree.

The content is a plain JSON-able ``dict`` with the keys of the description:

======== ==========================================================================================================
kind     value in the content
======== ==========================================================================================================
text     string, one line
prose    string, several lines
date     ISO date, ``"2026-06-18"``
datetime ISO date and time, ``"2026-05-08T14:00:00+08:00"`` (shown as the wall clock it names)
money    amount in yuan as a decimal string with two places, ``"50000.00"``
number   JSON number
choice   the value of one choice
checkbox list of the values that are ticked (or the one value)
people   list of names
opinion  string: an opinion with a place to sign
table    list of dicts, one per row, keyed by column
======== ==========================================================================================================

What stays empty is absent, ``""`` or ``None``. The same dict is what gets canonicalised and signed, therefore nothing
in here depends on the clock, the database or who is looking.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as Label
else:
    Label = Any

Kind: TypeAlias = Literal[
    "text", "prose", "date", "datetime", "money", "number", "choice", "checkbox", "people", "opinion"
]
Content: TypeAlias = Mapping[str, Any]

WIDE_KINDS: frozenset[str] = frozenset({"prose", "checkbox", "people", "opinion"})


@dataclass(frozen=True)
class Choice:
    """One of the answers a form offers: the value that is stored and the words that are printed."""

    value: str
    label: Label


@dataclass(frozen=True)
class Field:
    """One labelled place of a form that is filled in."""

    key: str
    label: Label
    required: bool = False
    kind: Kind = "text"
    choices: tuple[Choice, ...] = ()
    help: Label = ""
    width: Literal["half", "full"] | None = None

    @property
    def is_wide(self) -> bool:
        """Whether the field takes the whole width of the paper; short fields stand two in a row."""
        return self.kind in WIDE_KINDS if self.width is None else self.width == "full"


@dataclass(frozen=True)
class Column:
    """One column of a table of a form; `weight` is its share of the width."""

    key: str
    label: Label
    required: bool = False
    kind: Kind = "text"
    choices: tuple[Choice, ...] = ()
    weight: int = 2


@dataclass(frozen=True)
class Table:
    """A list of like things, a row each; an empty form shows `min_rows` empty rows to write in."""

    key: str
    label: Label
    columns: tuple[Column, ...]
    required: bool = False
    min_rows: int = 2
    help: Label = ""


Part: TypeAlias = "Field | Table"


@dataclass(frozen=True)
class Section:
    """A titled part of the paper, holding fields and tables in their order."""

    title: Label
    parts: tuple[Part, ...]


SIGNATURES: Label = _("Signature block")


@dataclass(frozen=True)
class SignatureBlock:
    """The place where departments sign (签字栏): department, name, time of signing, opinion.

    Signatures are made over the content, so they are no part of it: the renderer gets them beside it.
    """

    key: str = "signatures"
    title: Label = SIGNATURES
    statement: Label = ""
    min_rows: int = 4


@dataclass(frozen=True)
class StandardForm:
    """A standard form: everything that page, .docx, .xlsx and .pdf need to know about it.

    `style` is how it looks on paper: a ``grid`` of labelled boxes (登记表, 纪要) or numbered ``articles`` (备忘录).
    """

    key: str
    title: Label
    doc_prefix: str
    sections: tuple[Section, ...]
    signature_block: SignatureBlock | None = None
    landscape: bool = False
    style: Literal["grid", "articles"] = "grid"
    preamble: Label = ""

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for part in self.parts():
            if part.key in seen:
                raise ValueError(f"the form {self.key} has two parts called {part.key}")
            seen.add(part.key)

    def parts(self) -> Iterator[Part]:
        """Fields and tables in the order of the paper."""
        for section in self.sections:
            yield from section.parts

    def fields(self) -> tuple[Field, ...]:
        """The fields in the order of the paper."""
        return tuple(part for part in self.parts() if isinstance(part, Field))

    def tables(self) -> tuple[Table, ...]:
        """The tables in the order of the paper."""
        return tuple(part for part in self.parts() if isinstance(part, Table))

    def part(self, key: str) -> Part:
        """The field or table of that key; KeyError when the form has none."""
        for part in self.parts():
            if part.key == key:
                return part
        raise KeyError(key)

    def missing(self, content: Content, head: Content | None = None) -> tuple[str, ...]:
        """The required places that are still empty, as ``key`` or ``table[row].column`` (rows from 0)."""
        empty: list[str] = []
        if head is not None:
            empty += [f"head.{field.key}" for field in HEAD if field.required and is_empty(head.get(field.key))]
        for part in self.parts():
            value = content.get(part.key)
            if part.required and is_empty(value):
                empty.append(part.key)
            if isinstance(part, Table) and not is_empty(value):
                empty += [
                    f"{part.key}[{number}].{column.key}"
                    for number, row in enumerate(value or ())
                    for column in part.columns
                    if column.required and is_empty(row.get(column.key))
                ]
        return tuple(empty)


def is_empty(value: Any) -> bool:
    """Whether a place of a form counts as not filled in."""
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, (list, tuple, dict)):
        return not value
    return value is None


CONFIDENTIALITY = (
    Choice("public", _("Public")),
    Choice("internal", _("Internal")),
    Choice("confidential", _("Confidential document")),
    Choice("secret", _("Strictly confidential")),
)

HEAD: tuple[Field, ...] = (
    Field("doc_no", _("Document number"), required=True),
    Field("version", _("Document version")),
    Field("project_name", _("Project name"), required=True),
    Field("confidentiality", _("Confidentiality"), kind="choice", choices=CONFIDENTIALITY),
    Field("author", _("Prepared by"), required=True),
    Field("date", _("Date prepared"), required=True, kind="date"),
)
"""The head that all forms share. Its seventh entry, `attachments` (a list of names), stands at the end of the paper."""

ATTACHMENTS_LABEL: Label = _("Attachments")

_forms: dict[str, StandardForm] = {}


def register(form: StandardForm) -> StandardForm:
    """Makes a form known to everything that lists, previews or exports forms; called in AppConfig.ready()."""
    known = _forms.get(form.key)
    if known is not None and known is not form:
        raise ValueError(f"two standard forms are called {form.key}")
    _forms[form.key] = form
    return form


def get(key: str) -> StandardForm:
    """The registered form of that key; KeyError when there is none."""
    return _forms[key]


def all_forms() -> tuple[StandardForm, ...]:
    """Every registered form, in the order of registration."""
    return tuple(_forms.values())
