"""Pages of documents."""

from .letterheads import deactivate_letterhead, letterhead_file, letterheads

__all__ = ["deactivate_letterhead", "letterhead_file", "letterheads"]
