"""Files people attached, and who may fetch one."""

from __future__ import annotations

from django.db.models import QuerySet

from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.errors import NotFound

from ..file_slots import slot_of
from ..models import StoredFile


def files_in(slot: str, project_id: int | None) -> QuerySet[StoredFile]:
    """What is attached in a slot, oldest first."""
    return StoredFile.objects.filter(slot=slot, project_id=project_id, removed_at__isnull=True).select_related(
        "added_by"
    )


def file_for(actor: Actor, file_id: int) -> StoredFile:
    """The file if the actor may fetch it; absent and forbidden look the same."""
    file = reach(StoredFile.objects.filter(removed_at__isnull=True), file_id)
    slot = slot_of(file.slot)
    if slot is None or not slot.may_read(actor, file):
        raise NotFound
    return file
