"""The plan as a file for other programs, and plans that come from them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from tongzhou.core.api import Text, idempotent, idempotent_check
from tongzhou.core.errors import InvalidInput, NotFound, require
from tongzhou.core.pages import actor_of, as_download
from tongzhou.projects.api.reaching import project_of

from .. import policies, queries, services
from ..exchange.kept import LONGEST, opened
from ..exchange.writing import MEDIA_TYPES
from ..plan_files import check_plan_file

router = Router()


class PlanCellError(Schema):
    """What is wrong in one column of a row."""

    column: str
    message: str


class PlanCellChange(Schema):
    """What of a task would be different."""

    column: str
    before: str
    after: str


class PlanFileRow(Schema):
    """What becomes of one row of the file. ``verdict``: error, add, change or same."""

    row: int
    title: str
    wbs: str
    number: int | None
    verdict: str
    errors: list[PlanCellError]
    changes: list[PlanCellChange]
    notes: list[str]


class PlanCheckOut(Schema):
    """A plan looked through; nothing is written. ``token`` confirms it; it is empty where nothing can or need be taken."""

    token: str
    plan_version: int
    added: int
    changed: int
    unchanged: int
    wrong: int
    untouched: int
    problems: list[str]
    remarks: list[str]
    finish_before: date | None
    finish_after: date | None
    rows: list[PlanFileRow]


class PlanTakeIn(Schema):
    """The token of a file that was looked through."""

    token: Annotated[Text, Field(max_length=LONGEST)]


class PlanTakenOut(Schema):
    """How many tasks came and changed; the version and the computed end of the plan now."""

    added: int
    changed: int
    plan_version: int
    finish: date | None


@router.get("/projects/{project_id}/plan/file/{fmt}", summary="The plan for Excel (xlsx) or Microsoft Project (xml)")
def plan_file(request: HttpRequest, project_id: int, fmt: str) -> HttpResponse:
    """``fmt``: xlsx or xml; in the language of the request."""
    project = project_of(request, project_id)
    if fmt not in MEDIA_TYPES:
        raise NotFound
    name, data = queries.plan_file(project, fmt)
    return as_download(data, name, MEDIA_TYPES[fmt])


@router.post("/projects/{project_id}/plan/import/check", response=PlanCheckOut, summary="Look through a plan in a file")
@idempotent_check
def check_plan(
    request: HttpRequest,
    project_id: int,
    as_new: bool = False,
    lenient: bool = False,
    file: UploadedFile | None = File(None),  # type: ignore[type-arg]  # noqa: B008
) -> PlanCheckOut:
    """What every row would add or change, and what is wrong with it. Nothing is written.

    ``as_new``: every row a new task. ``lenient``: unknown departments and persons go into the note.
    """
    project = project_of(request, project_id)
    require(policies.can_plan(actor_of(request), project))
    if file is None:
        raise InvalidInput({"file": _("Choose a file first")})
    data = file.read(settings.LARGEST_UPLOAD_BYTES + 1)
    checked = check_plan_file(project, data, file.name or "", as_new=as_new, is_lenient=lenient)
    found, counts = checked.found, checked.found.counts
    return PlanCheckOut(
        token=checked.token,
        plan_version=found.plan_version,
        added=counts["add"],
        changed=counts["change"],
        unchanged=counts["same"],
        wrong=counts["error"],
        untouched=found.untouched,
        problems=found.problems,
        remarks=found.remarks,
        finish_before=found.finish_before,
        finish_after=found.finish_after,
        rows=[_row(row) for row in found.rows],
    )


@router.post("/projects/{project_id}/plan/import", response=PlanTakenOut, summary="Take in the plan looked through")
@idempotent
def take_plan(request: HttpRequest, project_id: int, payload: PlanTakeIn) -> PlanTakenOut:
    """All of it, as one step that can be undone; 409 when somebody has changed the plan since."""
    project = project_of(request, project_id)
    actor = actor_of(request)
    require(policies.can_plan(actor, project))
    kept = opened(payload.token, project.pk)
    found = services.take_plan_in(
        project.pk, kept.brought, by=actor, plan_version=kept.plan_version, source=kept.source
    )
    plan = queries.plan_of(project)
    return PlanTakenOut(
        added=found.counts["add"],
        changed=found.counts["change"],
        plan_version=plan.version if plan else 0,
        finish=plan.finish if plan else None,
    )


def _row(row: queries.IncomingRow) -> PlanFileRow:
    return PlanFileRow(
        row=row.line,
        title=row.title,
        wbs=row.wbs,
        number=row.number,
        verdict=row.verdict,
        errors=[PlanCellError(column=column, message=text) for column, text in row.errors],
        changes=[PlanCellChange(column=one.label, before=one.before, after=one.after) for one in row.changes],
        notes=row.notes,
    )
