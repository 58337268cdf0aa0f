"""附件 of a request: whoever sees the request fetches them, whoever may write it attaches."""

from __future__ import annotations

from tongzhou.core.actor import Actor
from tongzhou.documents.file_slots import FileSlot
from tongzhou.documents.models import StoredFile
from tongzhou.projects.models import Project

from .. import policies
from ..models import CollabRequest
from ..queries.collab_paper import attachment_slot
from ..queries.collabs import collabs_for


def _collab(actor: Actor, project_id: int | None, slot: str) -> CollabRequest | None:
    if project_id is None:
        return None
    collab = collabs_for(actor).filter(project_id=project_id).first()
    if collab is None or attachment_slot(collab) != slot or not policies.can_see_draft(actor, collab):
        return None
    return collab


def _may_read(actor: Actor, file: StoredFile) -> bool:
    return _collab(actor, file.project_id, file.slot) is not None


def _may_change(actor: Actor, project_id: int | None, slot: str) -> bool:
    # Two who attach at once wait for each other, so that the most files a slot may hold stays the most.
    if project_id is not None:
        Project.objects.select_for_update().filter(pk=project_id).first()
    collab = _collab(actor, project_id, slot)
    return collab is not None and (policies.can_edit_draft(actor, collab) or policies.can_amend(actor, collab))


COLLAB_FILES = FileSlot(may_read=_may_read, may_change=_may_change)
