"""Drawing a laid-out form: page, .docx, .xlsx, .pdf. One entry for all four: `render`."""

from __future__ import annotations

from typing import Literal

from django.utils.translation import gettext_lazy as _

from tongzhou.core.errors import DomainError

from ..paper import DEFAULT_LANGUAGE, Extras, Paper, lay_out
from ..standard_forms import Content, StandardForm

Format = Literal["html", "docx", "xlsx", "pdf"]

CONTENT_TYPES: dict[Format, str] = {
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


MAX_CHARACTERS = 1_000_000
MAX_LINES = 20_000


class DocumentTooLong(DomainError):
    """More text than a document can hold: setting hundreds of thousands of lines would cost gigabytes."""

    status = 422
    code = "document_too_long"
    title = _("This document is too long to be printed. Please put long material into an attachment.")


def render(
    form: StandardForm,
    content: Content,
    head: Content,
    fmt: Format,
    language: str = DEFAULT_LANGUAGE,
    extras: Extras | None = None,
) -> bytes:
    """A filled form as a file: the same arguments give the same bytes, on every machine and at any time.

    Raises fonts.MissingGlyph for a PDF with characters that no font has, DocumentTooLong for more than can be set.
    """
    paper = lay_out(form, content, head, language, extras)
    check_length(paper)
    match fmt:
        case "html":
            from .html import render_html

            return render_html(paper).encode()
        case "docx":
            from .docx import render_docx

            return render_docx(paper)
        case "xlsx":
            from .xlsx import render_xlsx

            return render_xlsx(paper)
        case "pdf":
            from .pdf import render_pdf

            return render_pdf(paper).pdf
    raise ValueError(f"no such format: {fmt}")


def check_length(paper: Paper) -> None:
    """Refuses a paper that is longer than any renderer should be asked to draw."""
    texts = list(paper.texts())
    if sum(map(len, texts)) > MAX_CHARACTERS or sum(text.count("\n") + 1 for text in texts) > MAX_LINES:
        raise DocumentTooLong
