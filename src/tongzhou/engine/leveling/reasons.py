"""Why a plan is not shorter: which resource makes whom wait, and which deadlines it misses."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from .compiled import NEVER, Compiled
from .problem import Reason
from .schemes import Plan


def what_is_late(compiled: Compiled, plan: Plan) -> list[Reason]:
    """Each activity past its deadline and by how much."""
    finish = plan.start.astype(np.int64) + compiled.duration
    late = np.flatnonzero((compiled.due < NEVER) & (finish > compiled.due))
    return [Reason("late", (int(i),), end=int(finish[i]), units=int(finish[i] - compiled.due[i])) for i in late]


def what_binds(compiled: Compiled, plan: Plan) -> list[Reason]:
    """For each resource that keeps activities from starting a unit earlier: who waits, and between which times it is full."""
    waiting: dict[int, list[int]] = defaultdict(list)
    usage = _usage(compiled, plan)
    starts, first = plan.start.tolist(), compiled.choice_ptr.tolist()
    pointers, other, lags = compiled.pred_ptr.tolist(), compiled.pred.tolist(), compiled.pred_lag.tolist()
    for i, activity in enumerate(compiled.problem.activities):
        links = range(pointers[i], pointers[i + 1])
        earliest = max([activity.release, *(starts[other[k]] + lags[k] for k in links)])
        if activity.fixed_start is not None or starts[i] <= earliest or not activity.duration:
            continue
        before = starts[i] - 1
        choice_of = {which: first[i] + k for k, which in enumerate(compiled.choice_of[i])}
        for which, demand in enumerate(activity.demands):
            r = int(plan.chosen[choice_of[which]]) if which in choice_of else demand.resources[0]
            if usage[r][before] + demand.units > compiled.problem.resources[r].capacity_at(before):
                waiting[r].append(i)
    return [
        Reason(
            "resource_binds",
            tuple(who),
            r,
            min(starts[i] for i in who) - 1,
            max(starts[i] for i in who),
        )
        for r, who in sorted(waiting.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    ]


def _usage(compiled: Compiled, plan: Plan) -> dict[int, NDArray[np.int64]]:
    usage: dict[int, NDArray[np.int64]] = defaultdict(lambda: np.zeros(plan.makespan + 1, np.int64))
    first, starts = compiled.choice_ptr.tolist(), plan.start.tolist()
    for i, activity in enumerate(compiled.problem.activities):
        choice_of = {which: first[i] + k for k, which in enumerate(compiled.choice_of[i])}
        for which, demand in enumerate(activity.demands):
            r = int(plan.chosen[choice_of[which]]) if which in choice_of else demand.resources[0]
            usage[r][starts[i] : starts[i] + activity.duration] += demand.units
    return usage
