"""Reading what is under the bell."""

from __future__ import annotations

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.events import signal

from ..models import Notification
from ..queries import notifications_of


@act
def mark_read(notification_id: int, *, by: Actor) -> Notification:
    """The person has seen this one."""
    notification = reach(notifications_of(by), notification_id, lock=True)
    if notification.read_at is None:
        notification.read_at = clock.now()
        notification.save(update_fields=["read_at"])
        signal(f"person-{by.person_id}", "messaging.notification.read")
    return notification


@act
def mark_all_read(*, by: Actor) -> int:
    """The person has seen everything."""
    count = notifications_of(by).filter(read_at__isnull=True).update(read_at=clock.now())
    signal(f"person-{by.person_id}", "messaging.notification.read")
    return count
