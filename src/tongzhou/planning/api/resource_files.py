"""A filled 《资源需求表》 for programs: looked through, then asked as a whole."""

from __future__ import annotations

from typing import Annotated

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import File, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from tongzhou.core.api import Text, idempotent, idempotent_check
from tongzhou.core.errors import InvalidInput, require
from tongzhou.core.pages import actor_of
from tongzhou.projects.api.reaching import project_of

from .. import services
from ..needs_table import opened, packed, read_needs
from ..resource_forms import may_ask_for

router = Router()
PLAN = "/projects/{project_id}/plan/resources"


class NeedsFileError(Schema):
    """What is wrong at one place of a row."""

    place: str
    message: str


class NeedsFileRow(Schema):
    """What becomes of one row of the form. ``verdict``: error, add, change or same."""

    row: int
    task: str
    name: str
    verdict: str
    errors: list[NeedsFileError]


class NeedsCheckOut(Schema):
    """A form looked through; nothing is asked yet. ``token`` confirms it; empty where nothing can or need be asked."""

    token: str
    wrong: int
    rows: list[NeedsFileRow]


class NeedsTakeIn(Schema):
    """The token of a form that was looked through."""

    token: Annotated[Text, Field(max_length=1 << 20)]


class NeedsTakenOut(Schema):
    """How many needs are new, and how many changed."""

    added: int
    changed: int


@router.post(f"{PLAN}/import/check", response=NeedsCheckOut, summary="Look through a filled resource request")
@idempotent_check
def check_needs(
    request: HttpRequest,
    project_id: int,
    file: UploadedFile | None = File(None),  # type: ignore[type-arg]  # noqa: B008
) -> NeedsCheckOut:
    """What every row would ask, and what is wrong with it. Nothing is written."""
    project = project_of(request, project_id)
    actor = actor_of(request)
    require(bool(may_ask_for(actor, project)))
    if file is None:
        raise InvalidInput({"file": _("Choose a file first")})
    rows = read_needs(project, file.read(settings.LARGEST_UPLOAD_BYTES + 1), actor)
    return NeedsCheckOut(
        token=packed(project, rows),
        wrong=sum(1 for row in rows if row.errors),
        rows=[
            NeedsFileRow(
                row=row.number,
                task=row.task,
                name=row.name,
                verdict=row.verdict,
                errors=[NeedsFileError(place=place, message=text) for place, text in row.errors],
            )
            for row in rows
        ],
    )


@router.post(f"{PLAN}/import", response=NeedsTakenOut, summary="Ask for what was looked through")
@idempotent
def take_needs(request: HttpRequest, project_id: int, payload: NeedsTakeIn) -> NeedsTakenOut:
    """All of it, or nothing."""
    project = project_of(request, project_id)
    actor = actor_of(request)
    require(bool(may_ask_for(actor, project)))
    added, changed = services.take_needs_in(project.pk, opened(payload.token, project.pk), by=actor)
    return NeedsTakenOut(added=added, changed=changed)
