"""沟通计划: the channels of the project, their next times, and the defaults in one click."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tongzhou.core.access import reach
from tongzhou.core.errors import InvalidInput, NotFound, StaleWrite, require
from tongzhou.core.pages import Who, actor_of, add_errors, answer, as_download, page
from tongzhou.documents.render import CONTENT_TYPES
from tongzhou.messaging.models import PROJECT
from tongzhou.messaging.policies import can_keep_for
from tongzhou.messaging.queries import channels_of
from tongzhou.people.models import Person
from tongzhou.people.person_field import PersonField
from tongzhou.projects.forms import DayInput, limit
from tongzhou.projects.models import Project
from tongzhou.projects.pages.reaching import in_words
from tongzhou.projects.queries import owners_for

from .. import policies, services
from ..forms import parties_of
from ..models import CommunicationLine
from ..models.communication import LONGEST_MINUTES
from ..queries.communication import (
    communication_lines_for,
    communication_of,
    missing_communication,
    next_occurrences,
)
from ..queries.communication_paper import clock_words, communication_file, communication_html, time_words
from ..queries.raci_paper import FORMATS
from .reaching import planned


class LineForm(forms.ModelForm):  # type: ignore[type-arg]
    """A line of the communication plan. services.change_communication writes."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31)
    owner = PersonField(required=False, label=gettext_lazy("owner"))
    response_minutes = forms.IntegerField(
        label=gettext_lazy("response within (minutes)"), required=False, min_value=1, max_value=LONGEST_MINUTES
    )
    decision_minutes = forms.IntegerField(
        label=gettext_lazy("decision within (minutes)"), required=False, min_value=1, max_value=LONGEST_MINUTES
    )

    class Meta:
        model = CommunicationLine
        fields = [
            "purpose", "frequency", "weekday", "on", "at", "form", "place", "channel", "owner", "audience", "input", "output",
            "non_workday_rule", "response_minutes", "decision_minutes", "escalation",
        ]  # fmt: skip
        widgets = {"on": DayInput, "at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners = owners_for(project) | Person.objects.filter(pk=self.instance.owner_id or 0)
        limit(self, "owner", owners, parties_of(project).values_list("pk", flat=True))

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        found = {name: value for name, value in self.cleaned_data.items() if name not in {"owner", "version"}}
        return found | {"owner_id": self.cleaned_data["owner"]}

    def _post_clean(self) -> None:
        """The row is written by a service, so the form leaves it as it is."""


@page(Who.PERSON)
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Every channel with its next times on the company's calendar."""
    project, context = planned(request, pk, "communication")
    request.live_topics = (*getattr(request, "live_topics", ()), "channels")  # type: ignore[attr-defined]
    context |= {
        "channels": list(channels_of(PROJECT, project.pk)),
        "may_keep_channels": can_keep_for(actor_of(request), PROJECT, project.pk),
        "lines": [
            {"line": line, "time": time_words(line), "clocks": clock_words(line), "next": next_occurrences(line)}
            for line in communication_of(project)
        ],
        "missing": missing_communication(project),
    }
    return answer(request, "planning/communication.html", context, partial="lines")


@page(Who.PERSON, "POST")
def defaults(request: HttpRequest, pk: int) -> HttpResponse:
    """Adds the lines that are missing, with the defaults of the process."""
    project, _context = planned(request, pk, "communication")
    made = services.set_default_communication(project.pk, by=actor_of(request))
    text = ngettext("%(count)s channel set.", "%(count)s channels set.", len(made)) % {"count": len(made)}
    messages.success(request, text)
    return redirect("planning:communication", pk=project.pk)


@page(Who.PERSON, "GET", "POST")
def line(request: HttpRequest, pk: int, line_id: int) -> HttpResponse:
    """One channel to write in."""
    project, context = planned(request, pk, "communication")
    found = _line_in(request, project, line_id)
    require(policies.can_plan(actor_of(request), project))
    form = LineForm(request.POST or None, instance=found, project=project, initial={"version": found.version})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.change_communication(found.pk, form.cleaned_data["version"], form.values, by=actor_of(request))
            except InvalidInput as refusal:
                add_errors(form, refusal)
            except StaleWrite as stale:
                status = 409
                context["failure"] = in_words(stale, {})
                form.data = {**request.POST.dict(), "version": str(stale.version)}
            else:
                messages.success(request, _("Saved."))
                return redirect("planning:communication", pk=project.pk)
    context |= {"form": form, "line": found}
    return answer(request, "planning/communication_line.html", context, status=status)


@page(Who.PERSON, "POST")
def remove(request: HttpRequest, pk: int, line_id: int) -> HttpResponse:
    """Takes a channel away."""
    project, _context = planned(request, pk, "communication")
    services.remove_communication(_line_in(request, project, line_id).pk, by=actor_of(request))
    messages.success(request, _("The channel is taken out."))
    return redirect("planning:communication", pk=project.pk)


@page(Who.PERSON)
def file(request: HttpRequest, pk: int, fmt: str) -> HttpResponse:
    """The communication plan as Word, Excel or PDF."""
    project, _context = planned(request, pk, "communication")
    if fmt not in FORMATS:
        raise NotFound
    name, data = communication_file(project, fmt)
    return as_download(data, name, CONTENT_TYPES[fmt])  # type: ignore[index]


@page(Who.PERSON)
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The communication plan as it comes out on paper."""
    project, context = planned(request, pk, "communication")
    context |= {"paper_html": communication_html(project), "file_page": "planning:communication_file"}
    return render(request, "planning/paper.html", context)


def _line_in(request: HttpRequest, project: Project, pk: int) -> CommunicationLine:
    return reach(communication_lines_for(actor_of(request)).filter(project=project), pk)
