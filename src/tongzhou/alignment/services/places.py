"""The request cut into places (a field, or a cell of a row), and what becomes of a place that two people wrote.

A writer sends, beside the words, what each place looked like when it was read (``base``: place → short digest). So we
know place by place who changed what: only one of the two (that one holds), or both (the second writer is told and sees
both texts). Places are called ``background``, ``objectives.17.text`` (row 17), ``asks.3.due`` (department 3).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from ..models import CollabRequest
from ..queries.collab_paper import number_text
from ..queries.collabs import with_present_contacts
from ..states import AskState, CollabState

PROJECT_FIELDS = ("name", "starts_on", "ends_on", "lead_id", "sponsor_id", "is_confidential", "tailoring")
COLLAB_FIELDS = (
    "contact", "request_date", "type", "urgency", "background", "deliverables", "acceptance_criteria",
    "budget_estimate", "risks", "dept_head_opinion", "executive_opinion",
)  # fmt: skip
CELLS = {
    "objectives": (
        "text", "metric", "unit", "baseline", "target", "due", "source", "company_goal", "evidence",
    ),
    "asks": ("request_item", "due", "contact_person_id"),
    "milestones": ("name", "date", "department_id"),
}  # fmt: skip
KEYS = {"objectives": "id", "asks": "department_id", "milestones": "id"}

Row = Mapping[str, Any]


@dataclass(frozen=True)
class CollabDraft:
    """What a writer sends. Only what is named is written; a table that is None stays as it is.

    ``base`` is what the writer had read (see above); without it ``version`` must be the present one. ``unsure`` names
    tables with rows that could not be read: there, a row that is missing is not taken as removed.
    """

    fields: Mapping[str, Any] = field(default_factory=dict)
    objectives: Sequence[Row] | None = None
    asks: Sequence[Row] | None = None
    milestones: Sequence[Row] | None = None
    base: Mapping[str, str] | None = None
    version: int | None = None
    unsure: frozenset[str] = frozenset()

    def table(self, name: str) -> Sequence[Row] | None:
        """The rows sent for a table."""
        rows: Sequence[Row] | None = getattr(self, name)
        return rows


@dataclass
class Merged:
    """What is to be written after both writers' changes are laid together."""

    fields: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    removed: dict[str, list[int]] = field(default_factory=dict)
    mine: dict[str, str] = field(default_factory=dict)
    theirs: dict[str, str] = field(default_factory=dict)
    fresh: dict[str, str] = field(default_factory=dict)
    rows_differ: bool = False


def text_of(value: Any) -> str:
    """A value as a form shows it; what is compared when we ask whether a place was changed."""
    match value:
        case None | False:
            return ""
        case True:
            return "1"
        case date():
            return value.isoformat()
        case Decimal():
            return number_text(value)
        case _:
            return clean_text(str(value))


def clean_text(text: str) -> str:
    """Text with one kind of line end and nothing around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def digest(text: str) -> str:
    """A short name of a text, enough to see whether it is still the same."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def places_of(collab: CollabRequest) -> dict[str, str]:
    """Every place of the request as it stands, as text."""
    project = collab.project
    found = {name: text_of(getattr(project, name)) for name in PROJECT_FIELDS}
    found |= {name: text_of(getattr(collab, name)) for name in COLLAB_FIELDS}
    for table, rows in rows_of(collab).items():
        for key, row in rows.items():
            found |= {f"{table}.{key}.{cell}": text_of(getattr(row, cell)) for cell in CELLS[table]}
    return found


def rows_of(collab: CollabRequest) -> dict[str, dict[int, Any]]:
    """The rows of the three tables by key: objectives and milestones by id, asks by department."""
    asks = list(collab.asks.exclude(state=AskState.WITHDRAWN))
    if collab.state != CollabState.DRAFT:
        with_present_contacts(asks, collab.project_id)
    return {
        "objectives": {row.pk: row for row in collab.project.objectives.all()},
        "asks": {row.department_id: row for row in asks},
        "milestones": {row.pk: row for row in collab.milestones.all()},
    }


def base_of(collab: CollabRequest) -> dict[str, str]:
    """What a writer takes along when reading: place → digest."""
    return {place: digest(text) for place, text in places_of(collab).items()}


def merge(draft: CollabDraft, current: Mapping[str, str]) -> Merged:
    """Lays the writer's words over what stands now; ``mine`` and ``theirs`` hold the places both have changed."""
    merged = Merged()
    for name, value in draft.fields.items():
        if _take(name, text_of(value), draft.base, current, merged):
            merged.fields[name] = value
    for table in CELLS:
        rows = draft.table(table)
        if rows is not None:
            _merge_table(table, rows, draft, current, merged)
    return merged


def _merge_table(
    table: str, rows: Sequence[Row], draft: CollabDraft, current: Mapping[str, str], merged: Merged
) -> None:
    key_name = KEYS[table]
    present = _keys(table, current)
    known = _keys(table, draft.base) if draft.base is not None else present
    kept: list[dict[str, Any]] = []
    sent: set[int] = set()
    for position, row in enumerate(rows):
        key = row.get(key_name)
        cells = {cell: row[cell] for cell in CELLS[table] if cell in row}
        if key in present:
            taken = {
                cell: value
                for cell, value in cells.items()
                if _take(f"{table}.{key}.{cell}", text_of(value), draft.base, current, merged)
            }
            kept.append({**taken, key_name: key, "position": position})
        elif key in known and draft.base is not None and _untouched(table, key, cells, draft.base):
            # Somebody else has taken the row out, and this writer has not touched it: it stays out.
            merged.rows_differ = True
            continue
        else:
            kept.append({**cells, key_name: key if table == "asks" else None, "position": position})
        if key is not None:
            sent.add(key)
    gone = []
    for key in present - sent:
        mine_to_remove = key in known and table not in draft.unsure
        if mine_to_remove and (draft.base is None or not _changed_since(table, key, draft.base, current)):
            gone.append(key)
        else:
            merged.rows_differ = merged.rows_differ or table not in draft.unsure
    merged.rows[table] = kept
    merged.removed[table] = sorted(gone)


def _take(place: str, mine: str, base: Mapping[str, str] | None, current: Mapping[str, str], merged: Merged) -> bool:
    """Whether the writer's text goes into the place; notes what the writer has not seen, and what clashes."""
    theirs = current.get(place, "")
    if mine == theirs:
        return False
    if base is None or place not in base:
        if base is not None and theirs:
            merged.mine[place], merged.theirs[place] = mine, theirs
            return False
        return True
    if digest(theirs) == base[place]:
        return True
    if digest(mine) == base[place]:
        merged.fresh[place] = theirs
        return False
    merged.mine[place], merged.theirs[place] = mine, theirs
    return False


def _keys(table: str, places: Mapping[str, str]) -> set[int]:
    found = set()
    for place in places:
        name, _dot, rest = place.partition(".")
        key = rest.partition(".")[0]
        if name == table and key.isdecimal() and len(key) < 19:
            found.add(int(key))
    return found


def _untouched(table: str, key: Any, cells: Mapping[str, Any], base: Mapping[str, str]) -> bool:
    return all(digest(text_of(value)) == base.get(f"{table}.{key}.{cell}") for cell, value in cells.items())


def _changed_since(table: str, key: int, base: Mapping[str, str], current: Mapping[str, str]) -> bool:
    return any(digest(current[place]) != base.get(place) for place in _places_of_row(table, key, current))


def _places_of_row(table: str, key: int, places: Mapping[str, str]) -> list[str]:
    return [f"{table}.{key}.{cell}" for cell in CELLS[table] if f"{table}.{key}.{cell}" in places]
