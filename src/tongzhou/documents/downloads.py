"""Stored files as answers of a page or an endpoint."""

from __future__ import annotations

from django.http import HttpResponse

from tongzhou.core import files
from tongzhou.core.errors import NotFound
from tongzhou.core.pages import as_download

from . import hostile
from .models import Letterhead, StoredFile


def stored_file(found: StoredFile) -> HttpResponse:
    """The bytes, always as a download under a path of their own: nothing that people upload is shown as a page of ours."""
    return as_download(_bytes(found), found.name, found.media_type)


def letterhead_file(letterhead: Letterhead) -> HttpResponse:
    """The template as it was uploaded."""
    return as_download(_bytes(letterhead.file), f"{letterhead.form_key}.docx", hostile.DOCX.media_type)


def _bytes(found: StoredFile) -> bytes:
    try:
        return files.fetch(found.key)
    except FileNotFoundError as gone:
        raise NotFound from gone
