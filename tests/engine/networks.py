"""Random networks, and an oracle that computes them the slow and obvious way: by trying moments one after another."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate

import numpy as np
from hypothesis import strategies as st

from tongzhou.engine.network import NONE, Clock, Kind, State, network

FS, SS, FF, SF = Kind
LOW, HIGH = -4000, 8000


def clock_from(stretches: list[tuple[int, int]]) -> Clock:
    """A clock of (begin, length) pairs."""
    begins, lengths = np.array(stretches, np.int64).T
    return Clock.of(begins, lengths, LOW, HIGH)


def weekly(*lengths: int) -> Clock:
    """A clock with a rhythm of so many moments work and so many moments rest."""
    stretches, at, number = [], LOW, 0
    while at + lengths[number % len(lengths)] < HIGH:
        length = lengths[number % len(lengths)]
        if number % 2 == 0:
            stretches.append((at, length))
        at += length
        number += 1
    return clock_from(stretches)


CLOCKS = (weekly(5, 2), weekly(6, 1), weekly(3, 1, 4, 16), weekly(1, 3, 2, 5))


@dataclass
class Case:
    """A network in plain lists."""

    work: list[int]
    links: list[tuple[int, int, Kind, int]] = field(default_factory=list)
    clock_of: list[int] = field(default_factory=list)
    clocks: tuple[Clock, ...] = ()
    bound: list[tuple[int, int, int, int]] = field(default_factory=list)
    state: list[State] = field(default_factory=list)
    begun: list[int] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    start: int = 0
    status: int | None = None
    target: int | None = None

    def network(self):
        """As the engine takes it."""
        columns = list(zip(*self.links, strict=True)) or [(), (), (), ()]
        bounds = list(zip(*self.bound, strict=True)) or [None] * 4
        return network(
            np.array(self.work, np.int32), np.array(columns[0], np.int32), np.array(columns[1], np.int32),
            kind=np.array(columns[2], np.int32), lag=np.array(columns[3], np.int32), clocks=self.clocks,
            clock_of=self.clock_of or None, state=self.state or None, actual_start=self.begun or None,
            actual_finish=self.ended or None, start_min=bounds[0], start_max=bounds[1], finish_min=bounds[2],
            finish_max=bounds[3], start=self.start, status=self.status, target=self.target,
        )  # fmt: skip


@st.composite
def cases(draw: st.DrawFn, plain: bool = False, deadlines: bool = True, progress: bool = True) -> Case:
    """Small networks with everything in them (`plain`: only finish-to-start links), their tasks numbered in any order."""
    n = draw(st.integers(1, 9))
    case = Case([draw(st.integers(0, 12)) for _ in range(n)])
    name = draw(st.permutations(range(n)))
    if n > 1:
        for _ in range(draw(st.integers(0, 16))):
            first = draw(st.integers(0, n - 2))
            second = draw(st.integers(first + 1, n - 1))
            kind = FS if plain else draw(st.sampled_from(Kind))
            lag = 0 if plain else draw(st.sampled_from([0, 0, 0, 1, 2, 7, -1, -3]))
            case.links.append((name[first], name[second], kind, lag))
    case.start = draw(st.integers(-10, 10))
    if plain:
        return case
    case.clocks = tuple(draw(st.lists(st.sampled_from(CLOCKS), min_size=1, max_size=3)))
    case.clock_of = [draw(st.integers(0, len(case.clocks) - 1)) for _ in range(n)]
    if draw(st.booleans()):
        moment = st.one_of(st.just(NONE), st.just(NONE), st.integers(case.start - 20, case.start + 60))
        least = st.tuples(
            moment, moment if deadlines else st.just(NONE), moment, moment if deadlines else st.just(NONE)
        )
        case.bound = [draw(least) for _ in range(n)]
    if progress and draw(st.booleans()):
        case.status = draw(st.one_of(st.none(), st.integers(case.start - 5, case.start + 40)))
        case.state = [draw(st.sampled_from(State)) for _ in range(n)]
        until = case.start + 10 if case.status is None else case.status
        for state in case.state:
            begun = draw(st.integers(until - 30, until)) if state != State.OPEN else NONE
            case.begun.append(begun)
            case.ended.append(draw(st.integers(begun, until)) if state == State.DONE else NONE)
    if deadlines:
        case.target = draw(st.one_of(st.none(), st.integers(case.start - 5, case.start + 100)))
    return case


@cache
def ticks_of(clock: Clock | None) -> tuple[list[int], list[int]]:
    """For each moment whether its clock works then, and how much has been worked before it."""
    ticks = [int(clock is None)] * (HIGH - LOW)
    if clock is not None:
        lengths = np.diff(clock.before)
        for begin, length in zip(clock.begin[:-1].tolist(), lengths.tolist(), strict=True):
            ticks[begin - LOW : begin - LOW + length] = [1] * length
    return ticks, [0, *accumulate(ticks)]


class Oracle:
    """Early dates by trying every moment from the plan's start on; late finishes by trying how far a task may slip."""

    def __init__(self, case: Case) -> None:
        self.case = case
        both = [ticks_of(clock) for clock in case.clocks or (None,)]
        self.ticks = [ticks for ticks, _ in both]
        self.table = [table for _, table in both]
        n = len(case.work)
        self.clock_of = case.clock_of or [0] * n
        self.state = case.state or [State.OPEN] * n
        self.bound = case.bound or [(NONE,) * 4] * n
        self.order = self._order()

    def _order(self) -> list[int]:
        left, order = set(range(len(self.case.work))), []
        while left:
            free = [v for v in left if not any(b == v and a in left for a, b, _, _ in self.case.links)]
            order += sorted(free)
            left -= set(free)
        return order

    def worked(self, v: int, moment: int) -> int:
        return self.table[self.clock_of[v]][moment - LOW]

    def works(self, v: int, moment: int) -> bool:
        return self.ticks[self.clock_of[v]][moment - LOW] == 1

    def finish_of(self, v: int, start: int) -> int:
        """When the work of a task is done that starts at a working moment."""
        end = start
        while self.worked(v, end) - self.worked(v, start) < self.case.work[v]:
            end += 1
        return end

    def fits(self, v: int, start: int, finish: int, early: dict[int, tuple[int, int]]) -> bool:
        """Whether all rules let the (remaining) work of a task lie so."""
        case, state = self.case, self.state[v]
        milestone = case.work[v] == 0
        reached = (lambda moment, bar: moment >= bar) if milestone else self.reached_by(v)
        floor = case.begun[v] if state == State.STARTED else case.start
        floors = [floor] + ([case.status] if case.status is not None else [])
        if not all(reached(start, bar) for bar in floors):
            return False
        start_min, _, finish_min, _ = self.bound[v]
        if start_min != NONE and state == State.OPEN and not reached(start, start_min):
            return False
        if finish_min != NONE and not reached(finish, finish_min):
            return False
        for a, b, kind, lag in case.links:
            if b != v or (state == State.STARTED and kind == SS):
                continue
            event = early[a][1] if kind in (FS, FF) else early[a][0]
            mine = start if kind in (FS, SS) else finish
            if milestone and lag == 0:
                if mine < event:
                    return False
            elif self.worked(v, mine) < self.worked(v, event) + lag:
                return False
        return True

    def reached_by(self, v: int):
        return lambda moment, bar: self.worked(v, moment) >= self.worked(v, bar)

    def early(self, pinned: tuple[int, int, int] | None = None) -> dict[int, tuple[int, int, int]]:
        """Early start, finish, and start of the remaining work; `pinned` holds one task at other dates."""
        dates: dict[int, tuple[int, int, int]] = {}
        for v in self.order:
            if self.state[v] == State.DONE:
                dates[v] = (self.case.begun[v], self.case.ended[v], self.case.ended[v])
                continue
            start = self.case.start - 60
            while True:
                if self.case.work[v] == 0 or self.works(v, start):
                    finish = self.finish_of(v, start)
                    if self.fits(v, start, finish, dates):
                        break
                start += 1
            if pinned and pinned[0] == v:
                start, finish = pinned[1:]
            begun = self.case.begun[v] if self.state[v] == State.STARTED else start
            dates[v] = (begun, finish, start)
        return dates

    def held(self, dates: dict[int, tuple[int, int, int]], limit: int) -> bool:
        """Whether finish and deadlines of everything not done hold."""
        for v, (_, finish, start) in dates.items():
            state, work = self.state[v], self.case.work[v]
            if state == State.DONE:
                continue
            before = (lambda moment, bar: moment <= bar) if work == 0 else (
                lambda moment, bar, v=v: self.worked(v, moment) <= self.worked(v, bar)
            )  # fmt: skip
            _, start_max, _, finish_max = self.bound[v]
            if not before(finish, limit) or (finish_max != NONE and not before(finish, finish_max)):
                return False
            if start_max != NONE and state == State.OPEN and not before(start, start_max):
                return False
        return True

    def slips(self, v: int, start: int) -> tuple[int, int, int]:
        """The next position of a task after `start`: its start, its finish, and by how much work it has slipped."""
        moment = start + 1
        while self.case.work[v] and not self.works(v, moment):
            moment += 1
        return moment, self.finish_of(v, moment), self.worked(v, moment) - self.worked(v, start)
