"""Versions of the plan that were kept."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import QuerySet

from tongzhou.core.actor import Actor
from tongzhou.projects.models import Project
from tongzhou.projects.queries import projects_for

from ..models import Baseline


def baselines_for(actor: Actor) -> QuerySet[Baseline]:
    """Baselines of projects the actor may see."""
    return Baseline.objects.filter(project__in=projects_for(actor)).select_related("made_by")


def latest_baseline(project: Project) -> Baseline | None:
    """The newest one that was agreed; drafts do not count."""
    return Baseline.objects.filter(project=project).exclude(kind="draft").first()


def content_of(baseline: Baseline) -> dict[str, Any]:
    """What the baseline froze."""
    return dict(json.loads(baseline.content))
