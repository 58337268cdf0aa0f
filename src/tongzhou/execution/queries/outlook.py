"""展望: where each task will end as things stand, how great the risk is in truth, and what it pulls along."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Max

from tongzhou.calendars.queries import company_calendar
from tongzhou.core import clock
from tongzhou.core.models import AuditEvent
from tongzhou.engine.workcal import WorkCalendar
from tongzhou.people.models import Department
from tongzhou.planning.models import Link, Task
from tongzhou.planning.queries.schedule import plan_links, plan_task
from tongzhou.planning.work_states import UNFINISHED, TaskStatus
from tongzhou.projects.models import Commitment, Objective, Project
from tongzhou.projects.queries.commitments import PENDING

from ..models import DailyLine, TaskDelay
from ..risk_rules import Facts, Reason, suggested
from ..states import RiskLevel

_WEIGHT = {"": 0, RiskLevel.LOW: 0, RiskLevel.MEDIUM: 1, RiskLevel.HIGH: 2}


@dataclass(frozen=True, slots=True)
class TaskOutlook:
    """One unfinished task: forecast finish, working days past the plan, stated and suggested risk with its reasons."""

    task: Task
    forecast: date
    slip: int
    stated: str
    level: RiskLevel
    reasons: tuple[Reason, ...]

    @property
    def is_rosy(self) -> bool:
        """Somebody has stated a risk, and a lower one than the facts suggest."""
        return bool(self.stated) and _WEIGHT[self.stated] < _WEIGHT[self.level]


@dataclass(frozen=True, slots=True)
class GroupOutlook:
    """An objective or a department: how much is done, what is promised, where it will end."""

    subject: Objective | Department
    tasks: int
    done: int
    promised: date | None
    forecast: date | None
    slip: int
    high: int

    @property
    def percent(self) -> int:
        """How many of its tasks are done, in percent."""
        return 100 * self.done // self.tasks if self.tasks else 0


@dataclass(frozen=True, slots=True)
class CommitmentOutlook:
    """How a pending commitment stands by its tasks: ``late``, ``at_risk`` or ``on_track``; computed, never typed."""

    commitment: Commitment
    forecast: date
    standing: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """The whole project as things stand on ``day``."""

    day: date
    tasks: tuple[TaskOutlook, ...]
    objectives: tuple[GroupOutlook, ...]
    departments: tuple[GroupOutlook, ...]
    commitments: tuple[CommitmentOutlook, ...]
    promised: date | None
    forecast: date | None
    slip: int
    links: tuple[Link, ...]

    @property
    def rosy(self) -> list[TaskOutlook]:
        """Tasks whose stated risk is better than the computed one."""
        return [row for row in self.tasks if row.is_rosy]


@dataclass(frozen=True, slots=True)
class AtRisk:
    """What a task puts at risk: everything that waits for it, with the departments, objectives and commitments."""

    row: TaskOutlook
    followers: tuple[TaskOutlook, ...]
    departments: tuple[Department, ...]
    objectives: tuple[Objective, ...]
    commitments: tuple[Commitment, ...]


def outlook_of(project: Project) -> Outlook | None:
    """The project's outlook now; None where there is nothing to forecast. The number of queries does not grow."""
    rows = Task.objects.filter(project=project, is_summary=False).exclude(status=TaskStatus.CANCELLED)
    joined = rows.select_related("department", "owner", "objective", "commitment__objective", "commitment__department")
    tasks = {task.pk: task for task in joined.order_by("rank", "pk")}
    links = tuple(Link.objects.filter(project=project))
    today = clock.today()
    calendar = company_calendar()
    ends = _forecast(list(tasks.values()), links, project.starts_on or today, calendar, today)
    if not ends:
        return None
    slips = {pk: _past(calendar, tasks[pk].finish, end) for pk, end in ends.items()}
    told = _tasks(project, tasks, links, ends, slips, calendar, today)
    last = max(ends.values())
    promised = project.ends_on
    return Outlook(
        today,
        tuple(sorted(told, key=lambda row: (-_WEIGHT[row.level], -row.slip, row.forecast, row.task.pk))),
        _groups(tasks, ends, told, calendar, _objective_of),
        _groups(tasks, ends, told, calendar, lambda task: task.department),
        _commitments(tasks, ends, told, today),
        promised,
        last,
        _past(calendar, promised, last),
        links,
    )


def at_risk(outlook: Outlook, task_id: int) -> AtRisk | None:
    """What waits for an unfinished task, directly or through others; None for work that is done or not there."""
    known = {row.task.pk: row for row in outlook.tasks}
    if task_id not in known:
        return None
    after: dict[int, list[int]] = {}
    for link in outlook.links:
        after.setdefault(link.predecessor_id, []).append(link.successor_id)
    reached, waiting = {task_id}, [task_id]
    while waiting:
        for pk in after.get(waiting.pop(), ()):
            if pk not in reached:
                reached.add(pk)
                waiting.append(pk)
    followers = [known[pk] for pk in reached - {task_id} if pk in known]
    followers.sort(key=lambda row: (-row.slip, row.forecast, row.task.rank, row.task.pk))
    touched = [known[task_id].task, *(row.task for row in followers)]
    return AtRisk(
        known[task_id],
        tuple(followers),
        _once(task.department for task in touched),
        _once(_objective_of(task) for task in touched),
        _once(task.commitment for task in touched if task.commitment and task.commitment.state in PENDING),
    )


def _once(things: Iterable[Any]) -> tuple[Any, ...]:
    return tuple({thing.pk: thing for thing in things if thing is not None}.values())


def _objective_of(task: Task) -> Objective | None:
    return task.objective or (task.commitment.objective if task.commitment else None)


def _past(calendar: WorkCalendar, planned: date | None, end: date) -> int:
    """Working days by which an end lies past a planned day."""
    return max(calendar.count_workdays(planned, end), 0) if planned is not None and end > planned else 0


def _forecast(
    tasks: Sequence[Task], links: Iterable[Link], start: date, calendar: WorkCalendar, today: date
) -> dict[int, date]:
    """Task → its last working day: done is done, what remains of the rest begins today at the earliest."""
    # numpy comes with the engine; a web process that has computed nothing yet does without it.
    from tongzhou.engine.network import NetworkError
    from tongzhou.engine.network.plan import Plan, compute_plan

    if not tasks:
        return {}
    planned = []
    for task in tasks:
        row = plan_task(task)
        begun = min(task.actual_start or task.start or today, today)
        if task.status in {TaskStatus.DONE, TaskStatus.REPORTED}:
            ended = min(task.actual_finish or task.finish or today, today)
            row = row._replace(actual_start=min(begun, ended), actual_finish=ended)
        else:
            soonest = max(filter(None, (row.start_not_before, today)))
            # A day that people have fixed and that has gone by holds nobody any more.
            row = row._replace(
                start_not_before=soonest,
                must_start_on=row.must_start_on if row.must_start_on and row.must_start_on >= today else None,
                must_finish_on=row.must_finish_on if row.must_finish_on and row.must_finish_on >= today else None,
                duration=max(-(-task.duration * (100 - task.percent) // 100), min(task.duration, 1)),
            )
        planned.append(row)
    waits = plan_links(links, {task.pk: task for task in tasks})
    begun_pks = {task.pk for task in tasks if task.status in {TaskStatus.IN_PROGRESS, TaskStatus.BLOCKED}}
    # Who has begun no longer waits to begin.
    waits = [link for link in waits if link.after not in begun_pks]
    try:
        dates = compute_plan(Plan(planned, waits, start, calendar))
    except NetworkError:
        return {}
    found = {}
    for task in tasks:
        moment = dates.tasks[task.pk].early_finish
        found[task.pk] = date(moment.year, moment.month, moment.day)
    return found


def _tasks(
    project: Project,
    tasks: Mapping[int, Task],
    links: Iterable[Link],
    ends: Mapping[int, date],
    slips: Mapping[int, int],
    calendar: WorkCalendar,
    today: date,
) -> list[TaskOutlook]:
    stated = dict(TaskDelay.objects.filter(project=project).values_list("task_id", "risk"))
    heard = _last_words(project)
    before: dict[int, int] = {}
    for link in links:
        first = tasks.get(link.predecessor_id)
        if first is not None and first.status in UNFINISHED:
            before[link.successor_id] = max(before.get(link.successor_id, 0), slips.get(first.pk, 0))
    found = []
    for pk, task in tasks.items():
        if task.status not in UNFINISHED:
            continue
        facts = Facts(
            late=_past(calendar, task.finish, today),
            slip=slips[pk],
            total_float=task.total_float or 0,
            predecessor_late=before.get(pk, 0),
            silent=_silence(task, heard.get(pk), calendar, today),
            blocked=task.status == TaskStatus.BLOCKED,
        )
        level, reasons = suggested(facts)
        found.append(TaskOutlook(task, ends[pk], slips[pk], stated.get(pk, ""), level, reasons))
    return found


def _last_words(project: Project) -> dict[int, date]:
    """Task → the last day on which somebody reported of it: of its work, of its risk, or in an update."""
    found: dict[int, date] = {}
    events = AuditEvent.objects.filter(project_id=project.pk, subject_type="planning.task")
    spoken = events.filter(name__startswith="planning.work.") | events.filter(name="execution.delay.stated")
    for pk, at in spoken.order_by().values_list("subject_id").annotate(last=Max("at")):
        found[pk] = at.astimezone(clock.company_zone()).date()
    lines = DailyLine.objects.filter(update__project=project, task__isnull=False).order_by()
    for pk, day in lines.values_list("task_id").annotate(last=Max("update__day")):
        found[pk] = max(found.get(pk, day), day)
    return found


def _silence(task: Task, heard: date | None, calendar: WorkCalendar, today: date) -> int:
    """Working days without a word on work that runs or should have begun; the day it should have begun counts."""
    begins = task.actual_start or task.start
    if begins is None or begins > today:
        return 0
    since = max(heard, begins - timedelta(days=1)) if heard is not None else begins - timedelta(days=1)
    # Today is not over yet.
    return max(calendar.count_workdays(since, today) - 1, 0) if since < today else 0


def _groups(
    tasks: Mapping[int, Task],
    ends: Mapping[int, date],
    told: Iterable[TaskOutlook],
    calendar: WorkCalendar,
    group_of: Any,
) -> tuple[GroupOutlook, ...]:
    levels = {row.task.pk: row.level for row in told}
    parts: dict[int, tuple[Any, list[Task]]] = {}
    for task in tasks.values():
        if (subject := group_of(task)) is not None:
            parts.setdefault(subject.pk, (subject, []))[1].append(task)
    found = []
    for subject, rows in parts.values():
        planned = [task.finish for task in rows if task.finish is not None]
        promised = getattr(subject, "due", None) or (max(planned) if planned else None)
        last = max(ends[task.pk] for task in rows)
        done = sum(task.status == TaskStatus.DONE for task in rows)
        high = sum(levels.get(task.pk) == RiskLevel.HIGH for task in rows)
        found.append(GroupOutlook(subject, len(rows), done, promised, last, _past(calendar, promised, last), high))
    return tuple(sorted(found, key=lambda row: (-row.slip, row.subject.pk)))


def _commitments(
    tasks: Mapping[int, Task], ends: Mapping[int, date], told: Iterable[TaskOutlook], today: date
) -> tuple[CommitmentOutlook, ...]:
    levels = {row.task.pk: row.level for row in told}
    parts: dict[int, list[Task]] = {}
    for task in tasks.values():
        if task.commitment is not None and task.commitment.state in PENDING:
            parts.setdefault(task.commitment.pk, []).append(task)
    found = []
    for rows in parts.values():
        promise = rows[0].commitment
        assert promise is not None
        last = max(ends[task.pk] for task in rows)
        open_still = any(task.pk in levels for task in rows)
        if open_still and promise.due is not None and promise.due < today:
            standing = "late"
        elif (promise.due is not None and last > promise.due) or any(
            levels.get(task.pk) == RiskLevel.HIGH for task in rows
        ):
            standing = "at_risk"
        else:
            standing = "on_track"
        found.append(CommitmentOutlook(promise, last, standing))
    order = {"late": 0, "at_risk": 1, "on_track": 2}
    return tuple(sorted(found, key=lambda row: (order[row.standing], row.commitment.number)))
