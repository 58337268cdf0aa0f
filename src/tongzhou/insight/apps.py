"""The insight app."""

from django.apps import AppConfig


class InsightConfig(AppConfig):
    """Desk and views from above."""

    name = "tongzhou.insight"
    label = "insight"
