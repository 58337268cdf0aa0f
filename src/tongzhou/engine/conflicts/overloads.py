"""Over-allocation of people and double booking of things, over all bookings of a company at once."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..kernel import address, kernel
from . import twin

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
_REACH = 2**31 - 1


class BookingError(ValueError):
    """A booking makes no sense; `booking` is its position, None when the arrays do not fit each other."""

    def __init__(self, message: str, booking: int | None = None) -> None:
        super().__init__(message)
        self.booking = booking


@dataclass(frozen=True, eq=False)
class Overloads:
    """Stretches of time in which a resource is booked beyond its capacity, by resource and time.

    Each is as long as it can be: the load stays above capacity from `start` to `end` (not included).
    """

    resource: Int32
    start: Int32
    end: Int32
    peak: Int64
    """The highest load in it, in units of share."""
    excess: Int64
    """Load above capacity summed over its moments: how much work has to go elsewhere."""
    heads: Int64
    bookings: Int32
    """Bookings of overload i: bookings[heads[i]:heads[i + 1]], in the order they were given."""

    def __len__(self) -> int:
        return int(self.resource.size)

    def bookings_of(self, number: int) -> Int32:
        """Which bookings make this overload."""
        return self.bookings[self.heads[number] : self.heads[number + 1]]


class _Structure(ctypes.Structure):
    _fields_ = [
        ("count", ctypes.c_int64),
        ("resources", ctypes.c_int64),
        *((name, ctypes.c_void_p) for name in ("resource", "start", "end", "share", "capacity")),
        *((name, ctypes.c_void_p) for name in ("head", "sorted", "events")),
        ("most", ctypes.c_int64),
        ("bad", ctypes.c_int64),
        *((name, ctypes.c_void_p) for name in ("who", "from_", "until", "peak", "excess")),
        ("found", ctypes.c_int64),
    ]


def find_overloads(resource: Any, start: Any, end: Any, share: Any, capacity: Any) -> Overloads:
    """Where bookings ask for more than there is.

    `resource`: whose, a position in `capacity`. `start`, `end`: moments or working periods, the end not included.
    `share`, `capacity`: whole units, such as percent of a person or pieces of a thing. An absence is a booking of all
    there is. Raises BookingError naming the first booking that makes no sense.
    """
    columns = [
        _int32(given, what)
        for given, what in ((resource, "resource"), (start, "start"), (end, "end"), (share, "share"))
    ]
    n = columns[0].size
    for column in columns:
        if column.shape != (n,):
            raise BookingError(f"The arrays of bookings do not have one length: {[c.size for c in columns]}.")
    if n and int(columns[3].max()) * n * (int(columns[2].max()) - int(columns[1].min())) >= 2**62:
        raise BookingError("So much is booked for so long that it cannot be added up.")
    limits = np.ascontiguousarray(capacity, np.int64)
    if limits.ndim != 1 or (limits < 0).any():
        raise BookingError("Capacities are one whole number a resource, none below zero.")
    library = kernel()
    if library is None:
        told = twin.find_overloads(columns[0], columns[1], columns[2], columns[3], limits)
        if isinstance(told, tuple):
            raise _refusal(*told)
        return Overloads(told[0], told[1], told[2], told[3], told[4], told[5], told[6])
    s = _Structure(count=n, resources=limits.size)
    s.resource, s.start, s.end, s.share = (address(column) for column in columns)
    s.capacity = address(limits)
    head, grouped = np.empty(limits.size + 1, np.int32), np.empty((n, 4), np.int32)
    s.head, s.sorted = address(head), address(grouped)
    code = library.tz_overload_group(ctypes.byref(s))
    if code:
        raise _refusal(code, int(s.bad))
    # Found overloads are at most as many as bookings: each begins where a booking does.
    events = np.empty(4 * s.most + 1, np.uint64)
    ints, longs = np.empty((3, n), np.int32), np.empty((2, n), np.int64)
    s.events = address(events)
    s.who, s.peak = address(ints), address(longs)
    s.from_, s.until, s.excess = s.who + 4 * n, s.who + 8 * n, s.peak + 8 * n
    library.tz_overload_find(ctypes.byref(s), ctypes.c_int64(0), ctypes.c_int64(limits.size))
    found = int(s.found)
    heads, members = _bookings(library, s, found)
    who, since, until, peak, excess = (row[:found].copy() for row in (*ints, *longs))
    return Overloads(who, since, until, peak, excess, heads, members)


def _bookings(library: Any, s: _Structure, found: int) -> tuple[Int64, Int32]:
    heads = np.empty(found + 1, np.int64)
    library.tz_overload_bookings.restype = ctypes.c_int64
    room = 8 * found
    while True:
        members = np.empty(room, np.int32)
        needed = library.tz_overload_bookings(
            ctypes.byref(s), ctypes.c_void_p(address(heads)), ctypes.c_void_p(address(members)), ctypes.c_int64(room)
        )
        if needed <= room:
            return heads, members[:needed]
        room = needed


def _int32(given: Any, what: str) -> Int32:
    array = np.asarray(given)
    if array.dtype == np.int32:
        return np.ascontiguousarray(array)
    if array.size == 0:
        return np.empty(0, np.int32)
    if array.dtype.kind not in "iu":
        raise BookingError(f"The array of {what}s holds {array.dtype}, not whole numbers.")
    if (outside := (array > _REACH) | (array < -_REACH)).any():
        at = int(np.flatnonzero(outside)[0])
        raise BookingError(f"The {what} of booking {at} is out of reach.", at)
    return np.ascontiguousarray(array, np.int32)


def _refusal(code: int, booking: int) -> BookingError:
    words = {
        1: "is of a resource that is not there",
        2: "ends before it begins",
        3: "asks for less than nothing",
    }
    return BookingError(f"Booking {booking} {words[code]}.", booking)
