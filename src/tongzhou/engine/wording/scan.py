"""What all wording checks share: how much is read, where a finding stands, how numbers are written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

SCAN_LIMIT = 20_000
"""Characters of a text that are read; results of longer texts say `truncated`."""


class Span(NamedTuple):
    """Where something stands in the text: characters (not bytes) from `start` up to, not including, `end`."""

    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end


class Scanned(NamedTuple):
    """A text made ready for the rules, character for character at the same place as the original."""

    text: str
    truncated: bool


# Full-width letters, digits and punctuation read as their ASCII twins; one character stays one character.
_SAME_LENGTH = {0xFF01 + i: 0x21 + i for i in range(94)} | {
    0x3000: 0x20,
    0x00A0: 0x20,
}


def scan(text: str) -> Scanned:
    """Cuts to SCAN_LIMIT and evens out full-width writing without moving any character."""
    return Scanned(text[:SCAN_LIMIT].translate(_SAME_LENGTH), len(text) > SCAN_LIMIT)


CHINESE = "\u3400-\u9fff"
DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_STEPS = {"十": 10, "百": 100, "千": 1000}
_GROUPS = {"万": 10_000, "亿": 100_000_000}
CHINESE_NUMBER = "[零〇一二两三四五六七八九十百千万亿]"

ENGLISH_NUMBERS = {
    word: number
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "hundred": 100, "a": 1, "an": 1}


def chinese_number(text: str) -> int | None:
    """三十 → 30, 一百二十 → 120, 两千 → 2000, 二〇二六 → 2026; None when it is no number."""
    if not text or len(text) > 16:
        return None
    if len(text) > 1 and all(character in DIGITS for character in text):
        return int("".join(str(DIGITS[character]) for character in text))
    total = group = 0
    digit: int | None = None
    for character in text:
        if character in DIGITS:
            digit = DIGITS[character]
        elif character in _STEPS:
            group += (1 if digit is None else digit) * _STEPS[character]
            digit = None
        elif character in _GROUPS:
            total = (total + group + (digit or 0)) * _GROUPS[character] if group or digit or total else 0
            if not total:
                return None
            group, digit = 0, None
        else:
            return None
    number = total + group + (digit or 0)
    return number if number < 10**16 else None


def whole_number(text: str) -> int | None:
    """A whole number as people write it in either language; None when it is none."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return int(text) if len(text) <= 12 else None
    lowered = text.lower()
    return ENGLISH_NUMBERS[lowered] if lowered in ENGLISH_NUMBERS else chinese_number(text)


def decimal_number(text: str) -> Decimal | None:
    """A number with thousands separators or decimals, or in Chinese characters; None when it is none."""
    plain = text.replace(",", "").strip()
    try:
        number = Decimal(plain)
    except InvalidOperation:
        whole = whole_number(plain)
        return None if whole is None else Decimal(whole)
    return number if number.is_finite() else None


SENTENCE_END = re.compile(r"[。;;!?!?\n\r]|\.(?=\s|$)")


def sentences(text: str) -> list[Span]:
    """The sentences of a text in order, together all of it."""
    ends = [match.end() for match in SENTENCE_END.finditer(text)]
    if not ends or ends[-1] < len(text):
        ends.append(len(text))
    return [Span(start, end) for start, end in zip([0, *ends], ends, strict=False)]


def without_overlaps(spans: Iterable[tuple[Span, int]]) -> list[int]:
    """Indices of the spans to keep where several rules read the same place: the longest, then the first rule."""
    numbered = sorted(enumerate(spans), key=lambda item: (-(item[1][0].end - item[1][0].start), item[1][1], item[0]))
    kept: list[tuple[Span, int]] = []
    taken: set[int] = set()
    for index, (span, _) in numbered:
        cells = range(span.start, span.end)
        if not any(cell in taken for cell in cells):
            taken.update(cells)
            kept.append((span, index))
    return [index for _, index in sorted(kept)]
