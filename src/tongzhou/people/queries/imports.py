"""What an import would do, row by row, before anything is written. The same plan is made again when it is confirmed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.core.models import AuditEvent, AuditHead
from tongzhou.core.tables import Checked, Line

from ..import_columns import DEEPEST, NO, YES
from ..models import Department, ImportDraft, Membership, Person
from ..person_facts import LANGUAGE_WORDS, department_name_problem, person_problems
from .actors import headships_on
from .departments import paths

Path = tuple[str, ...]
PLAIN_FIELDS = ("name", "employee_no", "email", "mobile", "title", "language")


@dataclass(slots=True)
class PlannedPerson:
    """One row as it will be written: the person it changes (None: a new one), fields, department, headship."""

    line: Line
    person: Person | None = None
    values: dict[str, Any] = field(default_factory=dict)
    department: Path = ()
    moves: bool = False
    becomes_head: bool = False
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """add, change, same or error."""
        if self.errors:
            return "error"
        if self.person is None:
            return "add"
        return "change" if self.values or self.moves or self.becomes_head else "same"


@dataclass(slots=True)
class ImportPlan:
    """All rows, and the departments that are missing, those above before those below."""

    rows: list[PlannedPerson]
    missing: list[Path]
    known: dict[Path, int]

    @property
    def counts(self) -> Counter[str]:
        """How many rows have which verdict."""
        return Counter(row.verdict for row in self.rows)

    @property
    def is_clean(self) -> bool:
        """True when it can be written whole."""
        return not any(row.errors for row in self.rows)

    def checked(self) -> list[Checked]:
        """The rows as they are shown."""
        return [
            Checked(row.line.number, row.line.cells, row.verdict, row.errors, tuple(_notes(row))) for row in self.rows
        ]


def import_drafts_of(actor: Actor) -> QuerySet[ImportDraft]:
    """Tables this person has uploaded and may still look through or confirm."""
    return ImportDraft.objects.filter(owner_id=actor.pk)


def plan_import(lines: Sequence[Line], *, create_departments: bool) -> ImportPlan:
    """Checks every row by itself, against the other rows and against who is there; five queries whatever the number."""
    company = _Company()
    rows = [_plan_row(line, company, create_departments) for line in lines]
    _refuse_repeated(rows, "username", lambda text: text.lower())
    _refuse_repeated(rows, "employee_no", str)
    _refuse_second_heads(rows, company)
    missing: dict[Path, None] = {}
    for row in rows:
        for depth in range(1, len(row.department) + 1):
            if row.department[:depth] not in company.departments:
                missing.setdefault(row.department[:depth])
    return ImportPlan(rows, sorted(missing, key=lambda path: (len(path), path)), company.departments)


def end_of_log() -> int:
    """The number of the newest event: what a plan made from now on can know of."""
    return AuditHead.objects.values_list("seq", flat=True).first() or 0


def people_changed_since(seq: int) -> bool:
    """Whether anything about persons, departments or heads was written after that event."""
    return AuditEvent.objects.filter(seq__gt=seq, name__startswith="people.").exists()


class _Company:
    """Who and what is there already, read once."""

    def __init__(self) -> None:
        names = paths()
        working = set(Department.objects.filter(is_active=True).values_list("pk", flat=True))
        self.departments: dict[Path, int] = {tuple(path.split("/")): pk for pk, path in names.items() if pk in working}
        self.closed: set[Path] = {tuple(path.split("/")) for pk, path in names.items() if pk not in working}
        self.by_name: dict[str, list[Path]] = {}
        for path in self.departments:
            self.by_name.setdefault(path[-1], []).append(path)
        self.persons = {person.username.lower(): person for person in Person.objects.all()}
        self.numbers = {
            person.employee_no: person for person in self.persons.values() if person.employee_no and person.is_active
        }
        self.main = dict(Membership.objects.filter(is_main=True).values_list("person_id", "department_id"))
        self.heads = {
            department: (person, name)
            for department, person, name in headships_on(clock.today()).values_list(
                "department_id", "person_id", "person__name"
            )
        }
        self.headed_by = {person: department for department, (person, _name) in self.heads.items()}


def _plan_row(line: Line, company: _Company, create_departments: bool) -> PlannedPerson:
    row = PlannedPerson(line)
    values: dict[str, Any] = {key: text for key in PLAIN_FIELDS if (text := line.cells.get(key, ""))}
    username = line.cells.get("username", "")
    if "language" in values:
        values["language"] = LANGUAGE_WORDS.get(values["language"].lower(), values["language"])
    problems = person_problems({"name": line.cells.get("name", ""), "username": username, **values})
    row.errors = {key: str(text) for key, text in problems.items()}
    person = row.person = company.persons.get(username.lower()) if username else None
    if person is not None and not person.is_active:
        row.errors["username"] = _("%(name)s has left; take them back on their page first") % {"name": person.name}
    _plan_number(row, values, company)
    _plan_department(row, company, create_departments)
    _plan_headship(row, company)
    if person is None:
        row.values = {"username": username, **values}
    else:
        row.values = {key: value for key, value in values.items() if getattr(person, key) != value}
    return row


def _plan_number(row: PlannedPerson, values: dict[str, Any], company: _Company) -> None:
    holder = company.numbers.get(values.get("employee_no", ""))
    if holder is not None and (row.person is None or holder.pk != row.person.pk):
        row.errors["employee_no"] = _("%(name)s has this employee number") % {"name": holder.name}


def _plan_department(row: PlannedPerson, company: _Company, create_departments: bool) -> None:
    text = row.line.cells.get("department", "")
    if not text:
        return
    path: Path = tuple(part.strip() for part in text.replace("\uff0f", "/").strip("/").split("/"))
    problem = next((problem for name in path if (problem := department_name_problem(name))), None)
    if len(path) > DEEPEST:
        row.errors["department"] = _("At most %(limit)s departments in a path") % {"limit": DEEPEST}
        return
    if problem:
        row.errors["department"] = str(problem)
        return
    if path not in company.departments and len(path) == 1:
        elsewhere = company.by_name.get(path[0], [])
        if len(elsewhere) > 1:
            row.errors["department"] = _(
                "There are several departments of this name; write the path, such as %(path)s"
            ) % {"path": "/".join(elsewhere[0])}
            return
        path = elsewhere[0] if elsewhere else path
    if closed := next((path[:depth] for depth in range(1, len(path) + 1) if path[:depth] in company.closed), None):
        row.errors["department"] = _("%(path)s is closed") % {"path": "/".join(closed)}
        return
    if path not in company.departments and not create_departments:
        row.errors["department"] = _("%(path)s does not exist; choose to create missing departments, or correct it") % {
            "path": "/".join(path)
        }
        return
    row.department = path
    if row.person is not None:
        row.moves = (
            company.departments.get(path) is None or company.main.get(row.person.pk) != company.departments[path]
        )
        headed = company.headed_by.get(row.person.pk)
        if row.moves and headed is not None and headed == company.main.get(row.person.pk):
            row.errors["department"] = _("%(name)s heads the present department; name another head there first") % {
                "name": row.person.name
            }


def _plan_headship(row: PlannedPerson, company: _Company) -> None:
    word = row.line.cells.get("is_head", "").lower()
    if word in NO:
        return
    if word not in YES:
        row.errors["is_head"] = _("Yes or no (是 / 否)")
        return
    if not row.department:
        if "department" not in row.errors:
            row.errors["is_head"] = _("Name the department")
        return
    department = company.departments.get(row.department)
    holder = company.heads.get(department) if department is not None else None
    if holder is None:
        row.becomes_head = True
    elif row.person is None or holder[0] != row.person.pk:
        row.errors["is_head"] = _("%(name)s is the head of %(department)s; a department has one head") % {
            "name": holder[1],
            "department": "/".join(row.department),
        }


def _refuse_repeated(rows: list[PlannedPerson], key: str, alike: Any) -> None:
    first: dict[str, int] = {}
    for row in rows:
        text = row.line.cells.get(key, "")
        if not text:
            continue
        earlier = first.setdefault(alike(text), row.line.number)
        if earlier != row.line.number:
            row.errors.setdefault(key, _("The same as in row %(row)s") % {"row": earlier})


def _refuse_second_heads(rows: list[PlannedPerson], company: _Company) -> None:
    first: dict[Path, int] = {}
    for row in rows:
        if not row.becomes_head:
            continue
        earlier = first.setdefault(row.department, row.line.number)
        if earlier != row.line.number:
            row.errors.setdefault("is_head", _("Row %(row)s names a head for the same department") % {"row": earlier})


def _notes(row: PlannedPerson) -> list[str]:
    if row.errors or row.person is None:
        return []
    notes = [
        _("%(field)s: %(before)s → %(after)s")
        % {
            "field": getattr(Person._meta.get_field(key), "verbose_name", key),
            "before": getattr(row.person, key) or _("empty"),
            "after": value,
        }
        for key, value in row.values.items()
    ]
    if row.moves:
        notes.append(_("Moves to %(path)s") % {"path": "/".join(row.department)})
    if row.becomes_head:
        notes.append(_("Becomes the head of %(path)s") % {"path": "/".join(row.department)})
    return notes
