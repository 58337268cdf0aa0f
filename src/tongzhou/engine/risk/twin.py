"""The simulation in Python, run by run: the twin of kernel/risk.c. A few hundred times slower."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..network.arrays import Network, State
from ..network.twin import TwinNetwork
from ..random import random_bits

Float64 = NDArray[np.float64]


def simulate(
    problem: Network, low: Float64, likely: Float64, high: Float64, quantiles: Float64 | None, runs: int, seed: int
) -> tuple[NDArray[np.int32], NDArray[np.int64], Float64, Float64, Float64]:
    """Finish of each run; of each task the runs without float, and the sums of w, w², w * finish."""
    n = problem.tasks
    engine = TwinNetwork(problem)
    finish = np.empty(runs, np.int32)
    critical = np.zeros(n, np.int64)
    total, square, product = np.zeros(n), np.zeros(n), np.zeros(n)
    open_tasks = np.ones(n, bool) if problem.state is None else problem.state != State.DONE
    lows, likelies, highs = low.tolist(), likely.tolist(), high.tolist()
    for run in range(runs):
        drawn = ((random_bits(seed, run * n, n) >> np.uint64(11)).astype(np.float64) * 2.0**-53).tolist()
        for v in range(n):
            if lows[v] != highs[v]:
                problem.work[v] = int(_draw(lows[v], likelies[v], highs[v], drawn[v], quantiles) + 0.5)
        engine.recompute()
        finish[run] = engine.dates.finish
        critical += (engine.dates.total_float <= 0) & open_tasks
        work = problem.work.astype(np.float64)
        total += work
        square += work * work
        product += work * float(engine.dates.finish)
    return finish, critical, total, square, product


def _draw(low: float, likely: float, high: float, u: float, quantiles: Float64 | None) -> float:
    span = high - low
    if quantiles is None:
        if u * span < likely - low:
            return low + math.sqrt(u * span * (likely - low))
        return high - math.sqrt((1.0 - u) * span * (high - likely))
    modes, slices = quantiles.shape[0] - 1, quantiles.shape[1] - 1
    mode, at = (likely - low) / span * modes, u * slices
    row, piece = min(int(mode), modes - 1), int(at)
    part, beside = at - piece, mode - row
    (a, b), (c, d) = quantiles[row, piece : piece + 2].tolist(), quantiles[row + 1, piece : piece + 2].tolist()
    one, two = a + (b - a) * part, c + (d - c) * part
    return float(low + span * (one + (two - one) * beside))
