"""The messaging app."""

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    """Notifications, channels and the outboxes."""

    name = "tongzhou.messaging"
    label = "messaging"

    def ready(self) -> None:
        """Makes known whose channels there are; the guard of outgoing requests learns what administrators allow."""
        from .outgoing import ask_for_allowed
        from .owners import register_owners
        from .queries import allowed_hosts

        register_owners()
        ask_for_allowed(allowed_hosts)
