"""Levelling on public instances: per cent above the best known length at each time limit, beside plain CP-SAT and a rule.

    PYTHONPATH=src:. python bench/leveling.py [--full] [--limits 2 10 30] [--core-seconds]

The methods take turns instance by instance on two threads each. Every plan passes the checker. No method knows its time
limit before it is over, so one run tells its figures at every limit up to its own. With `--core-seconds` the limits count
processor time divided by two: what two free cores would do in that time, whoever else is busy on the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.machine import RESULTS as FOLDER
from bench.machine import keep
from bench.psplib import DATA, best_known, read

from tongzhou.engine.kernel.library import kernel
from tongzhou.engine.leveling.checker import check
from tongzhou.engine.leveling.compiled import compile_problem, longest_needed
from tongzhou.engine.leveling.level import improvements
from tongzhou.engine.leveling.model import make_model
from tongzhou.engine.leveling.problem import Activity, Demand, Link, Problem, Resource, Status
from tongzhou.engine.leveling.schemes import compile_with_plan

RESULTS = FOLDER / "leveling.json"
# (longest limit, how many instances): spread over the parameter sets, which repeat every fifth instance. Of the open ones the
# best known length is above the lower bound: where nearly all are easy, only these tell methods apart.
SAMPLES = {
    "j30": [(10, 16)],
    "j60": [(2, 16)],
    "j60 open": [(10, 4), (30, 2)],
    "j120": [(2, 16), (10, 6), (30, 3)],
}
Trace = list[tuple[float, int]]
Clock = Callable[[], float]


def core_seconds() -> float:
    """Processor time of this process, shared between two cores."""
    return time.process_time() / 2


def sample(kind: str, size: int) -> list[str]:
    """So many instances of a set, the same ones each time."""
    family, _, only = kind.partition(" ")
    known = best_known().items()
    names = [name for name, (low, best) in known if name.startswith(family) and (not only or low < best)]
    return [names[(3 + 7 * i) % len(names)] for i in range(min(size, len(names)))]


def levelled(problem: Problem, limit_s: float, clock: Clock) -> tuple[Trace, bool]:
    """When levelling found plans of which length, and whether it proved the last one."""
    began, trace, last = clock(), [], None
    for last in improvements(problem, time_limit_s=limit_s, seed=1, clock=clock):
        assert last.schedule is not None
        assert check(problem, last.schedule) == ()
        assert last.makespan is not None
        trace.append((clock() - began, last.makespan))
    return trace, last is not None and last.status is Status.OPTIMAL


def plain_cpsat(problem: Problem, limit_s: float, clock: Clock) -> tuple[Trace, bool]:
    """The same for CP-SAT with its own defaults on two workers, without hint or bound."""
    from ortools.sat.python import cp_model

    began, trace = clock(), []
    horizon = longest_needed(problem)
    model = make_model(compile_problem(problem, horizon), horizon)

    class Watch(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            trace.append((clock() - began, int(self.objective_value)))

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    solver.parameters.random_seed = 1
    done = threading.Event()

    def stop() -> None:
        while not done.wait(0.02):
            if clock() - began >= limit_s:
                solver.stop_search()

    watch = threading.Thread(target=stop)
    watch.start()
    status = solver.solve(model.cp, Watch())
    done.set()
    watch.join()
    return trace, status == cp_model.OPTIMAL


def by_rule(problem: Problem, _limit_s: float, clock: Clock) -> tuple[Trace, bool]:
    """One serial schedule by latest start."""
    began = clock()
    _, _, plan = compile_with_plan(problem)
    assert plan is not None
    return [(clock() - began, plan.makespan)], False


METHODS: dict[str, Callable[[Problem, float, Clock], tuple[Trace, bool]]] = {
    "levelling": levelled,
    "plain CP-SAT": plain_cpsat,
    "serial rule": by_rule,
}


def measure(names: list[str], longest_s: float, limits: list[float], clock: Clock) -> dict[str, Any]:
    """Mean deviation of every method at every limit, over the same instances in the same run."""
    known = best_known()
    above: dict[str, dict[float, list[float]]] = {m: {limit: [] for limit in limits} for m in METHODS}
    proven = dict.fromkeys(METHODS, 0)
    share: dict[str, list[float]] = {m: [] for m in METHODS}
    first: list[float] = []
    loads = []
    for turn, name in enumerate(names):
        problem = read(_path(name))
        loads.append(os.getloadavg()[0])
        order = list(METHODS.items())
        for method, run in order if turn % 2 else reversed(order):
            wall, cpu = time.perf_counter(), time.process_time()
            trace, optimal = run(problem, longest_s, clock)
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            share[method].append(cpu / wall / 2)
            proven[method] += optimal
            if method == "levelling":
                first.append(trace[0][0])
            for limit in limits:
                # A plan counts that was there when the limit was over; with none, the serial rule's.
                reached = [length for at, length in trace if at <= limit * 1.02 or method == "serial rule"]
                best = min(reached, default=by_rule(problem, 0, clock)[0][0][1])
                above[method][limit].append(100 * (best - known[name][1]) / known[name][1])
        print(name, {m: round(above[m][limits[-1]][-1], 2) for m in METHODS}, flush=True)
    return {
        "instances": names,
        "load_average_median": round(statistics.median(loads), 1),
        "first_plan_ms_median": round(1000 * statistics.median(first), 2),
        "methods": {
            m: {
                "mean_percent_above_best_known": {f"{x:g} s": round(statistics.mean(above[m][x]), 3) for x in limits},
                "proven_optimal": proven[m],
                "share_of_two_cores": round(statistics.mean(share[m]), 2),
            }
            for m in METHODS
        },
        "ratio_to_cpsat": {
            f"{x:g} s": round(statistics.mean(above["levelling"][x]) / mean, 3)
            for x in limits
            if (mean := statistics.mean(above["plain CP-SAT"][x]))
        },
    }


def first_plans(runs: int = 15) -> dict[str, Any]:
    """Processor time from the finished question to the first plan: compiling the arrays, one serial schedule."""
    told = {}
    for tasks, people in ((120, 8), (1_000, 40), (10_000, 100)):
        problem, took = company(tasks, people), []
        for _ in range(runs):
            began = time.process_time()
            _, _, plan = compile_with_plan(problem)
            took.append(time.process_time() - began)
            assert plan is not None
        told[f"{tasks} tasks, {people} people"] = {"first_plan_ms_median": round(1000 * statistics.median(took), 2)}
    return told


def company(tasks: int, people: int) -> Problem:
    """Tasks that each need one of three persons of a skill, two links a task."""
    chance = random.Random(1)
    activities = []
    for i in range(tasks):
        skill = chance.randrange(people // 4) * 4
        activities.append(
            Activity(str(i), chance.randint(1, 10), (Demand(100, tuple(chance.sample(range(skill, skill + 4), 3))),))
        )
    links = tuple(
        Link(before, after)
        for after in range(1, tasks)
        for before in {chance.randrange(max(0, after - 200), after) for _ in range(2)}
    )
    return Problem(tuple(activities), links, tuple(Resource(str(r), 100) for r in range(people)))


def _path(name: str) -> Path:
    family = next(f for f in ("j120", "j30", "j60") if name.startswith(f))
    return DATA / family / f"{name}.sm"


def main() -> None:
    """Measures what is asked and writes the results."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true", help="every instance, to the longest limit (hours)")
    parser.add_argument("--limits", type=float, nargs="*", default=[2, 10, 30])
    parser.add_argument("--core-seconds", action="store_true", help="limits in processor time of two cores")
    parser.add_argument("--sets", nargs="*", default=list(SAMPLES))
    asked = parser.parse_args()
    if not DATA.is_dir():
        raise SystemExit(f"The instances are not here: {DATA}")
    import ortools.sat.python.cp_model  # noqa: F401 - loaded before any clock runs, as in the worker

    assert kernel() is not None
    written = json.loads(RESULTS.read_text(encoding="utf-8"))["figures"] if RESULTS.exists() else {}
    written["first plan"] = first_plans()
    for family in asked.sets:
        wanted = [(max(asked.limits), 600)] if asked.full else SAMPLES[family]
        for longest, size in wanted:
            if longest > max(asked.limits):
                continue
            limits = [x for x in asked.limits if x <= longest]
            print(family, longest, "s", flush=True)
            written[f"{family}, {longest:g} s"] = measure(
                sample(family, size), longest, limits, core_seconds if asked.core_seconds else time.perf_counter
            )
            keep("leveling", written, limits_in="core seconds" if asked.core_seconds else "seconds")


if __name__ == "__main__":
    main()
