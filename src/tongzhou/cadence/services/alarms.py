"""Alarms: raised once, seen by those who keep the system, over when nothing is wrong any more."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor, system
from tongzhou.core.acts import act
from tongzhou.core.errors import TransitionNotAllowed, require
from tongzhou.core.events import record
from tongzhou.core.navigation import url_if_there
from tongzhou.messaging.services import notify
from tongzhou.people.models import Person

from ..models import Alarm
from ..policies import can_keep_clock
from ..states import SETTLED_BY_HAND, AlarmKind


@act
def raise_alarm(kind: AlarmKind, count: int, details: str) -> Alarm:
    """Says that something is wrong; administrators and PMO are told at once. One that stands already counts on."""
    moment = clock.now()
    standing = Alarm.objects.filter(kind=kind, cleared_at__isnull=True)
    facts = {"seen_at": moment, "details": details[:500]}
    # What comes to pass one by one is added up; what is looked at each minute is counted anew.
    if standing.update(count=F("count") + count if kind in SETTLED_BY_HAND else count, **facts):
        return standing.get()
    try:
        with transaction.atomic():
            alarm = Alarm.objects.create(kind=kind, raised_at=moment, count=count, **facts)
    except IntegrityError:
        # Another process was first: it has told everybody, and this counts on.
        return raise_alarm(kind, count, details)
    record(system("auditor"), "cadence.alarm.raised", alarm, after={"kind": kind, "count": count, "details": details})
    notify(
        Person.objects.filter(Q(is_admin=True) | Q(is_pmo=True)).values_list("pk", flat=True),
        key=f"alarm:{alarm.pk}",
        title=AlarmKind(kind).label,
        body=_("Seen by the auditor. What it is and what to do stands under “What falls due”."),
        link=url_if_there("insight:due"),
        urgent=True,
    )
    return alarm


@act
def clear_alarm(kind: AlarmKind) -> bool:
    """Nothing is wrong any more; True when an alarm of the kind stood."""
    alarm = Alarm.objects.select_for_update().filter(kind=kind, cleared_at__isnull=True).first()
    if alarm is None:
        return False
    alarm.cleared_at = clock.now()
    alarm.save(update_fields=["cleared_at"])
    record(system("auditor"), "cadence.alarm.cleared", alarm)
    return True


@act
def settle_alarm(alarm_id: int, *, by: Actor) -> Alarm:
    """Somebody has looked at what happened and dealt with it; only for alarms that are not over by themselves."""
    require(can_keep_clock(by))
    alarm = reach(Alarm.objects.all(), alarm_id, lock=True)
    if alarm.cleared_at is not None or alarm.kind not in SETTLED_BY_HAND:
        raise TransitionNotAllowed
    alarm.cleared_at = clock.now()
    alarm.save(update_fields=["cleared_at"])
    record(by, "cadence.alarm.settled", alarm)
    return alarm
