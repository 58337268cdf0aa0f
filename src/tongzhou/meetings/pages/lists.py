"""Lists of meetings: mine, and those of one project."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.pages import Who, actor_of, page, paged
from tongzhou.projects.queries import project_tabs, projects_for

from .. import policies, queries
from ..models import Attendance, Attendee, Meeting

_SIZE = 30


@page(Who.PERSON)
def meeting_list(request: HttpRequest) -> HttpResponse:
    """All my meetings: what comes, what is behind; or all that I may see."""
    actor = actor_of(request)
    everything = request.GET.get("all") == "1"
    rows = queries.meetings_for(actor) if everything else queries.my_meetings(actor)
    request.live_topics = (f"person-{actor.person_id}",)  # type: ignore[attr-defined]
    context = _listed(request, rows) | {"everything": everything}
    return render(request, "meetings/list.html", context)


@page(Who.PERSON)
def list_for_project(request: HttpRequest, project_id: int) -> HttpResponse:
    """The meetings of one project."""
    actor = actor_of(request)
    project = reach(projects_for(actor), project_id)
    request.live_topics = (f"project-{project.pk}",)  # type: ignore[attr-defined]
    context = _listed(request, queries.meetings_for(actor).filter(project=project)) | {
        "project": project,
        "tabs": project_tabs(project, "meetings"),
        "may_plan": policies.can_plan(actor, project),
    }
    return render(request, "meetings/list_for_project.html", context)


def _listed(request: HttpRequest, rows: QuerySet[Meeting]) -> dict[str, Any]:
    """One page of what comes or what is over, with my answer to each invitation."""
    now = clock.now()
    over = request.GET.get("when") == "past"
    coming, gone = queries.upcoming(rows, now), queries.past(rows, now)
    shown = (gone if over else coming).annotate(
        invited_count=Count("attendees"),
        present_count=Count("attendees", filter=Q(attendees__attendance=Attendance.PRESENT)),
    )
    found = paged(request, shown, _SIZE)
    answers = dict(
        Attendee.objects.filter(meeting__in=[m.pk for m in found], person_id=actor_of(request).pk).values_list(
            "meeting_id", "attendance"
        )
    )
    kept = {"all": "1"} if request.GET.get("all") == "1" else {}
    tabs = [
        {"label": _("Upcoming"), "url": f"?{urlencode(kept)}", "current": not over, "count": coming.count()},
        {"label": _("Past"), "url": f"?{urlencode({**kept, 'when': 'past'})}", "current": over, "count": gone.count()},
    ]
    return {"meetings": found, "answers": answers, "whens": tabs, "over": over}
