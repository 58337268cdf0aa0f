"""Fetching an attached file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from tongzhou.core.pages import Who, actor_of, page

from ..downloads import stored_file
from ..queries import file_for


@page(Who.PERSON)
def file(request: HttpRequest, file_id: int) -> HttpResponse:
    """A file of a project, for whoever may read it."""
    return stored_file(file_for(actor_of(request), file_id))
