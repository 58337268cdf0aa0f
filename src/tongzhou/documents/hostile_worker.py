"""Opens one uploaded file with little memory and little time; a program of its own, run by hostile.py.

Reads a line of JSON (what to do, and the limits) and then the bytes of the file from standard input; writes one JSON
answer. Whatever the file does to it, only this process dies.
"""

from __future__ import annotations

import csv
import io
import json
import re
import resource
import sys
import zipfile
from pathlib import Path
from typing import Any

_ROW = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?row[\s/>]")
_ROW_NUMBER = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?row\b[^>]*?\sr=\"(\d+)\"")
_CHUNK = 1 << 16


class Refused(Exception):
    """The file is refused; the first argument is the code that hostile.py has words for."""


def main() -> None:
    order = json.loads(sys.stdin.buffer.readline())
    memory, seconds = order["memory"], order["seconds"]
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    data = sys.stdin.buffer.read()
    try:
        answer: dict[str, Any] = {"ok": True, **TASKS[order["task"]](data, order)}
    except Refused as refusal:
        answer = {"ok": False, "code": refusal.args[0], "facts": refusal.args[1] if len(refusal.args) > 1 else {}}
    except MemoryError:
        answer = {"ok": False, "code": "too_much_memory", "facts": {}}
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def spreadsheet(data: bytes, order: dict[str, Any]) -> dict[str, Any]:
    """The rows of the first sheet of an .xlsx, or of a text table."""
    if data[:4] == b"PK\x03\x04":
        return {"rows": _workbook(data, order)}
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Refused("old_or_encrypted")
    return {"rows": _text_table(data, order)}


def _workbook(data: bytes, order: dict[str, Any]) -> list[list[Any]]:
    from python_calamine import CalamineError, CalamineWorkbook

    _check_package(data, order)
    max_rows = order["max_rows"]
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        if not workbook.sheet_names:
            raise Refused("unreadable")
        sheet = workbook.get_sheet_by_index(0)
        if sheet.end is not None:
            rows, columns = sheet.end[0] + 1, sheet.end[1] + 1
            if rows > max_rows:
                raise Refused("too_many_rows", {"limit": max_rows})
            if columns > order["max_columns"]:
                raise Refused("too_many_columns", {"limit": order["max_columns"]})
        table = sheet.to_python(skip_empty_area=False, nrows=max_rows)
    except (CalamineError, ValueError, OSError, UnicodeDecodeError) as error:
        raise Refused("unreadable") from error
    return [[_plain(value) for value in row] for row in table]


def _plain(value: Any) -> Any:
    """A cell as JSON; dates are marked, so that they are not mistaken for text that looks like one."""
    if isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return (
            int(value)
            if value.is_integer() and abs(value) < 1e15
            else (value if value == value and abs(value) != float("inf") else "")
        )
    if value is None:
        return ""
    name = type(value).__name__
    if name in {"date", "datetime", "time"}:
        return {name: value.isoformat()}
    return str(value)


def _check_package(data: bytes, order: dict[str, Any]) -> None:
    """Looks at the package before anything parses it: sizes, number of entries, and rows counted while unpacking."""
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Refused("unreadable") from error
    entries = package.infolist()
    if len(entries) > order["max_entries"]:
        raise Refused("too_many_entries", {"limit": order["max_entries"]})
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused("old_or_encrypted")
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise Refused("not_a_spreadsheet")
    for entry in entries:
        if re.fullmatch(r"xl/worksheets/[^/]+\.xml", entry.filename):
            _count_rows(package, entry, order)
    if sum(entry.file_size for entry in entries) > order["max_unpacked"]:
        raise Refused("zip_bomb", {"limit_mb": order["max_unpacked"] >> 20})


def _count_rows(package: zipfile.ZipFile, entry: zipfile.ZipInfo, order: dict[str, Any]) -> None:
    """Stops at the first row too many, long before a million rows are unpacked."""
    count, unpacked, tail, limit = 0, 0, b"", order["max_rows"]
    try:
        with package.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                unpacked += len(chunk)
                text = tail + chunk
                cut = text.rfind(b"<")
                if cut > 0 and len(text) - cut < 4096:
                    text, tail = text[:cut], text[cut:]
                else:
                    tail = b""
                count += len(_ROW.findall(text))
                if count > limit or any(int(number[:12]) > limit for number in _ROW_NUMBER.findall(text)):
                    raise Refused("too_many_rows", {"limit": limit})
                if unpacked > order["max_unpacked"]:
                    raise Refused("zip_bomb", {"limit_mb": order["max_unpacked"] >> 20})
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise Refused("unreadable") from error
    except Exception as error:
        if type(error).__module__ == "zlib":
            raise Refused("unreadable") from error
        raise


def _text_table(data: bytes, order: dict[str, Any]) -> list[list[str]]:
    text = _decode(data)
    if text is None or "\x00" in text:
        raise Refused("not_a_spreadsheet")
    csv.field_size_limit(1 << 21)
    head = text[:20_000]
    delimiter = max(",;\t\uff0c", key=head.count)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if len(rows) >= order["max_rows"]:
                raise Refused("too_many_rows", {"limit": order["max_rows"]})
            if len(row) > order["max_columns"]:
                raise Refused("too_many_columns", {"limit": order["max_columns"]})
            rows.append(row)
    except csv.Error as error:
        raise Refused("unreadable") from error
    return rows


def _decode(data: bytes) -> str | None:
    """Text as Excel and WPS write it on Chinese machines: UTF-8 with or without mark, UTF-16 with mark, GB 18030."""
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def letterhead(data: bytes, order: dict[str, Any]) -> dict[str, Any]:
    """What a company template holds, or why it is refused."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from tongzhou.documents.letterhead import TemplateRefused, inspect_template

    try:
        found = inspect_template(data)
    except TemplateRefused as refusal:
        raise Refused(refusal.code, dict(refusal.facts)) from refusal
    return {"fields": list(found.fields), "tables": {key: list(columns) for key, columns in found.tables.items()}}


def project_xml(data: bytes, order: dict[str, Any]) -> dict[str, Any]:
    """What a Microsoft Project XML file holds, or why it is refused."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from tongzhou.documents.project_xml import XmlRefused, read_project

    try:
        return {"project": read_project(data, order["max_tasks"])}
    except XmlRefused as refusal:
        raise Refused(refusal.code, refusal.facts) from refusal


TASKS = {"spreadsheet": spreadsheet, "letterhead": letterhead, "project_xml": project_xml}

if __name__ == "__main__":
    main()
