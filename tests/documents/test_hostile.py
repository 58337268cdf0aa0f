"""Uploads that want to hurt get a clear answer, quickly, and nothing else happens."""

from __future__ import annotations

import io
import time
import zipfile
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from django.utils import translation

from tongzhou.documents.hostile import FileRefused, read_spreadsheet, run_limited, sniff_type

SHEET_START = (
    b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)
SHEET_END = b"</sheetData></worksheet>"


def small_workbook(rows: list[list[Any]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return out.getvalue()


def with_sheet(xml: bytes) -> bytes:
    """A workbook whose sheet is exactly this XML."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(small_workbook([["x"]]))) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(name, xml if name == "xl/worksheets/sheet1.xml" else source.read(name))
    return out.getvalue()


def code_of(data: bytes, **limits: Any) -> str:
    with pytest.raises(FileRefused) as caught:
        read_spreadsheet(data, **limits)
    with translation.override("zh-hans"):
        assert str(caught.value.message)
        assert "%(" not in str(caught.value.message)
    return caught.value.code


def test_a_workbook_is_read_with_its_types() -> None:
    import datetime as dt

    rows = read_spreadsheet(
        small_workbook([["姓名", "工号"], ["林晓彤", 7, 1.5, True, dt.date(2026, 6, 18)], ["=1+1"]])
    )
    assert rows[0][:2] == ["姓名", "工号"]
    assert rows[1] == ["林晓彤", 7, 1.5, True, {"date": "2026-06-18"}]
    assert len(rows) == 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_of_any_chinese_office_is_read(encoding: str, delimiter: str) -> None:
    text = delimiter.join(("姓名", "部门")) + "\r\n" + delimiter.join(('"林,;\t晓彤"', "市场部")) + "\r\n"
    assert read_spreadsheet(text.encode(encoding)) == [["姓名", "部门"], ["林,;\t晓彤", "市场部"]]


def test_a_workbook_with_a_million_rows_is_refused_at_once() -> None:
    row = b'<row r="%d"><c r="A%d"><v>1</v></c></row>'
    data = with_sheet(SHEET_START + b"".join(row % (n, n) for n in range(1, 1_000_001)) + SHEET_END)
    started = time.monotonic()
    assert code_of(data, max_rows=5_000) == "too_many_rows"
    assert time.monotonic() - started < 2


def test_rows_are_counted_whatever_the_file_calls_them() -> None:
    body = SHEET_START.replace(b"<worksheet xmlns", b"<x:worksheet xmlns:x").replace(b"<sheet", b"<x:sheet")
    data = with_sheet(body + b"<x:row/>" * 6_000 + b"</x:sheetData></x:worksheet>")
    assert code_of(data, max_rows=5_000) == "too_many_rows"


@pytest.mark.parametrize(
    "cell", [b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>', b'<row><c r="XFD1048576"><v>1</v></c></row>']
)
def test_one_cell_far_away_does_not_cost_the_memory_of_all_between(cell: bytes) -> None:
    data = with_sheet(SHEET_START + b'<row r="1"><c r="A1"><v>1</v></c></row>' + cell + SHEET_END)
    assert code_of(data) in {"too_many_rows", "too_much_memory"}


def test_a_zip_bomb_is_not_unpacked() -> None:
    data = with_sheet(SHEET_START + b" " * (300 << 20) + SHEET_END)
    assert len(data) < 1 << 20
    started = time.monotonic()
    assert code_of(data) == "zip_bomb"
    assert time.monotonic() - started < 5
    with pytest.raises(FileRefused) as caught:
        sniff_type(data)
    assert caught.value.code == "zip_bomb"


def test_a_bomb_that_lies_about_its_size_is_stopped_while_unpacking() -> None:
    import struct

    data = bytearray(with_sheet(SHEET_START + b" " * (300 << 20) + SHEET_END))
    directory = data.rindex(b"PK\x01\x02", 0, data.rindex(b"xl/worksheets/sheet1.xml"))
    data[directory + 24 : directory + 28] = struct.pack("<I", 1000)
    assert code_of(bytes(data)) in {"zip_bomb", "unreadable"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"PK\x03\x04" + b"\x00" * 50, "unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old_or_encrypted"),
        (b"\x00\x01\x02\x03", "not_a_spreadsheet"),
        (b"a,b\n" * 11, "too_many_rows"),
        (b"," * 600, "too_many_columns"),
        (with_sheet(b"<broken"), "unreadable"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_says_why(data: bytes, code: str) -> None:
    assert code_of(data, max_rows=10) == code


def test_entities_of_a_sheet_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    cell = b'<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>'
    assert code_of(with_sheet(bomb + SHEET_START.partition(b"?>")[2] + cell + SHEET_END)) == "unreadable"


def test_a_file_over_the_size_is_refused_before_anything_opens_it() -> None:
    assert code_of(b"a" * 2_000_001, max_size=2_000_000) == "too_large"


def test_a_reader_that_takes_too_long_is_stopped() -> None:
    row = b"<row>" + b"<c><v>1</v></c>" * 400 + b"</row>"
    data = with_sheet(SHEET_START + row * 9_000 + SHEET_END)
    with pytest.raises(FileRefused) as caught:
        run_limited("spreadsheet", data, max_rows=10_000, seconds=0)
    assert caught.value.code == "took_too_long"


def test_a_reader_that_wants_too_much_memory_is_stopped() -> None:
    row = b"<row>" + b"<c><v>1</v></c>" * 400 + b"</row>"
    data = with_sheet(SHEET_START + row * 9_000 + SHEET_END)
    with pytest.raises(FileRefused) as caught:
        run_limited("spreadsheet", data, max_rows=10_000, memory=150 << 20)
    assert caught.value.code == "too_much_memory"


def package(names: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, content in names.items():
            target.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7 ...", "pdf"),
        (b"\x89PNG\r\n\x1a\n...", "png"),
        (b"\xff\xd8\xff\xe0...", "jpeg"),
        (small_workbook([["x"]]), "xlsx"),
        (package({"[Content_Types].xml": b"", "word/document.xml": b""}), "docx"),
        (package({"[Content_Types].xml": b"", "ppt/presentation.xml": b""}), "pptx"),
        (package({"a.txt": b"x"}), "zip"),
        (package({}), "zip"),
        ("姓名,部门\n林晓彤,市场部\n".encode("gb18030"), "csv"),
        ("会议记录：一切顺利。".encode(), "txt"),
        (("汉" * 40_000).encode(), "txt"),
        (("汉a" * 40_000).encode("gb18030"), "txt"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_file_is_what_its_content_says(data: bytes, kind: str) -> None:
    assert sniff_type(data).name == kind


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"MZ\x90\x00\x03\x00\x00\x00", "type_not_allowed"),
        (b"\x7fELF\x02\x01\x01\x00", "type_not_allowed"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "type_not_allowed"),
        (b"  <!DOCTYPE html><html>", "type_not_allowed"),
        (package({"[Content_Types].xml": b"", "xl/vbaProject.bin": b""}), "macros"),
        (package({f"{n}": b"" for n in range(2_001)}), "too_many_entries"),
        (b"PK\x03\x04 nothing behind", "unreadable"),
        (b"x" * (21 << 20), "too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_file_that_we_do_not_take_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(FileRefused) as caught:
        sniff_type(data)
    assert caught.value.code == code


def test_twenty_thousand_rows_are_read_quickly() -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for number in range(20_000):
        sheet.append([f"员工{number}", "市场部", number])
    out = io.BytesIO()
    book.save(out)
    started = time.monotonic()
    assert len(read_spreadsheet(out.getvalue(), max_rows=20_000)) == 20_000
    assert time.monotonic() - started < 5
