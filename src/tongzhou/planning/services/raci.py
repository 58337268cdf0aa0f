"""Letters of the responsibility matrix: set in cells, rows and blocks, each time as one step that can be undone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import Conflict, InvalidInput, require
from tongzhou.core.events import record
from tongzhou.people.models import Department, Person
from tongzhou.projects.models import Project
from tongzhou.projects.queries import projects_for

from .. import policies, queries
from ..models import Plan, RaciAssignment, Task
from ..queries.raci import in_order, written
from ..queries.raci_rules import Cell
from ..states import AccountableWord
from .steps import Step, locked_plan, step

MOST_CELLS = 5_000
_APART = re.compile(r"[\s/,;+&，、；／|]+")
_WORDS = {
    "负责": "R", "负责人": "R", "执行": "R", "审批": "A", "审批人": "A", "最终负责": "A", "咨询": "C", "咨询人": "C",
    "知会": "I", "知会人": "I", "告知": "I",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CellChange:
    """The letters that a cell shall hold; ``was``, where given, is what its writer saw there."""

    task_id: int
    cell: Cell
    letters: str
    was: str | None = None


def read_letters(text: str) -> str:
    """``r/a``, ``A R`` or ``负责人`` as they are kept: ``RA``, ``R``; ``ValueError`` for anything else."""
    text = text.strip().upper()
    if text in {"", "-", "—", "–", "/", "无"}:
        return ""
    if text in _WORDS:
        return _WORDS[text]
    found = "".join(_WORDS.get(part, part) for part in _APART.split(text) if part)
    if not set(found) <= set("RACI") or len(set(found)) < len(found):
        raise ValueError(_("“%(text)s” is none of R, A, C, I or R/A") % {"text": text[:20]})
    letters = in_order(found)
    if letters not in {"R", "A", "C", "I", "RA"}:
        raise ValueError(_("“%(text)s”: only R and A may stand together") % {"text": written(letters)})
    return letters


@act
def set_letters(project_id: int, changes: Sequence[CellChange], *, by: Actor, label: str = "") -> int:
    """Gives cells their letters as one step; returns how many are different now (history: one event a task).

    A cell that somebody else has changed since its writer saw it raises ``Conflict``, and nothing is written.
    """
    if len(changes) > MOST_CELLS:
        raise InvalidInput({"cells": _("At most %(limit)s cells at a time") % {"limit": MOST_CELLS}})
    with step(project_id, label or _label(changes), by=by) as making:
        return put_letters(making, changes)


@act
def letter_departments(project_id: int, *, by: Actor) -> int:
    """Gives R to the department of every task that nobody has a letter for yet; who answers for it (A) stays to be said.

    Returns how many tasks got it, at most ``MOST_CELLS`` at a time; one step that can be undone.
    """
    with step(project_id, _("R for the departments of the tasks"), by=by) as making:
        bare = Task.objects.filter(
            project=making.project,
            is_summary=False,
            department__in=making.project.parties.filter(left_at__isnull=True).values("department"),
        ).exclude(pk__in=RaciAssignment.objects.filter(project=making.project).values("task"))
        rows = bare.order_by("rank").values_list("pk", "department")[:MOST_CELLS]
        return put_letters(making, [CellChange(pk, Cell(department), "R") for pk, department in rows])


@act
def choose_accountable_word(project_id: int, word: str, *, by: Actor) -> Plan:
    """Says what the A is called in this project: 审批人, or 最终负责."""
    project = reach(projects_for(by).select_related("scenario"), project_id, lock=True)
    require(policies.can_plan(by, project))
    if word not in AccountableWord.values:
        raise InvalidInput({"word": _("Choose one of the words")})
    plan = locked_plan(project)
    if plan.accountable_word != word:
        before = {"word": plan.accountable_word}
        plan.accountable_word = word
        plan.save(update_fields=["accountable_word"])
        record(by, "planning.raci.word_chosen", project, before=before, after={"word": word})
    return plan


def put_letters(making: Step, changes: Sequence[CellChange]) -> int:
    """The same inside a step."""
    changed = [change for change in changes if in_order(change.letters) != change.was]
    _check(making.project, changed)
    now = _held(making.project, {change.task_id for change in changed})
    titles = dict(Task.objects.filter(pk__in={change.task_id for change in changed}).values_list("pk", "title"))
    for change in changed:
        if change.was is None or _letters(now, change) in {change.was, in_order(change.letters)}:
            continue
        facts = {"task": titles[change.task_id], "theirs": written(_letters(now, change)) or _("nothing")}
        raise Conflict(
            _("Somebody else has changed the letters of “%(task)s” since: there stands %(theirs)s now.") % facts
        )
    before: dict[int, dict[str, str]] = {}
    after: dict[int, dict[str, str]] = {}
    for change in changed:
        rows = now.get((change.task_id, change.cell), {})
        wanted = set(change.letters)
        if set(rows) == wanted:
            continue
        before.setdefault(change.task_id, {})[change.cell.key] = written(in_order(rows))
        after.setdefault(change.task_id, {})[change.cell.key] = written(in_order(wanted))
        making.delete([row for letter, row in rows.items() if letter not in wanted])
        for letter in in_order(wanted - set(rows)):
            row = RaciAssignment.objects.create(
                project=making.project,
                task_id=change.task_id,
                department_id=change.cell.department_id,
                person_id=change.cell.person_id,
                letter=letter,
            )
            making.created(row)
    for pk, cells in after.items():
        task = Task(pk=pk, title=titles[pk], project=making.project)
        record(making.by, "planning.raci.lettered", task, before=before[pk], after=cells)
    return sum(map(len, after.values()))


def letters_from_skeleton(
    making: Step, tasks: Sequence[Task], rows: Sequence[Mapping[str, object]], codes: Mapping[str, int]
) -> None:
    """Takes over the letters that a scenario proposes; the code "" is the initiating department."""
    changes = []
    for task, row in zip(tasks, rows, strict=True):
        proposed = row.get("raci")
        for code, letters in (proposed if isinstance(proposed, Mapping) else {}).items():
            department = codes.get(str(code)) if code else making.project.initiator_id
            if department is not None:
                changes.append(CellChange(task.pk, Cell(department), in_order(str(letters))))
    put_letters(making, changes)


def _label(changes: Sequence[CellChange]) -> str:
    if len(changes) == 1:
        title = Task.objects.filter(pk=changes[0].task_id).values_list("title", flat=True).first() or ""
        return _("Letters of “%(task)s”") % {"task": title}
    return ngettext("Letters in %(count)s cell", "Letters in %(count)s cells", len(changes)) % {"count": len(changes)}


def _held(project: Project, task_ids: Iterable[int]) -> dict[tuple[int, Cell], dict[str, RaciAssignment]]:
    found: dict[tuple[int, Cell], dict[str, RaciAssignment]] = {}
    for row in RaciAssignment.objects.filter(project=project, task__in=set(task_ids)):
        found.setdefault((row.task_id, Cell(row.department_id, row.person_id)), {})[row.letter] = row
    return found


def _letters(now: Mapping[tuple[int, Cell], Mapping[str, RaciAssignment]], change: CellChange) -> str:
    return in_order(now.get((change.task_id, change.cell), {}))


def _check(project: Project, changes: Sequence[CellChange]) -> None:
    tasks = {change.task_id for change in changes}
    known = dict(Task.objects.filter(project=project, pk__in=tasks).values_list("pk", "is_summary"))
    if set(known) != tasks:
        raise InvalidInput({"cells": _("Some of these tasks are not in the plan any more")})
    if any(known.values()):
        raise InvalidInput({"cells": _("A summary has no letters; the tasks below it have")})
    parties = set(project.parties.filter(left_at__isnull=True).values_list("department_id", flat=True))
    persons = {change.cell.person_id for change in changes if change.cell.person_id and change.letters}
    active = set(Person.objects.filter(pk__in=persons, is_active=True).values_list("pk", flat=True))
    for change in changes:
        if in_order(change.letters) not in {"", "R", "A", "C", "I", "RA"} or not set(change.letters) <= set("RACI"):
            raise InvalidInput({"cells": _("Write R, A, C, I or R/A")})
        # What stands there of a department that has left may be taken away, not added to.
        if change.letters and change.cell.department_id not in parties:
            raise InvalidInput({"cells": _("Choose a department that takes part in the project")})
        if change.letters and change.cell.person_id and change.cell.person_id not in active:
            raise InvalidInput({"cells": _("Choose a person who works here")})
    _check_persons(changes)


def _check_persons(changes: Sequence[CellChange]) -> None:
    """A letter for a person stands under a department of theirs."""
    wanted = {
        (change.cell.person_id, change.cell.department_id)
        for change in changes
        if change.cell.person_id and change.letters
    }
    if not wanted:
        return
    members = queries.memberships_among({person for person, _department in wanted if person})
    if wanted - members:
        names = dict(Department.objects.filter(pk__in={pk for _person, pk in wanted}).values_list("pk", "name"))
        _person, department = sorted(wanted - members, key=str)[0]
        text = _("Choose a person of %(department)s") % {"department": names.get(department, "")}
        raise InvalidInput({"cells": text})
