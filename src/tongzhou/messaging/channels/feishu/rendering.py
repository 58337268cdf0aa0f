"""How a message looks in Feishu: rich text of pieces, in which text of people is text and only our own pieces call."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..calling import encoded
from ..contract import Outgoing, Part
from ..cutting import cut_line, cut_to

# The whole body counts, signature included.
LONGEST_BODY = 20_000
ROOM_TO_SIGN = 200
LONGEST_TITLE = 600


def body_of(outgoing: Outgoing) -> dict[str, Any]:
    """The request's body without its signature, within the service's bytes."""
    return _post(_cut(outgoing))


def fits(outgoing: Outgoing) -> bool:
    """True when nothing has to be cut."""
    return len(encoded(_post(outgoing))) + ROOM_TO_SIGN <= LONGEST_BODY


def _cut(outgoing: Outgoing) -> Outgoing:
    """The message with its longest part shortened until the body fits."""
    kept = [outgoing]

    def render(shorter: Outgoing) -> str:
        kept[0] = replace(
            shorter, parts=tuple(replace(part, title=cut_line(part.title, LONGEST_TITLE)) for part in shorter.parts)
        )
        return encoded(_post(kept[0])).decode()

    cut_to(outgoing, render, LONGEST_BODY - ROOM_TO_SIGN)
    return kept[0]


def _post(outgoing: Outgoing) -> dict[str, Any]:
    rows: list[list[dict[str, Any]]] = []
    for number, part in enumerate(outgoing.parts):
        if number:
            rows += [[_text(" ")], [{"tag": "text", "text": part.title, "style": ["bold"]}]]
        rows += _rows(part)
    calls: list[dict[str, Any]] = []
    for mention in outgoing.mentions:
        if mention.user_id:
            calls.append({"tag": "at", "user_id": mention.user_id, "user_name": mention.name})
        else:
            # A robot of a group finds nobody by mobile.
            calls.append(_text(f"@{mention.name} "))
    if calls:
        rows.append(calls)
    return {"msg_type": "post", "content": {"post": {"zh_cn": {"title": outgoing.title, "content": rows}}}}


def _rows(part: Part) -> list[list[dict[str, Any]]]:
    rows = [[_text(line)] for line in part.lines if line.strip()]
    if part.link:
        rows.append([{"tag": "a", "text": part.link_label or part.link, "href": part.link}])
    return rows


def _text(text: str) -> dict[str, Any]:
    return {"tag": "text", "text": text}
