"""My notification settings, and links in messages that do one thing."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from tongzhou.core.errors import InvalidInput, StaleWrite
from tongzhou.core.limits import limit
from tongzhou.core.pages import Who, actor_of, add_errors, answer, page

from .. import queries, services
from ..forms import ChatNamesForm, PreferenceForm


@page(Who.PERSON, "GET", "POST")
def preferences(request: HttpRequest) -> HttpResponse:
    """How I want to be told, and under which names the chats know me."""
    actor = actor_of(request)
    wish, names = queries.preference_of(actor), queries.chat_names_of(actor)
    wishes, chats, status = PreferenceForm.of(wish), ChatNamesForm(initial=names), 200
    if request.method == "POST" and "chats" in request.POST:
        chats = ChatNamesForm(request.POST)
        if chats.is_valid():
            try:
                services.set_chat_names(chats.cleaned_data, by=actor)
                messages.success(request, _("Saved."))
                return redirect("messaging:preferences")
            except InvalidInput as refusal:
                add_errors(chats, refusal)
        status = 422
    elif request.method == "POST":
        wishes, status = PreferenceForm(request.POST), 422
        if wishes.is_valid():
            try:
                services.set_preference(wishes.cleaned_data["version"], wishes.values, by=actor)
                messages.success(request, _("Saved."))
                return redirect("messaging:preferences")
            except InvalidInput as refusal:
                add_errors(wishes, refusal)
            except StaleWrite as stale:
                wishes.add_error(None, str(stale.message))
                wishes.data = {**request.POST.dict(), "version": str(stale.version)}
                status = 409
    context = {"wishes": wishes, "chats": chats}
    return answer(request, "messaging/preferences.html", context, status=status)


@page(Who.PUBLIC, "GET", "POST")
def act(request: HttpRequest, token: str) -> HttpResponse:
    """A link in a message: says what it does and for whom; only the button does it."""
    limit(request, "action-link", most=60)
    if request.method == "POST":
        done = services.use_action_link(token)
        with translation.override(done.by.language):
            context = {"open": done, "done": True, "after": done.purpose.after(done.link.subject_id)}
            return _private(render(request, "messaging/act.html", context))
    found = services.open_action_link(token)
    with translation.override(found.by.language):
        return _private(render(request, "messaging/act.html", {"open": found, "done": False}))


def _private(response: HttpResponse) -> HttpResponse:
    """The address is a key: no other site and no cache gets to know it."""
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
