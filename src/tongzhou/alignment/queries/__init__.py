"""Reads of phase 1."""

from .collab_paper import collab_content
from .collabs import asks_for, collabs_for

__all__ = ["asks_for", "collab_content", "collabs_for"]
