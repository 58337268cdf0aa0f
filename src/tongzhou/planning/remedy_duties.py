"""What of ways out of conflicts waits for a person: a department's answer, the click that carries it out."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.core.actor import Actor
from tongzhou.projects.duties import Duty, DutyAct, DutyFinder, register
from tongzhou.projects.states import OPEN

from . import queries
from .models import Remedy


def register_finders() -> None:
    """Makes the duties known; called when the app is ready."""
    register(DutyFinder("planning.remedies", _mine, _others))


def _duty(remedy: Remedy, act: DutyAct, title: str, why: str, button: str) -> Duty:
    return Duty(
        act=act,
        title=title,
        project_id=remedy.project_id,
        project_name=remedy.project.name,
        why=why,
        link=reverse("planning:remedy", args=[remedy.project_id, remedy.pk]),
        button=button,
    )


def _mine(actor: Actor) -> Iterable[Duty]:
    for consent in queries.consents_to_answer(actor).filter(remedy__project__phase__in=OPEN):
        title = _("Way out of a resource conflict: %(what)s") % {"what": queries.headline(consent.remedy)}
        why = _("It touches %(department)s") % {"department": consent.department.name}
        yield _duty(consent.remedy, DutyAct.DECIDE, title, why, _("Look and answer"))
    for remedy in queries.remedies_to_apply(actor).filter(project__phase__in=OPEN):
        title = _("Carry out: %(what)s") % {"what": queries.headline(remedy)}
        yield _duty(remedy, DutyAct.COMPLETE, title, _("Every department has accepted"), _("Carry out"))


def _others(actor: Actor) -> Iterable[Duty]:
    mine = set(queries.consents_to_answer(actor).values_list("pk", flat=True))
    for consent in queries.consents_waited_for(actor).filter(remedy__project__phase__in=OPEN):
        if consent.pk not in mine:
            title = _("Answer on “%(what)s”") % {"what": queries.headline(consent.remedy)}
            yield _duty(consent.remedy, DutyAct.DECIDE, title, consent.department.name, _("Look"))
