"""Reads about messages."""

from .inbox import notifications_of, unread_count

__all__ = ["notifications_of", "unread_count"]
