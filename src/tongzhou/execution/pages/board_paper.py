"""The board on paper: looked at, printed, taken along as Word, Excel or PDF."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tongzhou.core.errors import NotFound
from tongzhou.core.pages import Who, as_download, page
from tongzhou.documents.render import CONTENT_TYPES
from tongzhou.planning.queries.raci_paper import FORMATS

from ..queries.board_paper import board_file, board_html
from .reaching import executed


@page(Who.PERSON)
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress board of today as it comes out on paper."""
    project, context = executed(request, pk, "board_paper")
    context["paper_html"] = board_html(project)
    return render(request, "execution/board_paper.html", context)


@page(Who.PERSON)
def file(request: HttpRequest, pk: int, fmt: str) -> HttpResponse:
    """The same as a file in the reader's language."""
    project, _context = executed(request, pk, "board_paper")
    if fmt not in FORMATS:
        raise NotFound
    name, data = board_file(project, fmt)
    return as_download(data, name, CONTENT_TYPES[fmt])  # type: ignore[index]
