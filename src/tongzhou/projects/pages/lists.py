"""The list of projects."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.core.pages import Who, actor_of, answer, page, paged

from .. import queries
from ..forms import FilterForm


@page(Who.PERSON)
def project_list(request: HttpRequest) -> HttpResponse:
    """Mine, all I may see, those that are over; narrowed by phase, department and name."""
    actor = actor_of(request)
    form = FilterForm(request.GET)
    wanted = form.wanted("all" if actor.is_pmo or actor.is_executive else "mine")
    listed = paged(request, queries.filtered_projects(actor, wanted))
    health = queries.health_of(listed.object_list)
    departments = queries.departments_in(listed.object_list)
    rows = [
        {
            "project": project,
            "health": health.get(project.pk, queries.NO_WORD),
            "departments": departments.get(project.pk, ()),
        }
        for project in listed
    ]
    kept = request.GET.copy()
    kept.pop("page", None)
    tabs = []
    for scope, label in (("mine", _("Mine")), ("all", _("All I may see")), ("over", _("Closed and cancelled"))):
        kept["scope"] = scope
        if scope == "over":
            kept.pop("phase", None)
        tabs.append(
            {"label": label, "url": f"{reverse('projects:list')}?{kept.urlencode()}", "current": wanted.scope == scope}
        )
    context = {
        "rows": rows,
        "page": listed,
        "form": form,
        "wanted": wanted,
        "tabs": tabs,
        "is_narrowed": bool(wanted.words or wanted.phase or wanted.department_id),
    }
    return answer(request, "projects/list.html", context, partial="results")
