"""A filled form as a Word document in the manner of Chinese business papers: 黑体 titles, 宋体 text, ruled tables."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

from ..paper import Cell, GridBlock, Paper, PaperColumn, SignatureEntry, TableBlock, deputy_words
from .qr import qr_png

TITLE_FONT = "黑体"
BODY_FONT = "宋体"
LATIN_FONT = "Times New Roman"
SHADE = "F0F2F5"

# Word refuses single runs beyond this in places (comments, fields) and becomes slow: long lines are cut into runs.
_RUN_LIMIT = 30_000
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


def render_docx(paper: Paper) -> bytes:
    """The paper as .docx. Everything that people wrote becomes runs of text; no field, link or macro comes of it."""
    from docx import Document

    document = Document()
    _Writer(document, paper).write()
    raw = io.BytesIO()
    document.save(raw)
    return _with_fixed_times(raw.getvalue())


def _with_fixed_times(data: bytes) -> bytes:
    """The same package without the hour of its making, so that the same content gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            if info.filename.startswith("docProps/thumbnail"):
                continue
            content = source.read(info)
            if info.filename == "_rels/.rels":
                content = _without_thumbnail(content)
            entry = zipfile.ZipInfo(info.filename, _FIXED_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, content)
    return out.getvalue()


def _without_thumbnail(relationships: bytes) -> bytes:
    """python-docx's own template brings a picture of an empty page along: not ours to send out."""
    from lxml import etree

    root = etree.fromstring(relationships)
    for relationship in list(root):
        if "thumbnail" in relationship.get("Target", ""):
            root.remove(relationship)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


class _Writer:
    """Writes one paper into one python-docx document."""

    def __init__(self, document: Any, paper: Paper) -> None:
        from docx.shared import Mm

        self.document = document
        self.paper = paper
        self.width = Mm((297 if paper.form.landscape else 210) - 40)

    def write(self) -> None:
        """The whole document from properties to the proof at its end."""
        self._page()
        self._styles()
        self._header_and_footer()
        self._title()
        self._grid(tuple(self.paper.head[index : index + 2] for index in range(0, len(self.paper.head), 2)))
        if self.paper.preamble:
            self._paragraph(self.paper.preamble, indent=True, before=8)
        for section in self.paper.sections:
            mark = "、" if self.paper.is_chinese else ". "
            self._heading(f"{section.number}{mark}{section.title}")
            places = sum(
                sum(len(row) for row in block.rows) if isinstance(block, GridBlock) else 1 for block in section.blocks
            )
            for block in section.blocks:
                if isinstance(block, TableBlock):
                    self._table(block, titled=self.paper.form.style == "grid" or places > 1)
                elif self.paper.form.style == "grid":
                    self._grid(block.rows)
                else:
                    self._articles(block, labelled=places > 1)
        self._attachments()
        self._signatures()
        self._proof()

    def _page(self) -> None:
        from docx.enum.section import WD_ORIENT
        from docx.shared import Mm

        section = self.document.sections[0]
        wide, high = (Mm(297), Mm(210)) if self.paper.form.landscape else (Mm(210), Mm(297))
        section.page_width, section.page_height = wide, high
        if self.paper.form.landscape:
            section.orientation = WD_ORIENT.LANDSCAPE
        section.left_margin = section.right_margin = Mm(20)
        section.top_margin, section.bottom_margin = Mm(25), Mm(22)
        section.header_distance, section.footer_distance = Mm(12), Mm(11)
        properties = self.document.core_properties
        raw_date = next((cell.raw for cell in self.paper.head if cell.key == "date"), None)
        try:
            day = dt.date.fromisoformat(str(raw_date)[:10])
        except ValueError:
            day = dt.date(2000, 1, 1)
        moment = dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
        properties.created = properties.modified = moment
        properties.title = self.paper.title[:255]
        properties.author = self.paper.head_text("author")[:255]
        properties.last_modified_by = properties.author
        properties.language = "zh-CN" if self.paper.is_chinese else "en-GB"
        properties.comments = ""

    def _styles(self) -> None:
        from docx.oxml.ns import qn
        from docx.shared import Pt

        normal = self.document.styles["Normal"]
        normal.font.name = LATIN_FONT
        normal.font.size = Pt(10.5)
        fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), BODY_FONT)
        # Without the language, programs without 宋体 take a Japanese or Taiwanese shape of the punctuation.
        for language in self.document.styles.element.iter(qn("w:lang")):
            language.set(qn("w:eastAsia"), "zh-CN")
            language.set(qn("w:val"), "en-GB")
        normal.paragraph_format.space_after = Pt(0)
        normal.paragraph_format.space_before = Pt(0)
        normal.paragraph_format.line_spacing = 1.25

    def _run(self, paragraph: Any, text: str, *, bold: bool = False, title: bool = False, size: float = 0) -> Any:
        from docx.oxml.ns import qn
        from docx.shared import Pt

        run = None
        for start in range(0, max(len(text), 1), _RUN_LIMIT):
            run = paragraph.add_run(text[start : start + _RUN_LIMIT])
            run.bold = bold or None
            if size:
                run.font.size = Pt(size)
            if title:
                run.font.name = "Arial"
                run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), TITLE_FONT)
        return run

    def _paragraph(
        self, text: str = "", *, indent: bool = False, before: float = 0, after: float = 0, keep: bool = False
    ) -> Any:
        from docx.shared import Pt

        paragraph = self.document.add_paragraph()
        if text:
            self._run(paragraph, text)
        paragraph.paragraph_format.space_before = Pt(before)
        paragraph.paragraph_format.space_after = Pt(after)
        paragraph.paragraph_format.keep_with_next = keep or None
        if indent:
            paragraph.paragraph_format.first_line_indent = Pt(21)
        return paragraph

    def _title(self) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        if self.paper.company:
            company = self._paragraph(after=4)
            company.alignment = WD_ALIGN_PARAGRAPH.CENTER
            self._run(company, self.paper.company, size=14)
        title = self._paragraph(after=8)
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._run(title, self.paper.title, bold=True, title=True, size=20)
        if self.paper.extras.draft:
            draft = self._paragraph(after=6)
            draft.alignment = WD_ALIGN_PARAGRAPH.CENTER
            self._run(draft, self.paper.words.draft, bold=True, title=True, size=12)

    def _heading(self, text: str) -> None:
        paragraph = self._paragraph(before=9, after=4, keep=True)
        self._run(paragraph, text, bold=True, title=True, size=12)
        # Seen by Word's navigation pane without taking over the colours of its heading style.
        _child(paragraph._p.get_or_add_pPr(), "w:outlineLvl", {"w:val": "0"})

    def _header_and_footer(self) -> None:
        from docx.enum.text import WD_TAB_ALIGNMENT
        from docx.shared import Pt

        paper, words = self.paper, self.paper.words
        section = self.document.sections[0]
        header = section.header.paragraphs[0]
        header.paragraph_format.tab_stops.clear_all()
        header.paragraph_format.tab_stops.add_tab_stop(self.width, WD_TAB_ALIGNMENT.RIGHT)
        header.style = footer_style = self.document.styles["Normal"]
        doc_no, secrecy = paper.head_text("doc_no"), paper.head_text("confidentiality")
        left = f"{paper.head_label('doc_no')}{words.colon}{doc_no}" if doc_no else ""
        right = f"{paper.head_label('confidentiality')}{words.colon}{secrecy}" if secrecy else ""
        self._run(header, f"{left}\t{right}", size=9)
        _border(header, "bottom")
        footer = section.footer.paragraphs[0]
        footer.style = footer_style
        footer.paragraph_format.tab_stops.clear_all()
        footer.paragraph_format.tab_stops.add_tab_stop(int(self.width / 2), WD_TAB_ALIGNMENT.CENTER)
        footer.paragraph_format.tab_stops.add_tab_stop(self.width, WD_TAB_ALIGNMENT.RIGHT)
        footer.paragraph_format.space_before = Pt(0)
        _border(footer, "top")
        version = paper.head_text("version")
        self._run(footer, (f"{paper.head_label('version')} {version}" if version else "") + "\t", size=9)
        self._run(footer, words.page_before, size=9)
        self._page_field(footer, "PAGE")
        self._run(footer, words.page_between, size=9)
        self._page_field(footer, "NUMPAGES")
        self._run(footer, words.page_after, size=9)
        short = f"{words.digest} {paper.extras.digest[:12]}" if paper.extras.digest else ""
        self._run(footer, f"\t{short}", size=9)

    def _page_field(self, paragraph: Any, name: str) -> None:
        for kind in ("begin", "instruction", "separate", "shown", "end"):
            run = self._run(paragraph, "1" if kind == "shown" else "", size=9)
            if kind == "instruction":
                element = _child(run._r, "w:instrText", {"xml:space": "preserve"})
                element.text = f" {name} "
            elif kind != "shown":
                _child(run._r, "w:fldChar", {"w:fldCharType": kind})

    def _new_table(self, widths: list[int]) -> Any:
        from docx.enum.table import WD_TABLE_ALIGNMENT

        table = self.document.add_table(rows=0, cols=len(widths))
        table.style = self.document.styles["Table Grid"]
        table.autofit = False
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        return table

    def _row(self, table: Any, widths: list[int], *, header: bool = False, split: bool = True) -> list[Any]:
        """Adds a row and gives its cells, asked for once: python-docx counts the grid again each time."""
        row = table.add_row()
        properties = row._tr.get_or_add_trPr()
        if not split:
            _child(properties, "w:cantSplit", {})
        if header:
            _child(properties, "w:tblHeader", {})
        cells = list(row.cells)
        for cell, width in zip(cells, widths, strict=True):
            cell.width = width
            _margins(cell)
        return cells

    def _text(self, cell: Any, text: str, *, align: str = "left", bold: bool = False, size: float = 0) -> None:
        from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        places = {
            "left": WD_ALIGN_PARAGRAPH.LEFT,
            "center": WD_ALIGN_PARAGRAPH.CENTER,
            "right": WD_ALIGN_PARAGRAPH.RIGHT,
        }
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        for number, line in enumerate(text.split("\n")):
            paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
            paragraph.alignment = places[align]
            self._run(paragraph, line, bold=bold, size=size)

    def _label(self, cell: Any, text: str) -> None:
        self._text(cell, text, align="center", bold=True, size=10)
        _shade(cell)

    def _grid(self, rows: tuple[tuple[Cell, ...], ...]) -> None:
        from docx.shared import Mm

        label = Mm(26 if self.paper.is_chinese else 32)
        value = int(self.width / 2) - label
        widths = [label, value, label, value]
        table = self._new_table(widths)
        for row in rows:
            cells = self._row(table, widths)
            if len(row) == 2:
                for index, cell in enumerate(row):
                    self._label(cells[2 * index], cell.label)
                    self._value(cells[2 * index + 1], cell)
            else:
                merged = cells[1].merge(cells[3])
                self._label(cells[0], row[0].label)
                self._value(merged, row[0])
        self._gap()

    def _gap(self) -> None:
        """Word joins tables that touch; a line of one point keeps them apart."""
        from docx.shared import Pt

        paragraph = self._paragraph()
        paragraph.paragraph_format.line_spacing = Pt(2)

    def _value(self, target: Any, cell: Cell) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt

        if cell.kind == "checkbox":
            marks = ("☑" if tick.ticked else "□" for tick in cell.ticks)
            self._text(
                target, "    ".join(f"{mark} {tick.label}" for mark, tick in zip(marks, cell.ticks, strict=True))
            )
            return
        # An empty form gets room to write by hand.
        self._text(target, cell.text or ("\n\n" if cell.kind == "prose" else ""))
        if cell.kind == "opinion":
            sign = cell.signature or SignatureEntry()
            words = self.paper.words
            line = target.add_paragraph()
            line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            line.paragraph_format.space_before = Pt(14 if not cell.text else 6)
            name = f"{sign.name} {deputy_words(self.paper, sign)}".strip() or "_" * 14
            self._run(line, f"{words.sign_here}{words.colon}{name}    ")
            self._run(line, f"{words.sign_date}{words.colon}{sign.signed_at or '_' * 16}")

    def _table(self, block: TableBlock, *, titled: bool) -> None:
        from docx.shared import Mm

        if not block.rows and self.paper.form.style == "articles" and self.paper.head_text("doc_no"):
            self._paragraph(self.paper.words.none, indent=True)
            return
        number = Mm(11)
        total = sum(column.weight for column in block.columns)
        widths = [number, *(int((self.width - number) * column.weight / total) for column in block.columns)]
        table = self._new_table(widths)
        if titled:
            cells = self._row(table, widths, header=True, split=False)
            merged = cells[0].merge(cells[-1])
            self._text(merged, block.label, bold=True, size=10)
            _shade(merged)
        cells = self._row(table, widths, header=True, split=False)
        self._label(cells[0], self.paper.words.row_number)
        for cell, column in zip(cells[1:], block.columns, strict=True):
            self._label(cell, column.label)
        blank = tuple("" for _ in block.columns)
        for index, row in enumerate(block.rows or (blank,) * block.min_rows, start=1):
            long = any(len(text) > 400 for text in row)
            cells = self._row(table, widths, split=long)
            self._text(cells[0], str(index) if block.rows else "", align="center", size=10)
            for cell, column, text in zip(cells[1:], block.columns, row, strict=True):
                self._text(cell, text, align=_align(column), size=10)
        self._gap()

    def _articles(self, block: GridBlock, *, labelled: bool) -> None:
        for row in block.rows:
            for cell in row:
                for number, line in enumerate((cell.text or self.paper.words.none).split("\n")):
                    paragraph = self._paragraph(indent=True)
                    if number == 0 and labelled:
                        self._run(paragraph, cell.label + self.paper.words.colon, bold=True)
                    self._run(paragraph, line)

    def _attachments(self) -> None:
        if not self.paper.attachments:
            return
        first = self._paragraph(before=8, keep=True)
        self._run(first, self.paper.attachments_label + self.paper.words.colon, bold=True)
        for number, name in enumerate(self.paper.attachments, start=1):
            self._paragraph(f"{number}. {name}")

    def _signatures(self) -> None:
        from docx.enum.table import WD_ROW_HEIGHT_RULE
        from docx.shared import Mm

        places = self.paper.signatures
        if places is None:
            return
        self._heading(places.title)
        if places.statement:
            self._paragraph(places.statement, indent=True, after=4, keep=True)
        widths = [int(self.width * share) for share in (0.18, 0.22, 0.26, 0.34)]
        table = self._new_table(widths)
        for cell, column in zip(self._row(table, widths, header=True, split=False), places.columns, strict=True):
            self._label(cell, column)
        for entry in places.entries:
            cells = self._row(table, widths, split=False)
            table.rows[-1].height = Mm(11)
            table.rows[-1].height_rule = WD_ROW_HEIGHT_RULE.AT_LEAST
            self._text(cells[0], entry.dept, align="center")
            self._text(cells[1], "\n".join(filter(None, (entry.name, deputy_words(self.paper, entry)))), align="center")
            self._text(cells[2], "\n".join(filter(None, (entry.signed_at, entry.level))), align="center", size=10)
            self._text(cells[3], entry.opinion, size=10)
        self._gap()

    def _proof(self) -> None:
        from docx.shared import Mm

        extras, words = self.paper.extras, self.paper.words
        if extras.verify_url:
            picture = self._paragraph(before=8, keep=True)
            picture.add_run().add_picture(io.BytesIO(qr_png(extras.verify_url)), width=Mm(24))
            line = self._paragraph()
            self._run(line, f"{words.verify}{words.colon}{extras.verify_url}", size=8)
        for label, value in ((f"{words.digest} (SHA-256)", extras.digest), (words.log_head, extras.log_head)):
            if value:
                self._run(self._paragraph(), f"{label}{words.colon}{value}", size=8)


def _align(column: PaperColumn) -> str:
    return "right" if column.is_numeric else "center" if column.is_narrow else "left"


def _child(parent: Any, tag: str, attributes: dict[str, str]) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set("{http://www.w3.org/XML/1998/namespace}space" if name == "xml:space" else qn(name), value)
    parent.append(element)
    return element


def _shade(cell: Any) -> None:
    _child(cell._tc.get_or_add_tcPr(), "w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": SHADE})


def _margins(cell: Any) -> None:
    margins = _child(cell._tc.get_or_add_tcPr(), "w:tcMar", {})
    for side in ("top", "bottom"):
        _child(margins, f"w:{side}", {"w:w": "50", "w:type": "dxa"})


def _border(paragraph: Any, side: str) -> None:
    borders = _child(paragraph._p.get_or_add_pPr(), "w:pBdr", {})
    _child(borders, f"w:{side}", {"w:val": "single", "w:sz": "4", "w:space": "4", "w:color": "9AA3AD"})
