"""The board as its standard form has it, for page, .docx, .xlsx and .pdf."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tongzhou.calendars.queries import company_calendar
from tongzhou.core import clock
from tongzhou.core.models import AuditEvent
from tongzhou.planning.models import Task
from tongzhou.planning.predecessors import Predecessor, written_predecessors
from tongzhou.planning.queries.plan_rows import link_rows
from tongzhou.planning.queries.raci_paper import form_file, form_html
from tongzhou.planning.work_states import UNFINISHED, TaskStatus
from tongzhou.projects.models import Project

from ..board_form import LATE, PROGRESS_BOARD
from ..models import TaskDelay
from .messages import facts_of_work, verdict
from .outlook import outlook_of

# More numbers than these say only that there are many.
MOST_AFFECTED = 8


def board_file(project: Project, fmt: str) -> tuple[str, bytes]:
    """The board of today as a file in the reader's language: name and bytes."""
    name, data = form_file(PROGRESS_BOARD, board_content(project), project, fmt)
    stem, dot, ending = name.rpartition(".")
    return f"{stem} {clock.today():%Y-%m-%d}{dot}{ending}", data


def board_html(project: Project) -> SafeString:
    """The board of today as it comes out on paper."""
    return form_html(PROGRESS_BOARD, board_content(project), project)


def board_content(project: Project) -> dict[str, Any]:
    """The filled form: a row for each task that is no summary, in the order of the plan; a fixed number of queries."""
    day = clock.today()
    found = project.tasks.filter(is_summary=False).select_related("department", "owner").order_by("rank", "pk")
    tasks = list(found)
    said = {delay.task_id: delay for delay in TaskDelay.objects.filter(project=project)}
    before, after = _neighbours(project, tasks)
    told = last_told(project, [task.pk for task in tasks])
    outlook = outlook_of(project)
    ends = {row.task.pk: row.forecast for row in outlook.tasks} if outlook else {}
    calendar = company_calendar()
    rows = []
    for task in tasks:
        delay = said.get(task.pk)
        late = days_late(task, day, calendar.count_workdays)
        rows.append(
            {
                "task_no": f"{task.number}",
                "task": task.title,
                "dept": task.department.name if task.department else _("none"),
                "owner": task.owner.name if task.owner else _("none"),
                "plan_start": _day(task.start),
                "plan_due": _day(task.finish),
                "actual": _ends(task, ends),
                "percent": f"{task.percent}%",
                "status": LATE if late and task.status in UNFINISHED else task.status,
                "delay_days": f"{late}",
                "delay_reason": (delay.reason if delay else "") or task.hindrance,
                "risk_level": delay.risk if delay else "",
                "predecessors": before.get(task.pk, ""),
                "affected": after.get(task.pk, ""),
                "updated": told.get(task.pk, ""),
            }
        )
    done = sum(task.status == TaskStatus.DONE for task in tasks)
    alive = sum(task.status != TaskStatus.CANCELLED for task in tasks)
    period = [date_format(edge, "Y-m-d") for edge in (project.starts_on, project.ends_on) if edge]
    return {
        "day": date_format(day, "Y-m-d"),
        "verdict": verdict({"work": facts_of_work(project, day)}),
        "progress": _("%(done)s of %(all)s") % {"done": done, "all": alive},
        "period": " – ".join(period),
        "tasks": rows,
    }


def days_late(task: Task, day: date, workdays: Any) -> int:
    """Working days past the planned finish: to ``day`` while it is not done, to its actual finish afterwards."""
    if task.finish is None or task.status == TaskStatus.CANCELLED:
        return 0
    end = day if task.status in UNFINISHED else task.actual_finish
    return max(workdays(task.finish, end), 0) if end is not None and end > task.finish else 0


def last_told(project: Project, task_ids: Sequence[int]) -> dict[int, str]:
    """Who has last changed or reported each task, and when: 唐浩 06-03 16:40."""
    events = AuditEvent.objects.filter(project_id=project.pk, subject_type=Task._meta.label_lower)
    newest = events.filter(subject_id__in=task_ids).values("subject_id").annotate(last=Max("seq"))
    rows = AuditEvent.objects.filter(seq__in=[row["last"] for row in newest])
    zone = clock.company_zone()
    return {
        subject: f"{name} {moment.astimezone(zone):%m-%d %H:%M}"
        for subject, name, moment in rows.values_list("subject_id", "actor_name", "at")
    }


def _ends(task: Task, ends: Mapping[int, date]) -> str:
    """When it was finished; of what is not, the forecast as things stand."""
    if task.actual_finish:
        return _day(task.actual_finish)
    expected = ends.get(task.pk, task.finish)
    if task.status == TaskStatus.CANCELLED or expected is None:
        return ""
    return _("expected %(day)s") % {"day": _day(expected)}


def _neighbours(project: Project, tasks: Iterable[Task]) -> tuple[dict[int, str], dict[int, str]]:
    """The numbers of what each task waits for, and of what waits for it."""
    numbers = {task.pk: task.number for task in tasks}
    waits: dict[int, list[Predecessor]] = {}
    follows: dict[int, list[int]] = {}
    for link in link_rows(project):
        if link.predecessor_id in numbers and link.successor_id in numbers:
            entry = Predecessor(numbers[link.predecessor_id], link.kind, link.lag)
            waits.setdefault(link.successor_id, []).append(entry)
            follows.setdefault(link.predecessor_id, []).append(numbers[link.successor_id])
    before = {pk: written_predecessors(entries) for pk, entries in waits.items()}
    after = {
        pk: ", ".join(map(str, sorted(found)[:MOST_AFFECTED])) + (" …" if len(found) > MOST_AFFECTED else "")
        for pk, found in follows.items()
    }
    return before, after


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
