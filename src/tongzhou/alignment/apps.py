"""The alignment app."""

from django.apps import AppConfig


class AlignmentConfig(AppConfig):
    """Phase 1."""

    name = "tongzhou.alignment"
    label = "alignment"
