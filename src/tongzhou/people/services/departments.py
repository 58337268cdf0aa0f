"""Acts that shape the department tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import Conflict, InvalidInput, Words, require
from tongzhou.core.events import record
from tongzhou.core.versions import save_version

from .. import policies
from ..models import Department, Headship, Membership
from ..models.departments import COLOURS
from ..person_facts import department_name_problem, longest, trimmed
from ..pinyin import initials_of
from ..queries import ids_below
from .access import end_delegations, end_headship, yesterday

CHANGEABLE = ("name", "code", "colour", "position")
LARGEST_POSITION = 100_000


@act
def create_department(
    name: str, *, parent_id: int | None = None, code: str = "", colour: str = "", by: Actor
) -> Department:
    """Opens a department below another or at the top; without a code it gets one from the sound of its name."""
    require(policies.can_keep_people(by))
    name, code = name.strip(), code.strip()
    problems: dict[str, Words] = {}
    if problem := department_name_problem(name):
        problems["name"] = problem
    parent = _open_parent(parent_id)
    if parent_id is not None and parent is None:
        problems["parent"] = _("Choose a department that works")
    if not problems and _name_taken(name, parent_id):
        problems["name"] = _("There is a department of this name here already")
    if code_problem := _code_problem(code):
        problems["code"] = code_problem
    if colour and colour not in COLOURS:
        problems["colour"] = _("Choose one of the colours")
    if problems:
        raise InvalidInput(problems)
    siblings = Department.objects.filter(parent_id=parent_id)
    count = Department.objects.count()
    department = Department(
        name=name,
        parent=parent,
        code=code or free_code(name),
        colour=colour or COLOURS[count % len(COLOURS)],
        position=siblings.count(),
    )
    _written(department)
    record(
        by,
        "people.department.created",
        department,
        after={"name": name, "code": department.code, "parent": parent_id},
    )
    return department


@act
def change_department(department_id: int, version: int | None, values: Mapping[str, Any], *, by: Actor) -> Department:
    """Renames a department, or changes its code, colour or place among its siblings."""
    department = reach(Department.objects.all(), department_id, lock=True)
    require(policies.can_keep_people(by))
    values = trimmed({key: value for key, value in values.items() if key in CHANGEABLE})
    problems: dict[str, Words] = {}
    if "name" in values:
        if problem := department_name_problem(values["name"]):
            problems["name"] = problem
        elif _name_taken(values["name"], department.parent_id, apart_from=department.pk):
            problems["name"] = _("There is a department of this name here already")
    if "code" in values:
        values["code"] = values["code"] or department.code
        if code_problem := _code_problem(values["code"], apart_from=department.pk):
            problems["code"] = code_problem
    if values.get("colour", COLOURS[0]) not in COLOURS:
        problems["colour"] = _("Choose one of the colours")
    if "position" in values and not 0 <= int(values["position"]) <= LARGEST_POSITION:
        problems["position"] = _("A number from 0 to %(largest)s") % {"largest": LARGEST_POSITION}
    if problems:
        raise InvalidInput(problems)
    try:
        with transaction.atomic():
            before = save_version(department, version, values)
    except IntegrityError as clash:
        raise Conflict(_("Somebody else has just used this name or code")) from clash
    if before:
        record(by, "people.department.changed", department, before=before, after={key: values[key] for key in before})
    return department


@act
def move_department(department_id: int, parent_id: int | None, version: int | None = None, *, by: Actor) -> Department:
    """Hangs a department below another one, or at the top; never below itself."""
    require(policies.can_keep_people(by))
    # Two moves at once could each be right and together close a circle; so a move locks the whole tree, in one order.
    list(Department.objects.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    department = reach(Department.objects.all(), department_id)
    parent = _open_parent(parent_id)
    if parent_id is not None and parent is None:
        raise InvalidInput({"parent": _("Choose a department that works")})
    if parent is not None and parent.pk in ids_below(department.pk):
        message = (
            _("A department cannot be below itself")
            if parent.pk == department.pk
            else _("%(parent)s is below %(department)s: the tree would become a circle")
            % {"parent": parent.name, "department": department.name}
        )
        raise InvalidInput({"parent": message})
    if parent_id == department.parent_id:
        return department
    if _name_taken(department.name, parent_id, apart_from=department.pk):
        raise InvalidInput({"parent": _("There is a department of this name there already")})
    before = save_version(department, version, {"parent_id": parent_id})
    record(
        by,
        "people.department.moved",
        department,
        before={"parent": before.get("parent_id")},
        after={"parent": parent_id},
    )
    return department


@act
def close_department(department_id: int, *, by: Actor) -> Department:
    """Ends a department: it keeps its history and takes part in nothing new. Refused while people belong to it."""
    department = reach(Department.objects.all(), department_id, lock=True)
    require(policies.can_keep_people(by))
    if not department.is_active:
        raise Conflict(_("This department is closed already"))
    open_below = list(Department.objects.filter(parent=department, is_active=True).values_list("name", flat=True))
    if open_below:
        raise Conflict(
            _("First close or move the departments below it: %(names)s") % {"names": ", ".join(open_below[:5])}
        )
    members = Membership.objects.filter(department=department, person__is_active=True, is_main=True).count()
    if members:
        raise Conflict(
            _("%(number)s people have it as their main department. First give them another one.") % {"number": members}
        )
    for headship in Headship.objects.select_for_update().filter(department=department, until__isnull=True):
        end_headship(headship, yesterday(), by, "department closed")
    end_delegations(Q(department=department), by, "department closed")
    save_version(department, None, {"is_active": False})
    record(by, "people.department.closed", department)
    return department


@act
def reopen_department(department_id: int, *, by: Actor) -> Department:
    """A closed department works again, without head and deputies."""
    department = reach(Department.objects.all(), department_id, lock=True)
    require(policies.can_keep_people(by))
    if department.is_active:
        raise Conflict(_("This department is open"))
    if department.parent_id is not None and _open_parent(department.parent_id) is None:
        raise Conflict(_("The department above it is closed"))
    save_version(department, None, {"is_active": True})
    record(by, "people.department.reopened", department)
    return department


def free_code(name: str) -> str:
    """A code nobody has: the first letters of the name, with a number where they are taken."""
    stem = (initials_of(name) or "d")[: longest("code", Department) - 6]
    taken = set(Department.objects.filter(code__startswith=stem).values_list("code", flat=True))
    return next(
        code for number in range(1, len(taken) + 3) if (code := f"{stem}{number if number > 1 else ''}") not in taken
    )


def _open_parent(parent_id: int | None) -> Department | None:
    if parent_id is None:
        return None
    return Department.objects.select_for_update(of=("self",)).filter(pk=parent_id, is_active=True).first()


def _name_taken(name: str, parent_id: int | None, apart_from: int = 0) -> bool:
    return Department.objects.filter(parent_id=parent_id, name=name).exclude(pk=apart_from).exists()


def _code_problem(code: str, apart_from: int = 0) -> Words | None:
    if len(code) > longest("code", Department):
        return _("At most %(limit)s characters") % {"limit": longest("code", Department)}
    if code and not all(char.isalnum() or char in "-_." for char in code):
        return _("Letters, digits and - _ . only")
    if code and Department.objects.filter(code=code).exclude(pk=apart_from).exists():
        return _("Another department has this code")
    return None


def _written(department: Department) -> None:
    try:
        with transaction.atomic():
            department.save()
    except IntegrityError as clash:
        raise Conflict(_("Somebody else has just used this name or code")) from clash
