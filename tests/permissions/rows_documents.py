"""Files: who sees the project fetches what is attached to it; a company template is the PMO's."""

from __future__ import annotations

from typing import Any

from .table import INSIDERS, Row
from .world import World


def own_memorandum(world: World) -> dict[str, Any]:
    """The PDF of the memorandum that is out for signing."""
    return {"file_id": world.own_memorandum.editions.latest("number").pdf_id}


def other_memorandum(world: World) -> dict[str, Any]:
    """The PDF of the memorandum of «other»."""
    return {"file_id": world.other_memorandum.editions.latest("number").pdf_id}


ROWS = [
    Row("documents:file", INSIDERS, own=own_memorandum, other=other_memorandum),
    Row("/api/v1/files/{file_id}", INSIDERS, own=own_memorandum, other=other_memorandum),
]
