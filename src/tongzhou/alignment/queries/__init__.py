"""Reads of phase 1."""

from .collab_paper import collab_content
from .collabs import asks_for, collabs_for
from .memoranda import (
    clause_library,
    document_of,
    draft_paper,
    drawn_rows,
    edition_by_code,
    edition_paper,
    editions_of,
    memoranda_for,
    memorandum_of,
    missing_for_signing,
    newest_edition,
    reach_edition,
    reach_memorandum,
    signature_entries,
    signing_order,
    verify_url,
)

__all__ = [
    "asks_for",
    "clause_library",
    "collab_content",
    "collabs_for",
    "document_of",
    "draft_paper",
    "drawn_rows",
    "edition_by_code",
    "edition_paper",
    "editions_of",
    "memoranda_for",
    "memorandum_of",
    "missing_for_signing",
    "newest_edition",
    "reach_edition",
    "reach_memorandum",
    "signature_entries",
    "signing_order",
    "verify_url",
]
