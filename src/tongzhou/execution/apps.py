"""The execution app."""

from django.apps import AppConfig


class ExecutionConfig(AppConfig):
    """Phase 3: daily updates and the message of the day, weekly reports and the weekly meeting."""

    name = "tongzhou.execution"
    label = "execution"

    def ready(self) -> None:
        """Registers what lower packages ask of this one: occasions, duties, forms, listeners."""
        from . import hooks

        hooks.register()
