"""Reads about messages."""

from .inbox import unread_count

__all__ = ["unread_count"]
