"""The fonts that PDFs are set in, and which characters they have.

Our own folder holds Noto Sans SC and small companions for emoji, Arabic and Hebrew; it lacks very rare characters, for
which the fonts of Debian's fonts-noto-cjk are taken where installed. A character that no font has is an error that
names it: a signed document never shows an empty box in place of a word.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from tongzhou.core.errors import DomainError

OWN_FOLDER = Path(__file__).resolve().parent.parent / "fonts"
SYSTEM_FOLDERS = (Path("/usr/share/fonts/opentype/noto"), Path("/usr/share/fonts/noto-cjk"))

OWN_FAMILIES = ("Noto Sans SC", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Emoji")
SYSTEM_FAMILIES = ("Noto Sans CJK SC", "Noto Serif CJK SC")

# Joiners, variation selectors and places to break steer their neighbours and have no glyph of their own.
_SHAPING = frozenset("\u200b\u200c\u200d" + "".join(map(chr, range(0xFE00, 0xFE10))))


class MissingGlyph(DomainError):
    """A document holds characters that no installed font can print."""

    status = 422
    code = "missing_glyph"

    def __init__(self, characters: Iterable[str]) -> None:
        self.characters = tuple(sorted(set(characters)))
        named = "、".join(f"{character} (U+{ord(character):04X})" for character in self.characters[:10])
        super().__init__(
            _("These characters cannot be printed: %(characters)s. Please replace them.") % {"characters": named},
            characters=list(self.characters),
        )


class FontsMissing(Exception):
    """No font for Chinese is installed at all."""

    def __init__(self) -> None:
        super().__init__(
            "no Chinese font found: run script/server once (it copies Noto Sans SC), or: apt install fonts-noto-cjk"
        )


@dataclass(frozen=True)
class FontPlan:
    """The folders to load and the families to try, in order, for one document."""

    folders: tuple[str, ...]
    families: tuple[str, ...]


def plan(text: str) -> FontPlan:
    """The smallest set of fonts that has every character of the text; MissingGlyph names those that none has."""
    own, system = _coverage(OWN_FOLDER), _system_coverage()
    if not own and not system:
        raise FontsMissing
    needed = {ord(character) for character in set(text) if not _is_silent(character)}
    if own and needed <= own:
        return FontPlan((str(OWN_FOLDER),), OWN_FAMILIES)
    missing = needed - own - system
    if missing:
        raise MissingGlyph(map(chr, missing))
    folders = (str(OWN_FOLDER), *map(str, SYSTEM_FOLDERS)) if own else tuple(map(str, SYSTEM_FOLDERS))
    return FontPlan(folders, (OWN_FAMILIES if own else ()) + SYSTEM_FAMILIES)


def missing_characters(text: str) -> tuple[str, ...]:
    """The characters of a text that cannot be printed, so that a form can say so before anybody signs."""
    needed = {ord(character) for character in set(text) if not _is_silent(character)}
    rest = needed - _coverage(OWN_FOLDER)
    return tuple(sorted(map(chr, rest - _system_coverage()))) if rest else ()


def settable(text: str) -> str:
    """The text without invisible format characters that fonts lack, and with every kind of blank as a plain one."""
    return "".join(_settable(character) for character in text) if not text.isascii() else text


def _settable(character: str) -> str:
    if character in _SHAPING or character in "\n\u3000":
        return character
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    return "" if category == "Cf" else character


def _is_silent(character: str) -> bool:
    return character in _SHAPING or character == "\n"


@lru_cache(maxsize=4)
def _coverage(folder: Path) -> frozenset[int]:
    """The code points of the regular fonts in a folder; empty where the folder is not there."""
    from fontTools.ttLib import TTFont

    found: set[int] = set()
    for path in sorted(folder.glob("*-Regular.[to]tf")):
        with TTFont(path, lazy=True) as font:
            found.update(font.getBestCmap())
    return frozenset(found)


@lru_cache(maxsize=1)
def _system_coverage() -> frozenset[int]:
    from fontTools.ttLib import TTCollection

    found: set[int] = set()
    for folder in SYSTEM_FOLDERS:
        for path in sorted(folder.glob("Noto*CJK-Regular.ttc")):
            with TTCollection(path, lazy=True) as collection:
                for font in collection.fonts:
                    if font["name"].getBestFamilyName() in SYSTEM_FAMILIES:
                        found.update(font.getBestCmap())
    return frozenset(found)
