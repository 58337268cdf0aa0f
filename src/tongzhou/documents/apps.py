"""The documents app."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Standard forms and stored files."""

    name = "tongzhou.documents"
    label = "documents"
