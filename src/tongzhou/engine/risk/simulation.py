"""The runs, and what they say of the finish and of the tasks."""

from __future__ import annotations

import ctypes
import enum
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..kernel import address, kernel
from ..network.arrays import NONE, Network, State
from ..network.errors import TaskError
from ..network.native import NativeNetwork, refusal
from . import twin

Float64 = NDArray[np.float64]
_MODES, _SLICES = 64, 512
_LIMIT = 2**30


class Shape(enum.Enum):
    """How durations between the shortest and the longest are spread."""

    PERT = "pert"
    TRIANGULAR = "triangular"


@dataclass(frozen=True)
class ThreePoints:
    """A duration as a person gives it when it is not certain: shortest, most likely, longest; in units of work."""

    low: int
    likely: int
    high: int


def from_history(planned: int, ratios: Sequence[float]) -> ThreePoints | None:
    """Three points for a planned duration from how tasks like it went: actual over planned duration of each.

    Shortest and longest are the 5th and 95th percentile, the likely one is the median. None below five tasks: then the
    history says nothing yet.
    """
    if len(ratios) < 5:
        return None
    if planned < 0 or not all(math.isfinite(ratio) and ratio >= 0 for ratio in ratios):
        raise ValueError("Durations are not negative.")
    sorts = sorted(ratios)
    low, likely, high = (sorts[min(len(sorts) - 1, int(len(sorts) * part))] for part in (0.05, 0.5, 0.95))
    return ThreePoints(*(int(planned * ratio + 0.5) for ratio in (low, likely, high)))


@dataclass(frozen=True, eq=False)
class Risk:
    """What the runs say. The same seed, plan and number of runs give the same, on every machine."""

    finishes: NDArray[np.int32]
    """The finish of the plan in every run, ascending; moments of the plan's clock."""
    criticality: Float64
    """Of each task: the part of the runs in which it had no float. Done tasks have 0."""
    influence: Float64
    """Of each task: how the finish goes with its duration (correlation, -1 to 1); 0 for a certain duration."""
    seed: int

    @property
    def runs(self) -> int:
        return int(self.finishes.size)

    def chance(self, moment: int) -> float:
        """The part of the runs that finish by then."""
        return int(np.searchsorted(self.finishes, moment, side="right")) / self.runs

    def finish_with(self, chance: float) -> int:
        """The first finish by which this part of the runs is done: 0.5 and 0.8 for P50 and P80."""
        if not 0 < chance <= 1:
            raise ValueError("A chance lies between 0 and 1.")
        # The product may lie a hair above a whole number it should be.
        return int(self.finishes[max(0, math.ceil(chance * self.runs - 1e-9) - 1)])

    def drivers(self) -> list[int]:
        """The tasks that drive the finish, the strongest first: critical in some run and with a duration that matters."""
        weight = self.criticality * np.maximum(self.influence, 0)
        return [int(task) for task in np.argsort(-weight, kind="stable") if weight[task] > 0]


class _Structure(ctypes.Structure):
    _fields_ = [
        *((name, ctypes.c_void_p) for name in ("plan", "work", "low", "likely", "high", "quantiles")),
        *((name, ctypes.c_int64) for name in ("modes", "slices", "runs")),
        ("seed", ctypes.c_uint64),
        *((name, ctypes.c_void_p) for name in ("finish", "critical", "sum", "square", "product")),
    ]


def simulate(
    problem: Network, low: Any, likely: Any, high: Any, *, runs: int, seed: int = 1, shape: Shape = Shape.PERT
) -> Risk:
    """Runs the plan with every duration drawn between `low` and `high` (remaining durations, for what has begun).

    Deadlines and target play no part: the runs say whether they hold. Raises TaskError for three points that are not in
    order, and whatever `compute` raises for the network, HorizonError when a run leaves the clock.
    """
    points = [np.ascontiguousarray(given, np.float64) for given in (low, likely, high)]
    _check(problem, points, runs)
    works = points[1].astype(np.int32)
    if problem.state is not None:
        # What is done is certain, whatever was thought of it.
        for column in points:
            column[problem.state == State.DONE] = 0.0
        works[problem.state == State.DONE] = 0
    bound = problem.bound
    if bound is not None:
        bound = bound.copy()
        bound[:, [1, 3]] = NONE
    plan = replace(problem, work=works, bound=bound, target=NONE)
    quantiles = pert_quantiles() if shape is Shape.PERT else None
    library = kernel()
    if library is None:
        told = twin.simulate(plan, points[0], points[1], points[2], quantiles, runs, seed)
    else:
        told = _native(library, plan, points, quantiles, runs, seed)
    finish, critical, total, square, product = told
    return Risk(np.sort(finish), critical / runs, _correlation(finish, total, square, product), seed)


def _native(
    library: Any, plan: Network, points: list[Float64], quantiles: Float64 | None, runs: int, seed: int
) -> tuple[Any, Any, Any, Any, Any]:
    n = plan.tasks
    engine = NativeNetwork(library, plan)
    finish, critical, sums = np.empty(runs, np.int32), np.empty(n, np.int64), np.empty((3, n), np.float64)
    s = _Structure(modes=_MODES, slices=_SLICES, runs=runs, seed=seed & (2**64 - 1))
    s.plan, s.work = ctypes.addressof(engine.structure), address(plan.work)
    s.low, s.likely, s.high = (address(column) for column in points)
    if quantiles is not None:
        s.quantiles = address(quantiles)
    s.finish, s.critical, s.sum = address(finish), address(critical), address(sums)
    s.square, s.product = s.sum + 8 * n, s.sum + 16 * n
    if told := library.tz_simulate(ctypes.byref(s)):
        raise refusal(told, int(engine.structure.bad), plan)
    return finish, critical, *sums


def _check(problem: Network, points: list[Float64], runs: int) -> None:
    if not 0 < runs <= 10**7:
        raise ValueError("Between one and ten million runs can be made.")
    for column in points:
        if column.shape != (problem.tasks,):
            raise TaskError(f"There are {problem.tasks} tasks, but {column.size} durations.")
    low, likely, high = points
    with np.errstate(invalid="ignore"):
        wrong = ~((low >= 0) & (low <= likely) & (likely <= high) & (high <= _LIMIT))
    if wrong.any():
        task = int(np.flatnonzero(wrong)[0])
        raise TaskError(f"The durations of task #{task} are not in order: shortest, most likely, longest.", [task])


def _correlation(finish: NDArray[np.int32], total: Float64, square: Float64, product: Float64) -> Float64:
    """Pearson's, from the sums."""
    runs, ends = finish.size, finish.astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        above = product - total * (ends.sum() / runs)
        spread = np.sqrt(np.maximum(square - total * total / runs, 0.0)) * math.sqrt(((ends - ends.mean()) ** 2).sum())
        # Sums of equal numbers differ from nothing by their rounding.
        return np.where(spread > 1e-9 * np.maximum(1.0, np.abs(product)), np.clip(above / spread, -1.0, 1.0), 0.0)


@cache
def pert_quantiles() -> Float64:
    """Quantiles of the PERT-beta distribution on 0 to 1, a row for each mode: alpha = 1 + 4 mode, beta = 5 - 4 mode.

    By summing the density over a fine grid; rounded, so that every machine has the same table.
    """
    grid = np.linspace(0.0, 1.0, 8193)
    levels = np.linspace(0.0, 1.0, _SLICES + 1)
    rows = []
    for mode in np.linspace(0.0, 1.0, _MODES + 1):
        density = grid ** (4 * mode) * (1.0 - grid) ** (4 - 4 * mode)
        middle = (grid[1:] + grid[:-1]) / 2
        between = middle ** (4 * mode) * (1.0 - middle) ** (4 - 4 * mode)
        # Simpson's rule, cell by cell.
        below = np.concatenate([[0.0], np.cumsum(density[1:] + density[:-1] + 4 * between)])
        rows.append(np.interp(levels, below / below[-1], grid))
    return np.asarray(np.round(np.array(rows), 10), np.float64)
