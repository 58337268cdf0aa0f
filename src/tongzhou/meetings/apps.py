"""The meetings app."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    """Meetings and minutes."""

    name = "tongzhou.meetings"
    label = "meetings"
