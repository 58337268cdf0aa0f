"""The calendars app."""

from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    """Working-day calendars."""

    name = "tongzhou.calendars"
    label = "calendars"
