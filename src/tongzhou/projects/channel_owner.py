"""A project's own channels: whoever sees the project sees them, whoever runs it keeps them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongzhou.core.actor import Actor
from tongzhou.core.navigation import url_if_there
from tongzhou.messaging.channel_owners import ChannelOwner, register
from tongzhou.messaging.models import PROJECT

from .models import Project
from .queries import projects_for
from .states import Phase


def register_owner() -> None:
    """Makes projects known as owners of channels; called when the app is ready."""
    register(PROJECT_OWNER)


def _seen(actor: Actor) -> QuerySet[Any]:
    return projects_for(actor).values("pk")


def _kept(actor: Actor) -> QuerySet[Any]:
    """Projects that are not over and that the actor runs: the set of which ``policies.can_run`` is the rule."""
    running = projects_for(actor).exclude(phase__in=(Phase.CLOSED, Phase.CANCELLED))
    return (running if actor.is_pmo else running.filter(lead_id=actor.pk)).values("pk")


def _keepers(project_id: int) -> Iterable[int | None]:
    return Project.objects.filter(pk=project_id).values_list("lead_id", flat=True)


PROJECT_OWNER = ChannelOwner(
    type=PROJECT,
    label=_("Project"),
    seen=_seen,
    kept=_kept,
    keepers=_keepers,
    names=lambda keys: dict(Project.objects.filter(pk__in=list(keys)).values_list("pk", "name")),
    link=lambda project_id: (
        url_if_there("planning:communication", project_id) or reverse("projects:home", args=[project_id])
    ),
    position=30,
)
