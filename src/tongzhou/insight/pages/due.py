"""What the clock does next, what it could not do: for administrators and PMO."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tongzhou.cadence import queries as cadence
from tongzhou.cadence.services import fire_again, settle_alarm
from tongzhou.cadence.states import SETTLED_BY_HAND
from tongzhou.core.pages import Who, actor_of, answer, page, paged

from ..queries import due_rows, heard_of

SHOWN = 20


@page(Who.PMO)
def due(request: HttpRequest) -> HttpResponse:
    """Overdue and failed first, then what comes."""
    actor = actor_of(request)
    listed = paged(request, cadence.coming())
    context = {
        "page": listed,
        "coming": due_rows(actor, listed.object_list),
        "overdue": due_rows(actor, cadence.overdue()[:SHOWN]),
        "alarms": cadence.standing_alarms(),
        "past_alarms": cadence.past_alarms()[:SHOWN],
        "settled_by_hand": SETTLED_BY_HAND,
        "heard": heard_of(),
        "failed": due_rows(actor, cadence.troubled()[:SHOWN]),
    }
    return answer(request, "insight/due.html", context)


@page(Who.PMO, "POST")
def due_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Lets something that failed for good fall due once more."""
    fire_again(pk, by=actor_of(request))
    messages.success(request, _("It falls due again now."))
    return redirect("insight:due")


@page(Who.PMO, "POST")
def alarm_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody has looked at what happened and dealt with it."""
    settle_alarm(pk, by=actor_of(request))
    messages.success(request, _("Settled."))
    return redirect("insight:due")
