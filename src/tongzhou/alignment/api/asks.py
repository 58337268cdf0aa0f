"""Replies for programs: a department answers what is asked of it, the initiator answers back."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Router, Schema

from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.api import Text, idempotent
from tongzhou.core.pages import actor_of

from ..models import Ask
from ..queries import collabs
from ..services import (
    answer_ask,
    prepare_reply,
    reply_to_ask,
)
from .collab_shapes import AskOut, Version, ask_shown

router = Router()


class ReplyIn(Schema):
    """A department's answer (accept, accept_if, counter, ask_back, decline) to the ask of this version."""

    version: Version
    reply: Text
    note: Text = ""
    proposed_due: date | None = None


class AnswerIn(Schema):
    """The initiator's answer (take, ask_again, change, drop) to the ask of this version."""

    version: Version
    answer: Text
    note: Text = ""
    request_item: Text | None = None
    due: date | None = None


@router.get("/asks/{ask_id}", response=AskOut, summary="What is asked of a department")
def get_ask(request: HttpRequest, ask_id: int) -> AskOut:
    """With the talk so far and what the caller may do."""
    actor = actor_of(request)
    return ask_shown(actor, _reach_ask(actor, ask_id))


@router.post("/asks/{ask_id}/reply", response=AskOut, summary="Answer for a department")
@idempotent
def reply(request: HttpRequest, ask_id: int, payload: ReplyIn) -> AskOut:
    """By its head, or the deputy for replies."""
    actor = actor_of(request)
    reply_to_ask(ask_id, payload.version, payload.reply, note=payload.note, proposed_due=payload.proposed_due, by=actor)
    return ask_shown(actor, _reach_ask(actor, ask_id))


@router.post("/asks/{ask_id}/prepare", response=AskOut, summary="Prepare the answer for the head")
@idempotent
def prepare(request: HttpRequest, ask_id: int, payload: ReplyIn) -> AskOut:
    """By the contact person; the head gives it."""
    actor = actor_of(request)
    prepare_reply(
        ask_id, payload.version, payload.reply, note=payload.note, proposed_due=payload.proposed_due, by=actor
    )
    return ask_shown(actor, _reach_ask(actor, ask_id))


@router.post("/asks/{ask_id}/answer", response=AskOut, summary="Answer a department as initiator")
@idempotent
def answer(request: HttpRequest, ask_id: int, payload: AnswerIn) -> AskOut:
    """Take the condition or date, explain and ask again, change what is asked, no longer ask."""
    actor = actor_of(request)
    answer_ask(
        ask_id,
        payload.version,
        payload.answer,
        note=payload.note,
        request_item=payload.request_item,
        due=payload.due,
        by=actor,
    )
    return ask_shown(actor, _reach_ask(actor, ask_id))


def _reach_ask(actor: Actor, ask_id: int) -> Ask:
    found = reach(collabs.asks_for(actor).prefetch_related("replies__person"), ask_id)
    collabs.with_present_contacts([found], found.collab.project_id)
    return found
