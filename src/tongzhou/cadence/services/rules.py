"""The rules of a project: set from its communication mechanism, moved to another zone."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import InvalidInput, require
from tongzhou.core.events import record
from tongzhou.core.versions import save_version
from tongzhou.projects.models import Project
from tongzhou.projects.queries import projects_for

from .. import policies
from ..deriving import Channel, rules_of
from ..models import Rhythm, Rule
from .planning_ahead import plan_rhythm

FACTS = ("recurrence", "weekday", "on", "at", "shift", "workdays_before", "owner_id")


@act
def keep_rules(project_id: int, channels: Mapping[str, Channel], *, by: Actor) -> list[Rule]:
    """The clock keeps exactly these channels for the project from now on, and what leads up to them.

    What waits moves with its rule; what was done today is not done a second time. Called by the communication mechanism,
    whose act it joins: who may do it was asked there.
    """
    rhythm = _rhythm(project_id)
    wanted = rules_of(dict(channels))
    before = {rule.kind: rule for rule in Rule.objects.filter(project_id=project_id)}
    changed = False
    for kind, channel in wanted.items():
        facts = {name: getattr(channel, name) for name in FACTS} | {"removed_at": None}
        there = before.get(kind)
        if there is None:
            Rule.objects.create(project_id=project_id, kind=kind, **facts)
            changed = True
        elif any(getattr(there, name) != value for name, value in facts.items()):
            save_version(there, None, facts)
            changed = True
    for kind, rule in before.items():
        if kind not in wanted and rule.removed_at is None:
            save_version(rule, None, {"removed_at": clock.now()})
            changed = True
    if changed:
        plan_rhythm(rhythm)
    return list(Rule.objects.filter(project_id=project_id, removed_at__isnull=True))


@act
def set_zone(project_id: int, version: int | None, zone: str, *, by: Actor) -> Rhythm:
    """The project lives in another time zone from now on; "" is the company's. What waits moves with it."""
    project = reach(projects_for(by).select_related("scenario"), project_id, lock=True)
    require(policies.can_set_rhythm(by, project))
    if zone and zone not in available_timezones():
        raise InvalidInput({"zone": _("There is no such time zone")})
    rhythm = _rhythm(project.pk)
    before = save_version(rhythm, version, {"zone": zone})
    if before:
        plan_rhythm(rhythm)
        record(by, "cadence.rhythm.moved", rhythm, before=before, after={"zone": zone or str(clock.company_zone())})
    return rhythm


def _rhythm(project_id: int) -> Rhythm:
    """The project's rhythm, locked; made when there is none."""
    Project.objects.filter(pk=project_id).select_for_update(of=("self",)).first()
    rhythm, _fresh = Rhythm.objects.select_for_update().get_or_create(project_id=project_id)
    return rhythm
