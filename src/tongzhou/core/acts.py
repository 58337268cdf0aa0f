"""One act, one transaction: the frame around every service."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from django.db import OperationalError, transaction

if TYPE_CHECKING:
    from .events import PendingEvent

P = ParamSpec("P")
R = TypeVar("R")

_TRIES = 4
# PostgreSQL: serialization_failure, deadlock_detected. The act is rolled back whole, so it may run again.
_RETRY_STATES = {"40001", "40P01"}


@dataclass(slots=True)
class Act:
    """What one running act has recorded so far."""

    events: list[PendingEvent] = field(default_factory=list)
    topics: list[tuple[str, str]] = field(default_factory=list)


_current: ContextVar[Act | None] = ContextVar("tongzhou_act", default=None)


def current_act() -> Act:
    """The running act; recording outside one is a defect."""
    running = _current.get()
    if running is None:
        raise RuntimeError("Events are recorded inside a service decorated with @act.")
    return running


def act(service: Callable[P, R]) -> Callable[P, R]:
    """Runs a service in one transaction and writes its events as the last thing before the commit.

    The event log is a chain, so its head is a row that every act locks. Taking that lock last keeps it short
    and makes a deadlock over it impossible. A service called by another joins the outer act.
    """

    @wraps(service)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _current.get() is not None:
            return service(*args, **kwargs)
        from .events import write_pending

        for attempt in range(_TRIES):
            token = _current.set(running := Act())
            try:
                with transaction.atomic():
                    result = service(*args, **kwargs)
                    write_pending(running)
                    return result
            except OperationalError as failure:
                state = getattr(failure.__cause__, "sqlstate", None)
                if state not in _RETRY_STATES or attempt == _TRIES - 1 or transaction.get_connection().in_atomic_block:
                    raise
            finally:
                _current.reset(token)
        raise AssertionError("unreachable")

    return run
