"""What R reports and A decides → messages to who has to do something now, or waited for it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongzhou.core.events import on
from tongzhou.core.models import AuditEvent
from tongzhou.people.models.deputies import Scope
from tongzhou.people.queries import deputies_of

from ..models import DoneReport, Task
from ..task_people import TaskPeople, people_by_task, people_of
from .telling import part_of, tell


@on("planning.work.reported")
def tell_who_approves(event: AuditEvent) -> None:
    """A has to look at what was shown; deputies of an approving head too."""
    people = _people(event)
    deputies = {
        row.deputy_id
        for department_id in people.deputised(event.actor_id)
        for row in deputies_of(department_id)
        if not row.scopes or Scope.ACCEPTANCE in row.scopes
    }
    title = _("Please verify: %(who)s reports “%(task)s” done (%(project)s)")
    after = part_of(event, "after")
    shown = after.get("evidence") or after.get("link") or ", ".join(after.get("files", []))
    body = _("Shown: %(shown)s")
    tell(
        event,
        {*people.approvers(event.actor_id), *deputies},
        title,
        body,
        link=_link(people),
        **_facts(people),
        shown=shown,
    )


@on("planning.work.accepted")
def tell_that_it_is_done(event: AuditEvent) -> None:
    """R and the lead learn that it is accepted; who waited for it learns that it is there."""
    people = _people(event)
    title = _("Accepted: “%(task)s” is done (%(project)s)")
    mine = {*people.doers(), _reporter(event), people.project.lead_id}
    tell(event, mine, title, _("%(who)s has accepted it."), link=_link(people), **_facts(people))
    waiting = Task.objects.filter(links_in__predecessor=people.task).exclude(status__in=("done", "cancelled"))
    following = people_by_task(waiting.select_related("project"))
    doers = {pk for found in following.values() for pk in found.doers()} - mine
    title = _("“%(task)s” is done; your task waited for it (%(project)s)")
    tell(event, doers, title, link=_link(people), mail=False, part=":next", **_facts(people))


@on("planning.work.returned")
def tell_what_is_missing(event: AuditEvent) -> None:
    """R reads what is missing."""
    people = _people(event)
    title = _("Sent back: “%(task)s” is not accepted yet (%(project)s)")
    reason = part_of(event, "after").get("reason", "")
    mine = {*people.doers(), _reporter(event)}
    tell(event, mine, title, _("Reason: %(reason)s"), link=_link(people), **_facts(people), reason=reason)


@on("planning.work.blocked")
def tell_that_it_is_stuck(event: AuditEvent) -> None:
    """The lead and A learn that the work cannot go on, and why."""
    people = _people(event)
    title = _("Blocked: “%(task)s” (%(project)s)")
    reason = part_of(event, "after").get("reason", "")
    persons = {people.project.lead_id, *people.approvers(event.actor_id)}
    tell(event, persons, title, _("Reason: %(reason)s"), link=_link(people), **_facts(people), reason=reason)


@on("planning.work.cancelled")
@on("planning.work.reopened")
def tell_that_it_is_other_now(event: AuditEvent) -> None:
    """Who does the task and who approves it learn that it is waived, or that there is still something to do."""
    people = _people(event)
    waived = event.name.endswith("cancelled")
    title = _("Waived: “%(task)s” (%(project)s)") if waived else _("Open again: “%(task)s” (%(project)s)")
    reason = part_of(event, "after").get("reason", "")
    persons = {*people.doers(), *people.approvers(event.actor_id)}
    tell(event, persons, title, _("Reason: %(reason)s"), link=_link(people), **_facts(people), reason=reason)


def _people(event: AuditEvent) -> TaskPeople:
    return people_of(Task.objects.select_related("project", "department").get(pk=event.subject_id))


def _reporter(event: AuditEvent) -> int | None:
    report = DoneReport.objects.filter(pk=part_of(event, "data").get("report", 0)).first()
    return report.reported_by_id if report else None


def _facts(people: TaskPeople) -> dict[str, Any]:
    return {"task": people.task.title, "project": people.project.name}


def _link(people: TaskPeople) -> str:
    return reverse("planning:task", args=[people.project.pk, people.task.pk])
