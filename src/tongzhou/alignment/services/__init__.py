"""Acts of phase 1."""

from .clauses import add_clause, change_clause, retire_clause
from .memoranda import (
    amend_memorandum,
    complete_memorandum,
    create_memorandum,
    decline_memorandum,
    draw_resources_again,
    lock_for_signing,
    open_signing,
    save_memorandum,
    seal_edition,
)

__all__ = [
    "add_clause",
    "amend_memorandum",
    "change_clause",
    "complete_memorandum",
    "create_memorandum",
    "decline_memorandum",
    "draw_resources_again",
    "lock_for_signing",
    "open_signing",
    "retire_clause",
    "save_memorandum",
    "seal_edition",
]
