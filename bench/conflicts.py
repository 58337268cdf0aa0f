"""Over-allocation among the bookings of a large company: found from arrays, and re-checked for one person.

    PYTHONPATH=src python bench/conflicts.py

People are booked over two years of working days, each a hundred times for one to twenty days at 5 to 50 percent. Beside the
kernel: the same sweep in numpy (sort all beginnings and ends, running sum), which finds the stretches but not their bookings.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from machine import keep
from timing import load, take

from tongzhou.engine.conflicts import Workload, find_overloads
from tongzhou.engine.kernel import kernel, why_none

DAYS = 500


def bookings(count: int, people: int, unit: int = 1) -> tuple[np.ndarray, ...]:
    """Person, start, end, percent; `unit`: moments in a day."""
    rng = np.random.default_rng(count)
    start = rng.integers(0, DAYS * unit, count)
    length = rng.integers(1, 20 * unit + 1, count)
    columns = (rng.integers(0, people, count), start, start + length, rng.integers(1, 11, count) * 5)
    return tuple(column.astype(np.int32) for column in columns)


def with_numpy(columns: tuple[np.ndarray, ...], capacity: np.ndarray) -> np.ndarray:
    """Where the running sum of sorted beginnings and ends crosses the capacity."""
    who, start, end, share = columns
    keys = np.concatenate([who.astype(np.int64) << 32 | start, who.astype(np.int64) << 32 | end])
    order = np.argsort(keys, kind="stable")
    sums = np.cumsum(np.concatenate([share, -share])[order])
    keys = keys[order]
    last = np.append(keys[1:] != keys[:-1], True)
    over = sums[last] > capacity[keys[last] >> 32]
    return np.flatnonzero(over & ~np.append(False, over[:-1]))


def measure(count: int, people: int, unit: int, times: int) -> dict[str, Any]:
    """Figures of one company."""
    columns, capacity = bookings(count, people, unit), np.full(people, 100, np.int64)
    found = find_overloads(*columns, capacity)
    assert len(found) == with_numpy(columns, capacity).size
    kept = Workload(*columns, capacity)
    numbers = iter(range(10**9))
    return {
        "conflicts": len(found),
        "bookings named in them": int(found.bookings.size),
        "found with their bookings": take(lambda: find_overloads(*columns, capacity), times),
        "numpy, without their bookings": take(lambda: with_numpy(columns, capacity), max(3, times // 3)),
        "one person checked again": take(lambda: kept.recheck(next(numbers) % people), 201),
        "load": load(),
    }


def main() -> None:
    """Measures, prints and keeps."""
    assert kernel() is not None, why_none()
    figures = {
        "1,000,000 bookings of 10,000 people, days": measure(1_000_000, 10_000, 1, 15),
        "1,000,000 bookings of 10,000 people, minutes": measure(1_000_000, 10_000, 480, 9),
        "100,000 bookings of 1,000 people, days": measure(100_000, 1_000, 1, 41),
        "100,000 bookings of 10,000 people, days": measure(100_000, 10_000, 1, 41),
    }
    for case, told in figures.items():
        print(case)
        for name, figure in told.items():
            print(f"    {name:35} {figure}")
    print(keep("conflicts", figures))


if __name__ == "__main__":
    main()
