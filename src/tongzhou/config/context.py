"""What every page's frame needs: who acts, live subscription, counts in the navigation, the demo's switches."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from tongzhou.core import clock, live
from tongzhou.core.actor import Actor


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of the base layout; costs no query until the template asks."""
    actor = getattr(request, "actor", None)
    context: dict[str, Any] = {
        "actor": actor,
        "demo": settings.TONGZHOU_DEMO,
        "company_name": settings.TONGZHOU_COMPANY_NAME,
        "now": clock.local_now(),
        "theme": request.COOKIES.get("tongzhou_theme", ""),
    }
    if settings.TONGZHOU_DEMO:
        context["demo_people"] = SimpleLazyObject(_demo_people)
        context["try_out_moved"] = clock.is_moved()
    if isinstance(actor, Actor) and actor.person_id is not None:
        topics = getattr(request, "live_topics", ())
        context["live"] = SimpleLazyObject(lambda: _live(request, actor, topics))
        context["nav_counts"] = SimpleLazyObject(lambda: _counts(actor))
    return context


def _live(request: HttpRequest, actor: Actor, topics: tuple[str, ...]) -> dict[str, str]:
    host = request.get_host().rsplit(":", 1)[0]
    base = settings.TONGZHOU_STREAM_URL or f"http://{host}:{settings.TONGZHOU_STREAM_PORT}"
    token = live.subscription_token(actor, topics)
    # Read before the view read anything, so nothing that changes after that is missed.
    since = getattr(request, "live_since", "")
    return {"stream_url": f"{base}/stream?token={token}&since={since}", "token": token, "since": str(since)}


def _demo_people() -> list[Any]:
    """The persons of the demo, those of the story first, with their part in it."""
    from dataclasses import replace

    from tongzhou.people.queries import demo_people

    from .demo.people import PARTS

    everybody = {person.username: person for person in demo_people()}
    first = [replace(everybody.pop(name), part=str(part)) for name, part in PARTS.items() if name in everybody]
    return [*first, *everybody.values()]


def _counts(actor: Actor) -> dict[str, int]:
    from tongzhou.messaging.queries import unread_count

    return {"inbox": unread_count(actor)}
