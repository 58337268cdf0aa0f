"""The page of one ask: what is asked of a department, the talk over it, and the answers that may be given now."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tongzhou.cadence.queries import climbs_of
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.errors import Conflict, InvalidInput, TransitionNotAllowed
from tongzhou.core.pages import Who, actor_of, add_errors, answer, page

from .. import policies
from ..forms.replies import AnswerForm, ReplyForm
from ..models import Ask
from ..queries import collab_paper, collabs
from ..services import answer_ask, prepare_reply, reply_to_ask
from ..states import ANSWERS, REPLIES, AskState
from .collabs import talk_about

CHOICES = {
    "accept": ("check", "good"),
    "accept_if": ("list-check", "warn"),
    "counter": ("calendar-due", "warn"),
    "ask_back": ("message-question", "warn"),
    "decline": ("x", "late"),
}


@page(Who.PERSON)
def ask(request: HttpRequest, ask_id: int) -> HttpResponse:
    """What is asked of a department first, then the objectives, then the whole request."""
    actor = actor_of(request)
    found = _reach(actor, ask_id)
    request.live_topics = (f"project-{found.collab.project_id}",)  # type: ignore[attr-defined]
    return answer(request, "alignment/collab_ask.html", _context(actor, found), partial="talk")


@page(Who.PERSON, "POST")
def ask_reply(request: HttpRequest, ask_id: int) -> HttpResponse:
    """The head or deputy answers; a contact person's words are kept for them to give."""
    actor = actor_of(request)
    found = _reach(actor, ask_id)
    form = ReplyForm(request.POST, ask=found)
    prepares = policies.can_prepare(actor, found)
    if form.is_valid():
        data = form.cleaned_data
        service = prepare_reply if prepares else reply_to_ask
        try:
            service(
                ask_id,
                data["version"],
                data["reply"],
                note=data["note"],
                proposed_due=data["proposed_due"],
                by=actor,
            )
        except InvalidInput as refusal:
            add_errors(form, refusal)
        except (Conflict, TransitionNotAllowed) as clash:
            return _again(request, actor, ask_id, clash, reply=form)
        else:
            messages.success(
                request, _("Kept for the head to give.") if prepares else _("Answered. The initiator has been told.")
            )
            return redirect("alignment:ask", ask_id)
    return render(request, "alignment/collab_ask.html", _context(actor, found, reply=form), status=422)


@page(Who.PERSON, "POST")
def ask_answer(request: HttpRequest, ask_id: int) -> HttpResponse:
    """The initiator answers in place."""
    actor = actor_of(request)
    found = _reach(actor, ask_id)
    form = AnswerForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        changes = data["answer"] == "change"
        try:
            answer_ask(
                ask_id,
                data["version"],
                data["answer"],
                note=data["note"],
                request_item=data["request_item"] if changes else None,
                due=data["due"] if changes else None,
                by=actor,
            )
        except InvalidInput as refusal:
            add_errors(form, refusal)
        except (Conflict, TransitionNotAllowed) as clash:
            return _again(request, actor, ask_id, clash, answer_form=form)
        else:
            messages.success(request, _("Done. The department has been told."))
            return redirect("alignment:ask", ask_id)
    return render(request, "alignment/collab_ask.html", _context(actor, found, answer_form=form), status=422)


def _again(
    request: HttpRequest, actor: Actor, ask_id: int, clash: Conflict | TransitionNotAllowed, **forms: Any
) -> HttpResponse:
    """Somebody was quicker: the page as it is now, with the words that were typed still in their fields."""
    found = _reach(actor, ask_id)
    for form in forms.values():
        form.data = form.data.copy()
        form.data["version"] = str(found.version)
    context = {**_context(actor, found, **forms), "clash": clash.message}
    return render(request, "alignment/collab_ask.html", context, status=409)


def _context(
    actor: Actor, found: Ask, reply: ReplyForm | None = None, answer_form: AnswerForm | None = None
) -> dict[str, Any]:
    collab, project = found.collab, found.collab.project
    speakers = collabs.speakers_of([found.department_id])[found.department_id]
    talk = talk_about(actor, found, speakers)
    may_reply, may_prepare = policies.can_reply(actor, found), policies.can_prepare(actor, found)
    prepared = collabs.prepared_reply(talk.replies)
    possible = {name for name, move in REPLIES.items() if move.possible(found)}
    if reply is None and (may_reply or may_prepare) and possible:
        reply = ReplyForm(ask=found, initial=_first_words(found, prepared))
    if answer_form is None and talk.can_answer:
        answer_form = AnswerForm(
            initial={"version": found.version, "request_item": found.request_item, "due": found.due}
        )
    wished = collabs.last_reply(talk.replies)
    return {
        "ask": found,
        "talk": talk,
        "climbs": climbs_of(found),
        "actor": actor,
        "collab": collab,
        "project": project,
        "objectives": collab_paper.objective_figures(project),
        "reply_form": reply if may_reply or may_prepare else None,
        "prepares": may_prepare,
        "prepared": prepared,
        "choices": [
            {"name": name, "label": move.label, "icon": CHOICES[name][0], "tone": CHOICES[name][1]}
            for name, move in REPLIES.items()
            if move.possible(found)
        ],
        "only_decline": possible == {"decline"},
        "acts_for": "" if actor.heads(found.department_id) else _acts_for(actor, found),
        "answer_form": answer_form,
        "answers": {name for name, move in ANSWERS.items() if move.possible(found)} if talk.can_answer else set(),
        "wished": wished,
        "budget": f"{collab.budget_estimate:,.2f}".removesuffix(".00") if collab.budget_estimate is not None else "",
    }


def _first_words(found: Ask, prepared: Any) -> dict[str, Any]:
    if prepared is not None:
        return {
            "version": found.version,
            "reply": prepared.move,
            "note": prepared.note,
            "proposed_due": prepared.proposed_due,
        }
    return {"version": found.version, "reply": "decline" if found.state == AskState.ACCEPTED else None}


def _acts_for(actor: Actor, found: Ask) -> str:
    stand_in = actor.stand_in_for(found.department_id, policies.REPLY_SCOPE)
    return stand_in.head_name if stand_in else ""


def _reach(actor: Actor, ask_id: int) -> Ask:
    found = reach(collabs.asks_for(actor).prefetch_related("replies__person"), ask_id)
    collabs.with_present_contacts([found], found.collab.project_id)
    return found
