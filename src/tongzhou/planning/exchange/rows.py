"""A plan as a file tells it, whatever kind of file it was: rows to look through before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(slots=True)
class BroughtRow:
    """One task of the file.

    ``line``: the row of the table, or the ID in Microsoft Project. ``number``: the task of this plan it is meant to be.
    ``ref``: what other rows of the file call it. ``depth``: how far it is indented, None where the file says nothing;
    ``wbs``: its outline number where one is written beside the level.
    ``values``: only what the file speaks of, as JSON holds it; departments and persons still by name (``owner``: one
    list of spellings for each person named). ``waits``: reference, kind and lag of each predecessor, None where the
    file says nothing. ``errors``: by column. ``notes``: what was read otherwise than it was written.
    """

    line: int
    title: str
    number: int | None = None
    ref: str = ""
    depth: int | None = None
    wbs: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    waits: list[tuple[str, str, int]] | None = None
    errors: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Brought:
    """A whole file. ``remarks`` say what of it has no place here.

    ``is_lenient``: unknown departments and persons are left out and their names kept in the note, and links that make no
    sense here are dropped and named; otherwise they are errors at their cell.
    """

    kind: str
    rows: list[BroughtRow]
    remarks: list[str] = field(default_factory=list)
    is_lenient: bool = False

    def packed(self) -> dict[str, Any]:
        """As JSON holds it, to wait in a page between looking through and writing."""
        return asdict(self)


def unpacked(kept: Mapping[str, Any]) -> Brought:
    """The same back."""
    rows = [
        BroughtRow(**{**row, "waits": None if row["waits"] is None else [(w[0], w[1], w[2]) for w in row["waits"]]})
        for row in kept["rows"]
    ]
    return Brought(**{**kept, "rows": rows})
