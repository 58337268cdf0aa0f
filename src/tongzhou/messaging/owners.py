"""The owners of channels that messaging knows itself: the company, and the departments it stands above."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.people.models import Department
from tongzhou.people.queries import active_administrators, headships_on

from .channel_owners import ChannelOwner, register
from .models import COMPANY, DEPARTMENT


def _company_seen(actor: Actor) -> Iterable[int]:
    return [0] if actor.is_admin or actor.is_pmo else []


def _company_names(keys: Iterable[int]) -> Mapping[int, str]:
    return dict.fromkeys(keys, settings.TONGZHOU_COMPANY_NAME or _("Whole company"))


def _departments_seen(actor: Actor) -> QuerySet[Any] | Iterable[int]:
    if actor.is_admin or actor.is_pmo:
        return Department.objects.values("pk")
    return actor.headed_ids


def _department_keepers(owner_id: int) -> Iterable[int]:
    return headships_on(clock.today()).filter(department=owner_id).values_list("person_id", flat=True)


def register_owners() -> None:
    """Makes company and departments known; called when the app is ready."""
    register(COMPANY_OWNER)
    register(DEPARTMENT_OWNER)


COMPANY_OWNER = ChannelOwner(
    type=COMPANY,
    label=gettext_lazy("Whole company"),
    seen=_company_seen,
    kept=_company_seen,
    keepers=lambda owner_id: active_administrators().values_list("pk", flat=True),
    names=_company_names,
    link=lambda owner_id: reverse("messaging:channels"),
    position=10,
)
DEPARTMENT_OWNER = ChannelOwner(
    type=DEPARTMENT,
    label=gettext_lazy("Department"),
    seen=_departments_seen,
    kept=_departments_seen,
    keepers=_department_keepers,
    names=lambda keys: dict(Department.objects.filter(pk__in=list(keys)).values_list("pk", "name")),
    link=lambda owner_id: f"{reverse('people:directory')}?department={owner_id}",
    position=20,
)
