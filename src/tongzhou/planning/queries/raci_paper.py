"""The responsibility matrix as its standard form has it, for page, .docx, .xlsx and .pdf."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.documents.paper import Extras, lay_out
from tongzhou.documents.queries import word_version
from tongzhou.documents.render import render
from tongzhou.documents.standard_forms import StandardForm
from tongzhou.people.models import Person
from tongzhou.projects.models import Project

from ..raci_form import raci_form
from .outline import outline
from .raci import ORDER, Matrix, raci_matrix, written
from .raci_rules import Cell, holders
from .tasks import plan_of

FORMATS = {"docx": "Word", "xlsx": "Excel", "pdf": "PDF"}


def raci_file(project: Project, fmt: str) -> tuple[str, bytes]:
    """The matrix as a file in the reader's language: name and bytes."""
    matrix = raci_matrix(project)
    form = raci_form(matrix.departments)
    return form_file(form, raci_content(project, matrix), project, fmt)


def raci_html(project: Project) -> SafeString:
    """The matrix as it comes out on paper, for a page."""
    matrix = raci_matrix(project)
    return form_html(raci_form(matrix.departments), raci_content(project, matrix), project)


def raci_content(project: Project, matrix: Matrix) -> dict[str, Any]:
    """The filled form: a row for each task, summaries as headings."""
    names = {department.pk: department.name for department in matrix.departments}
    letters = {task.pk: task.letters for task in matrix.tasks}
    wrong: dict[int, list[str]] = {}
    for problem in matrix.problems:
        if problem.task_id is not None:
            wrong.setdefault(problem.task_id, []).append(problem.text)
    persons = {cell.person_id for held in letters.values() for cell in held if cell.person_id}
    people = dict(Person.objects.filter(pk__in=persons).values_list("pk", "name"))
    rows = []
    for line in outline(project):
        task, held = line.task, letters.get(line.task.pk, {})
        row: dict[str, str] = {
            "wbs_no": line.wbs,
            "task": task.title,
            "deliverable": task.deliverable,
            "start": task.start.isoformat() if task.start else "",
            "due": task.finish.isoformat() if task.finish else "",
            "check": "" if task.is_summary else "; ".join(wrong.get(task.pk, ())) or _("in order"),
        }
        for pk in names:
            parts = [written(text) for cell, text in held.items() if cell == Cell(pk)]
            parts += [
                f"{written(text)} {people.get(cell.person_id, '')}"
                for cell, text in held.items()
                if cell.department_id == pk and cell.person_id is not None
            ]
            row[f"d{pk}"] = "\n".join(parts)
        for letter in ORDER:
            row[letter.lower()] = "、".join(
                names.get(cell.department_id, "") + (f" {people[cell.person_id]}" if cell.person_id in people else "")
                for cell in holders(held, letter)
            )
        rows.append(row)
    return {"cells": rows}


def form_head(form: StandardForm, project: Project) -> dict[str, Any]:
    """The head that the forms of the plan share."""
    plan = plan_of(project)
    return {
        "doc_no": f"{form.doc_prefix}-{project.code.removeprefix('P')}",
        "version": f"V{plan.version}" if plan else _("Draft"),
        "confidentiality": "confidential" if project.is_confidential else "internal",
        "project_name": project.name,
        "author": project.lead.name if project.lead else "",
        "date": clock.today().isoformat(),
    }


def form_file(
    form: StandardForm, content: dict[str, Any], project: Project, fmt: str, own: dict[str, Any] | None = None
) -> tuple[str, bytes]:
    """A form of the plan as a file; ``own`` is what its head says otherwise. ``MissingGlyph`` for what no font prints."""
    extras = Extras(company=settings.TONGZHOU_COMPANY_NAME)
    language = str(get_language())
    head = form_head(form, project) | (own or {})
    name = f"{form.title} {project.name}"[:80]
    if fmt == "docx":
        return f"{name}.{fmt}", word_version(lay_out(form, content, head, language, extras))
    return f"{name}.{fmt}", render(form, content, head, fmt, language, extras)  # type: ignore[arg-type]


def form_html(
    form: StandardForm, content: dict[str, Any], project: Project, own: dict[str, Any] | None = None
) -> SafeString:
    """A form of the plan for a page; our renderer escapes everything that people wrote."""
    _name, data = form_file(form, content, project, "html", own)
    return mark_safe(data.decode())  # noqa: S308
