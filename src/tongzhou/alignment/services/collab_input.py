"""What may stand in a collaboration request: tidy text, or every place that breaks a rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.core.errors import InvalidInput
from tongzhou.people.models import Department, Person

from ..models import CollabRequest, CollabType, Urgency
from ..states import CollabState
from .places import (
    CELLS,
    COLLAB_FIELDS,
    PROJECT_FIELDS,
    CollabDraft,
    clean_text,
)

LONGEST = {
    "name": 120, "contact": 120, "background": 20000, "deliverables": 20000, "acceptance_criteria": 20000,
    "risks": 20000, "dept_head_opinion": 4000, "executive_opinion": 4000, "request_item": 2000,
}  # fmt: skip
LONGEST_MILESTONE = 200
EARLIEST, LATEST = 2000, 2100
MOST_ROWS = {"objectives": 20, "asks": 40, "milestones": 40}


def checked(collab: CollabRequest, draft: CollabDraft) -> CollabDraft:
    """The draft with tidy text; ``InvalidInput`` where something breaks a rule that holds for drafts too."""
    problems: dict[str, str] = {}
    fields = {
        name: clean_text(value) if isinstance(value, str) else value
        for name, value in draft.fields.items()
        if name in PROJECT_FIELDS or name in COLLAB_FIELDS
    }
    for name, value in fields.items():
        problems[name] = too_long(name, value)
    if "name" in fields and not fields["name"]:
        problems["name"] = _("Give the project a name")
    if fields.get("request_date", collab.request_date) is None:
        problems["request_date"] = _("Please fill this in")
    if fields.get("type") and fields["type"] not in CollabType.values:
        problems["type"] = _("Choose one of the types")
    if fields.get("urgency", Urgency.NORMAL) not in Urgency.values:
        problems["urgency"] = _("Choose one of the degrees")
    budget = fields.get("budget_estimate")
    if isinstance(budget, Decimal) and (not budget.is_finite() or budget < 0 or budget >= Decimal("1e12")):
        problems["budget_estimate"] = _("Give an amount between 0 and 10^12")
    for name in ("request_date", "starts_on", "ends_on"):
        if problem := _far_off(fields.get(name)):
            problems[name] = problem
    starts, ends = fields.get("starts_on", collab.project.starts_on), fields.get("ends_on", collab.project.ends_on)
    if starts and ends and ends < starts:
        problems["ends_on"] = _("The end lies before the start")
    tables = {table: _checked_rows(collab, table, draft.table(table), problems) for table in CELLS}
    refuse(problems)
    return CollabDraft(fields, **tables, base=draft.base, version=draft.version, unsure=draft.unsure)


def _checked_rows(
    collab: CollabRequest, table: str, rows: Sequence[Mapping[str, Any]] | None, problems: dict[str, str]
) -> list[dict[str, Any]] | None:
    if rows is None:
        return None
    if len(rows) > MOST_ROWS[table]:
        problems[table] = _("At most %(count)s rows") % {"count": MOST_ROWS[table]}
        return []
    for number, row in enumerate(rows):
        for cell in ("due", "date"):
            if problem := _far_off(row.get(cell)):
                problems[f"{table}.{number}.{cell}"] = problem
    tidy = [
        {cell: clean_text(value) if isinstance(value, str) else value for cell, value in row.items()} for row in rows
    ]
    check = {"objectives": _check_objectives, "asks": _check_asks, "milestones": _check_milestones}[table]
    check(collab, tidy, problems)
    return tidy


def _check_objectives(collab: CollabRequest, rows: list[dict[str, Any]], problems: dict[str, str]) -> None:
    longest = {"text": 2000, "metric": 120, "unit": 20, "source": 200, "company_goal": 300, "evidence": 2000}
    known = set(collab.project.objectives.values_list("pk", flat=True))
    for number, row in enumerate(rows):
        if ("text" in row and not row["text"]) or ("text" not in row and row.get("id") not in known):
            problems[f"objectives.{number}.text"] = _("Write the objective")
        for cell, count in longest.items():
            if len(str(row.get(cell) or "")) > count:
                problems[f"objectives.{number}.{cell}"] = _("At most %(count)s characters") % {"count": count}
        for cell in ("baseline", "target"):
            value = row.get(cell)
            if isinstance(value, Decimal) and (not value.is_finite() or abs(value) >= Decimal("1e15")):
                problems[f"objectives.{number}.{cell}"] = _("This number is too large")


def _check_milestones(collab: CollabRequest, rows: list[dict[str, Any]], problems: dict[str, str]) -> None:
    known = set(collab.milestones.values_list("pk", flat=True))
    departments = {int(row["department_id"]) for row in rows if row.get("department_id") is not None}
    there = set(Department.objects.filter(pk__in=departments).values_list("pk", flat=True)) if departments else set()
    for number, row in enumerate(rows):
        if not row.get("name") and ("name" in row or row.get("id") not in known):
            problems[f"milestones.{number}.name"] = _("Name the milestone")
        elif len(str(row.get("name", ""))) > LONGEST_MILESTONE:
            problems[f"milestones.{number}.name"] = _("At most %(count)s characters") % {"count": LONGEST_MILESTONE}
        if row.get("department_id") is not None and row["department_id"] not in there:
            problems[f"milestones.{number}.department_id"] = _("Choose a department that exists")


def _check_asks(collab: CollabRequest, rows: list[dict[str, Any]], problems: dict[str, str]) -> None:
    wanted = [row.get("department_id") for row in rows]
    before = set(collab.asks.values_list("department_id", flat=True))
    open_ones = set(
        Department.objects.filter(pk__in={pk for pk in wanted if pk is not None}, is_active=True).values_list(
            "pk", flat=True
        )
    )
    contacts = {int(row["contact_person_id"]) for row in rows if row.get("contact_person_id") is not None}
    homes: dict[int, set[int]] = {}
    if contacts:
        for person_id, department_id in Person.objects.filter(pk__in=contacts, is_active=True).values_list(
            "pk", "memberships__department_id"
        ):
            homes.setdefault(person_id, set()).add(department_id)
    for number, row in enumerate(rows):
        department = row.get("department_id")
        place = f"asks.{number}"
        if department is None:
            problems[f"{place}.department_id"] = _("Choose the department")
        elif department == collab.project.initiator_id:
            problems[f"{place}.department_id"] = _("This is your own department; it takes part anyway")
        elif department not in open_ones and department not in before:
            problems[f"{place}.department_id"] = _("Choose a department that exists")
        elif wanted.index(department) != number:
            problems[f"{place}.department_id"] = _("This department stands in the list already")
        if problem := too_long("request_item", row.get("request_item")):
            problems[f"{place}.request_item"] = problem
        if collab.state != CollabState.DRAFT and "request_item" in row and not row["request_item"]:
            problems[f"{place}.request_item"] = _("Write what is asked of the department")
        if collab.state != CollabState.DRAFT and "due" in row and row["due"] is None:
            problems[f"{place}.due"] = _("Say by when")
        contact = row.get("contact_person_id")
        wrong_department = f"{place}.department_id" in problems
        if contact is not None and not wrong_department and department not in homes.get(contact, set()):
            problems[f"{place}.contact_person_id"] = _("Choose a person of this department")
    if collab.state != CollabState.DRAFT and not rows:
        problems["asks"] = _("Ask at least one department other than your own")


def _far_off(day: Any) -> str:
    """A year mistyped: nothing is planned before 2000 or after 2100."""
    return _("Please check the year.") if isinstance(day, date) and not EARLIEST <= day.year <= LATEST else ""


def too_long(name: str, value: Any) -> str:
    longest = LONGEST.get(name)
    if longest is None or not isinstance(value, str) or len(value) <= longest:
        return ""
    return _("At most %(count)s characters") % {"count": longest}


def refuse(problems: Mapping[str, str]) -> None:
    found = {place: text for place, text in problems.items() if text}
    if found:
        raise InvalidInput(found)
