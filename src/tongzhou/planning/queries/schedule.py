"""When each task happens: durations, links and date constraints on the company's working days.

A working day is counted by its number in the calendar (`engine.workcal`, days before it since year 1), so that one working
day later is one more, whatever weekends and holidays lie between. A task from day 5 with duration 3 takes the numbers 5, 6,
7; its finish is kept as 8, the end of day 7. A milestone takes no time and stands at the end of its day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from tongzhou.core.errors import InvalidInput
from tongzhou.engine.workcal import OutsideCalendarError, WorkCalendar

from ..models import Link, Task
from ..states import DateConstraint, LinkKind


@dataclass(frozen=True, slots=True)
class Dates:
    """What the schedule says of one task: first and last working day, floats in working days."""

    start: date
    finish: date
    total_float: int
    free_float: int
    is_critical: bool


def scheduled(
    tasks: Sequence[Task], links: Iterable[Link], calendar: WorkCalendar, plan_start: date
) -> dict[int, Dates]:
    """Dates and floats of every task by key; a summary spans what lies below it.

    Raises ``InvalidInput`` on ``dates`` when the plan leaves the calendar, and on ``links`` when it runs in a circle.
    """
    leaves = [task for task in tasks if not task.is_summary]
    network = _Network(leaves, links, calendar, plan_start)
    try:
        network.run()
        found = {task.pk: network.dates(number) for number, task in enumerate(leaves)}
    except OutsideCalendarError:
        raise InvalidInput({"dates": _("The plan would leave the years that a calendar holds")}) from None
    _span_summaries(tasks, found)
    return found


def cycle_through(links: Iterable[tuple[int, int]], new: tuple[int, int]) -> list[int]:
    """The tasks along the circle that the new link would close, beginning with its predecessor; empty when none."""
    successors: dict[int, list[int]] = {}
    for before, after in links:
        successors.setdefault(before, []).append(after)
    first, start = new
    came_from: dict[int, int] = {start: first}
    waiting = [start]
    while waiting:
        here = waiting.pop()
        if here == first:
            break
        for after in successors.get(here, ()):
            if after not in came_from:
                came_from[after] = here
                waiting.append(after)
    if first not in came_from:
        return []
    path = [first]
    while (here := came_from[path[-1]]) != first:
        path.append(here)
    return [first, *reversed(path[1:])]


# Links that start from the beginning of the predecessor, and those that drive the end of the successor.
_FROM_START = frozenset({LinkKind.START_START, LinkKind.START_FINISH})
_TO_FINISH = frozenset({LinkKind.FINISH_FINISH, LinkKind.START_FINISH})


class _Network:
    """The network of the plan in numbers of working days."""

    def __init__(self, tasks: Sequence[Task], links: Iterable[Link], calendar: WorkCalendar, plan_start: date) -> None:
        self.tasks = tasks
        self.tally = calendar.day_tally
        self.origin = self.tally.before(plan_start.toordinal())
        place = {task.pk: number for number, task in enumerate(tasks)}
        self.links = [
            (place[link.predecessor_id], place[link.successor_id], link.kind, link.lag)
            for link in links
            if link.predecessor_id in place and link.successor_id in place
        ]
        self.incoming: list[list[tuple[int, str, int]]] = [[] for _task in tasks]
        self.outgoing: list[list[tuple[int, str, int]]] = [[] for _task in tasks]
        for before, after, kind, lag in self.links:
            self.incoming[after].append((before, kind, lag))
            self.outgoing[before].append((after, kind, lag))
        self.early = [self.origin] * len(tasks)
        self.late = [0] * len(tasks)

    def run(self) -> None:
        order = self._order()
        for number in order:
            self.early[number] = self._early_start(number)
        self.end = max((self.early[n] + task.duration for n, task in enumerate(self.tasks)), default=self.origin)
        for number in reversed(order):
            self.late[number] = self._late_start(number)

    def dates(self, number: int) -> Dates:
        task, start = self.tasks[number], self.early[number]
        total_float = self.late[number] - start
        if task.duration:
            first, last = self._day(start + 1), self._day(start + task.duration)
        else:
            first = last = self._day(max(start, self.origin + 1))
        return Dates(first, last, total_float, self._free_float(number), total_float <= 0)

    def _order(self) -> list[int]:
        waits = [len(incoming) for incoming in self.incoming]
        order = [number for number, count in enumerate(waits) if not count]
        for number in order:
            for after, _kind, _lag in self.outgoing[number]:
                waits[after] -= 1
                if not waits[after]:
                    order.append(after)
        if len(order) < len(self.tasks):
            raise InvalidInput({"links": _("These dependencies run in a circle")})
        return order

    def _early_start(self, number: int) -> int:
        task = self.tasks[number]
        start = self.origin
        for before, kind, lag in self.incoming[number]:
            start = max(start, self._driven(before, kind, lag, task.duration))
        day = task.constraint_on
        if day is not None:
            begins, ends = self._begin_of(task, day), self.tally.before(day.toordinal() + 1)
            if task.constraint == DateConstraint.START_NOT_BEFORE:
                start = max(start, begins)
            elif task.constraint == DateConstraint.MUST_START:
                start = begins
            elif task.constraint == DateConstraint.MUST_FINISH:
                start = ends - task.duration
        return start

    def _driven(self, before: int, kind: str, lag: int, duration: int) -> int:
        end_of = self.early[before] + (
            0 if kind in {LinkKind.START_START, LinkKind.START_FINISH} else self.tasks[before].duration
        )
        return end_of + lag - (duration if kind in {LinkKind.FINISH_FINISH, LinkKind.START_FINISH} else 0)

    def _late_start(self, number: int) -> int:
        task = self.tasks[number]
        finish = self.end
        for after, kind, lag in self.outgoing[number]:
            held = self.late[after] + (self.tasks[after].duration if kind in _TO_FINISH else 0)
            finish = min(finish, held - lag + (task.duration if kind in _FROM_START else 0))
        day = task.constraint_on
        if day is not None:
            ends = self.tally.before(day.toordinal() + 1)
            if task.constraint == DateConstraint.FINISH_NOT_AFTER:
                finish = min(finish, ends)
            elif task.constraint == DateConstraint.MUST_FINISH:
                finish = ends
            elif task.constraint == DateConstraint.MUST_START:
                finish = self._begin_of(task, day) + task.duration
        return finish - task.duration

    def _free_float(self, number: int) -> int:
        task, start = self.tasks[number], self.early[number]
        free = self.end - start - task.duration
        for after, kind, lag in self.outgoing[number]:
            free = min(free, self.early[after] - self._driven(number, kind, lag, self.tasks[after].duration))
        return free

    def _begin_of(self, task: Task, day: date) -> int:
        """The number a task that begins on this day starts at; a milestone stands at the end of the day."""
        return self.tally.before(day.toordinal()) + (0 if task.duration else 1)

    def _day(self, count: int) -> date:
        return date.fromordinal(self.tally.reach(count))


def _span_summaries(tasks: Sequence[Task], found: dict[int, Dates]) -> None:
    """Adds the summaries, innermost first: ``tasks`` stand in reading order."""
    below: dict[int, list[Dates]] = {}
    for task in reversed(tasks):
        if task.is_summary and (parts := below.get(task.pk)):
            found[task.pk] = Dates(
                min(part.start for part in parts),
                max(part.finish for part in parts),
                min(part.total_float for part in parts),
                min(part.free_float for part in parts),
                any(part.is_critical for part in parts),
            )
        if task.parent_id is not None and task.pk in found:
            below.setdefault(task.parent_id, []).append(found[task.pk])
