"""Reads about what falls due."""

from .occasions import coming, overdue, troubled

__all__ = ["coming", "overdue", "troubled"]
