"""What differs between two versions of a form, as endpoints of other packages give it."""

from __future__ import annotations

from typing import Annotated

from ninja import Schema
from pydantic import BeforeValidator

# Labels of forms are translated late.
Label = Annotated[str, BeforeValidator(str)]


class PieceOut(Schema):
    """A run of text: ``same``, ``in`` or ``out``."""

    kind: str
    text: str


class CellOut(Schema):
    """A cell of a row that differs."""

    label: Label
    pieces: list[PieceOut]


class RowOut(Schema):
    """A row that came ``in``, went ``out``, or changed (``same``)."""

    kind: str
    cells: list[CellOut]


class PartOut(Schema):
    """A part of the form in which two versions differ."""

    key: str
    label: Label
    pieces: list[PieceOut]
    rows: list[RowOut]
