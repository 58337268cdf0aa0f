"""The messaging app."""

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    """Notifications and the outbox."""

    name = "tongzhou.messaging"
    label = "messaging"
