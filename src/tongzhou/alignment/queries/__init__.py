"""Reads of phase 1."""

from .memoranda import (
    clause_library,
    document_of,
    drawn_rows,
    edition_by_code,
    editions_of,
    line_above,
    memoranda_for,
    memorandum_of,
    missing_for_signing,
    newest_edition,
    reach_edition,
    reach_memorandum,
    signing_order,
)

__all__ = [
    "clause_library",
    "document_of",
    "drawn_rows",
    "edition_by_code",
    "editions_of",
    "line_above",
    "memoranda_for",
    "memorandum_of",
    "missing_for_signing",
    "newest_edition",
    "reach_edition",
    "reach_memorandum",
    "signing_order",
]
