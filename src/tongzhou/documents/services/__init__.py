"""Acts on files."""

from .files import attach_file, remove_file

__all__ = ["attach_file", "remove_file"]
