"""Reports that tasks are done, questions to those consulted, and who is waited for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from tongzhou.core.actor import Actor
from tongzhou.documents.models import StoredFile
from tongzhou.people.models import Person
from tongzhou.people.models.deputies import Scope
from tongzhou.projects.models import Party, Project
from tongzhou.projects.queries import projects_for

from ..models import DoneReport, Opinion, Question, RaciAssignment, Task
from ..states import RaciLetter
from ..task_people import TaskPeople


def tasks_of(project: Project) -> QuerySet[Task]:
    """The tasks of a project."""
    return Task.objects.filter(project=project)


def done_reports_for(actor: Actor) -> QuerySet[DoneReport]:
    """Reports on tasks of projects the actor may see; those of removed tasks are gone with them."""
    return DoneReport.objects.filter(project__in=projects_for(actor), task__project__isnull=False).select_related(
        "task__project__scenario", "task__department", "task__owner", "reported_by", "decided_by"
    )


def questions_for(actor: Actor) -> QuerySet[Question]:
    """Questions on tasks of projects the actor may see, with every opinion."""
    rows = Question.objects.filter(project__in=projects_for(actor), task__project__isnull=False)
    opinions = Opinion.objects.select_related("department", "person", "answered_by")
    return rows.select_related("project__scenario", "task__project", "asked_by").prefetch_related(
        Prefetch("opinions", opinions)
    )


def opinions_for(actor: Actor) -> QuerySet[Opinion]:
    """What those consulted were asked, in projects the actor may see."""
    return Opinion.objects.filter(
        question__project__in=projects_for(actor), question__task__project__isnull=False
    ).select_related("question__project__scenario", "question__task__project", "department", "person", "answered_by")


@dataclass(frozen=True, slots=True)
class ReportCard:
    """A report with its files."""

    report: DoneReport
    files: tuple[StoredFile, ...]


def reports_on(task: Task) -> list[ReportCard]:
    """What was reported done of a task and what was said to it, newest first."""
    rows = list(DoneReport.objects.filter(task=task).select_related("reported_by", "decided_by"))
    files: dict[str, list[StoredFile]] = {}
    slots = [row.slot for row in rows]
    for file in StoredFile.objects.filter(project_id=task.project_id, slot__in=slots, removed_at__isnull=True):
        files.setdefault(file.slot, []).append(file)
    return [ReportCard(row, tuple(files.get(row.slot, ()))) for row in rows]


def waiting_report(task: Task) -> DoneReport | None:
    """The report on which A has to decide."""
    return (
        DoneReport.objects.filter(task=task, state="waiting")
        .select_related("task__project__scenario", "reported_by")
        .first()
    )


def questions_on(task: Task) -> list[Question]:
    """The questions about a task, newest first, with every opinion."""
    opinions = Opinion.objects.select_related("department", "person", "answered_by")
    rows = Question.objects.filter(task=task).select_related("asked_by", "project__scenario")
    return list(rows.prefetch_related(Prefetch("opinions", opinions)))


def names_by_key(keys: Iterable[int]) -> dict[int, str]:
    """Persons by key."""
    return dict(Person.objects.filter(pk__in=set(keys)).values_list("pk", "name"))


def approver_names(people: TaskPeople, reporter_id: int | None) -> list[str]:
    """Who may accept, by name, in their order."""
    keys = people.approvers(reporter_id)
    names = names_by_key(keys)
    return [names[pk] for pk in keys if pk in names]


def lettered_to(actor: Actor, letter: str, department: str = "department") -> Q:
    """Tasks with this letter for the actor: by name, or through a department the actor heads, speaks for or is contact of.

    A first, cheap look; who it really is, ``task_people`` says.
    """
    contact = Party.objects.filter(
        project=OuterRef("project"), department=OuterRef("department"), contact_id=actor.pk, left_at__isnull=True
    )
    deputised = {entry.department_id for entry in actor.stand_ins if entry.covers(Scope.ACCEPTANCE)}
    rows = RaciAssignment.objects.filter(task=OuterRef("pk"), letter=letter)
    mine = Q(person_id=actor.pk) | Q(department_id__in=actor.headed_ids | deputised) | Q(Exists(contact))
    return Q(Exists(rows.filter(mine)))


def perhaps_doing(actor: Actor) -> QuerySet[Task]:
    """Tasks the actor may have to do."""
    contact = Party.objects.filter(
        project=OuterRef("project"), department=OuterRef("department"), contact_id=actor.pk, left_at__isnull=True
    )
    lettered = RaciAssignment.objects.filter(task=OuterRef("pk"), letter=RaciLetter.RESPONSIBLE)
    homeless = ~Exists(lettered) & (
        Q(Exists(contact)) | Q(department_id__in=actor.headed_ids) | Q(project__lead_id=actor.pk)
    )
    rows = Task.objects.filter(is_summary=False).select_related("project", "department")
    return rows.filter(Q(owner_id=actor.pk) | lettered_to(actor, RaciLetter.RESPONSIBLE) | homeless)


def perhaps_to_accept(actor: Actor) -> QuerySet[DoneReport]:
    """Reports on which the actor may have to decide."""
    tasks = Task.objects.filter(lettered_to(actor, RaciLetter.ACCOUNTABLE)).values("pk")
    around = (
        Q(project__lead_id=actor.pk)
        | Q(project__sponsor_id=actor.pk)
        | Q(task__department_id__in=actor.headed_ids)
        | Q(project__parties__contact_id=actor.pk, project__parties__left_at__isnull=True)
    )
    keys = DoneReport.objects.filter(Q(task__in=tasks) | around, state="waiting").exclude(reported_by_id=actor.pk)
    rows = DoneReport.objects.filter(pk__in=keys.values("pk"), task__project__isnull=False)
    return rows.select_related("task__project", "reported_by")
