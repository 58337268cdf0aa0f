"""Commitments and what is vague about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Max, QuerySet

from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.people.models import Department

from ..models import Commitment, Project
from ..states import CommitmentState
from .projects import projects_for
from .wording import CommitmentWording, Reading, commitment_findings, reading_now

# States in which a promise still has to be kept.
PENDING = (CommitmentState.PROPOSED, CommitmentState.AGREED)


def commitments_for(actor: Actor) -> QuerySet[Commitment]:
    """Commitments in projects the actor may see."""
    return Commitment.objects.filter(project__in=projects_for(actor)).select_related(
        "project__scenario", "department", "owner"
    )


def next_commitment_number(project_id: int) -> int:
    """The number the next commitment of the project gets; numbers are not used twice."""
    return (Commitment.objects.filter(project_id=project_id).aggregate(top=Max("number"))["top"] or 0) + 1


@dataclass(frozen=True, slots=True)
class CheckedCommitment:
    """A commitment beside what the wording check says of it."""

    commitment: Commitment
    wording: CommitmentWording
    is_late: bool


def checked_commitments(project: Project, reading: Reading | None = None) -> list[CheckedCommitment]:
    """Every commitment of the project, withdrawn ones too, with what is vague about it; one query for all."""
    reading = reading or reading_now()
    rows = project.commitments.select_related("department", "owner", "objective")
    return [CheckedCommitment(row, commitment_findings(row, reading), is_late(row, reading.today)) for row in rows]


def is_late(commitment: Commitment, today: date | None = None) -> bool:
    """A promise whose day has passed and that is neither kept nor taken back."""
    return commitment.due is not None and commitment.state in PENDING and commitment.due < (today or clock.today())


def by_department(rows: list[CheckedCommitment]) -> list[tuple[Department, list[CheckedCommitment]]]:
    """The commitments grouped by the department that promises them, in the order they were taken down."""
    groups: dict[int, tuple[Department, list[CheckedCommitment]]] = {}
    for row in rows:
        department = row.commitment.department
        groups.setdefault(department.pk, (department, []))[1].append(row)
    return list(groups.values())
