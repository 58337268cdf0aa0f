"""Large-neighbourhood steps: one stretch of a plan is solved anew so that all that follows comes one unit earlier.

What ends before the stretch stays, what begins after it moves left as it stands, what lies inside is free (Palpant, Artigues,
Michelon 2004, with CP-SAT for the stretch).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .compiled import NEVER, Compiled, Ints
from .schemes import Plan, cost_of, justify

SMALLEST, LARGEST = 12, 90


@dataclass
class Stretcher:
    """Squeezes stretches of plans; how many activities are free adapts to what can be decided in the time of a step."""

    compiled: Compiled
    random: random.Random
    free: int = 32

    def squeeze(self, plan: Plan, seconds: float) -> Plan | None:
        """A shorter plan, or None."""
        n = self.compiled.n
        size = min(self.free, n)
        starts = np.sort(plan.start)
        at = self.random.randrange(max(1, n - size // 2))
        begin = int(starts[max(0, at - size // 2)])
        end = int(starts[min(n - 1, at + size // 2)]) + 1 if at + size // 2 < n else NEVER
        free = self._free(plan, begin, end)
        if not free.any():
            return None
        answer, start, chosen = _solve(self.compiled, plan, free, end, seconds, self.random.randrange(1 << 30))
        if answer == "unknown":
            self.free = max(SMALLEST, self.free - 3)
        elif answer == "none":
            self.free = min(LARGEST, self.free + 1)
        if start is None or chosen is None:
            return None
        return justify(self.compiled, Plan(start, chosen, cost_of(self.compiled, start), "neighbourhood"))

    def _free(self, plan: Plan, begin: int, end: int) -> NDArray[np.bool_]:
        """What lies in the stretch, and what would break a link or a date if it moved or stayed as it stands."""
        of, start = self.compiled, plan.start
        later = start >= end
        free = ~((start + of.duration <= begin) | later)
        free |= later & (start <= of.release)
        free &= of.fixed < 0
        before = np.repeat(np.arange(of.n), np.diff(of.succ_ptr))
        tight = ~later[before] & later[of.succ] & (start[of.succ] - 1 < start[before] + of.succ_lag)
        free[before[tight]] = True
        return np.asarray(free & (of.fixed < 0), np.bool_)


def _solve(
    compiled: Compiled, plan: Plan, free: NDArray[np.bool_], end: int, seconds: float, seed: int
) -> tuple[str, Ints | None, Ints | None]:
    from ortools.sat.python import cp_model

    cp = cp_model.CpModel()
    start = plan.start - ((plan.start >= end) & ~free & (compiled.fixed < 0)).astype(np.int32)
    length = plan.makespan - 1
    duration, due = compiled.duration.tolist(), compiled.due.tolist()
    frozen = start.tolist()
    inside = np.flatnonzero(free).tolist()
    variable: dict[int, Any] = {}
    for j in inside:
        high = min(length, due[j]) - duration[j]
        if high < compiled.release[j]:
            return "none", None, None
        variable[j] = cp.new_int_var(int(compiled.release[j]), high, "")
        cp.add_hint(variable[j], min(high, frozen[j]))
    pointers, other, lags = compiled.succ_ptr.tolist(), compiled.succ.tolist(), compiled.succ_lag.tolist()
    for i in range(compiled.n):
        for k in range(pointers[i], pointers[i + 1]):
            a, b = variable.get(i, frozen[i]), variable.get(other[k], frozen[other[k]])
            if i in variable or other[k] in variable:
                cp.add(b >= a + lags[k])
            elif b < a + lags[k]:
                return "none", None, None
    persons = _resources(cp, compiled, plan, start, variable, length)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.cp_model_presolve = True
    status = solver.solve(cp)
    if status == cp_model.INFEASIBLE:
        return "none", None, None
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return "unknown", None, None
    chosen = plan.chosen.copy()
    for j, v in variable.items():
        start[j] = solver.value(v)
    for (choice, resource), present in persons.items():
        if solver.value(present):
            chosen[choice] = resource
    return "found", start, chosen


def _resources(
    cp: Any, compiled: Compiled, plan: Plan, start: Ints, variable: dict[int, Any], length: int
) -> dict[tuple[int, int], Any]:
    """A cumulative constraint for each resource that a free activity may use, over what the frozen ones leave."""
    problem = compiled.problem
    tasks: dict[int, list[tuple[Any, int]]] = {}
    used: dict[int, NDArray[np.int64]] = {}
    persons: dict[tuple[int, int], Any] = {}
    first, frozen = compiled.choice_ptr.tolist(), start.tolist()
    blocks: list[tuple[int, int, int, int]] = []
    for i, activity in enumerate(problem.activities):
        choice_of = {which: first[i] + k for k, which in enumerate(compiled.choice_of[i])}
        body = None
        for which, demand in enumerate(activity.demands):
            choice = choice_of.get(which)
            if i not in variable:
                r = demand.resources[0] if choice is None else int(plan.chosen[choice])
                blocks.append((r, frozen[i], frozen[i] + activity.duration, demand.units))
            elif choice is None:
                body = body or cp.new_fixed_size_interval_var(variable[i], activity.duration, "")
                tasks.setdefault(demand.resources[0], []).append((body, demand.units))
            else:
                present = {r: cp.new_bool_var("") for r in demand.resources}
                cp.add_exactly_one(present.values())
                for r, chosen in present.items():
                    persons[choice, r] = chosen
                    interval = cp.new_optional_fixed_size_interval_var(variable[i], activity.duration, chosen, "")
                    tasks.setdefault(r, []).append((interval, demand.units))
    for r in tasks:
        used[r] = np.zeros(length + 2, np.int64)
    for r, begin, end, units in blocks:
        if r in used:
            used[r][begin : min(end, length + 1)] += units
    for r, parts in tasks.items():
        resource = problem.resources[r]
        most = max([resource.capacity_units, *(units for _, units in resource.steps)])
        intervals, needs = [interval for interval, _ in parts], [units for _, units in parts]
        busy = used[r] + most - _capacity(compiled, r, length + 2)
        edges = [*np.flatnonzero(np.diff(busy, prepend=0)).tolist(), length + 1]
        for begin, end in pairwise(edges):
            if busy[begin] > 0 and end > begin:
                intervals.append(cp.new_fixed_size_interval_var(begin, end - begin, ""))
                needs.append(int(busy[begin]))
        cp.add_cumulative(intervals, needs, most)
    return persons


def _capacity(compiled: Compiled, r: int, length: int) -> NDArray[np.int64]:
    resource = compiled.problem.resources[r]
    capacity = np.full(length, resource.capacity_units, np.int64)
    for since, units in resource.steps:
        capacity[since:] = units
    return capacity
