"""Fitting a text into a number of bytes: cut at a line end, never inside a character, always saying that there is more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from unicodedata import combining

from django.utils.translation import gettext as _

from .contract import Outgoing, Part

_JOINER = "\u200d"
_VARIATIONS = range(0xFE00, 0xFE10)
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_FLAGS = range(0x1F1E6, 0x1F200)


def bytes_of(text: str) -> int:
    """How long the services count it: a Chinese character is three bytes, an emoji four and more."""
    return len(text.encode("utf-8", "replace"))


def cut_line(line: str, room: int) -> str:
    """The beginning of one line that fits into ``room`` bytes, with an ellipsis; never half a character or emoji."""
    if bytes_of(line) <= room:
        return line
    ellipsis = "…"
    kept = line.encode("utf-8", "replace")[: max(room - bytes_of(ellipsis), 0)].decode("utf-8", "ignore")
    while kept and _joins(kept[-1], line[len(kept)] if len(kept) < len(line) else ""):
        kept = kept[:-1]
    return f"{kept.rstrip()}{ellipsis}" if kept and room >= bytes_of(ellipsis) else ""


def _joins(last: str, following: str) -> bool:
    """True when the two belong to one picture or letter that readers see."""
    if not following:
        return False
    code = ord(following)
    return (
        last == _JOINER
        or following == _JOINER
        or bool(combining(following))
        or code in _VARIATIONS
        or code in _SKIN_TONES
        or (code in _FLAGS and ord(last) in _FLAGS)
    )


def cut_to(outgoing: Outgoing, render: Callable[[Outgoing], str], limit: int) -> str:
    """What ``render`` writes, within ``limit`` bytes: whole lines go from the end of the longest part, links stay.

    What a line costs is the service's matter (Markdown, JSON), so it is found by writing it: the most lines that fit.
    """
    text = render(outgoing)
    parts = list(outgoing.parts)
    for number in sorted(range(len(parts)), key=lambda at: -sum(map(bytes_of, parts[at].lines))):
        if bytes_of(text) <= limit:
            return text
        part = parts[number]

        def shortened(lines: tuple[str, ...], at: int = number, whole: Part = part) -> str:
            more = (_("… more behind the link"),) if whole.link else ("…",)
            return render(replace(outgoing, parts=(*parts[:at], replace(whole, lines=lines + more), *parts[at + 1 :])))

        count = _most(len(part.lines), lambda kept: bytes_of(shortened(part.lines[:kept])) <= limit)  # noqa: B023
        lines = part.lines[:count]
        if not count and part.lines:
            first = part.lines[0]
            room = _most(bytes_of(first), lambda kept: bytes_of(shortened((cut_line(first, kept),))) <= limit)  # noqa: B023
            lines = (cut_line(first, room),) if cut_line(first, room) else ()
        text = shortened(lines)
        parts[number] = replace(part, lines=(*lines, _("… more behind the link") if part.link else "…"))
    if bytes_of(text) <= limit:
        return text
    # Only titles are left, and they are too long together: the beginning of the first one counts.
    first_part = parts[0]

    def titled(room: int) -> str:
        bare = Part(cut_line(first_part.title, room), (), first_part.link, first_part.link_label)
        return render(replace(outgoing, parts=(bare,)))

    return titled(_most(bytes_of(first_part.title), lambda room: bytes_of(titled(room)) <= limit))


def _most(most: int, fits: Callable[[int], bool]) -> int:
    """The largest number up to ``most`` that fits; 0 when none does."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low
