"""Fetching an attached file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from tongzhou.core import files
from tongzhou.core.errors import NotFound
from tongzhou.core.pages import Who, actor_of, page

from ..queries import file_for


@page(Who.PERSON)
def file(request: HttpRequest, file_id: int) -> HttpResponse:
    """The bytes, always as a download under a path of their own: nothing that people upload is shown as a page of ours."""
    found = file_for(actor_of(request), file_id)
    try:
        data = files.fetch(found.key)
    except FileNotFoundError as gone:
        raise NotFound from gone
    return as_download(data, found.name, found.media_type)


def as_download(data: bytes, name: str, media_type: str) -> HttpResponse:
    """An answer that browsers save and never run."""
    response = HttpResponse(data, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
