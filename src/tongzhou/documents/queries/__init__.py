"""Reads about files and company templates."""

from .letterheads import active_letterhead, letterheads, word_version

__all__ = ["active_letterhead", "letterheads", "word_version"]
