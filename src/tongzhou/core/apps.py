"""The app that every other stands on."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Registers the system check that refuses a route without a declared policy."""

    name = "tongzhou.core"
    label = "core"

    def ready(self) -> None:
        from . import checks  # noqa: F401
