"""A meeting's page in parts: each is drawn by itself, refetched when others change it, and answers its own forms."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tongzhou.core.access import reach
from tongzhou.core.errors import NotFound, StaleWrite, TransitionNotAllowed, require
from tongzhou.core.events import plain
from tongzhou.core.navigation import url_if_there
from tongzhou.core.pages import actor_of, is_htmx
from tongzhou.core.time_words import exactly
from tongzhou.projects.queries import checked_objectives, projects_for

from .. import policies, queries
from ..forms import (
    AgendaItemForm,
    AgendaTopicForm,
    ClosingForm,
    CommitmentForm,
    InviteForm,
    Noted,
    OpenPointForm,
    ResolutionForm,
    StatementForm,
)
from ..models import AgendaItem, Attendance, Attendee, Meeting
from ..states import ALIGNS, END, START, MeetingState

PARTS = (
    "state",
    "attendance",
    "objectives",
    "agenda",
    "resources",
    "commitments",
    "resolutions",
    "open-points",
    "closing",
    "ready",
)
_SESSION = frozenset({MeetingState.RUNNING, MeetingState.MINUTES})


def reach_meeting(request: HttpRequest, meeting_id: int) -> Meeting:
    """The meeting, if the actor may see it; its page listens to it from now on."""
    meeting = reach(queries.meetings_for(actor_of(request)), meeting_id)
    base = f"meeting-{meeting.pk}"
    request.live_topics = (base, f"project-{meeting.project_id}", *(f"{base}-{part}" for part in _TOPICS))  # type: ignore[attr-defined]
    return meeting


_TOPICS = (
    "state",
    "attendance",
    "agenda",
    "agenda-list",
    "resources",
    "commitments",
    "resolutions",
    "open-points",
    "closing",
    "minutes",
)


def require_notes(request: HttpRequest, meeting: Meeting) -> None:
    """Only who keeps the meeting opens a form of the notes, and only while they are open."""
    actor = actor_of(request)
    require(policies.can_write(actor, meeting))
    if not policies.can_take_notes(actor, meeting):
        raise TransitionNotAllowed(_("The minutes have been sent for confirmation. Rework them to change anything."))


def base_context(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    """What every part needs to know."""
    actor = actor_of(request)
    return {
        "meeting": meeting,
        "project": meeting.project,
        "sees_project": projects_for(actor).filter(pk=meeting.project_id).exists(),
        "may_write": policies.can_write(actor, meeting),
        "may_note": policies.can_take_notes(actor, meeting),
        "in_session": meeting.state in _SESSION,
        "stage": "stage" in request.GET,
    }


def part_context(request: HttpRequest, meeting: Meeting, part: str, **bound: Any) -> dict[str, Any]:
    """The context of one part; ``bound`` brings a form that was refused, to be shown again with its text."""
    context = base_context(request, meeting)
    context |= _BUILDERS[part](request, meeting, context)
    return {**context, **bound, "part": part}


def whole_context(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    """All parts at once, for the page."""
    context = base_context(request, meeting)
    # People and departments are read once for all parts that offer them.
    for part in PARTS:
        if part in _BUILDERS:
            context |= _BUILDERS[part](request, meeting, context)
    return context


def template_of(part: str) -> str:
    """The template that draws a part."""
    return f"meetings/parts/{part.replace('-', '_')}.html"


def answer_part(
    request: HttpRequest, meeting_id: int, part: str, *, said: str = "", status: int = 200, **bound: Any
) -> HttpResponse:
    """After an act: the part anew for htmx, or back to its place on the page."""
    if not is_htmx(request):
        if said:
            messages.success(request, said)
        return redirect(f"{url_if_there('meetings:meeting', meeting_id)}#{part}")
    meeting = reach_meeting(request, meeting_id)
    return render(request, template_of(part), part_context(request, meeting, part, **bound), status=status)


def refuse_part(request: HttpRequest, meeting: Meeting, part: str, *, back: str = "", **bound: Any) -> HttpResponse:
    """The form was refused: the part with the typed text for htmx, else a page with the form alone."""
    if is_htmx(request):
        context = part_context(request, meeting, part, **bound)
        return render(request, template_of(part), context, status=422)
    return entry_page(request, meeting, next(iter(bound.values())), part, status=422)


def entry_page(
    request: HttpRequest, meeting: Meeting, form: Any, part: str, *, status: int = 200, about: str = "", **more: Any
) -> HttpResponse:
    """The form of one commitment, decision or point: in place for htmx, else a page of its own."""
    context = {**base_context(request, meeting), "form": form, "action": request.path, "part": part, "about": about}
    if not is_htmx(request):
        return render(request, "meetings/entry.html", {**context, **more}, status=status)
    response = render(request, "meetings/entry.html#form", {**context, **more}, status=status)
    if status != 200:
        # The form was sent towards its part; refused, it comes back into its own place.
        response["HX-Retarget"] = "this"
        response["HX-Reswap"] = "outerHTML"
    return response


def clash_page(request: HttpRequest, meeting: Meeting, form: Noted, part: str, stale: StaleWrite) -> HttpResponse:
    """Somebody else saved first: the form keeps what was typed and shows what was saved; saving again decides."""
    return entry_page(request, meeting, form, part, status=409, clash=clash_of(form, stale))


def clash_of(form: forms.Form, stale: StaleWrite) -> list[dict[str, str]]:
    """What was saved meanwhile, in the words of the form; the form goes on from that version."""
    form.data = form.data.copy()  # type: ignore[attr-defined]
    form.data["version"] = str(stale.version)  # type: ignore[index]
    found = []
    for column, theirs in stale.theirs.items():
        name = column.removesuffix("_id")
        if name in form.fields and plain(theirs) != plain(stale.mine.get(column)):
            found.append({"label": str(form.fields[name].label), "theirs": _words(form.fields[name], theirs)})
    return found


def _words(field: forms.Field, value: Any) -> str:
    """A stored value as the form's reader knows it: a name for a key, a date in words."""
    if isinstance(field, forms.ChoiceField):
        flat: dict[str, str] = {}
        for key, label in field.choices:  # type: ignore[misc, union-attr]
            pairs = label if isinstance(label, list | tuple) else [(key, label)]
            flat |= {str(k): str(text) for k, text in pairs}
        return flat.get(str(value), "")
    if isinstance(value, date):
        return exactly(value)
    return "" if value is None else str(value)


def agenda_item_context(request: HttpRequest, meeting: Meeting, item: AgendaItem, form: Any = None) -> dict[str, Any]:
    """One topic by itself."""
    context = base_context(request, meeting)
    return {**context, "entry": {"item": item, "form": form or agenda_form(item)}}


def agenda_form(item: AgendaItem) -> AgendaItemForm:
    """The form of one topic; the names of its fields are told apart by the topic's key."""
    names = ("version", "topic", "points", "disagreements", "conclusion")
    return AgendaItemForm(initial={name: getattr(item, name) for name in names}, auto_id=f"agenda-{item.pk}-%s")


def _people(meeting: Meeting, context: dict[str, Any]) -> dict[str, Any]:
    """People and departments to choose from; only note takers choose."""
    if "people" in context:
        return {}
    if not context["may_note"]:
        return {"people": [], "departments": queries.meeting_departments(meeting)}
    return {"people": queries.people_in(meeting), "departments": queries.meeting_departments(meeting)}


def _state(request: HttpRequest, meeting: Meeting, context: dict[str, Any]) -> dict[str, Any]:
    actor = actor_of(request)
    me = meeting.attendees.filter(person_id=actor.pk).first() if actor.person_id else None
    planned = meeting.state == MeetingState.PLANNED
    people = list(meeting.attendees.values_list("person_id", flat=True)) if planned and context["may_write"] else []
    return {
        "seen": request.GET.get("seen", ""),
        "me": me,
        "may_answer": me is not None and meeting.state in {MeetingState.PLANNED, MeetingState.RUNNING},
        "stand_ins": queries.stand_ins(meeting, actor) if me is not None and planned else [],
        "may_start": context["may_write"] and START.possible(meeting),
        "may_end": context["may_write"] and END.possible(meeting),
        "warnings": queries.schedule_warnings(meeting.starts_at, meeting.ends_at, people, by=actor, but=meeting)
        if people
        else [],
        "held": queries.held(meeting),
    }


def _attendance(request: HttpRequest, meeting: Meeting, context: dict[str, Any]) -> dict[str, Any]:
    people = _people(meeting, context)
    attendees = list(meeting.attendees.select_related("person", "department", "instead_of"))
    present = [a for a in attendees if a.attendance == Attendance.PRESENT]
    invited = {a.person_id for a in attendees}
    found = {
        **people,
        "attendees": sorted(attendees, key=_by_department),
        "present_count": len(present),
        "unchecked": [a for a in attendees if a.attendance in {Attendance.INVITED, Attendance.ACCEPTED}],
    }
    if context["may_note"]:
        strangers = [c for c in (people.get("people") or context.get("people", [])) if c.person.pk not in invited]
        found["invite_form"] = InviteForm(
            strangers, [(a.person_id, a.person.name) for a in attendees], auto_id="invite-%s"
        )
    return found


def _by_department(attendee: Attendee) -> tuple[bool, int, int]:
    department = attendee.department
    return department is None, department.position if department else 0, attendee.pk


def _objectives(request: HttpRequest, meeting: Meeting, context: dict[str, Any]) -> dict[str, Any]:
    return {
        "objectives": checked_objectives(meeting.project),
        "objectives_url": url_if_there("projects:objectives", meeting.project_id),
    }


def _agenda(request: HttpRequest, meeting: Meeting, context: dict[str, Any]) -> dict[str, Any]:
    return {
        "agenda": [{"item": item, "form": agenda_form(item)} for item in meeting.agenda.all()],
        "topic_form": AgendaTopicForm(auto_id="topic-%s"),
    }


def _resources(request: HttpRequest, meeting: Meeting, context: dict[str, Any]) -> dict[str, Any]:
    actor = actor_of(request)
    people = _people(meeting, context)
    departments = people.get("departments") or context.get("departments", [])
    written = {statement.department_id: statement for statement in meeting.resource_statements.all()}
    contact_for = set(
        meeting.project.parties.filter(contact_id=actor.pk, left_at__isnull=True).values_list(
            "department_id", flat=True
        )
    )
    lines = []
    for department in departments:
        statement = written.get(department.pk)
        initial = {
            "version": statement.version if statement else 0,
            "offers": statement.offers if statement else "",
            "needs": statement.needs if statement else "",
        }
        own = actor.heads(department.pk) or department.pk in contact_for
        open_ = meeting.state in {MeetingState.PLANNED, MeetingState.RUNNING, MeetingState.MINUTES}
        lines.append(
            {
                "department": department,
                "statement": statement,
                "may_state": context["may_note"] or (own and open_),
                "form": StatementForm(initial=initial, auto_id=f"resources-{department.pk}-%s"),
            }
        )
    return {**people, "statements": lines, "shows_resources": meeting.kind in ALIGNS or bool(written)}


def _commitments(request: HttpRequest, meeting: Meeting, context: dict[str, Any]) -> dict[str, Any]:
    people = _people(meeting, context)
    may_commit = policies.can_take_down_commitments(actor_of(request), meeting)
    found = {**people, "commitments": queries.commitment_lines(meeting), "may_commit": may_commit}
    if may_commit:
        merged = {**context, **people}
        found["commitment_form"] = CommitmentForm(merged["departments"], merged["people"], auto_id="commitment-%s")
    return found


def _resolutions(request: HttpRequest, meeting: Meeting, context: dict[str, Any]) -> dict[str, Any]:
    people = _people(meeting, context)
    found = {
        **people,
        "resolutions": meeting.resolutions.select_related("department", "owner", "commitment"),
        "may_commit": policies.can_take_down_commitments(actor_of(request), meeting),
    }
    if context["may_note"]:
        merged = {**context, **people}
        found["resolution_form"] = ResolutionForm(merged["departments"], merged["people"], auto_id="resolution-%s")
    return found


def _open_points(request: HttpRequest, meeting: Meeting, context: dict[str, Any]) -> dict[str, Any]:
    actor = actor_of(request)
    people = _people(meeting, context)
    points = meeting.open_points.select_related("department", "owner")
    found = {
        **people,
        "open_points": [
            {
                "point": point,
                "may_settle": point.settled_at is None and (context["may_write"] or point.owner_id == actor.pk),
            }
            for point in points
        ],
    }
    if context["may_note"]:
        merged = {**context, **people}
        found["open_point_form"] = OpenPointForm(merged["departments"], merged["people"], auto_id="open-point-%s")
    return found


def _closing(request: HttpRequest, meeting: Meeting, context: dict[str, Any]) -> dict[str, Any]:
    names = ("version", "first_sync_at", "next_meeting_at", "started_at", "ended_at", "cc")
    form = ClosingForm(initial={name: getattr(meeting, name) for name in names}, auto_id="closing-%s")
    return {"closing_form": form}


def _ready(request: HttpRequest, meeting: Meeting, context: dict[str, Any]) -> dict[str, Any]:
    missing = queries.not_ready(meeting) if meeting.state == MeetingState.MINUTES and context["may_write"] else []
    return {"missing": missing, "newest": queries.editions_of(meeting).first()}


_BUILDERS = {
    "state": _state,
    "attendance": _attendance,
    "objectives": _objectives,
    "agenda": _agenda,
    "resources": _resources,
    "commitments": _commitments,
    "resolutions": _resolutions,
    "open-points": _open_points,
    "closing": _closing,
    "ready": _ready,
}


def known_part(part: str) -> str:
    """The part's name, or ``NotFound``."""
    if part not in _BUILDERS:
        raise NotFound
    return part
