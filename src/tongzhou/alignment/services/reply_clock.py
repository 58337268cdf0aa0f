"""The clock of an ask: reminded before it is due and when it is due, then escalated, a step a working day."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.cadence.ladders import WORKING_DAY, LadderKind, Rungs, in_words
from tongzhou.cadence.services import call_off, plan_occasion, start_ladder, stop_ladder
from tongzhou.cadence.states import Rung
from tongzhou.calendars.queries import add_working_days, company_calendar
from tongzhou.core import clock
from tongzhou.core.actor import Actor, system
from tongzhou.core.acts import act
from tongzhou.core.events import record
from tongzhou.core.time_words import exactly
from tongzhou.projects.states import Phase

from ..models import Ask
from ..policies import is_under_way
from ..states import AskState

if TYPE_CHECKING:
    from tongzhou.cadence.models import Ladder, Occasion

REMINDER = "alignment.reply_reminder"
CLOCK = "clock"
REPLY = "alignment.reply"
# The department's own people are reminded; from a working day after the deadline on it goes up the line.
UP_THE_LINE: Rungs = ((Rung.SUPERIOR, WORKING_DAY), (Rung.SPONSOR, 2 * WORKING_DAY), (Rung.PMO, 3 * WORKING_DAY))


def start_clock(ask: Ask, *, by: Actor) -> datetime:
    """The department has its working days from now; earlier reminders are called off. Sets ``ask.reply_due_at``."""
    call_off(ask)
    stop_ladder(ask, REPLY, by=by)
    due = add_working_days(clock.now(), settings.REPLY_WORKING_DAYS)
    ask.reply_due_at = due
    ask.escalation_level = 0
    before = half_a_working_day_before(due)
    if before > clock.now():
        _plan(REMINDER, ask, before, when="before")
    _plan(REMINDER, ask, due, when="due")
    start_ladder(
        ask,
        REPLY,
        project_id=ask.collab.project_id,
        awaited_at=due,
        department_id=ask.department_id,
        link=reverse("alignment:ask", args=[ask.pk]),
        rungs=UP_THE_LINE,
        label=ask.department.name,
        by=by,
    )
    return due


def stop_clock(ask: Ask, *, by: Actor) -> None:
    """The department has answered, or is no longer asked."""
    call_off(ask)
    stop_ladder(ask, REPLY, by=by)
    ask.reply_due_at = None
    ask.escalation_level = 0


def half_a_working_day_before(due: datetime) -> datetime:
    """Half of the working hours of the day something is due, before it is due."""
    calendar = company_calendar()
    local = due.astimezone(clock.company_zone()).replace(tzinfo=None)
    minutes = calendar.minutes_on(local.date()) // 2
    return calendar.subtract_working_minutes(local, minutes).replace(tzinfo=clock.company_zone())


@act
def remind(occasion: Occasion) -> str:
    """Handler: asks head, deputies and contact person once more for the reply."""
    ask = _awaited(occasion)
    if isinstance(ask, str):
        return ask
    record(system(), "alignment.ask.reminded", ask, project_id=ask.collab.project_id, data=_facts(ask, occasion))
    return "reminded"


def is_awaited(ladder: Ladder) -> bool:
    """True while the department owes its reply and the request is under way."""
    ask = Ask.objects.select_related("collab__project__scenario").filter(pk=ladder.subject_id).first()
    return ask is not None and ask.state == AskState.WAITING and is_under_way(ask.collab)


def because_unanswered(ladder: Ladder) -> Promise:
    """Which department has not replied, and since when."""
    return in_words(
        lambda: (
            _("%(department)s has not replied; the reply was due %(due)s")
            % {"department": ladder.subject_label, "due": exactly(ladder.awaited_at)}
        )
    )


def note_step(ladder: Ladder, rung: Rung, persons: set[int]) -> None:
    """The request shows how far up the line it has gone."""
    ask = Ask.objects.select_for_update(of=("self",)).get(pk=ladder.subject_id)
    ask.escalation_level += 1
    ask.save(update_fields=["escalation_level"])


REPLY_KIND = LadderKind(REPLY, gettext_lazy("Reply to the request"), is_awaited, because_unanswered, note_step)


def _awaited(occasion: Occasion) -> Ask | str:
    """The ask whose reply is still awaited, locked; otherwise why nothing is to be done."""
    ask = (
        Ask.objects.select_for_update(of=("self",))
        .select_related("collab__project__scenario", "department")
        .filter(pk=occasion.subject_id)
        .first()
    )
    if ask is None:
        return "gone"
    if ask.state != AskState.WAITING or occasion.data.get(CLOCK) != _running(ask):
        return "answered"
    if ask.collab.project.phase == Phase.SUSPENDED:
        _plan(occasion.kind, ask, add_working_days(occasion.due_at, 1), when=occasion.data.get("when", ""))
        return "put off: the project is suspended"
    return ask if is_under_way(ask.collab) else "the project is over"


def _plan(kind: str, ask: Ask, due_at: datetime, **data: Any) -> None:
    plan_occasion(kind, ask, due_at, project_id=ask.collab.project_id, data={CLOCK: _running(ask), **data})


def _running(ask: Ask) -> str:
    """Which run of the clock this is: a changed ask starts another."""
    return ask.reply_due_at.astimezone(clock.company_zone()).isoformat() if ask.reply_due_at else ""


def _facts(ask: Ask, occasion: Occasion) -> dict[str, Any]:
    return {
        "department": ask.department_id,
        "reply_due_at": ask.reply_due_at,
        "when": occasion.data.get("when", ""),
        "due_at": occasion.due_at,
    }
