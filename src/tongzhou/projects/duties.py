"""Duties: what waits for whom. Packages register finders; the desk shows what they find."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongzhou.core.actor import Actor
from tongzhou.core.registry import Registry


class DutyAct(StrEnum):
    """What is wanted; the desk groups by it, in this order."""

    SIGN = "sign"
    CONFIRM = "confirm"
    DECIDE = "decide"
    ANSWER = "answer"
    UPDATE = "update"
    JOIN = "join"
    COMPLETE = "complete"


ACT_LABELS: dict[DutyAct, Promise] = {
    DutyAct.SIGN: _("Sign"),
    DutyAct.CONFIRM: _("Confirm"),
    DutyAct.DECIDE: _("Decide"),
    DutyAct.ANSWER: _("Answer"),
    DutyAct.UPDATE: _("Update"),
    DutyAct.JOIN: _("Take part"),
    DutyAct.COMPLETE: _("Complete"),
}


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that waits for a person: what, in which project, why this person, by when, where it is done.

    Finders give the link lazily: of the hundreds of duties of a busy head the desk shows the most pressing, and the
    addresses of the others are never worked out.
    """

    act: DutyAct
    title: str | Promise
    project_id: int
    project_name: str
    why: str | Promise
    link: str | Promise
    button: str | Promise
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DutyFinder:
    """``mine`` finds what waits for the actor; ``others`` what the actor waits for from others. Few queries each."""

    key: str
    mine: Callable[[Actor], Iterable[Duty]]
    others: Callable[[Actor], Iterable[Duty]] = lambda actor: ()


finders: Registry[DutyFinder] = Registry("Duty finder")


def register(finder: DutyFinder) -> DutyFinder:
    """Makes a kind of duty known; called from ``AppConfig.ready()``."""
    return finders.register(finder.key, finder)


def duties_of(actor: Actor) -> list[Duty]:
    """Everything that waits for the actor: overdue and soonest first, without a date last."""
    found = [duty for finder in finders for duty in finder.mine(actor)]
    return sorted(found, key=_soonest_first)


def awaited_by(actor: Actor) -> list[Duty]:
    """Everything the actor waits for from others."""
    found = [duty for finder in finders for duty in finder.others(actor)]
    return sorted(found, key=_soonest_first)


def _soonest_first(duty: Duty) -> tuple[bool, float]:
    return duty.due_at is None, duty.due_at.timestamp() if duty.due_at else 0.0
