"""Reads about messages."""

from .inbox import notifications_of, unread_count
from .outbox import TROUBLED, deliveries_for, delivery_counts

__all__ = ["TROUBLED", "deliveries_for", "delivery_counts", "notifications_of", "unread_count"]
