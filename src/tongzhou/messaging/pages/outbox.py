"""The outbox, for administrators and PMO: what was sent, what waits, what went wrong."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.core.pages import Who, actor_of, answer, page, paged

from .. import queries, services
from ..models import DeliveryState
from .channels import places


@page(Who.PMO)
def outbox(request: HttpRequest) -> HttpResponse:
    """Every message by state. What a message says is for its reader only; here stands whether it arrived."""
    actor = actor_of(request)
    request.live_topics = ("outbox",)  # type: ignore[attr-defined]
    state = request.GET.get("state", "")
    state = state if state in DeliveryState.values else ""
    counts = queries.delivery_counts()
    address = reverse("messaging:admin")
    tabs = [{"label": _("All"), "url": address, "current": not state, "count": sum(counts.values())}]
    tabs += [
        {"label": choice.label, "url": f"{address}?state={choice}", "current": state == choice, "count": counts[choice]}
        for choice in DeliveryState
    ]
    context = {
        "page": paged(request, queries.deliveries_for(actor, state)),
        "tabs": tabs,
        "troubled": sum(counts[trouble] for trouble in queries.TROUBLED),
        "troubled_states": queries.TROUBLED,
        "state": state,
        "places": places(request, "mail"),
    }
    return answer(request, "messaging/outbox.html", context, partial="rows")


@page(Who.PMO, "POST")
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Sends a message again that failed, or of which nobody knows whether it arrived."""
    services.resend(pk, by=actor_of(request))
    messages.success(request, _("The message goes out again."))
    return redirect("messaging:admin")
