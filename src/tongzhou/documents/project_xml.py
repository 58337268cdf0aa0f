"""Microsoft Project XML (MSPDI) taken apart; runs only in the limited process of ``hostile_worker``.

Nothing is understood here: what a plan needs of the file is handed on by name, without namespace; the rest (what was
worked in which hour, baselines, views) is passed over. No document type, no entity, no deep nesting.
"""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import ParseError

DEEPEST = 40
MOST_ELEMENTS = 4_000_000
LONGEST_TEXT = 100_000
_PASSED_OVER = frozenset(
    {
        "TimephasedData", "Baseline", "Views", "Filters", "Groups", "Tables", "Maps", "Reports", "Drawings", "DataLinks",
        "VBAProjects", "OutlineCodes", "WBSMasks", "AvailabilityPeriods", "Rates", "WorkWeeks", "ValueList",
        "OutlineCode",
    }
)  # fmt: skip
_DECLARED = re.compile(rb"^(<\?xml[^>]*?)\s+encoding\s*=\s*[\"']([\w.-]+)[\"']", re.IGNORECASE)
# Encodings of Chinese machines that the parser itself does not know.
_OURS = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5"}


class XmlRefused(Exception):
    """The file is refused; ``code`` is stable, ``facts`` go into its words."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def read_project(data: bytes, max_tasks: int) -> dict[str, Any]:
    """The file as nested names: a text where an element has only text, else a list of its kind, in the file's order."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    target = _Target(max_tasks)
    parser = DefusedXMLParser(target=target, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    try:
        parser.feed(_in_utf8(data))
        parser.close()
    except DefusedXmlException as attack:
        raise XmlRefused("xml_entities") from attack
    except (ParseError, LookupError, ValueError) as broken:
        line = getattr(broken, "position", (1, 0))[0]
        raise XmlRefused("xml_broken", line=line) from broken
    return target.project


def _in_utf8(data: bytes) -> bytes:
    data = data.lstrip(b" \t\r\n") if not data.startswith((b"\xff\xfe", b"\xfe\xff")) else data
    head = data.removeprefix(b"\xef\xbb\xbf")
    declared = _DECLARED.match(head[:200])
    known = _OURS.get(declared[2].decode("ascii", "replace").lower()) if declared else None
    if declared is None or known is None:
        return data
    try:
        text = head[declared.end() :].decode(known)
    except UnicodeDecodeError as broken:
        raise XmlRefused("xml_broken", line=head.count(b"\n", 0, declared.end() + broken.start) + 1) from broken
    return declared[1] + text.encode()


class _Target:
    """Receives what the parser finds, and keeps only what is asked for."""

    def __init__(self, max_tasks: int) -> None:
        self.max_tasks = max_tasks
        self.project: dict[str, Any] = {}
        self._names: list[str] = []
        self._parts: list[dict[str, Any]] = []
        self._text: list[str] = []
        self._length = 0
        self._elements = 0
        self._tasks = 0
        # How deep we are inside something that is passed over.
        self._passing = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = tag.rpartition("}")[2]
        self._elements += 1
        if not self._names and self._elements == 1 and name != "Project":
            raise XmlRefused("not_a_project")
        if len(self._names) + self._passing >= DEEPEST or self._elements > MOST_ELEMENTS:
            raise XmlRefused("xml_too_deep")
        if self._passing or name in _PASSED_OVER:
            self._passing += 1
            return
        if name == "Task" and self._names == ["Project", "Tasks"]:
            self._tasks += 1
            if self._tasks > self.max_tasks:
                raise XmlRefused("too_many_tasks", limit=self.max_tasks)
        self._names.append(name)
        self._parts.append({})
        self._text, self._length = [], 0

    def data(self, text: str) -> None:
        """Text inside the element that began last."""
        if not self._passing and self._length < LONGEST_TEXT:
            self._text.append(text)
            self._length += len(text)

    def end(self, tag: str) -> None:
        """An element ends."""
        if self._passing:
            self._passing -= 1
            return
        name, parts = self._names.pop(), self._parts.pop()
        text = "".join(self._text)[:LONGEST_TEXT]
        self._text, self._length = [], 0
        if not self._parts:
            self.project = parts
        elif parts:
            above = self._parts[-1]
            above[name] = _more(above.get(name), parts)
        else:
            self._parts[-1].setdefault(name, text)

    def close(self) -> None:
        """The document is over."""


def _more(kept: Any, parts: dict[str, Any]) -> list[dict[str, Any]]:
    if isinstance(kept, list):
        kept.append(parts)
        return kept
    return [parts]
