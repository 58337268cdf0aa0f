"""The auditor: every minute it looks for what is due and was not done, and says so. It runs beside clock and worker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db.models import Count, Q

from tongzhou.calendars.queries import undeclared_years
from tongzhou.core import clock
from tongzhou.messaging.models import Delivery, DeliveryState, GroupMessage
from tongzhou.messaging.queries import oldest_waiting
from tongzhou.messaging.states import TROUBLED, MessageGrade
from tongzhou.projects.models import Project
from tongzhou.projects.states import OPEN

from ..models import Heartbeat, Occasion, OccasionState, Rhythm
from ..queries.health import AUDITOR, CLOCK, EVERY, SILENT_AFTER, WORKER
from ..states import AlarmKind
from .alarms import clear_alarm, raise_alarm
from .occasions import LEASE

# Heartbeats are written no oftener than this.
BEAT_EVERY = timedelta(seconds=15)
# Waiting longer than due plus a lease, nobody has taken it.
OVERDUE_AFTER = LEASE + timedelta(minutes=1)
MESSAGES_WAIT_AT_MOST = timedelta(minutes=10)
# They are published in November; in December whoever keeps the calendars is asked for them.
ASK_FOR_HOLIDAYS_FROM_MONTH = 12
SHOWN = 3

Finding = tuple[int, str]


def beat(name: str) -> None:
    """Notes that a part of the system is alive."""
    moment = clock.now()
    # A heartbeat from the future is left by a clock that was put back: it counts no longer.
    stale = Q(at__lte=moment - BEAT_EVERY) | Q(at__gt=moment)
    if not Heartbeat.objects.filter(stale, name=name).update(at=moment):
        Heartbeat.objects.get_or_create(name=name, defaults={"at": moment})


def look_around() -> bool:
    """Looks at everything once a minute, whoever calls how often; True when this call did.

    The row of the auditor is claimed by conditional update, so that of many clocks and workers one looks.
    """
    moment = clock.now()
    stale = Q(at__lte=moment - EVERY) | Q(at__gt=moment)
    if not Heartbeat.objects.filter(stale, name=AUDITOR).update(at=moment):
        _row, fresh = Heartbeat.objects.get_or_create(name=AUDITOR, defaults={"at": moment})
        if not fresh:
            return False
    for kind, look in LOOKS.items():
        count, details = look()
        if count:
            raise_alarm(kind, count, details)
        else:
            clear_alarm(kind)
    return True


def _overdue() -> Finding:
    before = clock.now() - OVERDUE_AFTER
    waiting = Q(state=OccasionState.WAITING, due_at__lt=before)
    left = Q(state=OccasionState.FIRING, leased_until__lt=before)
    return _occasions(Q(waiting | left))


def _failed() -> Finding:
    return _occasions(Q(state=OccasionState.FAILED))


def _occasions(wanted: Q) -> Finding:
    rows = Occasion.objects.filter(wanted).order_by().values_list("kind").annotate(number=Count("pk"))
    found = sorted(rows, key=lambda row: -row[1])
    return sum(number for _kind, number in found), ", ".join(f"{kind}: {number}" for kind, number in found[:SHOWN])


def _planning_behind() -> Finding:
    today = clock.today()
    behind = Rhythm.objects.filter(project__phase__in=OPEN).filter(
        Q(planned_until__isnull=True) | Q(planned_until__lt=today + timedelta(days=1))
    )
    return behind.count(), ", ".join(
        Project.objects.filter(rhythm__in=behind.order_by("pk")[:SHOWN]).values_list("code", flat=True)
    )


def _silent(name: str) -> Callable[[], Finding]:
    def look() -> Finding:
        # Never heard of: an installation that has only just begun.
        last = Heartbeat.objects.filter(name=name, at__lt=clock.now() - SILENT_AFTER).first()
        return (1, f"{name}: {last.at:%Y-%m-%d %H:%M} UTC") if last else (0, "")

    return look


def _stuck() -> Finding:
    moment = clock.now()
    sending = Delivery.objects.filter(state=DeliveryState.SENDING, leased_until__lt=moment - MESSAGES_WAIT_AT_MOST)
    since = oldest_waiting()
    waits = since is not None and moment - since > MESSAGES_WAIT_AT_MOST
    return sending.count() + waits, f"since {since:%Y-%m-%d %H:%M} UTC" if since and waits else ""


def _in_doubt() -> Finding:
    mails = Delivery.objects.filter(state__in=(DeliveryState.UNKNOWN, DeliveryState.FAILED)).count()
    troubled = GroupMessage.objects.filter(state__in=TROUBLED, settled_at__isnull=True)
    groups = troubled.exclude(grade=MessageGrade.TEST).count()
    return mails + groups, f"mail: {mails}, groups: {groups}"


def _holidays() -> Finding:
    today = clock.today()
    if today.month < ASK_FOR_HOLIDAYS_FROM_MONTH:
        return 0, ""
    years = undeclared_years(
        today.replace(year=today.year + 1, month=1, day=1), today.replace(year=today.year + 1, day=1)
    )
    return len(years), ", ".join(map(str, years))


LOOKS: dict[AlarmKind, Callable[[], Finding]] = {
    AlarmKind.OCCASIONS_OVERDUE: _overdue,
    AlarmKind.OCCASIONS_FAILED: _failed,
    AlarmKind.PLANNING_BEHIND: _planning_behind,
    AlarmKind.CLOCK_SILENT: _silent(CLOCK),
    AlarmKind.WORKER_SILENT: _silent(WORKER),
    AlarmKind.MESSAGES_STUCK: _stuck,
    AlarmKind.MESSAGES_IN_DOUBT: _in_doubt,
    AlarmKind.HOLIDAYS_UNKNOWN: _holidays,
}
