"""Checks every memorandum against what was signed; part of ``tongzhou verify``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from tongzhou.core import keys
from tongzhou.documents.canonical import digest
from tongzhou.documents.models import StoredFile
from tongzhou.documents.seal import check_seal, load_or_make_key

from .models import MemorandumEdition

LARGEST = 64 << 20


def memorandum_problems() -> Iterator[str]:
    """A sentence for each version whose text, PDF or round no longer fit together."""
    editions = MemorandumEdition.objects.select_related("memorandum__project", "round", "pdf", "sealed_pdf")
    for edition in editions.order_by("pk").iterator(chunk_size=200):
        name = f"Memorandum {edition}"
        if digest(edition.content) != edition.digest:
            yield f"{name}: its text does not fit its digest."
        if edition.round is None:
            yield f"{name}: has no round of signatures."
            continue
        shown = json.loads(edition.round.content)
        if {key: shown.get(key) for key in ("form", "head", "content")} != edition.content:
            yield f"{name}: its text is not the one that was shown for signing."
        if not edition.round.pdf_digest == shown.get("pdf_sha256") == edition.pdf.sha256:
            yield f"{name}: its PDF is not the one that was shown for signing."


def file_problems_of(path: str) -> Iterator[str]:
    """Checks one PDF that somebody brings: is its seal ours and whole, and is it a file that this system has kept?"""
    try:
        with Path(path).open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as failure:
        yield f"{path}: cannot be read ({failure.strerror})."
        return
    if len(data) > LARGEST:
        yield f"{path}: too large."
        return
    import hashlib

    sha256 = hashlib.sha256(data).hexdigest()
    key = load_or_make_key(keys.key_folder(), settings.TONGZHOU_COMPANY_NAME)
    report = check_seal(data, key)
    for problem in report.problems:
        yield f"{path}: seal: {problem}."
    if not StoredFile.objects.filter(sha256=sha256, slot__startswith="memorandum:").exists():
        yield f"{path}: no file of this system has this content (SHA-256 {sha256}): altered, or another document."
        return
    edition = MemorandumEdition.objects.filter(sealed_pdf__sha256=sha256).select_related("memorandum").first()
    if edition is not None and edition.memorandum.editions.filter(number__gt=edition.number).exists():
        yield f"{path}: genuine, but an older version (V{edition.number}) of the memorandum."
