"""What changed on tasks a person is informed of (I): read from the event log."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.core.models import AuditEvent
from tongzhou.projects.models import Project
from tongzhou.projects.queries import deeds, projects_for

from ..models import Task
from ..states import RaciLetter
from ..task_people import people_by_task
from .work import lettered_to

# What those informed hear of; how the plan is put together in detail is not for them.
TOLD = (
    "planning.task.changed",
    "planning.plan.moved",
    "planning.work.started",
    "planning.work.progressed",
    "planning.work.blocked",
    "planning.work.unblocked",
    "planning.work.reported",
    "planning.work.accepted",
    "planning.work.returned",
    "planning.work.cancelled",
    "planning.work.reopened",
)
DAYS = timedelta(days=30)
MOST_EVENTS = 1000


@dataclass(frozen=True, slots=True)
class Change:
    """One change on a task: when, who, what; ``tasks`` are those it is about, by key and name."""

    at: datetime
    text: str
    who: str
    icon: str
    tone: str
    note: str
    project: Project
    tasks: tuple[tuple[int, str], ...]


def informed_tasks(actor: Actor) -> dict[int, Task]:
    """Tasks the actor is informed of, in projects they may see."""
    rows = Task.objects.filter(lettered_to(actor, RaciLetter.INFORMED), project__in=projects_for(actor))
    tasks = list(rows.select_related("project"))
    return {pk: people.task for pk, people in people_by_task(tasks).items() if actor.pk in people.informed()}


def changes_for(actor: Actor, project_id: int | None = None) -> list[Change]:
    """What changed on these tasks in the last thirty days, newest first; a fixed number of queries."""
    tasks = informed_tasks(actor)
    projects = {task.project_id: task.project for task in tasks.values()}
    if project_id is not None:
        projects = {pk: project for pk, project in projects.items() if pk == project_id}
    if not projects:
        return []
    rows = _told(projects).filter(at__gte=clock.now() - DAYS).exclude(actor_id=actor.person_id)
    about = Q(subject_type="planning.task", subject_id__in=list(tasks)) | Q(name="planning.plan.moved")
    events = list(rows.filter(about)[:MOST_EVENTS])
    found = []
    for event, deed in zip(events, deeds(events), strict=True):
        moves = _moves(event)
        mine = [pk for pk in ([row["task"] for row in moves] if moves else [event.subject_id]) if pk in tasks]
        if mine:
            found.append(
                Change(
                    at=event.at,
                    text=_move_text([row for row in moves if row["task"] in tasks]) if moves else deed.text,
                    who=deed.who,
                    icon=deed.icon,
                    tone=deed.tone,
                    note=deed.note,
                    project=projects[event.project_id or 0],
                    tasks=tuple((pk, tasks[pk].title) for pk in mine),
                )
            )
    return found


def sentences(events: Sequence[AuditEvent], tasks: Collection[int]) -> list[str]:
    """The same as lines of a message about these tasks, newest last, in the present language."""
    found = []
    for event, deed in zip(events, deeds(list(events)), strict=True):
        moves = [row for row in _moves(event) if row["task"] in tasks]
        text = _move_text(moves) if moves else deed.text
        found.append(_("%(who)s: %(what)s") % {"who": deed.who, "what": f"{text} {deed.note}".strip()})
    return found


def _told(projects: dict[int, Project]) -> QuerySet[AuditEvent]:
    return AuditEvent.objects.filter(project_id__in=list(projects), name__in=TOLD).order_by("-seq")


def _moves(event: AuditEvent) -> list[dict[str, Any]]:
    if event.name != "planning.plan.moved":
        return []
    moves: list[dict[str, Any]] = (json.loads(event.payload).get("data") or {}).get("moves", [])
    return moves


def _move_text(moves: Sequence[dict[str, Any]]) -> str:
    told = [
        _("“%(task)s” now ends on %(now)s instead of %(was)s")
        % {"task": row["title"], "now": row["now"], "was": row["was"]}
        for row in moves[:5]
    ]
    if len(moves) > len(told):
        told.append(_("and %(count)s more") % {"count": len(moves) - len(told)})
    return "; ".join(told)
