"""The minutes: preview, sending, confirmation, editions, comparison, downloads."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongzhou.core.errors import Conflict, InvalidInput, NotFound, require
from tongzhou.core.pages import Who, actor_of, add_errors, page
from tongzhou.documents.differences import differences
from tongzhou.documents.paper import DEFAULT_LANGUAGE
from tongzhou.documents.render.html import render_html
from tongzhou.people.passkeys import has_passkey, passkeys_work_at, site_of
from tongzhou.signoff.states import Verdict

from .. import files, policies, queries, services
from ..documents import MEETING_MINUTES
from ..forms import AnswerMinutesForm
from ..models import Meeting, MinutesEdition
from ..states import LOCK_MINUTES, REWORK_MINUTES, SEND_MINUTES
from .parts import base_context, reach_meeting


@page(Who.PERSON)
def minutes(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The newest edition: what was agreed for my department first, then the whole, then my answer."""
    meeting = reach_meeting(request, meeting_id)
    newest = queries.editions_of(meeting).first()
    if newest is None:
        if policies.can_write(actor_of(request), meeting):
            return redirect("meetings:minutes_preview", meeting.pk)
        return render(request, "meetings/minutes_none.html", base_context(request, meeting))
    return _edition_page(request, meeting, newest)


@page(Who.PERSON)
def edition(request: HttpRequest, meeting_id: int, number: int) -> HttpResponse:
    """One edition, old ones included."""
    meeting = reach_meeting(request, meeting_id)
    return _edition_page(request, meeting, queries.edition_of(meeting, number))


@page(Who.PERSON)
def preview(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The minutes as paper, as the notes stand now; sent from here, exactly as shown."""
    meeting = reach_meeting(request, meeting_id)
    require(policies.can_write(actor_of(request), meeting))
    return _preview_page(request, meeting)


@page(Who.PERSON, "POST")
def send(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Freezes the minutes and asks the departments."""
    meeting = reach_meeting(request, meeting_id)
    try:
        services.send_minutes(meeting.pk, shown_digest=request.POST.get("shown_digest", ""), by=actor_of(request))
    except InvalidInput as refusal:
        for text in (text for texts in refusal.fields.values() for text in texts):
            messages.error(request, str(text))
        return _preview_page(request, meeting, status=422)
    except Conflict as conflict:
        messages.warning(request, str(conflict.message))
        return _preview_page(request, meeting, status=409)
    messages.success(request, _("Sent. Every department has been asked to confirm."))
    return redirect("meetings:minutes", meeting.pk)


@page(Who.PERSON, "POST")
def answer(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """My department confirms exactly what was shown, or objects."""
    meeting = reach_meeting(request, meeting_id)
    form = AnswerMinutesForm(request.POST)
    if not form.is_valid():
        return _answer_refused(request, meeting, form, 422)
    given = form.cleaned_data
    try:
        services.answer_minutes(
            meeting.pk,
            given["department"],
            given["verdict"],
            shown_digest=given["shown_digest"],
            reason=given["reason"],
            passkey=form.passkey_answer(site_of(request)),
            by=actor_of(request),
        )
    except InvalidInput as refusal:
        add_errors(form, refusal)
        return _answer_refused(request, meeting, form, 422)
    except Conflict as conflict:
        messages.warning(request, str(conflict.message))
        return _answer_refused(request, meeting, form, 409)
    if given["verdict"] == Verdict.AGREE:
        messages.success(request, _("Confirmed. Thank you."))
    else:
        messages.success(request, _("Your objection is noted; chair and recorder have been told."))
    return redirect("meetings:minutes", meeting.pk)


@page(Who.PERSON, "POST")
def rework(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Opens the notes again."""
    meeting = reach_meeting(request, meeting_id)
    services.rework_minutes(meeting.pk, reason=request.POST.get("reason", "").replace("\x00", ""), by=actor_of(request))
    messages.success(request, _("The notes are open again. Change them, then send a new edition."))
    return redirect(meeting)


@page(Who.PERSON, "POST")
def lock(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Closes the minutes with the silence visible."""
    meeting = reach_meeting(request, meeting_id)
    services.lock_with_silence(meeting.pk, shown_digest=request.POST.get("shown_digest", ""), by=actor_of(request))
    messages.success(request, _("The minutes are locked. Who kept silent stays visible in them."))
    return redirect("meetings:minutes", meeting.pk)


@page(Who.PERSON)
def compare(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """What changed between two editions."""
    meeting = reach_meeting(request, meeting_id)
    editions = list(queries.editions_of(meeting))
    if not editions:
        raise NotFound
    new = _chosen(request, "to", editions, editions[0])
    older = [item for item in editions if item.number < new.number]
    old = _chosen(request, "from", editions, older[0] if older else new)
    context = {
        **base_context(request, meeting),
        "editions": editions,
        "old": old,
        "new": new,
        "changes": differences(MEETING_MINUTES, old.content, new.content, get_language() or DEFAULT_LANGUAGE),
    }
    return render(request, "meetings/minutes_compare.html", context)


@page(Who.PERSON)
def draft_file(request: HttpRequest, meeting_id: int, fmt: str) -> HttpResponse:
    """The draft as Word, Excel or PDF."""
    meeting = reach_meeting(request, meeting_id)
    require(policies.can_write(actor_of(request), meeting))
    return files.draft_file(meeting, fmt)


@page(Who.PERSON)
def edition_file(request: HttpRequest, meeting_id: int, number: int, fmt: str) -> HttpResponse:
    """An edition with the answers it has, as Word, Excel or PDF; ``sent`` is the very PDF that was sent."""
    meeting = reach_meeting(request, meeting_id)
    return files.edition_file(meeting, queries.edition_of(meeting, number), fmt)


def _chosen(request: HttpRequest, name: str, editions: list[MinutesEdition], usual: MinutesEdition) -> MinutesEdition:
    given = request.GET.get(name, "")
    return next((item for item in editions if str(item.number) == given), usual)


def _preview_page(request: HttpRequest, meeting: Meeting, status: int = 200) -> HttpResponse:
    draft = queries.draft_minutes(meeting)
    context = {
        **base_context(request, meeting),
        "draft": draft,
        "paper": render_html(queries.minutes_paper(meeting, draft.document)),
        "missing": queries.not_ready(meeting),
        "vague": [line for line in queries.commitment_lines(meeting) if line.vague],
        "may_send": SEND_MINUTES.possible(meeting),
        "departments": queries.concerned_departments(meeting),
        "newest": queries.editions_of(meeting).first(),
    }
    return render(request, "meetings/minutes_preview.html", context, status=status)


def _answer_refused(request: HttpRequest, meeting: Meeting, form: AnswerMinutesForm, status: int) -> HttpResponse:
    """The page anew, with what was typed; after a rework it shows the new version and its digest."""
    newest = queries.editions_of(meeting).first()
    if newest is None:
        raise NotFound
    return _edition_page(request, meeting, newest, form, status)


def _edition_page(
    request: HttpRequest,
    meeting: Meeting,
    found: MinutesEdition,
    refused: AnswerMinutesForm | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = actor_of(request)
    base = base_context(request, meeting)
    editions = list(queries.editions_of(meeting))
    may_answer = policies.confirmable(actor, meeting)
    standing = queries.minutes_standing(meeting, found, may_answer=may_answer)
    is_newest = found.number == editions[0].number
    answers: list[dict[str, Any]] = []
    for item in standing.mine if standing and is_newest else []:
        again = refused is not None and refused.data.get("department") == str(item.department.pk)
        answers.append({"department": item.department, "signatory": item.signatory, "form": refused if again else None})
    asked = [item.department for item in standing.confirmations] if standing else []
    # First the part of the departments the reader answers for, else of those the reader belongs to.
    departments = [d for d in asked if may_answer(d.pk)] or [
        d for d in asked if d.pk in actor.department_ids | actor.headed_ids
    ]
    context = {
        **base,
        "edition": found,
        "editions": editions,
        "is_newest": is_newest,
        "standing": standing,
        "answers": answers,
        "refused": refused,
        "has_passkey": bool(answers) and passkeys_work_at(request) and has_passkey(actor.pk),
        "parts": [
            {"department": department, "part": queries.department_part(found.content["content"], department.pk)}
            for department in departments
        ],
        "paper": render_html(queries.minutes_paper(meeting, found.content, standing)),
        "may_rework": is_newest and base["may_write"] and REWORK_MINUTES.possible(meeting),
        "may_lock": is_newest
        and standing is not None
        and standing.may_be_locked
        and LOCK_MINUTES.possible(meeting)
        and policies.can_lock_with_silence(actor, meeting),
    }
    return render(request, "meetings/minutes.html", context, status=status)
