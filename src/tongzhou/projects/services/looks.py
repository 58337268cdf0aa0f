"""Remembering what a person has seen of a project."""

from __future__ import annotations

from datetime import timedelta

from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.models import AuditEvent

from ..models import LastLook, Project

# Coming back within this time is still the same look: a reload does not make the news old.
ONE_LOOK = timedelta(minutes=30)


def note_look(project: Project, *, by: Actor) -> LastLook:
    """Notes that the person looks at the project now; writes only when there is something to write."""
    newest = (
        AuditEvent.objects.filter(project_id=project.pk).order_by("-seq").values_list("seq", flat=True).first() or 0
    )
    look = LastLook.objects.filter(project=project, person_id=by.pk).first()
    if look is None:
        return _first_look(project, newest, by)
    moment = clock.now()
    comes_back = moment - look.at >= ONE_LOOK
    if look.seen != newest or (comes_back and look.seen_before != look.seen):
        return _look_again(look, newest, comes_back)
    return look


@act
def _first_look(project: Project, newest: int, by: Actor) -> LastLook:
    look, _fresh = LastLook.objects.get_or_create(
        project=project, person_id=by.pk, defaults={"seen": newest, "at": clock.now()}
    )
    return look


@act
def _look_again(look: LastLook, newest: int, comes_back: bool) -> LastLook:
    if comes_back:
        look.seen_before = look.seen
        look.at = clock.now()
    look.seen = max(newest, look.seen)
    look.save(update_fields=["seen_before", "seen", "at"])
    return look
