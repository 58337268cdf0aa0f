"""The network computed in Python: the twin of kernel/network.c, line for line where it matters. Change both together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .arrays import NONE, Dates, Driver, Kind, Moved, Network, State
from .clocks import OutsideClockError
from .errors import cycle_error
from .native import find_cycle, refusal

_FAR = 2**30


class TwinNetwork:
    """The same as NativeNetwork; a change computes everything anew and compares."""

    def __init__(self, problem: Network) -> None:
        self.problem = problem
        self.work = problem.work
        self._read()
        self._put_in_order()
        self.dates = self._pass()

    @property
    def order(self) -> NDArray[np.int32]:
        return np.array(self._order, np.int32)

    def recompute(self) -> None:
        """All dates again, in the order already made."""
        self._read()
        self.dates = self._pass()

    def change(self, changed: NDArray[np.int32]) -> Moved:
        """Dates after something about these tasks has changed in the arrays of the problem."""
        old = self.dates
        self.recompute()
        new = self.dates
        moved = (old.early_start != new.early_start) | (old.early_finish != new.early_finish)
        refloated = np.zeros_like(moved)
        for name in ("late_start", "late_finish", "total_float", "free_float"):
            refloated |= getattr(old, name) != getattr(new, name)
        which, floats = (np.flatnonzero(changes).astype(np.int32) for changes in (moved, refloated))
        return Moved(which, new.early_start[which], new.early_finish[which], floats, old.finish, new.finish)

    def _read(self) -> None:
        p, n = self.problem, self.problem.tasks
        self._work: list[int] = p.work.tolist()
        self._links = p.link.tolist() if p.link is not None else [0] * p.links
        self._state: list[int] = p.state.tolist() if p.state is not None else [State.OPEN] * n
        self._begun: list[int] = p.actual_start.tolist() if p.actual_start is not None else []
        self._ended: list[int] = p.actual_finish.tolist() if p.actual_finish is not None else []
        self._bound: list[list[int]] | None = p.bound.tolist() if p.bound is not None else None
        of = p.clock_of.tolist() if p.clock_of is not None else [0] * n
        self._clock_number = of
        self._clock = [p.clocks[number] for number in of] if p.clocks else []

    def _put_in_order(self) -> None:
        p = self.problem
        froms, tos = p.link_from.tolist(), p.link_to.tolist()
        n = p.tasks
        for task, work in enumerate(self._work):
            if work < 0:
                raise refusal(3, task, p)
        self._next: list[list[tuple[int, int]]] = [[] for _ in range(n)]
        waits = [0] * n
        for at, (first, second, link) in enumerate(zip(froms, tos, self._links, strict=True)):
            if not (0 <= first < n and 0 <= second < n):
                raise refusal(1, at, p)
            if first == second:
                raise refusal(2, at, p)
            self._next[first].append((second, link))
            waits[second] += 1
        self._order = [task for task in range(n) if not waits[task]]
        for task in self._order:
            for other, _ in self._next[task]:
                waits[other] -= 1
                if not waits[other]:
                    self._order.append(other)
        if len(self._order) < n:
            raise cycle_error(find_cycle(p, np.array(waits) > 0))
        if all(first < second for first, second in zip(froms, tos, strict=True)):
            self._order = list(range(n))

    def _pass(self) -> Dates:
        p, n = self.problem, self.problem.tasks
        self._es, self._ef = [0] * n, [0] * n
        self._ls, self._lf, self._tf, self._ff = [0] * n, [0] * n, [0] * n, [0] * n
        self._wf, self._wl = [0] * n, [0] * n
        self._asked: list[int | None] = [None] * n
        self._driver = [int(Driver.START)] * n
        for task in self._order:
            try:
                (self._settle if p.clocks else self._settle_plain)(task)
            except OutsideClockError:
                raise refusal(5, task, p) from None
        self._finish = max(self._ef, default=p.start)
        for task in reversed(self._order):
            try:
                (self._settle_late if p.clocks else self._settle_late_plain)(task)
            except OutsideClockError:
                raise refusal(5, task, p) from None
        arrays = (self._es, self._ef, self._ls, self._lf, self._tf, self._ff, self._driver)
        es, ef, ls, lf, tf, ff, driver = (np.array(numbers, np.int32) for numbers in arrays)
        return Dates(es, ef, ls, lf, tf, ff, driver, self._finish)

    def _ask(self, other: int, x: int, by: int) -> None:
        best = self._asked[other]
        if best is None or x > best or (x == best and by < self._driver[other]):
            self._asked[other] = x
            self._driver[other] = by

    # -- all time is working time, all links plain ------------------------------------------------------------------

    def _settle_plain(self, v: int) -> None:
        given = self._asked[v]
        asked = self.problem.start if given is None else given
        if given is None or given < self.problem.start:
            asked = self.problem.start
            self._driver[v] = Driver.START
        self._es[v] = asked
        self._ef[v] = asked + self._work[v]
        if self._ef[v] > _FAR:
            raise OutsideClockError
        for other, _ in self._next[v]:
            self._ask(other, self._ef[v], v)

    def _settle_late_plain(self, u: int) -> None:
        p = self.problem
        late = min((self._ls[v] for v, _ in self._next[u]), default=_FAR)
        late = min(late, p.target if p.target != NONE else self._finish)
        free = min((self._es[v] for v, _ in self._next[u]), default=self._finish)
        if late - self._work[u] < -_FAR:
            raise OutsideClockError
        self._lf[u], self._ls[u] = late, late - self._work[u]
        self._tf[u], self._ff[u] = late - self._ef[u], min(free, self._finish) - self._ef[u]

    # -- the general case -------------------------------------------------------------------------------------------

    def _settle(self, v: int) -> None:
        p, work, state = self.problem, self._work[v], self._state[v]
        if state == State.DONE:
            self._es[v], self._ef[v], self._driver[v] = self._begun[v], self._ended[v], Driver.ACTUAL
        else:
            clock = self._clock[v]
            driver = Driver.ACTUAL if state == State.STARTED else Driver.START
            base = self._begun[v] if state == State.STARTED else p.start
            if p.status != NONE and p.status > base:
                base, driver = p.status, Driver.STATUS_DATE
            at = clock.worked(base) if work else base
            if self._bound is not None:
                start_min, _, finish_min, _ = self._bound[v]
                for given, less in ((start_min if state == State.OPEN else NONE, 0), (finish_min, work)):
                    if given != NONE:
                        x = clock.worked(given) - less if work else given
                        if x > at:
                            at, driver = x, Driver.CONSTRAINT
            by_links = self._asked[v]
            if by_links is not None and by_links >= at:
                at = by_links
            else:
                self._driver[v] = driver
            self._wf[v] = at + work
            self._ef[v] = clock.earliest(at + work) if work else at
            self._es[v] = self._begun[v] if state == State.STARTED else clock.latest(at) if work else at
        for other, link in self._next[v]:
            if (ask := self._asks(v, other, link)) is not None:
                self._ask(other, ask, v)

    def _asks(self, u: int, v: int, link: int) -> int | None:
        """What a link asks of its second task: the work done before it may start, or the moment of a milestone."""
        kind, lag, state, work = link & 3, link >> 2, self._state[v], self._work[v]
        if state == State.DONE or (state == State.STARTED and kind == Kind.START_START):
            return None
        event = self._ef[u] if kind in (Kind.FINISH_START, Kind.FINISH_FINISH) else self._es[u]
        clock = self._clock[v]
        if work == 0:
            if lag == 0:
                return event
            w = clock.worked(event) + lag
            return None if w < 0 else clock.earliest(w)
        of_start, first = kind in (Kind.START_START, Kind.START_FINISH), self._state[u]
        if self._same_clock(u, v) and (first == State.OPEN or (first == State.STARTED and not of_start)):
            w = self._wf[u] - (self._work[u] if of_start else 0)
        else:
            w = clock.worked(event)
        w += lag - (work if kind in (Kind.FINISH_FINISH, Kind.START_FINISH) else 0)
        return None if w < 0 else w

    def _same_clock(self, u: int, v: int) -> bool:
        return self._clock_number[u] == self._clock_number[v] and self._work[u] > 0 and self._work[v] > 0

    def _room(self, v: int, link: int, finish: int) -> int:
        """The last moment at which the event of a link may happen when its second task has this finish."""
        kind, lag, work = link & 3, link >> 2, self._work[v]
        if work == 0 and lag == 0:
            return finish
        clock = self._clock[v]
        return clock.latest(clock.worked(finish) - (work if kind in (Kind.FINISH_START, Kind.START_START) else 0) - lag)

    def _settle_late(self, u: int) -> None:
        p, work, state = self.problem, self._work[u], self._state[u]
        if state == State.DONE:
            self._ls[u], self._lf[u] = self._es[u], self._ef[u]
            return
        clock = self._clock[u]
        limit = p.target if p.target != NONE else self._finish
        late = clock.worked(limit) if work else limit
        free = clock.worked(self._finish) if work else self._finish
        if self._bound is not None:
            _, start_max, _, finish_max = self._bound[u]
            if start_max != NONE and state == State.OPEN:
                late = min(late, clock.worked(start_max) + work if work else start_max)
            if finish_max != NONE:
                late = min(late, clock.worked(finish_max) if work else finish_max)
        for v, link in self._next[u]:
            kind, other = link & 3, self._state[v]
            of_start = kind in (Kind.START_START, Kind.START_FINISH)
            if (
                other == State.DONE
                or (of_start and state == State.STARTED)
                or (kind == Kind.START_START and other == State.STARTED)
            ):
                continue
            if self._same_clock(u, v):
                less = (link >> 2) - (work if of_start else 0)
                less += self._work[v] if kind in (Kind.FINISH_START, Kind.START_START) else 0
                late, free = min(late, self._wl[v] - less), min(free, self._wf[v] - less)
                continue
            if link >> 2 == 0 and other == State.OPEN and kind in (Kind.FINISH_START, Kind.START_START):
                a, b = self._ls[v], self._es[v]
            else:
                a, b = self._room(v, link, self._lf[v]), self._room(v, link, self._ef[v])
            if work and of_start:
                a, b = clock.worked(a + 1) - 1 + work, clock.worked(b + 1) - 1 + work
            elif work:
                a, b = clock.worked(a), clock.worked(b)
            late, free = min(late, a), min(free, b)
        if work:
            self._lf[u] = clock.earliest(late)
            self._ls[u] = clock.latest(late - work) if state == State.OPEN else self._es[u]
            self._wl[u] = late
            self._tf[u], self._ff[u] = late - self._wf[u], free - self._wf[u]
        else:
            done = clock.worked(self._ef[u])
            self._lf[u] = late
            self._ls[u] = late if state == State.OPEN else self._es[u]
            self._tf[u], self._ff[u] = clock.worked(late) - done, clock.worked(free) - done
