"""Acts on files and company templates."""

from .files import attach_file, remove_file
from .keeping import keep_file
from .letterheads import LARGEST_LETTERHEAD, add_letterhead, deactivate_letterhead

__all__ = [
    "LARGEST_LETTERHEAD",
    "add_letterhead",
    "attach_file",
    "deactivate_letterhead",
    "keep_file",
    "remove_file",
]
