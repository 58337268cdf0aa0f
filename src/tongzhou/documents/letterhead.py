"""A company's own .docx for a standard form (公司模板), filled with the content.

Only two things are replaced: ``{{field}}`` and table rows between ``{{#table}}`` and ``{{/table}}``. It is no template
language: nothing is evaluated, no attribute is looked up, and what people wrote is put in as text. A template that
fetches from elsewhere or holds anything that runs is refused.
"""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .paper import GridBlock, Paper, TableBlock, deputy_words, printable

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/package/2006/relationships"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

MAX_PARTS = 400
MAX_PART = 12 << 20
MAX_UNPACKED = 60 << 20

_PLACE = re.compile(r"\{\{\s*([#/]?)\s*([A-Za-z_][A-Za-z0-9_.-]{0,80})\s*\}\}")
_FILLED_PARTS = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_RUNNING_FIELDS = re.compile(
    r"\b(?:DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|LINK|IMPORT|MACROBUTTON|DATABASE|RD)\b", re.IGNORECASE
)
_HYPERLINK = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)


class TemplateRefused(Exception):
    """A template that is not taken; `code` is one of hostile.WORDS."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass(frozen=True)
class TemplateContents:
    """The places that a template holds: single fields, and tables with the columns their repeated row asks for."""

    fields: tuple[str, ...]
    tables: dict[str, tuple[str, ...]]

    def unknown(self, known: Mapping[str, Any]) -> tuple[str, ...]:
        """The places that these values do not have, as they are written in the template."""
        missing = [name for name in self.fields if name not in known]
        for table, columns in self.tables.items():
            rows = known.get(table)
            if not isinstance(rows, (list, tuple)):
                missing.append(f"#{table}")
                continue
            have = {key for row in rows for key in row} if rows else set(columns)
            missing += [f"{table}.{column}" for column in columns if column not in have and column not in known]
        return tuple(missing)


@dataclass(frozen=True)
class Filled:
    """A filled template, and the places in it for which there was nothing to put in."""

    docx: bytes
    unknown: tuple[str, ...]


def inspect_template(data: bytes) -> TemplateContents:
    """What a template holds; TemplateRefused for what we do not take.

    For an upload use hostile.inspect_letterhead, which does this in a process with limits.
    """
    fields: list[str] = []
    tables: dict[str, tuple[str, ...]] = {}
    with _package(data) as package:
        for name in package.namelist():
            if _FILLED_PARTS.fullmatch(name):
                root = _parse(package.read(name))
                for rows, table in _repeated(root):
                    columns = [place for row in rows for place in _places_in(row)]
                    tables[table] = tuple(dict.fromkeys((*tables.get(table, ()), *columns)))
                    for row in rows:
                        row.getparent().remove(row)
                fields += _places_in(root)
    return TemplateContents(tuple(dict.fromkeys(fields)), tables)


def fill_template(data: bytes, values: Mapping[str, Any]) -> Filled:
    """Fills a template: strings for fields, lists of dicts of strings for tables.

    What is unknown stays as it is written and is reported. TemplateRefused for a template that we do not take.
    """
    unknown: list[str] = []
    out = io.BytesIO()
    with _package(data) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in package.infolist():
            content = package.read(info)
            if _FILLED_PARTS.fullmatch(info.filename):
                content = _fill_part(content, values, unknown)
            entry = zipfile.ZipInfo(info.filename, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, content)
    return Filled(out.getvalue(), tuple(dict.fromkeys(unknown)))


def template_values(paper: Paper) -> dict[str, Any]:
    """Everything that a template of this form may ask for: head and fields by key, tables and signatures as rows."""
    values: dict[str, Any] = {
        "title": paper.title,
        "form_title": paper.title,
        "company": paper.company,
        "attachments": "\n".join(paper.attachments),
        "verify_url": paper.extras.verify_url,
        "digest": paper.extras.digest,
        "log_head": paper.extras.log_head,
        **{cell.key: cell.text for cell in paper.head},
    }
    for section in paper.sections:
        for block in section.blocks:
            if isinstance(block, GridBlock):
                values.update({cell.key: cell.text for row in block.rows for cell in row})
            elif isinstance(block, TableBlock):
                values[block.key] = [
                    {"no": str(number), **dict(zip((column.key for column in block.columns), row, strict=True))}
                    for number, row in enumerate(block.rows, start=1)
                ]
    if paper.signatures is not None:
        values[paper.signatures.key] = [
            {
                "dept": entry.dept,
                "name": f"{entry.name}{deputy_words(paper, entry)}",
                "signed_at": entry.signed_at,
                "opinion": entry.opinion,
            }
            for entry in paper.signatures.entries
        ]
    return values


def _package(data: bytes) -> zipfile.ZipFile:
    """The opened package, after everything that could hurt has been looked for."""
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise TemplateRefused("not_a_template") from error
    entries = package.infolist()
    if len(entries) > MAX_PARTS:
        raise TemplateRefused("too_many_entries", limit=str(MAX_PARTS))
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED or any(
        entry.file_size > MAX_PART and entry.filename.endswith((".xml", ".rels")) for entry in entries
    ):
        raise TemplateRefused("zip_bomb", limit_mb=str(MAX_UNPACKED >> 20))
    if any(entry.flag_bits & 1 for entry in entries):
        raise TemplateRefused("old_or_encrypted")
    names = {entry.filename for entry in entries}
    if len(names) != len(entries) or not {"[Content_Types].xml", "word/document.xml"} <= names:
        raise TemplateRefused("not_a_template")
    for name in names:
        low = name.lower()
        if "vbaproject" in low or "vbadata" in low:
            raise TemplateRefused("macros")
        if "/activex/" in low or "/embeddings/" in low or low.endswith((".bin", ".exe", ".html", ".htm", ".mht")):
            raise TemplateRefused("active_content", target=name)
    try:
        if b"macroEnabled" in package.read("[Content_Types].xml"):
            raise TemplateRefused("macros")
        for name in names:
            if name.endswith(".rels"):
                _check_relationships(package.read(name))
            elif name.startswith("word/") and name.endswith(".xml"):
                _check_part(name, _parse(package.read(name)))
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise TemplateRefused("unreadable") from error
    return package


def _check_relationships(content: bytes) -> None:
    for relationship in _parse(content).iter(f"{{{R}}}Relationship"):
        target = relationship.get("Target", "")
        kind = relationship.get("Type", "").rpartition("/")[2]
        if relationship.get("TargetMode", "").lower() == "external":
            # A link does nothing until a reader follows it; pictures, templates and objects fetch by themselves.
            if kind == "hyperlink" and _HYPERLINK.match(target):
                continue
            raise TemplateRefused("external_content", target=target[:80] or kind)
        if kind in {"aFChunk", "oleObject", "package", "control", "vbaProject", "attachedTemplate", "subDocument"}:
            raise TemplateRefused("active_content", target=kind)


def _check_part(name: str, root: Any) -> None:
    """Refuses fields that fetch or run. Word keeps a field's text in pieces: they are joined before looking."""
    for paragraph in root.iter(f"{{{W}}}p"):
        joined = "".join(element.text or "" for element in paragraph.iter(f"{{{W}}}instrText"))
        found = _RUNNING_FIELDS.search(joined)
        if found:
            raise TemplateRefused("active_content", target=found.group(0))
    for field in root.iter(f"{{{W}}}fldSimple"):
        found = _RUNNING_FIELDS.search(field.get(f"{{{W}}}instr", ""))
        if found:
            raise TemplateRefused("active_content", target=found.group(0))
    if next(root.iter(f"{{{W}}}altChunk"), None) is not None:
        raise TemplateRefused("active_content", target=name)


def _parse(content: bytes) -> Any:
    from lxml import etree

    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise TemplateRefused("unreadable")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise TemplateRefused("unreadable") from error
    if root.getroottree().docinfo.doctype:
        raise TemplateRefused("unreadable")
    return root


def _fill_part(content: bytes, values: Mapping[str, Any], unknown: list[str]) -> bytes:
    from lxml import etree

    root = _parse(content)
    for rows, table in _repeated(root):
        entries = values.get(table)
        if not isinstance(entries, (list, tuple)):
            unknown.append(f"#{table}")
            entries = ()
        _repeat(rows, table, entries, values, unknown)
    for paragraph in list(root.iter(f"{{{W}}}p")):
        _fill_paragraph(paragraph, values, unknown)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _repeated(root: Any) -> list[tuple[list[Any], str]]:
    """The groups of table rows between {{#table}} and {{/table}}, each with the name of its table."""
    groups: list[tuple[list[Any], str]] = []
    for table in root.iter(f"{{{W}}}tbl"):
        group: list[Any] = []
        name = ""
        for row in table.findall(f"{{{W}}}tr"):
            marks = [match for text in _paragraph_texts(row) for match in _PLACE.finditer(text) if match.group(1)]
            for match in marks:
                if match.group(1) == "#" and not name:
                    name, group = match.group(2), []
                elif match.group(1) == "/" and match.group(2) == name:
                    groups.append(([*group, row], name))
                    name = ""
                else:
                    raise TemplateRefused("unbalanced_table", table=match.group(2))
            if name:
                group.append(row)
        if name:
            raise TemplateRefused("unbalanced_table", table=name)
    return groups


def _repeat(rows: list[Any], table: str, entries: Any, values: Mapping[str, Any], unknown: list[str]) -> None:
    """Puts a copy of the rows for every entry in their place; an empty table keeps one empty copy."""
    parent = rows[0].getparent()
    at = parent.index(rows[0])
    pattern = [copy.deepcopy(row) for row in rows]
    for row in rows:
        parent.remove(row)
    columns = {place for row in pattern for place in _places_in(row)}
    blank = {column: "" for column in columns if column not in values}
    for entry in entries or (blank,):
        scope = {**values, **entry}
        for row in pattern:
            new = copy.deepcopy(row)
            for paragraph in list(new.iter(f"{{{W}}}p")):
                _fill_paragraph(paragraph, scope, unknown, table=table)
            parent.insert(at, new)
            at += 1


def _paragraph_texts(element: Any) -> list[str]:
    return ["".join(text.text or "" for text in _texts(paragraph)) for paragraph in element.iter(f"{{{W}}}p")]


def _places_in(element: Any) -> list[str]:
    return [
        match.group(2) for text in _paragraph_texts(element) for match in _PLACE.finditer(text) if not match.group(1)
    ]


def _texts(paragraph: Any) -> list[Any]:
    """The text pieces of a paragraph in order, without those of text boxes inside it, which are paragraphs too."""
    return [
        text
        for text in paragraph.iter(f"{{{W}}}t")
        if next(ancestor for ancestor in text.iterancestors() if ancestor.tag == f"{{{W}}}p") is paragraph
    ]


def _fill_paragraph(paragraph: Any, values: Mapping[str, Any], unknown: list[str], table: str = "") -> None:
    """Replaces the places of one paragraph. Word splits a place over several runs; the first piece gets the whole value
    and with it the look of the place's first letter."""
    pieces = _texts(paragraph)
    joined = "".join(piece.text or "" for piece in pieces)
    if "{{" not in joined:
        return
    starts, position = [], 0
    for piece in pieces:
        starts.append(position)
        position += len(piece.text or "")
    texts = [piece.text or "" for piece in pieces]
    changed: set[int] = set()
    for match in reversed(list(_PLACE.finditer(joined))):
        sign, name = match.group(1), match.group(2)
        value = ""
        if not sign:
            if name not in values or isinstance(values[name], (list, tuple, dict)):
                # Reported, and left as it stands.
                unknown.append(f"{table}.{name}" if table else name)
                continue
            value = printable(values[name])
        for index in range(len(pieces) - 1, -1, -1):
            start, end = starts[index], starts[index] + len(pieces[index].text or "")
            left, right = max(match.start(), start), min(match.end(), end)
            if left >= right:
                continue
            text = texts[index]
            inserted = value if left == match.start() else ""
            texts[index] = text[: left - start] + inserted + text[right - start :]
            changed.add(index)
    for index in changed:
        _set_text(pieces[index], texts[index])


def _set_text(piece: Any, text: str) -> None:
    """Writes a text into a run; its line ends become line breaks."""
    lines = text.split("\n")
    piece.text = lines[0]
    piece.set(XML_SPACE, "preserve")
    after = piece
    for line in lines[1:]:
        line_break = after.makeelement(f"{{{W}}}br", {})
        following = after.makeelement(f"{{{W}}}t", {XML_SPACE: "preserve"})
        following.text = line
        after.addnext(line_break)
        line_break.addnext(following)
        after = following
