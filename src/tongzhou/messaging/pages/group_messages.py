"""What was to go to groups: what waits, what arrived, what needs somebody."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.pages import Who, actor_of, answer, page, paged

from .. import policies, queries, services
from ..models import GroupMessage
from ..states import TROUBLED, WAITING, ChannelKind, MessageState
from .channels import places


@page(Who.PERSON)
def group_messages(request: HttpRequest) -> HttpResponse:
    """Every message to a group the actor looks after; what those of other people's projects say is not shown."""
    actor = actor_of(request)
    request.live_topics = ("outbox",)  # type: ignore[attr-defined]
    show = request.GET.get("show", "")
    rows = queries.group_messages_for(actor)
    troubled = queries.troubled_messages(actor)
    if show == "troubled":
        rows = troubled
    elif show == "waiting":
        rows = rows.filter(state__in=(*WAITING, MessageState.SENDING))
    address = reverse("messaging:group_messages")
    count = troubled.count()
    found = paged(request, rows)
    mine = set(
        queries.channels_for(actor).filter(pk__in={row.channel_id for row in found}).values_list("pk", flat=True)
    )
    kept = set(
        queries.kept_channels(actor).filter(pk__in={row.channel_id for row in found}).values_list("pk", flat=True)
    )
    everywhere = policies.can_see_every_message(actor)
    context: dict[str, Any] = {
        "page": found,
        "rows": [
            {"message": row, "is_mine": row.channel_id in mine, "may": everywhere or row.channel_id in kept}
            for row in found
        ],
        "count": count,
        "address": request.get_full_path(),
        "places": places(request, "groups"),
        "troubled_states": TROUBLED,
        "tabs": [
            {"label": _("All"), "url": address, "current": show not in {"troubled", "waiting"}},
            {"label": _("Waiting"), "url": f"{address}?show=waiting", "current": show == "waiting"},
            {
                "label": _("Not arrived"),
                "url": f"{address}?show=troubled",
                "current": show == "troubled",
                "count": count,
            },
        ],
    }
    return answer(request, "messaging/group_messages.html", context, partial="rows")


@page(Who.PERSON, "POST")
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Sends one again."""
    services.resend_message(pk, by=actor_of(request))
    messages.success(request, _("The message goes out again."))
    return redirect(f"{reverse('messaging:group_messages')}?show=troubled")


@page(Who.PERSON, "POST")
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Lets one be."""
    services.settle_message(pk, by=actor_of(request))
    messages.success(request, _("Noted: it need not be sent."))
    return redirect(f"{reverse('messaging:group_messages')}?show=troubled")


@page(Who.DEMO)
def try_out_group(request: HttpRequest) -> HttpResponse:
    """The group chats of the try-out company, as people would see them on their phones."""
    actor = actor_of(request)
    request.live_topics = ("outbox",)  # type: ignore[attr-defined]
    rooms = list(queries.channels_for(actor).filter(kind=ChannelKind.TRY_OUT))
    chosen = request.GET.get("room", "")
    room = next((one for one in rooms if str(one.pk) == chosen), rooms[0] if rooms else None)
    said: list[GroupMessage] = []
    if room is not None:
        sent = queries.messages_of(room).filter(state=MessageState.SENT, carrier__isnull=True)
        said = list(sent.order_by("-sent_at", "-pk")[:50])[::-1]
    address = reverse("messaging:try_out_group")
    context = {
        "room": room,
        "said": said,
        "address": request.get_full_path(),
        "places": places(request, "try_out"),
        "today": clock.today(),
        "rooms": [{"label": one.name, "url": f"{address}?room={one.pk}", "current": one == room} for one in rooms],
    }
    return answer(request, "messaging/try_out_group.html", context, partial="room")
