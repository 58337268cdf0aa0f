"""The responsibility matrix of a project: its columns, letters and problems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import ngettext

from tongzhou.people.models import Department, Headship, Membership, Person
from tongzhou.projects.models import Project
from tongzhou.projects.queries import members_of

from ..models import Plan, RaciAssignment, Task
from ..states import AccountableWord, RaciLetter
from .raci_rules import Cell, MatrixTask, RaciProblem, holders, matrix_problems
from .tasks import commitments_without_task

ORDER = "RACI"
MOST_PERSONS = 15
# Rows of the matrix on one page; links lead to the page of a row.
ROWS_A_PAGE = 60


@dataclass(slots=True)
class Column:
    """One column of the matrix: a department, or a person of it where the department is opened."""

    department: Department
    person: Person | None = None
    totals: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    persons: int = 0
    is_open: bool = False
    link: str = ""

    @property
    def cell(self) -> Cell:
        """Whom the letters of the column are for."""
        return Cell(self.department.pk, self.person.pk if self.person else None)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Every letter of a project's plan and what is wrong with them; a summary has no letters, it only sums up."""

    tasks: tuple[MatrixTask, ...]
    departments: tuple[Department, ...]
    problems: tuple[RaciProblem, ...]
    word: str

    @property
    def errors(self) -> list[RaciProblem]:
        """What breaks a rule."""
        return [problem for problem in self.problems if problem.is_error]

    @property
    def warnings(self) -> list[RaciProblem]:
        """What should be thought over."""
        return [problem for problem in self.problems if not problem.is_error]

    def letters_of(self, task_id: int) -> Mapping[Cell, str]:
        """The letters of one task."""
        return next((task.letters for task in self.tasks if task.pk == task_id), {})


def raci_matrix(project: Project) -> Matrix:
    """The whole matrix, checked; the number of queries does not depend on its size."""
    letters = letters_by_task(project)
    columns = ("pk", "title", "owner_id", "start", "finish", "is_milestone", "department_id")
    rows = Task.objects.filter(project=project, is_summary=False).order_by("rank", "pk").values(*columns)
    tasks = tuple(
        MatrixTask(
            row["pk"],
            row["title"],
            row["owner_id"],
            # A milestone takes no time of anybody.
            None if row["is_milestone"] else row["start"],
            None if row["is_milestone"] else row["finish"],
            letters.get(row["pk"], {}),
            row["department_id"],
        )
        for row in rows
    )
    parties = list(project.parties.select_related("department"))
    lettered = {cell.department_id for task in tasks for cell in task.letters}
    taking_part = {row.department_id: row.department.name for row in parties if row.left_at is None}
    shown = [row for row in parties if row.left_at is None or row.department_id in lettered]
    shown.sort(key=lambda row: (not row.is_initiator, row.position, row.pk))
    persons = {cell.person_id for task in tasks for cell in task.letters if cell.person_id}
    persons |= {task.owner_id for task in tasks if task.owner_id}
    names = dict(Person.objects.filter(pk__in=persons).values_list("pk", "name"))
    word = accountable_word(project)
    problems = matrix_problems(tasks, taking_part, names, word)
    if loose := len(commitments_without_task(project)):
        text = ngettext("%(count)s commitment has no task yet", "%(count)s commitments have no task yet", loose)
        problems.append(RaciProblem("loose", text % {"count": loose}))
    return Matrix(tasks, tuple(row.department for row in shown), tuple(problems), word)


def letters_by_task(project: Project) -> dict[int, dict[Cell, str]]:
    """Task → cell → its letters in the order of RACI; one query."""
    found: dict[int, dict[Cell, str]] = {}
    rows = RaciAssignment.objects.filter(project=project, task__is_summary=False)
    for task, department, person, letter in rows.values_list("task_id", "department_id", "person_id", "letter"):
        cell = Cell(department, person)
        held = found.setdefault(task, {})
        held[cell] = in_order(held.get(cell, "") + letter)
    return found


def in_order(letters: Iterable[str]) -> str:
    """Letters as they are kept and compared: ``RA``."""
    held = set(letters)
    return "".join(letter for letter in ORDER if letter in held)


def written(letters: str) -> str:
    """Letters as people write them: ``R/A``."""
    return "/".join(letters)


def accountable_word(project: Project) -> str:
    """What this project calls the A: 审批人 or 最终负责."""
    word = Plan.objects.filter(project=project).values_list("accountable_word", flat=True).first()
    return str(AccountableWord(word or AccountableWord.APPROVER).label)


def letter_words(word: str) -> dict[str, str]:
    """Letter → what it is called."""
    return {letter.value: word if letter == RaciLetter.ACCOUNTABLE else str(letter.label) for letter in RaciLetter}


def matrix_columns(matrix: Matrix, opened: set[int]) -> list[Column]:
    """The columns from left to right with their totals; an opened department is followed by its people."""
    people = members_of([department.pk for department in matrix.departments])
    involved: dict[int, dict[int, None]] = {}
    for task in matrix.tasks:
        for cell in task.letters:
            if cell.person_id is not None:
                involved.setdefault(cell.department_id, {})[cell.person_id] = None
        if task.owner_id is not None and task.department_id is not None:
            involved.setdefault(task.department_id, {})[task.owner_id] = None
    missing = {pk for pks in involved.values() for pk in pks} - {row.pk for rows in people.values() for row in rows}
    known = {row.pk: row for rows in people.values() for row in rows}
    known |= {row.pk: row for row in Person.objects.filter(pk__in=missing)}
    found = []
    for department in matrix.departments:
        first = [known[pk] for pk in involved.get(department.pk, {}) if pk in known]
        others = [row for row in people.get(department.pk, []) if row.pk not in involved.get(department.pk, {})]
        persons = [*first, *others][: max(MOST_PERSONS, len(first))]
        is_open = department.pk in opened and bool(persons)
        found.append(Column(department, persons=len(persons), is_open=is_open))
        if is_open:
            found += [Column(department, person) for person in persons]
    for column in found:
        column.totals = _totals(matrix.tasks, column)
        key, pk = ("person_id", column.person.pk) if column.person else ("department_id", column.department.pk)
        column.problems = [row.text for row in matrix.problems if getattr(row, key) == pk]
    return found


def _totals(tasks: Sequence[MatrixTask], column: Column) -> dict[str, int]:
    """How many tasks the column has with each letter; a department counts with its people."""
    if column.person is not None:
        cells = [task.letters.get(column.cell, "") for task in tasks]
    else:
        pk = column.department.pk
        cells = ["".join(held for cell, held in task.letters.items() if cell.department_id == pk) for task in tasks]
    return {letter: sum(letter in held for held in cells) for letter in ORDER}


@dataclass(frozen=True, slots=True)
class Part:
    """Who has one letter of a task, by name."""

    letter: str
    word: str
    names: tuple[str, ...]
    cells: tuple[Cell, ...]


def parts_in(task: Task) -> list[Part]:
    """R, A, C and I of one task with names, for its page and for messages."""
    rows = RaciAssignment.objects.filter(task=task).select_related("department", "person")
    letters: dict[Cell, str] = {}
    names: dict[Cell, str] = {}
    for row in rows:
        cell = Cell(row.department_id, row.person_id)
        letters[cell] = in_order(letters.get(cell, "") + row.letter)
        names[cell] = f"{row.department.name} · {row.person.name}" if row.person else row.department.name
    words = letter_words(accountable_word(task.project))
    return [
        Part(letter, words[letter], tuple(names[cell] for cell in cells), tuple(cells))
        for letter in ORDER
        if (cells := holders(letters, letter))
    ]


def memberships_among(person_ids: Iterable[int]) -> set[tuple[int | None, int]]:
    """Person and department, for each department the persons belong to or head."""
    keys = set(person_ids)
    members = Membership.objects.filter(person__in=keys).values_list("person_id", "department_id")
    heads = Headship.objects.filter(person__in=keys, until__isnull=True).values_list("person_id", "department_id")
    return {*members, *heads}
