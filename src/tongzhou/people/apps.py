"""The people app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Registers what holds a person by the organisation itself."""

    name = "tongzhou.people"
    label = "people"

    def ready(self) -> None:
        from . import own_ties

        own_ties.register()
