"""The population search of the kernel, in slices between which the caller looks at the time; without a kernel, sampling."""

from __future__ import annotations

import ctypes
import random

import numpy as np

from ..kernel.library import Kernel, kernel
from .compiled import Compiled
from .schemes import Plan, Span, _at, _problem, cost_of, justify, serial

SMALLEST, LARGEST = 100, 800
"""How many individuals the first start has, and the last ones."""
_NOTHING = 2**63 - 1


class Population:
    """Breeds plans of one problem. The same seed and the same calls give the same plans."""

    def __init__(self, compiled: Compiled, span: Span, seed: int) -> None:
        self.compiled = compiled
        self._latest = np.ascontiguousarray(span.latest, np.int64)
        self._random = random.Random(seed)  # noqa: S311 - a search, no secret
        self._best: Plan | None = None
        self._library = _declared(kernel())
        self._handle = None
        if self._library is not None:
            self._handle = self._library.tz_population_new(
                _problem(compiled), seed, SMALLEST, LARGEST, _at(self._latest)
            )
            if not self._handle:
                raise MemoryError("no room for a population")

    def __enter__(self) -> Population:
        return self

    def __exit__(self, *_: object) -> None:
        if self._library is not None and self._handle:
            self._library.tz_population_end(self._handle)
        self._handle = None

    def breed(self, children: int) -> int:
        """Builds so many plans; the best cost so far."""
        if self._library is not None:
            return int(self._library.tz_population_breed(self._handle, children))
        for _ in range(children):
            self._sample()
        return _NOTHING if self._best is None else self._best.cost

    def join(self, plan: Plan) -> None:
        """Takes in a plan found elsewhere."""
        if self._library is not None:
            self._library.tz_population_join(self._handle, _at(plan.start), _at(plan.chosen))
        elif self._best is None or plan.cost < self._best.cost:
            self._best = plan

    def best(self) -> Plan | None:
        """The best plan so far."""
        if self._library is None:
            return self._best
        start = np.zeros(self.compiled.n, np.int32)
        chosen = np.zeros(self.compiled.choices, np.int32)
        if self._library.tz_population_best(self._handle, _at(start), _at(chosen)) == _NOTHING:
            return None
        return Plan(start, chosen, cost_of(self.compiled, start), "population")

    def _sample(self) -> None:
        """One plan by latest starts with noise, justified."""
        spread = 1 + int(np.ptp(self._latest)) // 4 if self.compiled.n else 1
        noise = np.array([self._random.randrange(spread) for _ in range(self.compiled.n)], np.int64)
        plan = serial(self.compiled, self._latest + noise, "population")
        if plan is not None:
            plan = justify(self.compiled, plan)
            if self._best is None or plan.cost < self._best.cost:
                self._best = plan


def _declared(library: Kernel | None) -> Kernel | None:
    if library is not None:
        pointer, number = ctypes.c_void_p, ctypes.c_int32
        library.tz_population_new.restype = pointer
        library.tz_population_new.argtypes = [pointer, ctypes.c_uint64, number, number, pointer]
        library.tz_population_breed.restype = library.tz_population_best.restype = ctypes.c_int64
        library.tz_population_breed.argtypes = [pointer, number]
        library.tz_population_join.argtypes = library.tz_population_best.argtypes = [pointer, pointer, pointer]
        library.tz_population_end.argtypes = [pointer]
        library.tz_population_end.restype = None
    return library
