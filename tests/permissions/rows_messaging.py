"""Who may use the pages and endpoints of messaging."""

from __future__ import annotations

from typing import Any

from tongzhou.messaging.models import Delivery, DeliveryState, Notification

from .table import PERSONS, Row
from .world import World

KEEPERS = frozenset({"pmo", "admin"})


def told_to_the_head(key: str) -> Any:
    """Something the product department's head was told."""
    return lambda world: {key: Notification.objects.filter(person=world.cast.persons["product_head"]).latest("pk").pk}


def mail(key: str) -> Any:
    """A mail in the outbox."""
    return lambda world: {key: Delivery.objects.latest("pk").pk}


def failed(world: World) -> dict[str, Any]:
    """After every mail has failed."""
    Delivery.objects.update(state=DeliveryState.FAILED)
    return {}


ROWS = [
    Row("messaging:inbox", PERSONS),
    Row("messaging:bell", PERSONS),
    Row("messaging:read_all", PERSONS, "POST"),
    Row("messaging:open", frozenset({"head"}), "POST", told_to_the_head("pk")),
    Row("messaging:admin", KEEPERS),
    Row("messaging:resend", KEEPERS, "POST", mail("pk"), data=failed),
    Row("/api/v1/inbox", PERSONS),
    Row("/api/v1/inbox/read-all", PERSONS, "POST"),
    Row("/api/v1/inbox/{notification_id}/read", frozenset({"head"}), "POST", told_to_the_head("notification_id")),
    Row("/api/v1/outbox", KEEPERS),
    Row("/api/v1/outbox/{delivery_id}/resend", KEEPERS, "POST", mail("delivery_id"), data=failed),
]
