"""What is asked of a department: sent, changed, dropped. Called by the acts on requests and replies."""

from __future__ import annotations

from datetime import date

from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.core.events import record
from tongzhou.core.transitions import move
from tongzhou.projects.services import set_parties

from ..models import Ask, CollabRequest, Reply
from ..states import ACCEPT_ALL, ASK_ANEW, CHANGE_ASK, DROP, REOPEN, AskState, CollabState
from .reply_clock import start_clock, stop_clock

SENT = "ask"


def send_ask(ask: Ask, *, by: Actor, step: str = SENT, note: str = "") -> None:
    """Puts the ask before its department: a new clock, a step in the talk, an event. The ask must stand in waiting."""
    ask.version += 1
    start_clock(ask, by=by)
    ask.save()
    _say(ask, step, by, note, asked=True)
    record(
        by,
        "alignment.ask.asked",
        ask,
        project_id=ask.collab.project_id,
        after={"request_item": ask.request_item, "due": ask.due, "reply_due_at": ask.reply_due_at},
        data={"step": step, "department": ask.department_id, "note": note},
    )


def change_ask(ask: Ask, request_item: str, due: date | None, *, by: Actor, note: str = "") -> None:
    """Asks something else (or by another day): whatever the department said before no longer counts."""
    before = {"request_item": ask.request_item, "due": ask.due}
    move(ask, CHANGE_ASK)
    ask.request_item, ask.due = request_item, due
    record(by, "alignment.ask.changed", ask, project_id=ask.collab.project_id, before=before)
    send_ask(ask, by=by, step=CHANGE_ASK.name, note=note)


def ask_anew(ask: Ask, *, by: Actor) -> None:
    """Asks a department again that was no longer asked."""
    move(ask, ASK_ANEW)
    send_ask(ask, by=by)


def drop_ask(ask: Ask, *, by: Actor, note: str = "") -> None:
    """No longer asks the department."""
    before = ask.state
    move(ask, DROP)
    stop_clock(ask, by=by)
    ask.version += 1
    ask.save()
    _say(ask, DROP.name, by, note)
    record(
        by,
        "alignment.ask.dropped",
        ask,
        project_id=ask.collab.project_id,
        before={"state": before},
        data={"note": note, "department": ask.department_id},
    )


def settle(collab: CollabRequest, *, by: Actor) -> None:
    """Accepted by all when every department still asked has accepted; open again when one no longer does."""
    states = set(collab.asks.exclude(state=AskState.WITHDRAWN).values_list("state", flat=True))
    if states == {AskState.ACCEPTED} and collab.state == CollabState.SUBMITTED:
        move(collab, ACCEPT_ALL)
        record(by, "alignment.collab_request.accepted", collab)
    elif states != {AskState.ACCEPTED} and collab.state == CollabState.ACCEPTED:
        move(collab, REOPEN)
        record(by, "alignment.collab_request.reopened", collab)


def write_parties(collab: CollabRequest, *, by: Actor) -> None:
    """Those still asked are the departments taking part."""
    asks = collab.asks.exclude(state=AskState.WITHDRAWN).order_by("position", "pk")
    set_parties(collab.project_id, list(asks.values_list("department_id", "contact_person_id")), by=by)


def _say(ask: Ask, step: str, by: Actor, note: str, *, asked: bool = False) -> None:
    Reply.objects.create(
        ask=ask,
        move=step,
        is_initiator=True,
        note=note,
        asked=ask.request_item if asked else "",
        proposed_due=ask.due if asked else None,
        person_id=by.pk,
        at=clock.now(),
    )
