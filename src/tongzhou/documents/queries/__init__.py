"""Reads about files."""

from .files import file_for, files_in

__all__ = ["file_for", "files_in"]
