"""How short a plan can be at best, and what makes one impossible, without search: longest paths, energy of resources."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .compiled import NEVER, Compiled, Longs
from .problem import Problem, Reason
from .schemes import Span

_THRESHOLDS = 64
"""How many heads and tails are tried at most, so that large problems stay cheap."""


def lower_bound(compiled: Compiled, span: Span) -> tuple[int, Reason]:
    """The best of the critical path and, for each group of resources, its work between heads and tails; and which it is."""
    length = int((span.head + span.tail).max(initial=0))
    critical = np.flatnonzero(span.head + span.tail == length)
    best, reason = length, Reason("critical_path", tuple(critical.tolist()), end=length)
    after = span.tail - compiled.duration
    for group, members, work in _groups(compiled):
        capacity = _cumulated(compiled, group)
        for head in _some(span.head[members]):
            late = members[span.head[members] >= head]
            energy, tails = work[span.head[members] >= head], after[late]
            order = np.argsort(-tails, kind="stable")
            # Those with the longest rest behind them, together: their work, then the shortest of their rests.
            needed = capacity[head] + np.cumsum(energy[order])
            finish = np.searchsorted(capacity, needed) + tails[order]
            at = int(np.argmax(finish))
            if needed[-1] <= capacity[-1] and finish[at] > best:
                best = int(finish[at])
                reason = Reason(
                    "resource_bound", tuple(sorted(late[order[: at + 1]].tolist())), group[0], int(head), best
                )
    return best, reason


def impossible(compiled: Compiled, span: Span) -> tuple[Reason, ...]:
    """Reasons why no plan can hold every rule; empty says nothing."""
    found = [*_demands(compiled.problem), *_dates(compiled, span), *_fixed_together(compiled.problem)]
    if not found:
        found += _deadline_energy(compiled, span)
    return tuple(found)


def _demands(problem: Problem) -> list[Reason]:
    """Activities that ask for more than there ever is."""
    found = []
    most = [max(r.capacity_units, *(u for _, u in r.steps), 0) for r in problem.resources]
    for i, activity in enumerate(problem.activities):
        if not activity.duration:
            continue
        alone: dict[int, int] = {}
        for demand in activity.demands:
            if len(demand.resources) == 1:
                alone[demand.resources[0]] = alone.get(demand.resources[0], 0) + demand.units
            elif demand.units > max(most[r] for r in demand.resources):
                found.append(Reason("demand_over_capacity", (i,), demand.resources[0], units=demand.units))
        found += [Reason("demand_over_capacity", (i,), r, units=u) for r, u in alone.items() if u > most[r]]
    return found


def _dates(compiled: Compiled, span: Span) -> list[Reason]:
    """Deadlines before the longest path to them; fixed dates before what they wait for."""
    heads, duration = span.head.tolist(), compiled.duration.tolist()
    found = []
    for i, (fixed, due) in enumerate(zip(compiled.fixed.tolist(), compiled.due.tolist(), strict=True)):
        if fixed >= 0 and heads[i] > fixed:
            found.append(Reason("fixed_before_predecessor", (i,), start=fixed, end=heads[i]))
        elif heads[i] + duration[i] > due:
            found.append(Reason("deadline_before_path", (i,), end=due, units=heads[i] + duration[i] - due))
    return found


def _fixed_together(problem: Problem) -> list[Reason]:
    """Running or fixed work that asks together for more than there is."""
    fixed = [
        (i, a, a.fixed_start) for i, a in enumerate(problem.activities) if a.fixed_start is not None and a.duration
    ]
    found = []
    for r, resource in enumerate(problem.resources):
        uses = [
            (i, start, start + a.duration, demand.units)
            for i, a, start in fixed
            for demand in a.demands
            if demand.resources == (r,)
        ]
        for time in sorted({start for _, start, _, _ in uses} | {since for since, _ in resource.steps}):
            at = [(i, units) for i, start, end, units in uses if start <= time < end]
            if sum(units for _, units in at) > resource.capacity_at(time):
                over = sum(units for _, units in at) - resource.capacity_at(time)
                found.append(Reason("fixed_overload", tuple(i for i, _ in at), r, time, time + 1, over))
                break
    return found


def _deadline_energy(compiled: Compiled, span: Span) -> list[Reason]:
    """Groups of activities whose work does not fit between the first head and the last deadline among them."""
    last = _latest_finishes(compiled)
    for group, members, work in _groups(compiled):
        capacity = _cumulated(compiled, group)
        for head in _some(span.head[members]):
            inside = span.head[members] >= head
            for end in _some(last[members][inside & (last[members] < len(capacity))]):
                chosen = inside & (last[members] <= end)
                over = int(work[chosen].sum()) - int(capacity[end] - capacity[head])
                if over > 0:
                    return [
                        Reason(
                            "work_over_deadline", tuple(members[chosen].tolist()), group[0], int(head), int(end), over
                        )
                    ]
    return []


def _latest_finishes(compiled: Compiled) -> Longs:
    """Latest finishes by deadlines and fixed dates alone."""
    duration, due, fixed = compiled.duration.tolist(), compiled.due.tolist(), compiled.fixed.tolist()
    pointers, other, lags = compiled.succ_ptr.tolist(), compiled.succ.tolist(), compiled.succ_lag.tolist()
    last = [NEVER if f < 0 else f + d for f, d in zip(fixed, duration, strict=True)]
    last = [min(x, d) for x, d in zip(last, due, strict=True)]
    for i in reversed(compiled.topological):
        for k in range(pointers[i], pointers[i + 1]):
            after = last[other[k]]
            if after < NEVER:
                last[i] = min(last[i], after - duration[other[k]] - lags[k] + duration[i])
    return np.array(last, np.int64)


def _groups(compiled: Compiled) -> list[tuple[tuple[int, ...], Longs, Longs]]:
    """(resources, activities, their work) for every set of resources that some demand is confined to."""
    problem = compiled.problem
    sets = sorted({d.resources for a in problem.activities for d in a.demands}, key=lambda s: (len(s), s))
    confined = [
        (i, frozenset(d.resources), a.duration * d.units) for i, a in enumerate(problem.activities) for d in a.demands
    ]
    groups = []
    for resources in dict.fromkeys(tuple(sorted(s)) for s in sets):
        inside = frozenset(resources)
        work: dict[int, int] = {}
        for i, candidates, energy in confined:
            if energy and candidates <= inside:
                work[i] = work.get(i, 0) + energy
        if work:
            groups.append((resources, np.array(list(work), np.int64), np.array(list(work.values()), np.int64)))
    return groups


def _cumulated(compiled: Compiled, group: tuple[int, ...]) -> Longs:
    """Unit-times that a group has to give before each time of the horizon."""
    capacity = np.zeros(compiled.horizon, np.int64)
    for r in group:
        resource = compiled.problem.resources[r]
        capacity += resource.capacity_units
        before = resource.capacity_units
        for since, units in resource.steps:
            capacity[since:] += units - before
            before = units
    return np.concatenate(([0], np.cumsum(capacity)))


def _some(values: NDArray[np.int64]) -> Longs:
    """The distinct values, or so many of them spread evenly."""
    distinct = np.unique(values)
    if len(distinct) <= _THRESHOLDS:
        return distinct
    return distinct[np.linspace(0, len(distinct) - 1, _THRESHOLDS).astype(np.int64)]
