"""The network computed by the kernel: fills kernel/network.h's structure and calls it."""

from __future__ import annotations

import ctypes
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..kernel import Kernel, address
from .arrays import Dates, Moved, Network
from .clocks import Clock
from .errors import HorizonError, LinkError, NetworkError, TaskError, cycle_error

_GIVEN = ("from_", "to", "link", "work", "clock", "clock_of", "state", "actual_start", "actual_finish", "bound")
_MADE = ("order", "place", "head", "next", "next_link", "chain", "record")
_WARM = ("before_head", "before", "before_link", "moved", "refloated", "flags")
_TOLD = ("finish", "bad", "moved_count", "refloated_count")
_ROWS = 7
"""Numbers of a task that `Dates` shows; a record holds 8, and 12 where clocks are."""


class _Structure(ctypes.Structure):
    _fields_ = [
        ("tasks", ctypes.c_int64),
        ("links", ctypes.c_int64),
        *((name, ctypes.c_void_p) for name in _GIVEN),
        *((name, ctypes.c_int64) for name in ("start", "status", "target")),
        *((name, ctypes.c_void_p) for name in (*_MADE, *_WARM)),
        *((name, ctypes.c_int64) for name in _TOLD),
    ]


@lru_cache(maxsize=64)
def _table(clocks: tuple[Clock, ...]) -> NDArray[np.int64]:
    """The clocks as the kernel's tz_clock, nine numbers each."""
    return np.array(
        [
            [
                clock.begin.size - 1, clock.low, clock.high, clock.t_shift, clock.w_shift, address(clock.begin),
                address(clock.before), address(clock.t_bucket), address(clock.w_bucket),
            ]
            for clock in clocks
        ],
        np.int64,
    )  # fmt: skip


def _aligned(rows: int, width: int) -> NDArray[np.int32]:
    """Memory that begins with a line of the cache, so that a record does not lie across more lines than it must."""
    flat = np.empty(rows * width + 16, np.int32)
    skip = -address(flat) % 64 // 4
    return flat[skip : skip + rows * width].reshape(rows, width)


class NativeNetwork:
    """A network in the kernel, with its order kept for changes. It reads the arrays of the problem whenever it is asked."""

    def __init__(self, library: Kernel, problem: Network) -> None:
        self.library, self.problem = library, problem
        n, m = problem.tasks, problem.links
        layers = 1 if problem.link is None else 2
        self._places = np.empty((3, n + 1), np.int32)
        self._links = np.empty((layers, m), np.int32)
        self._records = _aligned(n, 12 if problem.clocks else 8)
        self._warm: list[NDArray[Any]] = []
        self._table = _table(problem.clocks) if problem.clocks else None
        s = self.structure = _Structure(tasks=n, links=m)
        s.start, s.status, s.target = problem.start, problem.status, problem.target
        s.from_, s.to = address(problem.link_from), address(problem.link_to)
        for name in ("work", "link", "clock_of", "state", "actual_start", "actual_finish", "bound"):
            if (array := getattr(problem, name)) is not None:
                setattr(s, name, address(array))
        if self._table is not None:
            s.clock = address(self._table)
        s.order = address(self._places)
        s.place, s.head = s.order + 4 * (n + 1), s.order + 8 * (n + 1)
        s.next, s.record = address(self._links), address(self._records)
        if problem.link is not None:
            s.next_link = s.next + 4 * m
        chain = np.empty(m, np.int32)
        s.chain = address(chain)
        told = library.tz_network_order(ctypes.byref(s))
        del chain
        self._refuse(told)
        self.recompute()

    @property
    def order(self) -> NDArray[np.int32]:
        """Tasks in an order in which none comes before its predecessors."""
        return self._places[0, : self.problem.tasks]

    @property
    def dates(self) -> Dates:
        """The dates as they are now."""
        n = self.problem.tasks
        rows = np.empty((_ROWS, n), np.int32)
        self.library.tz_network_dates(ctypes.byref(self.structure), ctypes.c_void_p(address(rows)), ctypes.c_int64(n))
        es, ef, ls, lf, tf, ff, driver = rows
        return Dates(es, ef, ls, lf, tf, ff, driver, int(self.structure.finish))

    def recompute(self) -> None:
        """All dates again, in the order already made."""
        self._refuse(self.library.tz_network_pass(ctypes.byref(self.structure)))

    def change(self, changed: NDArray[np.int32]) -> Moved:
        """Dates after something about these tasks has changed in the arrays of the problem."""
        if not self._warm:
            self._warm_up()
        s = self.structure
        before = int(s.finish)
        told = self.library.tz_network_change(
            ctypes.byref(s), ctypes.c_void_p(address(changed)), ctypes.c_int64(changed.size)
        )
        if told:
            self._warm = []
            self._refuse(told)
        moved = self._ascending(self._warm[1][1, : s.moved_count])
        start, finish = self.early(moved)
        refloated = self._ascending(self._warm[1][2, : s.refloated_count])
        return Moved(moved, start, finish, refloated, before, int(s.finish))

    def early(self, tasks: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Early start and finish of some tasks."""
        flat, at = self._records.reshape(-1), self._places[1, tasks].astype(np.int64) * self._records.shape[1]
        return flat[at], flat[at + 1]

    def _ascending(self, tasks: NDArray[np.int32]) -> NDArray[np.int32]:
        """Sorted; many tasks by marking them, which takes no comparing."""
        if tasks.size * 16 < self.problem.tasks:
            return np.sort(tasks)
        among = np.zeros(self.problem.tasks, np.bool_)
        among[tasks] = True
        return np.flatnonzero(among).astype(np.int32)

    def _warm_up(self) -> None:
        n, s = self.problem.tasks, self.structure
        before, ints = np.empty_like(self._links), np.empty((3, n + 1), np.int32)
        words = -(-n // 64)
        flags = np.empty(words + -(-words // 64) + 1, np.uint64)
        self._warm = [before, ints, flags]
        s.before, s.flags = address(before), address(flags)
        if self.problem.link is not None:
            s.before_link = s.before + self.problem.links * 4
        s.before_head = address(ints)
        s.moved, s.refloated = s.before_head + 4 * (n + 1), s.before_head + 8 * (n + 1)
        self.library.tz_network_warm(ctypes.byref(s))

    def bytes_kept(self) -> int:
        """Memory of its own, what was given and what was told not counted."""
        arrays = (self._places, self._links, self._records, *self._warm)
        return sum(array.nbytes for array in arrays)

    def _refuse(self, told: int) -> None:
        if not told:
            return
        bad = int(self.structure.bad)
        if told == 4:
            waits = self._places[1, : self.problem.tasks]
            raise cycle_error(find_cycle(self.problem, waits > 0))
        raise refusal(told, bad, self.problem)


def refusal(told: int, bad: int, problem: Network) -> NetworkError:
    """The error for what the kernel (or its twin) has found wrong."""
    if told == 1:
        ends = [int(problem.link_from[bad]), int(problem.link_to[bad])]
        return LinkError(f"Link {bad} joins {ends[0]} and {ends[1]}; there are {problem.tasks} tasks.", link=bad)
    if told == 2:
        task = int(problem.link_from[bad])
        return LinkError(f"Task #{task} is linked to itself.", [task], bad)
    if told == 3:
        return TaskError(f"The duration of task #{bad} is negative.", [bad])
    return HorizonError(f"The dates of task #{bad} run out of the calendar.", [bad])


def find_cycle(problem: Network, waiting: NDArray[np.bool_]) -> list[int]:
    """One ring among the tasks that cannot be put in order, from its lowest task on."""
    inside = waiting[problem.link_from] & waiting[problem.link_to]
    # The first link to each task wins, as the last one written stays.
    before = np.full(problem.tasks, -1, np.int32)
    before[problem.link_to[inside][::-1]] = problem.link_from[inside][::-1]
    seen: dict[int, int] = {}
    walk: list[int] = []
    task = int(np.flatnonzero(waiting)[0])
    while task not in seen:
        seen[task] = len(walk)
        walk.append(task)
        task = int(before[task])
    ring = walk[seen[task] :][::-1]
    low = ring.index(min(ring))
    return ring[low:] + ring[:low]
