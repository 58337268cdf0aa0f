"""What holds a person in projects: those they lead, sponsor or answer for, and what they promised."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.core.actor import Actor
from tongzhou.people import ties

from . import queries
from .models import Commitment, Party, Project
from .states import OPEN, CommitmentState, Phase

STILL = {*OPEN, Phase.SUSPENDED}


def _led(person_id: int, by: Actor) -> Iterator[ties.Tie]:
    yield from _named(Project.objects.filter(lead_id=person_id, phase__in=STILL), by)


def _sponsored(person_id: int, by: Actor) -> Iterator[ties.Tie]:
    yield from _named(Project.objects.filter(sponsor_id=person_id, phase__in=STILL), by)


def _contact(person_id: int, by: Actor) -> Iterator[ties.Tie]:
    parties = Party.objects.filter(contact_id=person_id, left_at__isnull=True, project__phase__in=STILL)
    yield from _named(Project.objects.filter(pk__in=parties.values("project_id")), by)


def _promised(person_id: int, by: Actor) -> Iterator[ties.Tie]:
    owed = Commitment.objects.filter(
        owner_id=person_id,
        project__phase__in=STILL,
        state__in=(CommitmentState.PROPOSED, CommitmentState.AGREED),
    ).select_related("project")
    seen = _visible(owed.values("project_id"), by)
    for commitment in owed.order_by("project_id", "number"):
        if commitment.project_id in seen:
            yield ties.Tie(f"{commitment.project.name}: {commitment}", commitment.project.get_absolute_url())
        elif commitment.project.is_confidential:
            yield ties.Tie(_("A commitment in a confidential project"))
        else:
            yield ties.Tie(_("Commitment %(number)s of %(project)s") % _words(commitment))


def _named(projects: QuerySet[Project], by: Actor) -> Iterator[ties.Tie]:
    """Projects by name, with a link for those who may look; of a confidential one, others learn only that it is there."""
    rows = list(projects.order_by("code"))
    seen = _visible([project.pk for project in rows], by)
    for project in rows:
        if project.pk in seen:
            yield ties.Tie(f"{project.code} {project.name}", project.get_absolute_url())
        elif project.is_confidential:
            yield ties.Tie(_("A confidential project"))
        else:
            yield ties.Tie(f"{project.code} {project.name}")


def _visible(project_ids: Any, by: Actor) -> set[int]:
    return set(queries.projects_for(by).filter(pk__in=project_ids).values_list("pk", flat=True))


def _words(commitment: Commitment) -> dict[str, object]:
    return {"number": commitment.number, "project": commitment.project.name}


def register() -> None:
    """Makes them known; called from ``AppConfig.ready()``."""
    ties.register(ties.TieFinder("projects.led", gettext_lazy("Projects led"), _led))
    ties.register(ties.TieFinder("projects.sponsored", gettext_lazy("Projects sponsored"), _sponsored))
    ties.register(ties.TieFinder("projects.contact", gettext_lazy("Contact person in"), _contact))
    ties.register(ties.TieFinder("projects.promised", gettext_lazy("Commitments owned"), _promised))
