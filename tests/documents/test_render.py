"""One description, four outputs: all of them hold every word, and hold it as text."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any, get_args

import pytest
from defusedxml import ElementTree

from tests.documents import campaign
from tests.documents.conftest import FILLED
from tongzhou.alignment.documents import COLLAB_REQUEST, MEMORANDUM
from tongzhou.documents.fonts import MissingGlyph, missing_characters
from tongzhou.documents.paper import Extras, lay_out
from tongzhou.documents.render import DocumentTooLong, Format, render
from tongzhou.documents.render.pdf import render_pdf
from tongzhou.documents.standard_forms import StandardForm

FORMATS: tuple[Format, ...] = get_args(Format)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

HOSTILE = (
    "=cmd|'/c calc'!A1 <script>alert(1)</script> #panic() $x$ @ref {{ secret }} {% now %} "
    "&amp; \"quote\" 'single' https://evil.example/ 👍🏽 👨‍👩‍👧 שלום עולם مرحبا 𠮷野家"
)


def words_of(data: bytes, fmt: Format, folder: Path) -> str:
    """All the text of an output without any blanks, as a reader of that format sees it."""
    if fmt == "html":
        root = ElementTree.fromstring("<r>" + re.sub(r"<(?:br|img)[^>]*>", "", data.decode()) + "</r>")
        text = "".join(root.itertext())
    elif fmt == "docx":
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = [n for n in package.namelist() if re.fullmatch(r"word/(document|header\d|footer\d)\.xml", n)]
            text = "".join(t.text or "" for n in names for t in ElementTree.fromstring(package.read(n)).iter(f"{W}t"))
    elif fmt == "xlsx":
        import openpyxl

        sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
        text = "".join(str(c.value) for row in sheet.iter_rows(min_col=2) for c in row if c.value is not None)
        text += str(sheet.oddHeader.left.text) + str(sheet.oddHeader.right.text)
    else:
        (folder / "x.pdf").write_bytes(data)
        text = subprocess.run(
            ["pdftotext", "-raw", folder / "x.pdf", "-"], capture_output=True, text=True, check=True
        ).stdout
    return re.sub(r"\s", "", text)


def strings_in(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [
            text
            for key, one in value.items()
            if key not in {"type", "urgency", "reply", "status"}
            for text in strings_in(one)
        ]
    if isinstance(value, list):
        return [text for one in value for text in strings_in(one)]
    text = str(value)
    return [] if re.fullmatch(r"\d{4}-\d\d-\d\d.*|\d+\.\d\d", text) else [text]


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize(("form", "content"), FILLED, ids=lambda value: getattr(value, "key", ""))
def test_every_word_that_was_written_is_in_every_output(
    form: StandardForm, content: dict[str, Any], fmt: Format, head: dict[str, Any], extras: Extras, tmp_path: Path
) -> None:
    words = words_of(render(form, content, head, fmt, extras=extras), fmt, tmp_path)
    lost = [text for text in strings_in(content) if re.sub(r"\s", "", text) not in words]
    # In a PDF a cell's text is broken by its neighbours; every character must be there, in lines.
    if fmt == "pdf":
        lost = [text for text in lost if any(piece not in words for piece in re.findall(r"\w{1,2}", text))]
    assert lost == []
    assert re.sub(r"\s", "", str(form.title)) in words or "跨部门" in words


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_same_content_gives_the_same_bytes(
    fmt: Format, language: str, head: dict[str, Any], extras: Extras
) -> None:
    first = render(MEMORANDUM, campaign.MEMORANDUM, head, fmt, language, extras)
    assert render(MEMORANDUM, campaign.MEMORANDUM, head, fmt, language, extras) == first


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize(("form", "_content"), FILLED, ids=lambda value: getattr(value, "key", ""))
def test_an_empty_form_can_be_printed_to_be_filled_in_by_hand(
    form: StandardForm, _content: dict[str, Any], fmt: Format
) -> None:
    assert len(render(form, {}, {}, fmt)) > 1000


@pytest.mark.parametrize("fmt", FORMATS)
def test_hostile_text_stays_text(fmt: Format, head: dict[str, Any], tmp_path: Path) -> None:
    rows = [{"dept": HOSTILE, "request_item": "=1+1", "due": "2026-06-01"}]
    content = {**campaign.COLLAB_REQUEST, "background": HOSTILE, "departments": rows, "requester": "=HYPERLINK(1)"}
    data = render(COLLAB_REQUEST, content, {**head, "project_name": HOSTILE, "doc_no": "&P <b> " + "长" * 300}, fmt)
    words = words_of(data, fmt, tmp_path)
    assert "<script>alert(1)</script>" in words
    assert "#panic()$x$@ref{{secret}}{%now%}" in words
    if fmt == "html":
        assert b"<script" not in data
        assert b" style=" not in data
        assert not re.search(rb"\son\w+=", data.replace(b"=cmd", b""))
    if fmt == "xlsx":
        import openpyxl

        sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert "=1+1" in {cell.value for cell in cells}
        assert [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink] == []
    if fmt == "docx":
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            relations = package.read("word/_rels/document.xml.rels")
            fields = re.findall(rb"<w:instrText[^>]*>([^<]*)", b"".join(package.read(n) for n in package.namelist()))
        assert b"External" not in relations
        assert {field.strip() for field in fields} == {b"PAGE", b"NUMPAGES"}


def test_the_pdf_is_an_archive_pdf_with_its_fonts_inside(head: dict[str, Any], extras: Extras, tmp_path: Path) -> None:
    pdf = render(MEMORANDUM, campaign.MEMORANDUM, head, "pdf", extras=extras)
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    (tmp_path / "x.pdf").write_bytes(pdf)
    listed = subprocess.run(["pdffonts", tmp_path / "x.pdf"], capture_output=True, text=True, check=True).stdout
    fonts = listed.splitlines()[2:]
    assert fonts
    assert all(re.search(r"\s(yes)\s+(yes|no)\s+(yes)\s+\d+", line) for line in fonts), listed


def test_the_pdf_says_where_the_seal_goes(head: dict[str, Any], extras: Extras) -> None:
    result = render_pdf(lay_out(MEMORANDUM, campaign.MEMORANDUM, head, extras=extras))
    seal = result.places["seal"]
    assert {"signature-0", "signature-1", "signature-2"} <= set(result.places)
    assert seal.page == result.places["signature-0"].page
    assert 0 < seal.x < seal.x + seal.width < 595
    assert 0 < seal.y < seal.y + seal.height < 842


def test_the_pdf_prints_page_numbers_and_proof(head: dict[str, Any], extras: Extras, tmp_path: Path) -> None:
    words = words_of(render(MEMORANDUM, campaign.MEMORANDUM, head, "pdf", extras=extras), "pdf", tmp_path)
    assert re.search("第1页共[23]页", words)
    assert extras.digest[:32] in words
    assert extras.log_head[:32] in words
    assert extras.verify_url in words
    assert "\uff08代马国栋\uff09" in words


def test_a_character_that_no_font_has_is_named_and_not_printed_as_a_box(head: dict[str, Any]) -> None:
    content = {**campaign.MEMORANDUM, "scope": "范围\ue000与\U000f1234"}
    with pytest.raises(MissingGlyph) as caught:
        render(MEMORANDUM, content, head, "pdf")
    assert caught.value.characters == ("\ue000", "\U000f1234")
    assert "U+E000" in str(caught.value.message)
    assert missing_characters("同舟 A1\u200d\n") == ()
    assert missing_characters("\ue000 A") == ("\ue000",)


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_megabyte_of_text_is_printed_whole(fmt: Format, head: dict[str, Any]) -> None:
    long = "去年活动期间出现3个爆款断货，影响转化。" * 17_000
    assert len(long.encode()) > 900_000
    data = render(COLLAB_REQUEST, {**campaign.COLLAB_REQUEST, "background": long}, head, fmt)
    assert len(data) > 30_000


@pytest.mark.parametrize("text", ["x" * 1_000_001, "\n" * 20_001])
def test_more_text_than_a_document_can_hold_is_refused(text: str, head: dict[str, Any]) -> None:
    with pytest.raises(DocumentTooLong):
        render(COLLAB_REQUEST, {**campaign.COLLAB_REQUEST, "background": "a" + text + "b"}, head, "pdf")


def test_one_word_without_end_is_broken_into_lines(head: dict[str, Any]) -> None:
    assert render(COLLAB_REQUEST, {**campaign.COLLAB_REQUEST, "background": "a" * 200_000}, head, "pdf")


def test_word_repeats_the_header_of_a_table_and_uses_chinese_fonts(head: dict[str, Any]) -> None:
    data = render(COLLAB_REQUEST, campaign.COLLAB_REQUEST, head, "docx")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        document = package.read("word/document.xml").decode()
        styles = package.read("word/styles.xml").decode()
    assert document.count("<w:tblHeader/>") >= 4
    assert 'w:eastAsia="黑体"' in document
    assert 'w:eastAsia="宋体"' in styles


def test_the_start_of_the_server_loads_no_document_library() -> None:
    heavy = ["typst", "pyhanko", "docx", "xlsxwriter", "python_calamine", "fontTools", "qrcode", "lxml"]
    program = (
        "import sys, django; django.setup();"
        "import tongzhou.documents.render, tongzhou.documents.read_back, tongzhou.documents.seal;"
        "import tongzhou.documents.hostile, tongzhou.documents.letterhead, tongzhou.documents.canonical;"
        "import tongzhou.alignment.documents, tongzhou.meetings.documents;"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": "src", "DJANGO_SETTINGS_MODULE": "tongzhou.config.settings"},
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.strip() == "[]"
