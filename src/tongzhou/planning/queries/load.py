"""负荷: how much of each person's working day is taken, over all projects."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext as _

from tongzhou.calendars.queries import company_calendar
from tongzhou.core.actor import Actor
from tongzhou.people.models import Person
from tongzhou.projects.queries import projects_for

from ..models import Absence
from .bookings import in_force
from .supply import shares_of


@dataclass(slots=True)
class LoadCell:
    """One person on one working day: percent taken, and what takes it as far as the reader may know."""

    day: date
    capacity: int
    percent: int = 0
    is_absent: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def level(self) -> str:
        """free, light (up to half), full, over; away when absent."""
        if self.is_absent:
            return "clash" if self.percent else "away"
        if self.percent > self.capacity:
            return "over"
        if not self.percent:
            return "free"
        return "light" if 2 * self.percent <= self.capacity else "full"

    @property
    def title(self) -> str:
        """What takes the day, in a line."""
        return "; ".join(self.notes)


@dataclass(frozen=True, slots=True)
class LoadRow:
    """One person over the weeks shown."""

    person: Person
    capacity: int
    cells: tuple[LoadCell, ...]

    @property
    def days_over(self) -> int:
        """Working days on which too much is asked."""
        return sum(cell.level in {"over", "clash"} for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the table: its working days."""

    monday: date
    number: int
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class LoadMap:
    """Persons down, working days across, by weeks."""

    weeks: tuple[Week, ...]
    rows: tuple[LoadRow, ...]


def load_map(persons: Iterable[Person], first: date, weeks: int, actor: Actor) -> LoadMap:
    """Everybody's load from the Monday on; four queries however many persons and bookings."""
    monday = first - timedelta(days=first.weekday())
    until = monday + timedelta(days=7 * weeks - 1)
    calendar = company_calendar()
    shown = []
    for number in range(weeks):
        start = monday + timedelta(days=7 * number)
        days = tuple(calendar.workdays(start, start + timedelta(days=6)))
        if days:
            shown.append(Week(start, start.isocalendar().week, days))
    people = {person.pk: person for person in persons}
    shares = shares_of(people)
    cells = {pk: {day: LoadCell(day, shares[pk]) for week in shown for day in week.days} for pk in people}
    rows = list(
        in_force().filter(person__in=people, first__lte=until, last__gte=monday).select_related("project", "need__task")
    )
    visible = set(projects_for(actor).filter(pk__in={row.project_id for row in rows}).values_list("pk", flat=True))
    for row in rows:
        what = _("busy with another project")
        if row.project_id in visible:
            what = f"{row.project.name} · {row.need.task or row.need.name}"
        for day, cell in cells[row.person_id or 0].items():
            if row.first and row.last and row.first <= day <= row.last:
                cell.percent += row.share
                cell.notes.append(f"{what} {row.share}%")
    for absence in Absence.objects.filter(person__in=people, first__lte=until, last__gte=monday):
        for day, cell in cells[absence.person_id].items():
            if absence.first <= day <= absence.last:
                cell.is_absent = True
                cell.notes.append(_("away from work"))
    made = tuple(LoadRow(person, shares[pk], tuple(cells[pk].values())) for pk, person in people.items())
    return LoadMap(tuple(shown), made)
