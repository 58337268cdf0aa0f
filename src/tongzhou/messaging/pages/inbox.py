"""What a person was told: the list behind the bell."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from tongzhou.core.pages import Who, actor_of, answer, page, paged

from .. import queries, services


@page(Who.PERSON)
def inbox(request: HttpRequest) -> HttpResponse:
    """Everything this person was told, newest first; or only what is unread."""
    actor = actor_of(request)
    unread = request.GET.get("show") == "unread"
    rows = queries.notifications_of(actor)
    if unread:
        rows = rows.filter(read_at__isnull=True)
    address = reverse("messaging:inbox")
    count = queries.unread_count(actor)
    context = {
        "page": paged(request, rows),
        "unread": count,
        "only_unread": unread,
        "address": request.get_full_path(),
        "tabs": [
            {"label": _("All"), "url": address, "current": not unread},
            {"label": _("Unread"), "url": f"{address}?show=unread", "current": unread, "count": count},
        ],
    }
    return answer(request, "messaging/inbox.html", context, partial="rows")


@page(Who.PERSON, "POST")
def open_notification(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks one as read and goes where it points."""
    notification = services.mark_read(pk, by=actor_of(request))
    link = notification.link
    if not link.startswith("/") or not url_has_allowed_host_and_scheme(link, {request.get_host()}):
        link = reverse("messaging:inbox")
    return redirect(link)


@page(Who.PERSON, "POST")
def read_all(request: HttpRequest) -> HttpResponse:
    """Marks everything as read."""
    services.mark_all_read(by=actor_of(request))
    messages.success(request, _("Everything is marked as read."))
    return redirect("messaging:inbox")


@page(Who.PERSON)
def bell(request: HttpRequest) -> HttpResponse:
    """The bell with its number, fetched again when something arrives."""
    return render(request, "components/bell.html")
