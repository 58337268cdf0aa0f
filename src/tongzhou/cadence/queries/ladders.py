"""Escalations under way: who was told, who is next and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model, QuerySet

from tongzhou.people.models import Person
from tongzhou.projects.models import Party
from tongzhou.projects.queries import head_ids

from ..ladders import kinds
from ..models import Ladder, LadderStep
from ..states import LadderState, Rung


@dataclass(frozen=True, slots=True)
class Climb:
    """A ladder as it is shown on its subject: what is awaited, who was told, who is told next and when."""

    ladder: Ladder
    what: str
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
        _climb(row) for row in standing_ladders(subject).select_related("project").prefetch_related("steps__person")
    ]


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
        case Rung.LEAD:
            found = [project.lead_id]
        case Rung.SPONSOR:
            found = [project.sponsor_id]
    wanted = {pk for pk in found if pk is not None}
    return set(Person.objects.filter(pk__in=wanted, is_active=True).values_list("pk", flat=True))


def _climb(ladder: Ladder) -> Climb:
    steps = list(ladder.steps.all())
    told = {step.person_id for step in steps}
    rung, persons = None, set[int]()
    for name, _minutes in ladder.rungs[ladder.step :] if ladder.state == LadderState.RUNNING else []:
        rung = Rung(name)
        if persons := persons_on(ladder, rung) - told:
            break
    return Climb(
        ladder=ladder,
        what=str(kinds.get(ladder.kind).label),
        steps=steps,
        next_rung=rung if persons else None,
        next_persons=list(Person.objects.filter(pk__in=persons).order_by("pk")) if persons else [],
        next_at=ladder.next_at if persons else None,
    )
