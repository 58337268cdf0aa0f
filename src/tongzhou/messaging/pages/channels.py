"""消息渠道: the channels of the company, of departments and projects; how to set one up; trying it; how it does."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.core.access import reach
from tongzhou.core.errors import InvalidInput, NotFound, StaleWrite, require
from tongzhou.core.pages import Who, actor_of, add_errors, answer, page, paged

from .. import policies, queries, services
from ..channel_owners import owners
from ..channels import kind_of
from ..forms import ChannelForm
from ..models import COMPANY, Channel
from ..states import ChannelKind, MessageState

# Offered in this order.
KINDS = tuple(ChannelKind)
UNDER_WAY = {MessageState.QUEUED, MessageState.SENDING, MessageState.RETRYING}


def places(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    """The tabs of messages, for those who look after them."""
    actor = actor_of(request)
    tabs = [
        ("channels", _("Message channels"), "message-2", reverse("messaging:channels")),
        ("groups", _("Group messages"), "send", reverse("messaging:group_messages")),
    ]
    if policies.can_see_every_message(actor):
        tabs.append(("mail", _("Mail"), "mail", reverse("messaging:admin")))
    if policies.can_allow_hosts(actor):
        tabs.append(("hosts", _("Allowed hosts"), "shield-check", reverse("messaging:hosts")))
    if settings.TONGZHOU_DEMO:
        tabs.append(("try_out", _("Try-out group"), "messages", reverse("messaging:try_out_group")))
    return [{"label": label, "icon": icon, "url": url, "current": key == current} for key, label, icon, url in tabs]


@page(Who.PERSON)
def channels(request: HttpRequest) -> HttpResponse:
    """Every channel the actor sees, by owner."""
    actor = actor_of(request)
    request.live_topics = ("channels", "outbox")  # type: ignore[attr-defined]
    shown = list(queries.channels_for(actor))
    facts = queries.owner_facts({(channel.owner_type, channel.owner_id) for channel in shown})
    waiting = queries.waiting_counts(shown)
    order = {owner.type: owner.position for owner in owners}
    groups: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for channel in sorted(shown, key=lambda one: (order[one.owner_type], one.owner_id, one.name)):
        groups.setdefault((channel.owner_type, channel.owner_id), []).append(
            {"channel": channel, "waiting": waiting.get(channel.pk, 0)}
        )
    context = {
        "groups": [
            {"owner": facts[key], "type": owners.get(key[0]).label, "rows": rows} for key, rows in groups.items()
        ],
        "places": places(request, "channels"),
        "may_add": policies.can_keep_for(actor, COMPANY, 0),
        "add_url": f"{reverse('messaging:channel_new')}?owner={COMPANY}",
    }
    return answer(request, "messaging/channels.html", context, partial="rows")


@page(Who.PERSON, "GET", "POST")
def channel_new(request: HttpRequest) -> HttpResponse:
    """First which service, with where its robot is found; then name and address."""
    actor = actor_of(request)
    owner_type, owner_id = _owner(request)
    require(policies.can_keep_for(actor, owner_type, owner_id))
    owner = queries.owner_facts([(owner_type, owner_id)])[owner_type, owner_id]
    key = request.GET.get("kind", "")
    context: dict[str, Any] = {"owner": owner, "owner_type": owner_type, "owner_id": owner_id}
    if key not in _offered():
        context["kinds"] = [{"kind": kind, "service": kind_of(kind), "label": kind.label} for kind in _offered()]
        return answer(request, "messaging/channel_new.html", context)
    kind = kind_of(key)
    initial = {"language": actor.language, "name": owner.name[:80]}
    form = ChannelForm(request.POST or None, kind=kind, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                channel = services.add_channel(owner_type, owner_id, key, form.values, by=actor)
            except InvalidInput as refusal:
                add_errors(form, refusal)
            else:
                messages.success(request, _("The channel is there. Now send a test message."))
                return redirect(channel)
    context |= {"form": form, "kind": kind, "label": ChannelKind(key).label}
    return answer(request, "messaging/channel_form.html", context, status=status)


@page(Who.PERSON)
def channel(request: HttpRequest, pk: int) -> HttpResponse:
    """One channel: how it does, trying it, what was sent."""
    found, context = _shown(request, pk)
    request.live_topics = (f"channel-{found.pk}", "channels")  # type: ignore[attr-defined]
    context["page"] = paged(request, queries.messages_of(found), 20)
    return answer(request, "messaging/channel.html", context, partial="state")


@page(Who.PERSON, "GET", "POST")
def channel_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, address, secret, language."""
    found, context = _shown(request, pk)
    require(policies.can_keep_channel(actor_of(request), found))
    initial = {"name": found.name, "language": found.language, "version": found.version}
    form = ChannelForm(request.POST or None, kind=found.service, channel=found, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.change_channel(found.pk, form.cleaned_data["version"], form.values, by=actor_of(request))
            except InvalidInput as refusal:
                add_errors(form, refusal)
            except StaleWrite as stale:
                # Both versions of an address are nothing to show; what is there now is named by its last characters.
                form.add_error(None, str(stale.message))
                form.data = {**request.POST.dict(), "version": str(stale.version)}
                status = 409
            else:
                messages.success(request, _("Saved."))
                return redirect(found)
    context |= {"form": form, "kind": found.service, "label": found.get_kind_display()}
    return answer(request, "messaging/channel_form.html", context, status=status)


@page(Who.PERSON, "POST")
def channel_test(request: HttpRequest, pk: int) -> HttpResponse:
    """Queues a test message; the card then asks for the answer."""
    services.test_channel(pk, by=actor_of(request))
    if getattr(request, "htmx", False):
        _found, context = _shown(request, pk)
        return answer(request, "messaging/channel.html", context, partial="test")
    return redirect("messaging:channel", pk=pk)


@page(Who.PERSON)
def channel_test_state(request: HttpRequest, pk: int) -> HttpResponse:
    """The card of the test, asked for until the service has answered."""
    _found, context = _shown(request, pk)
    return answer(request, "messaging/channel.html", context, partial="test")


@page(Who.PERSON, "POST")
def channel_pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Pauses or resumes."""
    paused = request.POST.get("paused") == "1"
    services.pause_channel(pk, paused, by=actor_of(request))
    messages.success(request, _("Paused. Messages wait.") if paused else _("The channel is in use again."))
    return redirect("messaging:channel", pk=pk)


@page(Who.PERSON, "POST")
def channel_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes it away for good."""
    found, context = _shown(request, pk)
    services.remove_channel(found.pk, by=actor_of(request))
    messages.success(request, _("The channel is removed."))
    return redirect(context["owner"].link)


def _shown(request: HttpRequest, pk: int) -> tuple[Channel, dict[str, Any]]:
    actor = actor_of(request)
    found = reach(queries.channels_for(actor), pk)
    owner = queries.owner_facts([(found.owner_type, found.owner_id)])[found.owner_type, found.owner_id]
    test = queries.newest_test(found)
    return found, {
        "channel": found,
        "owner": owner,
        "kind": found.service,
        "may_keep": policies.can_keep_channel(actor, found),
        "test": test,
        "test_runs": test is not None and test.state in UNDER_WAY,
        "waiting": queries.waiting_counts([found]).get(found.pk, 0),
    }


def _owner(request: HttpRequest) -> tuple[str, int]:
    owner_type, text = request.GET.get("owner", COMPANY), request.GET.get("id", "0")
    if owner_type not in owners or not text.isdecimal() or len(text) > 18:
        raise NotFound
    if not policies.can_see_owner(actor_of(request), owner_type, int(text)):
        raise NotFound
    return owner_type, int(text)


def _offered() -> list[ChannelKind]:
    return [kind for kind in KINDS if kind != ChannelKind.TRY_OUT or settings.TONGZHOU_DEMO]
