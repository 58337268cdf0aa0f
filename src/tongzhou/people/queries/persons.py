"""Finding persons: by name, sound, initials or login name; by department."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When

from ..models import Membership, Person
from ..pinyin import sound_key

LONGEST_QUESTION = 100


def with_main_department(rows: QuerySet[Person]) -> QuerySet[Any]:
    """Adds ``main_department_id`` and ``main_department_name`` to each person, in the same query."""
    main = Membership.objects.filter(person=OuterRef("pk"), is_main=True)
    return rows.annotate(
        main_department_id=Subquery(main.values("department_id")[:1]),
        main_department_name=Subquery(main.values("department__name")[:1]),
    )


def active_persons() -> QuerySet[Any]:
    """Everybody who works here, in the order of the sound of their names."""
    return with_main_department(Person.objects.filter(is_active=True)).order_by("pinyin", "name", "pk")


def people_search(
    text: str = "",
    *,
    department_ids: Iterable[int] | None = None,
    everybody: bool = False,
    by_department: bool = False,
) -> QuerySet[Any]:
    """Persons found by name, pinyin, initials, login name or employee number; best matches first.

    ``everybody`` also finds people who have left; ``by_department`` also those of a department of that name, after the
    others. An empty text finds all.
    """
    rows = with_main_department(Person.objects.all() if everybody else Person.objects.filter(is_active=True))
    if department_ids is not None:
        member = Membership.objects.filter(person=OuterRef("pk"), department_id__in=list(department_ids))
        rows = rows.filter(Exists(member))
    text = " ".join(text.split())[:LONGEST_QUESTION].replace("\x00", "")
    if not text:
        return rows.order_by("pinyin", "name", "pk")
    sound = sound_key(text)
    heard = Q(pinyin__startswith=sound) | Q(pinyin__contains=f" {sound}") if sound else Q(pk__in=[])
    found = Q(name__icontains=text) | Q(username__istartswith=text) | Q(employee_no__iexact=text) | heard
    works_there = Exists(Membership.objects.filter(person=OuterRef("pk"), department__name__icontains=text))
    closeness = Case(
        When(Q(name__iexact=text) | Q(username__iexact=text) | Q(employee_no__iexact=text), then=Value(0)),
        When(Q(name__istartswith=text) | Q(username__istartswith=text), then=Value(1)),
        When(found, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    return rows.filter(found | Q(works_there) if by_department else found).order_by(closeness, "pinyin", "name", "pk")


def active_administrators() -> QuerySet[Person]:
    """Administrators who can log in; there is always one."""
    return Person.objects.filter(is_admin=True, is_active=True)
