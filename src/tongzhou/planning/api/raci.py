"""The responsibility matrix."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from tongzhou.core.api import idempotent
from tongzhou.core.errors import InvalidInput
from tongzhou.core.pages import actor_of
from tongzhou.projects.api.reaching import DepartmentRef, DoneOut, Key, PageNumber, department_ref, project_of

from .. import queries, services
from ..queries.raci_rules import Cell, RaciProblem
from ..states import AccountableWord
from .tasks import PAGE, CountOut

router = Router()
Letters = Annotated[str, Field(max_length=12)]


class LetterCellOut(Schema):
    """Letters of a department, or of a person of it, for one task."""

    department_id: int
    person_id: int | None
    letters: str


class RaciProblemOut(Schema):
    """What breaks a rule (``error``) or should be thought over."""

    key: str
    text: str
    error: bool
    task_id: int | None
    department_id: int | None
    person_id: int | None


class RaciRowOut(Schema):
    """One task and its letters."""

    task_id: int
    title: str
    cells: list[LetterCellOut]


class RaciOut(Schema):
    """One page of the matrix; problems are those of the whole matrix."""

    plan_version: int
    accountable_word: str
    departments: list[DepartmentRef]
    problems: list[RaciProblemOut]
    count: int
    page: int
    items: list[RaciRowOut]


class LetterCellIn(Schema):
    """The letters that a cell shall hold (``R``, ``R/A``, nothing); ``was``: what the writer saw there."""

    task_id: Key
    department_id: Key
    person_id: Key | None = None
    letters: Letters
    was: Letters | None = None


class CellsIn(Schema):
    """Cells, set in one step."""

    cells: Annotated[list[LetterCellIn], Field(min_length=1, max_length=5000)]


class WordIn(Schema):
    """What the A is called."""

    word: AccountableWord


@router.get("/projects/{project_id}/plan/raci", response=RaciOut)
def raci(request: HttpRequest, project_id: int, page: PageNumber = 1) -> RaciOut:
    """The matrix, 200 tasks a page, with everything that is wrong in it."""
    project = project_of(request, project_id)
    matrix = queries.raci_matrix(project)
    plan = queries.plan_of(project)
    return RaciOut(
        plan_version=plan.version if plan else 0,
        accountable_word=matrix.word,
        departments=[department_ref(row) for row in matrix.departments],
        problems=[_problem(row) for row in matrix.problems],
        count=len(matrix.tasks),
        page=page,
        items=[
            RaciRowOut(
                task_id=task.pk,
                title=task.title,
                cells=[
                    LetterCellOut(department_id=cell.department_id, person_id=cell.person_id, letters="/".join(letters))
                    for cell, letters in task.letters.items()
                ],
            )
            for task in matrix.tasks[(page - 1) * PAGE : page * PAGE]
        ],
    )


@router.put("/projects/{project_id}/plan/raci/cells", response=CountOut)
def set_cells(request: HttpRequest, project_id: int, payload: CellsIn) -> CountOut:
    """Sets letters; a cell that was changed since ``was`` answers 409, and nothing is written."""
    project = project_of(request, project_id)
    try:
        changes = [
            services.CellChange(
                cell.task_id,
                Cell(cell.department_id, cell.person_id),
                services.read_letters(cell.letters),
                None if cell.was is None else services.read_letters(cell.was),
            )
            for cell in payload.cells
        ]
    except ValueError as wrong:
        raise InvalidInput({"cells": str(wrong)}) from None
    return CountOut(count=services.set_letters(project.pk, changes, by=actor_of(request)))


@router.post("/projects/{project_id}/plan/raci/responsible", response=CountOut)
@idempotent
def letter_departments(request: HttpRequest, project_id: int) -> CountOut:
    """R for the department of every task that nobody has a letter for yet."""
    project = project_of(request, project_id)
    return CountOut(count=services.letter_departments(project.pk, by=actor_of(request)))


@router.put("/projects/{project_id}/plan/raci/word", response=DoneOut)
def set_word(request: HttpRequest, project_id: int, payload: WordIn) -> DoneOut:
    """Says what the A is called in this project."""
    project = project_of(request, project_id)
    services.choose_accountable_word(project.pk, payload.word, by=actor_of(request))
    return DoneOut()


def _problem(row: RaciProblem) -> RaciProblemOut:
    return RaciProblemOut(
        key=row.key,
        text=row.text,
        error=row.is_error,
        task_id=row.task_id,
        department_id=row.department_id,
        person_id=row.person_id,
    )
