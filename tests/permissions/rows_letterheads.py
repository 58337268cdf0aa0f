"""Company templates."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document

from tongzhou.core import clock
from tongzhou.core.actor import system
from tongzhou.documents.models import Letterhead
from tongzhou.documents.services import keep_file

from .table import Row
from .world import World

KEEPS = frozenset({"pmo", "admin"})


def letterhead(world: World) -> dict[str, Any]:
    """A template that is in use."""
    found = Letterhead.objects.first()
    if found is None:
        facts = {"name": "a.docx", "media_type": "x", "slot": "letterhead:memorandum", "project_id": None}
        file = keep_file(b"PK", by=system("test"), **facts)
        found = Letterhead.objects.create(form_key="memorandum", file=file, added_at=clock.now())
    return {"letterhead_id": found.pk}


def upload(world: World) -> dict[str, Any]:
    """A Word document with a place to fill."""
    document, data = Document(), BytesIO()
    document.add_paragraph("{{project_name}}")
    document.save(data)
    return {"form_key": "memorandum", "file": SimpleUploadedFile("a.docx", data.getvalue())}


ROWS = [
    Row("documents:letterheads", KEEPS),
    Row("documents:letterheads", KEEPS, "POST", data=upload),
    Row("documents:letterhead_file", KEEPS, own=letterhead),
    Row("documents:letterhead_deactivate", KEEPS, "POST", own=letterhead),
    Row("/api/v1/letterheads", KEEPS),
    Row("/api/v1/letterheads", KEEPS, "POST", data=upload),
    Row("/api/v1/letterheads/{letterhead_id}/file", KEEPS, own=letterhead),
    Row("/api/v1/letterheads/{letterhead_id}/deactivate", KEEPS, "POST", own=letterhead),
]
