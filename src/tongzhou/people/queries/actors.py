"""The actor of a person: memberships, headships and stand-ins that hold today."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from tongzhou.core import clock
from tongzhou.core.actor import Actor, Role, StandIn

from ..models import Delegation, Headship, Membership, Person


def actor_for(person: Person) -> Actor:
    """Everything policies need to know about a person, in three queries."""
    today = clock.today()
    roles = {
        role
        for role, held in (
            (Role.ADMIN, person.is_admin),
            (Role.PMO, person.is_pmo),
            (Role.EXECUTIVE, person.is_executive),
        )
        if held
    }
    return Actor(
        person_id=person.pk,
        name=person.name,
        roles=frozenset(roles),
        department_ids=frozenset(Membership.objects.filter(person=person).values_list("department_id", flat=True)),
        headed_ids=frozenset(headships_on(today).filter(person=person).values_list("department_id", flat=True)),
        stand_ins=tuple(
            StandIn(
                delegation_id=delegation.pk,
                department_id=delegation.department_id,
                head_id=delegation.head_id,
                head_name=delegation.head.name,
                scopes=frozenset(delegation.scopes),
                until=delegation.until,
            )
            for delegation in delegations_on(today).filter(deputy=person).select_related("head")
        ),
        language=person.language,
        session_epoch=person.session_epoch,
    )


def actor_of_person(person_id: int) -> Actor:
    """The actor of the person with this key."""
    return actor_for(Person.objects.get(pk=person_id))


def headships_on(day: date) -> QuerySet[Headship]:
    """Headships that hold on the day."""
    return Headship.objects.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day)


def delegations_on(day: date) -> QuerySet[Delegation]:
    """Delegations that hold on the day: not revoked, and given by whoever is head of the department that day."""
    given_by_the_head = headships_on(day).filter(person=OuterRef("head"), department=OuterRef("department"))
    return Delegation.objects.filter(Exists(given_by_the_head), revoked_at__isnull=True, since__lte=day, until__gte=day)


def session_holds(person_id: int, epoch: int) -> bool:
    """True while the person may use a session or stream begun in this epoch."""
    return Person.objects.filter(pk=person_id, is_active=True, session_epoch=epoch).exists()
