"""I is informed: once a working day, of what changed on the tasks of one's letters, and only if something changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from tongzhou.cadence.models import Occasion
from tongzhou.cadence.services import plan_occasion
from tongzhou.calendars.queries import company_calendar
from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.events import on, record
from tongzhou.core.models import AuditEvent
from tongzhou.messaging.services import notify
from tongzhou.projects.models import Project
from tongzhou.projects.states import Phase

from ..models import Plan, RaciAssignment, Task
from ..queries.informed import TOLD, sentences
from ..queries.plan_rows import PlanRow
from ..states import RaciLetter
from ..task_people import people_by_task

DIGEST = "planning.informed_digest"
AT = time(17, 30)
PHASES = frozenset({Phase.PLANNING, Phase.EXECUTING, Phase.CLOSING})
# What lies further back is history, not news.
NEWS = timedelta(days=7)
MOST_LINES = 10
MOST_MOVES = 500


def _listed(events: Sequence[AuditEvent], tasks: frozenset[int]) -> str:
    return "\n".join(f"· {line}" for line in sentences(events, tasks))


_lines = lazy(_listed, str)


def expect_digest(project: Project) -> None:
    """Something has changed: at the next 17:30 of a working day those informed are told."""
    if project.phase in PHASES:
        plan_occasion(DIGEST, project, next_digest(clock.now()), project_id=project.pk)


def next_digest(moment: datetime) -> datetime:
    """The next 17:30 of a working day in the company's zone."""
    local = moment.astimezone(clock.company_zone())
    calendar = company_calendar()
    day = local.date()
    if not calendar.is_workday(day) or local.time() >= AT:
        day = calendar.add_workdays(day, 1)
    return datetime.combine(day, AT, clock.company_zone())


def note_moves(
    project: Project, changed: Sequence[PlanRow], before: Mapping[int, tuple[date | None, date | None]], *, by: Actor
) -> None:
    """Keeps in the log how the schedule moved tasks of which somebody is informed; one event, two queries at most."""
    if not before or project.phase not in PHASES:
        return
    lettered = RaciAssignment.objects.filter(project=project, letter=RaciLetter.INFORMED)
    informed = set(lettered.values_list("task_id", flat=True)) & set(before)
    moves = [
        {"task": task.pk, "title": task.title, "was": before[task.pk][1], "now": task.finish}
        for task in changed
        if task.pk in informed and before[task.pk][1] is not None and before[task.pk][1] != task.finish
    ]
    if moves:
        record(by, "planning.plan.moved", project, after={"count": len(before)}, data={"moves": moves[:MOST_MOVES]})


@on("planning.work.*")
def expect_after_work(event: AuditEvent) -> None:
    """What is reported of a task goes into the next digest."""
    project = Project.objects.filter(pk=event.project_id or 0).first()
    if project is not None:
        expect_digest(project)


@act
def tell_informed(occasion: Occasion) -> str:
    """Handler: each person informed gets one message on all that is new, but for what they did themselves."""
    plan = (
        Plan.objects.select_for_update(of=("self",))
        .select_related("project")
        .filter(project=occasion.subject_id)
        .first()
    )
    if plan is None or plan.project.phase not in PHASES:
        return "nothing to tell"
    rows = AuditEvent.objects.filter(project_id=plan.project_id, seq__gt=plan.digested_seq, name__in=TOLD)
    events = list(rows.filter(at__gte=clock.now() - NEWS).order_by("seq"))
    told = 0
    for person, (news, tasks) in _news_by_person(plan.project, events).items():
        told += notify(
            [person],
            key=f"informed-{plan.project_id}-{news[-1].seq}",
            title=_("%(count)s changes on tasks you are informed of: %(project)s"),
            body=_("%(lines)s"),
            values={"count": len(news), "project": plan.project.name, "lines": _lines(news[-MOST_LINES:], tasks)},
            link=f"{reverse('planning:informed')}?project={plan.project_id}",
            project_id=plan.project_id,
        )
    if events:
        plan.digested_seq = events[-1].seq
        plan.save(update_fields=["digested_seq"])
    return f"told: {told}"


def _news_by_person(
    project: Project, events: Sequence[AuditEvent]
) -> dict[int, tuple[list[AuditEvent], frozenset[int]]]:
    """Person → the events on tasks of their letters, oldest first, and those tasks; each event stands once."""
    touched = {event.seq: touched_tasks(event) for event in events}
    keys = {pk for found in touched.values() for pk in found}
    lettered = RaciAssignment.objects.filter(project=project, letter=RaciLetter.INFORMED, task__in=keys)
    tasks = Task.objects.filter(pk__in=lettered.values("task")).select_related("project")
    of_person: dict[int, set[int]] = {}
    for pk, people in people_by_task(tasks).items():
        for person in people.informed():
            of_person.setdefault(person, set()).add(pk)
    found = {}
    for person, mine in of_person.items():
        news = [event for event in events if event.actor_id != person and not mine.isdisjoint(touched[event.seq])]
        if news:
            found[person] = (news, frozenset(mine))
    return found


def touched_tasks(event: AuditEvent) -> list[int]:
    """The tasks an event is about."""
    if event.name != "planning.plan.moved":
        return [event.subject_id]
    data: dict[str, Any] = json.loads(event.payload).get("data") or {}
    return [row["task"] for row in data.get("moves", [])]
