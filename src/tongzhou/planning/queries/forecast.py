"""把握: how sure the promised dates are, by running the plan thousands of times with durations that vary."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.core.cache import cache

from tongzhou.calendars.queries import company_calendar
from tongzhou.core import clock
from tongzhou.projects.models import Objective, Project

from ..models import Link, Task
from ..work_states import TaskStatus
from .schedule import plan_links, plan_task
from .tasks import plan_of

if TYPE_CHECKING:
    from tongzhou.engine.network.plan import Plan as EnginePlan
    from tongzhou.engine.risk import Risk

SEED = 618
RUNS, FEWEST_RUNS, RUNS_WITHOUT_KERNEL = 10_000, 1_000, 300
# So many task-runs take about half a second.
MOST_WORK = 15_000_000
# What is assumed of a task for which nobody has given a shortest and a longest duration.
ASSUMED_LOW, ASSUMED_HIGH = 0.9, 1.4
MOST_DRIVERS, MOST_BARS = 8, 24
KEPT_SECONDS = 24 * 3600
_VERSION = 2


@dataclass(frozen=True, slots=True)
class Chance:
    """How sure a date is: of the whole project, or of an objective with what it waits for."""

    due: date | None
    chance: float | None
    likely: date
    """P50: half of the runs have finished by then."""
    safe: date
    """P80: four of five."""
    tasks: int


@dataclass(frozen=True, slots=True)
class ObjectiveChance:
    """The chance of one objective; nothing is told where no task names it."""

    objective_id: int
    title: str
    due: date | None
    told: Chance | None


@dataclass(frozen=True, slots=True)
class DriverTask:
    """A task that drives the end: how often it was critical, how strongly the end follows its duration."""

    task_id: int
    number: int
    title: str
    critical: float
    influence: float
    points: tuple[float, int, float]
    is_assumed: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """Runs that finished between two dates, both included."""

    first: date
    last: date
    runs: int
    share: float
    is_late: bool


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the runs say. The same plan and seed give the same on every machine."""

    runs: int
    seed: int
    computed: date
    project: Chance
    objectives: tuple[ObjectiveChance, ...]
    drivers: tuple[DriverTask, ...]
    bars: tuple[Bar, ...]
    given: int
    assumed: int


def forecast(project: Project, seed: int = SEED) -> Forecast | None:
    """The forecast of the plan as it stands, kept until the plan or a date changes; None where there is nothing to run."""
    objectives = list(Objective.objects.filter(project=project).order_by("pk"))
    key = _key(project, objectives, seed)
    kept: Forecast | None = cache.get(key)
    if kept is None:
        kept = _computed(project, objectives, seed)
        if kept is not None:
            cache.set(key, kept, KEPT_SECONDS)
    return kept


def three_points(task: Task) -> tuple[float, int, float]:
    """Shortest, usual and longest duration: as given, else what is assumed; what is done varies no more."""
    if task.status == TaskStatus.DONE:
        return task.duration, task.duration, task.duration
    low = task.shortest if task.shortest is not None else task.duration * ASSUMED_LOW
    high = task.longest if task.longest is not None else task.duration * ASSUMED_HIGH
    return min(low, task.duration), task.duration, max(high, task.duration)


def is_assumed(task: Task) -> bool:
    """True when neither end of the duration was given by a person, and the task is not done."""
    return task.status != TaskStatus.DONE and task.shortest is None and task.longest is None


def _key(project: Project, objectives: Sequence[Objective], seed: int) -> str:
    plan = plan_of(project)
    calendar = company_calendar()
    facts = (
        _VERSION,
        plan.version if plan else 0,
        plan.scheduled_at if plan else None,
        # What is reported of the work is no step of the plan.
        Task.objects.filter(project=project, status=TaskStatus.DONE).count(),
        project.starts_on,
        project.ends_on,
        [(row.pk, row.due, str(row)) for row in objectives],
        calendar.week,
        calendar.exceptions,
        clock.today() if project.starts_on is None else None,
    )
    return f"forecast:{project.pk}:{seed}:{hashlib.sha256(repr(facts).encode()).hexdigest()}"


def _computed(project: Project, objectives: Sequence[Objective], seed: int) -> Forecast | None:
    # numpy comes with the engine; a web process that has computed nothing yet does without it.
    from tongzhou.engine.kernel import kernel
    from tongzhou.engine.network import NetworkError
    from tongzhou.engine.network.plan import Plan, compute_plan

    rows = Task.objects.filter(project=project, is_summary=False).select_related("commitment")
    tasks = {task.pk: task for task in rows.order_by("rank", "pk")}
    if not any(task.duration for task in tasks.values()):
        return None
    links = plan_links(Link.objects.filter(project=project), tasks)
    start = project.starts_on or clock.today()
    plan = Plan([plan_task(task) for task in tasks.values()], links, start, company_calendar())
    groups = _groups(objectives, tasks, links)
    runs = min(RUNS, max(FEWEST_RUNS, MOST_WORK // max(1, len(tasks) + sum(len(keys) for keys in groups.values()))))
    if kernel() is None:
        runs = RUNS_WITHOUT_KERNEL
    try:
        computed = compute_plan(plan).finish
        whole = _run(plan, tasks, runs, seed)
        parts = {keys: _run(_only(plan, keys), tasks, runs, seed) for keys in groups.values() if keys}
    except NetworkError:
        return None
    told = []
    for row in objectives:
        keys = groups[row.pk]
        chance = _chance(parts[keys], start, row.due, len(keys)) if keys else None
        told.append(ObjectiveChance(row.pk, str(row), row.due, chance))
    return Forecast(
        runs,
        seed,
        date(computed.year, computed.month, computed.day),
        _chance(whole, start, project.ends_on, len(tasks)),
        tuple(told),
        _drivers(whole, list(tasks.values())),
        _bars(whole, start, project.ends_on),
        sum(not is_assumed(task) for task in tasks.values() if task.duration),
        sum(is_assumed(task) for task in tasks.values() if task.duration),
    )


def _run(plan: EnginePlan, tasks: dict[int, Task], runs: int, seed: int) -> Risk:
    from tongzhou.engine.network.plan import network_of
    from tongzhou.engine.risk import simulate

    points = [three_points(tasks[row.key]) for row in plan.tasks]  # type: ignore[index]
    low, likely, high = zip(*points, strict=True)
    return simulate(network_of(plan), low, likely, high, runs=runs, seed=seed)


def _groups(objectives: Iterable[Objective], tasks: dict[int, Task], links: Iterable[Any]) -> dict[int, frozenset[int]]:
    """Objective → its tasks and everything they wait for; empty when no task names it."""
    before: dict[int, list[int]] = {}
    for link in links:
        before.setdefault(link.after, []).append(link.before)
    found = {}
    for objective in objectives:
        waiting = [pk for pk, task in tasks.items() if objective.pk in _objectives_of(task)]
        reached = set(waiting)
        while waiting:
            for pk in before.get(waiting.pop(), ()):
                if pk not in reached:
                    reached.add(pk)
                    waiting.append(pk)
        found[objective.pk] = frozenset(reached)
    return found


def _objectives_of(task: Task) -> set[int | None]:
    return {task.objective_id, task.commitment.objective_id if task.commitment else None}


def _only(plan: EnginePlan, keys: frozenset[int]) -> EnginePlan:
    return replace(
        plan,
        tasks=[row for row in plan.tasks if row.key in keys],
        links=[row for row in plan.links if row.before in keys and row.after in keys],
    )


def _chance(risk: Risk, start: date, due: date | None, tasks: int) -> Chance:
    # A finish is the moment after the last day worked on.
    chance = risk.chance((due - start).days + 1) if due is not None else None
    return Chance(due, chance, _day(start, risk.finish_with(0.5)), _day(start, risk.finish_with(0.8)), tasks)


def _day(start: date, moment: int) -> date:
    return start + timedelta(days=moment - 1)


def _drivers(risk: Risk, tasks: Sequence[Task]) -> tuple[DriverTask, ...]:
    return tuple(
        DriverTask(
            tasks[at].pk,
            tasks[at].number,
            tasks[at].title,
            float(risk.criticality[at]),
            float(risk.influence[at]),
            three_points(tasks[at]),
            is_assumed(tasks[at]),
        )
        for at in risk.drivers()[:MOST_DRIVERS]
    )


def _bars(risk: Risk, start: date, due: date | None) -> tuple[Bar, ...]:
    """One bar a day on which some run finished; several days together where there are many."""
    counted: dict[int, int] = {}
    for moment in risk.finishes.tolist():
        counted[moment] = counted.get(moment, 0) + 1
    first, last = min(counted), max(counted)
    width = max(1, -(-(last - first + 1) // MOST_BARS))
    bars = []
    for since in range(first, last + 1, width):
        runs = sum(counted.get(moment, 0) for moment in range(since, since + width))
        day, until = _day(start, since), _day(start, since + width - 1)
        if runs or width > 1:
            bars.append(Bar(day, until, runs, runs / risk.runs, due is not None and day > due))
    return tuple(bars)
