"""RACI 责任矩阵: departments across, tasks down, written like a spreadsheet."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.core.errors import InvalidInput
from tongzhou.core.pages import Who, actor_of, answer, is_htmx, page, paged
from tongzhou.projects.models import Project

from .. import queries, services
from ..forms import LARGEST_KEY
from ..models import Task
from ..queries.raci import ROWS_A_PAGE, Column, Matrix, letter_words, written
from ..queries.raci_rules import Cell, RaciProblem
from ..states import AccountableWord
from .reaching import planned

# Not more of what is wrong at the top; the rows show all of it.
MOST_SHOWN = 6


@page(Who.PERSON, "GET", "POST")
def raci(request: HttpRequest, pk: int) -> HttpResponse:
    """The matrix; POST sets the letters of the cells that are sent and different."""
    project, context = planned(request, pk, "raci")
    if request.method == "POST":
        services.set_letters(project.pk, sent_cells(request), by=actor_of(request))
        if not is_htmx(request):
            return redirect(_place(request, project))
    return answer(request, "planning/raci.html", _grid(request, project, context), partial="grid")


@page(Who.PERSON, "POST")
def word(request: HttpRequest, pk: int) -> HttpResponse:
    """What the A is called in this project."""
    project, _context = planned(request, pk, "raci")
    services.choose_accountable_word(project.pk, request.POST.get("word", ""), by=actor_of(request))
    messages.success(request, _("Saved."))
    return redirect("planning:raci", pk=project.pk)


@page(Who.PERSON, "POST")
def responsible(request: HttpRequest, pk: int) -> HttpResponse:
    """R for the department of every task without letters, and the matrix."""
    project, context = planned(request, pk, "raci")
    services.letter_departments(project.pk, by=actor_of(request))
    if is_htmx(request):
        return answer(request, "planning/raci.html", _grid(request, project, context), partial="grid")
    return redirect("planning:raci", pk=project.pk)


@page(Who.PERSON, "POST")
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes the last step back, and shows the matrix."""
    project, context = planned(request, pk, "raci")
    services.undo_step(project.pk, _number(request.POST.get("step", "")), by=actor_of(request))
    if is_htmx(request):
        return answer(request, "planning/raci.html", _grid(request, project, context), partial="grid")
    return redirect("planning:raci", pk=project.pk)


def sent_cells(request: HttpRequest) -> list[services.CellChange]:
    """The cells of a posted row or block: ``cell-<task>-<department>-<person or 0>``, and what stood there as ``was-…``.

    ``InvalidInput`` names every cell that cannot be read.
    """
    changes, problems = [], []
    for name, text in request.POST.items():
        if not name.startswith("cell-"):
            continue
        numbers = [_number(part) for part in name.split("-")[1:]]
        if len(numbers) != 3:
            raise InvalidInput({"cells": _("Some of these tasks are not in the plan any more")})
        task, department, person = numbers
        cell = Cell(department, person or None)
        try:
            letters = services.read_letters(str(text))
            was = request.POST.get(f"was-{task}-{cell.key}")
            changes.append(
                services.CellChange(task, cell, letters, None if was is None else services.read_letters(was))
            )
        except ValueError as wrong:
            problems.append(str(wrong))
    if problems:
        raise InvalidInput({"cells": [*list(dict.fromkeys(problems))[:10]]})
    return changes


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and int(text[:20]) <= LARGEST_KEY else 0


def _opened(request: HttpRequest) -> set[int]:
    return {_number(text) for text in request.GET.getlist("open")[:50]} - {0}


def _place(request: HttpRequest, project: Project) -> str:
    query = request.GET.urlencode()
    return reverse("planning:raci", args=[project.pk]) + (f"?{query}" if query else "")


def _grid(request: HttpRequest, project: Project, context: dict[str, Any]) -> dict[str, Any]:
    matrix = queries.raci_matrix(project)
    opened = _opened(request)
    columns = queries.matrix_columns(matrix, opened)
    keys = queries.outline_keys(project)
    shown = paged(request, keys, ROWS_A_PAGE)
    tasks = Task.objects.filter(project=project, pk__in=[key.pk for key in shown]).select_related("department", "owner")
    found = {task.pk: task for task in tasks}
    by_task: dict[int, list[RaciProblem]] = {}
    for problem in matrix.problems:
        if problem.task_id is not None:
            by_task.setdefault(problem.task_id, []).append(problem)
    letters = {task.pk: task.letters for task in matrix.tasks}
    rows = []
    for key in shown:
        task = found.get(key.pk)
        if task is None:
            continue
        wrong = by_task.get(task.pk, [])
        rows.append(
            {
                "task": task,
                "wbs": key.wbs,
                "depth": key.depth,
                "problems": wrong,
                "has_error": any(problem.is_error for problem in wrong),
                "cells": [] if task.is_summary else _cells(letters.get(task.pk, {}), columns, wrong),
            }
        )
    plan = context["plan"] = queries.plan_of(project)
    parties = {department.pk for department in matrix.departments}
    for column in columns:
        column.link = _open_link(request, opened, column)
    return context | {
        "matrix": matrix,
        "columns": columns,
        "rows": rows,
        "shown": shown,
        "problem_rows": _at_top(matrix),
        "more_problems": max(0, len(matrix.problems) - MOST_SHOWN),
        "error_count": len(matrix.errors),
        "warning_count": len(matrix.warnings),
        "words": letter_words(matrix.word),
        "accountable_words": AccountableWord.choices,
        "accountable": plan.accountable_word if plan else AccountableWord.APPROVER,
        "bare_count": sum(not task.letters and task.department_id in parties for task in matrix.tasks),
        "last_step": plan.steps.first() if plan and context["may_plan"] else None,
        "here": _place(request, project),
        "page_of": {key.pk: number // ROWS_A_PAGE + 1 for number, key in enumerate(keys)},
    }


def _cells(letters: Any, columns: list[Column], problems: list[RaciProblem]) -> list[dict[str, Any]]:
    found = []
    for column in columns:
        cell = column.cell
        wrong = [problem for problem in problems if cell in problem.cells]
        # Closed, a department shows what its people have beside its own letters.
        within = {} if column.person or column.is_open else letters
        people = sorted(
            {
                held
                for other, held in within.items()
                if other.person_id is not None and other.department_id == cell.department_id
            }
        )
        found.append(
            {
                "key": cell.key,
                "letters": written(letters.get(cell, "")),
                "people": " ".join(written(held) for held in people),
                "column": column,
                "reasons": "; ".join(problem.text for problem in wrong),
                "has_error": any(problem.is_error for problem in wrong),
            }
        )
    return found


def _at_top(matrix: Matrix) -> list[dict[str, Any]]:
    titles = {task.pk: task.title for task in matrix.tasks}
    return [
        {"problem": problem, "title": titles.get(problem.task_id or 0, "")} for problem in matrix.problems[:MOST_SHOWN]
    ]


def _open_link(request: HttpRequest, opened: set[int], column: Column) -> str:
    query = request.GET.copy()
    query.setlist("open", [str(pk) for pk in sorted(opened ^ {column.department.pk})])
    return f"?{query.urlencode()}"
