"""节奏日历 of a project: what is due in the next four weeks, who answers for it, and why it was moved."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tongzhou.cadence import policies as cadence_policies
from tongzhou.cadence import queries as cadence
from tongzhou.cadence import services as cadence_services
from tongzhou.cadence.services import set_zone
from tongzhou.core import clock
from tongzhou.core.errors import InvalidInput, StaleWrite
from tongzhou.core.pages import Who, actor_of, add_errors, answer, page
from tongzhou.planning.pages.reaching import planned

from ..forms import ZoneForm
from ..queries.diary import diary_of, local_today, rules_in_words, span_of, weeks_of


@page(Who.PERSON, "GET", "POST")
def rhythm(request: HttpRequest, pk: int) -> HttpResponse:
    """The calendar; below it the rules it comes from, and the project's time zone for those who run it."""
    project, context = planned(request, pk, "rhythm")
    actor = actor_of(request)
    kept = cadence.rhythm_of(project)
    form = ZoneForm(request.POST or None, rhythm=kept)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                set_zone(project.pk, form.cleaned_data["version"], form.cleaned_data["zone"], by=actor)
            except InvalidInput as refusal:
                add_errors(form, refusal)
            except StaleWrite as stale:
                status = 409
                context["failure"] = stale
                form.data = {**request.POST.dict(), "version": str(stale.version)}
            else:
                messages.success(request, _("Saved. What waits has moved with it."))
                return redirect("insight:rhythm", pk=project.pk)
    today = local_today(kept)
    first, last = span_of(today)
    rules = cadence.rules_of_project(project)
    context |= {
        "form": form,
        "rhythm": kept,
        "zone": kept.zone_info,
        "is_elsewhere": str(kept.zone_info) != str(clock.company_zone()),
        "weeks": weeks_of(diary_of(project, actor, first, last, kept), today),
        "rules": rules_in_words(rules, project),
        "has_rules": bool(rules),
        "runs": any(cadence.runs(rule, project) for rule in rules),
        "climbs": cadence.climbs_in(project),
        "actor": actor,
        "may_set": cadence_policies.can_set_rhythm(actor, project),
    }
    return answer(request, "insight/rhythm.html", context, partial="rhythm", status=status)


@page(Who.PERSON, "POST")
def take_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever something was escalated to says that they have seen it and are on it."""
    step = cadence_services.take_on(pk, by=actor_of(request))
    messages.success(request, _("Those who wait have been told that you are on it."))
    return redirect(step.ladder.link or "insight:desk")
