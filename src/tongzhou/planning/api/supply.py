"""What there is: people and their load, things, budgets, for programs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.api import Text, idempotent
from tongzhou.core.pages import actor_of
from tongzhou.projects.api.reaching import (
    DoneOut,
    Key,
    PersonRef,
    Version,
)

from .. import queries, services
from .resource_shapes import Money, Percent, Pieces

router = Router()


class WorkforceOut(Schema):
    """A person with share, skills and absences."""

    person: PersonRef
    version: int
    percent: int
    skills: list[str]
    absences: list[AbsenceOut]


class AbsenceIn(Schema):
    """Days on which a person is not there."""

    first: date
    last: date
    reason: Text = ""


class AbsenceOut(AbsenceIn):
    """An absence."""

    id: int


class CapacityIn(Schema):
    """How much of the day a person gives, and what they can do; version 0 where nothing was said yet."""

    version: Annotated[int, Field(ge=0, le=2**31 - 1)]
    percent: Percent
    skills: Annotated[list[Text], Field(max_length=100)] = []


class ThingIn(Schema):
    """Something a department lends."""

    department_id: Key
    kind: Text = "equipment"
    name: Text
    count: Pieces = 1
    is_active: bool = True


class ThingPatch(Schema):
    """What of a thing is changed."""

    version: Version
    kind: Text | None = None
    name: Text | None = None
    count: Pieces | None = None
    is_active: bool | None = None


class ThingOut(ThingIn):
    """A thing."""

    id: int
    version: int


class BudgetIn(Schema):
    """What a department may spend from an account, in yuan."""

    department_id: Key
    account: Text
    amount: Money
    note: Text = ""


class BudgetPatch(Schema):
    """What of a budget is changed."""

    version: Version
    account: Text | None = None
    amount: Money | None = None
    note: Text | None = None


class BudgetOut(BudgetIn):
    """A budget with what is promised, approved and left."""

    id: int
    version: int
    currency: str
    promised: Decimal
    approved: Decimal
    left: Decimal


class LoadDayOut(Schema):
    """One working day of a person: percent taken of the capacity."""

    day: date
    percent: int
    capacity: int
    level: str


class LoadOut(Schema):
    """One person's load."""

    person: PersonRef
    days: list[LoadDayOut]


WorkforceOut.model_rebuild()


@router.get("/resources/load", response=list[LoadOut])
def load(
    request: HttpRequest, start: date | None = None, weeks: Annotated[int, Field(ge=1, le=12)] = 4
) -> list[LoadOut]:
    """Percent of each working day taken, of the people the caller sees (at most 500)."""
    actor = actor_of(request)
    first = start if start is not None and 2000 <= start.year <= 2100 else clock.today()
    found = queries.load_map(queries.persons_seen(actor)[:500], first, weeks, actor)
    return [
        LoadOut(
            person=PersonRef(id=row.person.pk, name=row.person.name),
            days=[
                LoadDayOut(day=cell.day, percent=cell.percent, capacity=cell.capacity, level=cell.level)
                for cell in row.cells
            ],
        )
        for row in found.rows
    ]


@router.get("/resources/people", response=list[WorkforceOut])
def people(request: HttpRequest) -> list[WorkforceOut]:
    """People with share, skills and absences (at most 500)."""
    return [_workforce(row) for row in queries.workforce(queries.persons_seen(actor_of(request))[:500])]


@router.put("/resources/people/{person_id}", response=WorkforceOut)
def set_capacity(request: HttpRequest, person_id: int, payload: CapacityIn) -> WorkforceOut:
    """Says how much of the day a person gives and what they can do."""
    actor = actor_of(request)
    person = reach(queries.persons_kept(actor), person_id)
    services.set_capacity(person.pk, payload.version, payload.percent, payload.skills, by=actor)
    return _workforce(queries.workforce([person])[0])


@router.post("/resources/people/{person_id}/absences", response={201: AbsenceOut})
@idempotent
def add_absence(request: HttpRequest, person_id: int, payload: AbsenceIn) -> tuple[int, AbsenceOut]:
    """Writes down an absence."""
    actor = actor_of(request)
    person = reach(queries.persons_kept(actor), person_id)
    row = services.add_absence(person.pk, payload.first, payload.last, reason=payload.reason, by=actor)
    return 201, AbsenceOut(id=row.pk, first=row.first, last=row.last, reason=row.reason)


@router.delete("/resources/absences/{absence_id}", response=DoneOut)
def remove_absence(request: HttpRequest, absence_id: int) -> DoneOut:
    """The person is there after all."""
    services.remove_absence(absence_id, by=actor_of(request))
    return DoneOut()


@router.get("/resources/things", response=list[ThingOut])
def things(request: HttpRequest) -> list[ThingOut]:
    """What departments lend."""
    return [_thing(row) for row in queries.things_seen(actor_of(request))]


@router.post("/resources/things", response={201: ThingOut})
@idempotent
def add_thing(request: HttpRequest, payload: ThingIn) -> tuple[int, ThingOut]:
    """A department has something to lend."""
    return 201, _thing(services.add_thing(payload.model_dump(), by=actor_of(request)))


@router.patch("/resources/things/{thing_id}", response=ThingOut)
def change_thing(request: HttpRequest, thing_id: int, payload: ThingPatch) -> ThingOut:
    """Changes a thing."""
    values = payload.model_dump(exclude_unset=True)
    return _thing(services.change_thing(thing_id, values.pop("version"), values, by=actor_of(request)))


@router.get("/resources/budgets", response=list[BudgetOut])
def budgets(request: HttpRequest) -> list[BudgetOut]:
    """Budgets the caller may look into."""
    return [_budget(row) for row in queries.budget_standings(queries.budgets_seen(actor_of(request)))]


@router.post("/resources/budgets", response={201: BudgetOut})
@idempotent
def add_budget(request: HttpRequest, payload: BudgetIn) -> tuple[int, BudgetOut]:
    """A department may spend so much from an account."""
    row = services.add_budget(payload.model_dump(), by=actor_of(request))
    return 201, _budget(queries.budget_standings([row])[0])


@router.patch("/resources/budgets/{budget_id}", response=BudgetOut)
def change_budget(request: HttpRequest, budget_id: int, payload: BudgetPatch) -> BudgetOut:
    """Changes a budget."""
    values = payload.model_dump(exclude_unset=True)
    row = services.change_budget(budget_id, values.pop("version"), values, by=actor_of(request))
    return _budget(queries.budget_standings([row])[0])


def _workforce(row: queries.Workforce) -> WorkforceOut:
    return WorkforceOut(
        person=PersonRef(id=row.person.pk, name=row.person.name),
        version=row.version,
        percent=row.percent,
        skills=row.skills,
        # Why somebody is away is for those who keep it.
        absences=[AbsenceOut(id=entry.pk, first=entry.first, last=entry.last) for entry in row.absences],
    )


def _thing(row: Any) -> ThingOut:
    names = ("version", "department_id", "kind", "name", "count", "is_active")
    return ThingOut(id=row.pk, **{name: getattr(row, name) for name in names})


def _budget(row: queries.BudgetStanding) -> BudgetOut:
    names = ("version", "department_id", "account", "amount", "note", "currency")
    return BudgetOut(
        id=row.budget.pk,
        promised=row.promised,
        approved=row.approved,
        left=row.left,
        **{name: getattr(row.budget, name) for name in names},
    )
