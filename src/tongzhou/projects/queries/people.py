"""The departments of a project, their people, and who may sign for them today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from tongzhou.core import clock
from tongzhou.people.models import Delegation, Membership, Person
from tongzhou.people.queries.actors import delegations_on, headships_on

from ..models import Party, Project


@dataclass(frozen=True, slots=True)
class PartyCard:
    """A department taking part: its contact person, its head, and the deputies that head has named for today."""

    party: Party
    head: Person | None
    deputies: tuple[Delegation, ...]


def party_cards(project: Project) -> list[PartyCard]:
    """The departments taking part, initiating one first; three queries however many there are."""
    parties = list(
        project.parties.filter(left_at__isnull=True)
        .select_related("department", "contact")
        .order_by("-is_initiator", "position", "pk")
    )
    ids = [party.department_id for party in parties]
    today = clock.today()
    heads = {
        row.department_id: row.person for row in headships_on(today).filter(department__in=ids).select_related("person")
    }
    deputies: dict[int, list[Delegation]] = {}
    for delegation in delegations_on(today).filter(department__in=ids).select_related("deputy"):
        deputies.setdefault(delegation.department_id, []).append(delegation)
    return [
        PartyCard(party, heads.get(party.department_id), tuple(deputies.get(party.department_id, ())))
        for party in parties
    ]


def owners_for(project: Project, department_id: int | None = None) -> QuerySet[Person]:
    """People who may be named as owner of a commitment: active, of a department taking part (or of this one)."""
    parties = project.parties.filter(left_at__isnull=True)
    if department_id is not None:
        parties = parties.filter(department_id=department_id)
    return Person.objects.filter(
        pk__in=Person.objects.filter(
            is_active=True, memberships__department__in=parties.values("department_id")
        ).values("pk")
    ).order_by("name", "pk")


def members_of(department_ids: Iterable[int]) -> dict[int, list[Person]]:
    """Department → the active people who belong to it; one query for all."""
    found: dict[int, list[Person]] = {}
    rows = Membership.objects.filter(department__in=list(department_ids), person__is_active=True)
    for row in rows.select_related("person").order_by("person__name", "person_id"):
        found.setdefault(row.department_id, []).append(row.person)
    return found
