"""Acts of phase 1."""

from .clauses import add_clause, change_clause, retire_clause
from .collab_beginning import start_collab
from .collabs import give_opinion, save_collab, submit_collab, withdraw_collab
from .memoranda import amend_memorandum, create_memorandum, draw_resources_again, save_memorandum
from .memorandum_paper import seal_again, seal_edition
from .memorandum_signing import complete_memorandum, decline_memorandum, lock_for_signing, open_signing
from .places import CollabDraft
from .replies import answer_ask, prepare_reply, reply_to_ask

__all__ = [
    "CollabDraft",
    "add_clause",
    "amend_memorandum",
    "answer_ask",
    "change_clause",
    "complete_memorandum",
    "create_memorandum",
    "decline_memorandum",
    "draw_resources_again",
    "give_opinion",
    "lock_for_signing",
    "open_signing",
    "prepare_reply",
    "reply_to_ask",
    "retire_clause",
    "save_collab",
    "save_memorandum",
    "seal_again",
    "seal_edition",
    "start_collab",
    "submit_collab",
    "withdraw_collab",
]
