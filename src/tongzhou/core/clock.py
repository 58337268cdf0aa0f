"""Now: the only source of the present time, so that tests and the try-out project can move it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

_frozen: ContextVar[datetime | None] = ContextVar("tongzhou_frozen_clock", default=None)
_OFFSET_KEPT_SECONDS = 1.0
_offset: tuple[float, timedelta] = (0.0, timedelta(0))


def now() -> datetime:
    """The present moment, aware, in UTC; moved by the try-out clock where that is allowed."""
    if (frozen := _frozen.get()) is not None:
        return frozen
    real = datetime.now(UTC)
    return real + _try_out_offset() if settings.TONGZHOU_DEMO else real


def machine_now() -> datetime:
    """The machine's own time, whatever the try-out clock shows: to notice that somebody has set it."""
    return datetime.now(UTC)


def company_zone() -> ZoneInfo:
    """The company's time zone; all working times are in it."""
    return ZoneInfo(settings.TIME_ZONE)


def local_now() -> datetime:
    """Now in the company's zone."""
    return timezone.localtime(now(), company_zone())


def today() -> date:
    """The company's present date."""
    return local_now().date()


@contextmanager
def frozen_at(moment: datetime) -> Iterator[None]:
    """Stops the clock for this thread; for tests and for composing the demo company's past."""
    token = _frozen.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)


def is_moved() -> bool:
    """True when the demo's clock does not show the real time."""
    return _try_out_offset() != timedelta(0)


def forget_offset() -> None:
    """Makes the next reading ask the database again; called after the try-out clock was moved."""
    global _offset
    _offset = (0.0, timedelta(0))


def _try_out_offset() -> timedelta:
    """How far the try-out clock is ahead; read at most once a second a process."""
    global _offset
    read_at, offset = _offset
    if read_at and time.monotonic() - read_at < _OFFSET_KEPT_SECONDS:
        return offset
    from .models import TryOutClock

    seconds = TryOutClock.objects.filter(pk=1).values_list("ahead_seconds", flat=True).first() or 0
    _offset = (time.monotonic(), timedelta(seconds=seconds))
    return _offset[1]
