"""Events of projects as messages to those they concern. Nobody is told of what they did themselves."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongzhou.core.events import on
from tongzhou.core.models import AuditEvent
from tongzhou.messaging.services import notify

from .models import Commitment, Project
from .queries import people_who_see


def _after(event: AuditEvent) -> dict[str, Any]:
    after: dict[str, Any] = json.loads(event.payload).get("after") or {}
    return after


def _project(event: AuditEvent) -> Project:
    return Project.objects.get(pk=event.project_id or 0)


def _tell(
    event: AuditEvent,
    people: Iterable[int | None],
    title: str | Promise,
    body: str | Promise = "",
    *,
    link: str = "",
    mail: bool = True,
    **values: Any,
) -> None:
    project = _project(event)
    notify(
        {pk for pk in people if pk is not None and pk != event.actor_id},
        key=f"event:{event.seq}",
        title=title,
        body=body,
        values={"project": project.name, "who": event.actor_name, **values},
        link=link or project.get_absolute_url(),
        project_id=project.pk,
        event_seq=event.seq,
        mail=mail,
    )


def _everybody(event: AuditEvent) -> set[int]:
    return people_who_see(_project(event))


@on("projects.gate.passed")
def gate_passed(event: AuditEvent) -> None:
    """Everybody who takes part hears that the next phase begins, and whether conditions were missing."""
    after = _after(event)
    if after.get("conditional"):
        title, body = _("%(project)s passed gate %(gate)s with conditions missing"), _("Reason: %(reason)s")
    else:
        title, body = _("%(project)s passed gate %(gate)s"), _("%(who)s passed the gate: every condition is met.")
    _tell(event, _everybody(event), title, body, gate=after.get("gate"), reason=after.get("reason", ""))


@on("projects.project.suspended")
def suspended(event: AuditEvent) -> None:
    """Everybody who takes part hears that the project rests, and why."""
    _stopped(event, _("%(project)s is suspended"))


@on("projects.project.cancelled")
def cancelled(event: AuditEvent) -> None:
    """Everybody who takes part hears that the project has ended, and why."""
    _stopped(event, _("%(project)s is cancelled"))


@on("projects.project.moved_back")
def moved_back(event: AuditEvent) -> None:
    """Everybody who takes part hears that a phase is done again, and why."""
    _stopped(event, _("%(project)s goes back one phase"))


def _stopped(event: AuditEvent, title: Promise) -> None:
    _tell(event, _everybody(event), title, _("Reason: %(reason)s"), reason=_after(event).get("reason", ""))


@on("projects.project.resumed")
def resumed(event: AuditEvent) -> None:
    """Everybody who takes part hears that it goes on."""
    _tell(event, _everybody(event), _("%(project)s goes on"), _("%(who)s has resumed the project."))


@on("projects.project.changed")
def handed_over(event: AuditEvent) -> None:
    """A new lead or sponsor hears of it."""
    after = _after(event)
    if lead := after.get("lead_id"):
        _tell(event, [lead], _("You lead %(project)s now"), _("Named by %(who)s."))
    if sponsor := after.get("sponsor_id"):
        _tell(event, [sponsor], _("You are the sponsor of %(project)s"), _("Named by %(who)s."))


@on("projects.contact.named")
def contact_named(event: AuditEvent) -> None:
    """The new contact person hears what they answer for."""
    after = _after(event)
    body = _("You answer for your department day by day: updates, reports, problems. Named by %(who)s.")
    _tell(event, [after.get("contact")], _("You are the contact person in %(project)s"), body)


@on("projects.stakeholder.added")
def stakeholder_added(event: AuditEvent) -> None:
    """A person who may see the project from now on hears of it; who is added by an escalation is told by that."""
    if event.actor_id is None:
        return
    _tell(event, [_after(event).get("person")], _("You take part in %(project)s"), _("Added by %(who)s."))


@on("projects.commitment.added")
@on("projects.commitment.changed")
@on("projects.commitment.owner_named")
def owner_named(event: AuditEvent) -> None:
    """Who answers for a commitment hears of it, under the bell only: it is a proposal until the heads have signed."""
    owner = _after(event).get("owner_id")
    commitment = Commitment.objects.filter(pk=event.subject_id).first() if owner else None
    if commitment is None:
        return
    title = _("You own a commitment in %(project)s")
    link = f"{commitment.project.get_absolute_url()}commitments/#commitment-{commitment.pk}"
    _tell(event, [owner], title, "%(commitment)s", link=link, mail=False, commitment=commitment.action)
