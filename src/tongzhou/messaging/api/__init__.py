"""Endpoints of messaging, over the same services and queries as its pages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from tongzhou.core.api import idempotent
from tongzhou.core.errors import NotAllowed
from tongzhou.core.pages import actor_of

from .. import queries, services
from ..models import Delivery, DeliveryState, Notification
from .channels import router as channels_router
from .hosts import router as hosts_router
from .persons import router as persons_router

router = Router(tags=["messaging"])
PAGE = 50
PageNumber = Annotated[int, Field(ge=1, le=100_000)]


class NotificationOut(Schema):
    """One thing a person was told."""

    id: int
    title: str
    body: str
    link: str
    project_id: int | None
    is_urgent: bool
    at: datetime
    read_at: datetime | None


class InboxOut(Schema):
    """A page of what a person was told."""

    items: list[NotificationOut]
    count: int
    unread: int


class ReadOut(Schema):
    """How many were marked as read."""

    marked: int


class DeliveryOut(Schema):
    """One mail on its way: whether it arrived, not what it says."""

    id: int
    address: str
    state: DeliveryState
    attempts: int
    last_error: str
    created_at: datetime
    next_try_at: datetime
    sent_at: datetime | None
    project_id: int | None


class OutboxOut(Schema):
    """A page of the outbox, with the number in each state."""

    items: list[DeliveryOut]
    count: int
    states: dict[str, int]


def _told(notification: Notification) -> NotificationOut:
    return NotificationOut.model_validate(notification, from_attributes=True)


def _sent(delivery: Delivery) -> DeliveryOut:
    return DeliveryOut.model_validate(delivery, from_attributes=True)


@router.get("/inbox", response=InboxOut)
def inbox(request: HttpRequest, unread: bool = False, page: PageNumber = 1) -> InboxOut:
    """What this person was told, newest first."""
    actor = actor_of(request)
    rows = queries.notifications_of(actor)
    if unread:
        rows = rows.filter(read_at__isnull=True)
    first = (page - 1) * PAGE
    return InboxOut(
        items=[_told(row) for row in rows[first : first + PAGE]],
        count=rows.count(),
        unread=queries.unread_count(actor),
    )


@router.post("/inbox/read-all", response=ReadOut)
@idempotent
def read_all(request: HttpRequest) -> ReadOut:
    """Marks everything as read."""
    return ReadOut(marked=services.mark_all_read(by=actor_of(request)))


@router.post("/inbox/{notification_id}/read", response=NotificationOut)
@idempotent
def read_one(request: HttpRequest, notification_id: int) -> NotificationOut:
    """Marks one as read."""
    return _told(services.mark_read(notification_id, by=actor_of(request)))


@router.get("/outbox", response=OutboxOut)
def outbox(request: HttpRequest, state: DeliveryState | None = None, page: PageNumber = 1) -> OutboxOut:
    """The outbox, for administrators and PMO."""
    actor = actor_of(request)
    if not (actor.is_admin or actor.is_pmo):
        raise NotAllowed
    rows = queries.deliveries_for(actor, state or "")
    first = (page - 1) * PAGE
    return OutboxOut(
        items=[_sent(row) for row in rows[first : first + PAGE]],
        count=rows.count(),
        states=queries.delivery_counts(),
    )


@router.post("/outbox/{delivery_id}/resend", response=DeliveryOut)
@idempotent
def resend(request: HttpRequest, delivery_id: int) -> DeliveryOut:
    """Sends a message again that failed or whose outcome is unknown."""
    return _sent(services.resend(delivery_id, by=actor_of(request)))


router.add_router("", channels_router)
router.add_router("", persons_router)
router.add_router("", hosts_router)
