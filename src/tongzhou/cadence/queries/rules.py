"""A project's rules, and which of them run."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from django.db.models import QuerySet

from tongzhou.core.actor import Actor
from tongzhou.engine.workcal import WorkCalendar
from tongzhou.projects.models import Project
from tongzhou.projects.queries import projects_for

from ..models import Rhythm, Rule
from ..states import RUNS_IN

PREFIX = "cadence."


def rules_for(actor: Actor) -> QuerySet[Rule]:
    """Rules of the projects the actor may see."""
    return Rule.objects.filter(project__in=projects_for(actor), removed_at__isnull=True)


def rules_of_project(project: Project) -> list[Rule]:
    """The rules the clock keeps for the project, in the order in which they are made."""
    return list(Rule.objects.filter(project=project, removed_at__isnull=True).select_related("owner"))


def rhythm_of(project: Project) -> Rhythm:
    """The project's rhythm; one in the company's zone, not saved, where none was set."""
    return Rhythm.objects.filter(project=project).first() or Rhythm(project=project)


def runs(rule: Rule, project: Project) -> bool:
    """True while the rule makes something fall due: it is kept, and the project stands in a phase in which it counts."""
    return rule.removed_at is None and project.phase in RUNS_IN[rule.kind]


def occasion_kind(rule_kind: str) -> str:
    """The name under which occasions of a rule are known: ``cadence.daily``."""
    return PREFIX + rule_kind


@lru_cache(maxsize=16)
def calendar_mark(calendar: WorkCalendar) -> str:
    """A short name of what the calendar says: the same in every process, another when a single day differs."""
    told = repr((calendar.week, calendar.exceptions)).encode()
    return hashlib.sha256(told).hexdigest()[:40]
