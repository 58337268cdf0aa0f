"""Stored files and company templates."""

from .files import StoredFile
from .letterheads import Letterhead

__all__ = ["Letterhead", "StoredFile"]
