"""资源平衡: the plan of a project as the engine's levelling problem, in working days; what others have taken is not there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tongzhou.calendars.queries import company_calendar
from tongzhou.core import clock
from tongzhou.engine.workcal import WorkCalendar
from tongzhou.people.models import Membership, Person
from tongzhou.projects.models import Project

from ..models import Absence, Booking, Link, Skill, Task, Thing
from ..states import DateConstraint
from ..work_states import TaskStatus
from .bookings import in_force
from .supply import shares_of

if TYPE_CHECKING:
    from tongzhou.engine.leveling.problem import Activity, Demand, Problem, Resource, Schedule

MOST_CANDIDATES = 8
LONGEST_LOOK = timedelta(days=3650)
_FIXED = {DateConstraint.MUST_START, DateConstraint.MUST_FINISH}


@dataclass(frozen=True, slots=True)
class Supply:
    """A person or a thing as a resource of the engine."""

    kind: str
    pk: int
    name: str
    capacity: int


@dataclass(frozen=True, slots=True)
class Axis:
    """Working days counted from the first of the plan: the engine's time."""

    calendar: WorkCalendar
    origin: date

    @classmethod
    def of(cls, calendar: WorkCalendar, plan_start: date) -> Axis:
        """Counts from the first working day of the plan."""
        return cls(calendar, calendar.next_workday(plan_start))

    def unit(self, day: date) -> int:
        """Working days before the day; negative before the plan."""
        return self.calendar.count_workdays(self.origin - timedelta(days=1), day - timedelta(days=1))

    def day(self, unit: int) -> date:
        """The working day that begins after so many."""
        return self.calendar.add_workdays(self.origin, unit)


@dataclass(frozen=True)
class Case:
    """The problem, the plan as it stands, and what the numbers in them mean."""

    axis: Axis
    tasks: tuple[Task, ...]
    links: tuple[Link, ...]
    problem: Problem
    present: Schedule
    now: int
    supplies: tuple[Supply, ...]
    bookings: tuple[tuple[Booking, ...], ...]
    """For each activity, the bookings that its demands stand for."""


class CannotLevel(Exception):
    """Levelling has nothing to hold on to; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def leveling_case(project: Project) -> Case:
    """Reads the problem; a fixed number of queries however long the plan. ``CannotLevel`` where there is none."""
    from tongzhou.engine.leveling.problem import Problem, Schedule

    rows = list(Task.objects.filter(project=project).select_related("department").order_by("rank", "pk"))
    tasks = tuple(task for task in rows if not task.is_summary and task.start is not None)
    if not tasks:
        raise CannotLevel("no_task")
    axis = Axis.of(company_calendar(), project.starts_on or clock.today())
    place = {task.pk: at for at, task in enumerate(tasks)}
    links = tuple(
        row for row in Link.objects.filter(project=project) if row.predecessor_id in place and row.successor_id in place
    )
    now = max(0, axis.unit(clock.today()))
    activities = [_activity(axis, task) for task in tasks]
    bare = Problem(tuple(activities), tuple(_link(row, place) for row in links))
    starts = _present(bare, axis, tasks)
    for task, start in zip(tasks, starts, strict=True):
        if not task.is_milestone and task.duration and axis.day(start) != task.start:
            raise CannotLevel("dates")
    used = _bookings(project, tasks)
    running = {
        task.pk
        for task, start in zip(tasks, starts, strict=True)
        if start < now or task.status != TaskStatus.NOT_STARTED
    }
    movable = {pk: found for pk, found in used.items() if pk not in running}
    supply = _Supply(project, axis, now, movable)
    finished = []
    held: list[tuple[Booking, ...]] = []
    for task, activity, start in zip(tasks, activities, starts, strict=True):
        finish = start + activity.duration
        demands = supply.demands(movable.get(task.pk, ()))
        held.append(tuple(movable.get(task.pk, ())))
        finished.append(
            replace(
                activity,
                demands=demands,
                fixed_start=start if task.constraint in _FIXED or task.pk in running else None,
                # A date that is missed already is not missed by more.
                deadline=max(activity.deadline, finish) if activity.deadline is not None else None,
            )
        )
    problem = Problem(tuple(finished), bare.links, supply.resources())
    assigned = tuple(tuple(demand.resources[0] for demand in activity.demands) for activity in finished)
    return Case(axis, tasks, links, problem, Schedule(tuple(starts), assigned), now, supply.told(), tuple(held))


def _activity(axis: Axis, task: Task) -> Activity:
    from tongzhou.engine.leveling.problem import Activity

    on = task.constraint_on
    release, deadline = 0, None
    if on is not None:
        if task.constraint in {DateConstraint.START_NOT_BEFORE, DateConstraint.MUST_START}:
            release = max(0, axis.unit(on))
        elif task.constraint == DateConstraint.MUST_FINISH:
            release = max(0, axis.unit(on + timedelta(days=1)) - task.duration)
        elif task.constraint == DateConstraint.FINISH_NOT_AFTER:
            deadline = max(0, axis.unit(on + timedelta(days=1)))
    return Activity(str(task.pk), task.duration, release=release, deadline=deadline)


def _link(row: Link, place: Mapping[int, int]) -> Any:
    from tongzhou.engine.leveling.problem import Link as EngineLink
    from tongzhou.engine.leveling.problem import LinkKind

    return EngineLink(place[row.predecessor_id], place[row.successor_id], LinkKind(row.kind), row.lag)


def _present(problem: Problem, axis: Axis, tasks: Sequence[Task]) -> list[int]:
    """When each task begins now: as soon as its predecessors, its date and an earlier levelling let it."""
    return earliest_starts(problem, [axis.unit(t.held_until) if t.held_until else 0 for t in tasks])


def earliest_starts(problem: Problem, holds: Sequence[int]) -> list[int]:
    """The start of each activity by links, release and hold alone; resources play no part."""
    from tongzhou.engine.leveling.problem import topological_order

    before: dict[int, list[tuple[int, int]]] = {}
    for link in problem.links:
        before.setdefault(link.after, []).append((link.before, problem.start_lag(link)))
    starts = [0] * len(problem.activities)
    for i in topological_order(problem):
        reached = [starts[other] + lag for other, lag in before.get(i, ())]
        starts[i] = max(0, problem.activities[i].release, holds[i], *reached)
    return starts


def driven_starts(problem: Problem, starts: Sequence[int]) -> list[int]:
    """The earliest start that each activity could have, the others where they are."""
    least = [max(0, activity.release) for activity in problem.activities]
    for link in problem.links:
        least[link.after] = max(least[link.after], starts[link.before] + problem.start_lag(link))
    return least


def _bookings(project: Project, tasks: Iterable[Task]) -> dict[int, list[Booking]]:
    """Task → the bookings of people and things that move with it."""
    found: dict[int, list[Booking]] = {}
    rows = in_force().filter(
        project=project, follows_task=True, budget__isnull=True, need__task__in=[task.pk for task in tasks]
    )
    for row in rows.select_related("need__provider", "person", "thing").order_by("pk"):
        found.setdefault(row.need.task_id or 0, []).append(row)
    return found


class _Supply:
    """Persons and things that the demands name, with what is left of them day by day."""

    def __init__(self, project: Project, axis: Axis, now: int, movable: Mapping[int, Sequence[Booking]]) -> None:
        self.axis, self.now = axis, now
        self.bookings = [row for rows in movable.values() for row in rows]
        self.candidates = _candidates(self.bookings)
        self.number: dict[tuple[str, int], int] = {}
        self.names: dict[tuple[str, int], str] = {}
        self.capacity: dict[tuple[str, int], int] = {}
        for row in self.bookings:
            for kind, other in self.candidates[row.pk]:
                key = (kind, other.pk)
                self.number.setdefault(key, len(self.number))
                self.names[key] = other.name
                if isinstance(other, Thing):
                    self.capacity[key] = other.count
        people = [pk for kind, pk in self.number if kind == "person"]
        self.capacity |= {("person", pk): share for pk, share in shares_of(people).items()}
        self.taken: dict[tuple[str, int], list[tuple[int, int, int]]] = {key: [] for key in self.number}
        self._read_taken(people)

    def demands(self, rows: Iterable[Booking]) -> tuple[Demand, ...]:
        """One for each booking; who is booked now comes first."""
        from tongzhou.engine.leveling.problem import Demand

        return tuple(
            Demand(
                max(1, row.share if row.person_id else row.count),
                tuple(self.number[kind, other.pk] for kind, other in self.candidates[row.pk]),
            )
            for row in rows
        )

    def resources(self) -> tuple[Resource, ...]:
        """In the order of their numbers."""
        from tongzhou.engine.leveling.problem import Resource

        return tuple(
            Resource(self.names[key], *_steps(self.capacity[key], self.taken[key], self.now)) for key in self.number
        )

    def told(self) -> tuple[Supply, ...]:
        """What the numbers of the resources mean."""
        return tuple(Supply(kind, pk, self.names[kind, pk], self.capacity[kind, pk]) for kind, pk in self.number)

    def _read_taken(self, people: Sequence[int]) -> None:
        """What other projects, bookings with days of their own, running tasks and absences take."""
        things = [pk for kind, pk in self.number if kind == "thing"]
        own = {row.pk for row in self.bookings}
        others = in_force().filter(person__in=people) | in_force().filter(thing__in=things)
        for row in others.only("person_id", "thing_id", "first", "last", "share", "count"):
            if row.pk not in own and row.first is not None and row.last is not None:
                key = ("person", row.person_id) if row.person_id else ("thing", row.thing_id)
                self._take(key, row.first, row.last, row.share if row.person_id else row.count)  # type: ignore[arg-type]
        for away in Absence.objects.filter(person__in=people):
            key = ("person", away.person_id)
            self._take(key, away.first, away.last, self.capacity[key])

    def _take(self, key: tuple[str, int], first: date, last: date, share: int) -> None:
        furthest = self.axis.origin + LONGEST_LOOK
        if first > furthest or last < self.axis.origin:
            return
        since = max(self.axis.unit(first), 0)
        until = self.axis.unit(min(last, furthest) + timedelta(days=1))
        if until > since:
            self.taken[key].append((since, until, share))


def _steps(capacity: int, taken: Sequence[tuple[int, int, int]], now: int) -> tuple[int, tuple[tuple[int, int], ...]]:
    """What is left at the start, and each change; the past counts as free, nothing there can be moved."""
    changes: dict[int, int] = {}
    for since, until, share in taken:
        if until > now:
            changes[max(since, now)] = changes.get(max(since, now), 0) - share
            changes[until] = changes.get(until, 0) + share
    left = capacity + changes.pop(0, 0)
    first, steps = max(0, left), []
    shown = first
    for at in sorted(changes):
        left += changes[at]
        if max(0, left) != shown:
            shown = max(0, left)
            steps.append((at, shown))
    return first, tuple(steps)


def _candidates(bookings: Sequence[Booking]) -> dict[int, list[tuple[str, Person | Thing]]]:
    """Booking → who or what can meet it: who is booked first, then others of the skill or kind; four queries."""
    found: dict[int, list[tuple[str, Person | Thing]]] = {}
    people = {row.person_id for row in bookings if row.person_id}
    providers = {row.need.provider_id for row in bookings if row.person_id}
    members = Membership.objects.filter(department__in=providers, person__is_active=True)
    of: dict[int, set[int]] = {}
    for department, person in members.values_list("department_id", "person_id"):
        of.setdefault(department, set()).add(person)
    keys = people | {pk for pks in of.values() for pk in pks}
    skills: dict[int, list[str]] = {}
    for person, name in Skill.objects.filter(person__in=keys).values_list("person_id", "name"):
        skills.setdefault(person, []).append(name)
    persons = {row.pk: row for row in Person.objects.filter(pk__in=[pk for pk in keys if pk in skills])}
    things = list(
        Thing.objects.filter(department__in={row.thing.department_id for row in bookings if row.thing}, is_active=True)
    )
    together: dict[int, list[Booking]] = {}
    for row in bookings:
        together.setdefault(row.need_id, []).append(row)
    for row in bookings:
        peers = together[row.need_id]
        if row.person is not None:
            mine = skills.get(row.person.pk, [])
            wanted = {name for name in mine if name.casefold() == row.need.name.casefold()} or set(mine)
            busy = {peer.person_id for peer in peers}
            free = [
                persons[pk]
                for pk in of.get(row.need.provider_id, ())
                if pk in persons and pk not in busy and wanted & set(skills[pk])
            ]
            free.sort(key=lambda person: (person.name, person.pk))
            # Shared out, so that nobody stands in for two at once.
            free = free[peers.index(row) :: len(peers)][:MOST_CANDIDATES]
            found[row.pk] = [("person", row.person), *(("person", person) for person in free)]
        elif row.thing is not None:
            same = [
                thing
                for thing in things
                if (thing.department_id, thing.kind) == (row.thing.department_id, row.thing.kind)
                and thing.pk != row.thing.pk
            ]
            found[row.pk] = [("thing", row.thing), *(("thing", thing) for thing in same[:MOST_CANDIDATES])]
    return found
