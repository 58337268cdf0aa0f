"""The plan as Microsoft Project XML: calendar, outline, links, constraints, resources; our own columns as text fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from django.utils.translation import gettext as _

from tongzhou.engine.workcal import HOLIDAY, OFFICE_HOURS, Intervals, WorkCalendar
from tongzhou.projects.models import Project

from ..models import Task
from ..states import DateConstraint
from ..work_states import TaskStatus
from . import mspdi
from .columns import LABELS

if TYPE_CHECKING:
    from ..queries.plan_export import ExportRow

_CALENDAR = "1"
_WRITTEN_BEFORE, _WRITTEN_AFTER = timedelta(days=31), timedelta(days=366)
_LINK_NUMBERS = {kind: number for number, kind in mspdi.LINKS.items()}
_UNWRITABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENDS = {DateConstraint.MUST_FINISH, DateConstraint.FINISH_NOT_AFTER}


def write_mspdi(project: Project, rows: Sequence[ExportRow], calendar: WorkCalendar, now: datetime) -> bytes:
    """The file, in the order of elements that Microsoft's schema asks for. ``now``: the company's local time."""
    return _Writer(project, rows, calendar, now).written()


class _Writer:
    def __init__(self, project: Project, rows: Sequence[ExportRow], calendar: WorkCalendar, now: datetime) -> None:
        self.project = project
        self.rows = rows
        self.calendar = calendar
        self.now = now
        hours = next((hours for hours in calendar.week if hours), OFFICE_HOURS)
        self.begins, self.ends = hours[0][0], hours[-1][1]
        self.minutes_per_day = sum(end - begin for begin, end in hours)
        starts = [row.task.start for row in rows if row.task.start]
        finishes = [row.task.finish for row in rows if row.task.finish]
        self.first = project.starts_on or min(starts, default=now.date())
        self.last = max([*finishes, self.first])
        owners = {row.task.owner.pk: row.task.owner for row in rows if row.task.owner}
        self.owners = dict(sorted(owners.items()))
        self.resource_uids = {pk: str(number) for number, pk in enumerate(self.owners, start=1)}

    def written(self) -> bytes:
        root = Element("Project", {"xmlns": mspdi.NAMESPACE})
        self._head(root)
        self._fields(SubElement(root, "ExtendedAttributes"))
        self._calendars(SubElement(root, "Calendars"))
        tasks = SubElement(root, "Tasks")
        self._whole(SubElement(tasks, "Task"))
        for place, row in enumerate(self.rows, start=1):
            self._task(SubElement(tasks, "Task"), row, place)
        self._resources(SubElement(root, "Resources"))
        self._assignments(SubElement(root, "Assignments"))
        indent(root, " ")
        body: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
        return body

    def _head(self, root: Element) -> None:
        _put(
            root,
            ("SaveVersion", "14"),
            ("Name", f"{self.project.code}.xml"),
            ("Title", self.project.name),
            ("CreationDate", self.now.replace(tzinfo=None).isoformat(timespec="seconds")),
            ("ScheduleFromStart", "1"),
            ("StartDate", mspdi.moment(self.first, self.begins)),
            ("FinishDate", mspdi.moment(self.last, self.ends)),
            ("CurrencyCode", "CNY"),
            ("CalendarUID", _CALENDAR),
            ("DefaultStartTime", _clock(self.begins)),
            ("DefaultFinishTime", _clock(self.ends)),
            ("MinutesPerDay", str(self.minutes_per_day)),
            ("MinutesPerWeek", str(sum(end - begin for hours in self.calendar.week for begin, end in hours))),
            ("DaysPerMonth", "20"),
            ("DurationFormat", "7"),
            ("WorkFormat", "2"),
            ("HonorConstraints", "1"),
            ("NewTasksAreManual", "0"),
        )

    def _fields(self, holder: Element) -> None:
        aliases: dict[int, str] = {
            mspdi.KEY: _("Task number"),
            mspdi.DEPARTMENT: _("Responsible department"),
            mspdi.OBJECTIVE: _("Objective"),
            mspdi.COMMITMENT: _("Commitment"),
            mspdi.RANGE: _("Shortest / longest duration / effort"),
            mspdi.HELD: str(LABELS["held_until"]),
            mspdi.STATUS: str(LABELS["status"]),
        }
        for key, label in ((mspdi.DELIVERABLE, _("Deliverable")), (mspdi.ACCEPTANCE, _("Acceptance criterion"))):
            for place, number in enumerate(key, start=1):
                aliases[number] = label if place == 1 else f"{label} ({place})"
        for number, alias in sorted(aliases.items()):
            _put(
                SubElement(holder, "ExtendedAttribute"),
                ("FieldID", str(mspdi.text_field(number))),
                ("FieldName", f"Text{number}"),
                ("Alias", alias[:50]),
            )

    # -- calendar -----------------------------------------------------------------------------------------------------

    def _calendars(self, holder: Element) -> None:
        calendar = SubElement(holder, "Calendar")
        _put(
            calendar,
            ("UID", _CALENDAR),
            ("Name", _("Company calendar")),
            ("IsBaseCalendar", "1"),
            ("BaseCalendarUID", "-1"),
        )
        days = SubElement(calendar, "WeekDays")
        for number in range(1, 8):
            # MSPDI counts from Sunday; the calendar's week from Monday.
            hours = self.calendar.week[(number + 5) % 7]
            day = SubElement(days, "WeekDay")
            _put(day, ("DayType", str(number)), ("DayWorking", str(int(bool(hours)))))
            _put_hours(day, hours)
        spans = list(self._spans())
        # Older programs know exceptions only as weekdays of type 0; newer ones write both.
        for first, last, hours in spans:
            day = SubElement(days, "WeekDay")
            _put(day, ("DayType", "0"), ("DayWorking", str(int(bool(hours)))))
            _put_period(day, first, last)
            _put_hours(day, hours)
        if not spans:
            return
        exceptions = SubElement(calendar, "Exceptions")
        for first, last, hours in spans:
            entry = SubElement(exceptions, "Exception")
            _put(entry, ("EnteredByOccurrences", "0"))
            _put_period(entry, first, last)
            _put(
                entry,
                ("Occurrences", str((last - first).days + 1)),
                ("Name", _("Working day") if hours else _("Day off")),
                ("Type", "1"),
                ("DayWorking", str(int(bool(hours)))),
            )
            _put_hours(entry, hours)

    def _spans(self) -> Iterable[tuple[date, date, Intervals]]:
        """The days that differ from the week where the plan lies, neighbours of one kind taken together."""
        begin, end = self.first - _WRITTEN_BEFORE, self.last + _WRITTEN_AFTER
        open_span: tuple[date, date, Intervals] | None = None
        for day, hours in self.calendar.exceptions:
            if not begin <= day <= end or hours == self.calendar.week[day.weekday()]:
                continue
            if open_span and open_span[2] == hours and day - open_span[1] == timedelta(days=1):
                open_span = (open_span[0], day, hours)
                continue
            if open_span:
                yield open_span
            open_span = (day, day, hours or HOLIDAY)
        if open_span:
            yield open_span

    # -- tasks --------------------------------------------------------------------------------------------------------

    def _whole(self, element: Element) -> None:
        """The project itself, which Microsoft Project shows as task 0."""
        _put(
            element,
            ("UID", "0"),
            ("ID", "0"),
            ("Name", self.project.name),
            ("Type", "1"),
            ("IsNull", "0"),
            ("OutlineNumber", "0"),
            ("OutlineLevel", "0"),
            ("Start", mspdi.moment(self.first, self.begins)),
            ("Finish", mspdi.moment(self.last, self.ends)),
            ("DurationFormat", "7"),
            ("Milestone", "0"),
            ("Summary", "1"),
        )

    def _task(self, element: Element, row: ExportRow, place: int) -> None:
        task = row.task
        start, finish = self._span(task)
        days = task.duration if not task.is_summary else self._days(task)
        _put(
            element,
            ("UID", str(task.number)),
            ("ID", str(place)),
            ("Name", task.title),
            ("Active", "1"),
            ("Manual", "0"),
            # Fixed duration: who is put on it does not make it shorter.
            ("Type", "1"),
            ("IsNull", "0"),
            ("WBS", row.wbs),
            ("OutlineNumber", row.wbs),
            ("OutlineLevel", str(task.depth + 1)),
            ("Priority", "500"),
            ("Start", start),
            ("Finish", finish),
            ("Duration", mspdi.written_minutes(days * self.minutes_per_day)),
            ("DurationFormat", "7"),
            ("Work", mspdi.written_minutes(self._work(task))),
            ("EffortDriven", "0"),
            ("Estimated", "0"),
            ("Milestone", str(int(task.is_milestone))),
            ("Summary", str(int(task.is_summary))),
            ("Critical", str(int(task.is_critical))),
            *self._progress(task),
        )
        kind, day = _constraint(task)
        _put(element, ("ConstraintType", str(mspdi.CONSTRAINTS[kind])), ("CalendarUID", "-1"))
        if day is not None:
            _put(element, ("ConstraintDate", mspdi.moment(day, self.ends if kind in _ENDS else self.begins)))
        if task.note:
            _put(element, ("Notes", task.note))
        for wait in row.predecessors:
            _put(
                SubElement(element, "PredecessorLink"),
                ("PredecessorUID", str(wait.number)),
                ("Type", _LINK_NUMBERS[str(wait.kind)]),
                ("CrossProject", "0"),
                ("LinkLag", str(wait.lag * self.minutes_per_day * 10)),
                ("LagFormat", "7"),
            )
        for number, text in self._own_texts(row):
            _put(
                SubElement(element, "ExtendedAttribute"),
                ("FieldID", str(mspdi.text_field(number))),
                ("Value", text),
            )

    def _own_texts(self, row: ExportRow) -> Iterable[tuple[int, str]]:
        task = row.task
        yield mspdi.KEY, f"{self.project.code}#{task.number}"
        if task.department:
            yield mspdi.DEPARTMENT, task.department.name
        yield from zip(mspdi.DELIVERABLE, mspdi.pieces(task.deliverable, len(mspdi.DELIVERABLE)), strict=False)
        yield from zip(mspdi.ACCEPTANCE, mspdi.pieces(task.acceptance, len(mspdi.ACCEPTANCE)), strict=False)
        if row.objective:
            yield mspdi.OBJECTIVE, row.objective
        if row.commitment:
            yield mspdi.COMMITMENT, row.commitment
        figures = ["" if value is None else str(value) for value in (task.shortest, task.longest, task.effort_hours)]
        if any(figures) and not task.is_summary:
            yield mspdi.RANGE, "/".join(figures)
        if task.held_until and not task.is_summary:
            yield mspdi.HELD, f"{'' if task.constraint else mspdi.STANDS_FOR_HELD}{task.held_until.isoformat()}"
        if not task.is_summary:
            yield mspdi.STATUS, str(TaskStatus(task.status).label)

    def _progress(self, task: Task) -> Iterable[tuple[str, str]]:
        if task.is_summary:
            return
        yield "PercentComplete", str(task.percent)
        if task.actual_start:
            yield "ActualStart", mspdi.moment(task.actual_start, self.begins)
        if task.actual_finish:
            yield "ActualFinish", mspdi.moment(task.actual_finish, self.ends)

    def _span(self, task: Task) -> tuple[str, str]:
        """Start and finish: what has begun or ended stands where it did, as Microsoft Project shows it."""
        first, last = task.start or self.first, task.finish or task.start or self.first
        if not task.is_summary:
            first = task.actual_start or first
            last = max(first, task.actual_finish or last)
        end = mspdi.moment(last, self.ends)
        # A milestone stands at the end of its day.
        return (end if task.is_milestone else mspdi.moment(first, self.begins)), end

    def _work(self, task: Task) -> int:
        """Minutes of work: what was estimated, or the owner's whole time."""
        if task.is_summary:
            return 0
        if task.effort_hours is not None:
            return int(task.effort_hours * 60)
        return task.duration * self.minutes_per_day if task.owner_id else 0

    def _days(self, task: Task) -> int:
        if task.start is None or task.finish is None:
            return 0
        return self.calendar.duration_workdays(task.start, task.finish)

    # -- who ----------------------------------------------------------------------------------------------------------

    def _resources(self, holder: Element) -> None:
        for pk, person in self.owners.items():
            _put(
                SubElement(holder, "Resource"),
                ("UID", self.resource_uids[pk]),
                ("ID", self.resource_uids[pk]),
                ("Name", person.name),
                ("Type", "1"),
                ("IsNull", "0"),
                ("NTAccount", person.username),
                *([("EmailAddress", person.email)] if person.email else []),
                ("MaxUnits", "1"),
            )

    def _assignments(self, holder: Element) -> None:
        owned = [row.task for row in self.rows if row.task.owner]
        for number, task in enumerate(owned, start=1):
            start, finish = self._span(task)
            _put(
                SubElement(holder, "Assignment"),
                ("UID", str(number)),
                ("TaskUID", str(task.number)),
                ("ResourceUID", self.resource_uids[task.owner_id or 0]),
                ("Finish", finish),
                ("Start", start),
                ("Units", "1"),
                ("Work", mspdi.written_minutes(self._work(task))),
            )


def _constraint(task: Task) -> tuple[DateConstraint, date | None]:
    """The date constraint; of a task that only levelling holds back, that it begins no earlier."""
    if task.is_summary:
        return DateConstraint.NONE, None
    if not task.constraint and task.held_until:
        return DateConstraint.START_NOT_BEFORE, task.held_until
    return DateConstraint(task.constraint), task.constraint_on if task.constraint else None


def _put(element: Element, *parts: tuple[str, str]) -> None:
    for name, text in parts:
        SubElement(element, name).text = _UNWRITABLE.sub("", text)


def _put_hours(element: Element, hours: Intervals) -> None:
    if hours:
        times = SubElement(element, "WorkingTimes")
        for begin, end in hours:
            _put(SubElement(times, "WorkingTime"), ("FromTime", _clock(begin)), ("ToTime", _clock(end)))


def _put_period(element: Element, first: date, last: date) -> None:
    _put(
        SubElement(element, "TimePeriod"),
        ("FromDate", f"{first.isoformat()}T00:00:00"),
        ("ToDate", f"{last.isoformat()}T23:59:00"),
    )


def _clock(minute: int) -> str:
    return f"{minute % mspdi.DAY // 60:02d}:{minute % 60:02d}:00"
