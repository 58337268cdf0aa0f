"""Acts on files and company templates."""

from .files import keep_file
from .letterheads import LARGEST_LETTERHEAD, add_letterhead, deactivate_letterhead

__all__ = ["LARGEST_LETTERHEAD", "add_letterhead", "deactivate_letterhead", "keep_file"]
