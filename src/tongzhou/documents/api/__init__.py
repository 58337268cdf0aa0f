"""Endpoints of documents, over the same services and queries as its pages."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile

from tongzhou.core.access import reach
from tongzhou.core.api import idempotent
from tongzhou.core.errors import InvalidInput, require
from tongzhou.core.pages import actor_of

from .. import downloads, hostile, queries, services
from ..models import Letterhead

router = Router(tags=["documents"])


class LetterheadOut(Schema):
    """A company template of one form."""

    id: int
    form_key: str
    name: str
    size: int
    sha256: str
    is_active: bool
    added_at: datetime


@router.get("/letterheads", response=list[LetterheadOut], summary="Company templates")
def letterheads(request: HttpRequest) -> list[LetterheadOut]:
    """Newest first; for PMO and administrators."""
    actor = actor_of(request)
    require(actor.is_pmo or actor.is_admin)
    return [_out(letterhead) for letterhead in queries.letterheads()[:200]]


@router.post("/letterheads", response=LetterheadOut, summary="Put a company template in place")
@idempotent
def add_letterhead(
    request: HttpRequest, form_key: Form[str] = "", file: File[UploadedFile | None] = None
) -> LetterheadOut:
    """A .docx of at most 5 MB with places such as {{project_name}}, sent as multipart form."""
    actor = actor_of(request)
    require(actor.is_pmo or actor.is_admin)
    if file is None:
        raise InvalidInput({"file": _("Choose a Word document (.docx)")})
    if (file.size or 0) > services.LARGEST_LETTERHEAD:
        raise hostile.FileRefused("too_large", limit_mb=services.LARGEST_LETTERHEAD >> 20)
    return _out(services.add_letterhead(form_key, file.name or "", file.read(), by=actor))


@router.post("/letterheads/{letterhead_id}/deactivate", response=LetterheadOut, summary="Take a template out of use")
@idempotent
def deactivate_letterhead(request: HttpRequest, letterhead_id: int) -> LetterheadOut:
    """The form goes out in our layout again, or in the template before this one."""
    return _out(services.deactivate_letterhead(letterhead_id, by=actor_of(request)))


@router.get("/letterheads/{letterhead_id}/file", summary="A company template as it was uploaded")
def letterhead_file(request: HttpRequest, letterhead_id: int) -> HttpResponse:
    """The Word document; for PMO and administrators."""
    actor = actor_of(request)
    require(actor.is_pmo or actor.is_admin)
    return downloads.letterhead_file(reach(queries.letterheads(), letterhead_id))


@router.get("/files/{file_id}", summary="A file of a project")
def file(request: HttpRequest, file_id: int) -> HttpResponse:
    """The bytes of an attachment, of minutes or of a version of the memorandum."""
    return downloads.stored_file(queries.file_for(actor_of(request), file_id))


def _out(letterhead: Letterhead) -> LetterheadOut:
    return LetterheadOut(
        id=letterhead.pk,
        form_key=letterhead.form_key,
        name=letterhead.file.name,
        size=letterhead.file.size,
        sha256=letterhead.file.sha256,
        is_active=letterhead.is_active,
        added_at=letterhead.added_at,
    )
