"""The plan as a file for other programs, by the kind that is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from tongzhou.engine.workcal import WorkCalendar
from tongzhou.projects.models import Project

from .mspdi_writing import write_mspdi
from .table_writing import write_tasks

if TYPE_CHECKING:
    from ..queries.plan_export import ExportRow

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
}


def write_plan(
    project: Project,
    rows: Sequence[ExportRow],
    fmt: str,
    *,
    calendar: WorkCalendar,
    departments: Sequence[str],
    now: datetime,
) -> bytes:
    """``fmt``: xlsx for a table, xml for Microsoft Project."""
    if fmt == "xlsx":
        return write_tasks(rows, departments)
    return write_mspdi(project, rows, calendar, now)
