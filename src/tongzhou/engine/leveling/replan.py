"""The smallest change: a plan that a disturbance has broken is mended with as few moved tasks and units as possible.

Up to three different proposals: another person of the same skill at the same time; a shift within float, same persons, no
later end; a levelled plan, in which everything may change and the end may slip. What runs or is done stays as it is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from .bounds import impossible, lower_bound
from .checker import Breach, check
from .compiled import compile_problem, longest_needed
from .model import Model, make_model
from .problem import Activity, Demand, Problem, Reason, Schedule
from .schemes import Plan, serial, spans

_WHOLE = 600
"""Up to so many activities all that has not begun may move; beyond, only what is near the break."""


class Kind(StrEnum):
    """What a proposal does."""

    SUBSTITUTE = "substitute"
    SHIFT = "shift"
    LEVELED = "leveled"


@dataclass(frozen=True, slots=True)
class Weights:
    """What a change counts. A moved task costs its people a talk; a day of the project's end costs everybody."""

    moved_task: int = 5
    moved_unit: int = 1
    substituted: int = 4
    end_unit: int = 1000


@dataclass(frozen=True, slots=True)
class Move:
    """A task that starts at another time; `units` is later when positive."""

    activity: int
    before: int
    after: int

    @property
    def units(self) -> int:
        """By how many working units it starts later; negative for earlier."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Substitution:
    """Another person of the same skill for one demand of a task."""

    activity: int
    demand: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """One way out, what it moves and what it costs."""

    kind: Kind
    schedule: Schedule
    moves: tuple[Move, ...]
    substitutions: tuple[Substitution, ...]
    end_before: int
    end_after: int
    cost_minor: int
    """What the substitutes cost more, in the smallest unit of the currency; negative when they cost less."""
    smallest: bool
    """Whether no smaller change of this kind exists: proven."""
    end_bound: int = 0
    """No plan that holds every rule ends before this."""

    @property
    def moved_units(self) -> int:
        """Working units by which tasks start earlier or later, over all of them."""
        return sum(abs(move.units) for move in self.moves)


@dataclass(frozen=True, slots=True)
class Replan:
    """The proposals, the smallest change first, and what was wrong with the plan as it stood."""

    proposals: tuple[Proposal, ...]
    breaches: tuple[Breach, ...]
    reasons: tuple[Reason, ...] = ()
    """Why there is no proposal, where it is known."""


def replan(
    problem: Problem,
    present: Schedule,
    *,
    now: int,
    time_limit_s: float,
    rates_minor: Mapping[int, int] | None = None,
    weights: Weights = Weights(),
    seed: int = 0,
    kinds: tuple[Kind, ...] = tuple(Kind),
    on_improvement: Callable[[Proposal], None] | None = None,
) -> Replan:
    """Mends `present` for the problem as it is after the disturbance (new durations, dates, capacities).

    What starts before `now` stays with its people; `rates_minor` is the cost of one unit of a resource for one working unit.
    No proposal is needed, and none given, where the present plan still holds every rule. `on_improvement` hears of each
    better levelled plan while it is looked for; an exception from it ends the search.
    """
    until = time.monotonic() + time_limit_s
    breaches = check(problem, present)
    if not breaches:
        return Replan((), ())
    held = _held(problem, present, now)
    compiled = compile_problem(held, longest_needed(held))
    span = spans(compiled)
    causes = impossible(compiled, span)
    if causes:
        return Replan((), breaches, causes)
    bound, why = lower_bound(compiled, span)
    repaired = _push_right(held, present)
    end_before = present.makespan(problem)
    end = max(repaired.makespan(problem), end_before) if repaired is not None else longest_needed(held)
    if repaired is not None and len(held.activities) > _WHOLE:
        held = _frozen_far_away(held, present, repaired)
    proposals: list[Proposal] = []

    def tell(schedule: Schedule) -> None:
        if on_improvement is not None and not check(held, schedule):
            on_improvement(
                _proposal(
                    Kind.LEVELED, problem, present, schedule, end_before, rates_minor or {}, bound, smallest=False
                )
            )

    for number, kind in enumerate(kinds):
        seconds = max(0.05, (until - time.monotonic()) / (len(kinds) - number))
        listener = tell if kind is Kind.LEVELED and on_improvement is not None else None
        found = _solve(kind, held, present, repaired, end, weights, seconds, seed, listener)
        schedule, smallest = found if found is not None else (repaired if kind is Kind.LEVELED else None, False)
        if schedule is None or check(held, schedule) or any(schedule == other.schedule for other in proposals):
            continue
        proposals.append(
            _proposal(kind, problem, present, schedule, end_before, rates_minor or {}, bound, smallest=smallest)
        )
    proposals.sort(key=lambda p: weight_of(p, weights))
    reasons = (why,) if proposals else (Reason("no_plan_found"),)
    return Replan(tuple(proposals), breaches, reasons)


def mend_at_once(problem: Problem, present: Schedule, *, now: int) -> Replan:
    """A levelled plan by rules alone, in milliseconds and without a solver: each task in the order of its present start.

    Seldom the smallest change; `replan` makes it smaller. Reasons say what bounds the end, or why there is no plan.
    """
    breaches = check(problem, present)
    if not breaches:
        return Replan((), ())
    held = _held(problem, present, now)
    compiled = compile_problem(held, longest_needed(held))
    span = spans(compiled)
    causes = impossible(compiled, span)
    if causes:
        return Replan((), breaches, causes)
    bound, why = lower_bound(compiled, span)
    repaired = _push_right(held, present)
    if repaired is None or check(held, repaired):
        return Replan((), breaches, (Reason("no_plan_found"),))
    end_before = present.makespan(problem)
    told = _proposal(Kind.LEVELED, problem, present, repaired, end_before, {}, bound, smallest=False)
    return Replan((told,), breaches, (why,))


def _held(problem: Problem, present: Schedule, now: int) -> Problem:
    """The problem in which what has begun is fixed, with its people, and nothing else begins in the past."""
    return problem.with_activities(
        _fixed(activity, start, assigned) if start < now else replace(activity, release=max(activity.release, now))
        for activity, start, assigned in zip(problem.activities, present.starts, present.assigned, strict=True)
    )


def _fixed(activity: Activity, start: int, assigned: tuple[int, ...]) -> Activity:
    demands = tuple(Demand(d.units, (r,)) for d, r in zip(activity.demands, assigned, strict=True))
    return replace(activity, fixed_start=start, demands=demands)


def _preferring(activity: Activity, assigned: tuple[int, ...]) -> Activity:
    """The activity whose present people are asked first."""
    demands = (
        Demand(d.units, (r, *(other for other in d.resources if other != r)) if r in d.resources else d.resources)
        for d, r in zip(activity.demands, assigned, strict=True)
    )
    return replace(activity, demands=tuple(demands))


def _push_right(held: Problem, present: Schedule) -> Schedule | None:
    """The plan that keeps the order of starts and begins nothing before its present date: quick, seldom the smallest."""
    pushed = held.with_activities(
        replace(_preferring(a, assigned), release=max(a.release, start))
        for a, start, assigned in zip(held.activities, present.starts, present.assigned, strict=True)
    )
    compiled = compile_problem(pushed, longest_needed(pushed))
    plan = serial(compiled, np.array(present.starts, np.int64), "rule: present start")
    return None if plan is None else compiled.schedule(plan.start, plan.chosen)


def _frozen_far_away(held: Problem, present: Schedule, repaired: Schedule) -> Problem:
    """Only what pushing moves, and what shares people or links with it at that time, may move in a large plan."""
    n = len(held.activities)
    moved = {i for i in range(n) if _differs(present, repaired, i)}
    people = {r for i in moved for d in held.activities[i].demands for r in d.resources}
    begin = min((min(present.starts[i], repaired.starts[i]) for i in moved), default=0)
    end = max((repaired.starts[i] + held.activities[i].duration for i in moved), default=0)
    near = moved | {a for link in held.links for a in (link.before, link.after) if {link.before, link.after} & moved}
    for i, activity in enumerate(held.activities):
        if present.starts[i] < end and present.starts[i] + activity.duration > begin:
            near |= {i} if any(people & set(d.resources) for d in activity.demands) else set()
    return held.with_activities(
        a if i in near or a.fixed_start is not None else _fixed(a, present.starts[i], present.assigned[i])
        for i, a in enumerate(held.activities)
    )


def _solve(
    kind: Kind,
    held: Problem,
    present: Schedule,
    repaired: Schedule | None,
    end: int,
    weights: Weights,
    seconds: float,
    seed: int,
    listener: Callable[[Schedule], None] | None = None,
) -> tuple[Schedule, bool] | None:
    """The smallest change of one kind by CP-SAT, and whether that is proven."""
    from ortools.sat.python import cp_model

    end_before = present.makespan(held)
    confined = held.with_activities(
        _confined(kind, a, start, assigned)
        for a, start, assigned in zip(held.activities, present.starts, present.assigned, strict=True)
    )
    if kind is Kind.SHIFT:
        end = max(_planned_end(held, present), 0)
    compiled = compile_problem(confined, max(end, 1))
    model = make_model(compiled, end)
    _minimize_change(model, held, present, end_before, weights)
    if kind is Kind.LEVELED and repaired is not None:
        start, chosen = compiled.arrays(repaired)
        model.hint(Plan(start, chosen, repaired.makespan(held), ""))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    failures: list[Exception] = []

    class Tell(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            plan = model.read(self.value, kind.value)
            try:
                if listener is not None:
                    listener(compiled.schedule(plan.start, plan.chosen))
            except Exception as failure:
                # An exception does not find its way through the solver.
                failures.append(failure)
                self.stop_search()

    status = solver.solve(model.cp, Tell()) if listener is not None else solver.solve(model.cp)
    if failures:
        raise failures[0]
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    plan = model.read(solver.value, kind.value)
    return compiled.schedule(plan.start, plan.chosen), status == cp_model.OPTIMAL


def _planned_end(held: Problem, present: Schedule) -> int:
    """The end that people count on: the present one, as far as running work has not already passed it."""
    running = [
        s + a.duration for a, s in zip(held.activities, present.starts, strict=True) if a.fixed_start is not None
    ]
    return max([present.makespan(held), *running])


def _confined(kind: Kind, activity: Activity, start: int, assigned: tuple[int, ...]) -> Activity:
    if activity.fixed_start is not None or kind is Kind.LEVELED:
        return activity
    if kind is Kind.SUBSTITUTE:
        return replace(activity, fixed_start=start)
    demands = (
        Demand(d.units, (r,)) if r in d.resources else d for d, r in zip(activity.demands, assigned, strict=True)
    )
    return replace(activity, demands=tuple(demands))


def _minimize_change(model: Model, held: Problem, present: Schedule, end_before: int, weights: Weights) -> None:
    cp, terms = model.cp, []
    for i, activity in enumerate(held.activities):
        if activity.fixed_start is not None:
            continue
        units = cp.new_int_var(0, model.end, "")
        moved = cp.new_bool_var("")
        cp.add(units >= model.starts[i] - present.starts[i])
        cp.add(units >= present.starts[i] - model.starts[i])
        cp.add(units <= 0).only_enforce_if(~moved)
        terms += [weights.moved_unit * units, weights.moved_task * moved]
    first = model.compiled.choice_ptr.tolist()
    for i, of in enumerate(model.compiled.choice_of):
        for k, which in enumerate(of):
            for resource in model.compiled.problem.activities[i].demands[which].resources:
                if resource != present.assigned[i][which]:
                    terms.append(weights.substituted * model.person[first[i] + k, resource])
    late = cp.new_int_var(0, max(0, model.end - end_before), "")
    cp.add(late >= model.makespan - end_before)
    terms.append(weights.end_unit * late)
    cp.minimize(sum(terms))


def _differs(present: Schedule, other: Schedule, i: int) -> bool:
    return present.starts[i] != other.starts[i] or present.assigned[i] != other.assigned[i]


def weight_of(proposal: Proposal, weights: Weights = Weights()) -> int:
    """How much the change counts."""
    return (
        weights.end_unit * max(0, proposal.end_after - proposal.end_before)
        + weights.moved_task * len(proposal.moves)
        + weights.moved_unit * proposal.moved_units
        + weights.substituted * len(proposal.substitutions)
    )


def _proposal(
    kind: Kind,
    problem: Problem,
    present: Schedule,
    schedule: Schedule,
    end_before: int,
    rates_minor: Mapping[int, int],
    bound: int,
    *,
    smallest: bool,
) -> Proposal:
    moves = tuple(
        Move(i, before, after)
        for i, (before, after) in enumerate(zip(present.starts, schedule.starts, strict=True))
        if before != after
    )
    swaps = tuple(
        Substitution(i, which, before, after)
        for i, pairs in enumerate(zip(present.assigned, schedule.assigned, strict=True))
        for which, (before, after) in enumerate(zip(*pairs, strict=True))
        if before != after
    )
    cost = sum(
        problem.activities[s.activity].duration
        * problem.activities[s.activity].demands[s.demand].units
        * (rates_minor.get(s.after, 0) - rates_minor.get(s.before, 0))
        for s in swaps
    )
    return Proposal(kind, schedule, moves, swaps, end_before, schedule.makespan(problem), cost, smallest, bound)
