"""The sweep over bookings in Python: the twin of kernel/conflicts.c."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

Found = list[NDArray[Any]]


def find_overloads(
    resource: NDArray[np.int32],
    start: NDArray[np.int32],
    end: NDArray[np.int32],
    share: NDArray[np.int32],
    capacity: NDArray[np.int64],
) -> Found | tuple[int, int]:
    """The columns of `Overloads`; or what is wrong (as the kernel numbers it) and with which booking."""
    rows = list(zip(resource.tolist(), start.tolist(), end.tolist(), share.tolist(), strict=True))
    for booking, (who, begins, ends, units) in enumerate(rows):
        if not 0 <= who < capacity.size:
            return 1, booking
        if begins >= ends or units < 0:
            return 3 if units < 0 else 2, booking
    by_resource: dict[int, list[int]] = {}
    for booking, row in enumerate(rows):
        by_resource.setdefault(row[0], []).append(booking)
    found: list[tuple[int, int, int, int, int]] = []
    heads, members = [0], []
    for who in sorted(by_resource):
        for overload in _sweep([rows[booking] for booking in by_resource[who]], int(capacity[who])):
            found.append((who, *overload))
            since, until = overload[:2]
            for booking in by_resource[who]:
                _, begins, ends, units = rows[booking]
                if begins < until and ends > since and units > 0:
                    members.append(booking)
            heads.append(len(members))
    columns = list(zip(*found, strict=True)) or [()] * 5
    types = (np.int32, np.int32, np.int32, np.int64, np.int64)
    arrays: Found = [np.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    return [*arrays, np.array(heads, np.int64), np.array(members, np.int32)]


def _sweep(rows: list[tuple[int, int, int, int]], capacity: int) -> list[tuple[int, int, int, int]]:
    """Start, end, peak and excess of each overload of one resource."""
    events = sorted([(begins, units) for _, begins, _, units in rows] + [(ends, -units) for _, _, ends, units in rows])
    told: list[tuple[int, int, int, int]] = []
    load = peak = excess = since = last = 0
    over = False
    for moment, changes in groupby(events, key=lambda event: event[0]):
        after = load + sum(change for _, change in changes)
        if after == load:
            continue
        if over:
            excess += (load - capacity) * (moment - last)
        if after > capacity:
            if not over:
                over, since, peak, excess = True, moment, after, 0
            peak = max(peak, after)
        elif over:
            told.append((since, moment, peak, excess))
            over = False
        load, last = after, moment
    return told
