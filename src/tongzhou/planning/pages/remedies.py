"""出路: a way out of resource conflicts — what it moves and costs, who has accepted, one click, undo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.errors import InvalidInput, NotFound
from tongzhou.core.pages import Who, actor_of, answer, page
from tongzhou.projects.models import Project

from .. import queries, remedy_policies, services
from ..models import Remedy
from ..queries.proposals import Solvable
from ..resource_forms import AnswerForm
from ..resource_states import RemedyState, Verdict, Way
from .moves_chart import moves_chart
from .reaching import planned

# Tasks of a plan that is levelled while its page is made; that of 5,000 tasks takes more than a second.
MOST_AT_ONCE = 1_000

_TONES = {
    RemedyState.SEARCHING: ("progress", "loader-2"),
    RemedyState.FOUND: ("progress", "circle-check"),
    RemedyState.IMPOSSIBLE: ("late", "circle-x"),
    RemedyState.PROPOSED: ("warn", "clock"),
    RemedyState.REFUSED: ("late", "circle-x"),
    RemedyState.APPLIED: ("good", "circle-check"),
    RemedyState.UNDONE: ("quiet", "arrow-back-up"),
    RemedyState.WITHDRAWN: ("quiet", "ban"),
}


@page(Who.PERSON)
def remedy(request: HttpRequest, pk: int, remedy_id: int) -> HttpResponse:
    """The way out; while a better one is looked for, the card with the result asks again by itself."""
    project, context = planned(request, pk, "resources")
    found = _in(request, project, remedy_id)
    context |= _told(found, actor_of(request))
    return answer(
        request,
        "planning/remedy.html",
        context,
        partial="result" if request.GET.get("part") == "result" else "remedy",
    )


@page(Who.PERSON, "POST")
def level(request: HttpRequest, pk: int) -> HttpResponse:
    """A levelled plan at once; a better one is looked for meanwhile."""
    project, _context = planned(request, pk, "resources")
    made = services.start_leveling(project.pk, by=actor_of(request))
    return redirect("planning:remedy", pk=project.pk, remedy_id=made.pk)


@page(Who.PERSON, "POST")
def propose(request: HttpRequest, pk: int, remedy_id: int) -> HttpResponse:
    """Brings it before the departments."""
    project, _context = planned(request, pk, "resources")
    made = services.propose_remedy(_in(request, project, remedy_id).pk, by=actor_of(request))
    made.refresh_from_db()
    messages.success(
        request,
        _("Carried out: %(what)s") % {"what": queries.headline(made)}
        if made.state == RemedyState.APPLIED
        else _("Proposed. The departments concerned are asked to accept it."),
    )
    return redirect("planning:remedy", pk=project.pk, remedy_id=remedy_id)


@page(Who.PERSON, "POST")
def answer_for(request: HttpRequest, pk: int, remedy_id: int, department_id: int) -> HttpResponse:
    """A department accepts or objects."""
    project, _context = planned(request, pk, "resources")
    consent = queries.consent_of(_in(request, project, remedy_id), department_id)
    if consent is None:
        raise NotFound
    form = AnswerForm(request.POST)
    if not form.is_valid():
        raise InvalidInput({name: [str(text) for text in texts] for name, texts in form.errors.items()})
    facts = form.cleaned_data
    services.answer_remedy(consent.pk, facts["verdict"], facts["reason"], by=actor_of(request))
    messages.success(
        request,
        _("Accepted.") if facts["verdict"] == Verdict.ACCEPTED else _("Objected. The project lead reads the reason."),
    )
    return redirect("planning:remedy", pk=project.pk, remedy_id=remedy_id)


@page(Who.PERSON, "POST")
def apply(request: HttpRequest, pk: int, remedy_id: int) -> HttpResponse:
    """Carries it out as one step of the plan."""
    project, _context = planned(request, pk, "resources")
    made = services.apply_remedy(_in(request, project, remedy_id).pk, by=actor_of(request))
    messages.success(request, _("Carried out: %(what)s") % {"what": queries.headline(made)})
    return redirect("planning:needs", pk=project.pk)


@page(Who.PERSON, "POST")
def drop(request: HttpRequest, pk: int, remedy_id: int) -> HttpResponse:
    """No longer proposed."""
    project, _context = planned(request, pk, "resources")
    services.drop_remedy(_in(request, project, remedy_id).pk, by=actor_of(request))
    messages.success(request, _("Withdrawn."))
    return redirect("planning:needs", pk=project.pk)


@page(Who.PERSON, "POST")
def take_back(request: HttpRequest, pk: int, remedy_id: int) -> HttpResponse:
    """Undoes it."""
    project, _context = planned(request, pk, "resources")
    services.take_back_remedy(_in(request, project, remedy_id).pk, by=actor_of(request))
    messages.success(request, _("Taken back: plan and bookings are as they were."))
    return redirect("planning:needs", pk=project.pk)


@page(Who.PERSON, "POST")
def free(request: HttpRequest, pk: int) -> HttpResponse:
    """Lets go of what levelling holds back."""
    project, _context = planned(request, pk, "resources")
    count = services.free_held_tasks(project.pk, by=actor_of(request))
    text = ngettext("%(count)s task begins as soon as it can.", "%(count)s tasks begin as soon as they can.", count)
    messages.success(request, text % {"count": count})
    return redirect("planning:needs", pk=project.pk)


def leveled_way(project: Project, solvable: Sequence[Solvable]) -> dict[str, Any]:
    """The third way out of conflicts of people and things, by rules: it answers with the page, but for large plans."""
    if not any(row.conflict.kind != "budget" for row in solvable):
        return {}
    if project.tasks.count() > MOST_AT_ONCE:
        return {"leveled": {"possible": True, "text": _("Levelled when you ask for it: the plan is large.")}}
    content, possible = queries.leveled_at_once(project)
    return {
        "leveled": {
            "possible": possible,
            "text": queries.headline_of(Way.LEVELED, content) if possible else "",
            "cost": queries.cost_of(content),
            "tone": "warn" if content.get("cost_days") else "good",
            "icon": "clock" if content.get("cost_days") else "check",
            "reasons": queries.reasons_told(content),
        }
    }


def remedies_shown(project: Project, actor: Actor) -> list[dict[str, Any]]:
    """The open ways out in a line each."""
    return [_line(row) for row in queries.open_remedies(project, actor)]


def _line(row: Remedy) -> dict[str, Any]:
    tone, icon = _TONES[RemedyState(row.state)]
    waiting = [str(consent.department) for consent in row.consents.all() if consent.verdict == Verdict.WAITING]
    return {
        "remedy": row,
        "text": queries.headline(row),
        "cost": queries.cost_of(row.content),
        "tone": tone,
        "icon": icon,
        "waiting": waiting,
    }


def _in(request: HttpRequest, project: Project, remedy_id: int) -> Remedy:
    """A way out of this very project."""
    return reach(queries.remedies_for(actor_of(request)).filter(project=project), remedy_id)


def _told(found: Remedy, actor: Actor) -> dict[str, Any]:
    content = found.content
    consents = list(found.consents.all())
    for consent in consents:
        consent.remedy = found
        consent.may_answer = (  # type: ignore[attr-defined]
            found.state == RemedyState.PROPOSED
            and consent.verdict == Verdict.WAITING
            and remedy_policies.can_answer(actor, consent)
        )
    open_now = found.state in {RemedyState.SEARCHING, RemedyState.FOUND}
    begun = found.searched_at or found.asked_at
    passed = max(0.0, (clock.now() - begun).total_seconds())
    outdated = queries.is_outdated(found)
    last = queries.last_applied(found.project, actor)
    moves = queries.moves_told(content)
    return _line(found) | {
        "moves": moves,
        "chart": moves_chart(moves),
        "exchanges": [{**row, "text": queries.exchanged(row)} for row in found.exchanges],
        "days_moved": queries.days_moved(content),
        "end_before": parse_date(content.get("end_before") or ""),
        "end_after": parse_date(content.get("end_after") or ""),
        "end_bound": parse_date(content.get("end_bound") or ""),
        "period": content.get("period"),
        "reasons": queries.reasons_told(content),
        "consents": consents,
        "seconds_left": max(0, round(found.seconds - passed)),
        "percent": min(99, round(100 * passed / found.seconds)) if found.seconds else None,
        "is_stuck": queries.is_stuck(found),
        "is_outdated": outdated,
        "may_level": remedy_policies.can_level(actor, found.project),
        "may_propose": open_now
        and bool(found.basis)
        and not outdated
        and remedy_policies.can_level(actor, found.project),
        "may_apply": found.state == RemedyState.PROPOSED
        and not outdated
        and remedy_policies.is_accepted(found)
        and remedy_policies.can_apply(actor, found),
        "may_drop": found.state in queries.OPEN_REMEDIES and remedy_policies.can_drop(actor, found),
        "may_take_back": last is not None and last.pk == found.pk and remedy_policies.can_take_back(actor, found),
    }
