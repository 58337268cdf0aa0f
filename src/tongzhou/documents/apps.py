"""The documents app."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Standard forms and stored files; opens the tables that people and calendars take in."""

    name = "tongzhou.documents"
    label = "documents"

    def ready(self) -> None:
        from tongzhou.core import tables

        from .hostile import read_spreadsheet

        tables.spreadsheet_readers.register(tables.READER, read_spreadsheet)
