"""A plan with names, dates and calendars: what the pages of planning ask, put on top of the arrays.

A plan counts in days or in minutes. In days a start is a day's beginning and a finish a day's end, so both are dates a person
would write down: a task of three days from Monday finishes on Wednesday. In minutes they are naive local datetimes.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np

from ..workcal import WorkCalendar
from .arrays import NONE, Dates, Driver, Kind, Network, State, network
from .clocks import OutsideClockError, Unit, clock_of
from .errors import HorizonError, LinkError, NetworkError, TaskError
from .live import compute

Moment = date | datetime
_EPOCH = date(1970, 1, 1)
_HORIZONS = (6, 30, 120)
"""Years computed on either side of the start: more only where a plan needs them."""
_ABSURD = 50
"""A date so many years from the plan's start is a slip of the pen."""


class PlanTask(NamedTuple):
    """A task as people plan it. Durations, remaining work and lags count in the plan's unit; 0 is a milestone."""

    key: Hashable
    duration: int
    name: str = ""
    calendar: WorkCalendar | None = None
    """Its own; without one it goes by the plan's."""
    start_not_before: Moment | None = None
    start_not_after: Moment | None = None
    finish_not_before: Moment | None = None
    finish_not_after: Moment | None = None
    must_start_on: Moment | None = None
    must_finish_on: Moment | None = None
    actual_start: Moment | None = None
    actual_finish: Moment | None = None
    percent: int = 0
    remaining: int | None = None
    """Work still to do; without it, what `percent` leaves of the duration, rounded up."""

    @property
    def title(self) -> str:
        """How a refusal names it."""
        return self.name or str(self.key)


class PlanLink(NamedTuple):
    """A dependency: `after` waits for `before`. A tuple: a plan has thousands."""

    before: Hashable
    after: Hashable
    kind: Kind = Kind.FINISH_START
    lag: int = 0


@dataclass(frozen=True)
class Plan:
    """All that decides the dates."""

    tasks: Sequence[PlanTask]
    links: Sequence[PlanLink]
    start: Moment
    calendar: WorkCalendar = field(default_factory=WorkCalendar.of)
    unit: Unit = Unit.DAY
    status: Moment | None = None
    """Progress is known until then; in days, until the end of that day."""
    target_finish: Moment | None = None
    """When the plan has to be done; late dates count back from it instead of from the computed finish."""


class TaskDates(NamedTuple):
    """Where a task lies, how far it may slip, and why it is there. A tuple: a plan has thousands, made anew each time."""

    early_start: Moment
    early_finish: Moment
    late_start: Moment
    late_finish: Moment
    total_float: int
    """In the plan's unit, of the task's calendar. Negative: so much is missing for a deadline to hold."""
    free_float: int
    critical: bool
    driver: Hashable | None
    """The predecessor that holds it where it is."""
    reason: Driver | None
    """What holds it when no predecessor does."""


@dataclass(frozen=True)
class PlanDates:
    """The computed plan."""

    tasks: dict[Hashable, TaskDates]
    finish: Moment
    dates: Dates
    """The same as arrays, in the order of the plan's tasks."""

    def near_critical(self, within: int) -> list[Hashable]:
        """Tasks that are not critical, but may slip by no more than this; the tightest first."""
        near = [(told.total_float, key) for key, told in self.tasks.items() if 0 < told.total_float <= within]
        return [key for _, key in sorted(near, key=lambda pair: pair[0])]

    def why(self, key: Hashable) -> list[Hashable]:
        """The chain of driving predecessors, from the task back to the one that no predecessor holds."""
        return [key, *self._before(key)]

    def _before(self, key: Hashable) -> Iterator[Hashable]:
        while (driver := self.tasks[key].driver) is not None:
            yield driver
            key = driver

    def moved_since(self, before: PlanDates) -> list[Hashable]:
        """Tasks whose early dates are other than before, new tasks included."""

        def lies(told: TaskDates | None) -> tuple[Moment, Moment] | None:
            return None if told is None else (told.early_start, told.early_finish)

        return [key for key, told in self.tasks.items() if lies(told) != lies(before.tasks.get(key))]


class PlanDays(NamedTuple):
    """The computed plan in bare columns, in the order of its tasks: days as ordinals (``date.toordinal``), floats in days."""

    start: list[int]
    finish: list[int]
    total_float: list[int]
    free_float: list[int]


def compute_plan(plan: Plan) -> PlanDates:
    """The dates of a plan. Raises CycleError, LinkError, TaskError or HorizonError, whose words name the tasks."""
    return _told(plan, *_computed(plan))


def compute_days(plan: Plan) -> PlanDays:
    """The same for a plan in days, without an object for each task: early dates and floats of thousands at once."""
    reader, dates = _computed(plan)
    origin = _EPOCH.toordinal() + reader.origin
    start, finish = dates.early_start + origin, dates.early_finish + (origin - 1)
    for at, task in enumerate(plan.tasks):
        if task.actual_start is None and (task.duration == 0 or _work(task) == 0):
            # A milestone lies at an end or at a beginning.
            start[at] -= reader.ends_with_driver(at, int(dates.driver[at]))
            finish[at] += 1 - reader.ends_with_driver(at, int(dates.driver[at]))
    return PlanDays(start.tolist(), finish.tolist(), dates.total_float.tolist(), dates.free_float.tolist())


def _computed(plan: Plan) -> tuple[_Reader, Dates]:
    try:
        reader = _Reader(plan)
        for number, years in enumerate(_HORIZONS):
            try:
                return reader, compute(reader.network(years))
            except (HorizonError, OutsideClockError) as problem:
                if number + 1 < len(_HORIZONS):
                    continue
                if isinstance(problem, OutsideClockError):
                    raise HorizonError(str(problem)) from problem
                raise
    except NetworkError as problem:
        raise problem.named(lambda task: plan.tasks[task].title) from None
    raise AssertionError("the last horizon answers or refuses")


def network_of(plan: Plan) -> Network:
    """The arrays of a plan, as the simulation of risk takes them; computed with the widest horizon."""
    return _Reader(plan).network(_HORIZONS[1])


class _Reader:
    """Reads a plan into numbers, refusing what makes no sense; the horizon is chosen later."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.per_day = 1440 if plan.unit is Unit.MINUTE else 1
        self.origin = _day(plan.start)
        self.number: dict[Hashable, int] = {}
        for at, task in enumerate(plan.tasks):
            if self.number.setdefault(task.key, at) != at:
                raise TaskError(f"Task #{at} is in the plan twice.", [at])
            self._check(at, task)
        self.has_progress = any(task.actual_start or task.actual_finish for task in plan.tasks)
        self.start = self._moment(plan.start)
        self.status = None if plan.status is None else self._moment(plan.status, end=True)
        self.target = None if plan.target_finish is None else self._moment(plan.target_finish, end=True)
        for moment, what in ((plan.status, "status date"), (plan.target_finish, "target")):
            if moment is not None and abs(moment.year - plan.start.year) > _ABSURD:
                raise TaskError(f"The {what} {moment} is too far from the start of the plan, {plan.start}.")
        self.links = [self._link(at, link) for at, link in enumerate(plan.links)]
        self.finishes_with: set[tuple[int, int]] | None = None
        calendars: dict[WorkCalendar, int] = {}
        self.clock_of = [calendars.setdefault(task.calendar or plan.calendar, len(calendars)) for task in plan.tasks]
        self.calendars = list(calendars) or [plan.calendar]

    def _check(self, at: int, task: PlanTask) -> None:
        if task.duration < 0 or (task.remaining is not None and task.remaining < 0):
            raise TaskError(f"The duration of task #{at} is negative.", [at])
        if not 0 <= task.percent <= 100:
            raise TaskError(f"Task #{at} is {task.percent} % done.", [at])
        if task.actual_start is None and (task.percent or task.actual_finish):
            raise TaskError(f"Task #{at} has progress, but has not begun.", [at])
        for moment in (
            task.start_not_before, task.start_not_after, task.finish_not_before, task.finish_not_after,
            task.must_start_on, task.must_finish_on, task.actual_start, task.actual_finish,
        ):  # fmt: skip
            if moment is not None and abs(moment.year - self.plan.start.year) > _ABSURD:
                raise TaskError(f"Task #{at} has the date {moment}, far from the plan's start {self.plan.start}.", [at])

    def _link(self, at: int, link: PlanLink) -> tuple[int, int, int, int]:
        first, second = self.number.get(link.before), self.number.get(link.after)
        if first is None or second is None:
            missing = link.before if first is None else link.after
            raise LinkError(f"A link names the task {missing}, which is not in the plan.", link=at)
        return first, second, int(link.kind), link.lag

    def ends_with_driver(self, at: int, driver: int) -> int:
        """1 for a milestone that lies at the end of a day: where a finish or a constraint on the finish holds it."""
        if self.finishes_with is None:
            by_finish = {int(Kind.FINISH_START), int(Kind.FINISH_FINISH)}
            self.finishes_with = {(first, second) for first, second, kind, _ in self.links if kind in by_finish}
        task = self.plan.tasks[at]
        held_by_finish = driver == Driver.CONSTRAINT and (task.finish_not_before or task.must_finish_on) is not None
        return int((driver, at) in self.finishes_with or held_by_finish)

    def _moment(self, moment: Moment, *, end: bool = False) -> int:
        """As the clocks count; `end`: a date means the end of that day."""
        days = _day(moment) - self.origin
        if self.plan.unit is Unit.DAY:
            return days + end
        if isinstance(moment, datetime):
            return days * 1440 + moment.hour * 60 + moment.minute
        return (days + end) * 1440

    def _bound(self, one: Moment | None, other: Moment | None, *, end: bool, latest: bool) -> int:
        if one is None and other is None:
            return NONE
        moments = [self._moment(moment, end=end) for moment in (one, other) if moment is not None]
        return min(moments) if latest else max(moments)

    def network(self, years: int) -> Network:
        """The arrays, with clocks so many years around the start."""
        tasks, year = self.plan.tasks, self.plan.start.year
        clocks = tuple(
            clock_of(calendar, self.plan.unit, self.origin, year - years, year + years) for calendar in self.calendars
        )
        columns = np.array(self.links, np.int64).reshape(-1, 4).T
        bounds: dict[str, Any] = {
            "start_min": [self._bound(t.start_not_before, t.must_start_on, end=False, latest=False) for t in tasks],
            "start_max": [self._bound(t.start_not_after, t.must_start_on, end=False, latest=True) for t in tasks],
            "finish_min": [self._bound(t.finish_not_before, t.must_finish_on, end=True, latest=False) for t in tasks],
            "finish_max": [self._bound(t.finish_not_after, t.must_finish_on, end=True, latest=True) for t in tasks],
        }
        given = {name: np.array(column, np.int64) for name, column in bounds.items()}
        progress: dict[str, Any] = {}
        if self.has_progress:
            progress = {
                "state": np.array([_state(task) for task in tasks], np.int8),
                "actual_start": [NONE if t.actual_start is None else self._moment(t.actual_start) for t in tasks],
                "actual_finish": [
                    NONE if t.actual_finish is None else self._moment(t.actual_finish, end=True) for t in tasks
                ],
            }
        return network(
            [_work(task) for task in tasks] if self.has_progress else [task.duration for task in tasks],
            columns[0],
            columns[1],
            kind=columns[2],
            lag=columns[3],
            clocks=clocks,
            clock_of=self.clock_of,
            **{name: column for name, column in given.items() if (column != NONE).any()},
            **progress,
            start=self.start,
            status=self.status,
            target=self.target,
        )


def _state(task: PlanTask) -> State:
    if task.actual_finish is not None:
        return State.DONE
    return State.OPEN if task.actual_start is None else State.STARTED


def _work(task: PlanTask) -> int:
    state = _state(task)
    if state is State.DONE:
        return 0
    if state is State.OPEN:
        return task.duration
    return -(-task.duration * (100 - task.percent) // 100) if task.remaining is None else task.remaining


def _told(plan: Plan, reader: _Reader, dates: Dates) -> PlanDates:
    """Numbers back to dates and keys."""
    in_days = plan.unit is Unit.DAY
    first = _EPOCH + timedelta(days=reader.origin)
    midnight = datetime(first.year, first.month, first.day)  # noqa: DTZ001 - local times of the company
    ordinal = first.toordinal()

    def moment(count: int) -> Moment:
        return date.fromordinal(ordinal + count) if in_days else midnight + timedelta(minutes=count)

    keys = [task.key for task in plan.tasks]
    rows = zip(
        *(column.tolist() for column in (
            dates.early_start, dates.early_finish, dates.late_start, dates.late_finish, dates.total_float, dates.free_float,
            dates.driver,
        )),
        strict=True,
    )  # fmt: skip
    told: dict[Hashable, TaskDates] = {}
    for at, (task, (start, finish, late_start, late_finish, total, free, driver)) in enumerate(
        zip(plan.tasks, rows, strict=True)
    ):
        # In days the end of Friday is Friday, not Saturday; a milestone lies at an end or at a beginning.
        ends, starts = int(in_days), 0
        if in_days and task.actual_start is None and (task.duration == 0 or _work(task) == 0):
            ends = starts = reader.ends_with_driver(at, driver)
        told[task.key] = TaskDates(
            moment(start - starts),
            moment(finish - ends),
            moment(late_start - starts),
            moment(late_finish - ends),
            total,
            free,
            total <= 0 and task.actual_finish is None,
            keys[driver] if driver >= 0 else None,
            None if driver >= 0 else Driver(driver),
        )
    last = max((task.early_finish for task in told.values()), default=plan.start)
    return PlanDates(told, last, dates)


def _day(moment: Moment) -> int:
    return moment.toordinal() - _EPOCH.toordinal()
