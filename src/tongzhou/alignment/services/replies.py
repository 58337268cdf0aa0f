"""The talk between an asked department and the initiating one: reply, prepare, answer."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import Conflict, InvalidInput, NotFound, TransitionNotAllowed, Words, require
from tongzhou.core.events import record
from tongzhou.core.transitions import move
from tongzhou.projects.services import remove_party

from .. import policies
from ..models import Ask, CollabRequest, Reply
from ..queries.collabs import asks_for, collabs_for, speakers_of, talk_of, with_present_contacts
from ..states import ANSWERS, ASK_AGAIN, CHANGE_ASK, COUNTER, DROP, REPLIES, TAKE, AskState
from .asks import change_ask, drop_ask, send_ask, settle
from .collab_input import EARLIEST, LATEST
from .places import clean_text
from .reply_clock import stop_clock

LONGEST_NOTE = 4000
LONGEST_ITEM = 2000
NEEDS_WORDS: dict[str, Words] = {
    "accept_if": gettext_lazy("Write the condition"),
    "ask_back": gettext_lazy("Write what is unclear"),
    "decline": gettext_lazy("Please give the reason"),
}


@act
def reply_to_ask(
    ask_id: int, version: int | None, reply: str, *, by: Actor, note: str = "", proposed_due: date | None = None
) -> Ask:
    """The head (or the deputy, shown as such) answers for the department, to the words with this version.

    Accept, accept with conditions, propose another date, ask for clarification, decline with the reason. Declining is
    possible after accepting too, gate or no gate: the request is open again and the lead is told.
    """
    collab, ask = _locked(ask_id, by)
    require(policies.can_reply(by, ask), _reason_against(by, ask))
    transition = REPLIES.get(reply)
    if transition is None:
        raise InvalidInput({"reply": _("Choose one of the answers")})
    note = _checked_reply(reply, note, proposed_due, ask)
    _must_be_present(ask, version)
    before = ask.state
    move(ask, transition)
    stop_clock(ask, by=by)
    ask.version += 1
    ask.save()
    for_head = _on_behalf_of(by, ask)
    Reply.objects.create(
        ask=ask,
        move=reply,
        note=note,
        proposed_due=proposed_due if transition is COUNTER else None,
        person_id=by.pk,
        on_behalf_of=for_head,
        at=clock.now(),
    )
    record(
        by,
        "alignment.ask.replied",
        ask,
        project_id=collab.project_id,
        before={"state": before},
        after={"state": ask.state, "note": note, "proposed_due": proposed_due if transition is COUNTER else None},
        data={"department": ask.department_id, "reply": reply},
        on_behalf_of=for_head,
    )
    settle(collab, by=by)
    return ask


@act
def prepare_reply(
    ask_id: int, version: int | None, reply: str, *, by: Actor, note: str = "", proposed_due: date | None = None
) -> Reply:
    """The contact person writes the reply down; the head finds it filled in and gives it."""
    collab, ask = _locked(ask_id, by)
    require(policies.can_prepare(by, ask), _reason_against(by, ask))
    transition = REPLIES.get(reply)
    if transition is None or not transition.possible(ask):
        raise InvalidInput({"reply": _("Choose one of the answers")})
    note = _checked_reply(reply, note, proposed_due, ask)
    _must_be_present(ask, version)
    prepared = Reply.objects.create(
        ask=ask,
        move=reply,
        is_prepared=True,
        note=note,
        proposed_due=proposed_due if transition is COUNTER else None,
        person_id=by.pk,
        at=clock.now(),
    )
    record(
        by,
        "alignment.ask.prepared",
        ask,
        project_id=collab.project_id,
        after={"reply": reply, "note": note, "proposed_due": proposed_due},
        data={"department": ask.department_id, "prepared": prepared.pk},
    )
    return prepared


@act
def answer_ask(
    ask_id: int,
    version: int | None,
    answer: str,
    *,
    by: Actor,
    note: str = "",
    request_item: str | None = None,
    due: date | None = None,
) -> Ask:
    """The initiator answers in place: takes the condition or the date, explains and asks again, changes the ask, drops it."""
    collab, ask = _locked(ask_id, by)
    require(policies.can_answer(by, ask))
    transition = ANSWERS.get(answer)
    if transition is None:
        raise InvalidInput({"answer": _("Choose one of the answers")})
    note = _checked_note(note)
    _must_be_present(ask, version)
    if not transition.possible(ask):
        raise TransitionNotAllowed
    if transition is TAKE:
        _take(ask, by, note)
    elif transition is ASK_AGAIN:
        if not note:
            raise InvalidInput({"note": _("Explain, so that the department can answer")})
        move(ask, ASK_AGAIN)
        send_ask(ask, by=by, step=ASK_AGAIN.name, note=note)
    elif transition is CHANGE_ASK:
        _must_be_open(collab)
        change_ask(ask, *_checked_change(ask, request_item, due), by=by, note=note)
    elif transition is DROP:
        _must_be_open(collab)
        if not collab.asks.exclude(state=AskState.WITHDRAWN).exclude(pk=ask.pk).exists():
            raise InvalidInput({"answer": _("This is the last department asked. Withdraw the request instead.")})
        drop_ask(ask, by=by, note=note)
        remove_party(collab.project_id, ask.department_id, note, by=by)
    settle(collab, by=by)
    return ask


def _take(ask: Ask, by: Actor, note: str) -> None:
    """What the department wanted is agreed: its date becomes the date."""
    before = {"state": ask.state, "due": ask.due}
    wished = next((reply for reply in reversed(talk_of(ask)) if not reply.is_initiator and not reply.is_prepared), None)
    if ask.state == AskState.COUNTERED and wished is not None and wished.proposed_due is not None:
        ask.due = wished.proposed_due
    move(ask, TAKE)
    stop_clock(ask, by=by)
    ask.version += 1
    ask.save()
    Reply.objects.create(
        ask=ask, move=TAKE.name, is_initiator=True, note=note, proposed_due=ask.due, person_id=by.pk, at=clock.now()
    )
    record(
        by,
        "alignment.ask.taken",
        ask,
        project_id=ask.collab.project_id,
        before=before,
        after={"state": ask.state, "due": ask.due},
        data={"note": note, "department": ask.department_id},
    )


def _locked(ask_id: int, by: Actor) -> tuple[CollabRequest, Ask]:
    """The ask and its request, both locked, the request first as everywhere."""
    seen = reach(asks_for(by), ask_id)
    collab = reach(collabs_for(by), seen.collab_id, lock=True)
    ask = Ask.objects.select_for_update(of=("self",)).select_related("department").filter(pk=ask_id).first()
    if ask is None:
        raise NotFound
    ask.collab = collab
    with_present_contacts([ask], collab.project_id)
    return collab, ask


def _must_be_present(ask: Ask, version: int | None) -> None:
    """Nobody answers words other than those they were shown."""
    if version is not None and version != ask.version:
        raise Conflict(
            _("This was answered or changed while you were writing. Read what it says now; your text is still here."),
            version=ask.version,
        )


def _must_be_open(collab: CollabRequest) -> None:
    if collab.project.goals_frozen_at is not None:
        require(
            False, _("The memorandum with this text is being signed or is signed. Begin a new version of it first.")
        )


def _reason_against(by: Actor, ask: Ask) -> Words:
    if by.person_id == ask.collab.requester_id and by.speaks_for(ask.department_id, policies.REPLY_SCOPE):
        return _("Nobody answers their own request. Name a deputy for this department.")
    speakers = speakers_of([ask.department_id])[ask.department_id]
    if speakers.head_name:
        return _("Only %(head)s or a deputy answers for this department") % {"head": speakers.head_name}
    return _("This department has no head at present")


def _on_behalf_of(by: Actor, ask: Ask) -> str:
    if by.heads(ask.department_id):
        return ""
    stand_in = by.stand_in_for(ask.department_id, policies.REPLY_SCOPE)
    return stand_in.head_name if stand_in else ""


def _checked_note(note: str) -> str:
    note = clean_text(note)
    if len(note) > LONGEST_NOTE:
        raise InvalidInput({"note": _("At most %(count)s characters") % {"count": LONGEST_NOTE}})
    return note


def _checked_reply(reply: str, note: str, proposed_due: date | None, ask: Ask) -> str:
    note = _checked_note(note)
    if reply in NEEDS_WORDS and not note:
        raise InvalidInput({"note": str(NEEDS_WORDS[reply])})
    if reply == COUNTER.name:
        if proposed_due is None:
            raise InvalidInput({"proposed_due": _("Give the date you propose")})
        if proposed_due.year > LATEST:
            raise InvalidInput({"proposed_due": _("Please check the year.")})
        if proposed_due < clock.today():
            raise InvalidInput({"proposed_due": _("This day is past")})
        if proposed_due == ask.due:
            raise InvalidInput({"proposed_due": _("This is the date that was asked for; then simply accept")})
    return note


def _checked_change(ask: Ask, request_item: str | None, due: date | None) -> tuple[str, date | None]:
    item = clean_text(ask.request_item if request_item is None else request_item)
    day = ask.due if due is None else due
    if not item:
        raise InvalidInput({"request_item": _("Write what is asked of the department")})
    if len(item) > LONGEST_ITEM:
        raise InvalidInput({"request_item": _("At most %(count)s characters") % {"count": LONGEST_ITEM}})
    project = ask.collab.project
    if day is not None and project.ends_on is not None and day > project.ends_on:
        raise InvalidInput({"due": _("This lies after the end of the project")})
    if day is not None and not EARLIEST <= day.year <= LATEST:
        raise InvalidInput({"due": _("Please check the year.")})
    if item == ask.request_item and day == ask.due:
        raise InvalidInput({"request_item": _("Nothing was changed")})
    return item, day
