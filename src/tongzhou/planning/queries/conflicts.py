"""冲突: people over their share, things lent twice, budgets overdrawn, over all projects of the company."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from tongzhou.calendars.queries import company_calendar
from tongzhou.core.actor import Actor, system
from tongzhou.people.models import Person
from tongzhou.projects.models import Project
from tongzhou.projects.queries import projects_for

from ..models import Absence, Booking, Budget, Thing
from .bookings import in_force
from .supply import shares_of


@dataclass(frozen=True, slots=True)
class Told:
    """One booking (or absence) as the reader may know it: of a project they may not see only that it is there."""

    what: str
    first: date | None
    last: date | None
    share: int = 0
    amount: Decimal | None = None
    project_id: int | None = None
    need_id: int | None = None
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class ResourceConflict:
    """Who or what is asked for too much, when, by how much, by which bookings.

    ``peak`` and ``capacity``: percent of a person or pieces of a thing; of a budget ``over`` is what is missing.
    """

    kind: str
    subject: Person | Thing | Budget
    told: tuple[Told, ...]
    own: tuple[Booking, ...]
    first: date | None = None
    last: date | None = None
    working_days: int = 0
    peak: int = 0
    capacity: int = 0
    excess_days: Decimal = Decimal(0)
    over: Decimal = Decimal(0)

    @property
    def key(self) -> str:
        """Names it as long as it lasts."""
        return f"{self.kind}-{self.subject.pk}" + (f"-{self.first:%Y%m%d}" if self.first else "")


def conflicts_of(project: Project, actor: Actor) -> list[ResourceConflict]:
    """The conflicts in which bookings of this project take part, soonest first."""
    used = list(in_force().filter(project=project).values_list("person_id", "thing_id", "budget_id"))
    persons, things, budgets = ({row[place] for row in used if row[place] is not None} for place in range(3))
    return [found for found in _found(persons, things, budgets, actor, project) if found.own]


def conflicts_in(departments: Iterable[int], actor: Actor, *, money: Iterable[int] = ()) -> list[ResourceConflict]:
    """The conflicts of persons and things of these departments, and of the budgets named."""
    keys = list(departments)
    persons = set(Person.objects.filter(is_active=True, memberships__department__in=keys).values_list("pk", flat=True))
    things = set(Thing.objects.filter(department__in=keys).values_list("pk", flat=True))
    return _found(persons, things, set(money), actor, None)


def _found(
    persons: set[int], things: set[int], budgets: set[int], actor: Actor, project: Project | None
) -> list[ResourceConflict]:
    touched = Q(person__in=persons) | Q(thing__in=things) | Q(budget__in=budgets)
    bookings = {
        row.pk: row
        for row in in_force()
        .filter(touched)
        .select_related("project", "need__task", "need__provider", "person", "thing", "budget")
    }
    seen = {row.project_id for row in bookings.values()}
    visible = set(projects_for(actor).filter(pk__in=seen).values_list("pk", flat=True))
    teller = _Teller(visible, project)
    found = [
        *_of_people(persons, [row for row in bookings.values() if row.person_id], teller),
        *_of_things([row for row in bookings.values() if row.thing_id], teller),
        *_of_budgets([row for row in bookings.values() if row.budget_id], teller),
    ]
    return sorted(found, key=lambda entry: (entry.first is None, entry.first or date.max, entry.key))


@dataclass(frozen=True, slots=True)
class _Teller:
    visible: set[int]
    project: Project | None

    def tell(self, booking: Booking) -> Told:
        hidden = booking.project_id not in self.visible
        task = booking.need.task
        what = _("busy with another project") if hidden else f"{booking.project.name} · {task or booking.need.name}"
        return Told(
            what,
            booking.first,
            booking.last,
            booking.share if booking.person_id else booking.count,
            None if hidden else booking.amount,
            None if hidden else booking.project_id,
            None if hidden else booking.need_id,
            hidden,
        )

    def own(self, bookings: Iterable[Booking]) -> tuple[Booking, ...]:
        return tuple(row for row in bookings if self.project is None or row.project_id == self.project.pk)


def _of_people(persons: set[int], bookings: Sequence[Booking], teller: _Teller) -> list[ResourceConflict]:
    shares = shares_of(persons)
    absences = {row.pk: row for row in Absence.objects.filter(person__in=persons)}
    by_key = {row.pk: row for row in bookings}
    entries = [
        (("booking", row.pk), row.person_id, row.first, row.last, row.share)
        for row in bookings
        if row.first is not None and row.last is not None
    ]
    # An absence takes all that there is of the person, and nothing more.
    entries += [
        (("absence", row.pk), row.person_id, row.first, row.last, shares[row.person_id]) for row in absences.values()
    ]
    people: dict[int, Person] = {row.person_id: row.person for row in bookings if row.person_id and row.person}
    found = []
    for clash in _sweep(entries, shares):
        own = [by_key[pk] for kind, pk in clash.bookings if kind == "booking"]
        away = [absences[pk] for kind, pk in clash.bookings if kind == "absence"]
        if not own:
            continue
        told = [teller.tell(row) for row in own]
        told += [Told(_("away from work"), row.first, row.last, shares[row.person_id]) for row in away]
        found.append(
            ResourceConflict(
                "person",
                people[clash.person],
                tuple(told),
                teller.own(own),
                clash.first,
                clash.last,
                clash.working_days,
                clash.peak_percent,
                clash.capacity_percent,
                Decimal(clash.excess_percent_days) / 100,
            )
        )
    return found


def _of_things(bookings: Sequence[Booking], teller: _Teller) -> list[ResourceConflict]:
    things = {row.thing_id: row.thing for row in bookings if row.thing is not None}
    by_key = {row.pk: row for row in bookings}
    entries = [
        (("booking", row.pk), row.thing_id, row.first, row.last, row.count)
        for row in bookings
        if row.first is not None and row.last is not None
    ]
    found = []
    for clash in _sweep(entries, {key: thing.count for key, thing in things.items()}):
        rows = [by_key[pk] for _kind, pk in clash.bookings]
        found.append(
            ResourceConflict(
                "thing",
                things[clash.person],
                tuple(teller.tell(row) for row in rows),
                teller.own(rows),
                clash.first,
                clash.last,
                clash.working_days,
                clash.peak_percent,
                clash.capacity_percent,
                Decimal(clash.excess_percent_days),
            )
        )
    return found


def _of_budgets(bookings: Sequence[Booking], teller: _Teller) -> list[ResourceConflict]:
    from tongzhou.engine.conflicts import Spending, find_overruns

    budgets = {row.budget_id: row.budget for row in bookings if row.budget is not None}
    by_key = {row.pk: row for row in bookings}
    spendings = [Spending(row.pk, row.budget_id, row.amount or Decimal(0)) for row in bookings]
    found = []
    for overrun in find_overruns(spendings, {key: budget.amount for key, budget in budgets.items()}):
        rows = [by_key[pk] for pk in overrun.spendings]  # type: ignore[index]
        found.append(
            ResourceConflict(
                "budget",
                budgets[overrun.account],  # type: ignore[index]
                tuple(teller.tell(row) for row in rows),
                teller.own(rows),
                over=overrun.over,
            )
        )
    return found


def _sweep(entries: Sequence[tuple[Any, Any, date, date, int]], capacity: Mapping[Any, int]) -> list[Any]:
    from tongzhou.engine.conflicts import Booking as Entry
    from tongzhou.engine.conflicts import find_conflicts

    return list(find_conflicts([Entry(*row) for row in entries], company_calendar(), capacity)) if entries else []


def has_conflicts(project: Project) -> list[ResourceConflict]:
    """For the gate: the conflicts as the system sees them."""
    return conflicts_of(project, system("gate"))
