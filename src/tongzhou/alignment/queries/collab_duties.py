"""What a request waits for: replies of heads, answers of the initiator, opinions; and for whom a lead waits."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from tongzhou.core.actor import Actor
from tongzhou.people.models.deputies import Scope
from tongzhou.projects.duties import Duty, DutyAct
from tongzhou.projects.states import OPEN, Phase

from ..models import Ask, CollabRequest
from ..states import AskState, CollabState
from .collabs import speakers_of

_UNDER_WAY = Q(collab__state__in=[CollabState.SUBMITTED, CollabState.ACCEPTED]) & Q(
    collab__project__phase__in=OPEN - {Phase.DRAFT}
)
# What a line on the desk says of a request to a department.
_SHOWN = ("state", "reply_due_at", "department__name", "collab__project__name")
_TO_ANSWER = [AskState.CONDITIONAL, AskState.COUNTERED, AskState.CLARIFY, AskState.DECLINED]


def replies_due(actor: Actor) -> Iterator[Duty]:
    """Replies that the actor gives as head or deputy, or prepares as contact person."""
    deputised = {s.department_id: s for s in actor.stand_ins if s.covers(Scope.REPLY.value)}
    speaks = actor.headed_ids | set(deputised)
    asks = (
        Ask.objects.filter(_UNDER_WAY, state=AskState.WAITING)
        .filter(Q(department_id__in=speaks) | Q(contact_person_id=actor.pk))
        .exclude(collab__requester_id=actor.pk)
        .values_list(
            "pk",
            "department_id",
            "department__name",
            "reply_due_at",
            "collab__project_id",
            "collab__project__name",
            "collab__project__initiator__name",
        )
    )
    reply, prepare = _("Reply to the request of %(initiator)s"), _("Prepare the reply to the request of %(initiator)s")
    as_head, as_deputy = _("You head %(department)s"), _("You answer for %(head)s (%(department)s)")
    as_contact, button = _("You are the contact person of %(department)s"), _("Reply")
    # Plain rows: a head in hundreds of projects has hundreds of them.
    for ask_id, department_id, department, due_at, project_id, project_name, initiator in asks:
        facts = {"initiator": initiator, "department": department}
        if department_id in actor.headed_ids:
            title, why = reply, as_head
        elif department_id in deputised:
            title, why = reply, as_deputy
            facts["head"] = deputised[department_id].head_name
        else:
            title, why = prepare, as_contact
        yield Duty(
            act=DutyAct.ANSWER,
            title=title % facts,
            project_id=project_id,
            project_name=project_name,
            why=why % facts,
            link=reverse_lazy("alignment:ask", args=[ask_id]),
            button=button,
            due_at=due_at,
        )


def answers_due(actor: Actor) -> Iterator[Duty]:
    """Conditions, dates, questions and refusals that the lead answers."""
    asks = (
        Ask.objects.filter(_UNDER_WAY, state__in=_TO_ANSWER, collab__project__lead_id=actor.pk)
        .select_related("collab__project", "department")
        .only(*_SHOWN)
    )
    titles = {
        AskState.CONDITIONAL: _("%(department)s accepts with a condition"),
        AskState.COUNTERED: _("%(department)s proposes another date"),
        AskState.CLARIFY: _("%(department)s asks for clarification"),
        AskState.DECLINED: _("%(department)s has declined"),
    }
    for ask in asks:
        yield Duty(
            act=DutyAct.ANSWER,
            title=titles[AskState(ask.state)] % {"department": ask.department.name},
            project_id=ask.collab.project_id,
            project_name=ask.collab.project.name,
            why=_("You lead the project"),
            link=reverse_lazy("alignment:ask", args=[ask.pk]),
            button=_("Answer"),
        )


def drafts_to_finish(actor: Actor) -> Iterator[Duty]:
    """Requests the actor has begun and not sent out."""
    drafts = CollabRequest.objects.filter(
        Q(requester_id=actor.pk) | Q(project__lead_id=actor.pk), state=CollabState.DRAFT, project__phase=Phase.DRAFT
    ).select_related("project")
    for collab in drafts.only("project__name"):
        yield Duty(
            act=DutyAct.COMPLETE,
            title=_("Complete and submit the request"),
            project_id=collab.project_id,
            project_name=collab.project.name,
            why=_("You have begun it"),
            link=reverse_lazy("alignment:collab", args=[collab.project_id]),
            button=_("Go on writing"),
        )


def duties(actor: Actor) -> Iterator[Duty]:
    """Everything about requests that waits for the actor; three queries."""
    yield from replies_due(actor)
    yield from answers_due(actor)
    yield from drafts_to_finish(actor)


def awaited(actor: Actor) -> Iterator[Duty]:
    """Replies that a lead waits for, and of whom."""
    asks = list(
        Ask.objects.filter(_UNDER_WAY, state=AskState.WAITING, collab__project__lead_id=actor.pk)
        .select_related("collab__project", "department")
        .only(*_SHOWN)
    )
    speakers = speakers_of({ask.department_id for ask in asks}) if asks else {}
    for ask in asks:
        head = speakers[ask.department_id].head_name
        facts = {"department": ask.department.name, "head": head}
        title = _("Reply of %(department)s (%(head)s)") if head else _("Reply of %(department)s, which has no head")
        yield Duty(
            act=DutyAct.ANSWER,
            title=title % facts,
            project_id=ask.collab.project_id,
            project_name=ask.collab.project.name,
            why=_("You lead the project"),
            link=reverse_lazy("alignment:ask", args=[ask.pk]),
            button=_("Look"),
            due_at=ask.reply_due_at,
        )
