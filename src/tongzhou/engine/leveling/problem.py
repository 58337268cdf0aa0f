"""What levelling is asked and what it answers: activities, links, limited people and things; a plan, its bound, why.

Time counts whole working units (days, half-days or hours, as the caller has cut the calendar) from 0. Nothing here knows
how a plan is found.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

MOST_UNITS = 32_767
"""The largest capacity or demand: the kernel packs four resources into one word."""
LATEST = 1_000_000_000
"""No duration, date or lag may be longer: the kernel counts in 32 bits."""


class ProblemError(ValueError):
    """What was asked makes no sense; `activities` are the indices concerned, in the order of the path for a loop of links."""

    def __init__(self, code: str, message: str, activities: tuple[int, ...] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.activities = activities


class LinkKind(StrEnum):
    """Which end of the predecessor holds which end of the successor."""

    FINISH_START = "FS"
    START_START = "SS"
    FINISH_FINISH = "FF"
    START_FINISH = "SF"


@dataclass(frozen=True, slots=True)
class Resource:
    """A person, a thing or a pool. `steps` are (from when, units) where the capacity changes: leave, other projects."""

    key: str
    capacity_units: int
    steps: tuple[tuple[int, int], ...] = ()

    def capacity_at(self, time: int) -> int:
        """The units there are at this time."""
        units = self.capacity_units
        for since, value in self.steps:
            if since > time:
                break
            units = value
        return units


@dataclass(frozen=True, slots=True)
class Demand:
    """So many units for the whole duration, all from one of `resources` (indices, the preferred first).

    Several resources are persons of one skill who can stand in for each other.
    """

    units: int
    resources: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Activity:
    """A piece of work that is not interrupted once begun."""

    key: str
    duration: int
    demands: tuple[Demand, ...] = ()
    release: int = 0
    deadline: int | None = None
    """The latest finish."""
    fixed_start: int | None = None
    """It runs already, or its date is not ours to move."""


@dataclass(frozen=True, slots=True)
class Link:
    """`after` keeps at least `lag` units from `before`; a negative lag is a lead."""

    before: int
    after: int
    kind: LinkKind = LinkKind.FINISH_START
    lag: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """Activities, the links between them and the resources they share. Raises ProblemError when it is not one."""

    activities: tuple[Activity, ...]
    links: tuple[Link, ...] = ()
    resources: tuple[Resource, ...] = ()

    def __post_init__(self) -> None:
        for resource in self.resources:
            _check_resource(resource)
        for index, activity in enumerate(self.activities):
            _check_activity(index, activity, len(self.resources))
        for link in self.links:
            _check_link(link, len(self.activities))
        topological_order(self)

    def start_lag(self, link: Link) -> int:
        """The least distance from start to start that the link asks for."""
        before, after = self.activities[link.before].duration, self.activities[link.after].duration
        if link.kind is LinkKind.FINISH_START:
            return before + link.lag
        if link.kind is LinkKind.START_START:
            return link.lag
        if link.kind is LinkKind.FINISH_FINISH:
            return before - after + link.lag
        return link.lag - after

    def with_activities(self, activities: Iterable[Activity]) -> Problem:
        """The same problem with other activities in the same places."""
        return replace(self, activities=tuple(activities))


@dataclass(frozen=True, slots=True)
class Schedule:
    """When each activity starts, and which resource meets each of its demands."""

    starts: tuple[int, ...]
    assigned: tuple[tuple[int, ...], ...]

    def finishes(self, problem: Problem) -> tuple[int, ...]:
        """When each activity ends."""
        return tuple(s + a.duration for s, a in zip(self.starts, problem.activities, strict=True))

    def makespan(self, problem: Problem) -> int:
        """When the last activity ends."""
        return max(self.finishes(problem), default=0)


class Status(StrEnum):
    """What is known of a result."""

    OPTIMAL = "optimal"
    """No shorter plan exists: proven."""
    FEASIBLE = "feasible"
    """Every rule holds; whether it can be shorter is open down to the lower bound."""
    LATE = "late"
    """Every rule holds but deadlines, which `reasons` name; whether they can all be held was not decided in the time."""
    INFEASIBLE = "infeasible"
    """No plan can hold every rule: proven. A schedule that misses only deadlines may still be given."""
    UNKNOWN = "unknown"
    """Neither a plan nor a proof that there is none."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a result is as it is: a code, and what it speaks of (indices; times in working units)."""

    code: str
    activities: tuple[int, ...] = ()
    resource: int | None = None
    start: int | None = None
    end: int | None = None
    units: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """The best plan found, how short any plan can be at best, and why."""

    status: Status
    schedule: Schedule | None
    makespan: int | None
    lower_bound: int
    reasons: tuple[Reason, ...] = ()
    found_by: str = ""
    """Which method found the plan: rule, population, neighbourhood, search."""


def topological_order(problem: Problem) -> list[int]:
    """Indices so that each activity follows its predecessors; a loop raises ProblemError with its path."""
    n = len(problem.activities)
    followers: list[list[int]] = [[] for _ in range(n)]
    waiting = [0] * n
    for link in problem.links:
        followers[link.before].append(link.after)
        waiting[link.after] += 1
    ready = deque(i for i in range(n) if not waiting[i])
    order = []
    while ready:
        i = ready.popleft()
        order.append(i)
        for j in followers[i]:
            waiting[j] -= 1
            if not waiting[j]:
                ready.append(j)
    if len(order) < n:
        path = _loop(followers, waiting)
        names = " → ".join(problem.activities[i].key for i in path)
        raise ProblemError("loop", f"the links form a loop: {names}", path)
    return order


def _loop(followers: list[list[int]], waiting: list[int]) -> tuple[int, ...]:
    """One loop among the activities that wait for each other, closed with its first activity."""
    left = {i for i, count in enumerate(waiting) if count}
    before = {j: i for i in left for j in followers[i] if j in left}
    at = min(left)
    seen: dict[int, int] = {}
    walk: list[int] = []
    while at not in seen:
        seen[at] = len(walk)
        walk.append(at)
        at = before[at]
    loop = [*walk[seen[at] :], at]
    return tuple(reversed(loop))


def _check_resource(resource: Resource) -> None:
    units = [resource.capacity_units, *(units for _, units in resource.steps)]
    times = [since for since, _ in resource.steps]
    if min(units) < 0 or max(units) > MOST_UNITS:
        raise ProblemError("capacity", f"{resource.key}: a capacity is between 0 and {MOST_UNITS}")
    if times != sorted(set(times)) or (times and not 0 <= times[0] <= times[-1] <= LATEST):
        raise ProblemError("capacity_steps", f"{resource.key}: the steps of a capacity go forward in time from 0")


def _check_activity(index: int, activity: Activity, resources: int) -> None:
    def refuse(code: str, message: str) -> ProblemError:
        return ProblemError(code, f"{activity.key}: {message}", (index,))

    if not 0 <= activity.duration <= LATEST:
        raise refuse("duration", "a duration is not negative")
    dates = [activity.release, *(d for d in (activity.deadline, activity.fixed_start) if d is not None)]
    if min(dates) < 0 or max(dates) > LATEST:
        raise refuse("date", "dates count from 0")
    for demand in activity.demands:
        if not 0 < demand.units <= MOST_UNITS:
            raise refuse("units", f"a demand is between 1 and {MOST_UNITS} units")
        if not demand.resources or len(set(demand.resources)) < len(demand.resources):
            raise refuse("resources", "a demand names each resource that can meet it once")
        if not all(0 <= r < resources for r in demand.resources):
            raise refuse("resources", "a demand names a resource that is not there")


def _check_link(link: Link, activities: int) -> None:
    if not (0 <= link.before < activities and 0 <= link.after < activities):
        raise ProblemError("link", "a link names an activity that is not there")
    if link.before == link.after:
        raise ProblemError("self_link", "an activity cannot wait for itself", (link.before,))
    if abs(link.lag) > LATEST:
        raise ProblemError("lag", "a lag is too long", (link.before, link.after))
