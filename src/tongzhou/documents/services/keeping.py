"""Keeping files the system makes: bytes into the file store, a row that says whose they are."""

from __future__ import annotations

import hashlib

from tongzhou.core import clock, files
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.events import record

from ..models import StoredFile


@act
def keep_file(data: bytes, *, name: str, media_type: str, slot: str, project_id: int | None, by: Actor) -> StoredFile:
    """Keeps bytes whose kind has been looked at; ``slot`` says to which thing they belong.

    The event log remembers the SHA-256, so that a file swapped later in store and database alike is found.
    """
    stored = StoredFile.objects.create(
        project_id=project_id,
        slot=slot,
        name=name[:255],
        media_type=media_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        key=files.store(data),
        added_by_id=by.person_id,
        added_at=clock.now(),
    )
    record(
        by,
        "documents.file.kept",
        stored,
        after={"name": name, "sha256": stored.sha256, "slot": slot},
        project_id=project_id,
    )
    return stored
