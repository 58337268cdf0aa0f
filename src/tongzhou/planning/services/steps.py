"""One step of planning: made under the plan's lock, scheduled at its end, and able to be taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from tongzhou.calendars.queries import company_calendar
from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import Conflict, require
from tongzhou.core.events import plain, record
from tongzhou.core.many import write_columns
from tongzhou.core.transitions import move
from tongzhou.core.versions import save_version
from tongzhou.projects.models import Project
from tongzhou.projects.queries import projects_for

from .. import policies, queries
from ..models import Booking, Link, Plan, PlanStep, RaciAssignment, Remedy, ResourceNeed, Task
from ..queries.plan_rows import PlaceRow
from ..resource_states import TAKE_BACK, RemedyState
from .bookings import follow_tasks, offers_as_booked
from .digests import expect_digest, note_moves
from .promises import follow_promises

# The columns of a task that a step may write; computed dates follow from them.
TASK_COLUMNS = (
    "number", "parent_id", "rank", "depth", "is_summary", "title", "department_id", "owner_id", "duration", "shortest",
    "longest", "effort_hours", "is_milestone", "constraint", "constraint_on", "held_until", "deliverable", "acceptance",
    "note", "objective_id", "commitment_id", "status", "percent", "actual_start", "actual_finish", "hindrance",
)  # fmt: skip
LINK_COLUMNS = ("predecessor_id", "successor_id", "kind", "lag")
RACI_COLUMNS = ("task_id", "department_id", "person_id", "letter")
BOOKING_COLUMNS = ("person_id", "thing_id", "budget_id", "is_approved")
NEED_COLUMNS = ("approval", "approved_amount", "first", "last")
COMPUTED = ("start", "finish", "total_float", "free_float", "is_critical")
NO_DATES = (None, None, None, None, False)
KEPT_STEPS = 20
# Tasks first: the rows of the other tables hang on them. Links and letters are only made and deleted, bookings and needs
# only changed.
_TABLES: dict[str, tuple[type[Model], tuple[str, ...]]] = {
    "task": (Task, TASK_COLUMNS),
    "link": (Link, LINK_COLUMNS),
    "raci": (RaciAssignment, RACI_COLUMNS),
    "booking": (Booking, BOOKING_COLUMNS),
    "need": (ResourceNeed, NEED_COLUMNS),
}
_CHANGED = ("booking", "need")
# Tables that move no date.
_DATELESS = {"raci", "booking", "need"}
Planned = Task | Link | RaciAssignment | Booking | ResourceNeed


class Step:
    """What one step touches: every row before and after, so that the step can be taken back."""

    def __init__(self, project: Project, plan: Plan, by: Actor) -> None:
        self.project = project
        self.plan = plan
        self.by = by
        self.number = 0
        self.before: dict[str, dict[str, Any]] = {table: {} for table in _TABLES}
        self.after: dict[str, dict[str, Any]] = {table: {} for table in _TABLES}

    def next_number(self) -> int:
        """The number of the next new task; numbers are not used twice."""
        number = self.plan.next_number
        self.plan.next_number += 1
        return number

    def created(self, row: Planned) -> None:
        """A row that is new in this step."""
        table = _table_of(row)
        self.before[table].setdefault(str(row.pk), None)
        self.after[table][str(row.pk)] = _image(row, _TABLES[table][1])

    def change(self, row: Task, values: Mapping[str, Any], version: int | None = None) -> dict[str, Any]:
        """Writes columns of a task; a stale ``version`` raises ``StaleWrite``. Returns what was different before."""
        before = save_version(row, version, values)
        self._changed(row, before)
        return before

    def exchange(self, row: Booking | ResourceNeed, values: Mapping[str, Any]) -> None:
        """Writes columns of a booking, or of the need it is for."""
        differs = {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}
        for name in differs:
            setattr(row, name, values[name])
        if differs:
            row.save(update_fields=[name.removesuffix("_id") for name in differs])
            self._changed(row, differs)

    def create_all(self, rows: Sequence[Planned]) -> None:
        """Writes many new rows of one table at once; what they hang on is there."""
        if rows:
            model: type[Model] = type(rows[0])
            model._default_manager.bulk_create(rows, batch_size=500)
        for row in rows:
            self.created(row)

    def change_all(self, changed: Sequence[tuple[Task, Mapping[str, Any]]]) -> None:
        """Writes many tasks at once whose columns were set already; each with what was different before."""
        for task, before in changed:
            task.version += 1
            self._changed(task, before)
        columns = sorted({name for _task, before in changed for name in before})
        if columns:
            write_columns(Task, [task for task, _before in changed], [*columns, "version"])

    def place(self, tasks: Sequence[PlaceRow], before: Sequence[tuple[Any, ...]]) -> None:
        """Writes the places in the outline of tasks; ``before`` holds the old values of the same columns."""
        columns = ("parent_id", "rank", "depth", "is_summary")
        moved = []
        for task, old in zip(tasks, before, strict=True):
            differs = {name: was for name, was in zip(columns, old, strict=True) if getattr(task, name) != was}
            if differs:
                moved.append(task)
                self._changed(task, differs)
        write_columns(Task, moved, columns)

    def delete(self, rows: Sequence[Planned]) -> None:
        """Takes rows out of the plan, what hangs on tasks before the tasks."""
        for row in rows:
            table = _table_of(row)
            key = str(row.pk)
            kept = {**_image(row, _TABLES[table][1]), **(self.before[table].get(key) or {})}
            if self.before[table].get(key, kept) is None:
                del self.before[table][key]
                self.after[table].pop(key, None)
            else:
                self.before[table][key] = kept
                self.after[table][key] = None
        for table, (model, _columns) in reversed(_TABLES.items()):
            keys = [row.pk for row in rows if _table_of(row) == table]
            model._default_manager.filter(pk__in=keys).delete()

    def finish(self, label: str) -> None:
        """Schedules the plan and keeps the step; ``number`` is its number then."""
        touched = {table for table, images in self.after.items() if images}
        if not touched or touched - _DATELESS:
            reschedule(self.project, self.plan, by=self.by)
        if not touched:
            return
        plan = self.plan
        plan.version += 1
        plan.save(update_fields=["version", "next_number", "start", "finish", "scheduled_at"])
        last = plan.steps.order_by("-number").values_list("number", flat=True).first() or 0
        PlanStep.objects.create(
            plan=plan,
            number=last + 1,
            label=label[:200],
            by_id=self.by.person_id,
            at=clock.now(),
            before=self.before,
            after=self.after,
        )
        self.number = last + 1
        plan.steps.filter(number__lte=last + 1 - KEPT_STEPS).delete()
        expect_digest(self.project)

    def _changed(self, row: Planned | PlaceRow, before: Mapping[str, Any]) -> None:
        key, table = str(row.pk), "task" if isinstance(row, PlaceRow) else _table_of(row)
        kept = self.before[table].setdefault(key, {})
        if kept is not None:
            for name, value in before.items():
                kept.setdefault(name, plain(value))
        after = self.after[table].setdefault(key, {})
        after.update({name: plain(getattr(row, name)) for name in before})


@contextmanager
def step(
    project_id: int,
    label: str,
    *,
    by: Actor,
    plan_version: int | None = None,
    may: Callable[[Actor, Project], bool] = policies.can_plan,
) -> Iterator[Step]:
    """Makes one step inside an act: locks the project and its plan, schedules at the end, keeps what was before.

    ``plan_version``: what the planner saw; when somebody else has made a step since, ``Conflict``.
    """
    project = reach(projects_for(by).select_related("scenario"), project_id, lock=True)
    require(may(by, project), _("The plan is fixed now, or it is not yours to change"))
    plan = locked_plan(project)
    if plan_version is not None and plan.version != plan_version:
        raise Conflict(_("Somebody else has changed the plan since you opened it. Please look at it again."))
    making = Step(project, plan, by)
    yield making
    making.finish(label)


def locked_plan(project: Project) -> Plan:
    """The plan of a locked project; made with the first step."""
    plan, _made = Plan.objects.select_for_update().get_or_create(project=project)
    return plan


def reschedule(project: Project, plan: Plan, *, by: Actor) -> None:
    """Computes the dates of every task and writes those that changed; promises between departments follow."""
    rows, links = queries.plan_rows(project), queries.link_rows(project)
    found = queries.scheduled(rows, links, company_calendar(), project.starts_on or clock.today())
    before = {row.pk: (row.start, row.finish) for row in rows}
    tasks, changed = [], []
    for row in rows:
        start, finish, total_float, free_float, is_critical = dates = found.get(row.pk, NO_DATES)
        if dates == (row.start, row.finish, row.total_float, row.free_float, row.is_critical):
            tasks.append(row)
            continue
        moved_row = row._replace(
            start=start, finish=finish, total_float=total_float, free_float=free_float, is_critical=is_critical
        )
        tasks.append(moved_row)
        changed.append(moved_row)
    write_columns(Task, changed, COMPUTED)
    follow_tasks(changed)
    moved = {
        task.pk: before[task.pk]
        for task in changed
        if not task.is_summary and before[task.pk] != (task.start, task.finish)
    }
    follow_promises(project, tasks, links, moved, by=by)
    note_moves(project, changed, moved, by=by)
    plan.start = min((dates.start for dates in found.values()), default=None)
    plan.finish = max((dates.finish for dates in found.values()), default=None)
    plan.scheduled_at = clock.now()


@act
def undo_step(
    project_id: int, number: int, *, by: Actor, may: Callable[[Actor, Project], bool] = policies.can_plan
) -> Plan:
    """Takes back the last step of the plan, whole; refused when its rows were changed since."""
    with step(project_id, "", by=by, may=may) as undoing:
        plan = undoing.plan
        last = plan.steps.first()
        if last is None or last.number != number:
            raise Conflict(_("Only the last step can be taken back, and somebody has made another one since."))
        _require_untouched(last)
        _put_back(last, undoing.project)
        plan.version += 1
        label, last_number = last.label, last.number
        last.delete()
        undone = Remedy.objects.filter(project=undoing.project, step=last_number, state=RemedyState.APPLIED)
        for remedy in undone.select_for_update(of=("self",)):
            move(remedy, TAKE_BACK)
        reschedule(undoing.project, plan, by=by)
        plan.save(update_fields=["version", "start", "finish", "scheduled_at"])
        record(by, "planning.step.undone", undoing.project, after={"step": last_number, "label": label})
    return plan


def _require_untouched(last: PlanStep) -> None:
    for table, (model, _columns) in _TABLES.items():
        images: dict[str, Any] = last.after.get(table, {})
        rows = {str(row.pk): row for row in model._default_manager.filter(pk__in=list(images))}
        for key, image in images.items():
            row = rows.get(key)
            same = row is None if image is None else row is not None and _same(row, image)
            if not same:
                raise Conflict(_("This step cannot be taken back: what it changed has been changed again since."))


def _same(row: Model, image: Mapping[str, Any]) -> bool:
    return all(plain(getattr(row, name)) == value for name, value in image.items())


def _put_back(last: PlanStep, project: Project) -> None:
    new = {table: [key for key, image in images.items() if image is None] for table, images in last.before.items()}
    for table in ("raci", "link"):
        _TABLES[table][0]._default_manager.filter(pk__in=new.get(table, [])).delete()
    gone = last.after.get("task", {})
    before = {key: image for key, image in last.before.get("task", {}).items() if image is not None}
    restored = [
        Task(pk=int(key), project=project, **_read(Task, image))
        for key, image in before.items()
        if gone.get(key, "") is None
    ]
    Task.objects.bulk_create(sorted(restored, key=lambda task: task.depth))
    _put_columns_back({int(key): image for key, image in before.items() if gone.get(key, "") is not None})
    for table in _CHANGED:
        _change_back(last, table)
    # Only now: a task that lay below a new one in between would have gone with it.
    Task.objects.filter(pk__in=new.get("task", [])).delete()
    for table, (model, _columns) in _TABLES.items():
        if table not in {"task", *_CHANGED}:
            model._default_manager.bulk_create(
                model(pk=int(key), project=project, **_read(model, image))
                for key, image in last.before.get(table, {}).items()
                if image is not None
            )


def _change_back(last: PlanStep, table: str) -> None:
    """Bookings and needs as they were; what the departments' offers name follows."""
    model = _TABLES[table][0]
    images = last.before.get(table, {})
    for key, image in images.items():
        model._default_manager.filter(pk=int(key)).update(**_read(model, image))
    if table == "booking":
        offers_as_booked(ResourceNeed.objects.filter(bookings__in=[int(key) for key in images]).distinct())


def _put_columns_back(images: Mapping[int, Mapping[str, Any]]) -> None:
    """Writes the old columns of many tasks, and a new version of each: who has it open writes on something else."""
    tasks = list(Task.objects.filter(pk__in=list(images)))
    for task in tasks:
        for name, value in _read(Task, images[task.pk]).items():
            setattr(task, name, value)
        task.version += 1
    columns = sorted({name for image in images.values() for name in image})
    write_columns(Task, tasks, [*columns, "version"])


def _read(model: type[Model], image: Mapping[str, Any]) -> dict[str, Any]:
    """Columns as Python values, from their JSON form."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return {name: fields[name].to_python(value) for name, value in image.items()}


def _image(row: Model, columns: Sequence[str]) -> dict[str, Any]:
    return {name: plain(getattr(row, name)) for name in columns}


def _table_of(row: Planned) -> str:
    return next(table for table, (model, _columns) in _TABLES.items() if isinstance(row, model))
