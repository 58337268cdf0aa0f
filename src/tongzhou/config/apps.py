"""The top floor as an app: management commands of the whole system."""

from django.apps import AppConfig


class TopFloorConfig(AppConfig):
    """Holds the system-wide commands, and joins packages that stand beside each other."""

    name = "tongzhou.config"
    label = "tongzhou_config"

    def ready(self) -> None:
        from .occasions import register_occasions

        register_occasions()
