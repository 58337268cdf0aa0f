"""Drawing a laid-out form: page, .docx, .xlsx, .pdf. One entry for all four: `render`."""

from __future__ import annotations

from typing import Literal

from ..paper import DEFAULT_LANGUAGE, Extras, lay_out
from ..standard_forms import Content, StandardForm

Format = Literal["html", "docx", "xlsx", "pdf"]

CONTENT_TYPES: dict[Format, str] = {
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


def render(
    form: StandardForm,
    content: Content,
    head: Content,
    fmt: Format,
    language: str = DEFAULT_LANGUAGE,
    extras: Extras | None = None,
) -> bytes:
    """A filled form as a file: the same arguments give the same bytes, on every machine and at any time.

    Raises fonts.MissingGlyph for a PDF with characters that no font has.
    """
    paper = lay_out(form, content, head, language, extras)
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
