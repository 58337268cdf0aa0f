"""Pages of the collaboration request: list, new, the form, what was sent, files, paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.core.errors import InvalidInput, NotFound, StaleWrite, require
from tongzhou.core.pages import Who, actor_of, add_errors, answer, as_download, page, paged_by_key
from tongzhou.documents.fonts import MissingGlyph
from tongzhou.documents.hostile import FileRefused
from tongzhou.documents.render import CONTENT_TYPES
from tongzhou.documents.services import attach_file, remove_file
from tongzhou.people.models import Department
from tongzhou.projects.policies import can_start_project

from .. import policies
from ..forms.collab_import import read_collab
from ..forms.collabs import TABLE_LABELS, TABLES, CollabForm, CollabPaper, StartForm
from ..forms.fields import WordsField
from ..models import Ask, CollabRequest, Reply
from ..queries import collab_paper, collabs
from ..queries.collab_checks import missing_for_submission
from ..services import give_opinion, save_collab, start_collab, submit_collab, withdraw_collab
from ..services.collab_writing import Written
from ..services.places import KEYS, base_of, places_of
from ..states import AskState, CollabState

FORMATS = {"docx": "Word", "xlsx": "Excel", "pdf": "PDF"}


# ---------------------------------------------------------------- list and new


@page(Who.PERSON)
def collab_list(request: HttpRequest) -> HttpResponse:
    """Requests: those I file or my department does, and those that ask something of my department."""
    actor = actor_of(request)
    view = "received" if request.GET.get("view") == "received" else "own"
    rows = collabs.received_collabs(actor) if view == "received" else collabs.own_collabs(actor)
    context = {"page": paged_by_key(request, rows), "view": view, "can_start": can_start_project(actor)}
    return render(request, "alignment/collab_list.html", context)


@page(Who.PERSON, "GET", "POST")
def new(request: HttpRequest) -> HttpResponse:
    """Begins a request: which scenario, what it is called."""
    actor = actor_of(request)
    require(can_start_project(actor), _("Only members of a department can ask other departments"))
    scenarios = collabs.scenarios_to_choose()
    departments = [row for row in collabs.askable_departments() if row.pk in actor.department_ids | actor.headed_ids]
    if actor.is_pmo and not departments:
        departments = collabs.askable_departments()
    form = StartForm(
        request.POST or None,
        scenarios=scenarios,
        departments=departments,
        initial={
            "scenario": request.GET.get("scenario") or (scenarios[0].pk if scenarios else None),
            "initiator": departments[0].pk if departments else None,
        },
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            collab = start_collab(
                scenario_id=int(data["scenario"]), name=data["name"], initiator_id=int(data["initiator"]), by=actor
            )
        except InvalidInput as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("The draft is there, filled with what this scenario usually needs."))
            return redirect(collab)
    cards = [_scenario_card(row, form, departments) for row in scenarios]
    context = {"form": form, "cards": cards, "departments": departments}
    return render(request, "alignment/collab_new.html", context, status=422 if form.errors else 200)


@dataclass(frozen=True)
class ScenarioCard:
    """A scenario to choose, with what choosing it fills in."""

    pk: int
    name: str
    description: str
    icon: str
    departments: list[str]
    milestones: int
    days: int
    is_fast_track: bool
    is_chosen: bool


def _scenario_card(scenario: Any, form: StartForm, departments: list[Department]) -> ScenarioCard:
    english = str(get_language()).startswith("en")
    defaults = scenario.defaults
    return ScenarioCard(
        pk=scenario.pk,
        name=(scenario.name_en if english else "") or scenario.name,
        description=(scenario.description_en if english else "") or scenario.description,
        icon={"launch": "rocket", "initiative": "flag", "incident": "alert-octagon"}.get(scenario.kind, "stack-2"),
        departments=[str(entry.get("names", [""])[-1 if english else 0]) for entry in defaults.get("departments", [])],
        milestones=len(defaults.get("milestones", [])),
        days=int(defaults.get("end_after") or 0),
        is_fast_track=scenario.kind == "incident",
        is_chosen=str(form["scenario"].value()) == str(scenario.pk),
    )


# ---------------------------------------------------------------- the request


@page(Who.PERSON, "GET", "POST")
def collab(request: HttpRequest, pk: int) -> HttpResponse:
    """The request of a project: a form while it is a draft, afterwards the document and the talk with each department."""
    actor = actor_of(request)
    found = _reach(actor, pk)
    request.live_topics = (f"project-{pk}",)  # type: ignore[attr-defined]
    if found.state == CollabState.DRAFT and policies.can_edit_draft(actor, found):
        return _edit(request, actor, found)
    if request.method == "POST":
        require(False, _("The request was submitted meanwhile"))
    return answer(request, "alignment/collab.html", _shown(request, actor, found), partial="talks")


@page(Who.PERSON, "GET", "POST")
def collab_amend(request: HttpRequest, pk: int) -> HttpResponse:
    """Changes what was sent out; departments whose part changes are asked again."""
    actor = actor_of(request)
    found = _reach(actor, pk)
    request.live_topics = (f"project-{pk}",)  # type: ignore[attr-defined]
    if found.state == CollabState.DRAFT:
        return redirect(found)
    require(policies.can_amend(actor, found))
    return _edit(request, actor, found)


@page(Who.PERSON, "POST")
def collab_autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """Saves a draft while it is written: what can be read is written, the rest is named; 409 carries both versions."""
    actor = actor_of(request)
    found = _reach(actor, pk)
    if found.state != CollabState.DRAFT:
        require(policies.may_submit(actor, found))
        return JsonResponse({"errors": {"name": [_("The request was submitted meanwhile")]}}, status=422)
    paper = CollabPaper(found, request.POST)
    draft = paper.draft(partial=True)
    try:
        written = save_collab(pk, draft, by=actor)
    except StaleWrite as clash:
        _speak_of(paper, clash)
        return render(request, "components/conflict.html", {"failure": clash, "status": 409}, status=409)
    except InvalidInput as refusal:
        paper.add_service_errors(refusal.fields)
        return JsonResponse({"errors": paper.errors() | _table_errors(paper)}, status=422)
    return JsonResponse(
        {
            "version": written.collab.version,
            "saved_at": f"{clock.local_now():%H:%M}",
            "fields": _fields_for_browser(paper, written),
            "errors": paper.errors(),
            "rows_differ": written.rows_differ,
        }
    )


def _edit(request: HttpRequest, actor: Actor, found: CollabRequest) -> HttpResponse:
    paper = CollabPaper(found, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        submit = request.POST.get("act") == "submit"
        if paper.is_valid():
            try:
                done = _written(actor, found, paper, submit)
            except InvalidInput as refusal:
                paper.add_service_errors(refusal.fields)
            except StaleWrite as clash:
                _speak_of(paper, clash)
                raise
            else:
                messages.success(request, _what_was_done(found, submit))
                return redirect(done)
        status = 422
    return render(request, "alignment/collab_form.html", _form_context(actor, found, paper), status=status)


def _written(actor: Actor, found: CollabRequest, paper: CollabPaper, submit: bool) -> CollabRequest:
    if submit and found.state == CollabState.DRAFT:
        return submit_collab(found.project_id, by=actor, draft=paper.draft())
    return save_collab(found.project_id, paper.draft(), by=actor).collab


def _what_was_done(found: CollabRequest, submit: bool) -> str:
    if submit:
        return _("Submitted. The departments have been told.")
    if found.state == CollabState.DRAFT:
        return _("Saved.")
    return _("Changed. Departments whose part has changed are asked again.")


def _form_context(actor: Actor, found: CollabRequest, paper: CollabPaper) -> dict[str, Any]:
    return {
        "collab": found,
        "project": found.project,
        "sheet": paper,
        "is_draft": found.state == CollabState.DRAFT,
        "can_submit": policies.can_submit(actor, found),
        "can_withdraw": policies.can_withdraw(actor, found),
        "head_role": policies.head_opinion_role(actor, found),
        "head": collabs.speakers_of([found.project.initiator_id])[found.project.initiator_id],
        "formats": FORMATS,
        "saved_at": found.saved_at if found.version > 1 else None,
        **_aside(found),
        **_files(actor, found),
    }


@page(Who.PERSON)
def collab_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """What stands beside the form: what is still missing, and the paper as it would be printed now."""
    actor = actor_of(request)
    found = _reach(actor, pk)
    return render(request, "alignment/collab_aside.html", {"collab": found, "project": found.project, **_aside(found)})


def _aside(found: CollabRequest) -> dict[str, Any]:
    lacking = missing_for_submission(found, in_full=found.state != CollabState.DRAFT)
    return {
        "lacking": [(_place_words(place), text, _anchor(place)) for place, text in lacking.items()],
        "unknown_years": collabs.unknown_years(collabs.days_named(found)),
        "paper_html": collab_paper.collab_html(found),
    }


def _place_words(place: str) -> str:
    table, _dot, rest = place.partition(".")
    if table in TABLES:
        number, _dot, cell = rest.partition(".")
        words = [str(TABLE_LABELS[table])]
        if number.isdecimal():
            words.append(_("row %(row)s") % {"row": int(number) + 1})
        if cell in TABLES[table].base_fields:
            words.append(str(TABLES[table].base_fields[cell].label))
        return " · ".join(words)
    field = CollabForm.base_fields.get(place)
    return str(field.label) if field else place


def _anchor(place: str) -> str:
    table, _dot, rest = place.partition(".")
    number, _dot, cell = rest.partition(".")
    if number.isdecimal() and cell:
        return f"id_{table}-{number}-{cell}"
    return f"part-{table}" if table in KEYS else table


# ---------------------------------------------------------------- what was sent


@dataclass(frozen=True)
class Talk:
    """What is asked of one department, what was said about it, and who may speak now."""

    ask: Ask
    replies: list[Reply]
    speakers: collabs.Speakers
    condition: str
    mine: bool
    can_reply: bool
    can_answer: bool
    is_overdue: bool

    @property
    def last(self) -> Reply | None:
        """The latest step that was really taken."""
        steps = [reply for reply in self.replies if not reply.is_prepared]
        return steps[-1] if steps else None


def talk_about(actor: Actor, ask: Ask, speakers: collabs.Speakers) -> Talk:
    """The talk with one department as this actor sees it."""
    replies = list(ask.replies.all())
    return Talk(
        ask=ask,
        replies=replies,
        speakers=speakers,
        condition=collabs.agreed_condition(ask, replies),
        mine=ask.department_id in actor.department_ids | actor.headed_ids
        or actor.speaks_for(ask.department_id, policies.REPLY_SCOPE),
        can_reply=policies.can_reply(actor, ask) and ask.state in {AskState.WAITING, AskState.CLARIFY},
        can_answer=policies.can_answer(actor, ask),
        is_overdue=bool(ask.reply_due_at and ask.reply_due_at < clock.now()),
    )


def _shown(request: HttpRequest, actor: Actor, found: CollabRequest) -> dict[str, Any]:
    asks = collabs.asks_of(found)
    speakers = collabs.speakers_of({ask.department_id for ask in asks})
    talks = [talk_about(actor, ask, speakers[ask.department_id]) for ask in asks]
    talks.sort(key=lambda talk: (talk.ask.state == AskState.WITHDRAWN, not talk.mine))
    asked = [talk for talk in talks if talk.ask.state != AskState.WITHDRAWN]
    return {
        "collab": found,
        "project": found.project,
        "talks": talks,
        "asked_count": len(asked),
        "accepted_count": sum(talk.ask.state == AskState.ACCEPTED for talk in asked),
        "can_amend": policies.can_amend(actor, found),
        "can_withdraw": policies.can_withdraw(actor, found),
        "opinions": [
            {"field": field, "label": label, "text": getattr(found, field), "sign": found.opinion_signs.get(field)}
            for field, label in OPINION_LABELS.items()
            if policies.can_give_opinion(actor, found, field)
        ],
        "formats": FORMATS,
        "paper_html": "" if request.headers.get("HX-Request") else collab_paper.collab_html(found),
        **_files(actor, found),
    }


OPINION_LABELS = {
    "dept_head_opinion": gettext_lazy("Opinion of the initiating department's head"),
    "executive_opinion": gettext_lazy("Opinion of the executive"),
}


@page(Who.PERSON, "POST")
def collab_opinion(request: HttpRequest, pk: int) -> HttpResponse:
    """The head or the sponsor writes their opinion into its place."""
    actor = actor_of(request)
    found = _reach(actor, pk)
    try:
        text = str(WordsField(4000).clean(request.POST.get("text", "")))
    except ValidationError as refusal:
        raise InvalidInput({"text": list(refusal.messages)}) from refusal
    give_opinion(pk, request.POST.get("opinion", ""), text, by=actor)
    messages.success(request, _("Your opinion is in the form, with your name."))
    return redirect(found)


@page(Who.PERSON, "POST")
def collab_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes the request back (or throws the draft away), with the reason."""
    actor = actor_of(request)
    found = _reach(actor, pk)
    withdraw_collab(pk, request.POST.get("reason", "") or _draft_reason(found), by=actor)
    messages.success(request, _("Withdrawn."))
    return redirect("alignment:list")


def _draft_reason(found: CollabRequest) -> str:
    return _("Draft discarded") if found.state == CollabState.DRAFT else ""


# ---------------------------------------------------------------- paper, files, import


@page(Who.PERSON)
def collab_paper_file(request: HttpRequest, pk: int, fmt: str) -> HttpResponse:
    """The form as Word, Excel or PDF, in the reader's language."""
    found = _reach(actor_of(request), pk)
    if fmt not in FORMATS:
        raise NotFound
    try:
        name, data = collab_paper.collab_file(found, fmt)
    except MissingGlyph as failure:
        messages.error(request, str(failure.message))
        return redirect(found)
    return as_download(data, name, CONTENT_TYPES[fmt])  # type: ignore[index]


@page(Who.PERSON, "POST")
def collab_attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Attaches files; each is judged by itself, and the refused ones are named."""
    actor = actor_of(request)
    found = _reach(actor, pk)
    require(policies.can_edit_draft(actor, found) or policies.can_amend(actor, found))
    for upload in request.FILES.getlist("files")[:20]:
        try:
            attach_file(pk, collab_paper.attachment_slot(found), upload.name or "", _bytes(upload), by=actor)
        except FileRefused as refusal:
            messages.error(request, f"{upload.name}: {refusal.message}")
    return redirect(_back(found))


@page(Who.PERSON, "POST")
def collab_detach(request: HttpRequest, pk: int, file_id: int) -> HttpResponse:
    """Takes an attachment away."""
    actor = actor_of(request)
    found = _reach(actor, pk)
    if file_id not in {file.pk for file in collab_paper.attachments_of(found)}:
        raise NotFound
    remove_file(file_id, by=actor)
    return redirect(_back(found))


@page(Who.PERSON, "POST")
def collab_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Reads a filled .xlsx into the draft: all of it, or nothing and a list of what is wrong, cell by cell."""
    actor = actor_of(request)
    found = _reach(actor, pk)
    require(policies.can_edit_draft(actor, found))
    upload = request.FILES.get("file")
    problems: list[Any] = []
    refused = "" if upload else _("Choose a file first")
    if upload is not None:
        try:
            read = read_collab(found, _bytes(upload))
            problems = list(read.problems)
            if not problems:
                save_collab(pk, read.draft, by=actor, source=(upload.name or "")[:200])
                messages.success(request, _("The file was read into the draft."))
                return redirect(found)
        except FileRefused as refusal:
            refused = str(refusal.message)
        except InvalidInput as refusal:
            problems = [
                {"cell": "", "place": _place_words(place), "text": str(text)}
                for place, texts in refusal.fields.items()
                for text in texts
            ]
    context = {"collab": found, "project": found.project, "problems": problems, "refused": refused, "file": upload}
    return render(request, "alignment/collab_import.html", context, status=422)


def _bytes(upload: UploadedFile[bytes]) -> bytes:
    """At most one byte more than is allowed, so that what is too large is refused without being read whole."""
    return bytes(upload.read(settings.LARGEST_UPLOAD_BYTES + 1))


def _files(actor: Actor, found: CollabRequest) -> dict[str, Any]:
    return {
        "files": collab_paper.attachments_of(found),
        "can_attach": policies.can_edit_draft(actor, found) or policies.can_amend(actor, found),
        "largest_upload": settings.LARGEST_UPLOAD_BYTES,
    }


def _back(found: CollabRequest) -> str:
    return found.get_absolute_url() + "#part-files"


# ---------------------------------------------------------------- shared


def _reach(actor: Actor, project_id: int) -> CollabRequest:
    """The request of a project the actor may see; a draft is seen by those who write it."""
    if not 0 < project_id < 2**63:
        raise NotFound
    found = collabs.collabs_for(actor).filter(project_id=project_id).first()
    if found is None or not policies.can_see_draft(actor, found):
        raise NotFound
    return found


def _speak_of(paper: CollabPaper, clash: StaleWrite) -> None:
    """Turns places of the request into controls of this page, with names and texts as people read them."""
    base = dict(base_of(clash.current))
    sent = paper.read_base()
    for place in clash.mine:
        sent[place] = base.get(place, "")
    controls = {place: paper.control_of(place) for place in clash.mine}
    clash.labels = {controls[place]: paper.label_of(place) for place in clash.mine}
    keyed = {place for place in clash.mine if _is_keyed(place)}
    clash.shown = {
        controls[place]: (paper.shown(place, clash.mine[place]), paper.shown(place, clash.theirs[place]))
        for place in keyed
    }
    clash.hidden = {"base": paper.pack(sent)}
    clash.theirs = {controls[place]: paper.typed(place, text) for place, text in clash.theirs.items()}
    clash.mine = {controls[place]: paper.typed(place, text) for place, text in clash.mine.items()}


def _is_keyed(place: str) -> bool:
    """Places whose text is a key of something chosen."""
    name = place.rpartition(".")[2]
    return name.endswith("_id") or name in {"type", "urgency", "tailoring", "is_confidential"}


def _table_errors(paper: CollabPaper) -> dict[str, list[str]]:
    return {f"{table}-TOTAL_FORMS": texts for table, texts in paper.table_errors.items()}


def _fields_for_browser(paper: CollabPaper, written: Written) -> dict[str, str]:
    """Hidden keys of new rows, what others changed, and what the writer has now read."""
    values: dict[str, str] = {}
    for table, keys in written.keys.items():
        if KEYS[table] == "id":
            for prefix, key in zip(paper.row_prefixes(table), keys, strict=True):
                values[f"{prefix}-id"] = str(key or "")
    now = places_of(written.collab)
    for place, text in written.fresh.items():
        values[paper.control_of(place)] = paper.typed(place, text)
    values["base"] = paper.pack(paper.base_after(written, now))
    return values
