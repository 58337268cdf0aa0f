"""Checks the file store against what was recorded; part of ``tongzhou verify``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from tongzhou.core import files
from tongzhou.core.models import AuditEvent

from .models import StoredFile


def file_problems() -> Iterator[str]:
    """A sentence for each stored file that is gone, altered, or recorded otherwise in the event log."""
    logged = {
        subject: (json.loads(payload).get("after") or {}).get("sha256")
        for subject, payload in AuditEvent.objects.filter(name="documents.file.kept").values_list(
            "subject_id", "payload"
        )
    }
    for stored in StoredFile.objects.order_by("pk").iterator(chunk_size=500):
        name = f"File {stored.pk} ({stored.name})"
        if stored.pk in logged and logged[stored.pk] != stored.sha256:
            yield f"{name}: its digest differs from that in the event log."
        try:
            data = files.fetch(stored.key)
        except OSError:
            yield f"{name}: gone from the file store."
            continue
        if hashlib.sha256(data).hexdigest() != stored.sha256 or len(data) != stored.size:
            yield f"{name}: altered in the file store."
