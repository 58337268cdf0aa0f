"""Is this the memorandum that was signed? What the public verification page and an uploaded file are judged by."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongzhou.core import files
from tongzhou.documents.models import StoredFile
from tongzhou.signoff.models import Decision
from tongzhou.signoff.queries import Picture, picture_of

from ..models import MemorandumEdition

INTACT, UNSIGNED, OTHER_VERSION, ADDED_TO, ALTERED = "intact", "unsigned", "other_version", "added_to", "altered"

CHUNK = 1 << 16

WORDS: dict[str, tuple[str, str | Promise]] = {
    INTACT: ("good", _("Intact: this is, byte for byte, the sealed file of this version.")),
    UNSIGNED: ("progress", _("This is the exact file that was shown for signing, without signatures and seal.")),
    OTHER_VERSION: ("warn", _("This file is genuine, but it is another version of the memorandum.")),
    ADDED_TO: ("late", _("Changed: something was added to the sealed file after it was sealed.")),
    ALTERED: ("late", _("Not genuine: this file was altered, or it is another document.")),
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an uploaded file is."""

    kind: str
    sha256: str
    other: MemorandumEdition | None = None
    first_difference: int | None = None

    @property
    def tone(self) -> str:
        """How it is shown."""
        return WORDS[self.kind][0]

    @property
    def words(self) -> str | Promise:
        """What is said."""
        return WORDS[self.kind][1]


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything the verification page says about one version."""

    edition: MemorandumEdition
    picture: Picture | None
    signed: tuple[Decision, ...]
    is_newest: bool
    is_complete: bool
    pdf_holds: bool
    sealed_holds: bool


def standing_of(edition: MemorandumEdition) -> Standing:
    """Who has signed, whether the stored files are still what was recorded, whether a newer version exists."""
    picture = picture_of(edition.round) if edition.round else None
    signed = tuple(place.decision for place in picture.places if place.decision) if picture else ()
    return Standing(
        edition=edition,
        picture=picture,
        signed=signed,
        is_newest=not edition.memorandum.editions.filter(number__gt=edition.number).exists(),
        is_complete=edition.sealed_pdf_id is not None,
        pdf_holds=_holds(edition.pdf),
        sealed_holds=edition.sealed_pdf is not None and _holds(edition.sealed_pdf),
    )


def judge(edition: MemorandumEdition, data: bytes) -> Judgement:
    """Compares an uploaded file with what is kept. The bytes are never parsed: equality says everything that counts."""
    sha256 = hashlib.sha256(data).hexdigest()
    if edition.sealed_pdf is not None and sha256 == edition.sealed_pdf.sha256:
        return Judgement(INTACT, sha256)
    if sha256 == edition.pdf.sha256:
        return Judgement(UNSIGNED, sha256)
    siblings = edition.memorandum.editions.exclude(pk=edition.pk).select_related("pdf", "sealed_pdf")
    for other in siblings:
        if sha256 in {other.pdf.sha256, other.sealed_pdf.sha256 if other.sealed_pdf else ""}:
            return Judgement(OTHER_VERSION, sha256, other=other)
    if edition.sealed_pdf is not None:
        kept = _bytes(edition.sealed_pdf)
        if kept and data.startswith(kept):
            return Judgement(ADDED_TO, sha256)
        return Judgement(ALTERED, sha256, first_difference=_first_difference(kept, data))
    return Judgement(ALTERED, sha256)


def _first_difference(kept: bytes, data: bytes) -> int | None:
    """Where the files part, when they begin alike for long enough to be the same document."""
    at = 0
    while at < min(len(kept), len(data)) and kept[at : at + CHUNK] == data[at : at + CHUNK]:
        at += CHUNK
    pairs = zip(kept[at : at + CHUNK], data[at : at + CHUNK], strict=False)
    at += next((step for step, (one, other) in enumerate(pairs) if one != other), 0)
    at = min(at, len(kept), len(data))
    return at if at > 64 else None


def _holds(file: StoredFile) -> bool:
    data = _bytes(file)
    return bool(data) and hashlib.sha256(data).hexdigest() == file.sha256


def _bytes(file: StoredFile) -> bytes:
    try:
        return files.fetch(file.key)
    except OSError:
        return b""
