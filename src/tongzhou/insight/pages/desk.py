"""今日待我, the first page of the day."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from tongzhou.core.pages import Who, actor_of, answer, page

from ..queries import desk_of


@page(Who.PERSON)
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for me, what I wait for, my projects; fetched again when one of them changes."""
    actor = actor_of(request)
    found = desk_of(actor, request.GET.get("all", ""))
    topics = tuple(f"project-{project.pk}" for project, _health in found.projects)
    request.live_topics = topics  # type: ignore[attr-defined]
    wakes = ", ".join(f"live:{topic} from:body" for topic in (f"person-{actor.pk}", *topics))
    context = {"desk": found, "wakes": wakes, "here": request.get_full_path()}
    return answer(request, "insight/desk.html", context, partial="desk")
