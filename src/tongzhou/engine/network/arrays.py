"""What goes into the computation and what comes out, as arrays: one number a task or a link."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .clocks import Clock
from .errors import LinkError, TaskError

Int32 = NDArray[np.int32]
NONE = int(np.iinfo(np.int32).min)
"""Where an array of moments holds none."""
_LIMIT = 2**30
_LAG_LIMIT = 2**29 - 1


class Kind(enum.IntEnum):
    """Which ends of two tasks a link joins: the first one's, then the second one's."""

    FINISH_START = 0
    START_START = 1
    FINISH_FINISH = 2
    START_FINISH = 3


class State(enum.IntEnum):
    """How far a task is."""

    OPEN = 0
    STARTED = 1
    DONE = 2


class Driver(enum.IntEnum):
    """Why a task is where it is, when no predecessor holds it: the plan's start, the status date, its own constraint,
    or that it has begun. Drivers of 0 and above are predecessors."""

    START = -1
    STATUS_DATE = -2
    CONSTRAINT = -3
    ACTUAL = -4


@dataclass(frozen=True, eq=False)
class Network:
    """Tasks and links as the kernel reads them; made by `network`, which checks them."""

    work: Int32
    link_from: Int32
    link_to: Int32
    link: Int32 | None
    """Lag * 4 + kind; None when all are finish-to-start without lag."""
    clocks: tuple[Clock, ...]
    """Empty: all time is working time."""
    clock_of: Int32 | None
    state: NDArray[np.int8] | None
    actual_start: Int32 | None
    actual_finish: Int32 | None
    bound: Int32 | None
    """Four a task: start not before, start not after, finish not before, finish not after; NONE for none."""
    start: int
    status: int
    target: int

    @property
    def tasks(self) -> int:
        return int(self.work.size)

    @property
    def links(self) -> int:
        return int(self.link_from.size)


@dataclass(frozen=True, eq=False)
class Dates:
    """The computed plan, one number a task. Moments count from the clock's origin, floats in work of the task's clock.

    Late dates and total float hang on the finish of the whole plan (or on its target), free float on the successors'
    early dates. A negative total float says by how much a deadline is missed. What is done has no float.
    """

    early_start: Int32
    early_finish: Int32
    late_start: Int32
    late_finish: Int32
    total_float: Int32
    free_float: Int32
    driver: Int32
    """The predecessor that holds the task where it is, the lowest of equals; else a (negative) `Driver`."""
    finish: int
    """The last early finish."""

    def critical(self, below: int = 0) -> NDArray[np.bool_]:
        """Tasks whose float is at most `below`, what is done included."""
        return np.asarray(self.total_float <= below)


@dataclass(frozen=True, eq=False)
class Moved:
    """What one change moved, in order of tasks."""

    moved: Int32
    """Tasks whose early dates are new."""
    early_start: Int32
    """Of the moved tasks."""
    early_finish: Int32
    refloated: Int32
    """Tasks whose late dates or floats are new."""
    finish_before: int
    finish: int


def network(
    work: Any,
    link_from: Any = (),
    link_to: Any = (),
    *,
    kind: Any = None,
    lag: Any = None,
    clocks: tuple[Clock, ...] = (),
    clock_of: Any = None,
    state: Any = None,
    actual_start: Any = None,
    actual_finish: Any = None,
    start_min: Any = None,
    start_max: Any = None,
    finish_min: Any = None,
    finish_max: Any = None,
    start: int = 0,
    status: int | None = None,
    target: int | None = None,
) -> Network:
    """Checks shapes and sizes and packs. `work` is the work still to do: the duration of an open task, the remaining
    duration of a started one, anything for one that is done. Raises TaskError or LinkError, naming the first culprit.

    Cycles, self-links, links to nowhere and negative durations are found when the network is computed.
    """
    works = _int32(work, "duration")
    n = works.size
    froms, tos = _int32(link_from, "first task", LinkError), _int32(link_to, "second task", LinkError)
    if froms.size != tos.size:
        raise LinkError(f"{froms.size} links have a first task, {tos.size} a second one.")
    dates = {
        "start_min": start_min, "start_max": start_max, "finish_min": finish_min, "finish_max": finish_max,
    }  # fmt: skip
    bound = None
    if any(given is not None for given in dates.values()):
        bound = np.full((n, 4), NONE, np.int32)
        for column, (name, given) in enumerate(dates.items()):
            if given is not None:
                bound[:, column] = _sized(_int32(given, name, may_be_none=True), n, name)
    states, begun, ended = None, None, None
    if state is not None:
        states = np.ascontiguousarray(_sized(np.asarray(state), n, "state"), np.int8)
        begun = _sized(_int32(_or_none(actual_start, n), "actual start", may_be_none=True), n, "actual start")
        ended = _sized(_int32(_or_none(actual_finish, n), "actual finish", may_be_none=True), n, "actual finish")
        _check_progress(states, begun, ended, NONE if status is None else status)
    of = None
    if clock_of is not None and len(clocks) > 1:
        of = _sized(_int32(clock_of, "calendar"), n, "calendar")
        if n and (wrong := np.flatnonzero((of < 0) | (of >= len(clocks)))).size:
            raise TaskError(f"Task #{wrong[0]} has a calendar that is not there.", [int(wrong[0])])
    link = _packed(kind, lag, froms.size)
    plain = not clocks and link is None and bound is None and states is None and (status is None or status <= start)
    if not plain and not clocks:
        clocks = (ALWAYS,)
    if not plain and link is None:
        link = np.zeros(froms.size, np.int32)
    for name, moment in (("start", start), ("status date", status), ("target", target)):
        if moment is not None and not -_LIMIT < moment < _LIMIT:
            raise TaskError(f"The {name} of the plan is out of reach.")
    return Network(
        works, froms, tos, link, clocks, of, states, begun, ended, bound,
        start, NONE if status is None else status, NONE if target is None else target,
    )  # fmt: skip


def _int32(given: Any, what: str, error: type[TaskError | LinkError] = TaskError, may_be_none: bool = False) -> Int32:
    array = np.asarray(given)
    if array.dtype != np.int32:
        if array.size == 0:
            return np.empty(0, np.int32)
        if array.dtype.kind not in "iu":
            raise error(f"The array of {what}s holds {array.dtype}, not whole numbers.")
        outside = (array > _LIMIT) | (array < -_LIMIT)
        if may_be_none:
            outside &= array != NONE
        if outside.any():
            at = int(np.flatnonzero(outside)[0])
            about = {"tasks": [at]} if error is TaskError else {"link": at}
            raise error(f"The {what} of {'task #' if error is TaskError else 'link '}{at} is out of reach.", **about)
    if array.ndim != 1:
        raise error(f"The array of {what}s has {array.ndim} dimensions, not one.")
    return np.ascontiguousarray(array, np.int32)


def _sized(array: NDArray[Any], n: int, what: str) -> NDArray[Any]:
    if array.shape != (n,):
        raise TaskError(f"There are {n} tasks, but the array of {what}s has the shape {array.shape}.")
    return array


def _or_none(given: Any, n: int) -> Any:
    return np.full(n, NONE, np.int32) if given is None else given


def _packed(kind: Any, lag: Any, links: int) -> Int32 | None:
    """Lag * 4 + kind of each link, None when all are plain."""
    kinds = None if kind is None else _int32(kind, "kind", LinkError)
    lags = None if lag is None else _int32(lag, "lag", LinkError)
    for what, array in (("kind", kinds), ("lag", lags)):
        if array is not None and array.size != links:
            raise LinkError(f"There are {links} links, but the array of {what}s holds {array.size}.")
    if kinds is not None and (wrong := np.flatnonzero(kinds.view(np.uint32) > 3)).size:
        raise LinkError(f"Link {wrong[0]} is of no known kind.", link=int(wrong[0]))
    if lags is not None and lags.size and max(int(lags.max()), -int(lags.min())) > _LAG_LIMIT:
        at = int(np.flatnonzero((lags > _LAG_LIMIT) | (lags < -_LAG_LIMIT))[0])
        raise LinkError(f"The lag of link {at} is out of reach.", link=at)
    if lags is not None and not lags.any():
        lags = None
    if kinds is not None and not kinds.any():
        kinds = None
    if lags is None and kinds is None:
        return None
    if lags is None:
        return kinds
    return lags * np.int32(4) if kinds is None else lags * np.int32(4) + kinds


def _check_progress(state: NDArray[np.int8], begun: Int32, ended: Int32, status: int) -> None:
    def refuse(which: NDArray[np.bool_], words: str) -> None:
        if which.any():
            at = int(np.flatnonzero(which)[0])
            raise TaskError(f"Task #{at} {words}.", [at])

    refuse((state < 0) | (state > 2), "is in no known state")
    refuse((state >= State.STARTED) & (begun == NONE), "has begun, but not on any date")
    refuse((state == State.DONE) & (ended == NONE), "is done, but not on any date")
    refuse((state == State.DONE) & (ended < begun), "was done before it began")
    if status != NONE:
        refuse((state >= State.STARTED) & (begun > status), "has begun after the status date")
        refuse((state == State.DONE) & (ended > status), "was done after the status date")


def _always() -> Clock:
    """A clock on which all time is working time."""
    reach = 2**29 - 1
    return Clock.of(np.array([-reach], np.int64), np.array([2 * reach - 1], np.int64), -reach, reach - 2)


ALWAYS = _always()
