"""Commitments and what is vague about them."""

from __future__ import annotations

from django.db.models import Max, QuerySet

from tongzhou.core.actor import Actor

from ..models import Commitment
from .projects import projects_for


def commitments_for(actor: Actor) -> QuerySet[Commitment]:
    """Commitments in projects the actor may see."""
    return Commitment.objects.filter(project__in=projects_for(actor)).select_related("project", "department", "owner")


def next_commitment_number(project_id: int) -> int:
    """The number the next commitment of the project gets; numbers are not used twice."""
    return (Commitment.objects.filter(project_id=project_id).aggregate(top=Max("number"))["top"] or 0) + 1
