"""Letters turned into persons: who reports a task done, who approves it, who is asked, who is informed.

A letter with a name is that person's. A letter of a department is spoken by the department: its R by the task's owner
(where the task is the department's own) and its contact person, its A by its head or contact person, its C and I by the
contact person. Where there is no contact person, the head stands in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tongzhou.people.models import Department
from tongzhou.projects.models import Party, Project
from tongzhou.projects.queries.projects import head_ids

from .models import RaciAssignment, Task
from .states import RaciLetter

R, A, C, I = RaciLetter.RESPONSIBLE, RaciLetter.ACCOUNTABLE, RaciLetter.CONSULTED, RaciLetter.INFORMED  # noqa: E741
Holder = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class TaskPeople:
    """Who is what to one task. ``letters`` gives (department, person or None) for each letter."""

    task: Task
    project: Project
    letters: Mapping[str, Sequence[Holder]] = field(default_factory=dict)
    contacts: Mapping[int, int] = field(default_factory=dict)
    heads: Mapping[int, int] = field(default_factory=dict)

    def contact_of(self, department_id: int | None) -> int | None:
        """The contact person of a department in the project; where there is none, its head."""
        if department_id is None:
            return None
        return self.contacts.get(department_id) or self.heads.get(department_id)

    def holders(self, letter: str) -> list[Holder]:
        """Who holds a letter; a department whose person holds it by name counts through that person."""
        rows = self.letters.get(letter, ())
        named = {department for department, person in rows if person is not None}
        return [(department, person) for department, person in rows if person is not None or department not in named]

    def doers(self) -> list[int]:
        """Whose duty the task is: persons with the R, for a department the owner or the contact person."""
        found: list[int | None] = []
        for department, person in self.holders(R):
            own = self.task.owner_id if department == self.task.department_id else None
            found.append(person or own or self.contact_of(department))
        if not found:
            found.append(self.task.owner_id or self.contact_of(self.task.department_id) or self.project.lead_id)
        return _once(found)

    def reporters(self) -> list[int]:
        """Who may say how far it is and that it is done: the doers, the owner, and who answers for an R department."""
        found: list[int | None] = [*self.doers(), self.task.owner_id]
        for department in _once(pk for pk, _person in self.holders(R)) or _once([self.task.department_id]):
            found += [self.contacts.get(department), self.heads.get(department)]
        return _once(found)

    def approvers(self, reporter_id: int | None) -> list[int]:
        """Who may accept what this person reported: never the person themselves.

        Persons of the A first (a name, or head and contact person of the department). Where R and A are the same
        department, that leaves its other voice: what the contact person reports the head verifies, and the other way
        round. Is nobody else left, the head or contact person of the A's department verifies, then the project lead,
        then the sponsor.
        """
        named: list[int | None] = []
        for department, person in self.holders(A):
            named += [person] if person else [self.heads.get(department), self.contacts.get(department)]
        departments = self.approving_departments()
        around = [found for pk in departments for found in (self.heads.get(pk), self.contacts.get(pk))]
        for circle in (named, around, [self.project.lead_id], [self.project.sponsor_id]):
            if left := _once(pk for pk in circle if pk != reporter_id):
                return left
        return []

    def approving_departments(self) -> list[int]:
        """Departments that hold the A (also through a person); without an A, the task's own."""
        found = [department for department, _person in self.holders(A)]
        return _once(found) or _once([self.task.department_id])

    def deputised(self, reporter_id: int | None) -> list[int]:
        """Departments whose head's deputy may accept for the head: an A of the department, whose head did not report."""
        whole = [department for department, person in self.holders(A) if person is None]
        return [pk for pk in whole if self.heads.get(pk) is not None and self.heads[pk] != reporter_id]

    def consulted(self) -> list[Holder]:
        """Who is asked: (department, person or None)."""
        return self.holders(C)

    def informed(self) -> list[int]:
        """Who gets the daily digest."""
        return _once(person or self.contact_of(department) for department, person in self.holders(I))


def people_of(task: Task) -> TaskPeople:
    """Who is what to this task."""
    return people_by_task([task])[task.pk]


def people_by_task(tasks: Iterable[Task]) -> dict[int, TaskPeople]:
    """Task → who is what to it; a fixed number of queries. The tasks carry their project."""
    rows = list(tasks)
    letters: dict[int, dict[str, list[Holder]]] = {}
    lettered = RaciAssignment.objects.filter(task__in=[row.pk for row in rows])
    for task, letter, department, person in lettered.values_list("task_id", "letter", "department_id", "person_id"):
        letters.setdefault(task, {}).setdefault(letter, []).append((department, person))
    contacts = contacts_in({row.project_id for row in rows})
    departments = {row.department_id for row in rows if row.department_id is not None}
    departments |= {department for held in letters.values() for cells in held.values() for department, _p in cells}
    heads = head_ids(departments) if departments else {}
    return {
        row.pk: TaskPeople(row, row.project, letters.get(row.pk, {}), contacts.get(row.project_id, {}), heads)
        for row in rows
    }


def contacts_in(project_ids: Iterable[int]) -> dict[int, dict[int, int]]:
    """Project → department → its contact person there."""
    found: dict[int, dict[int, int]] = {}
    rows = Party.objects.filter(project__in=list(project_ids), left_at__isnull=True, contact__isnull=False)
    for project, department, contact in rows.values_list("project_id", "department_id", "contact_id"):
        if contact is not None:
            found.setdefault(project, {})[department] = contact
    return found


def speakers_in(project: Project, department_ids: Iterable[int]) -> dict[int, int]:
    """Department → its contact person in the project; where there is none, its head."""
    wanted = set(department_ids)
    contacts = contacts_in([project.pk]).get(project.pk, {})
    heads = head_ids(wanted)
    both = {pk: contacts.get(pk) or heads.get(pk) for pk in wanted}
    return {pk: person for pk, person in both.items() if person is not None}


def names_of(department_ids: Iterable[int]) -> dict[int, str]:
    """Department → its name."""
    return dict(Department.objects.filter(pk__in=set(department_ids)).values_list("pk", "name"))


def _once(keys: Iterable[int | None]) -> list[int]:
    return list(dict.fromkeys(pk for pk in keys if pk is not None))
