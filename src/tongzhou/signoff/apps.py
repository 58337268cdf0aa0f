"""The signoff app."""

from django.apps import AppConfig


class SignoffConfig(AppConfig):
    """Rounds of agreement."""

    name = "tongzhou.signoff"
    label = "signoff"

    def ready(self) -> None:
        from . import ties

        ties.register()
