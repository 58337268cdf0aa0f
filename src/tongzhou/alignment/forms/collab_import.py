"""The request's own .xlsx read back: every row checked, every mistake with its place, nothing half imported."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.documents.read_back import parse_number, read_xlsx
from tongzhou.documents.standard_forms import Table
from tongzhou.people.models import Department

from ..documents import COLLAB_REQUEST
from ..models import CollabRequest
from ..queries.collabs import Named, askable_departments, person_directory
from ..services.places import CollabDraft, rows_of

# 2,418 万元 · 3.2% · -5
_AMOUNT = re.compile(r"\s*([+-]?[\d,，]+(?:\.\d+)?)\s*(\D{0,20})\s*")
_PLAIN = {
    "contact": "contact",
    "background": "background",
    "deliverables": "deliverables",
    "acceptance_criteria": "acceptance_criteria",
    "risks": "risks",
    "dept_head_opinion": "dept_head_opinion",
    "executive_opinion": "executive_opinion",
}
_DATES = {"request_date": "request_date", "start": "starts_on", "end": "ends_on"}


@dataclass(frozen=True)
class ImportProblem:
    """What is wrong at one place of the file: the cell as Excel names it (where known), the place, and why."""

    cell: str
    place: str
    text: str


@dataclass(frozen=True)
class ImportedCollab:
    """What a file holds; with problems nothing is taken over."""

    draft: CollabDraft
    problems: tuple[ImportProblem, ...]


def read_collab(collab: CollabRequest, data: bytes) -> ImportedCollab:
    """Reads a filled form. An empty place stays what it was; a table in the file takes the place of the table.

    Raises ``hostile.FileRefused`` for what is no file of this form.
    """
    read = read_xlsx(COLLAB_REQUEST, data, zone=clock.company_zone())
    # A draft may lack what the form requires; what is written in must be right.
    problems = [
        ImportProblem(error.cell, place_label(error.field), error.message)
        for error in read.errors
        if error.code != "required"
    ]
    reader = _Reader(collab, problems)
    draft = CollabDraft(
        reader.fields(read.content, read.head),
        objectives=reader.objectives(read.content.get("objectives")),
        asks=reader.asks(read.content.get("departments")),
        milestones=reader.milestones(read.content.get("milestones")),
        version=collab.version,
    )
    return ImportedCollab(draft, tuple(problems))


def place_label(place: str) -> str:
    """``departments[1].due`` as the paper calls it."""
    match = re.fullmatch(r"([a-z_.]+)(?:\[(\d+)\])?(?:\.([a-z_]+))?", place)
    if match is None:
        return place
    key, row, cell = match.groups()
    part = next((part for part in COLLAB_REQUEST.parts() if part.key == key), None)
    if part is None:
        return _("Head of the form")
    words = [str(part.label)]
    if row is not None:
        words.append(_("row %(row)s") % {"row": int(row) + 1})
    if cell is not None and isinstance(part, Table):
        words += [str(column.label) for column in part.columns if column.key == cell]
    return " · ".join(words)


class _Reader:
    def __init__(self, collab: CollabRequest, problems: list[ImportProblem]) -> None:
        self.collab = collab
        self.problems = problems
        self.departments: list[Department] = askable_departments()
        self.directory: list[Named] = person_directory()
        self.rows = rows_of(collab)

    def fields(self, content: Mapping[str, Any], head: Mapping[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = {name: content[key] for key, name in _PLAIN.items() if content.get(key)}
        values |= {name: date.fromisoformat(content[key]) for key, name in _DATES.items() if content.get(key)}
        if head.get("project_name"):
            values["name"] = head["project_name"]
        if content.get("type"):
            values["type"] = content["type"][0]
        if content.get("urgency"):
            values["urgency"] = content["urgency"][0]
        if content.get("budget_estimate"):
            values["budget_estimate"] = Decimal(content["budget_estimate"])
        return values

    def objectives(self, rows: list[dict[str, Any]] | None) -> list[dict[str, Any]] | None:
        if rows is None:
            return None
        known = {(row.metric or row.text): key for key, row in self.rows["objectives"].items()}
        found = []
        for number, row in enumerate(rows):
            place = f"objectives[{number}]"
            metric = row.get("metric", "")
            if not metric:
                self._problem(f"{place}.metric", _("Say what is measured"))
                continue
            key = known.pop(metric, None)
            baseline, target = self._amount(row, "baseline", place), self._amount(row, "target", place)
            unit = (target or baseline or (None, ""))[1] or (baseline or (None, ""))[1]
            values = {
                "id": key,
                "due": date.fromisoformat(row["due"]) if row.get("due") else None,
                "source": row.get("source", ""),
                "baseline": baseline[0] if baseline else None,
                "target": target[0] if target else None,
                "unit": unit,
            }
            if key is None:
                values |= {"metric": metric[:120], "text": self._sentence(metric, row)}
            found.append(values)
        return found

    def asks(self, rows: list[dict[str, Any]] | None) -> list[dict[str, Any]] | None:
        if rows is None:
            return None
        found = []
        for number, row in enumerate(rows):
            place = f"departments[{number}]"
            department = self._department(row.get("dept", ""), f"{place}.dept")
            contact = self._person(row.get("contact_person", ""), department, f"{place}.contact_person")
            if department is None:
                continue
            if department.pk == self.collab.project.initiator_id:
                self._problem(f"{place}.dept", _("This is your own department; it takes part anyway"))
            found.append(
                {
                    "department_id": department.pk,
                    "request_item": row.get("request_item", ""),
                    "due": date.fromisoformat(row["due"]) if row.get("due") else None,
                    "contact_person_id": contact,
                }
            )
        return found

    def milestones(self, rows: list[dict[str, Any]] | None) -> list[dict[str, Any]] | None:
        if rows is None:
            return None
        known = {row.name: key for key, row in self.rows["milestones"].items()}
        found = []
        for number, row in enumerate(rows):
            place = f"milestones[{number}]"
            department = self._department(row["dept"], f"{place}.dept") if row.get("dept") else None
            if not row.get("name"):
                self._problem(f"{place}.name", _("Name the milestone"))
                continue
            found.append(
                {
                    "id": known.pop(row["name"], None),
                    "name": row["name"],
                    "date": date.fromisoformat(row["due"]) if row.get("due") else None,
                    "department_id": department.pk if department else None,
                }
            )
        return found

    def _amount(self, row: Mapping[str, Any], cell: str, place: str) -> tuple[Decimal, str] | None:
        """A number with its unit; the words of the objective itself (no number in the file) are no amount."""
        text = str(row.get(cell) or "").strip()
        if not text:
            return None
        match = _AMOUNT.fullmatch(text)
        number = parse_number(match.group(1).replace("，", ",")) if match else None
        if match is None or number is None or abs(number) >= Decimal("1e15"):
            if cell == "target" and any(text == objective.text for objective in self.rows["objectives"].values()):
                return None
            self._problem(f"{place}.{cell}", _("Write one number with its unit, such as 2418 万元 or 3.68%"))
            return None
        return number, match.group(2).strip()

    def _sentence(self, metric: str, row: Mapping[str, Any]) -> str:
        """The objective in words, put together from the cells of the file."""
        parts = {"metric": metric, "baseline": row.get("baseline", ""), "target": row.get("target", "")}
        if parts["baseline"] and parts["target"]:
            return _("%(metric)s from %(baseline)s to %(target)s") % parts
        return _("%(metric)s: %(target)s") % parts if parts["target"] else metric

    def _department(self, name: str, place: str) -> Department | None:
        wanted = name.strip().lower()
        if not wanted:
            self._problem(place, _("Choose the department"))
            return None
        found = [row for row in self.departments if wanted in {row.name.lower(), row.code.lower()}]
        if len(found) != 1:
            self._problem(place, _("No department is called “%(name)s”.") % {"name": name[:40]})
            return None
        return found[0]

    def _person(self, name: str, department: Department | None, place: str) -> int | None:
        wanted = name.strip()
        if not wanted or department is None:
            return None
        found = [
            person
            for person in self.directory
            if department.pk in person.department_ids and wanted in {person.name, person.label, person.username}
        ]
        if len(found) != 1:
            facts = {"name": wanted[:40], "department": department.name}
            self._problem(place, _("Nobody in %(department)s is called “%(name)s”.") % facts)
            return None
        return found[0].pk

    def _problem(self, place: str, text: str) -> None:
        self.problems.append(ImportProblem("", place_label(place), text))
