"""Whether a plan holds every rule. Knows the rules and none of the methods; runs on every result in tests."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from .problem import LinkKind, Problem, Schedule


@dataclass(frozen=True, slots=True)
class Breach:
    """One rule that a plan breaks."""

    rule: str
    activities: tuple[int, ...]
    resource: int | None = None
    time: int | None = None


def check(problem: Problem, schedule: Schedule) -> tuple[Breach, ...]:
    """Every breach of the rules; empty for a good plan."""
    if len(schedule.starts) != len(problem.activities) or len(schedule.assigned) != len(problem.activities):
        return (Breach("length", ()),)
    found = [*_dates(problem, schedule), *_links(problem, schedule), *_assignments(problem, schedule)]
    return (*found, *_capacities(problem, schedule))


def _dates(problem: Problem, schedule: Schedule) -> list[Breach]:
    found = []
    for i, activity in enumerate(problem.activities):
        start = schedule.starts[i]
        if activity.fixed_start is not None:
            if start != activity.fixed_start:
                found.append(Breach("fixed_start", (i,), time=start))
        elif start < activity.release:
            found.append(Breach("release", (i,), time=start))
        if activity.deadline is not None and start + activity.duration > activity.deadline:
            found.append(Breach("deadline", (i,), time=start + activity.duration))
    return found


def _links(problem: Problem, schedule: Schedule) -> list[Breach]:
    found = []
    for link in problem.links:
        before, after = schedule.starts[link.before], schedule.starts[link.after]
        if link.kind in (LinkKind.FINISH_START, LinkKind.FINISH_FINISH):
            before += problem.activities[link.before].duration
        if link.kind in (LinkKind.FINISH_FINISH, LinkKind.START_FINISH):
            after += problem.activities[link.after].duration
        if after < before + link.lag:
            found.append(Breach("link", (link.before, link.after), time=after))
    return found


def _assignments(problem: Problem, schedule: Schedule) -> list[Breach]:
    return [
        Breach("assignment", (i,))
        for i, activity in enumerate(problem.activities)
        if len(schedule.assigned[i]) != len(activity.demands)
        or any(r not in d.resources for r, d in zip(schedule.assigned[i], activity.demands, strict=True))
    ]


def _capacities(problem: Problem, schedule: Schedule) -> list[Breach]:
    """The first moment each resource is asked for more than it has."""
    changes: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for i, activity in enumerate(problem.activities):
        for resource, demand in zip(schedule.assigned[i], activity.demands, strict=False):
            if activity.duration:
                changes[resource][schedule.starts[i]] += demand.units
                changes[resource][schedule.starts[i] + activity.duration] -= demand.units
    found = []
    for r in sorted(changes):
        if not 0 <= r < len(problem.resources):
            continue
        limits, used = problem.resources[r], 0
        for time in sorted({*changes[r], *(since for since, _ in limits.steps)}):
            used += changes[r].get(time, 0)
            if used > limits.capacity_at(time):
                at = [i for i in _working(problem, schedule, time) if r in schedule.assigned[i]]
                found.append(Breach("capacity", tuple(at), r, time))
                break
    return found


def _working(problem: Problem, schedule: Schedule, time: int) -> list[int]:
    return [i for i, a in enumerate(problem.activities) if schedule.starts[i] <= time < schedule.starts[i] + a.duration]
