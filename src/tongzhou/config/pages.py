"""Pages of the frame itself: health, live polling, theme, style guide."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from tongzhou.cadence import queries as cadence
from tongzhou.core import clock, live
from tongzhou.core.api import problem_of
from tongzhou.core.errors import NotAllowed, NotFound
from tongzhou.core.pages import Who, actor_of, page
from tongzhou.messaging.queries import oldest_waiting


@page(Who.PUBLIC)
def health(request: HttpRequest) -> HttpResponse:
    """Says ok when the database answers; lines below name parts that are silent, and how long the oldest message waits.

    None of that is a reason to take the web process out of service, so the status stays 200; a monitor reads ``healthz/all``.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    since = oldest_waiting()
    waits = [f"outbox: oldest message waits {(clock.now() - since).total_seconds():.0f} s"] if since else []
    return HttpResponse("\n".join(["ok", *_silent(), *waits]), content_type="text/plain")


@page(Who.PUBLIC)
def health_of_all(request: HttpRequest) -> HttpResponse:
    """For a monitor outside: 503 when auditor, clock or worker is silent, or an alarm stands. Names nobody."""
    troubles = [*_silent(), *(f"alarm: {alarm.kind}" for alarm in cadence.standing_alarms())]
    return HttpResponse("\n".join(troubles or ["ok"]), status=503 if troubles else 200, content_type="text/plain")


def _silent() -> list[str]:
    return [
        f"{name} silent since {last:%Y-%m-%d %H:%M:%S} UTC" if last else f"{name} never heard of"
        for name, last in cadence.silent_parts().items()
    ]


@page(Who.PERSON)
def live_poll(request: HttpRequest) -> HttpResponse:
    """What changed since ``since`` among the topics of a signed subscription: the way without an event stream."""
    subscription = live.read_subscription(request.GET.get("token", ""))
    if subscription is None:
        # Too old (or never ours): the person is logged in, so a fresh page has a fresh one.
        return JsonResponse({"over": True})
    if subscription.person_id != actor_of(request).person_id:
        raise NotAllowed
    since = request.GET.get("since", "")
    if not since.isdecimal() or len(since) > 18:
        return JsonResponse({"seq": live.last_signal(), "topics": []})
    newest, changes = live.catch_up(int(since), subscription.topics)
    return JsonResponse({"seq": newest, "topics": sorted({topic for _number, topic, _name in changes})})


@page(Who.PUBLIC, "GET", "POST", "PUT", "PATCH", "DELETE")
def api_absent(request: HttpRequest, rest: str) -> HttpResponse:
    """An address below the API that is none, answered as programs expect it."""
    return problem_of(request, NotFound())


@page(Who.PUBLIC, "POST")
def set_theme(request: HttpRequest) -> HttpResponse:
    """Remembers light, dark or the system's choice in a cookie."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = "/"
    theme = request.POST.get("theme", "")
    response = redirect(back)
    if theme in {"light", "dark"}:
        response.set_cookie("tongzhou_theme", theme, max_age=365 * 86400, samesite="Lax", httponly=False)
    else:
        response.delete_cookie("tongzhou_theme")
    return response


@page(Who.PUBLIC)
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component on one page, for those who build pages."""
    return render(request, "styleguide.html")
