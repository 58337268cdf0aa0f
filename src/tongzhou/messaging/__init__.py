"""Notifications, channels and the outbox."""
