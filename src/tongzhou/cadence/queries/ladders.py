"""Escalations under way: who was told, who is next and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, Model, OuterRef, QuerySet

from tongzhou.core.actor import Actor
from tongzhou.people.models import Department, Person
from tongzhou.projects.models import Party, Project
from tongzhou.projects.queries import head_ids

from ..ladders import kinds
from ..models import Ladder, LadderStep
from ..states import LadderState, Rung

# A page lists so many; more is a project in which nobody does anything.
LISTED = 30


@dataclass(frozen=True, slots=True)
class Climb:
    """A ladder as it is shown on its subject: what is awaited, who was told, who is told next and when."""

    ladder: Ladder
    what: str
    because: str
    steps: list[LadderStep]
    next_rung: Rung | None
    next_persons: list[Person]
    next_at: datetime | None


def standing_ladders(subject: Model) -> QuerySet[Ladder]:
    """Ladders of the subject that are not stopped."""
    return Ladder.objects.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk).exclude(
        state=LadderState.STOPPED
    )


def climbs_of(subject: Model) -> list[Climb]:
    """What the page of a subject shows of its escalations, for ``cadence/_ladders.html``."""
    return [
        _climb(row)
        for row in standing_ladders(subject).select_related("project", "department").prefetch_related("steps__person")
    ]


def climbs_in(project: Project) -> list[Climb]:
    """Everything in the project that was passed up the line and is still awaited, latest first; a few queries."""
    climbed = LadderStep.objects.filter(ladder=OuterRef("pk"))
    rows = Ladder.objects.filter(Exists(climbed), project=project).exclude(state=LadderState.STOPPED)
    rows = rows.select_related("project", "department").prefetch_related("steps__person").order_by("-awaited_at", "-pk")
    return [_listed(row) for row in rows[:LISTED]]


def step_of(actor: Actor, step_id: int) -> LadderStep | None:
    """The step by which the actor was told; nobody else's."""
    steps = LadderStep.objects.filter(pk=step_id, person_id=actor.pk)
    return steps.select_related("ladder__project", "ladder__department").first()


def may_take_on(step: LadderStep) -> bool:
    """True while what is awaited has not happened and this person has not taken it on."""
    return step.acknowledged_at is None and step.ladder.state != LadderState.STOPPED


def persons_on(ladder: Ladder, rung: Rung) -> set[int]:
    """Who stands on the rung today."""
    project, department = ladder.project, ladder.department_id
    found: list[int | None] = []
    match rung:
        case Rung.PERSON:
            found = [ladder.person_id]
        case Rung.CONTACT:
            if department is not None:
                contacts = Party.objects.filter(project=project, department_id=department, left_at__isnull=True)
                found = list(contacts.values_list("contact_id", flat=True))
        case Rung.HEAD:
            found = [head_ids([department]).get(department)] if department is not None else []
        case Rung.SUPERIOR:
            found = [_head_above(department)] if department is not None else []
        case Rung.LEAD:
            found = [project.lead_id]
        case Rung.SPONSOR:
            found = [project.sponsor_id]
        case Rung.PMO:
            found = list(Person.objects.filter(is_pmo=True).values_list("pk", flat=True))
    wanted = {pk for pk in found if pk is not None}
    return set(Person.objects.filter(pk__in=wanted, is_active=True).values_list("pk", flat=True))


def _head_above(department_id: int) -> int | None:
    """The next head up the tree of departments who is not the department's own."""
    own, seen = head_ids([department_id]).get(department_id), {department_id}
    above = Department.objects.filter(pk=department_id).values_list("parent_id", flat=True).first()
    while above is not None and above not in seen:
        seen.add(above)
        head = head_ids([above]).get(above)
        if head is not None and head != own:
            return head
        above = Department.objects.filter(pk=above).values_list("parent_id", flat=True).first()
    return None


def _listed(ladder: Ladder) -> Climb:
    """For lists: which rung is next, without looking who stands on it."""
    rungs = ladder.rungs[ladder.step :] if ladder.state == LadderState.RUNNING else []
    return _shown(ladder, Rung(rungs[0][0]) if rungs else None, [])


def _climb(ladder: Ladder) -> Climb:
    told = {step.person_id for step in ladder.steps.all()}
    for name, _minutes in ladder.rungs[ladder.step :] if ladder.state == LadderState.RUNNING else []:
        if persons := persons_on(ladder, Rung(name)) - told:
            return _shown(ladder, Rung(name), list(Person.objects.filter(pk__in=persons).order_by("pk")))
    return _shown(ladder, None, [])


def _shown(ladder: Ladder, rung: Rung | None, persons: list[Person]) -> Climb:
    kind = kinds.get(ladder.kind)
    return Climb(
        ladder=ladder,
        what=str(kind.label),
        because=str(kind.because(ladder)),
        steps=list(ladder.steps.all()),
        next_rung=rung,
        next_persons=persons,
        next_at=ladder.next_at if rung is not None else None,
    )
