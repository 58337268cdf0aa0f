"""Fetching an attached file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from tongzhou.core import files
from tongzhou.core.errors import NotFound
from tongzhou.core.pages import Who, actor_of, as_download, page

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
