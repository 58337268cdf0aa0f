"""Reads from above: the desk, the search, what falls due."""

from .desk import Desk, desk_of
from .due import DueRow, Heard, due_rows, heard_of
from .search import GROUPS, Group, Hit, search, search_group
from .try_out import STEPS, Step, ahead_by, moment_after

__all__ = [
    "GROUPS",
    "STEPS",
    "Desk",
    "DueRow",
    "Group",
    "Heard",
    "Hit",
    "Step",
    "ahead_by",
    "desk_of",
    "due_rows",
    "heard_of",
    "moment_after",
    "search",
    "search_group",
]
