"""Uploads are opened at arm's length: what a file is by its content, and what is in it by a process with limits.

A small .docx has driven a parser past 8 GiB and an .xlsx of 8 MB has cost 52 s; therefore nothing uploaded is parsed in
a process that serves people. `hostile_worker.py` does it with limited memory and time, and dies alone.
"""

from __future__ import annotations

import json
import re
import struct
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from tongzhou.core.errors import DomainError, Words

MAX_UPLOAD = 20 << 20
MAX_UNPACKED = 200 << 20
MAX_ENTRIES = 2_000
MAX_COLUMNS = 500
MEMORY = 1 << 30
SECONDS = 20

Value: TypeAlias = "str | int | float | bool | dict[str, str]"

WORDS: dict[str, Any] = {
    "empty_file": _("The file is empty."),
    "too_large": _("The file is too large: at most %(limit_mb)s MB."),
    "type_not_allowed": _(
        "This kind of file is not accepted. Allowed: PDF, PNG, JPEG, Word, Excel, PowerPoint, CSV, text, ZIP."
    ),
    "macros": _("Files with macros are not accepted. Please save it without macros."),
    "not_a_spreadsheet": _("This is no table. Please give an .xlsx or .csv file."),
    "old_or_encrypted": _(
        "The file is encrypted or in the old .xls format. Please save it as .xlsx without a password."
    ),
    "unreadable": _("The file is damaged and cannot be read."),
    "too_many_rows": _("The table has too many rows: at most %(limit)s."),
    "too_many_columns": _("The table has too many columns: at most %(limit)s."),
    "too_many_entries": _("The file holds too many parts: at most %(limit)s."),
    "zip_bomb": _("The file unpacks to more than %(limit_mb)s MB and was not opened."),
    "too_much_memory": _("The file needs too much memory and was not opened."),
    "took_too_long": _("Reading the file took too long and was stopped."),
    "not_a_project": _(
        "This is no Microsoft Project XML file. In Microsoft Project choose Save as and the type XML (*.xml)."
    ),
    "project_binary": _(
        "This is a file in the old binary format (.mpp or .xls). Please save it as XML (*.xml) or .xlsx and upload that."
    ),
    "xml_broken": _("The XML breaks off or is damaged in line %(line)s."),
    "xml_entities": _("The XML declares entities or a document type, which can hide an attack. It was not opened."),
    "xml_too_deep": _("The XML is nested deeper than a plan can be. It was not opened."),
    "too_many_tasks": _("The file holds too many tasks: at most %(limit)s."),
    "not_a_template": _("This is no Word document (.docx)."),
    "external_content": _("The template fetches content from elsewhere (%(target)s). Please remove the link."),
    "active_content": _("The template holds embedded objects or fields that run (%(target)s). Please remove them."),
    "unbalanced_table": _("The repeated row {{#%(table)s}} … {{/%(table)s}} is not complete."),
}


class FileRefused(DomainError):
    """An uploaded file that is not taken; `code` is stable, `message` says what, why and what to do."""

    status = 422

    def __init__(self, code: str, **facts: Any) -> None:
        self.code = code
        super().__init__(_filled(WORDS.get(code, WORDS["unreadable"]), facts), **facts)


def _filled(words: Any, facts: dict[str, Any]) -> Words:
    """A translated sentence with its facts, put together in the language of whoever reads it."""
    sentence: Words = lazy(lambda: str(words) % facts if facts else str(words), str)()
    return sentence


@dataclass(frozen=True)
class FileType:
    """What a file is by its content: short name, media type, and the ending that the server gives it."""

    name: str
    media_type: str
    extension: str


_OFFICE = "application/vnd.openxmlformats-officedocument."
PDF = FileType("pdf", "application/pdf", ".pdf")
PNG = FileType("png", "image/png", ".png")
JPEG = FileType("jpeg", "image/jpeg", ".jpg")
DOCX = FileType("docx", f"{_OFFICE}wordprocessingml.document", ".docx")
XLSX = FileType("xlsx", f"{_OFFICE}spreadsheetml.sheet", ".xlsx")
PPTX = FileType("pptx", f"{_OFFICE}presentationml.presentation", ".pptx")
CSV = FileType("csv", "text/csv", ".csv")
TXT = FileType("txt", "text/plain", ".txt")
ZIP = FileType("zip", "application/zip", ".zip")


def sniff_type(data: bytes, max_size: int = MAX_UPLOAD) -> FileType:
    """What a file is, judged by its content alone; FileRefused for what we do not take."""
    if not data:
        raise FileRefused("empty_file")
    if len(data) > max_size:
        raise FileRefused("too_large", limit_mb=max_size >> 20)
    if data[:5] == b"%PDF-":
        return PDF
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return PNG
    if data[:3] == b"\xff\xd8\xff":
        return JPEG
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _package_type(data)
    return _text_type(data)


def _package_type(data: bytes) -> FileType:
    names = package_names(data)
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise FileRefused("macros")
    if "[Content_Types].xml" in names:
        for start, kind in (("word/", DOCX), ("xl/", XLSX), ("ppt/", PPTX)):
            if any(name.startswith(start) for name in names):
                return kind
    return ZIP


def package_names(data: bytes) -> frozenset[str]:
    """The names in a ZIP, without unpacking any; refuses a directory that is too large, and sizes that are a bomb."""
    end = data.rfind(b"PK\x05\x06")
    if end < 0 or len(data) < end + 22:
        raise FileRefused("unreadable")
    entries, directory_size = struct.unpack("<HI", data[end + 10 : end + 16])
    if entries > MAX_ENTRIES or directory_size > MAX_ENTRIES * 400:
        raise FileRefused("too_many_entries", limit=MAX_ENTRIES)
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            listed = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, EOFError) as error:
        raise FileRefused("unreadable") from error
    if len(listed) > MAX_ENTRIES:
        raise FileRefused("too_many_entries", limit=MAX_ENTRIES)
    if sum(entry.file_size for entry in listed) > MAX_UNPACKED:
        raise FileRefused("zip_bomb", limit_mb=MAX_UNPACKED >> 20)
    return frozenset(entry.filename for entry in listed)


def _text_type(data: bytes) -> FileType:
    sample = data[: 1 << 16]
    text = None
    for encoding in ("utf-16",) if sample[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        try:
            text = sample.decode(encoding)
        except UnicodeDecodeError as error:
            # The sample may end inside a character; anything wrong before that is not this encoding.
            if error.start < len(sample) - 4 or len(data) <= len(sample):
                continue
            text = sample[: error.start].decode(encoding)
        break
    if text is None or any(ord(character) < 32 and character not in "\t\n\r\f" for character in text):
        raise FileRefused("type_not_allowed")
    if re.match(r"\s*<(?:!doctype|html|svg|script|\?xml)", text, re.IGNORECASE):
        raise FileRefused("type_not_allowed")
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    for delimiter in ",\t;":
        counts = {line.count(delimiter) for line in lines}
        if len(lines) > 1 and len(counts) == 1 and counts != {0}:
            return CSV
    return TXT


def read_spreadsheet(data: bytes, max_rows: int = 10_000, max_size: int = MAX_UPLOAD) -> list[list[Value]]:
    """The rows of an .xlsx (its first sheet) or of a .csv, read in a process with limits.

    Cells are str, int, float or bool; dates come as ``{"date": iso}``, ``{"datetime": iso}`` or ``{"time": iso}``, so
    that text which looks like a date stays text. FileRefused with a code and clear words for everything else.
    """
    if not data:
        raise FileRefused("empty_file")
    if len(data) > max_size:
        raise FileRefused("too_large", limit_mb=max_size >> 20)
    answer = run_limited("spreadsheet", data, max_rows=max_rows)
    rows: list[list[Value]] = answer["rows"]
    return rows


def read_project_xml(data: bytes, max_tasks: int = 10_000, max_size: int = MAX_UPLOAD) -> dict[str, Any]:
    """What a Microsoft Project XML file (MSPDI) holds, elements by name and without namespace, read at arm's length.

    Text is as it stands in the file; an element with parts of its own is a list of them. See ``project_xml``.
    """
    if not data:
        raise FileRefused("empty_file")
    if len(data) > max_size:
        raise FileRefused("too_large", limit_mb=max_size >> 20)
    answer = run_limited("project_xml", data, max_tasks=max_tasks)
    project: dict[str, Any] = answer["project"]
    return project


def looks_like_xml(data: bytes) -> bool:
    """Whether a file begins as XML does, in any usual encoding, or is one of Microsoft Project's own."""
    begin = data[:400].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")
    return begin[:1] == b"<"


def inspect_letterhead(data: bytes) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """The fields and the tables with their columns that an uploaded company template asks for, found at arm's length.

    FileRefused for a template with macros, outside content, running fields, or that is no .docx.
    """
    if len(data) > MAX_UPLOAD:
        raise FileRefused("too_large", limit_mb=MAX_UPLOAD >> 20)
    answer = run_limited("letterhead", data)
    return tuple(answer["fields"]), {name: tuple(columns) for name, columns in answer["tables"].items()}


def run_limited(
    task: str, data: bytes, *, seconds: int = SECONDS, memory: int = MEMORY, **order: Any
) -> dict[str, Any]:
    """Lets the worker open one file; its crash, its hunger and its slowness become a FileRefused."""
    limits = {
        "task": task,
        "memory": memory,
        "seconds": seconds,
        "max_unpacked": MAX_UNPACKED,
        "max_entries": MAX_ENTRIES,
        "max_columns": MAX_COLUMNS,
        **order,
    }
    worker = Path(__file__).with_name("hostile_worker.py")
    try:
        done = subprocess.run(  # noqa: S603 - our own program, no shell, nothing of the user's in the arguments
            [sys.executable, "-I", str(worker)],
            input=json.dumps(limits).encode() + b"\n" + data,
            capture_output=True,
            timeout=seconds + 5,
            check=False,
            env={"LC_ALL": "C.UTF-8", "RUST_BACKTRACE": "0"},
        )
    except subprocess.TimeoutExpired as error:
        raise FileRefused("took_too_long") from error
    if done.returncode in (-24, -9):  # SIGXCPU, SIGKILL
        raise FileRefused("took_too_long")
    if done.returncode != 0:
        hungry = done.returncode == -6 or b"memory" in done.stderr.lower() or b"MemoryError" in done.stderr
        raise FileRefused("too_much_memory" if hungry else "unreadable")
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise FileRefused("unreadable") from error
    if not answer.pop("ok"):
        raise FileRefused(answer["code"], **answer["facts"])
    return answer
