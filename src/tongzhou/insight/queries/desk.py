"""今日待我: what waits for a person, what they wait for, and how their projects stand."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

from tongzhou.core.actor import Actor
from tongzhou.messaging.queries import MessageAlarm, alarms_for
from tongzhou.projects.duties import ACT_LABELS, Duty, DutyAct, awaited_by, duties_of
from tongzhou.projects.models import Project
from tongzhou.projects.queries import NO_WORD, Health, health_of, open_projects_of

# So many projects are listed; the list of projects has them all.
PROJECTS = 12
# So many duties of one act are listed, the most pressing ones; the rest is a click away. A head in hundreds of projects
# reads no more at once, and need not wait for it.
DUTIES = 20

AWAITED = "awaited"
ACT_ICONS = {
    DutyAct.SIGN: "signature",
    DutyAct.CONFIRM: "checks",
    DutyAct.DECIDE: "route",
    DutyAct.ANSWER: "message-question",
    DutyAct.UPDATE: "checklist",
    DutyAct.JOIN: "calendar-event",
    DutyAct.COMPLETE: "clipboard-check",
}


@dataclass(frozen=True, slots=True)
class DutyGroup:
    """Duties of one act, in the order of the desk."""

    act: DutyAct
    label: str | Promise
    icon: str
    duties: tuple[Duty, ...]
    is_whole: bool = False

    @property
    def shown(self) -> tuple[Duty, ...]:
        """The most pressing ones, or all when asked for."""
        return self.duties if self.is_whole else self.duties[:DUTIES]

    @property
    def has_more(self) -> bool:
        """True when some are left out."""
        return len(self.shown) < len(self.duties)


@dataclass(frozen=True, slots=True)
class Desk:
    """One person's desk now."""

    groups: tuple[DutyGroup, ...]
    awaited: tuple[Duty, ...]
    awaited_whole: bool
    projects: tuple[tuple[Project, Health], ...]
    has_more_projects: bool
    most_pressing: Duty | None
    # What does not reach people, for those who can mend it.
    alarms: tuple[MessageAlarm, ...] = ()

    @property
    def awaited_shown(self) -> tuple[Duty, ...]:
        """Of what others owe, the most pressing, or all when asked for."""
        return self.awaited if self.awaited_whole else self.awaited[:DUTIES]

    @property
    def count(self) -> int:
        """How many things wait."""
        return sum(len(group.duties) for group in self.groups)


def desk_of(actor: Actor, whole: str = "") -> Desk:
    """The desk of a person, with all duties of the act ``whole``.

    How many queries it costs does not depend on how much is on it.
    """
    mine = duties_of(actor)
    rows = list(open_projects_of(actor)[: PROJECTS + 1])
    shown = rows[:PROJECTS]
    health = health_of(shown)
    return Desk(
        groups=tuple(
            DutyGroup(act, label, ACT_ICONS[act], duties, act == whole)
            for act, label in ACT_LABELS.items()
            if (duties := tuple(duty for duty in mine if duty.act == act))
        ),
        awaited=tuple(awaited_by(actor)),
        awaited_whole=whole == AWAITED,
        projects=tuple((project, health.get(project.pk, NO_WORD)) for project in shown),
        has_more_projects=len(rows) > PROJECTS,
        most_pressing=mine[0] if mine else None,
        alarms=tuple(alarms_for(actor)),
    )
