"""What is on its way, for those who keep the system running."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from tongzhou.core.actor import Actor

from ..models import Delivery, DeliveryState

# What needs somebody's eyes.
TROUBLED = (DeliveryState.UNKNOWN, DeliveryState.FAILED)


def deliveries_for(actor: Actor, state: str = "") -> QuerySet[Delivery]:
    """The outbox, newest first; administrators and PMO only."""
    if not (actor.is_admin or actor.is_pmo):
        return Delivery.objects.none()
    rows = Delivery.objects.select_related("person")
    return rows.filter(state=state) if state in DeliveryState.values else rows


def delivery_counts() -> dict[str, int]:
    """State → how many messages stand there."""
    counted = Delivery.objects.order_by().values_list("state").annotate(count=Count("pk"))
    return dict.fromkeys(DeliveryState.values, 0) | dict(counted)
