"""Deputies: who may act for which head, until when."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from tongzhou.core import clock
from tongzhou.core.actor import Actor

from ..models import ApiToken, Delegation
from .actors import delegations_on


def delegations_for(actor: Actor) -> QuerySet[Delegation]:
    """Delegations this person may see one by one: given, held, or all for an administrator."""
    rows = Delegation.objects.select_related("department", "head", "deputy")
    if actor.is_admin or actor.is_system:
        return rows
    return rows.filter(Q(head_id=actor.pk) | Q(deputy_id=actor.pk))


def delegations_given(person_id: int) -> QuerySet[Delegation]:
    """What a head has given, the latest first."""
    return Delegation.objects.filter(head_id=person_id).select_related("department", "deputy", "head")


def delegations_held(person_id: int) -> QuerySet[Delegation]:
    """What a person was given, the latest first."""
    return Delegation.objects.filter(deputy_id=person_id).select_related("department", "head", "deputy")


def delegations_open(rows: QuerySet[Delegation]) -> QuerySet[Delegation]:
    """Those of the rows that hold now or will."""
    return rows.filter(revoked_at__isnull=True, until__gte=clock.today())


def deputies_of(department_id: int) -> QuerySet[Delegation]:
    """Who acts for the department's head today."""
    return delegations_on(clock.today()).filter(department_id=department_id).select_related("deputy", "head")


def tokens_of(person_id: int) -> QuerySet[ApiToken]:
    """A person's API tokens, the latest first."""
    return ApiToken.objects.filter(person_id=person_id)
