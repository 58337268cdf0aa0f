"""A filled form as a fragment of a page that looks like the paper; styled by static/documents/paper.css."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from ..paper import Block, Cell, GridBlock, Paper, PaperColumn, PaperSection, deputy_words
from .qr import qr_svg


def render_html(paper: Paper) -> SafeString:
    """The paper as one ``<article class="paper">``: no script, no inline style, all that people wrote escaped."""
    context = {
        "paper": _with_head(paper),
        "lang": "zh-Hans" if paper.is_chinese else paper.language,
        "sections": [_section(section, paper) for section in paper.sections],
        "signatures": [
            {**vars(entry), "deputy": deputy_words(paper, entry)}
            for entry in (paper.signatures.entries if paper.signatures else ())
        ],
        # The address is in the drawing only as squares: nothing in it can be markup.
        "qr": mark_safe(qr_svg(paper.extras.verify_url)) if paper.extras.verify_url else "",  # noqa: S308
    }
    return render_to_string("documents/paper.html", context)


def _with_head(paper: Paper) -> dict[str, Any]:
    return {**vars(paper), "head": [_cell(cell, paper, wide=False) for cell in paper.head]}


def _section(section: PaperSection, paper: Paper) -> dict[str, Any]:
    mark = "、" if paper.is_chinese else ". "
    places = sum(len(row) for block in section.blocks if isinstance(block, GridBlock) for row in block.rows)
    places += sum(1 for block in section.blocks if not isinstance(block, GridBlock))
    return {
        "heading": f"{section.number}{mark}{section.title}",
        "labelled": paper.form.style == "grid" or places > 1,
        "blocks": [_block(block, paper) for block in section.blocks],
    }


def _block(block: Block, paper: Paper) -> dict[str, Any]:
    if isinstance(block, GridBlock):
        return {"rows_of_cells": [_cell(cell, paper, wide=len(row) == 1) for row in block.rows for cell in row]}
    styles = [_style(column) for column in block.columns]
    return {
        "table": block,
        "rows": [[{"text": text, "css": css} for text, css in zip(row, styles, strict=True)] for row in block.rows],
        "blank": range(block.min_rows),
    }


def _style(column: PaperColumn) -> str:
    if column.kind in {"date", "datetime"}:
        return "paper-date"
    if column.is_narrow or column.is_numeric:
        return "paper-center" if column.is_narrow else "paper-right"
    return "paper-broad" if column.weight >= 5 else "paper-left"


def _cell(cell: Cell, paper: Paper, *, wide: bool) -> dict[str, Any]:
    return {
        **vars(cell),
        "wide": wide,
        "empty": not cell.text,
        "deputy": deputy_words(paper, cell.signature) if cell.signature else "",
    }
