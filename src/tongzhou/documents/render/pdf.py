"""A filled form as PDF/A-2b, set by typst from our own template; what people wrote is passed as JSON."""

from __future__ import annotations

import datetime as dt
import json
import re
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from .. import fonts
from ..paper import Block, Cell, GridBlock, Paper, SignatureEntry, deputy_words, printable
from . import check_length
from .qr import qr_svg

TEMPLATES = Path(__file__).resolve().parent.parent / "typst"

# A compiler keeps its last input between compiling and asking for the places of the seal.
_one_at_a_time = threading.Lock()


class RenderFailed(Exception):
    """The template and the data did not make a PDF: a defect of ours, with the typesetter's words."""


@dataclass(frozen=True)
class Place:
    """A rectangle on a page that is kept free for a seal or signature; in points, from the lower left corner."""

    page: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class PdfResult:
    """A PDF and the places in it: ``seal``, and ``signature-0``, ``signature-1`` … in the order of the block."""

    pdf: bytes
    places: dict[str, Place]


def render_pdf(paper: Paper) -> PdfResult:
    """Sets the paper as PDF/A-2b. Raises MissingGlyph when it holds characters that no font has."""
    check_length(paper)
    data = json.dumps(_data(paper), ensure_ascii=False)
    height = 595.276 if paper.form.landscape else 841.89
    pdf, places = _compile("paper.typ", data, _issued(paper))
    return PdfResult(
        pdf=pdf,
        places={
            place["key"]: Place(
                page=place["page"],
                x=place["x"],
                y=height - place["y"] - place["height"],
                width=place["width"],
                height=place["height"],
            )
            for place in places
        },
    )


def render_stamp(lines: tuple[str, ...], width: float, height: float) -> bytes:
    """The drawing of a seal's visible mark, of the size of its place in points."""
    data = json.dumps(
        {"lines": [printable(line) for line in lines], "width": width, "height": height}, ensure_ascii=False
    )
    pdf, _places = _compile("stamp.typ", data, dt.datetime(2000, 1, 1, tzinfo=dt.UTC))
    return pdf


def _compile(template: str, data: str, timestamp: dt.datetime) -> tuple[bytes, list[dict[str, Any]]]:
    import typst

    data = fonts.settable(data)
    plan = fonts.plan(data)
    inputs = {"paper": data, "fonts": json.dumps(plan.families)}
    with _one_at_a_time:
        compiler = _compiler(template, plan)
        try:
            pdf = compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards="a-2b", timestamp=timestamp)
            places = json.loads(compiler.query("<place>", field="value"))
        except typst.TypstError as error:
            raise RenderFailed(error.message) from error
    return bytes(pdf), places


@lru_cache(maxsize=6)
def _compiler(template: str, plan: fonts.FontPlan) -> Any:
    import typst

    loaded = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(plan.folders))
    return typst.Compiler(
        input=str(TEMPLATES / template), root=str(TEMPLATES), font_paths=loaded, ignore_system_fonts=True
    )


def _issued(paper: Paper) -> dt.datetime:
    """The moment printed into the file's properties: the date of the document, so that rendering knows no clock."""
    raw = next((cell.raw for cell in paper.head if cell.key == "date"), None)
    try:
        day = dt.date.fromisoformat(str(raw)[:10])
    except ValueError:
        day = dt.date(2000, 1, 1)
    return (
        dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
        if day.year >= 1970
        else dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    )


def _data(paper: Paper) -> dict[str, Any]:
    words, extras = paper.words, paper.extras
    head_rows = [list(paper.head[index : index + 2]) for index in range(0, len(paper.head), 2)]
    doc_no, confidentiality = paper.head_text("doc_no"), paper.head_text("confidentiality")
    version = paper.head_text("version")
    return {
        "title": paper.title,
        "company": paper.company,
        "author": paper.head_text("author"),
        "doc_no": doc_no,
        "lang": "zh" if paper.is_chinese else "en",
        "region": "CN" if paper.is_chinese else "GB",
        "landscape": paper.form.landscape,
        "style": paper.form.style,
        "draft": extras.draft,
        "filled": any(cell.text for cell in paper.head),
        "header_left": f"{paper.head_label('doc_no')}{words.colon}{doc_no}" if doc_no else "",
        "header_right": f"{paper.head_label('confidentiality')}{words.colon}{confidentiality}"
        if confidentiality
        else "",
        "footer_left": f"{paper.head_label('version')} {version}" if version else "",
        "footer_right": "  ".join(
            f"{label} {value[:12]}"
            for label, value in ((words.digest, extras.digest), (words.log_head, extras.log_head))
            if value
        ),
        "head": [[_cell(cell, paper) for cell in row] for row in head_rows],
        "preamble": paper.preamble,
        "sections": [
            {
                "heading": f"{section.number}、{section.title}"
                if paper.is_chinese
                else f"{section.number}. {section.title}",
                "labelled": sum(_places_in(block) for block in section.blocks) > 1,
                "blocks": [_block(block, paper) for block in section.blocks],
            }
            for section in paper.sections
        ],
        "attachments_label": paper.attachments_label,
        "attachments": [_breakable(name, 60) for name in paper.attachments],
        "signatures": None
        if paper.signatures is None
        else {
            "title": paper.signatures.title,
            "statement": paper.signatures.statement,
            "columns": list(paper.signatures.columns),
            "entries": [_signature(entry, paper) for entry in paper.signatures.entries],
        },
        "proof": {
            "qr": qr_svg(extras.verify_url) if extras.verify_url else "",
            "verify_url": extras.verify_url,
            "digest": extras.digest,
            "digest_lines": _halves(extras.digest),
            "log_head": extras.log_head,
            "log_lines": _halves(extras.log_head),
        },
        "words": dict(vars(words)),
    }


def _breakable(text: str, longest: int) -> str:
    """Text in which a word too long for its line (an address, a key) may be broken."""
    return re.sub(
        rf"[^\s\u2e80-\uffff]{{{longest},}}",
        lambda word: "\u200b".join(re.findall(rf"(?s).{{1,{longest // 3}}}", word.group())),
        text,
    )


def _halves(digest: str) -> tuple[str, str]:
    middle = (len(digest) + 1) // 2
    return digest[:middle], digest[middle:]


def _places_in(block: Block) -> int:
    return sum(len(row) for row in block.rows) if isinstance(block, GridBlock) else 1


def _cell(cell: Cell, paper: Paper) -> dict[str, Any]:
    return {
        "label": cell.label,
        "text": _breakable(cell.text, 60),
        "kind": cell.kind,
        "ticks": [{"label": tick.label, "ticked": tick.ticked} for tick in cell.ticks],
        "signature": _signature(cell.signature or SignatureEntry(), paper),
    }


def _signature(entry: SignatureEntry, paper: Paper) -> dict[str, str]:
    return {
        "dept": entry.dept,
        "name": entry.name,
        "signed_at": entry.signed_at,
        "opinion": _breakable(entry.opinion, 24),
        "deputy": deputy_words(paper, entry),
        "level": entry.level,
    }


def _block(block: Block, paper: Paper) -> dict[str, Any]:
    if isinstance(block, GridBlock):
        return {"type": "grid", "rows": [[_cell(cell, paper) for cell in row] for row in block.rows]}
    return {
        "type": "table",
        "label": block.label,
        "columns": [
            {"label": column.label, "weight": column.weight, "narrow": column.is_narrow, "numeric": column.is_numeric}
            for column in block.columns
        ],
        "rows": [[_breakable(text, 24) for text in row] for row in block.rows],
        "min_rows": block.min_rows,
    }
