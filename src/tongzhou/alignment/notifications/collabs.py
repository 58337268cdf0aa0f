"""Events of requests and replies → messages to the people they concern."""

from __future__ import annotations

import json
from typing import Any

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from tongzhou.cadence.models import Ladder
from tongzhou.core.events import on
from tongzhou.core.models import AuditEvent
from tongzhou.core.time_words import exactly
from tongzhou.messaging.services import notify

from ..models import Ask, CollabRequest
from ..queries.collabs import speakers_of, with_present_contacts
from ..services.reply_clock import REPLY
from ..states import AskState

# Written out only when the message is, in the language of whoever reads it.
_exactly = lazy(exactly, str)

REPLIED = {
    "accept": _("%(department)s accepts (%(project)s)"),
    "accept_if": _("%(department)s accepts with a condition (%(project)s)"),
    "counter": _("%(department)s proposes another date (%(project)s)"),
    "ask_back": _("%(department)s asks for clarification (%(project)s)"),
    "decline": _("%(department)s has declined (%(project)s)"),
}


@on("alignment.ask.asked")
def tell_the_department(event: AuditEvent) -> None:
    """Head, deputies and contact person learn what is asked of their department."""
    ask = _ask(event)
    titles = {
        "ask": _("%(initiator)s asks %(department)s for collaboration: %(project)s"),
        "change": _("%(initiator)s has changed what it asks of %(department)s: %(project)s"),
        "ask_again": _("%(initiator)s has answered and asks %(department)s again: %(project)s"),
    }
    step = _data(event).get("step", "ask")
    _tell_department(
        event,
        ask,
        titles.get(step, titles["ask"]),
        _("%(item)s\nPlease reply by %(reply_due)s."),
        urgent=_is_urgent(ask),
    )


@on("alignment.ask.prepared")
def tell_the_head_it_is_prepared(event: AuditEvent) -> None:
    """The reply is written down; only the head or a deputy gives it."""
    ask = _ask(event)
    notify(
        speakers_of([ask.department_id])[ask.department_id].ids,
        key=f"ask-{ask.pk}-prepared-{event.seq}",
        title=_("%(by)s has prepared the reply of %(department)s: %(project)s"),
        values={**_facts(ask), "by": event.actor_name},
        link=_link(ask),
        project_id=event.project_id,
        event_seq=event.seq,
    )


@on("alignment.ask.replied")
def tell_the_lead(event: AuditEvent) -> None:
    """The initiating side learns what a department says."""
    ask = _ask(event)
    reply = _data(event).get("reply", "")
    note = str(json.loads(event.payload).get("after", {}).get("note") or "")
    notify(
        _initiating(ask) - {event.actor_id},
        key=f"ask-{ask.pk}-reply-{event.seq}",
        title=REPLIED.get(reply, REPLIED["accept"]),
        body=_("%(note)s"),
        values={**_facts(ask), "note": note},
        link=_link(ask),
        project_id=event.project_id,
        event_seq=event.seq,
        urgent=reply == "decline",
    )


@on("alignment.ask.taken")
def tell_the_department_it_is_agreed(event: AuditEvent) -> None:
    """The condition or the date is taken."""
    _tell_department(event, _ask(event), _("%(initiator)s agrees to what %(department)s proposed: %(project)s"))


@on("alignment.ask.dropped")
def tell_the_department_it_is_dropped(event: AuditEvent) -> None:
    """The department is no longer asked."""
    _tell_department(event, _ask(event), _("%(department)s is no longer asked: %(project)s"))


@on("alignment.ask.reminded")
def remind_the_department(event: AuditEvent) -> None:
    """Once before the reply is due, once when it is due."""
    ask = _ask(event)
    late = _data(event).get("when") == "due"
    title = (
        _("The reply of %(department)s is due now: %(project)s")
        if late
        else _("The reply of %(department)s is due by %(reply_due)s: %(project)s")
    )
    _tell_department(event, ask, title, urgent=late)


@on("cadence.ladder.climbed")
def tell_that_it_went_up(event: AuditEvent) -> None:
    """Department and lead learn that the missing reply went up the line; whoever it went up to is told by the clock."""
    told = json.loads(event.payload)["after"]
    if told["kind"] != REPLY:
        return
    ladder = Ladder.objects.get(pk=event.subject_id)
    ask = _ask_of(ladder.subject_id)
    notify(
        (_department_side(ask) | _initiating(ask)) - set(told["persons"]),
        key=f"ask-{ask.pk}-escalated-{event.seq}",
        title=_("The missing reply of %(department)s was escalated to %(to)s: %(project)s"),
        values={**_facts(ask), "to": told["to"]},
        link=_link(ask),
        project_id=event.project_id,
        event_seq=event.seq,
    )


@on("alignment.collab_request.accepted")
def tell_that_all_accepted(event: AuditEvent) -> None:
    """Everybody asked has accepted: lead, requester and sponsor may go on to the kickoff."""
    collab = _collab(event)
    _tell_initiating(event, collab, _("All departments have accepted: %(project)s"))


@on("alignment.collab_request.reopened")
def tell_that_one_no_longer_does(event: AuditEvent) -> None:
    """A department no longer accepts: the condition of gate 1 is not met any more."""
    _tell_initiating(event, _collab(event), _("No longer accepted by all departments: %(project)s"), urgent=True)


@on("alignment.collab_request.withdrawn")
def tell_that_it_is_withdrawn(event: AuditEvent) -> None:
    """Departments that were asked need do nothing more; a draft was never theirs."""
    collab = _collab(event)
    if collab.submitted_at is None:
        return
    asks = list(collab.asks.exclude(state=AskState.WITHDRAWN))
    speakers = speakers_of([ask.department_id for ask in asks])
    people = {pk for ask in asks for pk in speakers[ask.department_id].ids | {ask.contact_person_id}}
    notify(
        people - {event.actor_id},
        key=f"collab-{collab.pk}-withdrawn",
        title=_("%(initiator)s has withdrawn its request: %(project)s"),
        body=_("%(reason)s"),
        values={
            "initiator": collab.project.initiator.name,
            "project": collab.project.name,
            "reason": str(json.loads(event.payload).get("after", {}).get("reason", "")),
        },
        link=collab.get_absolute_url(),
        project_id=event.project_id,
        event_seq=event.seq,
    )


def _tell_department(event: AuditEvent, ask: Ask, title: Any, body: Any = "", *, urgent: bool = False) -> None:
    notify(
        _department_side(ask) - {event.actor_id},
        key=f"ask-{ask.pk}-{event.name.rpartition('.')[2]}-{event.seq}",
        title=title,
        body=body,
        values=_facts(ask),
        link=_link(ask),
        project_id=event.project_id,
        event_seq=event.seq,
        urgent=urgent,
        clock_runs=True,
    )


def _tell_initiating(event: AuditEvent, collab: CollabRequest, title: Any, *, urgent: bool = False) -> None:
    project = collab.project
    notify(
        {project.lead_id, collab.requester_id, project.sponsor_id} - {event.actor_id},
        key=f"collab-{collab.pk}-{event.name.rpartition('.')[2]}-{event.seq}",
        title=title,
        values={"project": project.name},
        link=collab.get_absolute_url(),
        project_id=project.pk,
        event_seq=event.seq,
        urgent=urgent,
    )


def _ask(event: AuditEvent) -> Ask:
    return _ask_of(event.subject_id)


def _ask_of(ask_id: int) -> Ask:
    ask = Ask.objects.select_related(
        "collab__project__initiator", "collab__project__scenario", "department", "contact_person"
    ).get(pk=ask_id)
    with_present_contacts([ask], ask.collab.project_id)
    return ask


def _collab(event: AuditEvent) -> CollabRequest:
    return CollabRequest.objects.select_related("project__initiator").get(pk=event.subject_id)


def _data(event: AuditEvent) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(event.payload).get("data", {})
    return data


def _department_side(ask: Ask) -> set[int | None]:
    return {*speakers_of([ask.department_id])[ask.department_id].ids, ask.contact_person_id}


def _initiating(ask: Ask) -> set[int | None]:
    return {ask.collab.project.lead_id, ask.collab.requester_id}


def _is_urgent(ask: Ask) -> bool:
    return ask.collab.urgency == "critical"


def _facts(ask: Ask) -> dict[str, Any]:
    return {
        "project": ask.collab.project.name,
        "initiator": ask.collab.project.initiator.name,
        "department": ask.department.name,
        "item": ask.request_item,
        "reply_due": _exactly(ask.reply_due_at) if ask.reply_due_at else "",
    }


def _link(ask: Ask) -> str:
    return reverse("alignment:ask", args=[ask.pk])
