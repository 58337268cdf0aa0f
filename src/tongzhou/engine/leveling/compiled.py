"""A problem as arrays: what the kernel and its pure-Python twin both read."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .problem import Problem, Schedule, topological_order

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Words = NDArray[np.uint64]

LANES = 4
LANE_BITS = 16
GUARD = 0x8000_8000_8000_8000
NEVER = 2**31 - 1
MOST_CELLS = 200_000_000
"""Memory for one calendar: 1.6 GB is where a finer time unit than the plan needs was chosen."""


class KernelProblem(ctypes.Structure):
    """`tz_problem` of kernel/leveling.h."""

    _fields_ = [
        *((name, ctypes.c_int32) for name in ("n", "words", "horizon", "choices")),
        *(
            (name, ctypes.c_void_p)
            for name in (
                *("duration", "release", "fixed", "due"),
                *("pred_ptr", "pred", "pred_lag", "succ_ptr", "succ", "succ_lag"),
                *("capacity", "need_ptr", "need_word", "need"),
                *("choice_ptr", "units", "person_ptr", "person"),
            )
        ),
    ]


@dataclass(frozen=True)
class Compiled:
    """One problem over one horizon. Arrays are named as in the kernel's `tz_problem`."""

    problem: Problem
    horizon: int
    duration: Ints
    release: Ints
    fixed: Ints
    due: Ints
    pred_ptr: Ints
    pred: Ints
    pred_lag: Ints
    succ_ptr: Ints
    succ: Ints
    succ_lag: Ints
    capacity: Words
    need_ptr: Ints
    need_word: Ints
    need: Words
    choice_ptr: Ints
    units: Ints
    person_ptr: Ints
    person: Ints
    choice_of: tuple[tuple[int, ...], ...]
    """For each activity, which of its demands each choice is."""
    topological: tuple[int, ...]

    @property
    def n(self) -> int:
        """How many activities."""
        return len(self.duration)

    @property
    def words(self) -> int:
        """How many packed words a time unit has."""
        return len(self.capacity)

    @property
    def choices(self) -> int:
        """How many demands have substitutes."""
        return len(self.units)

    @cached_property
    def kernel_problem(self) -> KernelProblem:
        """The structure the kernel reads; lives as long as these arrays."""
        given = KernelProblem(self.n, self.words, self.horizon, self.choices)
        for name in [each[0] for each in KernelProblem._fields_[4:]]:
            setattr(given, name, getattr(self, name).ctypes.data)
        return given

    def schedule(self, start: Ints, chosen: Ints) -> Schedule:
        """What the arrays of a method mean."""
        picked = chosen.tolist()
        first = self.choice_ptr.tolist()
        assigned = []
        for i, activity in enumerate(self.problem.activities):
            resources = [demand.resources[0] for demand in activity.demands]
            for k, demand in enumerate(self.choice_of[i]):
                resources[demand] = picked[first[i] + k]
            assigned.append(tuple(resources))
        return Schedule(tuple(start.tolist()), tuple(assigned))

    def arrays(self, schedule: Schedule) -> tuple[Ints, Ints]:
        """A schedule as the arrays of a method."""
        chosen = [schedule.assigned[i][demand] for i, of in enumerate(self.choice_of) for demand in of]
        return np.array(schedule.starts, np.int32), np.array(chosen, np.int32)


def longest_needed(problem: Problem) -> int:
    """A horizon after which no plan needs to go: everything one after the other, once all dates have passed."""
    activities = problem.activities
    dates = [a.release if a.fixed_start is None else a.fixed_start for a in activities]
    dates += [since for r in problem.resources for since, _ in r.steps]
    lags = sum(max(0, problem.start_lag(link) - activities[link.before].duration) for link in problem.links)
    return max(dates, default=0) + sum(a.duration for a in activities) + lags + 1


def compile_problem(problem: Problem, horizon: int) -> Compiled:
    """The arrays of a problem whose plans end by `horizon`. A demand on one resource is packed, others stay choices."""
    activities = problem.activities
    words = (len(problem.resources) + LANES - 1) // LANES
    if words * (horizon + 1) > MOST_CELLS:
        raise MemoryError(f"{horizon} time units for {len(problem.resources)} resources: choose a coarser unit")
    needs: list[tuple[int, int]] = []
    need_ptr, choice_ptr, person_ptr = [0], [0], [0]
    units: list[int] = []
    person: list[int] = []
    choice_of = []
    for activity in activities:
        packed: dict[int, int] = {}
        choices = []
        for k, demand in enumerate(activity.demands):
            if len(demand.resources) == 1:
                word, lane = divmod(demand.resources[0], LANES)
                packed[word] = packed.get(word, 0) + (demand.units << (LANE_BITS * lane))
            else:
                choices.append(k)
        # The demand with the fewest persons is met first: trying in order then seldom has to go back.
        choices.sort(key=lambda k, demands=activity.demands: len(demands[k].resources))  # type: ignore[misc]
        for k in choices:
            units.append(activity.demands[k].units)
            person += activity.demands[k].resources
            person_ptr.append(len(person))
        needs += sorted(packed.items())
        need_ptr.append(len(needs))
        choice_ptr.append(len(units))
        choice_of.append(tuple(choices))
    backward = _links(problem, "after", "before")
    forward = _links(problem, "before", "after")
    return Compiled(
        problem,
        horizon,
        _ints([a.duration for a in activities]),
        _ints([a.release for a in activities]),
        _ints([-1 if a.fixed_start is None else a.fixed_start for a in activities]),
        _ints(_due(problem)),
        *backward,
        *forward,
        _capacity(problem, words, horizon),
        _ints(need_ptr),
        _ints([word for word, _ in needs]),
        np.array([bits for _, bits in needs], np.uint64),
        _ints(choice_ptr),
        _ints(units),
        _ints(person_ptr),
        _ints(person),
        tuple(choice_of),
        tuple(topological_order(problem)),
    )


def _due(problem: Problem) -> list[int]:
    """Latest finishes by deadline, and by the fixed dates of what waits directly."""
    due = [NEVER if a.deadline is None else a.deadline for a in problem.activities]
    for link in problem.links:
        fixed = problem.activities[link.after].fixed_start
        if fixed is not None:
            finish = fixed - problem.start_lag(link) + problem.activities[link.before].duration
            due[link.before] = min(due[link.before], finish)
    return due


def _capacity(problem: Problem, words: int, horizon: int) -> Words:
    cells = np.zeros((words, horizon + 1), np.uint64)
    for r, resource in enumerate(problem.resources):
        word, lane = divmod(r, LANES)
        steps = [(0, resource.capacity_units), *resource.steps, (horizon, 0)]
        for (since, units), (until, _) in pairwise(steps):
            cells[word, since : min(until, horizon)] += np.uint64(units << (LANE_BITS * lane))
    return cells | np.uint64(GUARD)


def _links(problem: Problem, of: str, other: str) -> tuple[Ints, Ints, Ints]:
    """Links grouped by one end: pointers, the other end, the lag from start to start."""
    by: list[list[tuple[int, int]]] = [[] for _ in problem.activities]
    for link in problem.links:
        by[getattr(link, of)].append((getattr(link, other), problem.start_lag(link)))
    pointers = [0]
    for links in by:
        pointers.append(pointers[-1] + len(links))
    flat = [pair for links in by for pair in links]
    return _ints(pointers), _ints([i for i, _ in flat]), _ints([lag for _, lag in flat])


def _ints(values: list[Any]) -> Ints:
    return np.array(values, np.int32)
