"""The agenda and what is noted to it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tongzhou.core.access import reach
from tongzhou.core.errors import InvalidInput
from tongzhou.core.pages import Who, actor_of, add_errors, is_htmx, page

from .. import services
from ..forms import AgendaItemForm, AgendaTopicForm
from .parts import agenda_item_context, answer_part, entry_page, reach_meeting, refuse_part
from .session import saved_answer

_FIELDS = ("topic", "points", "disagreements", "conclusion")


@page(Who.PERSON, "POST")
def add(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """One more topic."""
    meeting = reach_meeting(request, meeting_id)
    form = AgendaTopicForm(request.POST, auto_id="topic-%s")
    if form.is_valid():
        try:
            services.add_agenda_item(meeting.pk, form.cleaned_data, by=actor_of(request))
        except InvalidInput as refusal:
            add_errors(form, refusal)
        else:
            return answer_part(request, meeting.pk, "agenda")
    return refuse_part(request, meeting, "agenda", topic_form=form)


@page(Who.PERSON, "POST")
def item(request: HttpRequest, meeting_id: int, item_id: int) -> HttpResponse:
    """Points made, differences, conclusion; saves itself while it is written, two writers at once included."""
    meeting = reach_meeting(request, meeting_id)
    found = reach(meeting.agenda.all(), item_id)
    form = AgendaItemForm(request.POST, auto_id=f"agenda-{found.pk}-%s")
    autosave = request.headers.get("X-Autosave")
    if form.is_valid():
        try:
            saved = services.change_agenda_item(found.pk, form.read_at, form.values(), by=actor_of(request))
        except InvalidInput as refusal:
            add_errors(form, refusal)
        else:
            if autosave:
                stored = {name: getattr(saved, name) for name in _FIELDS}
                return saved_answer(saved.version, stored, form.cleaned_data)
            return answer_part(request, meeting.pk, "agenda", said=_("Saved."))
    if autosave:
        return JsonResponse({"errors": form.errors}, status=422)
    if is_htmx(request):
        context = agenda_item_context(request, meeting, found, form)
        return render(request, "meetings/parts/agenda_item.html", context, status=422)
    return entry_page(request, meeting, form, "agenda", status=422)


@page(Who.PERSON, "POST")
def move(request: HttpRequest, meeting_id: int, item_id: int) -> HttpResponse:
    """Up or down."""
    meeting = reach_meeting(request, meeting_id)
    reach(meeting.agenda.all(), item_id)
    services.move_agenda_item(item_id, 1 if request.POST.get("step") == "1" else -1, by=actor_of(request))
    return answer_part(request, meeting.pk, "agenda")


@page(Who.PERSON, "POST")
def remove(request: HttpRequest, meeting_id: int, item_id: int) -> HttpResponse:
    """Off the agenda."""
    meeting = reach_meeting(request, meeting_id)
    reach(meeting.agenda.all(), item_id)
    services.remove_agenda_item(item_id, by=actor_of(request))
    return answer_part(request, meeting.pk, "agenda")
