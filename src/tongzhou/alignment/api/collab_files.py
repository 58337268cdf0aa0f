"""The paper of a request, what is read from .xlsx into it, and its attachments, for programs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Router
from ninja.files import UploadedFile

from tongzhou.core.api import idempotent
from tongzhou.core.errors import InvalidInput, NotFound, require
from tongzhou.core.pages import actor_of, as_download
from tongzhou.documents.queries import file_for
from tongzhou.documents.render import CONTENT_TYPES
from tongzhou.documents.services import attach_file, remove_file

from .. import policies
from ..forms.collab_import import read_collab
from ..queries import collab_paper
from ..services import (
    save_collab,
)
from .collab_shapes import CollabOut, FileOut, collab_shown
from .collabs import reach_collab

router = Router()
FORMATS = {"docx", "xlsx", "pdf"}


@router.get("/projects/{project_id}/request/paper/{fmt}", summary="The form as Word, Excel or PDF")
def get_paper(request: HttpRequest, project_id: int, fmt: str) -> HttpResponse:
    """``fmt``: docx, xlsx, pdf; in the language of the request."""
    found = reach_collab(actor_of(request), project_id)
    if fmt not in FORMATS:
        raise NotFound
    name, data = collab_paper.collab_file(found, fmt)
    return as_download(data, name, CONTENT_TYPES[fmt])  # type: ignore[index]


@router.post("/projects/{project_id}/request/import", response=CollabOut, summary="Read a filled .xlsx into the draft")
@idempotent
def import_request(request: HttpRequest, project_id: int, file: UploadedFile | None = File(None)) -> CollabOut:  # type: ignore[type-arg]  # noqa: B008
    """All of it, or nothing: 422 names every wrong cell."""
    actor = actor_of(request)
    found = reach_collab(actor, project_id)
    require(policies.can_edit_draft(actor, found))
    read = read_collab(found, _bytes(file))
    if read.problems:
        raise InvalidInput(
            {f"{number}": f"{p.cell} {p.place}: {p.text}".strip() for number, p in enumerate(read.problems, start=1)}
        )
    written = save_collab(project_id, read.draft, by=actor, source=(file.name or "")[:200] if file else "")
    return collab_shown(actor, written.collab)


@router.post("/projects/{project_id}/request/files", response={201: FileOut}, summary="Attach a file")
@idempotent
def attach(
    request: HttpRequest,
    project_id: int,
    file: UploadedFile | None = File(None),  # type: ignore[type-arg]  # noqa: B008
) -> tuple[int, Any]:
    """What it is, is judged by its content."""
    actor = actor_of(request)
    found = reach_collab(actor, project_id)
    require(policies.can_edit_draft(actor, found) or policies.can_amend(actor, found))
    name = (file.name or "") if file else ""
    return 201, attach_file(project_id, collab_paper.attachment_slot(found), name, _bytes(file), by=actor)


@router.delete("/projects/{project_id}/request/files/{file_id}", response=FileOut, summary="Take a file away")
def detach(request: HttpRequest, project_id: int, file_id: int) -> Any:
    """Whoever may attach may take away."""
    actor = actor_of(request)
    found = reach_collab(actor, project_id)
    file = file_for(actor, file_id)
    if (file.project_id, file.slot) != (project_id, collab_paper.attachment_slot(found)):
        raise NotFound
    return remove_file(file_id, by=actor)


def _bytes(file: UploadedFile | None) -> bytes:
    if file is None:
        raise InvalidInput({"file": _("Choose a file first")})
    return bytes(file.read(settings.LARGEST_UPLOAD_BYTES + 1))
