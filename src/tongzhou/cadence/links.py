"""What may be done by a link in a message of the clock: to take on what was escalated."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.core.actor import Actor
from tongzhou.messaging import action_links
from tongzhou.messaging.action_links import LinkPurpose

from .ladders import kinds
from .models import LadderStep
from .queries.ladders import may_take_on, step_of
from .services import take_on
from .services.ladders import TAKE_ON


def register() -> None:
    """Makes the purpose known; called from ``AppConfig.ready()``."""
    action_links.register(
        LinkPurpose(
            TAKE_ON,
            gettext_lazy("I have seen it, I am on it"),
            gettext_lazy("I am on it"),
            question=_question,
            run=lambda step_id, by: take_on(step_id, by=by),
            after=_after,
        )
    )


def _question(step_id: int, by: Actor) -> str | None:
    step = step_of(by, step_id)
    if step is None or not may_take_on(step):
        return None
    ladder = step.ladder
    return _(
        "%(what)s: %(subject)s (%(project)s) was escalated to you, because %(because)s. Those who wait will be told that "
        "you have seen it and are on it. The clock goes on until it has happened."
    ) % {
        "what": kinds.get(ladder.kind).label,
        "subject": ladder.subject_label,
        "project": ladder.project.name,
        "because": kinds.get(ladder.kind).because(ladder),
    }


def _after(step_id: int) -> str:
    link: str = LadderStep.objects.values_list("ladder__link", flat=True).get(pk=step_id)
    return link or "/"
