"""Taking a time on a machine that others use too: many takes, their median, the quickest, and the processor's own time."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from typing import Any


def take(work: Callable[[], Any], times: int) -> dict[str, float]:
    """Milliseconds: median and least of the wall clock, median and least of the processor's time in this process."""
    wall, processor = [], []
    for _ in range(times):
        wall_before, before = time.perf_counter(), time.process_time()
        work()
        processor.append(time.process_time() - before)
        wall.append(time.perf_counter() - wall_before)
    return {
        "median_ms": _ms(statistics.median(wall)),
        "least_ms": _ms(min(wall)),
        "cpu_median_ms": _ms(statistics.median(processor)),
        "cpu_least_ms": _ms(min(processor)),
        "times": times,
    }


def load() -> dict[str, float]:
    """How busy the machine is with everything that runs on it; the cores alone would be at `cores`."""
    return {"load_1_minute": round(os.getloadavg()[0], 1), "cores": os.cpu_count() or 1}


def _ms(seconds: float) -> float:
    return float(f"{seconds * 1000:.4g}")
