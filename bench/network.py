"""Critical path of random networks, wide and deep, beside networkx and rustworkx in the same run.

    PYTHONPATH=src python bench/network.py [--quick] [--without-networkx-million]

Two links a task. Wide: a task waits for any earlier one. Deep: each for the one before it and for one of the eight before
that, so the path is as long as the plan. Tasks are numbered at random, as the rows of a database are, unless said
otherwise. Every figure is from raw arrays (or lists of pairs) to all early and late dates; the libraries give the order,
the dates are computed over it in Python. They come from requirements/compare.txt and are left out where not installed.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from machine import keep
from timing import load, take

from tongzhou.engine.kernel import kernel, why_none
from tongzhou.engine.network import Kind, LiveNetwork, Unit, clock_of, compute, network
from tongzhou.engine.network.native import NativeNetwork
from tongzhou.engine.network.twin import TwinNetwork
from tongzhou.engine.workcal import OFFICE_HOURS, WorkCalendar

Arrays = tuple[np.ndarray, np.ndarray, np.ndarray]
SIZES = (1_000, 10_000, 100_000, 1_000_000)
MOST = 10
"""Longest duration. In minutes a deep plan of a million tasks is then forty years of office hours long."""


def random_network(tasks: int, shape: str, numbered: str = "at random") -> Arrays:
    """Durations, first and second task of each link."""
    rng = np.random.default_rng(tasks)
    second = rng.integers(1, tasks, 2 * tasks)
    if shape == "wide":
        first = (rng.random(2 * tasks) * second).astype(np.int64)
    else:
        second[: tasks - 1] = np.arange(1, tasks)
        first = np.maximum(second - 1 - rng.integers(0, 8, 2 * tasks), 0)
        first[: tasks - 1] = np.arange(tasks - 1)
    if numbered == "at random":
        name, mixed = rng.permutation(tasks), rng.permutation(2 * tasks)
        first, second = name[first][mixed], name[second][mixed]
    return rng.integers(1, MOST + 1, tasks).astype(np.int32), first.astype(np.int32), second.astype(np.int32)


def general(arrays: Arrays) -> Callable[[], Any]:
    """The same network with two calendars of office hours, three in ten links of another kind, three in ten with a lag."""
    work, first, second = arrays
    rng = np.random.default_rng(1)
    kind = np.where(rng.random(first.size) < 0.3, rng.integers(0, len(Kind), first.size), 0).astype(np.int32)
    lag = np.where(rng.random(first.size) < 0.3, rng.integers(-3, 4, first.size), 0).astype(np.int32)
    origin = 20_454  # 1 January 2026
    clocks = tuple(
        clock_of(calendar, Unit.MINUTE, origin, 2020, 2120)
        for calendar in (WorkCalendar.of(), WorkCalendar.of([OFFICE_HOURS] * 6 + [()]))
    )
    of = (rng.random(work.size) < 0.2).astype(np.int32)
    return lambda: compute(network(work, first, second, kind=kind, lag=lag, clocks=clocks, clock_of=of))


def with_networkx(pairs: list[tuple[int, int]], work: list[int]) -> None:
    """As one writes it with networkx."""
    import networkx

    graph = networkx.DiGraph()
    graph.add_nodes_from(range(len(work)))
    graph.add_edges_from(pairs)
    dates(list(networkx.topological_sort(graph)), graph.succ.__getitem__, work)


def with_rustworkx(pairs: list[tuple[int, int]], work: list[int]) -> None:
    """As one writes it with rustworkx."""
    import rustworkx

    graph = rustworkx.PyDiGraph(multigraph=True)
    graph.add_nodes_from(range(len(work)))
    graph.add_edges_from_no_data(pairs)
    dates(list(rustworkx.topological_sort(graph)), graph.successor_indices, work)


def dates(order: list[int], after: Callable[[int], Any], work: list[int]) -> tuple[list[int], list[int]]:
    """Early starts and late finishes over an order."""
    start = [0] * len(work)
    for task in order:
        finish = start[task] + work[task]
        for other in after(task):
            if start[other] < finish:
                start[other] = finish
    end = max(begin + length for begin, length in zip(start, work, strict=True))
    late = [end] * len(work)
    for task in reversed(order):
        for other in after(task):
            late[task] = min(late[task], late[other] - work[other])
    return start, late


def changes(arrays: Arrays) -> dict[str, Any]:
    """One duration longer by a day in a network that is kept: any task, and the one that moves most of the plan."""
    live = LiveNetwork(network(*arrays))
    work, rng = live.problem.work, np.random.default_rng(2)
    live.change([0], work=int(work[0]) + 1)
    sizes = []

    def lengthen(task: int) -> None:
        sizes.append(live.change([task], work=int(work[task]) + 1).moved.size)

    any_task = take(lambda: lengthen(int(rng.integers(0, work.size))), 41)
    typical = {"moved_median": float(np.median(sizes)), "moved_most": int(np.max(sizes))}
    critical = np.flatnonzero(live.dates.critical())
    first = int(critical[np.argmin(live.dates.early_start[critical])])
    sizes.clear()
    worst = take(lambda: lengthen(first), 21)
    return {
        "any task": any_task | typical,
        "the first critical task": worst | {"moved_median": float(np.median(sizes))},
    }


def measure(tasks: int, shape: str, million: bool) -> dict[str, Any]:
    """All figures of one network."""
    arrays = random_network(tasks, shape)
    ordered = random_network(tasks, shape, "in order")
    times = 41 if tasks <= 100_000 else 9
    library = kernel()
    assert library is not None, why_none()
    told: dict[str, Any] = {
        "plain": take(lambda: compute(network(*arrays)), times),
        "plain, numbered in order": take(lambda: compute(network(*ordered)), times),
        "four kinds of link, lags, two calendars": take(general(arrays), times),
    }
    ratio = told["four kinds of link, lags, two calendars"]["cpu_least_ms"] / told["plain"]["cpu_least_ms"]
    told["general to plain"] = round(ratio, 2)
    kept = NativeNetwork(library, network(*arrays))
    told["order kept, all dates again"] = take(kept.recompute, times)
    told["one duration changed"] = changes(arrays)
    kept.change(np.zeros(1, np.int32))
    told["bytes a task, with 2 links"] = round(kept.bytes_kept() / tasks, 1)
    if tasks <= 10_000:
        told["pure Python"] = take(lambda: TwinNetwork(network(*arrays)), 5)
    pairs, work = list(zip(arrays[1].tolist(), arrays[2].tolist(), strict=True)), arrays[0].tolist()
    others = {"networkx": with_networkx, "rustworkx": with_rustworkx}
    for name, way in others.items():
        if importlib.util.find_spec(name) is None or (name == "networkx" and tasks >= 1_000_000 and not million):
            continue
        told[name] = take(lambda way=way: way(pairs, work), 5 if tasks <= 10_000 else 3 if tasks <= 100_000 else 1)  # type: ignore[misc]
    return told


def main() -> None:
    """Measures, prints and keeps."""
    figures: dict[str, Any] = {}
    began = time.time()
    sizes = SIZES[:2] if "--quick" in sys.argv else SIZES
    for tasks in sizes:
        for shape in ("wide", "deep"):
            before = load()
            told = figures[f"{tasks:,} tasks, {shape}"] = measure(
                tasks, shape, "--without-networkx-million" not in sys.argv
            )
            told["load"] = before
            print(f"{tasks:>9,} {shape}  load {before['load_1_minute']}")
            for name, figure in told.items():
                print(f"    {name:45} {figure}")
    if "--quick" not in sys.argv:
        path: Path = keep("network", figures, took_seconds=round(time.time() - began))
        print(path)


if __name__ == "__main__":
    main()
