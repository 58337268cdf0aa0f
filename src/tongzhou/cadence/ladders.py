"""升级: what may be escalated, whom it climbs to and how fast. Packages register their kinds.

A ladder is started by what begins to wait (``services.start_ladder``) and stopped by the act that was awaited
(``services.stop_ladder``), in that act. In between the clock takes its steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from django.utils.functional import Promise, lazy
from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.registry import Registry
from tongzhou.core.time_words import exactly
from tongzhou.engine.workcal import WorkCalendar

from .states import Rung, Severity

if TYPE_CHECKING:
    from .models import Ladder

Rungs = tuple[tuple[Rung, int], ...]
# Minutes after the awaited moment at which each is told.
USUAL: Mapping[str, Rungs] = {
    Severity.EMERGENCY: (
        (Rung.PERSON, 0), (Rung.CONTACT, 15), (Rung.HEAD, 30), (Rung.LEAD, 60), (Rung.SPONSOR, 120),
    ),
    Severity.HIGH: ((Rung.PERSON, 0), (Rung.CONTACT, 60), (Rung.HEAD, 120), (Rung.LEAD, 240), (Rung.SPONSOR, 480)),
    Severity.NORMAL: ((Rung.PERSON, 0), (Rung.CONTACT, 240), (Rung.HEAD, 480), (Rung.LEAD, 960), (Rung.SPONSOR, 1440)),
}  # fmt: skip
# What is pressing does not wait for office hours.
WALL_CLOCK = frozenset({Severity.EMERGENCY, Severity.HIGH})
# After a time of no clock the next one still has this long before it goes further up.
LEAST_PAUSE = timedelta(minutes=5)


# A working day of eight hours: what a day at a time up the line means in minutes.
WORKING_DAY = 8 * 60


def in_words(said: Callable[[], str]) -> Promise:
    """A sentence that is written out when somebody reads it, in that person's language."""
    return cast(Promise, lazy(said, str)())


def was_due(ladder: Ladder) -> str | Promise:
    """The plain reason: the moment has passed."""
    return in_words(lambda: _("it was due %(due)s") % {"due": exactly(ladder.awaited_at)})


def nothing_more(ladder: Ladder, rung: Rung, persons: set[int]) -> None:
    """Most kinds have nothing to do beside the telling."""


@dataclass(frozen=True, slots=True)
class LadderKind:
    """``label`` says what is awaited; ``is_awaited`` tells whether it still is.

    ``because`` gives the reason to those who are told, from what the ladder itself holds (it is asked for whole lists).
    ``told`` is called in the act of each step, for what the package keeps of it.
    """

    key: str
    label: str | Promise
    is_awaited: Callable[[Ladder], bool]
    because: Callable[[Ladder], str | Promise] = was_due
    told: Callable[[Ladder, Rung, set[int]], None] = nothing_more


kinds: Registry[LadderKind] = Registry("Ladder kind")


def register(kind: LadderKind) -> LadderKind:
    """Makes a kind of escalation known; called from ``AppConfig.ready()``."""
    return kinds.register(kind.key, kind)


def moment_of(awaited_at: datetime, minutes: int, severity: str, calendar: WorkCalendar) -> datetime:
    """When a step is due: so many minutes after what was awaited, on the wall clock or in working hours."""
    if severity in WALL_CLOCK:
        return awaited_at + timedelta(minutes=minutes)
    zone = clock.company_zone()
    local = awaited_at.astimezone(zone).replace(tzinfo=None)
    begun = calendar.next_working_moment(local)
    return calendar.add_working_minutes(begun, minutes).replace(tzinfo=zone)
