"""Who may use the pages and endpoints of messaging."""

from __future__ import annotations

from typing import Any

from tongzhou.core.actor import Actor, Role
from tongzhou.messaging import services
from tongzhou.messaging.models import Delivery, DeliveryState, Notification

from .table import PERSONS, Row
from .world import World

KEEPERS = frozenset({"pmo", "admin"})
ADMINISTRATORS = frozenset({"admin"})
SET_UP = Actor(person_id=None, name="set-up", roles=frozenset({Role.ADMIN}))


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


def host(key: str) -> Any:
    """A host that is allowed."""
    return lambda world: {key: services.allow_host({"host": "hooks.example.com", "note": "x"}, by=SET_UP).pk}


def one_more(world: World) -> dict[str, Any]:
    """A host that may be allowed."""
    return {"host": "more.example.com", "note": "x"}


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
    Row("messaging:hosts", ADMINISTRATORS),
    Row("messaging:hosts", ADMINISTRATORS, "POST", data=one_more),
    Row("messaging:host_remove", ADMINISTRATORS, "POST", host("pk")),
    Row("/api/v1/outgoing-hosts", ADMINISTRATORS),
    Row("/api/v1/outgoing-hosts", ADMINISTRATORS, "POST", data=one_more),
    Row("/api/v1/outgoing-hosts/{host_id}", ADMINISTRATORS, "DELETE", host("host_id")),
]
