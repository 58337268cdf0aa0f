"""Levelling: a plan in which nobody is booked twice, better and better until it is proven the shortest or the time is over.

A priority-rule plan comes at once. Then a population search runs on one core, and on the other, for problems small enough to
prove, CP-SAT with the best plan as hint and bound, else CP-SAT on stretches of the best plan; each tells the others what it
finds. The clock only decides when to stop. With one worker and no proof the sequence of plans depends on the seed alone,
though not how far in it the time reaches; with two, threads meet when the machine lets them, and runs may differ.
"""

from __future__ import annotations

import queue
import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from .bounds import impossible, lower_bound
from .compiled import Compiled, longest_needed
from .model import make_model
from .neighborhood import Stretcher
from .population import Population
from .problem import Problem, Reason, Result, Schedule, Status
from .reasons import what_binds, what_is_late
from .schemes import Plan, Span, by_rules, compile_with_plan

PROVABLE = 70
"""Up to so many activities the second core works on nothing but a proof."""
MODELED = 1_000
"""Up to so many the whole problem is given to CP-SAT at all."""
_SLICE_S = 0.01
_STEP_S = 0.4
_TURN_S = 1.0
"""How long the second core stays with one method. No method knows the time limit: a longer run begins as a shorter one."""


@dataclass
class Board:
    """What the methods tell each other."""

    compiled: Compiled
    bound: int
    clock: Callable[[], float] = time.monotonic
    best: Plan | None = None
    proven_impossible: bool = False
    offers: list[Plan] = field(default_factory=list)
    news: queue.SimpleQueue[bool] = field(default_factory=queue.SimpleQueue)
    failures: list[Exception] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def found(self, plan: Plan) -> None:
        """A plan; kept when it is the best."""
        with self.lock:
            if self.best is None or plan.cost < self.best.cost:
                self.best = plan
                self.news.put(True)

    def cannot_be_below(self, bound: int) -> None:
        """A bound proven by search."""
        with self.lock:
            if bound > self.bound:
                self.bound = bound
                self.news.put(True)

    @property
    def finished(self) -> bool:
        """Whether nothing is left to find."""
        return self.proven_impossible or (self.best is not None and not self.best.late and self.best.cost <= self.bound)


def level(
    problem: Problem,
    *,
    time_limit_s: float,
    seed: int = 0,
    workers: int = 2,
    prove: bool = True,
    clock: Callable[[], float] = time.monotonic,
    on_improvement: Callable[[Result], None] | None = None,
) -> Result:
    """The best plan that the time allows, with its lower bound and reasons.

    `on_improvement` hears of each better one; `clock` tells the seconds that the limit is counted in.
    """
    last = None
    for last in improvements(problem, time_limit_s=time_limit_s, seed=seed, workers=workers, prove=prove, clock=clock):
        if on_improvement is not None:
            on_improvement(last)
    assert last is not None
    return last


def improvements(
    problem: Problem,
    *,
    time_limit_s: float,
    seed: int = 0,
    workers: int = 2,
    prove: bool = True,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Result]:
    """Better and better results; the first at once, the last with its reasons. Leaving the loop stops the work."""
    until = clock() + time_limit_s
    compiled, span, plan = compile_with_plan(problem)
    causes = impossible(compiled, span)
    if plan is not None:
        yield _result(compiled, plan, int((span.head + span.tail).max(initial=0)), _open_status(plan))
    bound, bound_reason = lower_bound(compiled, span)
    board = Board(compiled, bound, clock, proven_impossible=bool(causes))
    if plan is not None:
        board.found(plan)
    for better in by_rules(compiled, span):
        board.found(better)
        if board.finished or clock() > until:
            break
    threads = []
    if not board.finished and compiled.n:
        threads = _threads(board, span, until, seed, workers, prove)
    told = plan.cost if plan is not None else None
    try:
        while not board.finished and (left := until - clock()) > 0 and any(t.is_alive() for t in threads):
            try:
                board.news.get(timeout=min(left, 0.2))
            except queue.Empty:
                continue
            best = board.best
            if best is not None and (told is None or best.cost < told) and not board.finished:
                told = best.cost
                yield _result(compiled, best, board.bound, _open_status(best))
    finally:
        board.stop.set()
        for thread in threads:
            # A step that cannot be broken off ends by itself; nobody waits for it.
            thread.join(timeout=0.2)
    for failure in board.failures:
        raise failure
    yield _last(board, causes, bound, bound_reason)


def _threads(board: Board, span: Span, until: float, seed: int, workers: int, prove: bool) -> list[threading.Thread]:
    """The methods, each on a core of its own."""
    jobs: list[tuple[Callable[..., None], tuple[object, ...]]] = [(_breed, (board, span, until, seed))]
    if prove and board.compiled.n <= PROVABLE:
        jobs.append((_prove, (board, span, until, seed)))
    elif workers > 1:
        jobs.append((_by_turns, (board, span, until, seed + 1)))

    def work(job: Callable[..., None], args: tuple[object, ...]) -> None:
        try:
            job(*args)
        except Exception as failure:
            board.failures.append(failure)

    threads = [threading.Thread(target=work, args=pair, daemon=True) for pair in jobs]
    for thread in threads:
        thread.start()
    return threads


def _breed(board: Board, span: Span, until: float, seed: int) -> None:
    """A population until the end; takes in what the others find."""
    with Population(board.compiled, span, seed) as population:
        known = board.best
        if known is not None:
            population.join(known)
        _breed_on(board, population, until)


def _breed_on(board: Board, population: Population, until: float) -> None:
    children, known = 1, board.best
    while not board.stop.is_set() and (before := board.clock()) < until:
        cost = population.breed(children)
        took = board.clock() - before
        # A slice is short enough that nobody waits for it; it never shrinks, so that a busy machine does not starve it.
        if took < _SLICE_S and children < 4096:
            children *= 2
        if board.best is None or cost < board.best.cost:
            known = population.best()
            if known is not None:
                board.found(known)
        elif board.best is not known and board.best is not None:
            known = board.best
            population.join(known)


def _by_turns(board: Board, span: Span, until: float, seed: int) -> None:
    """By turns a second population, a try at a proof with twice the time of the one before, stretches of the best plan."""
    stretcher = Stretcher(board.compiled, random.Random(seed))  # noqa: S311 - a search, no secret
    proof_s = _TURN_S
    with Population(board.compiled, span, seed) as population:
        while not board.stop.is_set() and board.clock() < until:
            _breed_on(board, population, min(until, board.clock() + _TURN_S))
            if board.compiled.n <= MODELED:
                _prove(board, span, min(until, board.clock() + proof_s), seed)
                proof_s *= 2
            turn = min(until, board.clock() + _TURN_S)
            while not board.stop.is_set() and board.best is not None and board.clock() < turn:
                plan = stretcher.squeeze(board.best, min(_STEP_S, max(0.01, until - board.clock())))
                if plan is not None:
                    board.found(plan)


def _prove(board: Board, span: Span, until: float, seed: int) -> None:
    """The whole problem by CP-SAT: a proof, or a better plan."""
    from ortools.sat.python import cp_model

    compiled, best = board.compiled, board.best
    without = best is None or best.late
    end = longest_needed(compiled.problem) if best is None or best.late else best.makespan - 1
    model = make_model(compiled, end, lower_bound=board.bound, heads=span.head.tolist(), tails=span.tail.tolist())
    if best is not None:
        model.hint(best)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.best_bound_callback = lambda value: board.cannot_be_below(int(-(-value // 1)))
    done = threading.Event()

    class Tell(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            board.found(model.read(self.value, "search"))

    def stop_in_time() -> None:
        # Again and again: a stop that comes before the search has begun is forgotten.
        while not done.wait(0.02):
            if board.stop.is_set() or board.clock() >= until:
                solver.stop_search()

    watch = threading.Thread(target=stop_in_time, daemon=True)
    watch.start()
    status = solver.solve(model.cp, Tell())
    done.set()
    watch.join()
    if status == cp_model.INFEASIBLE:
        if without:
            board.proven_impossible = True
            board.news.put(True)
        else:
            board.cannot_be_below(end + 1)
    elif status == cp_model.OPTIMAL:
        board.cannot_be_below(int(solver.objective_value))


def _last(board: Board, causes: tuple[Reason, ...], simple_bound: int, simple: Reason) -> Result:
    """The best with all that can be said of it."""
    best, compiled = board.best, board.compiled
    reasons = list(causes)
    if board.proven_impossible and not causes:
        reasons.append(Reason("no_plan_holds_all"))
    if best is None:
        status = Status.INFEASIBLE if board.proven_impossible else Status.UNKNOWN
        return Result(status, None, None, board.bound, tuple(reasons))
    if best.late:
        status = Status.INFEASIBLE if board.proven_impossible else Status.LATE
        reasons += what_is_late(compiled, best)
    else:
        status = Status.OPTIMAL if best.cost <= board.bound else Status.FEASIBLE
    if board.bound == simple_bound:
        reasons.append(simple)
    else:
        reasons.append(Reason("proven_by_search", end=board.bound))
    reasons += what_binds(compiled, best)
    return _result(compiled, best, board.bound, status, tuple(reasons))


def _open_status(plan: Plan) -> Status:
    return Status.LATE if plan.late else Status.FEASIBLE


def _result(compiled: Compiled, plan: Plan, bound: int, status: Status, reasons: tuple[Reason, ...] = ()) -> Result:
    schedule: Schedule = compiled.schedule(plan.start, plan.chosen)
    return Result(status, schedule, plan.makespan, bound, reasons, plan.found_by)
