"""What the clock does when other packages record something: projects begin, stop and end, persons leave."""

from __future__ import annotations

from tongzhou.core.events import on
from tongzhou.core.models import AuditEvent
from tongzhou.projects.models import Project
from tongzhou.projects.states import Phase

from .feeds import end_feeds
from .ladders import pause_ladders, resume_ladders, stop_ladders_of_project
from .planning_ahead import plan_project


@on("projects.project.*")
@on("projects.gate.passed")
def follow_the_project(event: AuditEvent) -> None:
    """Every act that may change the phase: what is due is planned anew, escalations pause with a suspended project."""
    if event.project_id is None:
        return
    plan_project(event.project_id)
    match Project.objects.values_list("phase", flat=True).get(pk=event.project_id):
        case Phase.SUSPENDED:
            pause_ladders(event.project_id)
        case Phase.CANCELLED | Phase.CLOSED:
            stop_ladders_of_project(event.project_id)
        case _:
            resume_ladders(event.project_id)


@on("people.person.left")
def end_what_the_person_had(event: AuditEvent) -> None:
    """In the act of leaving itself: the person's calendar feeds end with everything else."""
    end_feeds(event.subject_id)
