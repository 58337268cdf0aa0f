"""Keeping what there is: skills, share and absences of persons, things and rooms, budgets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import InvalidInput, StaleWrite, require
from tongzhou.core.events import record
from tongzhou.core.versions import save_version
from tongzhou.people.models import Person

from .. import queries, resource_policies
from ..models import Absence, Budget, Capacity, Skill, Thing
from ..models.supply import FULL_SHARE
from ..resource_states import ThingKind

MOST_SKILLS = 30
MOST_PIECES = 10_000
MOST_MONEY = Decimal("99999999999999.99")
FIRST_YEAR, LAST_YEAR = 2000, 2100


@act
def set_capacity(person_id: int, version: int, percent: int, skills: Iterable[str], *, by: Actor) -> Capacity:
    """Says how much of the day a person gives and what they can do; version 0 where nothing was said yet."""
    person = reach(queries.persons_seen(by), person_id)
    require(resource_policies.can_keep_person(by, person.pk))
    if isinstance(percent, bool) or not 0 <= percent <= FULL_SHARE:
        raise InvalidInput({"percent": _("Give a share between 0 and 100 %")})
    wanted = list(dict.fromkeys(name.strip() for name in skills if name.strip()))
    if len(wanted) > MOST_SKILLS or any(len(name) > 60 for name in wanted):
        raise InvalidInput({"skills": _("At most 30 skills, each of at most 60 characters")})
    # The person's row is the lock: two who begin at once do not both find nothing.
    Person.objects.select_for_update().get(pk=person.pk)
    row = Capacity.objects.filter(person=person).first()
    old = list(Skill.objects.filter(person=person).values_list("name", flat=True))
    if row is None:
        if version:
            raise StaleWrite(None, {"percent": percent}, {"percent": FULL_SHARE}, 0)
        row = Capacity.objects.create(person=person, percent=percent)
        before: dict[str, Any] = {"percent": FULL_SHARE}
    else:
        before = save_version(row, version, {"percent": percent})
    if old != wanted:
        Skill.objects.filter(person=person).delete()
        Skill.objects.bulk_create(Skill(person=person, name=name) for name in wanted)
        before["skills"] = old
    record(by, "planning.capacity.changed", row, before=before, after={"percent": percent, "skills": wanted})
    return row


@act
def add_absence(person_id: int, first: date, last: date, *, by: Actor, reason: str = "") -> Absence:
    """A person is not there on these days; their bookings on them become conflicts."""
    person = reach(queries.persons_seen(by), person_id)
    require(resource_policies.can_keep_person(by, person.pk))
    require_period(first, last)
    if len(reason) > 100:
        raise InvalidInput({"reason": _("At most %(count)s characters") % {"count": 100}})
    Person.objects.select_for_update().get(pk=person.pk)
    if Absence.objects.filter(person=person, first__lte=last, last__gte=first).exists():
        raise InvalidInput({"first": _("Some of these days are an absence already")})
    row = Absence.objects.create(person=person, first=first, last=last, reason=reason.strip())
    record(by, "planning.absence.added", row, after={"first": first, "last": last, "reason": reason})
    return row


@act
def remove_absence(absence_id: int, *, by: Actor) -> None:
    """The person is there after all."""
    row = reach(Absence.objects.filter(person__in=queries.persons_seen(by)).select_related("person"), absence_id)
    require(resource_policies.can_keep_person(by, row.person_id))
    record(by, "planning.absence.removed", row, before={"first": row.first, "last": row.last})
    row.delete()


@act
def add_thing(values: Mapping[str, Any], *, by: Actor) -> Thing:
    """A department has something that can be lent."""
    values = _checked_thing(values)
    require(resource_policies.can_keep_supply(by, values["department_id"]))
    thing = Thing(**values)
    _write_once(thing, {"name": _("This department has a thing of this name already")})
    record(by, "planning.thing.added", thing, after=values)
    return thing


@act
def change_thing(thing_id: int, version: int | None, values: Mapping[str, Any], *, by: Actor) -> Thing:
    """Changes a thing, or takes it out of what can be lent."""
    thing = reach(queries.things_seen(by), thing_id)
    require(resource_policies.can_keep_supply(by, thing.department_id))
    values = {key: value for key, value in _checked_thing(values, thing).items() if key != "department_id"}
    before = _save_once(thing, version, values, {"name": _("This department has a thing of this name already")})
    record(by, "planning.thing.changed", thing, before=before, after={key: values[key] for key in before})
    return thing


@act
def add_budget(values: Mapping[str, Any], *, by: Actor) -> Budget:
    """A department may spend so much from an account."""
    values = _checked_budget(values)
    require(resource_policies.can_keep_supply(by, values["department_id"]))
    budget = Budget(**values)
    _write_once(budget, {"account": _("This department has a budget for this account already")})
    record(by, "planning.budget.added", budget, after=values)
    return budget


@act
def change_budget(budget_id: int, version: int | None, values: Mapping[str, Any], *, by: Actor) -> Budget:
    """Changes a budget; not below what sponsors have approved from it."""
    budget = reach(queries.budgets_seen(by), budget_id, lock=True)
    require(resource_policies.can_keep_supply(by, budget.department_id))
    values = {key: value for key, value in _checked_budget(values, budget).items() if key != "department_id"}
    if values.get("amount", budget.amount) < (spent := queries.approved_sum(budget.pk)):
        raise InvalidInput({"amount": _("%(amount)s yuan of it are approved already") % {"amount": f"{spent:,.2f}"}})
    before = _save_once(
        budget, version, values, {"account": _("This department has a budget for this account already")}
    )
    record(by, "planning.budget.changed", budget, before=before, after={key: values[key] for key in before})
    return budget


def require_period(first: date | None, last: date | None) -> None:
    """Two days in their order, in years a plan may have; ``InvalidInput`` on ``first`` and ``last``."""
    for name, day in (("first", first), ("last", last)):
        if day is None:
            raise InvalidInput({name: _("Give both days, or neither")})
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise InvalidInput(
                {name: _("Give a date between %(first)s and %(last)s") % {"first": FIRST_YEAR, "last": LAST_YEAR}}
            )
    if first is not None and last is not None and last < first:
        raise InvalidInput({"last": _("The last day is not before the first")})


def require_money(amount: Any, name: str = "amount", *, above_zero: bool = False) -> None:
    """An exact amount in yuan with two decimals."""
    if (
        not isinstance(amount, Decimal)
        or not amount.is_finite()
        or not 0 <= amount <= MOST_MONEY
        or (above_zero and not amount)
        or amount != amount.quantize(Decimal("0.01"))
    ):
        raise InvalidInput({name: _("Give an amount in yuan with at most two decimals")})


def _checked_thing(values: Mapping[str, Any], thing: Thing | None = None) -> dict[str, Any]:
    kept = {key: values[key] for key in ("department_id", "kind", "name", "count", "is_active") if key in values}
    problems: dict[str, Any] = {}
    if "name" in kept or thing is None:
        kept["name"] = str(kept.get("name") or "").strip()
        if not 0 < len(kept["name"]) <= 100:
            problems["name"] = _("Give it a name of at most 100 characters")
    if kept.get("kind", ThingKind.EQUIPMENT) not in ThingKind.values:
        problems["kind"] = _("Choose one of the kinds")
    count = kept.get("count", 1)
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= MOST_PIECES:
        problems["count"] = _("Give a whole number between 1 and %(most)s") % {"most": MOST_PIECES}
    if thing is None and not _is_department(kept.get("department_id")):
        problems["department"] = _("Choose a department")
    if problems:
        raise InvalidInput(problems)
    return kept


def _checked_budget(values: Mapping[str, Any], budget: Budget | None = None) -> dict[str, Any]:
    kept = {key: values[key] for key in ("department_id", "account", "amount", "note") if key in values}
    problems: dict[str, Any] = {}
    if "account" in kept or budget is None:
        kept["account"] = str(kept.get("account") or "").strip()
        if not 0 < len(kept["account"]) <= 60:
            problems["account"] = _("Give the account in at most 60 characters")
    if len(str(kept.get("note") or "")) > 200:
        problems["note"] = _("At most %(count)s characters") % {"count": 200}
    if budget is None and not _is_department(kept.get("department_id")):
        problems["department"] = _("Choose a department")
    if problems:
        raise InvalidInput(problems)
    if "amount" in kept or budget is None:
        require_money(kept.get("amount"))
    return kept


def _is_department(pk: Any) -> bool:
    return pk is not None and queries.is_department(pk)


def _write_once(row: Thing | Budget, words: Mapping[str, str]) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise InvalidInput(dict(words)) from None


def _save_once(
    row: Thing | Budget, version: int | None, values: Mapping[str, Any], words: Mapping[str, str]
) -> dict[str, Any]:
    try:
        with transaction.atomic():
            return save_version(row, version, values)
    except IntegrityError:
        raise InvalidInput(dict(words)) from None
