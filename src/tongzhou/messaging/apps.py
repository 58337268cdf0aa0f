"""The messaging app."""

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    """Notifications, channels and the outboxes."""

    name = "tongzhou.messaging"
    label = "messaging"

    def ready(self) -> None:
        """Makes known whose channels there are."""
        from .owners import register_owners

        register_owners()
