"""Acts of phase 1."""

from .collabs import give_opinion, save_collab, start_collab, submit_collab, withdraw_collab
from .places import CollabDraft
from .replies import answer_ask, prepare_reply, reply_to_ask

__all__ = [
    "CollabDraft",
    "answer_ask",
    "give_opinion",
    "prepare_reply",
    "reply_to_ask",
    "save_collab",
    "start_collab",
    "submit_collab",
    "withdraw_collab",
]
