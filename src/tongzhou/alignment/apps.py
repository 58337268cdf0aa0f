"""The alignment app."""

from django.apps import AppConfig


class AlignmentConfig(AppConfig):
    """Phase 1."""

    name = "tongzhou.alignment"
    label = "alignment"

    def ready(self) -> None:
        """Makes this package's standard forms known."""
        from tongzhou.documents import standard_forms

        from .documents import COLLAB_REQUEST, MEMORANDUM

        standard_forms.register(COLLAB_REQUEST)
        standard_forms.register(MEMORANDUM)
