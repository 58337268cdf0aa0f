"""Whether the parts that nobody sees are alive, and what the auditor has found."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from tongzhou.core import clock

from ..models import Alarm, Heartbeat

CLOCK, WORKER, AUDITOR = "clock", "worker", "auditor"
EVERY = timedelta(minutes=1)
SILENT_AFTER = timedelta(minutes=3)


def standing_alarms() -> QuerySet[Alarm]:
    """What is wrong now, newest first."""
    return Alarm.objects.filter(cleared_at__isnull=True)


def past_alarms() -> QuerySet[Alarm]:
    """What was wrong and is over, newest first."""
    return Alarm.objects.filter(cleared_at__isnull=False)


def heartbeats() -> dict[str, datetime]:
    """Part → when it was last heard of."""
    return dict(Heartbeat.objects.values_list("name", "at"))


def silent_parts() -> dict[str, datetime | None]:
    """Parts that were not heard of for too long, with when they last were; None for never."""
    heard = heartbeats()
    late = clock.now() - SILENT_AFTER
    return {name: heard.get(name) for name in (AUDITOR, CLOCK, WORKER) if (at := heard.get(name)) is None or at < late}
