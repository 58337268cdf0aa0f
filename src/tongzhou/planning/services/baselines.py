"""Freezing the plan: a snapshot by hand, the baseline when gate 2 is passed."""

from __future__ import annotations

import hashlib
import json

import rfc8785
from django.db.models import Max
from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import InvalidInput, require
from tongzhou.core.events import record
from tongzhou.projects.models import GatePass, Project
from tongzhou.projects.queries import projects_for

from .. import policies, queries
from ..models import Baseline, BaselineKind

MOST_SNAPSHOTS = 200


@act
def save_snapshot(project_id: int, name: str, *, by: Actor) -> Baseline:
    """Keeps the plan as it is under a name, to compare with later; the agreed baseline is made by gate 2."""
    project = reach(projects_for(by).select_related("scenario"), project_id, lock=True)
    require(policies.can_plan(by, project))
    name = name.strip()
    if len(name) > 120:
        raise InvalidInput({"name": _("At most %(count)s characters") % {"count": 120}})
    if not project.tasks.exists():
        raise InvalidInput({"__all__": _("There is no task to keep yet")})
    if Baseline.objects.filter(project=project).count() >= MOST_SNAPSHOTS:
        raise InvalidInput({"__all__": _("At most %(count)s snapshots") % {"count": MOST_SNAPSHOTS}})
    return make_baseline(project, BaselineKind.DRAFT, name, by=by)


@act
def baseline_at_gate(project: Project, passed: GatePass, *, by: Actor) -> None:
    """Gate 2 is passed: the plan becomes the baseline that only a change replaces."""
    if project.tasks.exists():
        make_baseline(project, BaselineKind.GATE, "", by=by)


def make_baseline(project: Project, kind: str, name: str, *, by: Actor) -> Baseline:
    """Freezes the plan inside an act; the caller has locked the project."""
    content = rfc8785.dumps(queries.snapshot(project)).decode()
    facts = json.loads(content)
    last = Baseline.objects.filter(project=project).aggregate(top=Max("number"))["top"] or 0
    finishes = [task["finish"] for task in facts["tasks"] if task["finish"]]
    starts = [task["start"] for task in facts["tasks"] if task["start"]]
    baseline = Baseline.objects.create(
        project=project,
        number=last + 1,
        kind=kind,
        name=name,
        content=content,
        digest=hashlib.sha256(content.encode()).hexdigest(),
        tasks=len(facts["tasks"]),
        start=min(starts, default=None),
        finish=max(finishes, default=None),
        made_at=clock.now(),
        made_by_id=by.person_id,
    )
    after = {"number": baseline.number, "kind": kind, "digest": baseline.digest, "tasks": baseline.tasks}
    record(by, "planning.baseline.made", baseline, after=after)
    return baseline
