"""Calendar addresses: a person's own, and what a calendar program fetches from one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _

from tongzhou.cadence.queries import feed_behind, feeds_of
from tongzhou.cadence.services import create_feed, note_feed_use, revoke_feed, rotate_feed
from tongzhou.core.errors import Conflict, InvalidInput, NotFound
from tongzhou.core.pages import Who, actor_of, add_errors, page
from tongzhou.projects.queries import projects_for
from tongzhou.projects.states import OPEN

from ..forms import FeedForm
from ..queries.feed_files import address_of, feed_file

SHOWN = 50


@page(Who.PERSON, "GET", "POST")
def feeds(request: HttpRequest) -> HttpResponse:
    """The person's addresses; a new one is shown in the answer that makes it, and never again."""
    actor = actor_of(request)
    projects = projects_for(actor).filter(phase__in=OPEN).order_by("-changed_at")
    form = FeedForm(request.POST or None, projects=projects)
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made, secret = create_feed(
                data["label"],
                project_id=data["project"].pk if data["project"] else None,
                is_busy_only=data["is_busy_only"],
                by=actor,
            )
        except InvalidInput as refusal:
            add_errors(form, refusal)
        except Conflict as refusal:
            form.add_error(None, str(refusal))
        else:
            return _shown_once(request, made, secret, FeedForm(projects=projects))
    return _list(request, context | {"form": form}, 422 if form.errors else 200)


@page(Who.PERSON, "POST")
def rotate(request: HttpRequest, pk: int) -> HttpResponse:
    """The feed gets another address, shown in this answer only; the old one stops working."""
    actor = actor_of(request)
    made, secret = rotate_feed(pk, by=actor)
    projects = projects_for(actor).filter(phase__in=OPEN).order_by("-changed_at")
    return _shown_once(request, made, secret, FeedForm(projects=projects))


@page(Who.PERSON, "POST")
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """The address stops working."""
    revoke_feed(pk, by=actor_of(request))
    messages.success(request, _("The address no longer works"))
    return redirect("insight:feeds")


@page(Who.PUBLIC)
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar behind a secret address; answered with 304 while nothing has changed."""
    found = feed_behind(secret)
    if found is None:
        raise NotFound
    data, etag = feed_file(found)
    note_feed_use(found)
    unchanged = get_conditional_response(request, etag=etag)
    response = unchanged or HttpResponse(data, content_type="text/calendar; charset=utf-8")
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _shown_once(request: HttpRequest, made: object, secret: str, form: FeedForm) -> HttpResponse:
    address = address_of(secret)
    # Phones and Outlook open webcal: addresses in their calendar.
    webcal = "webcal:" + address.partition(":")[2]
    return _list(request, {"form": form, "made": made, "address": address, "webcal": webcal}, 200)


def _list(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
    context |= {"feeds": feeds_of(actor_of(request))[:SHOWN]}
    response = render(request, "insight/feeds.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
