"""Computing a network once, or keeping it so that a change costs what it moves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..kernel import kernel
from .arrays import ALWAYS, NONE, Dates, Moved, Network
from .errors import NetworkError, TaskError
from .native import NativeNetwork
from .twin import TwinNetwork

_BOUNDS = ("start_min", "start_max", "finish_min", "finish_max")


def _engine(problem: Network) -> NativeNetwork | TwinNetwork:
    library = kernel()
    return TwinNetwork(problem) if library is None else NativeNetwork(library, problem)


def compute(problem: Network) -> Dates:
    """All dates of a network. Raises CycleError, LinkError, TaskError or HorizonError, each naming its tasks."""
    return _engine(problem).dates


class LiveNetwork:
    """A network that is changed task by task, as while a bar is dragged in the Gantt.

    `dates` are always those of the present state; a refused change leaves everything as it was.
    """

    def __init__(self, problem: Network) -> None:
        self._problem = replace(
            problem, work=problem.work.copy(), bound=None if problem.bound is None else problem.bound.copy()
        )
        self._engine = _engine(self._problem)

    @property
    def dates(self) -> Dates:
        """The dates as they are now."""
        return self._engine.dates

    @property
    def problem(self) -> Network:
        """The network as it is now."""
        return self._problem

    def change(self, tasks: Any, *, work: Any = None, **bounds: Any) -> Moved:
        """Gives some tasks new work or new constraints (`start_min` … `finish_max`; NONE takes one away).

        Costs in proportion to what moves; when the finish of the plan moves, all late dates do. Raises like `compute`.
        """
        changed = np.atleast_1d(np.asarray(tasks, np.int32))
        if changed.size and (changed.min() < 0 or changed.max() >= self._problem.tasks):
            raise TaskError(f"There is no task {int(changed.max())}; there are {self._problem.tasks}.")
        if unknown := set(bounds) - set(_BOUNDS):
            raise TypeError(f"A task has no {unknown.pop()} to change.")
        if work is not None and (negative := np.flatnonzero(np.broadcast_to(work, changed.shape) < 0)).size:
            task = int(changed[negative[0]])
            raise TaskError(f"The duration of task #{task} is negative.", [task])
        for given in (work, *bounds.values()):
            if given is not None and (np.abs(np.asarray(given, np.int64)) > 2**30)[np.asarray(given) != NONE].any():
                raise TaskError(f"A new duration or date of task #{changed[0]} is out of reach.", [int(changed[0])])
        if bounds and self._problem.bound is None:
            self._make_room_for_bounds()
        undo = self._write(changed, work, bounds)
        try:
            return self._engine.change(changed)
        except NetworkError:
            for array, at, old in reversed(undo):
                array[at] = old
            self._engine.recompute()
            raise

    def _write(self, changed: NDArray[np.int32], work: Any, bounds: dict[str, Any]) -> list[tuple[Any, Any, Any]]:
        undo: list[tuple[Any, Any, Any]] = []
        if work is not None:
            undo.append((self._problem.work, changed, self._problem.work[changed]))
            self._problem.work[changed] = work
        for name, moments in bounds.items():
            assert self._problem.bound is not None
            where = (changed, _BOUNDS.index(name))
            undo.append((self._problem.bound, where, self._problem.bound[where]))
            self._problem.bound[where] = moments
        return undo

    def _make_room_for_bounds(self) -> None:
        """A plan gets its first constraint: from now on it is computed with all rules."""
        p = self._problem
        self._problem = replace(
            p,
            bound=np.full((p.tasks, 4), NONE, np.int32),
            link=np.zeros(p.links, np.int32) if p.link is None else p.link,
            clocks=p.clocks or (ALWAYS,),
        )
        self._engine = _engine(self._problem)
