"""The rules of the responsibility matrix: what breaks them (errors) and what should be thought over (warnings)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from ..states import RaciLetter

# From how many tasks at the same time on a person's R is warned of.
MOST_AT_ONCE = 3
# A department with the A of at least so many tasks, and of all tasks that have one.
FEWEST_FOR_A_EVERYWHERE = 4
R, A, C, I = RaciLetter.RESPONSIBLE, RaciLetter.ACCOUNTABLE, RaciLetter.CONSULTED, RaciLetter.INFORMED  # noqa: E741


@dataclass(frozen=True, slots=True)
class Cell:
    """Who a letter is for: a department, or one person of it."""

    department_id: int
    person_id: int | None = None

    @property
    def key(self) -> str:
        """As forms and the browser name it: ``3-0``, ``3-17``."""
        return f"{self.department_id}-{self.person_id or 0}"


@dataclass(frozen=True, slots=True)
class MatrixTask:
    """A task as the rules look at it; ``owner_id`` is who does it where the letter names a department only."""

    pk: int
    title: str
    owner_id: int | None = None
    start: date | None = None
    finish: date | None = None
    letters: Mapping[Cell, str] = field(default_factory=dict)
    department_id: int | None = None


@dataclass(frozen=True, slots=True)
class RaciProblem:
    """What is wrong, and where: in a row, in cells of it, in a column, or with a person."""

    key: str
    text: str
    is_error: bool = False
    task_id: int | None = None
    cells: tuple[Cell, ...] = ()
    department_id: int | None = None
    person_id: int | None = None


def holders(letters: Mapping[Cell, str], letter: str) -> list[Cell]:
    """Who holds the letter. A person's letter says more exactly who in the department; the two count as one."""
    found = [cell for cell, held in letters.items() if letter in held]
    named = {cell.department_id for cell in found if cell.person_id is not None}
    return [cell for cell in found if cell.person_id is not None or cell.department_id not in named]


def row_problems(task: MatrixTask, parties: Iterable[int], word: str) -> list[RaciProblem]:
    """What is wrong with one row; ``word`` is what the project calls the A."""
    letters = task.letters
    accountable, responsible = holders(letters, A), holders(letters, R)
    taking_part = set(parties)
    found = []

    def wrong(key: str, text: str, cells: Iterable[Cell] = (), *, is_error: bool = True) -> None:
        found.append(RaciProblem(key, text, is_error, task.pk, tuple(cells)))

    if not any(letters.values()):
        wrong("nobody", _("no department has a letter yet"))
        return found
    if not responsible:
        wrong("no_r", _("nobody is responsible (R)"))
    if not accountable:
        wrong("no_a", _("there is no %(word)s (A)") % {"word": word})
    if len(accountable) > 1:
        wrong("many_a", _("there is more than one %(word)s (A); exactly one decides") % {"word": word}, accountable)
    if gone := [cell for cell, held in letters.items() if held and cell.department_id not in taking_part]:
        wrong("left", _("a department with a letter no longer takes part"), gone)
    consulted = {cell.department_id for cell in holders(letters, C)}
    working = {cell.department_id for cell in [*responsible, *accountable]}
    if len(taking_part) > 2 and len(consulted) > 1 and consulted | working >= taking_part and len(working) <= 1:
        cells = holders(letters, C)
        wrong("all_c", _("everybody is consulted (C): too many cooks"), cells, is_error=False)
    return found


def matrix_problems(
    tasks: Sequence[MatrixTask], parties: Mapping[int, str], persons: Mapping[int, str], word: str
) -> list[RaciProblem]:
    """Everything the matrix breaks or should be asked about, errors first; ``parties`` and ``persons`` give names."""
    found = [problem for task in tasks for problem in row_problems(task, parties, word)]
    found += _column_problems(tasks, parties, word)
    found += _overload(tasks, persons)
    return sorted(found, key=lambda problem: not problem.is_error)


def responsible_persons(task: MatrixTask) -> set[int]:
    """Who does the task: the persons with an R; the owner, where only a department has it."""
    cells = holders(task.letters, R)
    named = {cell.person_id for cell in cells if cell.person_id is not None}
    if task.owner_id is not None and any(cell.person_id is None for cell in cells):
        named.add(task.owner_id)
    return named


def _column_problems(tasks: Sequence[MatrixTask], parties: Mapping[int, str], word: str) -> list[RaciProblem]:
    found = []
    lettered = {cell.department_id for task in tasks for cell, held in task.letters.items() if held}
    deciders = [{cell.department_id for cell in holders(task.letters, A)} for task in tasks]
    decided = [ids for ids in deciders if ids]
    for pk, name in parties.items():
        if tasks and lettered and pk not in lettered:
            text = _("%(department)s has no letter anywhere") % {"department": name}
            found.append(RaciProblem("empty_column", text, department_id=pk))
        if len(parties) > 1 and len(decided) >= FEWEST_FOR_A_EVERYWHERE and all(pk in ids for ids in decided):
            text = _("%(department)s is %(word)s (A) everywhere") % {"department": name, "word": word}
            found.append(RaciProblem("a_everywhere", text, department_id=pk))
    return found


def _overload(tasks: Sequence[MatrixTask], persons: Mapping[int, str]) -> list[RaciProblem]:
    """Persons whose R tasks overlap more than they should, with the day of the worst overlap and its tasks."""
    spans: dict[int, list[MatrixTask]] = {}
    for task in tasks:
        if task.start is not None and task.finish is not None:
            for person in responsible_persons(task):
                spans.setdefault(person, []).append(task)
    found = []
    for person, theirs in spans.items():
        if len(theirs) <= MOST_AT_ONCE:
            continue
        most, on = _worst(theirs)
        if most > MOST_AT_ONCE:
            at_once = [task.title for task in theirs if task.start <= on <= task.finish]  # type: ignore[operator]
            facts = {
                "person": persons.get(person, "?"),
                "count": most,
                "day": on.isoformat(),
                "tasks": _(", ").join(f"“{title}”" for title in at_once[:4]) + ("…" if len(at_once) > 4 else ""),
            }
            text = _("%(person)s is responsible for %(count)s tasks at once on %(day)s: %(tasks)s") % facts
            found.append(RaciProblem("overload", text, person_id=person))
    return found


def _worst(tasks: Sequence[MatrixTask]) -> tuple[int, date]:
    """How many run at once at most, and the first day on which they do."""
    # On one day starts come before ends: a task works on its last day too.
    moments = sorted(
        [(task.start, 0) for task in tasks if task.start] + [(task.finish, 1) for task in tasks if task.finish]
    )
    running, most, on = 0, 0, moments[0][0]
    for day, is_end in moments:
        running += -1 if is_end else 1
        if running > most:
            most, on = running, day
    return most, on
