"""Ten thousand runs of a plan with uncertain durations.

    PYTHONPATH=src python bench/risk.py

Random networks with two links a task; every duration from 60 % to 200 % of the likely one. Beside the kernel: the same runs
vectorised over runs in numpy (plain network, finish only), and a hundred runs of the Python twin.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from machine import keep
from network import random_network
from timing import load, take

from tongzhou.engine.kernel import kernel, why_none
from tongzhou.engine.network import Kind, Unit, clock_of, compute, network
from tongzhou.engine.risk import Shape, simulate
from tongzhou.engine.workcal import OFFICE_HOURS, WorkCalendar

RUNS = 10_000


def with_numpy(arrays: tuple[np.ndarray, ...], points: list[np.ndarray]) -> np.ndarray:
    """Finish of every run, task by task over all runs."""
    work, first, second = arrays
    before: list[list[int]] = [[] for _ in work]
    for one, other in zip(first.tolist(), second.tolist(), strict=True):
        before[other].append(one)
    order = np.argsort(compute(network(*arrays)).early_start, kind="stable").tolist()
    rng, finish = np.random.default_rng(1), [np.zeros(0)] * work.size
    last = np.zeros(RUNS)
    for task in order:
        start = np.zeros(RUNS)
        for other in before[task]:
            np.maximum(start, finish[other], out=start)
        finish[task] = start + rng.triangular(*(column[task] for column in points), RUNS)
        np.maximum(last, finish[task], out=last)
    return last


def measure(tasks: int, shape: str, times: int) -> dict[str, Any]:
    """Figures of one plan, in minutes of office hours."""
    work, first, second = random_network(tasks, shape)
    arrays = ((work * 480).astype(np.int32), first, second)
    points = [np.round(arrays[0] * part) for part in (0.6, 1, 2)]
    plain = network(*arrays)
    rng = np.random.default_rng(1)
    kind = np.where(rng.random(first.size) < 0.3, rng.integers(0, len(Kind), first.size), 0)
    clocks = tuple(
        clock_of(calendar, Unit.MINUTE, 20_454, 2020, 2140)
        for calendar in (WorkCalendar.of(), WorkCalendar.of([OFFICE_HOURS] * 6 + [()]))
    )
    general = network(*arrays, kind=kind, clocks=clocks, clock_of=rng.integers(0, 2, tasks))
    told: dict[str, Any] = {
        "PERT": take(lambda: simulate(plain, *points, runs=RUNS), times),
        "triangular": take(lambda: simulate(plain, *points, runs=RUNS, shape=Shape.TRIANGULAR), times),
        "PERT, four kinds of link, two calendars": take(lambda: simulate(general, *points, runs=RUNS), times),
    }
    if tasks <= 1000:
        told["numpy over runs, finish only"] = take(lambda: with_numpy(arrays, points), 3)
        os.environ["TONGZHOU_KERNEL"] = "0"
        told["Python twin, 100 runs"] = take(lambda: simulate(plain, *points, runs=100), 1)
        del os.environ["TONGZHOU_KERNEL"]
    return told | {"load": load()}


def main() -> None:
    """Measures, prints and keeps."""
    assert kernel() is not None, why_none()
    figures = {
        f"{RUNS:,} runs of {tasks:,} tasks, {shape}": measure(tasks, shape, times)
        for tasks, times in ((100, 9), (1000, 7), (5000, 3))
        for shape in ("wide", "deep")
    }
    for case, told in figures.items():
        print(case)
        for name, figure in told.items():
            print(f"    {name:42} {figure}")
    print(keep("risk", figures))


if __name__ == "__main__":
    main()
