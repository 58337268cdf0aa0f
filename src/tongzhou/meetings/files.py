"""Minutes as files: the draft, an edition with the answers it has, and the very PDF that was sent."""

from __future__ import annotations

from django.http import HttpResponse

from tongzhou.core import files
from tongzhou.core.errors import NotFound
from tongzhou.core.pages import as_download
from tongzhou.documents.paper import Paper
from tongzhou.documents.queries import word_version
from tongzhou.documents.render import CONTENT_TYPES, check_length

from . import queries
from .models import Meeting, MinutesEdition


def draft_file(meeting: Meeting, fmt: str) -> HttpResponse:
    """The draft as Word, Excel or PDF."""
    draft = queries.draft_minutes(meeting)
    paper = queries.minutes_paper(meeting, draft.document)
    return _as_file(paper, fmt, f"{draft.head['doc_no']}-{draft.head['version']}")


def edition_file(meeting: Meeting, edition: MinutesEdition, fmt: str) -> HttpResponse:
    """An edition as Word, Excel or PDF; ``sent`` is the very PDF that was sent."""
    head = edition.content["head"]
    name = f"{head['doc_no']}-{head['version']}"
    if fmt == "sent":
        if edition.pdf is None:
            raise NotFound
        return as_download(files.fetch(edition.pdf.key), f"{name}.pdf", CONTENT_TYPES["pdf"])
    standing = queries.minutes_standing(meeting, edition)
    return _as_file(queries.minutes_paper(meeting, edition.content, standing), fmt, name)


def _as_file(paper: Paper, fmt: str, name: str) -> HttpResponse:
    check_length(paper)
    match fmt:
        case "docx":
            data = word_version(paper)
        case "xlsx":
            from tongzhou.documents.render.xlsx import render_xlsx

            data = render_xlsx(paper)
        case "pdf":
            from tongzhou.documents.render.pdf import render_pdf

            data = render_pdf(paper).pdf
        case _:
            raise NotFound
    return as_download(data, f"{name}.{fmt}", CONTENT_TYPES[fmt])
