"""Up to three ways out of a conflict, each with what it moves and what it costs in working days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongzhou.calendars.queries import company_calendar
from tongzhou.core.actor import Actor
from tongzhou.people.models import Membership, Person
from tongzhou.projects.models import Project

from ..models import Booking, Budget, Remedy, Skill, Task, Thing
from ..resource_states import Priority, Way
from ..states import DateConstraint
from ..work_states import TaskStatus
from .bookings import Room, left_of, rooms_of_persons, rooms_of_things
from .conflicts import ResourceConflict, conflicts_of

MOST_CANDIDATES = 60
LONGEST_SHIFT = 250
_IMPORTANCE = {Priority.LOW: 0, Priority.MEDIUM: 1, Priority.HIGH: 2}


@dataclass(frozen=True, slots=True)
class Proposal:
    """One way out. ``cost_days``: working days by which the project (or the thing lent) ends later."""

    way: Way
    booking: Booking
    text: str
    moves: str
    cost_days: int
    person: Person | None = None
    thing: Thing | None = None
    budget: Budget | None = None
    first: date | None = None
    last: date | None = None
    by_department: bool = False
    remedy: Remedy | None = None

    @property
    def is_levelled_alone(self) -> bool:
        """Later than the float allows: what the levelled plan does with an eye to all the rest."""
        return self.way == Way.LATER and self.booking.follows_task

    @property
    def key(self) -> str:
        """Names it in the form that takes it."""
        other = self.person or self.thing or self.budget
        target = other.pk if other is not None else f"{self.first:%Y%m%d}"
        return f"{self.way.value}:{self.booking.pk}:{target}"


@dataclass(frozen=True, slots=True)
class Solvable:
    """A conflict with its ways out."""

    conflict: ResourceConflict
    proposals: tuple[Proposal, ...]


def solvable_conflicts(project: Project, actor: Actor, most: int | None = None) -> list[Solvable]:
    """The conflicts of the project, soonest first, the first ``most`` (else all) of them with up to three proposals."""
    return [
        Solvable(found, tuple(proposals_for(found))[:3] if most is None or number < most else ())
        for number, found in enumerate(conflicts_of(project, actor))
    ]


def proposal_with(project: Project, key: str, actor: Actor) -> Proposal | None:
    """The proposal of that key as things stand now."""
    for solvable in solvable_conflicts(project, actor):
        for proposal in solvable.proposals:
            if proposal.key == key:
                return proposal
    return None


def proposals_for(conflict: ResourceConflict) -> Iterator[Proposal]:
    """Someone or something else, a shift within float, a later period: for the least important booking first."""
    # The least important gives way, the youngest first.
    rows = sorted(conflict.own, key=lambda row: (_IMPORTANCE[Priority(row.need.priority)], -row.pk))
    for find in (_substitutes, _shifts, _later):
        for row in rows:
            found = next(find(conflict, row), None)
            if found is not None:
                yield found
                break


def _substitutes(conflict: ResourceConflict, booking: Booking) -> Iterator[Proposal]:
    if booking.budget is not None:
        yield from _other_accounts(booking)
    elif booking.first is not None and booking.last is not None:
        if booking.person is not None:
            yield from _other_people(booking, booking.person, booking.first, booking.last)
        elif booking.thing is not None:
            yield from _other_things(booking, booking.thing, booking.first, booking.last)


def _other_people(booking: Booking, person: Person, first: date, last: date) -> Iterator[Proposal]:
    skills = list(Skill.objects.filter(person=person).values_list("name", flat=True))
    # The skill that was asked for, where the need names one that this person has; else whatever the person can do.
    wanted = [name for name in skills if name.casefold() == booking.need.name.casefold()] or skills
    if not wanted:
        return
    busy_here = booking.need.bookings.filter(released_at__isnull=True).values("person")
    members = Membership.objects.filter(department=booking.need.provider_id).values("person")
    rows = (
        Person.objects.filter(is_active=True, pk__in=members, skills__name__in=wanted)
        .exclude(pk__in=busy_here)
        .distinct()
        .order_by("name", "pk")[:MOST_CANDIDATES]
    )
    people = list(rows)
    rooms = rooms_of_persons([row.pk for row in people])
    for other in people:
        if rooms[other.pk].fits(first, last, booking.share):
            yield Proposal(
                Way.SUBSTITUTE,
                booking,
                _("%(other)s takes the place of %(person)s") % {"other": other.name, "person": person.name},
                _("Same skill (%(skill)s), free from %(first)s to %(last)s; no date moves")
                % {"skill": wanted[0], "first": first.isoformat(), "last": last.isoformat()},
                0,
                person=other,
                by_department=True,
            )


def _other_things(booking: Booking, thing: Thing, first: date, last: date) -> Iterator[Proposal]:
    rows = Thing.objects.filter(department=thing.department_id, kind=thing.kind, is_active=True).exclude(pk=thing.pk)
    things = list(rows[:MOST_CANDIDATES])
    rooms = rooms_of_things(things)
    for other in things:
        if rooms[other.pk].fits(first, last, booking.count):
            yield Proposal(
                Way.SUBSTITUTE,
                booking,
                _("%(other)s in place of %(thing)s") % {"other": other.name, "thing": thing.name},
                _("Free from %(first)s to %(last)s; no date moves")
                % {"first": first.isoformat(), "last": last.isoformat()},
                0,
                thing=other,
                by_department=True,
            )


def _other_accounts(booking: Booking) -> Iterator[Proposal]:
    budget = booking.budget
    if budget is None or booking.amount is None or booking.is_approved:
        return
    for other in Budget.objects.filter(department=budget.department_id).exclude(pk=budget.pk):
        left = left_of(other)
        if left >= booking.amount:
            yield Proposal(
                Way.SUBSTITUTE,
                booking,
                _("From the account “%(other)s” in place of “%(account)s”")
                % {"other": other.account, "account": budget.account},
                _("%(amount)s yuan fit there; no date moves") % {"amount": f"{booking.amount:,.2f}"},
                0,
                budget=other,
                by_department=True,
            )


def _shifts(conflict: ResourceConflict, booking: Booking) -> Iterator[Proposal]:
    task = _movable(booking)
    if task is None or not task.total_float or task.total_float < 1:
        return
    days = _first_free(booking, 1, min(task.total_float, LONGEST_SHIFT))
    if days is not None:
        alone = days <= (task.free_float or 0)
        yield _moved(Way.SHIFT, booking, task, days, 0, alone=alone)


def _later(conflict: ResourceConflict, booking: Booking) -> Iterator[Proposal]:
    if booking.first is None or booking.last is None:
        return
    task = _movable(booking)
    if task is not None:
        slack = max(task.total_float or 0, 0)
        days = _first_free(booking, slack + 1, slack + LONGEST_SHIFT)
        if days is not None:
            yield _moved(Way.LATER, booking, task, days, days - slack, alone=False)
    elif not booking.follows_task:
        days = _first_free(booking, 1, LONGEST_SHIFT)
        if days is not None:
            calendar = company_calendar()
            first = calendar.add_workdays(booking.first, days)
            last = calendar.add_workdays(booking.last, days)
            yield Proposal(
                Way.LATER,
                booking,
                _("Later: from %(first)s to %(last)s") % {"first": first.isoformat(), "last": last.isoformat()},
                _("Only this booking moves; the task keeps its dates"),
                days,
                first=first,
                last=last,
            )


def _movable(booking: Booking) -> Task | None:
    """The task that can be started later to mend the conflict: not begun, the booking follows it, no date holds it."""
    task = booking.need.task
    if task is None or not booking.follows_task or task.is_summary or task.start is None or task.finish is None:
        return None
    if task.status != TaskStatus.NOT_STARTED:
        return None
    return task if task.constraint in {DateConstraint.NONE, DateConstraint.START_NOT_BEFORE} else None


def _moved(way: Way, booking: Booking, task: Task, days: int, cost: int, *, alone: bool) -> Proposal:
    calendar = company_calendar()
    first = calendar.add_workdays(task.start, days) if task.start else None
    last = calendar.add_workdays(task.finish, days) if task.finish else None
    text = ngettext(
        "Begin “%(task)s” %(days)s working day later, on %(first)s",
        "Begin “%(task)s” %(days)s working days later, on %(first)s",
        days,
    ) % {"task": task.title, "days": days, "first": first}
    if cost:
        moves = ngettext(
            "Beyond its float: the project may end %(cost)s working day later",
            "Beyond its float: the project may end %(cost)s working days later",
            cost,
        ) % {"cost": cost}
    elif alone:
        moves = _("Within its float: nothing else moves, the end stays")
    else:
        moves = _("Within its float: tasks after it move too, the end stays")
    return Proposal(way, booking, text, moves, cost, first=first, last=last)


def _first_free(booking: Booking, least: int, most: int) -> int | None:
    """The smallest number of working days by which the booking has to move until it fits."""
    room = _room(booking)
    first, last = booking.first, booking.last
    if room is None or first is None or last is None:
        return None
    share = booking.share if booking.person_id else booking.count
    calendar = room.calendar
    starts: Sequence[date] = [calendar.add_workdays(first, days) for days in (least,)]
    start, finish = starts[0], calendar.add_workdays(last, least)
    for days in range(least, most + 1):
        if room.fits(start, finish, share):
            return days
        start, finish = calendar.add_workdays(start, 1), calendar.add_workdays(finish, 1)
    return None


def _room(booking: Booking) -> Room | None:
    """Room of the person or thing beside the bookings that would move along with this one."""
    if booking.person_id is not None:
        along = [booking.pk]
        if booking.follows_task:
            rows = Booking.objects.filter(
                need__task=booking.need.task_id, person=booking.person_id, follows_task=True, released_at__isnull=True
            )
            along = list(rows.values_list("pk", flat=True))
        return rooms_of_persons([booking.person_id], without=along)[booking.person_id]
    if booking.thing is not None:
        return rooms_of_things([booking.thing], without=[booking.pk])[booking.thing.pk]
    return None
