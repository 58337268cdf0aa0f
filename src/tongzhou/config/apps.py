"""The top floor as an app: management commands of the whole system."""

from django.apps import AppConfig


class TopFloorConfig(AppConfig):
    """Holds the system-wide commands."""

    name = "tongzhou.config"
    label = "tongzhou_config"
