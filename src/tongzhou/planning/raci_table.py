"""A responsibility matrix that comes in as .xlsx, in either of the two usual layouts, checked row by row.

Letters per task and department; or columns headed with a department and one letter, 市场部(R), whose cells say 是/否.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.core.errors import InvalidInput
from tongzhou.core.tables import READER, cell_text, spreadsheet_readers
from tongzhou.projects.models import Project

from .models import Task
from .queries.outline import outline_keys
from .queries.raci import Matrix, in_order, raci_matrix, written
from .queries.raci_rules import Cell, MatrixTask, row_problems
from .services.raci import CellChange, read_letters

MOST_ROWS = 5_000
HEADINGS_WITHIN = 40
TITLES = {"任务", "任务名称", "工作任务", "task", "taskname"}
NUMBERS = {"wbs编号", "wbs", "wbsno.", "wbsno", "编号", "序号", "no.", "no"}
YES = {"是", "y", "yes", "√", "✓", "✔", "1", "●", "x", "true", "有"}
NO = {"", "否", "n", "no", "×", "0", "-", "—", "false", "无", "○"}
_LETTERED = re.compile(r"(.+?)\s*[（(\[【]\s*([RACIraci])\s*(?:[:：\-][^)）\]】]*)?[)）\]】]")


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of the file that belongs to a department; ``letter`` where the heading fixes it."""

    place: int
    department_id: int
    letter: str = ""


@dataclass(slots=True)
class ImportRow:
    """What becomes of one row: the letters it gives, what cannot be read, and which rules it breaks (accepted)."""

    number: int
    title: str
    task_id: int | None = None
    letters: dict[Cell, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    changes: list[CellChange] = field(default_factory=list)


def read_matrix(project: Project, data: bytes) -> list[ImportRow]:
    """Every row of the file against the plan; ``InvalidInput`` on ``file`` where it is no matrix at all."""
    rows = spreadsheet_readers.get(READER)(data, MOST_ROWS + HEADINGS_WITHIN)
    matrix = raci_matrix(project)
    at, columns, title_at, number_at = _headings(rows, matrix)
    by_title, by_wbs, summaries = _tasks(project)
    known = {task.pk: task for task in matrix.tasks}
    parties = set(project.parties.filter(left_at__isnull=True).values_list("department_id", flat=True))
    found: list[ImportRow] = []
    taken: dict[int, int] = {}
    for number, cells in enumerate(rows[at + 1 :], start=at + 2):
        title = _at(cells, title_at)
        if not title:
            # Below the table of our own form the signature block begins.
            if found and not any(_at(cells, column.place) for column in columns):
                break
            continue
        row = ImportRow(number, title)
        found.append(row)
        row.letters = _letters(cells, columns, row)
        wbs = _at(cells, number_at) if number_at is not None else ""
        if title in summaries and not any(row.letters.values()):
            row.notes.append(_("sums up the tasks below it"))
            continue
        row.task_id = _match(title, wbs, by_title, by_wbs)
        if row.task_id is None:
            row.errors.append(_("there is no such task in the plan"))
        elif row.task_id in taken:
            row.errors.append(_("the same task stands in row %(row)s already") % {"row": taken[row.task_id]})
        elif not row.errors:
            taken[row.task_id] = number
            _compare(row, known[row.task_id], parties, matrix.word)
    if not found:
        raise InvalidInput({"file": _("Below the headings nothing is filled in")})
    return found


def _headings(rows: Sequence[Sequence[Any]], matrix: Matrix) -> tuple[int, list[Heading], int, int | None]:
    names = {
        _squeezed(name): department.pk
        for department in matrix.departments
        for name in (department.name, department.code)
        if name
    }
    for at, row in enumerate(rows[:HEADINGS_WITHIN]):
        texts = [cell_text(value) for value in row]
        title = next((place for place, text in enumerate(texts) if _squeezed(text) in TITLES), None)
        columns = [found for place, text in enumerate(texts) if (found := _heading(place, text, names))]
        if title is not None and columns:
            # A WBS number says more than a mere count of rows.
            numbered = [(not _squeezed(text).startswith("wbs"), place) for place, text in enumerate(texts)]
            number = min((entry for entry in numbered if _squeezed(texts[entry[1]]) in NUMBERS), default=(True, None))[
                1
            ]
            return at, columns, title, number
    wanted = "、".join(department.name for department in matrix.departments)
    text = _("There is no line with the heading “任务” and departments of the project: %(departments)s")
    raise InvalidInput({"file": text % {"departments": wanted}})


def _heading(place: int, text: str, names: Mapping[str, int]) -> Heading | None:
    if (department := names.get(_squeezed(text))) is not None:
        return Heading(place, department)
    if (match := _LETTERED.fullmatch(text.strip())) and (department := names.get(_squeezed(match[1]))) is not None:
        return Heading(place, department, match[2].upper())
    return None


def _tasks(project: Project) -> tuple[dict[str, list[int]], dict[str, int], set[str]]:
    rows = Task.objects.filter(project=project).order_by("rank", "pk").values_list("pk", "title", "is_summary")
    by_title: dict[str, list[int]] = {}
    for pk, title, is_summary in rows:
        if not is_summary:
            by_title.setdefault(title.strip(), []).append(pk)
    leaves = {pk for pks in by_title.values() for pk in pks}
    by_wbs = {key.wbs: key.pk for key in outline_keys(project) if key.pk in leaves}
    return by_title, by_wbs, {title.strip() for _pk, title, is_summary in rows if is_summary}


def _match(title: str, wbs: str, by_title: Mapping[str, list[int]], by_wbs: Mapping[str, int]) -> int | None:
    """A task is known by its name; where several have the same, by its number too."""
    found = by_title.get(title, [])
    if len(found) == 1:
        return found[0]
    return by_wbs.get(wbs) if by_wbs.get(wbs) in found else None


def _letters(cells: Sequence[Any], columns: Sequence[Heading], row: ImportRow) -> dict[Cell, str]:
    found: dict[Cell, str] = {}
    for column in columns:
        text = _at(cells, column.place)
        cell = Cell(column.department_id)
        letters = ""
        try:
            if not column.letter:
                letters = read_letters(_of_department(text))
            elif text.casefold() in YES or text.upper() == column.letter:
                letters = column.letter
            elif text.casefold() not in NO:
                raise ValueError(_("“%(text)s” is neither 是 nor 否") % {"text": text[:20]})
        except ValueError as wrong:
            row.errors.append(str(wrong))
        found[cell] = in_order(found.get(cell, "") + letters)
    return found


def _of_department(text: str) -> str:
    """The department's own letters; what our form says of its persons (``R 赵敏``, a line each) stays as it is."""
    lines = [line for line in text.split("\n") if not re.fullmatch(r"[RACI/]{1,3} \S.*", line.strip())]
    return "\n".join(lines)


def _compare(row: ImportRow, task: MatrixTask, parties: set[int], word: str) -> None:
    persons = {cell: held for cell, held in task.letters.items() if cell.person_id is not None}
    others = {cell: held for cell, held in task.letters.items() if cell not in row.letters}
    after = MatrixTask(
        task.pk, task.title, letters={**others, **persons, **{c: h for c, h in row.letters.items() if h}}
    )
    row.notes += [problem.text for problem in row_problems(after, parties, word)]
    for cell, letters in row.letters.items():
        if letters not in {"", "R", "A", "C", "I", "RA"}:
            row.errors.append(_("“%(text)s”: only R and A may stand together") % {"text": written(letters)})
        elif letters != task.letters.get(cell, ""):
            row.changes.append(CellChange(task.pk, cell, letters, task.letters.get(cell, "")))


def _at(cells: Sequence[Any], place: int) -> str:
    return cell_text(cells[place]) if place < len(cells) else ""


def _squeezed(text: str) -> str:
    return "".join(text.replace("*", "").split()).casefold()
