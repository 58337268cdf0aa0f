"""Which company template a form goes out in, and the Word version of a paper."""

from __future__ import annotations

from django.db.models import QuerySet

from tongzhou.core import files

from ..letterhead import fill_template, template_values
from ..models import Letterhead
from ..paper import Paper


def letterheads() -> QuerySet[Letterhead]:
    """All templates, newest first."""
    return Letterhead.objects.select_related("file", "file__added_by")


def active_letterhead(form_key: str) -> Letterhead | None:
    """The template that counts: the newest active one of the form."""
    return letterheads().filter(form_key=form_key, is_active=True).first()


def word_version(paper: Paper) -> bytes:
    """The paper as .docx: in the company's own template where there is one, else in our layout."""
    letterhead = active_letterhead(paper.form.key)
    if letterhead is None:
        from ..render.docx import render_docx

        return render_docx(paper)
    return fill_template(files.fetch(letterhead.file.key), template_values(paper)).docx
