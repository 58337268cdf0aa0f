"""The people app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Registers nothing yet."""

    name = "tongzhou.people"
    label = "people"
