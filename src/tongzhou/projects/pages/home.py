"""A project's home: where it stands, what is missing, what was agreed, who takes part, what is new."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongzhou.core.actor import Actor
from tongzhou.core.navigation import url_if_there
from tongzhou.core.pages import Who, actor_of, answer, page

from .. import policies, queries, services
from ..models import Project
from ..states import CommitmentState, Phase
from .reaching import project_for, shared


@page(Who.PERSON)
def home(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole project on one page; its cards are fetched again when something in it changes."""
    actor = actor_of(request)
    project = project_for(request, pk)
    look = services.note_look(project, by=actor)
    passes = list(project.gate_passes.select_related("passed_by"))
    card = queries.gate_card(project)
    reading = queries.reading_now()
    promises = queries.checked_commitments(project, reading)
    news, news_count = queries.news_for(project, look, actor)
    may_pass = policies.can_pass_gate(actor, project)
    context = shared(request, project, "home") | {
        "health": queries.health_of([project]).get(project.pk, queries.NO_WORD),
        "steps": queries.phase_steps(project, passes, card),
        "card": card,
        "may_pass": may_pass,
        "may_override": policies.can_override_gate(actor, project),
        "conditional": [passed for passed in passes if passed.is_conditional],
        "next": queries.next_step(project, card, is_mine_to_pass=may_pass),
        "objectives": queries.checked_objectives(project, reading),
        "groups": queries.by_department([row for row in promises if row.commitment.state != CommitmentState.WITHDRAWN]),
        "parties": queries.party_cards(project),
        "stakeholders": project.stakeholders.select_related("person"),
        "papers": papers(project, actor),
        "news": news,
        "news_count": news_count,
        "is_first_look": look.seen_before == 0,
    }
    return answer(request, "projects/home.html", context, partial="cards")


def papers(project: Project, actor: Actor) -> list[dict[str, Any]]:
    """The things of the project that other pages hold, as far as those pages are there."""
    found = [
        (_("Collaboration request"), "file-text", "alignment:collab"),
        (_("Meetings and minutes"), "calendar-event", "meetings:list_for_project"),
        (_("Memorandum"), "signature", "alignment:memorandum"),
        (pgettext("of a project", "Plan"), "timeline", "planning:plan"),
        (_("Rhythm: what is due when"), "calendar-time", "insight:rhythm"),
    ]
    if project.phase == Phase.DRAFT:
        found = found[:1]
    return [
        {"label": label, "icon": icon, "url": url}
        for label, icon, name in found
        if (url := url_if_there(name, project.pk))
    ]
