"""Plans at once: priority rules through the serial and the parallel scheme, each doubly justified (kernel or twin)."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..kernel.library import address, kernel
from . import twin
from .compiled import Compiled, Ints, Longs, compile_problem, longest_needed
from .problem import Problem

LATE_FACTOR = 1 << 32
"""One time unit past a deadline weighs more than any length."""


@dataclass(frozen=True)
class Plan:
    """A schedule as the methods pass it on: starts, the person of each choice, what it costs."""

    start: Ints
    chosen: Ints
    cost: int
    found_by: str

    @property
    def makespan(self) -> int:
        """When the last activity ends."""
        return self.cost % LATE_FACTOR

    @property
    def late(self) -> int:
        """Time units past deadlines, over all activities."""
        return self.cost // LATE_FACTOR


@dataclass(frozen=True)
class Span:
    """Longest paths of a problem: heads from the beginning to each start, tails from each start to the end."""

    head: Longs
    tail: Longs
    latest: Longs
    """Latest starts in a plan as long as the critical path, or earlier where a deadline asks for it."""


def cost_of(compiled: Compiled, start: Ints) -> int:
    """The length of a schedule, and before that every time unit past a deadline."""
    finish = start.astype(np.int64) + compiled.duration
    late = int(np.maximum(0, finish - compiled.due).sum())
    return late * LATE_FACTOR + int(finish.max(initial=0))


def spans(compiled: Compiled) -> Span:
    """Heads (by links, release and fixed dates) and tails (by links) of every activity."""
    duration, fixed, due = compiled.duration.tolist(), compiled.fixed.tolist(), compiled.due.tolist()
    head = [r if f < 0 else f for r, f in zip(compiled.release.tolist(), fixed, strict=True)]
    pointers, other, lags = compiled.succ_ptr.tolist(), compiled.succ.tolist(), compiled.succ_lag.tolist()
    for i in compiled.topological:
        for k in range(pointers[i], pointers[i + 1]):
            head[other[k]] = max(head[other[k]], head[i] + lags[k])
    tail = list(duration)
    for i in reversed(compiled.topological):
        for k in range(pointers[i], pointers[i + 1]):
            tail[i] = max(tail[i], lags[k] + tail[other[k]])
    length = max((h + t for h, t in zip(head, tail, strict=True)), default=0)
    latest = [min(length, d) - t for d, t in zip(due, duration, strict=True)]
    for i in reversed(compiled.topological):
        if fixed[i] >= 0:
            latest[i] = min(latest[i], fixed[i])
        for k in range(pointers[i], pointers[i + 1]):
            latest[i] = min(latest[i], latest[other[k]] - lags[k])
    return Span(*(np.array(values, np.int64) for values in (head, tail, latest)))


def serial(compiled: Compiled, priority: Longs, found_by: str) -> Plan | None:
    """A plan by the serial scheme; None when the horizon leaves no place."""
    return _run("serial", compiled, priority, found_by)


def parallel(compiled: Compiled, priority: Longs, found_by: str) -> Plan | None:
    """A plan by the parallel scheme; None when the horizon leaves no place."""
    return _run("parallel", compiled, priority, found_by)


def justify(compiled: Compiled, plan: Plan) -> Plan:
    """The plan after double justification; the same where that finds nothing as good."""
    start, chosen = plan.start.copy(), plan.chosen.copy()
    library = kernel()
    if library is None:
        kept = twin.run_justify(compiled, start, chosen)
    else:
        kept = library.tz_run_justify(_problem(compiled), _at(start), _at(chosen))
    return Plan(start, chosen, cost_of(compiled, start), plan.found_by) if kept else plan


def by_rules(compiled: Compiled, span: Span) -> Iterator[Plan]:
    """Plans by several priority rules, the one that is best on average first (Kolisch 1996)."""
    rules = {
        "latest start": span.latest,
        "latest finish": span.latest + compiled.duration,
        "rank positional weight": -_positional_weight(compiled),
        "longest tail": -span.tail,
    }
    for name, priority in rules.items():
        priority = np.ascontiguousarray(priority, np.int64)
        for scheme in (serial, parallel):
            plan = scheme(compiled, priority, f"rule: {name}")
            if plan is not None:
                yield plan
                yield justify(compiled, plan)


def compile_with_plan(problem: Problem) -> tuple[Compiled, Span, Plan | None]:
    """The compiled problem over a horizon that fits, and its first plan; None where no horizon gives one."""
    longest = longest_needed(problem)
    horizon = min(longest, _guess(problem))
    while True:
        compiled = compile_problem(problem, horizon)
        span = spans(compiled)
        plan = serial(compiled, span.latest, "rule: latest start")
        if plan is not None or horizon >= longest:
            break
        horizon = min(longest, 2 * horizon)
    if plan is not None:
        # A tight horizon makes every schedule cheaper; a plan that misses a deadline may need a longer one.
        room = plan.makespan * (2 if any(a.deadline is not None for a in problem.activities) else 1.25)
        if int(room) + 1 < horizon:
            compiled = compile_problem(problem, int(room) + 1)
    return compiled, span, plan


def _guess(problem: Problem) -> int:
    """A horizon that most plans fit in: the work on the fullest resource, and every date."""
    work = [0] * len(problem.resources)
    for activity in problem.activities:
        for demand in activity.demands:
            for r in demand.resources:
                work[r] += activity.duration * demand.units // len(demand.resources)
    fullest = max((w // max(1, r.capacity_units) for w, r in zip(work, problem.resources, strict=True)), default=0)
    dates = [a.release if a.fixed_start is None else a.fixed_start + a.duration for a in problem.activities]
    dates += [since for r in problem.resources for since, _ in r.steps]
    longest = max((a.duration for a in problem.activities), default=0)
    return 2 * (fullest + max(dates, default=0)) + 50 * longest + 1


def _positional_weight(compiled: Compiled) -> Longs:
    weight = compiled.duration.astype(np.int64)
    before = np.repeat(np.arange(compiled.n), np.diff(compiled.succ_ptr))
    np.add.at(weight, before, compiled.duration[compiled.succ])
    return weight


def _run(scheme: str, compiled: Compiled, priority: Longs, found_by: str) -> Plan | None:
    start, chosen = np.zeros(compiled.n, np.int32), np.zeros(compiled.choices, np.int32)
    library = kernel()
    if library is None:
        failed = getattr(twin, f"run_{scheme}")(compiled, priority, start, chosen)
    else:
        failed = getattr(library, f"tz_run_{scheme}")(_problem(compiled), _at(priority), _at(start), _at(chosen))
    return None if failed else Plan(start, chosen, cost_of(compiled, start), found_by)


def _problem(compiled: Compiled) -> ctypes.c_void_p:
    return ctypes.c_void_p(ctypes.addressof(compiled.kernel_problem))


def _at(array: Ints | Longs) -> ctypes.c_void_p:
    return ctypes.c_void_p(address(array))
