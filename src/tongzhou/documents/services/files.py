"""Attaching files and taking them away again."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from django.conf import settings
from django.utils.translation import gettext as _

from tongzhou.core import clock, files
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import Conflict, NotFound, require
from tongzhou.core.events import record

from ..file_slots import slot_of
from ..hostile import sniff_type
from ..models import StoredFile
from ..queries.files import file_for

LONGEST_NAME = 120


@act
def attach_file(project_id: int | None, slot: str, name: str, data: bytes, *, by: Actor) -> StoredFile:
    """Attaches a file to a slot of a project. What it is, is judged by its content; the name only tells people.

    Raises ``FileRefused`` for what is too large, of a kind we do not take, or a bomb.
    """
    rules = slot_of(slot)
    if rules is None:
        raise NotFound
    require(rules.may_change(by, project_id, slot))
    kind = sniff_type(data, max_size=settings.LARGEST_UPLOAD_BYTES)
    present = list(StoredFile.objects.select_for_update().filter(slot=slot, project_id=project_id, removed_at=None))
    if len(present) >= rules.most:
        raise Conflict(_("At most %(count)s files can be attached here") % {"count": rules.most})
    digest = hashlib.sha256(data).hexdigest()
    if twin := next((file for file in present if file.sha256 == digest), None):
        return twin
    file = StoredFile.objects.create(
        project_id=project_id,
        slot=slot,
        name=file_name(name, kind.extension),
        media_type=kind.media_type,
        size=len(data),
        sha256=digest,
        key=files.store(data),
        added_by_id=by.person_id,
        added_at=clock.now(),
    )
    record(
        by,
        "documents.file.attached",
        file,
        project_id=project_id,
        after={"name": file.name, "size": file.size, "sha256": digest, "slot": slot},
    )
    return file


@act
def remove_file(file_id: int, *, by: Actor) -> StoredFile:
    """Takes a file away; the bytes stay, as the log says they were there."""
    file = file_for(by, file_id)
    rules = slot_of(file.slot)
    require(rules is not None and rules.may_change(by, file.project_id, file.slot))
    file.removed_at = clock.now()
    file.save(update_fields=["removed_at"])
    record(by, "documents.file.removed", file, project_id=file.project_id, before={"name": file.name})
    return file


def file_name(name: str, extension: str) -> str:
    """A name to show and to save under: no folders, no control or direction marks, the ending of what the file is."""
    base = re.split(r"[\\/]", name)[-1]
    kept = "".join(char for char in base if unicodedata.category(char)[0] != "C")
    stem = re.sub(r"\.[A-Za-z0-9]{1,8}$", "", kept).strip(" .")[:LONGEST_NAME]
    return f"{stem or _('File')}{extension}"
