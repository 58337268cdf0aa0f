"""The memorandum as files: the draft, a version with the signatures it has, the sealed PDF and the one shown for signing."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language

from tongzhou.core import files
from tongzhou.core.errors import NotFound
from tongzhou.documents.paper import DEFAULT_LANGUAGE, Paper
from tongzhou.documents.queries import word_version
from tongzhou.documents.render import CONTENT_TYPES

from . import queries
from .models import Memorandum, MemorandumEdition
from .states import MemorandumState


def newest_file(memorandum: Memorandum, fmt: str) -> HttpResponse:
    """The newest text as Word, Excel or PDF: the draft while there is one, else the version that was sent last."""
    if memorandum.state == MemorandumState.DRAFT:
        return _as_file(queries.draft_paper(memorandum, get_language() or DEFAULT_LANGUAGE), fmt)
    edition = queries.newest_edition(memorandum)
    if edition is None:
        raise NotFound
    return edition_file(edition, fmt)


def edition_file(edition: MemorandumEdition, fmt: str) -> HttpResponse:
    """A version as a file. ``pdf`` is the sealed one once it is there, ``exact`` the one that was shown for signing."""
    if fmt in {"pdf", "exact"}:
        stored = edition.pdf if fmt == "exact" or edition.sealed_pdf is None else edition.sealed_pdf
        try:
            data = files.fetch(stored.key)
        except FileNotFoundError as gone:
            raise NotFound from gone
        return _answer(data, stored.name, CONTENT_TYPES["pdf"])
    return _as_file(queries.edition_paper(edition, get_language() or DEFAULT_LANGUAGE), fmt)


def _as_file(paper: Paper, fmt: str) -> HttpResponse:
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
    name = f"{paper.title}-{paper.head_text('project_name')[:60]}-{paper.head_text('version')}.{fmt}"
    return _answer(data, name, CONTENT_TYPES[fmt])


def _answer(data: bytes, name: str, media_type: str) -> HttpResponse:
    """A file that the system itself has made: a PDF opens in the browser, the rest is saved."""
    response = HttpResponse(data, content_type=media_type)
    response["Content-Disposition"] = (
        content_disposition_header(media_type != CONTENT_TYPES["pdf"], name) or "attachment"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
