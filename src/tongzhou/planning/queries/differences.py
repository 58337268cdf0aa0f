"""What differs between two versions of a plan: tasks, letters, resources, objectives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.calendars.queries import company_calendar
from tongzhou.projects.figures import shown_number

from ..resource_states import Approval, Category, NeedState
from ..states import DateConstraint

Version = Mapping[str, Any]
# What is compared, in the order it is told.
COMPARED: dict[str, str | Promise] = {
    "title": gettext_lazy("Task"),
    "department": gettext_lazy("Department"),
    "owner": gettext_lazy("Owner"),
    "duration": gettext_lazy("Duration"),
    "start": gettext_lazy("Planned start"),
    "finish": gettext_lazy("Planned finish"),
    "predecessors": gettext_lazy("Waits for"),
    "constraint": gettext_lazy("Constraint"),
    "constraint_on": gettext_lazy("Date of the constraint"),
    "deliverable": gettext_lazy("Deliverable"),
    "acceptance": gettext_lazy("Acceptance criterion"),
}
NEED_COMPARED: dict[str, str | Promise] = {
    "name": gettext_lazy("Name or skill"),
    "category": gettext_lazy("Kind of resource"),
    "task": gettext_lazy("For task"),
    "provider": gettext_lazy("Providing department"),
    "person": gettext_lazy("Wanted person"),
    "quantity": gettext_lazy("Quantity"),
    "unit": gettext_lazy("Unit"),
    "share": gettext_lazy("Share of time (%)"),
    "first": gettext_lazy("From"),
    "last": gettext_lazy("Until"),
    "amount": gettext_lazy("Amount (CNY)"),
    "account": gettext_lazy("Account"),
    "purpose": gettext_lazy("Purpose"),
    "state": gettext_lazy("State"),
    "approval": gettext_lazy("Approval"),
    "approved_quantity": gettext_lazy("Approved quantity"),
    "approved_amount": gettext_lazy("Approved amount (CNY)"),
    "booked": gettext_lazy("Booked"),
}
GOAL_COMPARED: dict[str, str | Promise] = {
    "text": gettext_lazy("Objective"),
    "metric": gettext_lazy("Metric"),
    "baseline": gettext_lazy("Baseline value"),
    "target": gettext_lazy("Target"),
    "unit": gettext_lazy("Unit"),
    "due": gettext_lazy("Due"),
}
_WORDS: dict[str, Any] = {
    "category": Category,
    "state": NeedState,
    "approval": Approval,
    "constraint": DateConstraint,
}
_NUMBERS = {"amount", "approved_amount", "baseline", "target"}
ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One thing that is other than it was."""

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
class LettersChange:
    """The letters that a department, or a person of it, had and has for a task: ``RA`` → ``R``."""

    number: int
    title: str
    who: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ItemChange:
    """A resource need or an objective that was added, removed or changed."""

    number: int
    title: str
    kind: str
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanDifference:
    """What differs between two versions of a plan, section by section.

    ``letters`` and ``resources`` are None where one of the versions did not record them.
    """

    changes: tuple[TaskChange, ...]
    letters: tuple[LettersChange, ...] | None
    resources: tuple[ItemChange, ...] | None
    objectives: tuple[ItemChange, ...]
    finish_before: date | None
    finish_after: date | None
    shift: int

    @property
    def counts(self) -> dict[str, int]:
        """How many tasks were added, removed, changed, moved."""
        kinds = [change.kind for change in self.changes]
        return {kind: kinds.count(kind) for kind in (ADDED, REMOVED, CHANGED)} | {
            "moved": sum(1 for change in self.changes if change.shift)
        }

    @property
    def is_empty(self) -> bool:
        """True when nothing that both versions recorded differs."""
        return not (self.changes or self.letters or self.resources or self.objectives)


def difference(before: Version, after: Version) -> PlanDifference:
    """What differs from the first to the second version; tasks and needs are the same by their number, never used twice."""
    ends = [_end(version) for version in (before, after)]
    return PlanDifference(
        changes=tuple(_task_changes(before["tasks"], after["tasks"])),
        letters=tuple(_letter_changes(before, after)) if _both_recorded("letters", before, after) else None,
        resources=tuple(_item_changes(before["resources"], after["resources"], "number", "name", NEED_COMPARED))
        if _both_recorded("resources", before, after)
        else None,
        objectives=tuple(
            _item_changes(before.get("objectives", []), after.get("objectives", []), "id", "text", GOAL_COMPARED)
        ),
        finish_before=ends[0],
        finish_after=ends[1],
        shift=company_calendar().count_workdays(ends[0], ends[1]) if ends[0] and ends[1] else 0,
    )


def _both_recorded(part: str, before: Version, after: Version) -> bool:
    return part in before and part in after


def _task_changes(before: list[Version], after: list[Version]) -> Iterable[TaskChange]:
    old = {task["number"]: task for task in before}
    new = {task["number"]: task for task in after}
    for number, task in new.items():
        if number not in old:
            yield TaskChange(number, task["title"], ADDED)
        elif fields := _fields(old[number], task, COMPARED):
            yield TaskChange(number, task["title"], CHANGED, fields, _shift(old[number], task))
    yield from (TaskChange(number, task["title"], REMOVED) for number, task in old.items() if number not in new)


def _letter_changes(before: Version, after: Version) -> Iterable[LettersChange]:
    """Task by task in the order of the plan; of a task that was removed it is enough that it is gone."""
    old, new = _letters_by_place(before), _letters_by_place(after)
    titles = {task["number"]: task["title"] for task in after["tasks"]}
    order = {number: at for at, number in enumerate(titles)}
    places = {place: row for place, (row, _told) in (old | new).items() if place[0] in titles}
    for place in sorted(places, key=lambda place: (order[place[0]], place[1], place[2])):
        was, now = old.get(place, (None, ""))[1], new.get(place, (None, ""))[1]
        if was != now:
            row = places[place]
            who = f"{row['department']} · {row['person']}" if row["person"] else row["department"]
            yield LettersChange(place[0], titles[place[0]], who, was, now)


def _letters_by_place(version: Version) -> dict[tuple[int, int, int], tuple[Version, str]]:
    """Task, department and person → a row that names them, and the letters in the order of the word RACI."""
    rows: dict[tuple[int, int, int], tuple[Version, str]] = {}
    for row in version["letters"]:
        place = (row["task"], row["department_id"], row["person_id"] or 0)
        told = rows.get(place, (row, ""))[1] + row["letter"]
        rows[place] = (row, "".join(sorted(told, key="RACI".index)))
    return rows


def _item_changes(
    before: list[Version], after: list[Version], key: str, title: str, compared: Mapping[str, str | Promise]
) -> Iterable[ItemChange]:
    old = {row[key]: row for row in before}
    new = {row[key]: row for row in after}
    for number, row in new.items():
        if number not in old:
            yield ItemChange(number, row[title], ADDED)
        elif fields := _fields(old[number], row, compared):
            yield ItemChange(number, row[title], CHANGED, fields)
    yield from (ItemChange(number, row[title], REMOVED) for number, row in old.items() if number not in new)


def _fields(old: Version, new: Version, compared: Mapping[str, str | Promise]) -> tuple[FieldChange, ...]:
    """What both versions recorded and differs."""
    return tuple(
        FieldChange(label, _text(key, old[key]), _text(key, new[key]))
        for key, label in compared.items()
        if key in old and key in new and _value(key, old[key]) != _value(key, new[key])
    )


def _value(key: str, value: Any) -> Any:
    """30 and 30.0000 are the same number."""
    return Decimal(value) if key in _NUMBERS and value is not None else value


def _shift(old: Version, new: Version) -> int:
    if not (old.get("finish") and new.get("finish")):
        return 0
    return company_calendar().count_workdays(_date(old["finish"]), _date(new["finish"]))


def _end(version: Version) -> date | None:
    return max((_date(task["finish"]) for task in version["tasks"] if task.get("finish")), default=None)


def _date(text: str) -> date:
    return date.fromisoformat(text)


def _text(key: str, value: Any) -> str:
    if value is None or value == []:
        return ""
    if key in _NUMBERS:
        return shown_number(Decimal(value))
    if key in _WORDS:
        return str(_WORDS[key](value).label) if value in _WORDS[key].values else str(value)
    if key == "predecessors":
        return ", ".join(f"{number}{kind}{lag:+d}" if lag else f"{number}{kind}" for number, kind, lag in value)
    if key == "booked":
        return "; ".join(_booked(row) for row in value)
    return f"#{value}" if key == "task" else str(value)


def _booked(row: Version) -> str:
    parts = [row["what"]]
    if row["share"] is not None and row["share"] != 100:
        parts.append(f"{row['share']}%")
    if row["count"] is not None and row["count"] > 1:
        parts.append(f"×{row['count']}")
    if row["amount"] is not None:
        parts.append(_("%(amount)s yuan") % {"amount": shown_number(Decimal(row["amount"]))})
    if row["first"] is not None:
        parts.append(f"{row['first']} – {row['last']}")
    return " ".join(parts)
