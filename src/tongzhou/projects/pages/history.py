"""Everything that happened in a project, newest first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.core.pages import Who, answer, page, paged

from .. import queries
from ..queries.history import KINDS
from .reaching import project_for, shared


@page(Who.PERSON)
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """The event log in words, with what was before and after."""
    project = project_for(request, pk)
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    listed = paged(request, queries.events_for(project, kind))
    address = reverse("projects:history", args=[project.pk])
    tabs = [{"label": _("Everything"), "url": address, "current": not kind}]
    tabs += [
        {"label": label, "url": f"{address}?kind={key}", "current": key == kind}
        for key, (label, _names) in KINDS.items()
    ]
    context = shared(request, project, "history") | {
        "page": listed,
        "deeds": queries.deeds(list(listed)),
        "kinds": tabs,
    }
    return answer(request, "projects/history.html", context, partial="events")
