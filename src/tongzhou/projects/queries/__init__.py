"""Reads about projects."""

from .commitments import commitments_for, next_commitment_number
from .objectives import objectives_for
from .projects import head_ids, named_in, participant_ids, projects_for

__all__ = [
    "commitments_for",
    "head_ids",
    "named_in",
    "next_commitment_number",
    "objectives_for",
    "participant_ids",
    "projects_for",
]
