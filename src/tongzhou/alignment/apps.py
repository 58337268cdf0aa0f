"""The alignment app."""

from django.apps import AppConfig


class AlignmentConfig(AppConfig):
    """Phase 1."""

    name = "tongzhou.alignment"
    label = "alignment"

    def ready(self) -> None:
        """Registers forms, gate conditions, duties, sign-off subjects and occasions of phase 1."""
        from tongzhou.documents import standard_forms

        from .documents import MEMORANDUM
        from .hooks import memoranda

        standard_forms.register(MEMORANDUM)
        memoranda.register()
