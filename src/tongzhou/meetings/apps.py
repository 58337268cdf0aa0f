"""The meetings app."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    """Meetings and minutes."""

    name = "tongzhou.meetings"
    label = "meetings"

    def ready(self) -> None:
        """Makes this package's standard forms known."""
        from tongzhou.documents import standard_forms

        from .documents import MEETING_MINUTES

        standard_forms.register(MEETING_MINUTES)
