"""What was passed up the line waits for whoever was told, until what is awaited has happened."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from tongzhou.core.actor import Actor
from tongzhou.projects.duties import Duty, DutyAct, DutyFinder, register

from .ladders import kinds
from .models import LadderStep
from .states import LadderState, Rung


def register_finders() -> None:
    """Makes the duty known; called when the app is ready."""
    register(DutyFinder("cadence.escalations", _told))


def _told(actor: Actor) -> Iterable[Duty]:
    steps = LadderStep.objects.filter(person_id=actor.pk).exclude(ladder__state=LadderState.STOPPED)
    for step in steps.filter(ladder__paused_at__isnull=True).select_related("ladder__project", "ladder__department"):
        ladder = step.ladder
        words = {"what": kinds.get(ladder.kind).label, "subject": ladder.subject_label}
        yield Duty(
            act=DutyAct.ANSWER,
            title=_("%(what)s: %(subject)s") % words,
            project_id=ladder.project_id,
            project_name=ladder.project.name,
            why=_("Escalated to you as %(rung)s, because %(because)s")
            % {"rung": Rung(step.rung).label, "because": kinds.get(ladder.kind).because(ladder)},
            link=ladder.link,
            button=_("Have a look"),
            due_at=ladder.awaited_at,
        )
