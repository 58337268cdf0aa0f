"""What every page of a plan begins with."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongzhou.core.access import reach
from tongzhou.core.navigation import url_if_there
from tongzhou.core.pages import actor_of
from tongzhou.projects.models import Project
from tongzhou.projects.pages.reaching import project_for, shared

from .. import policies, queries
from ..models import Task


def planned(request: HttpRequest, pk: int, place: str) -> tuple[Project, dict[str, Any]]:
    """The project and the context of each page of its plan: tabs of the project, places of the plan, what one may do."""
    project = project_for(request, pk)
    actor = actor_of(request)
    context = shared(request, project, "plan") | {
        "plan": queries.plan_of(project),
        "plan_places": plan_places(project, place),
        "may_plan": policies.can_plan(actor, project),
        "plan_is_open": policies.plan_is_open(project),
    }
    return project, context


def plan_places(project: Project, current: str) -> list[dict[str, Any]]:
    """The places of the plan, for the ``tabs`` tag; pages that are not there are left out."""
    places = [
        ("tasks", pgettext("place of a plan", "Tasks"), "list-details", "planning:plan"),
        ("gantt", pgettext("place of a plan", "Gantt"), "timeline", "planning:gantt"),
        ("raci", pgettext("place of a plan", "RACI"), "table", "planning:raci"),
        ("promises", pgettext("place of a plan", "Dependencies"), "heart-handshake", "planning:promises"),
        ("resources", pgettext("place of a plan", "Resources"), "users-group", "planning:needs"),
        ("communication", pgettext("place of a plan", "Communication"), "message-2", "planning:communication"),
        ("forecast", pgettext("of a plan", "Forecast"), "target-arrow", "planning:forecast"),
        ("rhythm", _("Rhythm"), "calendar-time", "insight:rhythm"),
        ("baselines", _("Baselines"), "flag", "planning:baselines"),
    ]
    return [
        {"label": label, "icon": icon, "url": url_if_there(name, project.pk), "current": key == current}
        for key, label, icon, name in places
    ]


def task_in(request: HttpRequest, project: Project, pk: int) -> Task:
    """A task of this very project."""
    return reach(queries.tasks_for(actor_of(request)).filter(project=project), pk)
