"""Phase 1: request, replies, memorandum."""

from .collabs import Ask, CollabRequest, CollabType, Milestone, Reply, Urgency
from .memoranda import BreachClause, Memorandum, MemorandumEdition

__all__ = [
    "Ask",
    "BreachClause",
    "CollabRequest",
    "CollabType",
    "Memorandum",
    "MemorandumEdition",
    "Milestone",
    "Reply",
    "Urgency",
]
