"""The task list as .xlsx, with the columns that are read back; text stays text, whatever it begins with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from ..predecessors import written_predecessors
from ..states import DateConstraint
from ..work_states import TaskStatus
from .columns import COMPUTED, WRITTEN

if TYPE_CHECKING:
    from ..queries.plan_export import ExportRow

_WIDTHS = {
    "number": 9, "wbs": 9, "level": 9, "title": 42, "department": 16, "owner": 12, "duration": 10, "shortest": 9,
    "longest": 9, "effort_hours": 10, "is_milestone": 8, "predecessors": 18, "constraint": 18, "constraint_on": 12,
    "deliverable": 26, "acceptance": 34, "objective": 26, "commitment": 30, "note": 30, "status": 10, "percent": 9,
    "actual_start": 12, "actual_finish": 12, "held_until": 12, "start": 12, "finish": 12, "total_float": 8,
}  # fmt: skip
_DATES = {"constraint_on", "actual_start", "actual_finish", "held_until", "start", "finish"}
# Excel folds at most seven levels.
_DEEPEST_FOLD = 7


def write_tasks(rows: Sequence[ExportRow], departments: Sequence[str]) -> bytes:
    """The whole plan as a workbook: the list, and a sheet that says how it is filled in."""
    import xlsxwriter

    kept = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    workbook = xlsxwriter.Workbook(kept, {**options, "default_date_format": "yyyy-mm-dd"})
    sheet = workbook.add_worksheet(_("Task list")[:31])
    formats = _formats(workbook)
    for place, column in enumerate(WRITTEN):
        computed = column.key in COMPUTED
        heading = f"{column.label}{' *' if column.required else ''}"
        sheet.write_string(0, place, heading, formats["head_computed" if computed else "head"])
        sheet.set_column(place, place, _WIDTHS[column.key], formats["text"])
    for number, row in enumerate(rows, start=1):
        _write_row(sheet, number, row, formats)
    sheet.freeze_panes(1, 4)
    sheet.autofilter(0, 0, max(1, len(rows)), len(WRITTEN) - 1)
    sheet.outline_settings(True, False, False, False)
    _offer_choices(sheet, len(rows), departments)
    _write_notes(workbook)
    workbook.close()
    return kept.getvalue()


def values_of(row: ExportRow) -> dict[str, Any]:
    """What each column says of a task; a summary says nothing of what lies below it."""
    task = row.task
    values: dict[str, Any] = {
        "number": task.number,
        "wbs": row.wbs,
        "level": task.depth + 1,
        "title": task.title,
        "department": task.department.name if task.department else "",
        "owner": row.owner,
        "predecessors": written_predecessors(row.predecessors),
        "deliverable": task.deliverable,
        "acceptance": task.acceptance,
        "objective": row.objective,
        "commitment": row.commitment,
        "note": task.note,
        "start": task.start,
        "finish": task.finish,
    }
    if not task.is_summary:
        values |= {
            "duration": task.duration,
            "shortest": task.shortest,
            "longest": task.longest,
            "effort_hours": task.effort_hours,
            "is_milestone": _("yes") if task.is_milestone else _("no"),
            "constraint": str(DateConstraint(task.constraint).label) if task.constraint else "",
            "constraint_on": task.constraint_on,
            "status": str(TaskStatus(task.status).label),
            "percent": task.percent,
            "actual_start": task.actual_start,
            "actual_finish": task.actual_finish,
            "held_until": task.held_until,
            "total_float": task.total_float,
        }
    return values


def _write_row(sheet: Any, number: int, row: ExportRow, formats: dict[str, Any]) -> None:
    values = values_of(row)
    look = "summary" if row.task.is_summary else "text"
    for place, column in enumerate(WRITTEN):
        value = values.get(column.key)
        if value is None or value == "":
            continue
        if column.key in _DATES and isinstance(value, date):
            sheet.write_datetime(number, place, value, formats["date"])
        elif isinstance(value, str):
            kind = f"{look}_title{min(row.task.depth, 8)}" if column.key == "title" else look
            sheet.write_string(number, place, value[:32767], formats[kind])
        else:
            sheet.write_number(number, place, float(value), formats["number"])
    sheet.set_row(number, None, None, {"level": min(row.task.depth, _DEEPEST_FOLD)})


def _formats(workbook: Any) -> dict[str, Any]:
    top = {"valign": "top"}
    found = {
        "head": workbook.add_format({"bold": True, "bg_color": "#E6EEF1", "bottom": 1, "text_wrap": True}),
        "head_computed": workbook.add_format(
            {"italic": True, "font_color": "#5B6B73", "bg_color": "#F1F3F4", "bottom": 1, "text_wrap": True}
        ),
        "text": workbook.add_format({**top, "num_format": "@", "text_wrap": True}),
        "summary": workbook.add_format({**top, "num_format": "@", "text_wrap": True, "bold": True}),
        "number": workbook.add_format({**top, "num_format": "General", "align": "right"}),
        "date": workbook.add_format({**top, "num_format": "yyyy-mm-dd", "align": "left"}),
    }
    for depth in range(9):
        for look, bold in (("text", False), ("summary", True)):
            found[f"{look}_title{depth}"] = workbook.add_format(
                {**top, "num_format": "@", "text_wrap": True, "bold": bold, "indent": depth}
            )
    return found


def _offer_choices(sheet: Any, count: int, departments: Sequence[str]) -> None:
    """Lists to choose from, also in rows still to be filled in; other words may be typed and are checked on the way in."""
    places = {column.key: place for place, column in enumerate(WRITTEN)}
    choices = {
        "is_milestone": [_("yes"), _("no")],
        "constraint": [str(kind.label) for kind in DateConstraint if kind],
        "department": list(departments),
    }
    for key, words in choices.items():
        # Excel holds such a list as one text of at most 255 characters.
        if words and len(",".join(words)) <= 255 and not any("," in word for word in words):
            options = {"validate": "list", "source": words, "error_type": "information", "ignore_blank": True}
            sheet.data_validation(1, places[key], count + 200, places[key], options)


def _write_notes(workbook: Any) -> None:
    sheet = workbook.add_worksheet(_("How to fill it in")[:31])
    sheet.set_column(0, 0, 110, workbook.add_format({"text_wrap": True, "valign": "top"}))
    notes = (
        _("Task number: leave it as it is, the row changes that task. Leave it empty, and the row becomes a new task."),
        _("Outline level: 1 is the top; a row of level 2 lies below the row of level 1 above it."),
        _("Duration in working days, 0 for a milestone. Rows that sum up others have none."),
        _("Predecessors: task numbers, apart by commas: 3 waits for the end of task 3."),
        _("5SS+2 waits for the start of task 5 and two working days; FS, SS, FF and SF are known."),
        _("Percent done in whole percent, 0 to 100. Done is only what is accepted here: 100 comes in as 99."),
        _("Held back until: the day before which levelling lets the task not begin; empty it to let the task go."),
        _("Grey columns are computed and not read back: WBS, status, start, finish, float."),
        _("An emptied cell empties it in the plan. A task whose row is deleted stays in the plan as it is."),
        _("Nothing is written before you have seen what every row does."),
    )  # fmt: skip
    for number, note in enumerate(notes):
        sheet.write_string(number, 0, note)
