"""The try-out clock of the demo: the whole system moves forward, so that reminders and escalations can be seen."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.errors import InvalidInput, NotFound
from tongzhou.core.pages import Who, actor_of, answer, page
from tongzhou.core.time_words import exactly

from ..queries import STEPS, ahead_by, moment_after
from ..services import move_clock


@page(Who.PERSON, "GET", "POST")
def try_out(request: HttpRequest) -> HttpResponse:
    """Shows the demo's time and moves it on; there is no such page outside the demo."""
    if not settings.TONGZHOU_DEMO:
        raise NotFound
    refusal: InvalidInput | None = None
    if request.method == "POST":
        try:
            there = move_clock(request.POST.get("step", ""), by=actor_of(request))
        except InvalidInput as refused:
            refusal = refused
        else:
            messages.success(request, _("It is %(time)s now.") % {"time": exactly(there)})
            return redirect("insight:tryout")
    moment = clock.now()
    context = {
        "ahead": ahead_by(),
        "moment": moment,
        "steps": [{"key": key, "label": step.label, "to": moment_after(key, moment)} for key, step in STEPS.items()],
        "refusal": refusal,
    }
    return answer(request, "insight/try_out.html", context, status=422 if refusal else 200)
