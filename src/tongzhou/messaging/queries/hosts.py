"""Which hosts messages may go to beside those of the chat services."""

from __future__ import annotations

from django.db.models import QuerySet

from tongzhou.core.actor import Actor

from ..models import AllowedHost
from ..outgoing import Allowed


def allowed_hosts() -> list[Allowed]:
    """What the guard of outgoing requests goes by."""
    rows = AllowedHost.objects.order_by().values_list("host", "port", "is_private")
    return [Allowed(host, port or None, is_private) for host, port, is_private in rows]


def allowed_hosts_for(actor: Actor) -> QuerySet[AllowedHost]:
    """The list, for those who may change it."""
    rows = AllowedHost.objects.select_related("added_by")
    return rows if actor.is_admin else rows.none()
