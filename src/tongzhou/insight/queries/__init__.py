"""Reads from above: the desk, the search, what falls due."""

from .desk import Desk, desk_of
from .due import DueRow, due_rows
from .search import GROUPS, Group, Hit, search, search_group
from .try_out import STEPS, Step, ahead_by, moment_after

__all__ = [
    "GROUPS",
    "STEPS",
    "Desk",
    "DueRow",
    "Group",
    "Hit",
    "Step",
    "ahead_by",
    "desk_of",
    "due_rows",
    "moment_after",
    "search",
    "search_group",
]
