"""The department tree with its heads, and who belongs where."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from tongzhou.core import clock

from ..models import Department, Headship, Membership, Person
from .actors import headships_on

PATH_SEPARATOR = "/"


@dataclass(slots=True)
class Branch:
    """A department in the tree: how deep, under which path, its head today, its own and all people, what is below."""

    department: Department
    depth: int
    path: str
    head: Person | None = None
    members: int = 0
    people: int = 0
    children: list[Branch] = field(default_factory=list)


def departments() -> QuerySet[Department]:
    """Departments that work."""
    return Department.objects.filter(is_active=True)


def department_tree(*, closed: bool = False) -> list[Branch]:
    """The tree from its top, each branch with what hangs below it; three queries whatever its size."""
    rows = Department.objects.all() if closed else departments()
    counted = rows.annotate(member_count=Count("memberships", filter=Q(memberships__person__is_active=True))).order_by(
        "position", "pk"
    )
    heads = {
        headship.department_id: headship.person
        for headship in headships_on(clock.today()).filter(person__is_active=True).select_related("person")
    }
    below: dict[int | None, list[Department]] = defaultdict(list)
    known = set()
    found = list(counted)
    for department in found:
        known.add(department.pk)
    for department in found:
        # A working department whose parent is closed still has to be found.
        below[department.parent_id if department.parent_id in known else None].append(department)
    return [_branch(department, 0, "", below, heads) for department in below[None]]


def flat_tree(*, closed: bool = False) -> list[Branch]:
    """The tree in reading order, for lists and menus."""

    def walk(branches: list[Branch]) -> list[Branch]:
        return [entry for branch in branches for entry in (branch, *walk(branch.children))]

    return walk(department_tree(closed=closed))


def ids_below(department_id: int) -> set[int]:
    """The department and everything below it, closed ones too."""
    children: dict[int | None, list[int]] = defaultdict(list)
    for pk, parent in Department.objects.order_by().values_list("pk", "parent_id"):
        children[parent].append(pk)
    found: set[int] = set()
    waiting = [department_id]
    while waiting:
        pk = waiting.pop()
        if pk not in found:
            found.add(pk)
            waiting += children[pk]
    return found


def paths() -> dict[int, str]:
    """Department → its path from the top, 市场部/品牌组."""
    rows = {
        pk: (name, parent) for pk, name, parent in Department.objects.order_by().values_list("pk", "name", "parent_id")
    }
    found = {}
    for pk in rows:
        names: list[str] = []
        at: int | None = pk
        while at in rows and len(names) < len(rows):
            names.append(rows[at][0])
            at = rows[at][1]
        found[pk] = PATH_SEPARATOR.join(reversed(names))
    return found


def head_of(department_id: int) -> Person | None:
    """Who signs for the department today."""
    headship = (
        headships_on(clock.today())
        .filter(department_id=department_id, person__is_active=True)
        .select_related("person")
        .first()
    )
    return headship.person if headship else None


def headship_history(department_id: int) -> QuerySet[Headship]:
    """Everybody who headed the department, the latest first."""
    return Headship.objects.filter(department_id=department_id).select_related("person").order_by("-since", "-pk")


def members_of(department_id: int) -> QuerySet[Membership]:
    """People who belong to the department and work here."""
    return (
        Membership.objects.filter(department_id=department_id, person__is_active=True)
        .select_related("person")
        .order_by("person__pinyin", "person__name", "pk")
    )


def _branch(
    department: Department,
    depth: int,
    above: str,
    below: dict[int | None, list[Department]],
    heads: dict[int, Person],
) -> Branch:
    path = f"{above}{PATH_SEPARATOR}{department.name}" if above else department.name
    children = [_branch(child, depth + 1, path, below, heads) for child in below.get(department.pk, ())]
    members = int(getattr(department, "member_count", 0))
    people = members + sum(child.people for child in children)
    return Branch(department, depth, path, heads.get(department.pk), members, people, children)
