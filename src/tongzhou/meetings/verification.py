"""Checks every edition of minutes against what was confirmed; part of ``tongzhou verify``."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tongzhou.documents.canonical import digest
from tongzhou.signoff.models import Round

from .models import MinutesEdition
from .queries.minutes import SIGNOFF_KIND


def minutes_problems() -> Iterator[str]:
    """A sentence for each edition whose text, PDF or round no longer fit together."""
    editions = MinutesEdition.objects.select_related("meeting", "pdf").order_by("pk")
    for edition in editions.iterator(chunk_size=200):
        name = f"Minutes {edition}"
        if digest(edition.content) != edition.digest:
            yield f"{name}: its text does not fit its digest."
        round = Round.objects.filter(
            subject_kind=SIGNOFF_KIND, subject_id=edition.meeting_id, subject_version=edition.number
        ).first()
        if round is None:
            yield f"{name}: has no round of confirmation."
            continue
        if json.loads(round.content) != edition.content:
            yield f"{name}: its text is not the one that was shown for confirmation."
        if edition.pdf is None or edition.pdf.sha256 != round.pdf_digest:
            yield f"{name}: its PDF is not the one that was sent."
