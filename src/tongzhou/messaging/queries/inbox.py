"""What waits under the bell."""

from __future__ import annotations

from django.db.models import QuerySet

from tongzhou.core.actor import Actor

from ..models import Notification


def notifications_of(actor: Actor) -> QuerySet[Notification]:
    """Everything this person was told, newest first."""
    return Notification.objects.filter(person_id=actor.pk)


def unread_count(actor: Actor) -> int:
    """How many of them are unread (counted to 100)."""
    return notifications_of(actor).filter(read_at__isnull=True)[:100].count()
