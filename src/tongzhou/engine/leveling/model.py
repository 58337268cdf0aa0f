"""The rules as a CP-SAT model: for proofs, and for neighbourhoods of a plan. OR-tools is imported when a model is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from .compiled import NEVER, Compiled
from .schemes import Plan, cost_of

if TYPE_CHECKING:
    from ortools.sat.python import cp_model


@dataclass
class Model:
    """A CP-SAT model of one problem whose plans end by `end`."""

    compiled: Compiled
    end: int
    cp: cp_model.CpModel
    starts: list[cp_model.IntVar]
    makespan: cp_model.IntVar
    person: dict[tuple[int, int], cp_model.IntVar] = field(default_factory=dict)
    """(choice, resource): whether that resource meets it."""

    def hint(self, plan: Plan) -> None:
        """Tells the search a plan to begin from."""
        for variable, value in zip(self.starts, plan.start.tolist(), strict=True):
            self.cp.add_hint(variable, value)
        for (choice, resource), variable in self.person.items():
            self.cp.add_hint(variable, int(plan.chosen[choice] == resource))
        self.cp.add_hint(self.makespan, min(plan.makespan, self.end))

    def read(self, value: Any, found_by: str) -> Plan:
        """The plan of a solution; `value` tells the value of a variable."""
        start = np.array([value(v) for v in self.starts], np.int32)
        chosen = np.zeros(self.compiled.choices, np.int32)
        for (choice, resource), variable in self.person.items():
            if value(variable):
                chosen[choice] = resource
        return Plan(start, chosen, cost_of(self.compiled, start), found_by)


def make_model(
    compiled: Compiled,
    end: int,
    *,
    lower_bound: int = 0,
    heads: list[int] | None = None,
    tails: list[int] | None = None,
) -> Model:
    """Every rule, deadlines too, for plans that end by `end`; the objective is the length. Raises nothing: an `end` too
    early gives a model without a solution."""
    from ortools.sat.python import cp_model

    cp = cp_model.CpModel()
    duration, due, fixed = compiled.duration.tolist(), compiled.due.tolist(), compiled.fixed.tolist()
    heads = compiled.release.tolist() if heads is None else heads
    tails = duration if tails is None else tails
    starts = []
    for j in range(compiled.n):
        low = fixed[j] if fixed[j] >= 0 else heads[j]
        high = fixed[j] if fixed[j] >= 0 else min(end - tails[j], (due[j] if due[j] < NEVER else end) - duration[j])
        domain = cp_model.Domain(low, high) if low <= high else cp_model.Domain.from_values([])
        starts.append(cp.new_int_var_from_domain(domain, "") if low <= high else cp.new_int_var(low, low, ""))
        if low > high:
            cp.add_bool_or([])
    makespan = cp.new_int_var(min(lower_bound, end), max(end, 0), "makespan")
    model = Model(compiled, end, cp, starts, makespan)
    _links(model)
    _resources(model)
    cp.minimize(makespan)
    return model


def _links(model: Model) -> None:
    compiled, starts = model.compiled, model.starts
    pointers, other, lags = (a.tolist() for a in (compiled.succ_ptr, compiled.succ, compiled.succ_lag))
    for i in range(compiled.n):
        for k in range(pointers[i], pointers[i + 1]):
            model.cp.add(starts[other[k]] >= starts[i] + lags[k])
        model.cp.add(model.makespan >= starts[i] + int(compiled.duration[i]))


def _resources(model: Model) -> None:
    """One cumulative constraint a resource; a demand with substitutes has one optional interval for each of them."""
    cp, problem = model.cp, model.compiled.problem
    intervals: list[list[Any]] = [[] for _ in problem.resources]
    units: list[list[int]] = [[] for _ in problem.resources]
    first = model.compiled.choice_ptr.tolist()
    for i, activity in enumerate(problem.activities):
        if not activity.duration or not activity.demands:
            for k, which in enumerate(model.compiled.choice_of[i]):
                _one_of(model, first[i] + k, activity.demands[which].resources)
            continue
        body = cp.new_fixed_size_interval_var(model.starts[i], activity.duration, "")
        for demand in activity.demands:
            if len(demand.resources) == 1:
                intervals[demand.resources[0]].append(body)
                units[demand.resources[0]].append(demand.units)
        for k, which in enumerate(model.compiled.choice_of[i]):
            demand = activity.demands[which]
            for r, present in _one_of(model, first[i] + k, demand.resources):
                intervals[r].append(
                    cp.new_optional_fixed_size_interval_var(model.starts[i], activity.duration, present, "")
                )
                units[r].append(demand.units)
    for r, resource in enumerate(problem.resources):
        if not intervals[r]:
            continue
        most = max([resource.capacity_units, *(value for _, value in resource.steps)])
        steps = [(0, resource.capacity_units), *resource.steps, (model.end, 0)]
        for (since, value), (until, _) in pairwise(steps):
            until = min(until, model.end)
            if value < most and since < until:
                intervals[r].append(cp.new_fixed_size_interval_var(since, until - since, ""))
                units[r].append(most - value)
        cp.add_cumulative(intervals[r], units[r], most)


def _one_of(model: Model, choice: int, resources: tuple[int, ...]) -> list[tuple[int, Any]]:
    made = [(r, model.cp.new_bool_var("")) for r in resources]
    model.cp.add_exactly_one([present for _, present in made])
    for r, present in made:
        model.person[choice, r] = present
    return made
