"""What holds a person in cadence: calendar feeds, which end with the person; rules they own, which somebody takes over."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.core.actor import Actor
from tongzhou.people import ties
from tongzhou.projects.models import Project
from tongzhou.projects.queries import projects_for
from tongzhou.projects.states import OPEN, Phase

from .models import CalendarFeed, Rule


def _feeds(person_id: int, by: Actor) -> Iterator[ties.Tie]:
    for feed in CalendarFeed.objects.filter(person_id=person_id, revoked_at__isnull=True):
        yield ties.Tie(str(feed), ends=True)


def _rules(person_id: int, by: Actor) -> Iterator[ties.Tie]:
    rules = Rule.objects.filter(owner_id=person_id, removed_at__isnull=True).values("project_id")
    projects = Project.objects.filter(pk__in=rules, phase__in={*OPEN, Phase.SUSPENDED})
    seen = set(projects_for(by).filter(pk__in=rules).values_list("pk", flat=True))
    for project in projects.order_by("code"):
        if project.pk in seen:
            yield ties.Tie(project.name, project.get_absolute_url())
        elif not project.is_confidential:
            yield ties.Tie(project.name)
        else:
            yield ties.Tie(_("A confidential project"))


def register() -> None:
    """Makes them known; called from ``AppConfig.ready()``."""
    ties.register(ties.TieFinder("cadence.feeds", gettext_lazy("Calendar addresses"), _feeds))
    ties.register(ties.TieFinder("cadence.rules", gettext_lazy("Keeps a channel of"), _rules))
