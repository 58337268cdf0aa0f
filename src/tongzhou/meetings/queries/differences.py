"""What changed between two editions of the minutes, place by place, readable without knowing the form's insides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import get_language

from tongzhou.documents.paper import DEFAULT_LANGUAGE, display
from tongzhou.documents.standard_forms import Column, Field, Table

from ..documents import MEETING_MINUTES

# Past this many characters words are not compared one by one: the two texts stand side by side.
_LONGEST_COMPARED = 2000


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: kept, taken out or put in."""

    text: str
    change: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place that differs: where, what stood there, what stands there now, and the words compared."""

    place: str
    before: str
    after: str
    pieces: tuple[Piece, ...]

    @property
    def change(self) -> str:
        """added, removed or changed."""
        if not self.before:
            return "added"
        return "removed" if not self.after else "changed"


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Every place in which two contents of the minutes differ, in the order of the paper."""
    language = get_language() or DEFAULT_LANGUAGE
    found: list[Difference] = []
    for part in MEETING_MINUTES.parts():
        if isinstance(part, Table):
            found += _rows(part, before.get(part.key) or (), after.get(part.key) or (), language)
        else:
            found += _place(str(part.label), _text(part, before, language), _text(part, after, language))
    return found


def _rows(
    table: Table, before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]], language: str
) -> Iterator[Difference]:
    old = [_cells(table, row, language) for row in before]
    new = [_cells(table, row, language) for row in after]
    matched = SequenceMatcher(a=old, b=new, autojunk=False)
    for verb, a1, a2, b1, b2 in matched.get_opcodes():
        if verb == "equal":
            continue
        for offset in range(max(a2 - a1, b2 - b1)):
            was = old[a1 + offset] if a1 + offset < a2 else None
            now = new[b1 + offset] if b1 + offset < b2 else None
            number = (b1 if now is not None else a1) + offset + 1
            place = f"{table.label} {number}"
            if was is None or now is None:
                yield from _place(place, " · ".join(filter(None, was or ())), " · ".join(filter(None, now or ())))
                continue
            for column, left, right in zip(table.columns, was, now, strict=True):
                yield from _place(f"{place} · {column.label}", left, right)


def _cells(table: Table, row: Mapping[str, Any], language: str) -> tuple[str, ...]:
    return tuple(_text(column, row, language) for column in table.columns)


def _text(place: Field | Column, holder: Mapping[str, Any], language: str) -> str:
    return display(place, holder.get(place.key), language)


def _place(place: str, before: str, after: str) -> Iterator[Difference]:
    if before != after:
        yield Difference(place, before, after, tuple(_pieces(before, after)))


def _pieces(before: str, after: str) -> Iterator[Piece]:
    if len(before) + len(after) > _LONGEST_COMPARED:
        yield Piece(before, "out")
        yield Piece(after, "in")
        return
    for verb, a1, a2, b1, b2 in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if verb == "equal":
            yield Piece(before[a1:a2])
            continue
        if a1 < a2:
            yield Piece(before[a1:a2], "out")
        if b1 < b2:
            yield Piece(after[b1:b2], "in")
