"""A task list that comes in as a table: our own columns, or a foreign table understood by its headings."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongzhou.core.tables import Line, read_lines, unholdable
from tongzhou.documents.read_back import parse_date
from tongzhou.engine.workcal import WorkCalendar

from ..models.tasks import DEEPEST, LONGEST_DURATION
from ..states import DateConstraint
from .columns import COLUMNS, LABELS
from .rows import Brought, BroughtRow
from .words import Unreadable, read_constraint, read_days, read_hours, read_percent, read_waits, read_yes

MOST_ROWS = 10_000
FIRST_YEAR, LAST_YEAR = 2000, 2100
_PART = re.compile(r"0?\.\d+|1(?:\.0+)?")
_WBS = re.compile(r"\d{1,5}(?:\.\d{1,5})*\.?")
_TEXTS = {"department": 200, "objective": 2000, "commitment": 500, "deliverable": 300, "acceptance": 2000, "note": 4000}
# Texts in which line breaks are part of what is said.
_LONG = {"acceptance", "note", "objective", "commitment"}


def read_table(data: bytes, calendar: WorkCalendar, *, as_new: bool = False, is_lenient: bool = False) -> Brought:
    """Every row of an uploaded table; ``InvalidInput`` on ``file`` where it is no task list at all.

    ``as_new``: all rows become new tasks, whatever numbers they carry.
    """
    lines = read_lines(data, COLUMNS, max_rows=MOST_ROWS)
    reading = _Table(lines, calendar, as_new=as_new)
    return Brought("table", reading.rows(), reading.remarks(), is_lenient)


class _Table:
    def __init__(self, lines: Sequence[Line], calendar: WorkCalendar, *, as_new: bool) -> None:
        self.lines = lines
        self.calendar = calendar
        self.as_new = as_new
        self.has = {key for line in lines for key in line.cells}
        # Our own table says its dates by constraints; the dates beside them are computed.
        self.is_own = "constraint" in self.has
        self.titles = {title for line in lines if (title := line.cells.get("title", ""))}
        ids = [line.cells.get("id", "") for line in lines]
        # Many tables count 1, 1.1, 1.2, 2: that is an outline, not a count.
        self.outlined_by_id = "wbs" not in self.has and "level" not in self.has and any("." in text for text in ids)
        self.pinned = 0
        # A foreign column formatted as percent holds parts of one.
        parts = [line.cells.get("percent", "") for line in lines if line.cells.get("percent", "") not in {"", "0"}]
        self.percent_is_share = not self.is_own and bool(parts) and all(_PART.fullmatch(text) for text in parts)

    def rows(self) -> list[BroughtRow]:
        return [self._row(place, line) for place, line in enumerate(self.lines, start=1)]

    def remarks(self) -> list[str]:
        told = []
        if self.is_own and self.has & {"start", "finish", "total_float"}:
            told.append(
                _(
                    "Start, finish and float are computed from durations, predecessors and constraints; they are not read."
                )
            )
        if not self.is_own and self.pinned:
            told.append(
                ngettext(
                    "The start date of %(count)s row without predecessor becomes “start no earlier than”.",
                    "The start dates of %(count)s rows without predecessor become “start no earlier than”.",
                    self.pinned,
                )
                % {"count": self.pinned}
            )
        if not self.is_own and "predecessors" in self.has and self.has & {"start", "finish"}:
            told.append(_("Where a row has predecessors, its dates follow from them; its own dates are not read."))
        return told

    def _row(self, place: int, line: Line) -> BroughtRow:
        cells = line.cells
        row = BroughtRow(line.number, cells.get("title", ""))
        if not row.title:
            row.errors["title"] = _("Give the task a name")
        elif unholdable(row.title) or len(row.title) > 200:
            row.errors["title"] = _("At most %(count)s characters") % {"count": 200}
        row.values["title"] = row.title
        self._names(row, cells, place)
        self._depth(row, cells)
        for key, longest in _TEXTS.items():
            if key in cells:
                text = cells[key] if key in _LONG else " ".join(cells[key].split())
                if len(text) > longest:
                    row.errors[key] = _("At most %(count)s characters") % {"count": longest}
                elif "\ufffd" in text:
                    row.errors[key] = _("This text holds characters that cannot be read")
                row.values[key] = text
        if "owner" in cells:
            row.values["owner"] = [[cells["owner"]]] if cells["owner"] else []
        self._figures(row, cells)
        if "predecessors" in cells:
            found = self._read(row, "predecessors", lambda text: read_waits(text, self.titles), cells)
            row.waits = found if found is not None else []
        self._dates(row, cells)
        self._progress(row, cells)
        return row

    def _names(self, row: BroughtRow, cells: dict[str, str], place: int) -> None:
        number = cells.get("number", "").lstrip("#＃")
        if number:
            if not (number.isascii() and number.isdecimal() and 0 < int(number[:10]) < 2**31 and len(number) <= 10):
                row.errors["number"] = _("“%(text)s” is no task number") % {"text": number[:20]}
            else:
                row.ref = number
                row.number = None if self.as_new else int(number)
        elif "number" not in self.has:
            row.ref = cells.get("id") or (cells.get("wbs", "") if "wbs" in self.has else "")
            if "id" not in self.has and "wbs" not in self.has:
                row.ref = str(place)

    def _depth(self, row: BroughtRow, cells: dict[str, str]) -> None:
        level, wbs = cells.get("level", ""), cells.get("id" if self.outlined_by_id else "wbs", "")
        if level:
            if not re.fullmatch(r"[1-9]\d?", level):
                row.errors["level"] = _("“%(text)s” is no level: 1 is the top") % {"text": level[:20]}
                return
            row.depth = int(level) - 1
            row.wbs = cells.get("wbs", "")
        elif wbs:
            if not _WBS.fullmatch(wbs):
                row.errors["id" if self.outlined_by_id else "wbs"] = _("“%(text)s” is no outline number like 1.2") % {
                    "text": wbs[:20]
                }
                return
            row.depth = wbs.rstrip(".").count(".")
        if row.depth is not None and row.depth > DEEPEST:
            row.errors["level" if level else "wbs"] = _("At most %(count)s levels") % {"count": DEEPEST + 1}

    def _figures(self, row: BroughtRow, cells: dict[str, str]) -> None:
        for key in ("duration", "shortest", "longest"):
            if key not in cells:
                continue
            if not cells[key]:
                if key != "duration":
                    row.values[key] = None
                continue
            if (found := self._read(row, key, read_days, cells)) is None:
                continue
            days, is_rounded = found
            if days > LONGEST_DURATION:
                row.errors[key] = _("Give whole working days between 0 and %(most)s") % {"most": LONGEST_DURATION}
            elif is_rounded:
                row.notes.append(
                    _("%(column)s: “%(text)s” was rounded up to %(days)s working days")
                    % {"column": LABELS[key], "text": cells[key], "days": days}
                )
            row.values[key] = days
        if "effort_hours" in cells:
            hours = self._read(row, "effort_hours", read_hours, cells)
            row.values["effort_hours"] = None if hours is None else str(hours)
        if "is_milestone" in cells and (milestone := self._read(row, "is_milestone", read_yes, cells)) is not None:
            row.values["is_milestone"] = milestone

    def _dates(self, row: BroughtRow, cells: dict[str, str]) -> None:
        if self.is_own:
            kind = self._read(row, "constraint", read_constraint, cells)
            day = self._day(row, "constraint_on", cells)
            if kind is None:
                return
            if kind and day is None and "constraint_on" not in row.errors:
                row.errors["constraint_on"] = _("Give the date of the constraint")
            row.values |= {"constraint": kind, "constraint_on": day.isoformat() if kind and day else None}
            return
        start, finish = self._day(row, "start", cells), self._day(row, "finish", cells)
        if start and finish and finish < start:
            row.errors["finish"] = _("The finish lies before the start")
            return
        if start and finish and "duration" not in row.values and "duration" not in row.errors:
            days = max(1, self.calendar.duration_workdays(start, finish))
            if days > LONGEST_DURATION:
                row.errors["finish"] = _("Give whole working days between 0 and %(most)s") % {"most": LONGEST_DURATION}
            row.values["duration"] = days
        if row.waits:
            return
        if start:
            self.pinned += 1
            row.values |= {"constraint": str(DateConstraint.START_NOT_BEFORE), "constraint_on": start.isoformat()}
        elif finish:
            row.values |= {"constraint": str(DateConstraint.FINISH_NOT_AFTER), "constraint_on": finish.isoformat()}

    def _progress(self, row: BroughtRow, cells: dict[str, str]) -> None:
        """How far the work is, and until when levelling holds it back."""
        if "percent" in cells:
            read = partial(read_percent, is_share=self.percent_is_share)
            if (percent := self._read(row, "percent", read, cells)) is not None:
                row.values["percent"] = percent
        for key in ("actual_start", "actual_finish", "held_until"):
            if key in cells:
                day = self._day(row, key, cells)
                row.values[key] = day.isoformat() if day else None

    def _day(self, row: BroughtRow, key: str, cells: dict[str, str]) -> date | None:
        text = cells.get(key, "")
        if not text:
            return None
        # A date with a time of day is that day; Microsoft Project in Chinese also writes the weekday behind it.
        plain = re.sub(
            r"(?:T|\s+)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$", "", re.sub(r"\s*(?:星期|周)[一二三四五六日天]", "", text)
        )
        day = parse_date(plain) or _short_year(plain)
        if day is None:
            row.errors[key] = _("“%(value)s” is no date. Please write it like 2026-06-18.") % {"value": text[:40]}
        elif not FIRST_YEAR <= day.year <= LAST_YEAR:
            row.errors[key] = _("Give a date between %(first)s and %(last)s") % {"first": FIRST_YEAR, "last": LAST_YEAR}
            return None
        return day

    def _read(self, row: BroughtRow, key: str, read: Callable[[str], Any], cells: dict[str, str]) -> Any:
        try:
            return read(cells.get(key, ""))
        except Unreadable as wrong:
            row.errors[key] = str(wrong)
            return None


def _short_year(text: str) -> date | None:
    """``26/5/11`` as Microsoft Project in Chinese writes it."""
    found = re.fullmatch(r"(\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text.strip())
    if found is None:
        return None
    try:
        return date(2000 + int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
