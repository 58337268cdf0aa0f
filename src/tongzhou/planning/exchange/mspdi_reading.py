"""A plan that comes in as Microsoft Project XML; what of it has no place here is said, row by row and in all."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongzhou.core.errors import InvalidInput
from tongzhou.core.tables import unholdable
from tongzhou.documents.hostile import read_project_xml
from tongzhou.engine.workcal import OutsideCalendarError, WorkCalendar

from ..models.tasks import LONGEST_DURATION
from ..states import DateConstraint
from . import mspdi
from .mspdi_calendars import calendar_remarks
from .rows import Brought, BroughtRow
from .table_reading import FIRST_YEAR, LAST_YEAR, MOST_ROWS

_OURS = {number: kind for kind, number in mspdi.CONSTRAINTS.items()}
Element = Mapping[str, Any]


def read_mspdi(data: bytes, calendar: WorkCalendar, project_code: str, *, as_new: bool = False) -> Brought:
    """Every task of the file; ``FileRefused`` for what is none, ``InvalidInput`` on ``file`` where no task is in it.

    ``project_code``: tasks that went out of this very project are known again by their number.
    """
    found = read_project_xml(data, MOST_ROWS)
    reading = _File(found, calendar, "" if as_new else project_code)
    rows = reading.rows()
    if not rows:
        raise InvalidInput({"file": _("There is no task in this file")})
    return Brought("mspdi", rows, reading.remarks(), is_lenient=True)


class _File:
    def __init__(self, project: Element, calendar: WorkCalendar, project_code: str) -> None:
        self.project = project
        self.calendar = calendar
        self.project_code = project_code
        self.minutes_per_day = min(mspdi.DAY, max(1, mspdi.number_of(_text(project, "MinutesPerDay"), 480)))
        self.said: Counter[str] = Counter()
        self.tasks = self._tasks()
        self.by_uid = {_text(task, "UID"): task for task in self.tasks}
        self.resources = {
            _text(resource, "UID"): resource
            for resource in _inside(project, "Resources", "Resource")
            if not mspdi.is_true(_text(resource, "IsNull"))
        }
        self.assigned: dict[str, list[str]] = {}
        for assignment in _inside(project, "Assignments", "Assignment"):
            self.assigned.setdefault(_text(assignment, "TaskUID"), []).append(_text(assignment, "ResourceUID"))
        self.fields = {
            _text(field, "FieldID"): _text(field, "FieldName")
            for field in _inside(project, "ExtendedAttributes", "ExtendedAttribute")
        }

    def rows(self) -> list[BroughtRow]:
        rows: list[BroughtRow] = []
        for place, task in enumerate(self.tasks, start=1):
            row = self._row(task, place)
            deepest = 1 + (rows[-1].depth or 0) if rows else 0
            if (row.depth or 0) > deepest:
                row.notes.append(_("Its level leaves one out; it was put one level below the row above"))
                row.depth = deepest
            rows.append(row)
        return rows

    def remarks(self) -> list[str]:
        """What holds for the whole file."""
        found = [text % {"count": self.said[key]} for key, text in _words(self.said).items() if self.said[key]]
        if _text(self.project, "ScheduleFromStart").strip() == "0":
            found.append(_("The file is scheduled backwards from its end; here plans run forward from the start."))
        days = [day for task in self.tasks for day in (_day(task, "Start"), _day(task, "Finish")) if day]
        return [*found, *calendar_remarks(self.project, self.calendar, days)]

    def _tasks(self) -> list[Element]:
        """The tasks that count, in the order Microsoft Project shows them."""
        kept = []
        for task in _inside(self.project, "Tasks", "Task"):
            if mspdi.is_true(_text(task, "IsNull")):
                self.said["null"] += 1
            elif _text(task, "UID").strip() == "0" or _text(task, "OutlineLevel").strip() == "0":
                continue
            elif _text(task, "Active").strip() == "0":
                self.said["inactive"] += 1
            elif mspdi.is_true(_text(task, "ExternalTask")):
                self.said["external"] += 1
            else:
                kept.append(task)
        ids = [mspdi.number_of(_text(task, "ID"), -1) for task in kept]
        if len(set(ids)) == len(ids) and -1 not in ids:
            return [task for _id, task in sorted(zip(ids, kept, strict=True), key=lambda pair: pair[0])]
        return kept

    def _row(self, task: Element, place: int) -> BroughtRow:
        own = self._own_fields(task)
        line = mspdi.number_of(_text(task, "ID"), place)
        row = BroughtRow(line if line > 0 else place, " ".join(_text(task, "Name").split()), ref=_text(task, "UID"))
        note = _holdable(_text(task, "Notes")).strip()
        if not row.title:
            row.title = _("Task without a name %(number)s") % {"number": row.line}
            row.notes.append(_("It has no name in the file"))
        row.title = _holdable(row.title)
        if len(row.title) > 200:
            note = f"{row.title}\n{note}".strip()
            row.title = row.title[:199] + "…"
            row.notes.append(
                _("The name was cut to %(count)s characters; the whole stands in the note") % {"count": 200}
            )
        row.values = {"title": row.title, "note": note[:4000], **own}
        if len(note) > 4000:
            row.notes.append(_("The note was cut to %(count)s characters") % {"count": 4000})
        row.number = self._known_number(task)
        row.depth = self._depth(task)
        row.values["owner"] = self._people(task)
        self._figures(row, task)
        row.waits = self._waits(row, task)
        self._dates(row, task)
        self._held(row, task)
        self._progress(row, task)
        if _text(task, "CalendarUID").strip() not in {"", "-1", _text(self.project, "CalendarUID").strip()}:
            self.said["calendar"] += 1
        return row

    def _depth(self, task: Element) -> int:
        level, outline = _text(task, "OutlineLevel").strip(), _text(task, "OutlineNumber").strip()
        if level.isdecimal() and len(level) < 5:
            return int(level) - 1
        return min(outline.count("."), 100)

    # -- fields that this system wrote ------------------------------------------------------------------------------

    def _own_fields(self, task: Element) -> dict[str, Any]:
        """Department, deliverable, criterion … from the text fields of a file that went out of here."""
        values = self._text_fields(task)
        if not values.get(mspdi.KEY):
            return {}
        shortest, longest, effort = [*values.get(mspdi.RANGE, "").split("/"), "", "", ""][:3]
        return {
            "department": values.get(mspdi.DEPARTMENT, ""),
            "deliverable": "".join(values.get(number, "") for number in mspdi.DELIVERABLE)[:300],
            "acceptance": "".join(values.get(number, "") for number in mspdi.ACCEPTANCE)[:2000],
            "objective": values.get(mspdi.OBJECTIVE, ""),
            "commitment": values.get(mspdi.COMMITMENT, ""),
            "shortest": int(shortest) if shortest.isdecimal() and len(shortest) < 6 else None,
            "longest": int(longest) if longest.isdecimal() and len(longest) < 6 else None,
            "effort_hours": effort if re.fullmatch(r"\d{1,6}(?:\.\d{1,2})?", effort) else None,
        }

    def _text_fields(self, task: Element) -> dict[int, str]:
        return {
            mspdi.number_of(_text(field, "FieldID"), 0) - mspdi.text_field(11) + 11: _holdable(_text(field, "Value"))
            for field in _listed(task, "ExtendedAttribute")
        }

    def _known_number(self, task: Element) -> int | None:
        code, _hash, number = self._text_fields(task).get(mspdi.KEY, "").rpartition("#")
        known = (
            code == self.project_code and bool(code) and number.isascii() and number.isdecimal() and len(number) < 10
        )
        return int(number) if known else None

    # -- who ----------------------------------------------------------------------------------------------------------

    def _people(self, task: Element) -> list[list[str]]:
        found = []
        for uid in self.assigned.get(_text(task, "UID"), ()):
            resource = self.resources.get(uid)
            # Material and cost are no one.
            if resource is None or _text(resource, "Type").strip() in {"0", "2"} or uid.strip() == "0":
                continue
            # A Windows account is written DOMAIN\\name. The name comes last: it is what is shown of somebody unknown.
            spellings = [_text(resource, key).strip() for key in ("EmailAddress", "NTAccount", "Name")]
            spellings[1] = spellings[1].rpartition("\\")[2]
            if any(spellings):
                found.append([_holdable(text) for text in spellings if text])
        return found

    # -- how long, when -----------------------------------------------------------------------------------------------

    def _figures(self, row: BroughtRow, task: Element) -> None:
        is_summary = mspdi.is_true(_text(task, "Summary"))
        minutes = mspdi.minutes_of(_text(task, "Duration") or "PT0H0M0S", self.minutes_per_day)
        if minutes is None or minutes < 0:
            if not is_summary:
                row.errors["duration"] = _("“%(text)s” is no duration") % {"text": _text(task, "Duration")[:40]}
            return
        if is_summary:
            return
        unit = mspdi.number_of(_text(task, "DurationFormat"), 7) % 32
        if unit in mspdi.ELAPSED and minutes:
            days = self._elapsed(minutes, _day(task, "Start"))
            text = _(
                "A duration of %(hours)s hours that also runs at night and on holidays became %(days)s working days"
            )
            row.notes.append(text % {"hours": _plain(minutes / 60), "days": days})
        else:
            days = math.ceil(minutes / self.minutes_per_day)
            if days * self.minutes_per_day != minutes:
                text = _("A duration of %(hours)s hours was rounded up to %(days)s working days")
                row.notes.append(text % {"hours": _plain(minutes / 60), "days": days})
        if days > LONGEST_DURATION:
            row.errors["duration"] = _("Give whole working days between 0 and %(most)s") % {"most": LONGEST_DURATION}
            days = LONGEST_DURATION
        if mspdi.is_true(_text(task, "Milestone")) and days:
            row.notes.append(_("A milestone with a duration became a task: here a milestone takes no time"))
        row.values["duration"] = days
        if "effort_hours" in row.values:
            # A file of ours: its work is only what Microsoft Project wants to see beside an owner.
            return
        work = mspdi.minutes_of(_text(task, "Work"), self.minutes_per_day) if _text(task, "Work").strip() else None
        if work and 0 < work / 60 < 1_000_000:
            row.values["effort_hours"] = str((work / 60).quantize(Decimal("0.01")))

    def _elapsed(self, minutes: Decimal, start: date | None) -> int:
        """Working days in a stretch of calendar time; five of seven where the file does not say when."""
        calendar_days = max(1, math.ceil(minutes / mspdi.DAY))
        if start is None or not FIRST_YEAR <= start.year <= LAST_YEAR or calendar_days > 4000:
            return max(1, round(calendar_days * 5 / 7))
        return max(1, self.calendar.duration_workdays(start, start + timedelta(days=calendar_days - 1)))

    def _waits(self, row: BroughtRow, task: Element) -> list[tuple[str, str, int]]:
        found: list[tuple[str, str, int]] = []
        for link in _listed(task, "PredecessorLink"):
            uid = _text(link, "PredecessorUID")
            if mspdi.is_true(_text(link, "CrossProject")):
                row.notes.append(_("A dependency was left out: %(why)s") % {"why": _("it leads to another project")})
                continue
            if uid not in self.by_uid:
                row.notes.append(
                    _("A dependency was left out: %(why)s") % {"why": _("its other end is not in the plan")}
                )
                continue
            kind = mspdi.LINKS.get(_text(link, "Type").strip() or "1", "FS")
            found.append((uid, kind, self._lag(row, self.by_uid[uid], link)))
        return found

    def _lag(self, row: BroughtRow, before: Element, link: Element) -> int:
        tenths = mspdi.number_of(_text(link, "LinkLag"), 0)
        unit = mspdi.number_of(_text(link, "LagFormat"), 7) % 32
        if not tenths:
            return 0
        sign = 1 if tenths > 0 else -1
        name = " ".join(_text(before, "Name").split())[:40]
        if unit in {mspdi.PERCENT, mspdi.ELAPSED_PERCENT}:
            length = mspdi.minutes_of(_text(before, "Duration"), self.minutes_per_day) or Decimal(0)
            days = sign * math.ceil(abs(tenths) * length / 100 / self.minutes_per_day)
            text = _("A lag of %(percent)s %% of “%(task)s” became %(days)s working days")
            row.notes.append(text % {"percent": tenths, "task": name, "days": days})
            return days
        minutes = Decimal(abs(tenths)) / 10
        if unit in mspdi.ELAPSED:
            days = sign * self._elapsed_lag(minutes, _day(before, "Finish"))
            text = _("A lag of %(hours)s hours behind “%(task)s” that also runs at night and on holidays became %(days)s working days")  # fmt: skip  # noqa: E501
            row.notes.append(text % {"hours": _plain(sign * minutes / 60), "task": name, "days": days})
            return days
        days = sign * math.ceil(minutes / self.minutes_per_day)
        if abs(days) * self.minutes_per_day != minutes:
            text = _("A lag of %(hours)s hours behind “%(task)s” was rounded to %(days)s working days")
            row.notes.append(text % {"hours": _plain(sign * minutes / 60), "task": name, "days": days})
        return days

    def _elapsed_lag(self, minutes: Decimal, finish: date | None) -> int:
        calendar_days = math.ceil(minutes / mspdi.DAY)
        if finish is None or not FIRST_YEAR <= finish.year <= LAST_YEAR or calendar_days > 4000:
            return round(calendar_days * 5 / 7)
        return max(0, self.calendar.count_workdays(finish, finish + timedelta(days=calendar_days)))

    def _dates(self, row: BroughtRow, task: Element) -> None:
        deadline = _day(task, "Deadline")
        if deadline is not None:
            line = _("Deadline: %(day)s") % {"day": deadline.isoformat()}
            if line not in row.values["note"]:
                row.values["note"] = f"{row.values['note']}\n{line}".strip()
            row.notes.append(_("The deadline %(day)s was kept in the note") % {"day": deadline.isoformat()})
        kind = mspdi.number_of(_text(task, "ConstraintType"), 0)
        day = _day(task, "ConstraintDate")
        if mspdi.is_true(_text(task, "Manual")) and not mspdi.is_true(_text(task, "Summary")) and not row.waits:
            day = _day(task, "ManualStart") or _day(task, "Start")
            kind = mspdi.CONSTRAINTS[DateConstraint.START_NOT_BEFORE] if day else 0
            self.said["manual"] += 1
        row.values |= {"constraint": "", "constraint_on": None}
        if kind in {0, mspdi.ALAP}:
            if kind:
                row.notes.append(_("“As late as possible” is not known here; it starts as soon as possible"))
            return
        if mspdi.is_true(_text(task, "Summary")):
            row.notes.append(_("A date constraint of a summary was left out: its dates follow from what lies below it"))
            return
        if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
            words = {"first": FIRST_YEAR, "last": LAST_YEAR}
            row.errors["constraint_on"] = _("Give a date between %(first)s and %(last)s") % words
            return
        kind, day = self._turned(row, kind, day)
        if kind in _OURS:
            row.values |= {"constraint": str(_OURS[kind]), "constraint_on": day.isoformat()}
        else:
            row.notes.append(_("A date constraint of an unknown kind was left out"))

    def _held(self, row: BroughtRow, task: Element) -> None:
        """Until when levelling holds a task of ours back, unless somebody has set another date in Microsoft Project."""
        texts = self._text_fields(task)
        if not texts.get(mspdi.KEY):
            return
        text = texts.get(mspdi.HELD, "")
        held = mspdi.day_of(text.removeprefix(mspdi.STANDS_FOR_HELD))
        row.values["held_until"] = held.isoformat() if held else None
        if not held or not text.startswith(mspdi.STANDS_FOR_HELD):
            return
        written = {"constraint": str(DateConstraint.START_NOT_BEFORE), "constraint_on": held.isoformat()}
        if all(row.values.get(key) == value for key, value in written.items()):
            row.values |= {"constraint": "", "constraint_on": None}
        else:
            row.values["held_until"] = None

    def _progress(self, row: BroughtRow, task: Element) -> None:
        """How far the work is and when it began and ended, where the file speaks of it."""
        keys = ("PercentComplete", "ActualStart", "ActualFinish")
        if mspdi.is_true(_text(task, "Summary")) or not any(_text(task, key).strip() for key in keys):
            return
        row.values["percent"] = min(100, max(0, mspdi.number_of(_text(task, "PercentComplete"), 0)))
        for key, name in (("actual_start", "ActualStart"), ("actual_finish", "ActualFinish")):
            day = _day(task, name)
            row.values[key] = day.isoformat() if day and FIRST_YEAR <= day.year <= LAST_YEAR else None

    def _turned(self, row: BroughtRow, kind: int, day: date) -> tuple[int, date]:
        """The two kinds that a plan here does not know, said by the other end of the task."""
        days = max(1, row.values.get("duration", 1))
        try:
            if kind == mspdi.SNLT:
                last = self.calendar.add_workdays(self.calendar.next_workday(day), days - 1)
                row.notes.append(
                    _("“Start no later than %(day)s” became “finish no later than %(last)s”")
                    % {"day": day, "last": last}
                )
                return mspdi.CONSTRAINTS[DateConstraint.FINISH_NOT_AFTER], last
            if kind == mspdi.FNET:
                first = self.calendar.previous_workday(day)
                first = self.calendar.add_workdays(first, 1 - days) if days > 1 else first
                row.notes.append(
                    _("“Finish no earlier than %(day)s” became “start no earlier than %(first)s”")
                    % {"day": day, "first": first}
                )
                return mspdi.CONSTRAINTS[DateConstraint.START_NOT_BEFORE], first
        except OutsideCalendarError:
            return -1, day
        return kind, day


def _words(said: Mapping[str, int]) -> dict[str, str]:
    """What is said once for the whole file, by what was counted."""
    return {
        "null": ngettext(
            "%(count)s empty row was passed over.", "%(count)s empty rows were passed over.", said["null"]
        ),
        "inactive": ngettext(
            "%(count)s inactive task was passed over.", "%(count)s inactive tasks were passed over.", said["inactive"]
        ),
        "external": ngettext(
            "%(count)s task of another project was passed over.",
            "%(count)s tasks of another project were passed over.",
            said["external"],
        ),
        "calendar": ngettext(
            "%(count)s task has a calendar of its own; here the company's holds.",
            "%(count)s tasks have calendars of their own; here the company's holds.",
            said["calendar"],
        ),
        "manual": ngettext(
            "%(count)s task was scheduled by hand; its start became “start no earlier than”.",
            "%(count)s tasks were scheduled by hand; their starts became “start no earlier than”.",
            said["manual"],
        ),
    }


def _text(element: Element, name: str) -> str:
    value = element.get(name, "")
    return value if isinstance(value, str) else ""


def _listed(element: Element, name: str) -> Sequence[Element]:
    value = element.get(name, ())
    return value if isinstance(value, list) else ()


def _inside(element: Element, holder: str, name: str) -> list[Element]:
    return [found for holding in _listed(element, holder) for found in _listed(holding, name)]


def _day(task: Element, name: str) -> date | None:
    return mspdi.day_of(_text(task, name))


def _plain(number: Decimal) -> str:
    return f"{number.quantize(Decimal('0.1')):f}".removesuffix(".0")


def _holdable(text: str) -> str:
    """Without characters that no column holds; line breaks and tabs stay."""
    return "".join(char for char in text if char in "\n\t" or not unholdable(char))
