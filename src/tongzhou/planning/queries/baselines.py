"""Snapshots of the plan, and what differs between two of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongzhou.calendars.queries import company_calendar
from tongzhou.core.actor import Actor
from tongzhou.core.events import plain
from tongzhou.projects.models import Project
from tongzhou.projects.queries import projects_for

from ..models import Baseline, Link
from .outline import wbs_numbers
from .tasks import predecessors_by_task

# What is compared of a task, in the order it is told.
COMPARED: dict[str, str | Promise] = {
    "title": _("Task"),
    "department": _("Department"),
    "owner": _("Owner"),
    "duration": _("Duration"),
    "start": _("Planned start"),
    "finish": _("Planned finish"),
    "predecessors": _("Waits for"),
    "deliverable": _("Deliverable"),
    "acceptance": _("Acceptance criterion"),
}
_COLUMNS = (
    "pk", "depth", "number", "title", "department__name", "owner__name", "duration", "start", "finish", "is_milestone",
    "is_summary", "constraint", "constraint_on", "deliverable", "acceptance", "objective_id", "commitment__number",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One thing about a task that is other than it was."""

    label: str | Promise
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class TaskChange:
    """A task that was added, removed or changed; ``shift``: by how many working days its end moved (later is positive)."""

    number: int
    title: str
    kind: str
    fields: tuple[FieldChange, ...] = ()
    shift: int = 0


@dataclass(frozen=True, slots=True)
class PlanDifference:
    """What differs between two versions of a plan."""

    changes: tuple[TaskChange, ...]
    finish_before: date | None
    finish_after: date | None
    shift: int

    @property
    def counts(self) -> dict[str, int]:
        """How many tasks were added, removed, changed, moved."""
        kinds = [change.kind for change in self.changes]
        return {kind: kinds.count(kind) for kind in ("added", "removed", "changed")} | {
            "moved": sum(1 for change in self.changes if change.shift)
        }


def baselines_for(actor: Actor) -> QuerySet[Baseline]:
    """Baselines of projects the actor may see."""
    return Baseline.objects.filter(project__in=projects_for(actor)).select_related("made_by")


def latest_baseline(project: Project) -> Baseline | None:
    """The newest one that was agreed; drafts do not count."""
    return Baseline.objects.filter(project=project).exclude(kind="draft").first()


def snapshot(project: Project) -> dict[str, Any]:
    """The whole plan as it is now, as plain JSON: what a baseline freezes."""
    rows = list(project.tasks.order_by("rank", "pk").values_list(*_COLUMNS))
    numbers = wbs_numbers(row[1] for row in rows)
    waits = predecessors_by_task(Link.objects.filter(project=project))
    names = (
        "number", "title", "department", "owner", "duration", "start", "finish", "is_milestone", "is_summary",
        "constraint", "constraint_on", "deliverable", "acceptance", "objective_id", "commitment",
    )  # fmt: skip
    tasks = [
        {
            "wbs": wbs,
            **dict(zip(names, row[2:], strict=True)),
            "predecessors": [[wait.number, wait.kind, wait.lag] for wait in waits.get(row[0], [])],
        }
        for row, wbs in zip(rows, numbers, strict=True)
    ]
    objectives = [
        {
            "id": goal.pk,
            "text": goal.text,
            "metric": goal.metric,
            "target": goal.target,
            "unit": goal.unit,
            "due": goal.due,
        }
        for goal in project.objectives.all()
    ]
    found = plain({"tasks": tasks, "objectives": objectives})
    return dict(found)


def content_of(baseline: Baseline) -> dict[str, Any]:
    """What the baseline froze."""
    return dict(json.loads(baseline.content))


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> PlanDifference:
    """What differs from the first to the second version; tasks are the same by their number, which is never used twice."""
    old = {task["number"]: task for task in before["tasks"]}
    new = {task["number"]: task for task in after["tasks"]}
    changes = []
    for number, task in new.items():
        if number not in old:
            changes.append(TaskChange(number, task["title"], "added"))
        elif (change := _changed(old[number], task)) is not None:
            changes.append(change)
    changes += [TaskChange(number, task["title"], "removed") for number, task in old.items() if number not in new]
    ends = [_end(version) for version in (before, after)]
    shift = company_calendar().count_workdays(ends[0], ends[1]) if ends[0] and ends[1] else 0
    return PlanDifference(tuple(changes), ends[0], ends[1], shift)


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> TaskChange | None:
    fields = tuple(
        FieldChange(label, _text(old.get(key)), _text(new.get(key)))
        for key, label in COMPARED.items()
        if old.get(key) != new.get(key)
    )
    if not fields:
        return None
    shift = 0
    if old.get("finish") and new.get("finish"):
        shift = company_calendar().count_workdays(_date(old["finish"]), _date(new["finish"]))
    return TaskChange(new["number"], new["title"], "changed", fields, shift)


def _end(version: Mapping[str, Any]) -> date | None:
    return max((_date(task["finish"]) for task in version["tasks"] if task.get("finish")), default=None)


def _date(text: str) -> date:
    return date.fromisoformat(text)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(f"{number}{kind}{lag:+d}" if lag else f"{number}{kind}" for number, kind, lag in value)
    return "" if value is None else str(value)
