"""What there is: persons with skills, share and absences; things; budgets with what is left of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from tongzhou.core.actor import Actor
from tongzhou.people.models import Department, Membership, Person
from tongzhou.people.models.deputies import Scope

from ..models import Absence, Budget, Capacity, Skill, Thing
from ..models.supply import FULL_SHARE
from .bookings import in_force

ZERO = Decimal("0.00")


def departments_seen(actor: Actor) -> QuerySet[Department]:
    """Departments whose resources the actor may look at: all for PMO, administrators and leadership, else the own ones."""
    rows = Department.objects.filter(is_active=True).order_by("position", "pk")
    if actor.is_pmo or actor.is_admin or actor.is_executive:
        return rows
    return rows.filter(pk__in=actor.department_ids | actor.headed_ids | _deputised(actor))


def departments_kept(actor: Actor) -> QuerySet[Department]:
    """Departments whose resources the actor keeps."""
    rows = Department.objects.filter(is_active=True).order_by("position", "pk")
    if actor.is_pmo or actor.is_admin:
        return rows
    return rows.filter(pk__in=actor.headed_ids | _deputised(actor))


def is_department(pk: int) -> bool:
    """True for a department that works."""
    return Department.objects.filter(pk=pk, is_active=True).exists()


def _deputised(actor: Actor) -> set[int]:
    return {entry.department_id for entry in actor.stand_ins if entry.covers(Scope.RESOURCES)}


def persons_seen(actor: Actor, department_id: int | None = None) -> QuerySet[Person]:
    """People of the departments seen, narrowed to one."""
    departments = departments_seen(actor)
    if department_id is not None:
        departments = departments.filter(pk=department_id)
    members = Membership.objects.filter(department__in=departments).values("person")
    return Person.objects.filter(is_active=True, pk__in=members).order_by("name", "pk")


def persons_kept(actor: Actor) -> QuerySet[Person]:
    """People whose skills, share and absences the actor keeps."""
    rows = Person.objects.filter(is_active=True)
    if actor.is_pmo or actor.is_admin:
        return rows
    members = Membership.objects.filter(department__in=actor.headed_ids | _deputised(actor)).values("person")
    return rows.filter(pk__in=members)


def things_seen(actor: Actor) -> QuerySet[Thing]:
    """Things and rooms of the departments seen."""
    return Thing.objects.filter(department__in=departments_seen(actor)).select_related("department")


def budgets_seen(actor: Actor) -> QuerySet[Budget]:
    """Budgets the actor may look into: those kept; company leadership looks into all."""
    departments = departments_seen(actor) if actor.is_executive else departments_kept(actor)
    return Budget.objects.filter(department__in=departments).select_related("department")


def shares_of(person_ids: Iterable[int]) -> dict[int, int]:
    """Person → working share in percent; a whole day where nothing is said."""
    keys = set(person_ids)
    found = dict(Capacity.objects.filter(person__in=keys).values_list("person_id", "percent"))
    return {key: found.get(key, FULL_SHARE) for key in keys}


@dataclass(slots=True)
class Workforce:
    """One person with what there is to know before lending them."""

    person: Person
    percent: int = FULL_SHARE
    version: int = 0
    skills: list[str] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)


def workforce(persons: Iterable[Person]) -> list[Workforce]:
    """People with share, skills and absences; three queries however many."""
    found = {person.pk: Workforce(person) for person in persons}
    for row in Capacity.objects.filter(person__in=found):
        found[row.person_id].percent, found[row.person_id].version = row.percent, row.version
    for skill in Skill.objects.filter(person__in=found):
        found[skill.person_id].skills.append(skill.name)
    for absence in Absence.objects.filter(person__in=found):
        found[absence.person_id].absences.append(absence)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class BudgetStanding:
    """A budget with what is promised from it, what of that is approved, and what is left."""

    budget: Budget
    promised: Decimal
    approved: Decimal

    @property
    def left(self) -> Decimal:
        """What no promise has taken yet; below zero when too much is promised."""
        return self.budget.amount - self.promised

    @property
    def is_over(self) -> bool:
        """True when more is promised than there is."""
        return self.promised > self.budget.amount


def budget_standings(budgets: Iterable[Budget]) -> list[BudgetStanding]:
    """Budgets with their sums; one query for all."""
    rows = list(budgets)
    sums = {
        key: (promised or ZERO, approved or ZERO)
        for key, promised, approved in in_force()
        .filter(budget__in=rows)
        .values("budget_id")
        .order_by("budget_id")
        .annotate(promised=Sum("amount"), approved=Sum("amount", filter=Q(is_approved=True)))
        .values_list("budget_id", "promised", "approved")
    }
    return [BudgetStanding(row, *sums.get(row.pk, (ZERO, ZERO))) for row in rows]
