"""Tasks and dependencies."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from tongzhou.core.access import reach
from tongzhou.core.api import Text, idempotent
from tongzhou.core.errors import require
from tongzhou.core.pages import actor_of
from tongzhou.projects.api.reaching import (
    DepartmentRef,
    DoneOut,
    Key,
    PageNumber,
    PersonRef,
    Version,
    department_ref,
    person_ref,
    project_of,
)
from tongzhou.projects.models import Project

from .. import policies, queries, services
from ..models import Link, Task
from ..predecessors import Predecessor
from ..states import DateConstraint, LinkKind

router = Router()
PAGE = 200
Days = Annotated[int, Field(ge=0, le=2000)]
Lag = Annotated[int, Field(ge=-500, le=500)]
TaskNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]


class PredecessorOut(Schema):
    """What a task waits for."""

    number: TaskNumber
    kind: LinkKind = LinkKind.FINISH_START
    lag: Lag = 0


class TaskOut(Schema):
    """One task with its computed dates."""

    id: int
    version: int
    number: int
    wbs: str
    parent_id: int | None
    is_summary: bool
    title: str
    department: DepartmentRef | None
    owner: PersonRef | None
    duration: int
    shortest: int | None
    longest: int | None
    effort_hours: Decimal | None
    is_milestone: bool
    constraint: DateConstraint
    constraint_on: date | None
    deliverable: str
    acceptance: str
    note: str
    objective_id: int | None
    commitment_id: int | None
    start: date | None
    finish: date | None
    total_float: int | None
    free_float: int | None
    is_critical: bool
    predecessors: list[PredecessorOut]


class TasksOut(Schema):
    """One page of the plan in the order of the outline, and the plan's version."""

    plan_version: int
    count: int
    page: int
    items: list[TaskOut]


class TaskIn(Schema):
    """A new task; ``after_id`` puts it behind another, ``parent_id`` below one."""

    title: Text
    department_id: Key | None = None
    owner_id: Key | None = None
    duration: Days = 1
    shortest: Days | None = None
    longest: Days | None = None
    effort_hours: Decimal | None = None
    is_milestone: bool = False
    constraint: DateConstraint = DateConstraint.NONE
    constraint_on: date | None = None
    deliverable: Text = ""
    acceptance: Text = ""
    note: Text = ""
    objective_id: Key | None = None
    commitment_id: Key | None = None
    after_id: Key | None = None
    parent_id: Key | None = None


class TaskPatch(Schema):
    """What of a task is changed; left out stays as it is. ``predecessors`` replaces all of them."""

    version: Version
    title: Text | None = None
    department_id: Key | None = None
    owner_id: Key | None = None
    duration: Days | None = None
    shortest: Days | None = None
    longest: Days | None = None
    effort_hours: Decimal | None = None
    is_milestone: bool | None = None
    constraint: DateConstraint | None = None
    constraint_on: date | None = None
    deliverable: Text | None = None
    acceptance: Text | None = None
    note: Text | None = None
    objective_id: Key | None = None
    commitment_id: Key | None = None
    predecessors: Annotated[list[PredecessorOut], Field(max_length=200)] | None = None


class PlaceIn(Schema):
    """Where a task goes: under ``parent_id`` (nothing: top level), before ``before_id`` or last."""

    parent_id: Key | None = None
    before_id: Key | None = None
    plan_version: Version | None = None


class TaskIdsIn(Schema):
    """Several tasks."""

    task_ids: Annotated[list[Key], Field(min_length=1, max_length=1000)]


class BulkIn(TaskIdsIn):
    """What shall be the same for several tasks; left out stays as it is."""

    department_id: Key | None = None
    owner_id: Key | None = None
    duration: Days | None = None


class PasteIn(Schema):
    """Lines as a spreadsheet copies them: title, working days, department, apart by tabs."""

    text: Text


class DependencyIn(Schema):
    """A dependency by the keys of its tasks."""

    predecessor_id: Key
    successor_id: Key
    kind: LinkKind = LinkKind.FINISH_START
    lag: Lag = 0


class DependencyOut(DependencyIn):
    """A dependency."""

    id: int


class StepIn(Schema):
    """The number of the step to take back."""

    step: Annotated[int, Field(ge=1, le=2**31 - 1)]


class TryIn(Schema):
    """Other values of one task, to see what would move."""

    task_id: Key
    duration: Days | None = None
    constraint: DateConstraint | None = None
    constraint_on: date | None = None


class MoveOut(Schema):
    """A task that would lie elsewhere."""

    task_id: int
    title: str
    start_before: date
    finish_before: date
    start_after: date
    finish_after: date
    working_days: int


class PreviewOut(Schema):
    """What would move, and what could not be held any more; nothing is written."""

    moves: list[MoveOut]
    finish_before: date | None
    finish_after: date | None
    broken: list[str]


class CountOut(Schema):
    """How many rows an act touched."""

    count: int


def _told(task: Task, wbs: str, waits: list[Predecessor]) -> TaskOut:
    return TaskOut(
        id=task.pk,
        version=task.version,
        number=task.number,
        wbs=wbs,
        parent_id=task.parent_id,
        is_summary=task.is_summary,
        title=task.title,
        department=department_ref(task.department) if task.department else None,
        owner=person_ref(task.owner),
        duration=task.duration,
        shortest=task.shortest,
        longest=task.longest,
        effort_hours=task.effort_hours,
        is_milestone=task.is_milestone,
        constraint=DateConstraint(task.constraint),
        constraint_on=task.constraint_on,
        deliverable=task.deliverable,
        acceptance=task.acceptance,
        note=task.note,
        objective_id=task.objective_id,
        commitment_id=task.commitment_id,
        start=task.start,
        finish=task.finish,
        total_float=task.total_float,
        free_float=task.free_float,
        is_critical=task.is_critical,
        predecessors=[PredecessorOut(number=wait.number, kind=LinkKind(wait.kind), lag=wait.lag) for wait in waits],
    )


def _one(request: HttpRequest, task_id: int) -> TaskOut:
    task = reach(queries.tasks_for(actor_of(request)), task_id)
    return _told(task, queries.wbs_of(task), queries.predecessors_of(task))


def _key(request: HttpRequest, project: Project, task_id: int) -> int:
    """The task through its project."""
    return reach(queries.tasks_for(actor_of(request)).filter(project=project), task_id).pk


@router.get("/projects/{project_id}/plan/tasks", response=TasksOut)
def tasks(request: HttpRequest, project_id: int, page: PageNumber = 1) -> TasksOut:
    """The outline, 200 tasks a page."""
    project = project_of(request, project_id)
    keys = queries.outline_keys(project)
    shown = keys[(page - 1) * PAGE : page * PAGE]
    rows = {row.pk: row for row in queries.tasks_for(actor_of(request)).filter(pk__in=[key.pk for key in shown])}
    waits = queries.predecessors_by_task(queries.links_of(project).filter(successor__in=list(rows)))
    plan = queries.plan_of(project)
    return TasksOut(
        plan_version=plan.version if plan else 0,
        count=len(keys),
        page=page,
        items=[_told(rows[key.pk], key.wbs, waits.get(key.pk, [])) for key in shown if key.pk in rows],
    )


@router.post("/projects/{project_id}/plan/tasks", response={201: TaskOut})
@idempotent
def add_task(request: HttpRequest, project_id: int, payload: TaskIn) -> tuple[int, TaskOut]:
    """Adds a task."""
    project = project_of(request, project_id)
    values = payload.model_dump()
    after, parent = values.pop("after_id"), values.pop("parent_id")
    task = services.add_task(project.pk, values, by=actor_of(request), after_id=after, parent_id=parent)
    return 201, _one(request, task.pk)


@router.get("/projects/{project_id}/plan/tasks/{task_id}", response=TaskOut)
def task(request: HttpRequest, project_id: int, task_id: int) -> TaskOut:
    """One task."""
    return _one(request, _key(request, project_of(request, project_id), task_id))


@router.patch("/projects/{project_id}/plan/tasks/{task_id}", response=TaskOut)
def change_task(request: HttpRequest, project_id: int, task_id: int, payload: TaskPatch) -> TaskOut:
    """Changes a task; a stale version gets both versions (409)."""
    values = payload.model_dump(exclude_unset=True)
    version, waits = values.pop("version"), values.pop("predecessors", None)
    wanted = None if waits is None else [Predecessor(**entry) for entry in waits]
    key = _key(request, project_of(request, project_id), task_id)
    services.change_task(key, version, values, by=actor_of(request), predecessors=wanted)
    return _one(request, key)


@router.post("/projects/{project_id}/plan/tasks/{task_id}/place", response=TaskOut)
@idempotent
def place_task(request: HttpRequest, project_id: int, task_id: int, payload: PlaceIn) -> TaskOut:
    """Moves a task with everything below it."""
    key = _key(request, project_of(request, project_id), task_id)
    services.place_task(key, by=actor_of(request), **payload.model_dump())
    return _one(request, key)


@router.post("/projects/{project_id}/plan/remove", response=CountOut)
@idempotent
def remove_tasks(request: HttpRequest, project_id: int, payload: TaskIdsIn) -> CountOut:
    """Removes tasks with everything below them."""
    project = project_of(request, project_id)
    return CountOut(count=services.remove_tasks(project.pk, payload.task_ids, by=actor_of(request)))


@router.post("/projects/{project_id}/plan/bulk", response=CountOut)
@idempotent
def change_tasks(request: HttpRequest, project_id: int, payload: BulkIn) -> CountOut:
    """Gives several tasks the same department, owner or duration."""
    project = project_of(request, project_id)
    values = payload.model_dump(exclude_unset=True)
    keys = values.pop("task_ids")
    return CountOut(count=services.change_tasks(project.pk, keys, values, by=actor_of(request)))


@router.post("/projects/{project_id}/plan/paste", response=CountOut)
@idempotent
def paste_tasks(request: HttpRequest, project_id: int, payload: PasteIn) -> CountOut:
    """Adds a task of each line."""
    project = project_of(request, project_id)
    return CountOut(count=len(services.paste_tasks(project.pk, payload.text, by=actor_of(request))))


@router.post("/projects/{project_id}/plan/from-commitments", response=CountOut)
@idempotent
def from_commitments(request: HttpRequest, project_id: int) -> CountOut:
    """Makes a task of every commitment that has none."""
    project = project_of(request, project_id)
    return CountOut(count=len(services.tasks_from_commitments(project.pk, by=actor_of(request))))


@router.post("/projects/{project_id}/plan/from-scenario", response=CountOut)
@idempotent
def from_scenario(request: HttpRequest, project_id: int) -> CountOut:
    """Begins an empty plan with the scenario's skeleton."""
    project = project_of(request, project_id)
    return CountOut(count=len(services.tasks_from_scenario(project.pk, by=actor_of(request))))


@router.post("/projects/{project_id}/plan/undo", response=DoneOut)
@idempotent
def undo(request: HttpRequest, project_id: int, payload: StepIn) -> DoneOut:
    """Takes the last step back."""
    project = project_of(request, project_id)
    services.undo_step(project.pk, payload.step, by=actor_of(request))
    return DoneOut()


@router.post("/projects/{project_id}/plan/preview", response=PreviewOut)
@idempotent
def preview(request: HttpRequest, project_id: int, payload: TryIn) -> PreviewOut:
    """What would move if a task had other values."""
    project = project_of(request, project_id)
    require(policies.can_plan(actor_of(request), project))
    values = payload.model_dump(exclude_unset=True)
    task = reach(queries.tasks_for(actor_of(request)).filter(project=project), values.pop("task_id"))
    told = queries.preview(project, task.pk, services.checked_values(task, values))
    return PreviewOut(
        moves=[
            MoveOut(
                task_id=move.pk,
                title=move.title,
                start_before=move.before[0],
                finish_before=move.before[1],
                start_after=move.after[0],
                finish_after=move.after[1],
                working_days=move.working_days,
            )
            for move in told.moves
        ],
        finish_before=told.finish_before,
        finish_after=told.finish_after,
        broken=list(told.broken),
    )


@router.get("/projects/{project_id}/plan/links", response=list[DependencyOut])
def links(request: HttpRequest, project_id: int) -> list[DependencyOut]:
    """Every dependency of the plan."""
    return [_link(link) for link in queries.links_of(project_of(request, project_id))]


@router.post("/projects/{project_id}/plan/links", response={201: DependencyOut})
@idempotent
def draw_link(request: HttpRequest, project_id: int, payload: DependencyIn) -> tuple[int, DependencyOut]:
    """Draws a dependency, or changes its kind and lag; a circle is refused and named."""
    project = project_of(request, project_id)
    before = _key(request, project, payload.predecessor_id)
    link = services.link_tasks(before, payload.successor_id, kind=payload.kind, lag=payload.lag, by=actor_of(request))
    return 201, _link(link)


@router.delete("/projects/{project_id}/plan/links/{link_id}", response=DoneOut)
def remove_link(request: HttpRequest, project_id: int, link_id: int) -> DoneOut:
    """Takes a dependency away."""
    link = reach(queries.links_of(project_of(request, project_id)), link_id)
    services.unlink_tasks(link.pk, by=actor_of(request))
    return DoneOut()


def _link(link: Link) -> DependencyOut:
    return DependencyOut(
        id=link.pk,
        predecessor_id=link.predecessor_id,
        successor_id=link.successor_id,
        kind=LinkKind(link.kind),
        lag=link.lag,
    )
