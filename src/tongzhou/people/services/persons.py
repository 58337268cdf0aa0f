"""Acts that enter persons and keep what is known of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, Words, require
from tongzhou.core.events import record
from tongzhou.core.versions import save_version

from .. import policies, queries
from ..models import Department, Headship, Membership, Person
from ..person_facts import person_problems, trimmed
from ..pinyin import pinyin_of
from .access import end_delegations, end_headship, end_sessions, revoke_tokens, yesterday

ROLES = ("is_admin", "is_pmo", "is_executive")
KEPT_BY_ADMINISTRATORS = (
    "name",
    "username",
    "employee_no",
    "email",
    "mobile",
    "title",
    "language",
    "joined_on",
    *ROLES,
)
KEPT_BY_ONESELF = ("language", "mobile", "email")


@act
def create_administrator(username: str, name: str, password: str, *, by: Actor) -> Person:
    """Makes somebody who keeps people, calendars and settings; the first one is made on the command line."""
    require(policies.can_keep_people(by))
    values = trimmed({"username": username, "name": name})
    person = Person(**values, is_admin=True, joined_on=clock.today())
    problems: dict[str, Words | list[Words]] = {**_problems_with_others(values)}
    if texts := password_problems(password, person):
        problems["password"] = texts
    if problems:
        raise InvalidInput(problems)
    person.set_password(password)
    _written(person)
    record(by, "people.person.added", person, after={**values, "is_admin": True})
    return person


@act
def add_person(
    values: Mapping[str, Any], *, department_id: int | None = None, password: str | None = None, by: Actor
) -> Person:
    """Enters a person with a main department; without a password they log in first by a login link."""
    require(policies.can_keep_people(by))
    values = trimmed({key: value for key, value in values.items() if key in KEPT_BY_ADMINISTRATORS})
    values = {"username": "", "name": "", **values}
    problems: dict[str, Words | list[Words]] = {**_problems_with_others(values)}
    if department_id is not None and not Department.objects.filter(pk=department_id, is_active=True).exists():
        problems["department"] = _("Choose a department that works")
    person = Person(**{"joined_on": clock.today(), **values})
    if password is not None and (texts := password_problems(password, person)):
        problems["password"] = texts
    if problems:
        raise InvalidInput(problems)
    person.set_password(password)
    _written(person)
    if department_id is not None:
        Membership.objects.create(person=person, department_id=department_id, is_main=True)
    record(by, "people.person.added", person, after={**values, "department": department_id})
    return person


@act
def change_person(person_id: int, version: int | None, values: Mapping[str, Any], *, by: Actor) -> Person:
    """Corrects what is known of a person, and what they are to the whole company."""
    person = reach(Person.objects.all(), person_id, lock=True)
    require(policies.can_keep_people(by))
    values = trimmed({key: value for key, value in values.items() if key in KEPT_BY_ADMINISTRATORS})
    problems = _problems_with_others(values, person)
    if person.is_admin and values.get("is_admin") is False and not _another_administrator(person):
        problems["is_admin"] = _("This is the last administrator; name another one first")
    if problems:
        raise InvalidInput(problems)
    if "name" in values:
        values["pinyin"] = pinyin_of(values["name"])
    try:
        with transaction.atomic():
            before = save_version(person, version, values)
    except IntegrityError as clash:
        raise Conflict(_("Somebody else has just used this login name")) from clash
    before.pop("pinyin", None)
    if before:
        record(by, "people.person.changed", person, before=before, after={key: values[key] for key in before})
    return person


@act
def change_profile(version: int | None, values: Mapping[str, Any], *, by: Actor) -> Person:
    """A person changes their own language, mobile number and e-mail address."""
    person = _oneself(by)
    values = trimmed({key: value for key, value in values.items() if key in KEPT_BY_ONESELF})
    if problems := person_problems(values):
        raise InvalidInput(problems)
    before = save_version(person, version, values)
    if before:
        record(by, "people.person.changed", person, before=before, after={key: values[key] for key in before})
    return person


@act
def accept_signing_agreement(*, by: Actor) -> Person:
    """电子签署约定: the person agrees, once, that signatures given here bind them."""
    person = _oneself(by)
    if person.signing_agreed_at is None:
        person.signing_agreed_at = clock.now()
        person.save(update_fields=["signing_agreed_at"])
        record(by, "people.signing_agreement.accepted", person, after={"at": person.signing_agreed_at})
    return person


@act
def set_main_department(person_id: int, department_id: int, *, keep_former: bool = False, by: Actor) -> Person:
    """Moves a person to another department (调岗); the former main one is left, unless kept as a second one."""
    person = reach(Person.objects.filter(is_active=True), person_id, lock=True)
    require(policies.can_keep_people(by))
    department = Department.objects.filter(pk=department_id, is_active=True).first()
    if department is None:
        raise InvalidInput({"department": _("Choose a department that works")})
    move_person(person, department, keep_former=keep_former, by=by)
    return person


@act
def add_membership(person_id: int, department_id: int, *, by: Actor) -> Membership:
    """The person also belongs to this department; the first department becomes the main one."""
    person = reach(Person.objects.filter(is_active=True), person_id, lock=True)
    require(policies.can_keep_people(by))
    department = Department.objects.filter(pk=department_id, is_active=True).first()
    if department is None:
        raise InvalidInput({"department": _("Choose a department that works")})
    if person.memberships.filter(department=department).exists():
        raise InvalidInput({"department": _("%(name)s belongs to it already") % {"name": person.name}})
    membership = Membership.objects.create(
        person=person, department=department, is_main=not person.memberships.filter(is_main=True).exists()
    )
    record(by, "people.membership.begun", person, after={"department": department.pk, "main": membership.is_main})
    return membership


@act
def leave_department(person_id: int, department_id: int, *, by: Actor) -> Person:
    """The person no longer belongs to the department: headship and delegations there end, and so does what is open.

    Sessions, event streams and API tokens end as well, for they were opened with the rights of a member.
    """
    person = reach(Person.objects.all(), person_id, lock=True)
    require(policies.can_keep_people(by))
    department = reach(Department.objects.all(), department_id)
    if not person.memberships.filter(department=department).exists():
        raise NotFound
    _leave(person, department.pk, by)
    return person


def move_person(person: Person, department: Department, *, keep_former: bool, by: Actor) -> None:
    """Makes the department the main one of a locked person; part of a larger act."""
    former = person.memberships.filter(is_main=True).first()
    if former is not None and former.department_id == department.pk:
        return
    if former is not None and keep_former:
        person.memberships.filter(pk=former.pk).update(is_main=False)
    elif former is not None:
        _leave(person, former.department_id, by)
    Membership.objects.filter(person=person).update(is_main=False)
    Membership.objects.update_or_create(person=person, department=department, defaults={"is_main": True})
    record(
        by,
        "people.membership.moved",
        person,
        before={"main": former.department_id if former else None},
        after={"main": department.pk, "former_kept": keep_former},
    )


def password_problems(password: str, person: Person) -> list[Words]:
    """Why the password is too weak for the person; empty when it will do."""
    try:
        validate_password(password, person)
    except ValidationError as refusal:
        return list(refusal.messages)
    return []


def _leave(person: Person, department_id: int, by: Actor) -> None:
    for headship in Headship.objects.select_for_update().filter(
        person=person, department_id=department_id, until__isnull=True
    ):
        end_headship(headship, yesterday(), by, "left the department")
    end_delegations(Q(department_id=department_id) & (Q(head=person) | Q(deputy=person)), by, "left the department")
    was_main = person.memberships.filter(department_id=department_id, is_main=True).exists()
    person.memberships.filter(department_id=department_id).delete()
    if was_main and (other := person.memberships.order_by("pk").first()):
        other.is_main = True
        other.save(update_fields=["is_main"])
    end_sessions(person)
    revoke_tokens(person)
    record(by, "people.membership.ended", person, before={"department": department_id, "main": was_main})


def _oneself(by: Actor) -> Person:
    person = Person.objects.select_for_update(of=("self",)).filter(pk=by.pk, is_active=True).first()
    if person is None:
        raise NotAllowed
    return person


def _problems_with_others(values: Mapping[str, Any], person: Person | None = None) -> dict[str, Words]:
    problems = person_problems(values)
    username = values.get("username")
    if username and "username" not in problems:
        others = Person.objects.filter(username__iexact=username).exclude(pk=person.pk if person else 0)
        if (other := others.first()) is not None:
            problems["username"] = _("%(name)s has this login name") % {"name": other.name}
    number = values.get("employee_no")
    if number and "employee_no" not in problems:
        others = Person.objects.filter(employee_no=number, is_active=True).exclude(pk=person.pk if person else 0)
        if (other := others.first()) is not None:
            problems["employee_no"] = _("%(name)s has this employee number") % {"name": other.name}
    return problems


def _another_administrator(person: Person) -> bool:
    """Whether somebody else keeps the house; locked, so that two do not strip each other at once."""
    keys = queries.active_administrators().select_for_update().order_by("pk").values_list("pk", flat=True)
    return any(pk != person.pk for pk in list(keys))


def _written(person: Person) -> None:
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as clash:
        raise Conflict(_("Somebody else has just used this login name")) from clash
