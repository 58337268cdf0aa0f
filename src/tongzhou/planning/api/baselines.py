"""Versions of the plan."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.http import HttpRequest
from ninja import Router, Schema

from tongzhou.core.access import reach
from tongzhou.core.api import Text, idempotent
from tongzhou.core.pages import actor_of
from tongzhou.projects.api.reaching import Key, PersonRef, person_ref, project_of

from .. import queries, services
from ..models import Baseline, BaselineKind

router = Router()


class BaselineOut(Schema):
    """A version of the plan that was kept."""

    id: int
    number: int
    kind: BaselineKind
    name: str
    digest: str
    tasks: int
    start: date | None
    finish: date | None
    made_at: datetime
    made_by: PersonRef | None


class SnapshotIn(Schema):
    """A name for the version."""

    name: Text = ""


class FieldChangeOut(Schema):
    """One thing about a task that is other than it was."""

    label: str
    before: str
    after: str


class TaskChangeOut(Schema):
    """A task that was added, removed or changed; ``shift`` in working days."""

    number: int
    title: str
    kind: str
    shift: int
    fields: list[FieldChangeOut]


class LettersChangeOut(Schema):
    """The letters somebody had and has for a task."""

    number: int
    title: str
    who: str
    before: str
    after: str


class ItemChangeOut(Schema):
    """A resource need (by its number) or an objective (by its id) that was added, removed or changed."""

    number: int
    title: str
    kind: str
    fields: list[FieldChangeOut]


class DifferenceOut(Schema):
    """What differs between two versions; ``letters`` and ``resources`` are null where one did not record them."""

    finish_before: date | None
    finish_after: date | None
    shift: int
    changes: list[TaskChangeOut]
    letters: list[LettersChangeOut] | None
    resources: list[ItemChangeOut] | None
    objectives: list[ItemChangeOut]


def _told(baseline: Baseline) -> BaselineOut:
    return BaselineOut(
        id=baseline.pk,
        number=baseline.number,
        kind=BaselineKind(baseline.kind),
        name=baseline.name,
        digest=baseline.digest,
        tasks=baseline.tasks,
        start=baseline.start,
        finish=baseline.finish,
        made_at=baseline.made_at,
        made_by=person_ref(baseline.made_by),
    )


@router.get("/projects/{project_id}/plan/baselines", response=list[BaselineOut])
def baselines(request: HttpRequest, project_id: int) -> list[BaselineOut]:
    """Every version that was kept, newest first."""
    project = project_of(request, project_id)
    return [_told(row) for row in queries.baselines_for(actor_of(request)).filter(project=project)[:200]]


@router.post("/projects/{project_id}/plan/baselines", response={201: BaselineOut})
@idempotent
def save_snapshot(request: HttpRequest, project_id: int, payload: SnapshotIn) -> tuple[int, BaselineOut]:
    """Keeps the plan as it is now."""
    project = project_of(request, project_id)
    made = services.save_snapshot(project.pk, payload.name, by=actor_of(request))
    return 201, _told(reach(queries.baselines_for(actor_of(request)), made.pk))


@router.get("/projects/{project_id}/plan/baselines/{baseline_id}/difference", response=DifferenceOut)
def difference(request: HttpRequest, project_id: int, baseline_id: int, newer: Key | None = None) -> DifferenceOut:
    """What differs from this version to another, or to the plan as it is now."""
    project = project_of(request, project_id)
    rows = queries.baselines_for(actor_of(request)).filter(project=project)
    older = queries.content_of(reach(rows, baseline_id))
    later = queries.content_of(reach(rows, newer)) if newer else queries.snapshot(project)
    found = queries.difference(older, later)
    return DifferenceOut(
        finish_before=found.finish_before,
        finish_after=found.finish_after,
        shift=found.shift,
        changes=[
            TaskChangeOut(
                number=change.number,
                title=change.title,
                kind=change.kind,
                shift=change.shift,
                fields=_fields(change.fields),
            )
            for change in found.changes
        ],
        letters=None
        if found.letters is None
        else [
            LettersChangeOut(
                number=change.number, title=change.title, who=change.who, before=change.before, after=change.after
            )
            for change in found.letters
        ],
        resources=None if found.resources is None else [_item(change) for change in found.resources],
        objectives=[_item(change) for change in found.objectives],
    )


def _item(change: queries.ItemChange) -> ItemChangeOut:
    return ItemChangeOut(number=change.number, title=change.title, kind=change.kind, fields=_fields(change.fields))


def _fields(changes: Iterable[queries.FieldChange]) -> list[FieldChangeOut]:
    return [FieldChangeOut(label=str(field.label), before=field.before, after=field.after) for field in changes]
