"""A brought plan held against the one that is there: what each row adds or changes, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.calendars.queries import company_calendar
from tongzhou.core import clock
from tongzhou.core.errors import InvalidInput
from tongzhou.projects.models import Project

from ..exchange.columns import LABELS
from ..exchange.rows import Brought, BroughtRow
from ..models import Link, Plan, Task
from ..models.tasks import LONGEST_DURATION
from ..predecessors import Predecessor, written_predecessors
from ..states import DateConstraint
from ..work_states import TaskStatus
from .incoming_links import Arrow, Dependencies
from .incoming_names import Names, Unknown, commitment_words
from .incoming_outline import Node, arrange
from .incoming_progress import settle_hold, settle_progress
from .schedule import scheduled

MOST_TASKS = 10_000
LONGEST_NOTE = 4000
# A summary is worked on through what lies below it: these columns are not its own.
_OF_LEAVES = (
    "duration", "shortest", "longest", "effort_hours", "is_milestone", "constraint", "constraint_on", "held_until",
    "percent", "actual_start", "actual_finish",
)  # fmt: skip
_DAYS = ("constraint_on", "held_until", "actual_start", "actual_finish")
_COLUMNS = {"department": "department_id", "objective": "objective_id", "commitment": "commitment_id"}


@dataclass(frozen=True, slots=True)
class CellChange:
    """One column of a task: what it is called, what was there, what will be."""

    label: str
    before: str
    after: str


@dataclass(slots=True)
class IncomingRow:
    """What becomes of one row of the file. ``verdict``: error, add, change or same; errors by column label.

    ``facts``: what a new task will say, as label and value.
    """

    line: int
    title: str
    wbs: str
    depth: int
    number: int | None
    verdict: str
    errors: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    changes: list[CellChange] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Incoming:
    """A file looked through. ``order`` is the whole plan as it will be; nothing is written yet.

    ``plan_version`` is the plan it was held against; ``problems`` concern no single row.
    """

    rows: list[IncomingRow]
    remarks: list[str]
    problems: list[str]
    plan_version: int
    order: list[Node]
    links_gone: list[Link]
    links_new: list[Arrow]
    is_reordered: bool
    untouched: int
    finish_before: date | None
    finish_after: date | None

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of each verdict."""
        found = dict.fromkeys(("error", "add", "change", "same"), 0)
        for row in self.rows:
            found[row.verdict] += 1
        return found

    @property
    def is_clean(self) -> bool:
        """Whether it can be taken over."""
        return not self.problems and not any(row.errors for row in self.rows)

    @property
    def to_do(self) -> int:
        """How many rows change anything; 1 where only their order does."""
        counts = self.counts
        return counts["add"] + counts["change"] or int(self.is_reordered)


def look_through(project: Project, brought: Brought) -> Incoming:
    """Holds every row against the plan; a fixed number of queries, however many rows. Writes nothing."""
    return _Look(project, brought).through()


class _Look:
    def __init__(self, project: Project, brought: Brought) -> None:
        self.project = project
        self.brought = brought
        self.names = Names(project, brought)
        self.plan = Plan.objects.filter(project=project).first()
        self.tasks = list(project.tasks.order_by("rank", "pk"))
        self.links = list(Link.objects.filter(project=project))
        self.old = [Node(task, old_place=_place_of(task)) for task in self.tasks]
        self.by_number = {node.task.number: node for node in self.old}
        self.by_key = {node.task.pk: node for node in self.old}
        self.old_keys = [node.task.pk for node in self.old]
        self.nodes: list[Node] = []
        self.problems: list[str] = []
        self.remarks = list(brought.remarks)
        self.today = clock.today()

    def through(self) -> Incoming:
        self.nodes = self._matched()
        if len(self.old) + sum(node.is_new for node in self.nodes) > MOST_TASKS:
            raise InvalidInput({"file": _("A plan holds at most %(count)s tasks") % {"count": MOST_TASKS}})
        order = arrange(self.old, self.nodes, is_lenient=self.brought.is_lenient)
        for node in order:
            node.task.is_summary = bool(node.children)
            if node.task.is_summary and node.task.is_milestone:
                node.was.setdefault("is_milestone", True)
                node.task.is_milestone = False
        for node in self.nodes:
            self._fill(node)
        arrows = self.arrows = Dependencies(self.brought, self.nodes, self.old, self.links)
        finish = None
        if (circle := arrows.circle()) and not any(row.errors for row in self.brought.rows):
            self.problems.append(circle)
        if not circle:
            finish = self._try_out(order, [*arrows.kept, *arrows.new])
        found = [self._told(node) for node in self.nodes]
        in_file = {node.task.pk for node in self.nodes if not node.is_new}
        return Incoming(
            rows=found,
            remarks=self.remarks,
            problems=self.problems,
            plan_version=self.plan.version if self.plan else 1,
            order=order,
            links_gone=arrows.gone,
            links_new=arrows.new,
            is_reordered=[node.task.pk for node in order if not node.is_new] != self.old_keys,
            untouched=sum(1 for node in self.old if node.task.pk not in in_file),
            finish_before=self.plan.finish if self.plan else None,
            finish_after=finish,
        )

    def _matched(self) -> list[Node]:
        """A node for every row: the task of that number, or a new one."""
        taken: dict[int, int] = {}
        nodes = []
        for place, row in enumerate(self.brought.rows, start=1):
            node = self.by_number.get(row.number or 0)
            if node is not None and row.number in taken:
                row.errors["number"] = _("Task %(number)s stands in row %(row)s already") % {
                    "number": row.number,
                    "row": taken[row.number],
                }
                node = None
            if node is None:
                # A key of its own while it is only tried out; the database gives it a real one.
                node = Node(Task(pk=-place, project=self.project, number=0), is_new=True)
            else:
                taken[node.task.number] = row.line
            node.brought = row
            nodes.append(node)
        return nodes

    def _fill(self, node: Node) -> None:
        """Writes the values of the row into its task, names resolved, and remembers what was there."""
        row, task = node.brought, node.task
        assert row is not None
        values = {key: value for key, value in row.values.items() if key not in {"owner", *_COLUMNS, "also_noted"}}
        for key, column in _COLUMNS.items():
            if key in row.values:
                resolve = getattr(self.names, key)
                values[column] = self._resolved(row, key, lambda text, find=resolve: find(text), row.values[key])
        if "owner" in row.values:
            self._owner(row, values, values.get("department_id", task.department_id))
        for key in _DAYS:
            if values.get(key):
                values[key] = date.fromisoformat(values[key])
        if values.get("effort_hours") is not None:
            values["effort_hours"] = Decimal(values["effort_hours"])
        if task.is_summary:
            for key in _OF_LEAVES:
                values.pop(key, None)
        else:
            _settle_figures(task, values, row)
            settle_hold(task, values)
            lenient = self.brought.is_lenient
            settle_progress(task, values, row, self.today, is_new=node.is_new, is_lenient=lenient)
        self._note(row, task, values)
        for key, value in values.items():
            if getattr(task, key) != value:
                node.was.setdefault(key, getattr(task, key))
                setattr(task, key, value)

    def _resolved(self, row: BroughtRow, key: str, find: Any, text: str) -> int | None:
        try:
            found: int | None = find(text)
        except Unknown as wrong:
            if self.brought.is_lenient:
                row.notes.append(_("%(what)s: kept in the note") % {"what": wrong})
                row.values.setdefault("also_noted", []).append(f"{LABELS[key]}: {text}")
            else:
                row.errors[key] = str(wrong)
            return None
        return found

    def _owner(self, row: BroughtRow, values: dict[str, Any], department: int | None) -> None:
        """The first person known is the owner; a department named among them is the department; others are noted."""
        owner: int | None = None
        left: list[str] = []
        problems: list[str] = []
        for spellings in row.values["owner"]:
            shown = spellings[-1]
            try:
                found = self.names.person(spellings, department)
            except Unknown as wrong:
                known = next((text for text in spellings if text.strip().casefold() in self.names.departments), None)
                if known is not None and self.brought.is_lenient:
                    if values.get("department_id") is None:
                        department = values["department_id"] = self.names.department(known)
                    continue
                problems.append(str(wrong))
                left.append(shown)
                continue
            if owner is None:
                owner = found
            elif found != owner:
                left.append(shown)
        values["owner_id"] = owner
        if problems and not self.brought.is_lenient:
            row.errors["owner"] = problems[0]
        elif left:
            text = _("%(names)s: kept in the note") % {"names": "、".join(left)}
            row.notes.append(text)
            row.values.setdefault("also_noted", []).append(f"{_('Takes part')}: {'、'.join(left)}")

    def _note(self, row: BroughtRow, task: Task, values: dict[str, Any]) -> None:
        note = values.get("note", task.note)
        for line in row.values.get("also_noted", []):
            if line not in note:
                note = f"{note}\n{line}".strip()
        if len(note) > LONGEST_NOTE:
            row.notes.append(_("The note was cut to %(count)s characters") % {"count": LONGEST_NOTE})
            note = note[:LONGEST_NOTE]
        if note != task.note:
            values["note"] = note
        else:
            values.pop("note", None)

    # -- trying out -----------------------------------------------------------------------------------------------

    def _try_out(self, order: Sequence[Node], links: Sequence[Arrow]) -> date | None:
        """Schedules the plan as it would be; the computed end. A circle, or dates past the calendar, are problems."""
        if any(row.errors for row in self.brought.rows):
            return None
        tasks = []
        for node in order:
            node.task.parent_id = node.parent.task.pk if node.parent else None
            tasks.append(node.task)
        tried = [
            Link(predecessor_id=before.task.pk, successor_id=after.task.pk, kind=kind, lag=lag)
            for before, after, kind, lag in links
        ]
        begins = self.project.starts_on or clock.today()
        try:
            found = scheduled(tasks, tried, company_calendar(), begins)
        except InvalidInput as refusal:
            self.problems += [str(text) for texts in refusal.fields.values() for text in texts]
            return None
        return max((dates.finish for dates in found.values()), default=None)

    # -- words ----------------------------------------------------------------------------------------------------

    def _told(self, node: Node) -> IncomingRow:
        row, task = node.brought, node.task
        assert row is not None
        changes = [] if node.is_new else self._changes(node)
        verdict = "error" if row.errors else "add" if node.is_new else "change" if changes else "same"
        return IncomingRow(
            line=row.line,
            title=row.title,
            wbs=node.wbs,
            depth=node.depth,
            number=None if node.is_new else task.number,
            verdict=verdict,
            errors=[(str(LABELS.get(key, key)), text) for key, text in row.errors.items()],
            notes=row.notes,
            changes=changes,
            facts=self._facts(node) if node.is_new else [],
        )

    def _facts(self, node: Node) -> list[tuple[str, str]]:
        """What a new task will say, as far as the preview shows it."""
        task = node.task
        columns = ["department_id", "owner_id"]
        if not task.is_summary:
            columns += ["duration", *(["percent"] if task.percent else []), "actual_start", "held_until", "constraint"]
        found = [
            (str(LABELS[name.removesuffix("_id")]), self._shown(name, value))
            for name in columns
            if (value := getattr(task, name)) not in (None, "")
        ]
        if task.constraint and task.constraint_on:
            label, words = found.pop()
            found.append((label, f"{words} {task.constraint_on.isoformat()}"))
        if node.waits:
            found.append((str(LABELS["predecessors"]), _waits_shown(node.waits)))
        return found

    def _changes(self, node: Node) -> list[CellChange]:
        found = [
            CellChange(
                str(LABELS.get(key.removesuffix("_id"), key)),
                self._shown(key, was),
                self._shown(key, getattr(node.task, key)),
            )
            for key, was in node.was.items()
        ]
        old_parent = self.by_key.get(node.old_place[0] or 0)
        if (old_parent.task if old_parent else None) is not (node.parent.task if node.parent else None):
            top = _("top level")
            found.append(
                CellChange(
                    _("Lies below"),
                    old_parent.task.title if old_parent else top,
                    node.parent.task.title if node.parent else top,
                )
            )
        if node.waits is not None and self.arrows.changed(node):
            before = [(other, kind, lag) for other, _after, kind, lag in self.arrows.into.get(node.task.pk, [])]
            found.append(CellChange(str(LABELS["predecessors"]), _waits_shown(before), _waits_shown(node.waits)))
        return found

    def _shown(self, key: str, value: Any) -> str:
        if value is None or value == "":
            return str(DateConstraint.NONE.label) if key == "constraint" else "—"
        match key:
            case "department_id":
                return self._department_name(value)
            case "owner_id":
                return self._person_name(value)
            case "objective_id":
                return next((str(row) for row in self.names.objectives if row.pk == value), "—")
            case "commitment_id":
                return next((commitment_words(row) for row in self.names.commitments if row.pk == value), "—")
            case "constraint":
                return str(DateConstraint(value).label)
            case "status":
                return str(TaskStatus(value).label)
            case "percent":
                return f"{value} %"
            case "is_milestone":
                return _("yes") if value else _("no")
            case _:
                return str(value)[:120]

    def _department_name(self, key: int) -> str:
        if key not in self.names.department_names:
            self.names.department_names |= dict(
                self.project.tasks.filter(department__isnull=False).values_list("department_id", "department__name")
            )
        return self.names.department_names.get(key, "—")

    def _person_name(self, key: int) -> str:
        if key not in self.names.person_names:
            self.names.person_names |= dict(
                self.project.tasks.filter(owner__isnull=False).values_list("owner_id", "owner__name")
            )
        return self.names.person_names.get(key, "—")


def _place_of(task: Task) -> tuple[Any, ...]:
    return task.parent_id, task.rank, task.depth, task.is_summary


def _waits_shown(waits: Sequence[tuple[Node, str, int]]) -> str:
    return (
        ", ".join(
            written_predecessors([Predecessor(before.task.number, kind, lag)])
            if not before.is_new
            else f"“{before.task.title[:30]}”"
            for before, kind, lag in waits
        )
        or "—"
    )


def _settle_figures(task: Task, values: dict[str, Any], row: BroughtRow) -> None:
    """A milestone takes no time, what takes no time is a milestone; three durations stand in their order."""
    duration, milestone = values.get("duration"), values.get("is_milestone")
    if milestone and duration:
        row.notes.append(_("A milestone takes no time: the duration is not taken over"))
    if milestone:
        values["duration"] = 0
    elif duration == 0:
        values["is_milestone"] = True
    elif duration:
        values["is_milestone"] = False
    elif milestone is False and task.is_milestone:
        values["duration"] = 1
    usual = values.get("duration", task.duration)
    shortest, longest = values.get("shortest", task.shortest), values.get("longest", task.longest)
    if usual > LONGEST_DURATION:
        row.errors.setdefault(
            "duration", _("Give whole working days between 0 and %(most)s") % {"most": LONGEST_DURATION}
        )
    if shortest is not None and shortest > usual:
        row.errors.setdefault("shortest", _("The shortest duration is not longer than the usual one"))
    if longest is not None and longest < usual:
        row.errors.setdefault("longest", _("The longest duration is not shorter than the usual one"))
