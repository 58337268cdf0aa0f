"""Reads about files and company templates."""

from .files import file_for, files_in
from .letterheads import active_letterhead, letterheads, word_version

__all__ = ["active_letterhead", "file_for", "files_in", "letterheads", "word_version"]
