"""Text of people inside a service's markup: it stays text, it calls nobody and opens nothing."""

from __future__ import annotations

import re

from .contract import Outgoing, Part

# Angle brackets call people and open pictures in some of the services.
_ANGLES = str.maketrans({"<": "＜", ">": "＞"})
_LINK = re.compile(r"\](?=[(\[:])")


def plain(text: str) -> str:
    """One line of text of people in which nothing is left to be acted on: no link, no picture, no call."""
    found = _LINK.sub("］", " ".join(text.split()).translate(_ANGLES))
    # A line that begins with # or - would become a heading or a list.
    return f"\u200b{found}" if found[:1] in {"#", "-", "+", "~", "=", "|"} else found


def markdown_of(outgoing: Outgoing, *, calls: str = "", heading: str = "**{}**", gap: str = "\n") -> str:
    """Heading, lines and link of each part; ``calls`` is what makes the service call people."""
    blocks = [gap.join(_part_lines(part, heading)) for part in outgoing.parts]
    if calls:
        blocks.append(calls)
    return f"{gap}{gap}".join(blocks)


def _part_lines(part: Part, heading: str) -> list[str]:
    lines = [heading.format(plain(part.title))]
    lines += [plain(line) for line in part.lines if line.strip()]
    if part.link:
        lines.append(f"[{plain(part.link_label or part.link)}]({address(part.link)})")
    return lines


def address(link: str) -> str:
    """A link that cannot end its own brackets."""
    return link.replace(" ", "%20").replace("(", "%28").replace(")", "%29").replace("<", "%3C").replace(">", "%3E")


def text_of(outgoing: Outgoing) -> str:
    """The same without any markup."""
    blocks = []
    for part in outgoing.parts:
        lines = [part.title, *(line for line in part.lines if line.strip())]
        if part.link:
            lines.append(f"{part.link_label} {part.link}" if part.link_label else part.link)
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)
