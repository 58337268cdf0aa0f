"""An uploaded plan of either kind, told apart by its content."""

from __future__ import annotations

from tongzhou.documents.hostile import FileRefused, looks_like_xml
from tongzhou.engine.workcal import WorkCalendar

from .mspdi_reading import read_mspdi
from .rows import Brought
from .table_reading import read_table

# How .mpp and .xls begin.
_BINARY = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_plan(
    data: bytes, calendar: WorkCalendar, project_code: str, *, as_new: bool = False, is_lenient: bool = False
) -> Brought:
    """A table (.xlsx, .csv) or Microsoft Project XML; ``DomainError`` where it is neither, or cannot be understood.

    Opened in a process with limits, never in this one.
    """
    if data.startswith(_BINARY):
        raise FileRefused("project_binary")
    if looks_like_xml(data):
        return read_mspdi(data, calendar, project_code, as_new=as_new)
    return read_table(data, calendar, as_new=as_new, is_lenient=is_lenient)
