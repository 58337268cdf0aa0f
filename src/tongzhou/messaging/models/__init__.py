"""Notifications in the application and the outbox of mail."""

from .deliveries import Delivery, DeliveryState
from .notifications import Notification

__all__ = ["Delivery", "DeliveryState", "Notification"]
