"""What changed between two versions of a filled form: part by part, row by row, word by word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.functional import Promise

from .paper import display, printable
from .standard_forms import HEAD, Column, Field, StandardForm, Table

SAME, IN, OUT = "same", "in", "out"
# A row that kept less than this share of its words is another row.
ALIKE = 0.5
# The head says when a version was written; that alone is no difference.
NOT_COMPARED = {"version", "date"}
# Chinese is compared by character, numbers and Latin words whole, spaces and marks by themselves.
# Beyond this many characters on both sides, whole sentences are compared: word by word would take too long.
LONGEST_BY_WORD = 6_000
LONGEST_ALIKE = 400
_SENTENCE = re.compile(r"[^。；！？\n.;!?]*[。；！？\n.;!?]|[^。；！？\n.;!?]+")
_TOKEN = re.compile(r"[0-9]+(?:[.,][0-9]+)*|[A-Za-z]+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that stayed, came in or went out."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell of a row: its column and the pieces of its text."""

    label: str | Promise
    pieces: tuple[Piece, ...]

    @property
    def is_changed(self) -> bool:
        """True when the two versions differ here."""
        return any(piece.kind != SAME for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row of a table: added, removed or changed, with all its cells so that it can be read."""

    kind: str
    cells: tuple[CellChange, ...]


@dataclass(frozen=True, slots=True)
class PartChange:
    """One part of the form that differs: the pieces of its text, or its rows."""

    key: str
    label: str | Promise
    pieces: tuple[Piece, ...] = ()
    rows: tuple[RowChange, ...] = ()


def differences(
    form: StandardForm, old: Mapping[str, Any], new: Mapping[str, Any], language: str
) -> tuple[PartChange, ...]:
    """The parts in which two documents differ, in the order of the paper; what is equal is left out."""
    found = [
        change
        for field in HEAD
        if field.key not in NOT_COMPARED and (change := _field(field, old["head"], new["head"], language)) is not None
    ]
    for part in form.parts():
        sides = old["content"], new["content"]
        change = _table(part, *sides, language) if isinstance(part, Table) else _field(part, *sides, language)
        if change is not None:
            found.append(change)
    return tuple(found)


def pieces(old: str, new: str) -> tuple[Piece, ...]:
    """One text becoming another: what stayed, what went out, what came in, in reading order."""
    if old == new:
        return (Piece(SAME, new),) if new else ()
    unit = _TOKEN if len(old) + len(new) <= LONGEST_BY_WORD else _SENTENCE
    before, after = unit.findall(old), unit.findall(new)
    found: list[Piece] = []

    def add(kind: str, words: list[str]) -> None:
        if words:
            found.append(Piece(kind, "".join(words)))

    for move, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if move == "equal":
            add(SAME, before[a:b])
        else:
            add(OUT, before[a:b])
            add(IN, after[c:d])
    return tuple(found)


def _field(field: Field, old: Mapping[str, Any], new: Mapping[str, Any], language: str) -> PartChange | None:
    before, after = (display(field, side.get(field.key), language) for side in (old, new))
    if before == after:
        return None
    return PartChange(field.key, field.label, pieces=pieces(before, after))


def _table(table: Table, old: Mapping[str, Any], new: Mapping[str, Any], language: str) -> PartChange | None:
    before, after = list(old.get(table.key) or []), list(new.get(table.key) or [])
    changes: list[RowChange] = []
    pairs, gone = _paired(table, before, after)
    for row in gone:
        changes.append(RowChange(OUT, _cells(table, row, {}, language)))
    for ours, theirs in pairs:
        if ours is None:
            changes.append(RowChange(IN, _cells(table, {}, theirs, language)))
            continue
        cells = _cells(table, ours, theirs, language)
        if any(cell.is_changed for cell in cells):
            changes.append(RowChange(SAME, cells))
    return PartChange(table.key, table.label, rows=tuple(changes)) if changes else None


def _paired(
    table: Table, before: list[Mapping[str, Any]], after: list[Mapping[str, Any]]
) -> tuple[list[tuple[Mapping[str, Any] | None, Mapping[str, Any]]], list[Mapping[str, Any]]]:
    """Each new row with the old one it came from: by key where rows have one, else by how alike they are."""
    rest = list(before)
    pairs: list[tuple[Mapping[str, Any] | None, Mapping[str, Any]]] = []
    for row in after:
        key = row.get("id", row.get("key"))
        if key is not None:
            match = next((other for other in rest if other.get("id", other.get("key")) == key), None)
        else:
            match = max(rest, key=lambda other: _alikeness(table, other, row), default=None)
            if match is not None and _alikeness(table, match, row) < ALIKE:
                match = None
        if match is not None:
            rest.remove(match)
        pairs.append((match, row))
    return pairs, rest


def _alikeness(table: Table, one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    first, second = (
        " ".join(str(row.get(column.key, "")) for column in table.columns)[:LONGEST_ALIKE] for row in (one, other)
    )
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def _cells(table: Table, old: Mapping[str, Any], new: Mapping[str, Any], language: str) -> tuple[CellChange, ...]:
    return tuple(
        CellChange(column.label, pieces(_text(column, old, language), _text(column, new, language)))
        for column in table.columns
    )


def _text(column: Column, row: Mapping[str, Any], language: str) -> str:
    value = row.get(column.key)
    return printable(value).strip() if column.kind == "text" else display(column, value, language)
