"""Breaking the work down: adding, changing, placing and removing tasks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from tongzhou.calendars.queries import company_calendar
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import Conflict, InvalidInput, require
from tongzhou.core.events import record
from tongzhou.people.models import Person
from tongzhou.projects.models import Commitment, Project
from tongzhou.projects.queries import commitments_for
from tongzhou.projects.states import CommitmentState

from .. import policies, queries
from ..models import Link, RaciAssignment, Task
from ..models.tasks import DEEPEST, LONGEST_DURATION
from ..predecessors import Predecessor
from ..states import DateConstraint
from .links import write_predecessors
from .placing import place_for, require_may_hold, settle
from .steps import Step, step

FIELDS = {
    "title", "department_id", "owner_id", "duration", "shortest", "longest", "effort_hours", "is_milestone", "constraint",
    "constraint_on", "deliverable", "acceptance", "note", "objective_id", "commitment_id",
}  # fmt: skip
# What a department may say of its own tasks; where they stand in the plan is the lead's matter.
OWN_FIELDS = FIELDS - {"title", "department_id", "objective_id", "commitment_id", "constraint", "constraint_on"}
TEXTS = {"title": 200, "deliverable": 300, "acceptance": 2000, "note": 4000}
MOST_TASKS = 10_000
FIRST_YEAR, LAST_YEAR = 2000, 2100


@act
def add_task(
    project_id: int, values: Mapping[str, Any], *, by: Actor, after_id: int | None = None, parent_id: int | None = None
) -> Task:
    """Adds a task below ``parent_id`` (at its end) or right behind ``after_id`` on the same level; else at the end."""
    with step(project_id, _("Add “%(task)s”") % {"task": values.get("title", "")}, by=by) as making:
        parent, rank = place_for(making.project, after_id, parent_id)
        task = insert_tasks(making, [values], parent, rank)[0]
    task.refresh_from_db()
    return task


@act
def add_tasks(
    project_id: int, rows: Sequence[Mapping[str, Any]], *, by: Actor, parent_id: int | None = None
) -> list[Task]:
    """Adds several tasks at the end of the plan, or below ``parent_id``, as one step."""
    with step(project_id, _("Add %(count)s tasks") % {"count": len(rows)}, by=by) as making:
        parent, rank = place_for(making.project, None, parent_id)
        return insert_tasks(making, rows, parent, rank)


@act
def task_from_commitment(commitment_id: int, *, by: Actor) -> Task:
    """Turns a commitment into a task of its department: owner, deliverable, criterion and due date go along."""
    commitment = reach(commitments_for(by), commitment_id)
    with step(
        commitment.project_id, _("Task from commitment %(number)s") % {"number": commitment.number}, by=by
    ) as making:
        return _from_commitments(making, [commitment])[0]


@act
def tasks_from_commitments(project_id: int, *, by: Actor) -> list[Task]:
    """Makes a task of every commitment that has none yet."""
    with step(project_id, _("Tasks from all commitments"), by=by) as making:
        rows = making.project.commitments.exclude(state=CommitmentState.WITHDRAWN).filter(tasks__isnull=True)
        return _from_commitments(making, list(rows.select_related("project")))


@act
def change_task(
    task_id: int,
    version: int | None,
    values: Mapping[str, Any],
    *,
    by: Actor,
    predecessors: Sequence[Predecessor] | None = None,
) -> Task:
    """Changes a task; a stale version gets both versions. A department changes only what is its own to say.

    ``predecessors``, where given, are written in the same step: exactly these and no others.
    """
    task = reach(queries.tasks_for(by), task_id)
    label = _("Change “%(task)s”") % {"task": task.title}
    with step(task.project_id, label, by=by, may=lambda actor, _project: policies.can_edit_task(actor, task)) as making:
        # Read again: another planner may have been waited for.
        task = reach(queries.tasks_for(by), task_id)
        require(policies.can_edit_task(by, task))
        if not policies.can_plan(by, making.project):
            foreign = {
                key for key, value in values.items() if key in FIELDS - OWN_FIELDS and getattr(task, key) != value
            }
            require(
                not foreign,
                _("Only the project lead changes title, department, date constraint and objective of a task"),
            )
        _write(making, task, values, version)
        if predecessors is not None and queries.predecessors_of(task) != list(predecessors):
            require(policies.can_plan(by, making.project), _("Only the project lead changes what a task waits for"))
            write_predecessors(making, task, predecessors)
    task.refresh_from_db()
    return task


@act
def change_tasks(project_id: int, task_ids: Iterable[int], values: Mapping[str, Any], *, by: Actor) -> int:
    """Changes the same columns of several tasks as one step; returns how many."""
    keys = set(task_ids)
    with step(project_id, _("Change %(count)s tasks") % {"count": len(keys)}, by=by) as making:
        tasks = list(Task.objects.filter(project=making.project, pk__in=keys).order_by("rank"))
        if len(tasks) != len(keys):
            raise InvalidInput({"tasks": _("Some of these tasks are not in the plan any more")})
        for task in tasks:
            _write(making, task, values, None)
    return len(tasks)


@act
def remove_tasks(project_id: int, task_ids: Iterable[int], *, by: Actor) -> int:
    """Takes tasks out of the plan with everything below them and their dependencies; returns how many."""
    with step(project_id, _("Remove tasks"), by=by) as making:
        rows = list(Task.objects.filter(project=making.project).order_by("rank", "pk"))
        chosen = set(task_ids)
        if chosen - {row.pk for row in rows}:
            raise InvalidInput({"tasks": _("Some of these tasks are not in the plan any more")})
        for row in rows:
            if row.parent_id in chosen:
                chosen.add(row.pk)
        gone = [row for row in rows if row.pk in chosen]
        links = list(Link.objects.filter(predecessor__in=chosen) | Link.objects.filter(successor__in=chosen))
        for row in gone:
            record(by, "planning.task.removed", row, before={"title": row.title, "number": row.number})
        letters = RaciAssignment.objects.filter(task__in=chosen)
        making.delete([*letters, *links, *gone])
        settle(making, queries.place_rows(making.project), renumber=False)
    return len(gone)


def checked_values(task: Task, values: Mapping[str, Any]) -> dict[str, Any]:
    """What would be written of these values; ``InvalidInput`` at the field that makes no sense. Writes nothing."""
    return _checked(task.project, values, task)


def days_between(start: date | None, finish: date) -> int:
    """Working days from the start to the finish, both included: the duration of a bar that ends there; at least 1."""
    return max(1, min(LONGEST_DURATION, company_calendar().duration_workdays(start or finish, finish)))


def insert_tasks(making: Step, rows: Sequence[Mapping[str, Any]], parent: Task | None, rank: int) -> list[Task]:
    """Adds tasks as siblings, one after the other, from this rank on."""
    project = making.project
    if project.tasks.count() + len(rows) > MOST_TASKS:
        raise InvalidInput({"__all__": _("A plan holds at most %(count)s tasks") % {"count": MOST_TASKS}})
    if parent is not None:
        require_may_hold(parent)
        if parent.depth + 1 > DEEPEST:
            raise InvalidInput({"parent": _("At most %(count)s levels") % {"count": DEEPEST + 1}})
    made = []
    Task.objects.filter(project=project, rank__gte=rank).update(rank=F("rank") + len(rows))
    for offset, row in enumerate(rows):
        values = _checked(project, row)
        if not values.get("title"):
            raise InvalidInput({"title": _("Give the task a name")})
        if values.get("is_milestone"):
            values["duration"] = 0
        task = Task(
            project=project,
            number=making.next_number(),
            parent=parent,
            rank=rank + offset,
            depth=parent.depth + 1 if parent else 0,
            **values,
        )
        task.save(force_insert=True)
        making.created(task)
        record(making.by, "planning.task.added", task, after={**values, "number": task.number})
        made.append(task)
    if parent is not None and not parent.is_summary:
        making.change(parent, {"is_summary": True, "is_milestone": False})
    return made


def _from_commitments(making: Step, commitments: Sequence[Commitment]) -> list[Task]:
    parent, rank = place_for(making.project, None, None)
    calendar = company_calendar()
    begins = making.project.starts_on
    at_work = set(
        Person.objects.filter(pk__in=[row.owner_id for row in commitments], is_active=True).values_list("pk", flat=True)
    )
    rows = []
    for commitment in commitments:
        if commitment.state == CommitmentState.WITHDRAWN:
            raise Conflict(_("This commitment is withdrawn"))
        length = calendar.duration_workdays(begins, commitment.due) if begins and commitment.due else 5
        rows.append(
            {
                "title": commitment.action[:200],
                "department_id": commitment.department_id,
                "owner_id": commitment.owner_id if commitment.owner_id in at_work else None,
                "duration": max(1, min(length, 5)),
                "constraint": DateConstraint.FINISH_NOT_AFTER if commitment.due else DateConstraint.NONE,
                "constraint_on": commitment.due,
                "deliverable": commitment.deliverable,
                "acceptance": commitment.acceptance,
                "objective_id": commitment.objective_id,
                "commitment_id": commitment.pk,
            }
        )
    return insert_tasks(making, rows, parent, rank)


def _write(making: Step, task: Task, values: Mapping[str, Any], version: int | None) -> None:
    values = _checked(making.project, values, task)
    if "title" in values and not values["title"]:
        raise InvalidInput({"title": _("Give the task a name")})
    changed = {key: value for key, value in values.items() if getattr(task, key) != value}
    if task.held_until is not None and changed.keys() & {"constraint", "constraint_on"}:
        # Who says when a task begins does not want it held back by an earlier levelling.
        changed["held_until"] = None
    if changed:
        before = making.change(task, changed, version)
        record(making.by, "planning.task.changed", task, before=before, after=changed)


def _checked(project: Project, values: Mapping[str, Any], task: Task | None = None) -> dict[str, Any]:
    kept = {key: value for key, value in values.items() if key in FIELDS}
    problems: dict[str, Any] = {}
    for key, longest in TEXTS.items():
        if key in kept:
            kept[key] = str(kept[key] or "").strip()
            if len(kept[key]) > longest:
                problems[key] = _("At most %(count)s characters") % {"count": longest}
    problems |= _bad_durations(kept, task)
    problems |= _bad_dates(kept, task)
    problems |= _bad_references(project, kept)
    if problems:
        raise InvalidInput(problems)
    if kept.get("is_milestone"):
        kept["duration"] = 0
    elif "duration" in kept and kept["duration"] == 0 and not (task and task.is_summary):
        kept["is_milestone"] = True
    elif kept.get("duration"):
        kept["is_milestone"] = False
    elif "is_milestone" in kept and task is not None and task.is_milestone and "duration" not in kept:
        kept["duration"] = 1
    return kept


def _bad_durations(kept: dict[str, Any], task: Task | None) -> dict[str, Any]:
    problems: dict[str, Any] = {}
    for key in ("duration", "shortest", "longest"):
        value = kept.get(key)
        if value is None:
            if key == "duration":
                kept.pop(key, None)
        elif isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LONGEST_DURATION:
            problems[key] = _("Give whole working days between 0 and %(most)s") % {"most": LONGEST_DURATION}
    if not problems:
        usual = kept.get("duration", task.duration if task else 1)
        shortest = kept.get("shortest", task.shortest if task else None)
        longest = kept.get("longest", task.longest if task else None)
        if shortest is not None and shortest > usual:
            problems["shortest"] = _("The shortest duration is not longer than the usual one")
        if longest is not None and longest < usual:
            problems["longest"] = _("The longest duration is not shorter than the usual one")
    effort = kept.get("effort_hours")
    if isinstance(effort, Decimal) and not (effort.is_finite() and 0 <= effort < 1_000_000):
        problems["effort_hours"] = _("Give hours between 0 and 1,000,000")
    return problems


def _bad_dates(kept: dict[str, Any], task: Task | None) -> dict[str, Any]:
    kind = kept.get("constraint", task.constraint if task else "")
    day: date | None = kept.get("constraint_on", task.constraint_on if task else None)
    if "constraint" in kept and kind not in DateConstraint.values:
        return {"constraint": _("Choose one of the kinds of constraint")}
    if kind and task is not None and task.is_summary:
        return {"constraint": _("A summary follows the tasks below it")}
    if kind and day is None:
        return {"constraint_on": _("Give the date of the constraint")}
    if not kind and ("constraint" in kept or "constraint_on" in kept):
        kept["constraint_on"] = None
    if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
        return {
            "constraint_on": _("Give a date between %(first)s and %(last)s") % {"first": FIRST_YEAR, "last": LAST_YEAR}
        }
    return {}


def _bad_references(project: Project, kept: Mapping[str, Any]) -> dict[str, Any]:
    problems: dict[str, Any] = {}
    department = kept.get("department_id")
    if department is not None and not project.parties.filter(department_id=department, left_at__isnull=True).exists():
        problems["department"] = _("Choose a department that takes part in the project")
    owner = kept.get("owner_id")
    if owner is not None and not Person.objects.filter(pk=owner, is_active=True).exists():
        problems["owner"] = _("Choose a person who works here")
    objective = kept.get("objective_id")
    if objective is not None and not project.objectives.filter(pk=objective).exists():
        problems["objective"] = _("Choose an objective of this project")
    commitment = kept.get("commitment_id")
    if commitment is not None and not project.commitments.filter(pk=commitment).exists():
        problems["commitment"] = _("Choose a commitment of this project")
    return problems
