"""Dependency promises that slip, hold again or change → one message to each person who counts on them or gave them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from tongzhou.core.events import on
from tongzhou.core.models import AuditEvent

from ..models import Plan, Promise
from ..queries.promises import late_by, promise_text
from ..task_people import speakers_in
from .telling import part_of, tell

MOST_LINES = 12
Told = tuple[Promise, dict[str, Any]]


def _slips(rows: list[Told], moved: int, finish: date | None) -> str:
    """By how much each is later, and what it pushes, line by line in the reader's language."""
    lines = []
    late = late_by(promise for promise, _was in rows[:MOST_LINES])
    for promise, was in rows[:MOST_LINES]:
        days = late[promise.pk]
        facts = {
            "item": promise.item,
            "provider": promise.provider.name,
            "now": promise.due.isoformat() if promise.due else "",
            "promised": promise.promised_due.isoformat() if promise.promised_due else "",
            "days": days,
        }
        text = ngettext(
            "%(item)s of %(provider)s: %(now)s instead of %(promised)s, %(days)s working day later",
            "%(item)s of %(provider)s: %(now)s instead of %(promised)s, %(days)s working days later",
            days,
        )
        lines.append(text % facts + _pushed(promise, was))
    if len(rows) > MOST_LINES:
        lines.append(gettext("and %(count)s more") % {"count": len(rows) - MOST_LINES})
    if finish is not None:
        facts = {"count": moved, "finish": finish.isoformat()}
        lines.append(
            ngettext(
                "%(count)s task has moved; the plan now ends on %(finish)s.",
                "%(count)s tasks have moved; the plan now ends on %(finish)s.",
                moved,
            )
            % facts
        )
    return "\n".join(lines)


def _pushed(promise: Promise, was: dict[str, Any]) -> str:
    task = promise.successor
    if not was.get("was_start") or task.start is None or was["was_start"] == task.start.isoformat():
        return ""
    facts = {"task": task.title, "was": was["was_start"], "now": task.start.isoformat()}
    return gettext("; it pushes “%(task)s” from %(was)s to %(now)s") % facts


_lines = lazy(_slips, str)
_text = lazy(promise_text, str)


@on("planning.promises.slipped")
def tell_who_waits(event: AuditEvent) -> None:
    """B hears of it at once: the contact person of the department that waits, and the owner of its task."""
    data = part_of(event, "data")
    rows = _told(event)
    project_name = rows[0][0].project.name if rows else ""
    plan = Plan.objects.filter(project=event.project_id).first()
    for person, mine in _by_person(rows, "receiver_id").items():
        first = mine[0][0]
        title = (
            _("%(provider)s is later than promised: %(item)s, now %(due)s (%(project)s)")
            if len(mine) == 1
            else _("%(count)s promised deliveries are later than promised: %(project)s")
        )
        facts: dict[str, Any] = {
            "provider": first.provider.name,
            "item": first.item,
            "due": first.due.isoformat() if first.due else "",
            "count": len(mine),
            "project": project_name,
            "lines": _lines(mine, data.get("moved", 0), plan.finish if plan else None),
        }
        tell(event, [person], title, _("%(lines)s"), link=_list(event), urgent=True, **facts)


@on("planning.promises.held_again")
def tell_that_it_holds_again(event: AuditEvent) -> None:
    """Who was told that it is late hears that it no longer is."""
    rows = _told(event)
    for person, mine in _by_person(rows, "receiver_id").items():
        title = (
            _("Back in time: %(item)s of %(provider)s (%(project)s)")
            if len(mine) == 1
            else _("%(count)s deliveries are back in time: %(project)s")
        )
        first = mine[0][0]
        facts: dict[str, Any] = {"item": first.item, "provider": first.provider.name, "project": first.project.name}
        tell(event, [person], title, link=_list(event), mail=False, **facts, count=len(mine))


@on("planning.promises.reopened")
def tell_that_terms_are_new(event: AuditEvent) -> None:
    """What was confirmed is something else now: both contact persons read and confirm again."""
    rows = _told(event)
    people = _by_person(rows, "receiver_id", owners=False)
    for person, mine in _by_person(rows, "provider_id", owners=False).items():
        people.setdefault(person, []).extend(row for row in mine if row not in people.get(person, []))
    for person, mine in people.items():
        title = (
            _("Please confirm anew, the terms have changed: %(item)s (%(project)s)")
            if len(mine) == 1
            else _("Please confirm %(count)s dependencies anew: %(project)s")
        )
        first = mine[0][0]
        facts: dict[str, Any] = {
            "item": first.item,
            "project": first.project.name,
            "count": len(mine),
            "text": _text(first),
        }
        tell(event, [person], title, "%(text)s" if len(mine) == 1 else "", link=_list(event), **facts)


@on("planning.promise.objected")
def tell_who_settles(event: AuditEvent) -> None:
    """The lead and the other side learn that it cannot be promised so, and why."""
    promise = _promise(event)
    speakers = speakers_in(promise.project, [promise.provider_id, promise.receiver_id])
    title = _("%(who)s objects to a dependency: %(item)s (%(project)s)")
    body = _("%(text)s\nReason: %(reason)s")
    facts: dict[str, Any] = {"item": promise.item, "project": promise.project.name, "text": _text(promise)}
    people = {promise.project.lead_id, *speakers.values()}
    reason = part_of(event, "after").get("reason", "")
    tell(event, people, title, body, link=_list(event), **facts, reason=reason)


@on("planning.promise.confirmed")
def tell_that_both_have_confirmed(event: AuditEvent) -> None:
    """With the second confirmation the other side learns that it is agreed."""
    if not part_of(event, "data").get("complete"):
        return
    promise = _promise(event)
    speakers = speakers_in(promise.project, [promise.provider_id, promise.receiver_id])
    title = _("Agreed between the departments: %(item)s (%(project)s)")
    facts: dict[str, Any] = {"item": promise.item, "project": promise.project.name, "text": _text(promise)}
    tell(event, speakers.values(), title, "%(text)s", link=_list(event), mail=False, **facts)


def _told(event: AuditEvent) -> list[Told]:
    """The promises of the event with what was before; one query for all."""
    entries = {row["promise"]: row for row in part_of(event, "data").get("promises", [])}
    rows = Promise.objects.filter(pk__in=list(entries)).select_related("project", "provider", "receiver", "successor")
    return [(row, entries[row.pk]) for row in rows]


def _by_person(rows: Iterable[Told], side: str, *, owners: bool = True) -> dict[int, list[Told]]:
    found: dict[int, list[Told]] = {}
    told = list(rows)
    if not told:
        return found
    speakers = speakers_in(told[0][0].project, {getattr(promise, side) for promise, _was in told})
    for promise, was in told:
        persons = {speakers.get(getattr(promise, side))}
        if owners:
            persons.add(promise.successor.owner_id)
        for person in persons - {None}:
            if person is not None:
                found.setdefault(person, []).append((promise, was))
    return found


def _promise(event: AuditEvent) -> Promise:
    rows = Promise.objects.select_related("project", "provider", "receiver", "predecessor", "successor")
    return rows.get(pk=event.subject_id)


def _list(event: AuditEvent) -> str:
    return reverse("planning:promises", args=[event.project_id])
