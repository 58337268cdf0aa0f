"""What a department's update of a day begins with: all that the plan's tasks know already."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from django.utils.translation import gettext as _

from tongzhou.calendars.queries import company_calendar
from tongzhou.core.models import AuditEvent
from tongzhou.core.time_words import calendar_day
from tongzhou.planning.models import DoneReport, Task
from tongzhou.planning.task_people import TaskPeople, people_by_task
from tongzhou.planning.work_states import ReportState, TaskStatus
from tongzhou.projects.models import Project

from ..models.daily import LONGEST_LINE
from .lateness import WorkInDanger, in_danger, tasks_of_department
from .rhythm import local

# More lines than this nobody reads on a phone.
MOST_PROPOSED = 8
_MOVED = ("planning.work.started", "planning.work.progressed", "planning.work.unblocked")


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A line as proposed or typed."""

    text: str
    task_id: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """The three parts, and what is asked in place: tasks under way with their percent, work in danger with its reason."""

    done: tuple[DraftLine, ...] = ()
    next: tuple[DraftLine, ...] = ()
    blocked: tuple[DraftLine, ...] = ()
    running: tuple[Task, ...] = ()
    danger: tuple[WorkInDanger, ...] = field(default=())


def draft_of(project: Project, department_id: int, day: date) -> Draft:
    """Done: finished or moved on the day. Next: what runs on or begins. Blocked: what cannot go on. A few queries."""
    tasks = list(tasks_of_department(project, department_id))
    known = {task.pk: task for task in tasks}
    tomorrow = company_calendar().add_workdays(day, 1)
    reported = _reported_on(known, day)
    moved = _moved_on(project, known, day)
    done = [
        DraftLine(_line(_("%(task)s: finished"), task), task.pk)
        for task in tasks
        if task.status == TaskStatus.DONE and task.actual_finish == day
    ]
    told = {line.task_id for line in done}
    done += [
        DraftLine(_line(_("%(task)s: reported done, waiting for acceptance"), known[pk]), pk)
        for pk in reported
        if pk not in told and known[pk].status == TaskStatus.REPORTED
    ]
    told |= {line.task_id for line in done}
    done += [
        DraftLine(_line(_("%(task)s: %(percent)s %%"), known[pk]), pk)
        for pk in moved
        if pk not in told and known[pk].status == TaskStatus.IN_PROGRESS
    ]
    coming = [task for task in tasks if _is_next(task, tomorrow)]
    danger = in_danger(tasks, day)
    blocked = [
        DraftLine(_line(_("%(task)s: %(reason)s"), row.task, reason=row.reason or _("cannot go on")), row.task.pk)
        for row in danger
        if row.task.status == TaskStatus.BLOCKED
    ]
    return Draft(
        done=tuple(done[:MOST_PROPOSED]),
        next=tuple(DraftLine(_next_words(task, tomorrow, day), task.pk) for task in coming[:MOST_PROPOSED]),
        blocked=tuple(blocked[:MOST_PROPOSED]),
        running=tuple(task for task in tasks if task.status == TaskStatus.IN_PROGRESS),
        danger=tuple(danger),
    )


def _is_next(task: Task, tomorrow: date) -> bool:
    if task.status == TaskStatus.IN_PROGRESS:
        return True
    return task.status == TaskStatus.NOT_STARTED and task.start is not None and task.start <= tomorrow


def _next_words(task: Task, tomorrow: date, day: date) -> str:
    if task.status == TaskStatus.NOT_STARTED:
        return _line(_("%(task)s: begins"), task)
    if task.finish is not None and day < task.finish <= tomorrow:
        return _line(_("%(task)s: to be finished"), task)
    if task.finish is not None and task.finish > day:
        return _line(_("%(task)s: goes on, until %(day)s"), task, day=calendar_day(task.finish, local(day, time(12))))
    return _line(_("%(task)s: goes on"), task)


def _line(words: str, task: Task, **facts: str) -> str:
    """The sentence with the title cut so that it stays one line."""
    rest = len(words % {"task": "", "percent": task.percent, **facts})
    title = (
        task.title if len(task.title) + rest <= LONGEST_LINE else task.title[: max(LONGEST_LINE - rest - 1, 8)] + "…"
    )
    return (words % {"task": title, "percent": task.percent, **facts})[:LONGEST_LINE]


def _reported_on(known: dict[int, Task], day: date) -> list[int]:
    rows = DoneReport.objects.filter(
        task__in=list(known), state=ReportState.WAITING, reported_at__gte=local(day, time(0)),
        reported_at__lt=local(day + timedelta(days=1), time(0)),
    )  # fmt: skip
    return list(dict.fromkeys(rows.order_by("reported_at").values_list("task_id", flat=True)))


def _moved_on(project: Project, known: dict[int, Task], day: date) -> list[int]:
    """Tasks that began or got further on the day, as the event log has it; work that was taken back does not count."""
    rows = AuditEvent.objects.filter(
        project_id=project.pk, name__in=_MOVED, at__gte=local(day, time(0)), at__lt=local(day + timedelta(days=1), time(0))
    ).order_by("seq")  # fmt: skip
    found: dict[int, None] = {}
    for subject, name, payload in rows.values_list("subject_id", "name", "payload"):
        if subject not in known:
            continue
        facts = json.loads(payload) if name.endswith("progressed") else {}
        if not facts or facts["after"]["percent"] > facts["before"]["percent"]:
            found[subject] = None
    return list(found)


def people_of_tasks(tasks: Iterable[Task]) -> dict[int, TaskPeople]:
    """Task → who is what to it, for all of them at once."""
    rows = Task.objects.filter(pk__in=[task.pk for task in tasks]).select_related("project", "department")
    return people_by_task(rows)
