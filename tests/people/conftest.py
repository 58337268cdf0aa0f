"""What tests about people share."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast


@pytest.fixture
def as_(cast: Cast) -> Callable[[str], Client]:
    """``as_("admin")``: a browser in which that person is logged in."""

    def log_in(part: str) -> Client:
        browser = Client()
        browser.force_login(cast.persons[part])
        return browser

    return log_in


def csv_of(rows: list[list[Any]], encoding: str = "utf-8-sig") -> bytes:
    """A .csv as a spreadsheet program saves it."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_of(rows: list[list[Any]]) -> bytes:
    """An .xlsx in which a text that begins with = is what a person meant as a formula."""
    import xlsxwriter

    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        for place, value in enumerate(row):
            sheet.write(number, place, value)
    book.close()
    return kept.getvalue()


def million_rows() -> bytes:
    """A small .xlsx that holds a million rows."""
    head = xlsx_of([["姓名", "登录名"]])
    row = '<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>a</t></is></c></row>'
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(head)) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                start, end = data.decode().split("</sheetData>")
                many = "".join(row.format(n=number) for number in range(2, 1_000_002))
                data = f"{start}{many}</sheetData>{end}".encode()
            new.writestr(entry, data)
    return kept.getvalue()


def zip_bomb() -> bytes:
    """An .xlsx of some hundred kilobytes that unpacks to gigabytes."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr("[Content_Types].xml", "<Types/>")
        new.writestr("xl/workbook.xml", "<workbook/>")
        with new.open("xl/sharedStrings.xml", "w", force_zip64=True) as stream:
            for _ in range(300):
                stream.write(b"0" * (1 << 20))
    return kept.getvalue()
