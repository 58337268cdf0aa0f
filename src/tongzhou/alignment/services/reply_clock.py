"""The clock of an ask: reminded before it is due and when it is due, then passed up the line, a step a working day."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings

from tongzhou.cadence.services import call_off, plan_occasion
from tongzhou.calendars.queries import add_working_days, company_calendar
from tongzhou.core import clock
from tongzhou.core.actor import system
from tongzhou.core.acts import act
from tongzhou.core.events import record
from tongzhou.projects.models import StakeholderRole
from tongzhou.projects.services import add_stakeholder
from tongzhou.projects.states import Phase

from ..models import Ask
from ..policies import is_under_way
from ..queries.collabs import escalation_steps
from ..states import AskState

if TYPE_CHECKING:
    from tongzhou.cadence.models import Occasion

REMINDER = "alignment.reply_reminder"
ESCALATION = "alignment.reply_escalation"
CLOCK = "clock"


def start_clock(ask: Ask) -> datetime:
    """The department has its working days from now; earlier reminders are called off. Sets ``ask.reply_due_at``."""
    call_off(ask)
    due = add_working_days(clock.now(), settings.REPLY_WORKING_DAYS)
    ask.reply_due_at = due
    ask.escalation_level = 0
    before = half_a_working_day_before(due)
    if before > clock.now():
        _plan(REMINDER, ask, before, when="before")
    _plan(REMINDER, ask, due, when="due")
    _plan(ESCALATION, ask, add_working_days(due, 1))
    return due


def stop_clock(ask: Ask) -> None:
    """The department has answered, or is no longer asked."""
    call_off(ask)
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


@act
def escalate(occasion: Occasion) -> str:
    """Handler: the reply is still missing; tells the next one up the line, who from now on sees the project."""
    ask = _awaited(occasion)
    if isinstance(ask, str):
        return ask
    steps = escalation_steps(ask)
    if ask.escalation_level >= len(steps):
        return "nobody further up the line"
    step, persons = steps[ask.escalation_level]
    ask.escalation_level += 1
    ask.save(update_fields=["escalation_level"])
    if step == "superior":
        for person in persons:
            add_stakeholder(ask.collab.project_id, person, StakeholderRole.OBSERVER, by=system())
    facts = {**_facts(ask, occasion), "level": ask.escalation_level, "step": step, "persons": persons}
    record(system(), "alignment.ask.escalated", ask, project_id=ask.collab.project_id, data=facts)
    if ask.escalation_level < len(steps):
        _plan(ESCALATION, ask, add_working_days(occasion.due_at, 1))
    return f"escalated: {step}"


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
