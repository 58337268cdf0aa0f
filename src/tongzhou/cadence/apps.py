"""The cadence app."""

from django.apps import AppConfig


class CadenceConfig(AppConfig):
    """Occasions."""

    name = "tongzhou.cadence"
    label = "cadence"
