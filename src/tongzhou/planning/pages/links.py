"""依赖: drawn and taken away, in the task's page and in the Gantt chart."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tongzhou.core.access import reach
from tongzhou.core.errors import InvalidInput
from tongzhou.core.pages import Who, actor_of, page
from tongzhou.projects.pages.reaching import project_for

from .. import queries, services
from ..forms import LinkForm
from ..states import LinkKind
from .reaching import task_in


@page(Who.PERSON, "POST")
def draw(request: HttpRequest, pk: int) -> HttpResponse:
    """One task waits for another."""
    project = project_for(request, pk)
    form = LinkForm(request.POST)
    if not form.is_valid():
        raise InvalidInput({name: [str(text) for text in texts] for name, texts in form.errors.items()})
    facts = form.cleaned_data
    before = task_in(request, project, facts["predecessor"])
    after = task_in(request, project, facts["successor"])
    services.link_tasks(
        before.pk,
        after.pk,
        kind=facts["kind"] or LinkKind.FINISH_START,
        lag=facts["lag"] or 0,
        by=actor_of(request),
    )
    messages.success(request, _("The dependency is drawn."))
    return redirect("planning:task", pk=project.pk, task_id=after.pk)


@page(Who.PERSON, "POST")
def remove(request: HttpRequest, pk: int, link_id: int) -> HttpResponse:
    """Takes a dependency away."""
    project = project_for(request, pk)
    link = reach(queries.links_of(project), link_id)
    services.unlink_tasks(link.pk, by=actor_of(request))
    messages.success(request, _("The dependency is taken away."))
    return redirect("planning:task", pk=project.pk, task_id=link.successor_id)
