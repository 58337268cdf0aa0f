"""Pages of the memorandum: read, write, send, amend, compare, download."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.errors import InvalidInput, TransitionNotAllowed, require
from tongzhou.core.pages import Who, actor_of, add_errors, page
from tongzhou.documents.differences import differences
from tongzhou.documents.render.html import render_html
from tongzhou.documents.standard_forms import Table
from tongzhou.projects.queries import projects_for
from tongzhou.signoff.queries import picture_of
from tongzhou.signoff.states import RoundState

from .. import files, policies, queries, services
from ..documents import MEMORANDUM
from ..forms.memoranda import MemorandumForms, ReasonForm
from ..models import BreachClause, Memorandum, MemorandumEdition
from ..queries.memoranda import DRAWN, commitments_url, objectives_url
from ..states import MemorandumState

NOW = "now"
# A worker that died leaves nothing behind: after this long the work may be started again by hand.
SEALING_TAKES = timedelta(minutes=2)


@page(Who.PERSON)
def memorandum(request: HttpRequest, project_id: int) -> HttpResponse:
    """The memorandum as it stands: what it still lacks, who has signed, the text, its versions."""
    actor = actor_of(request)
    project = reach(projects_for(actor).select_related("lead", "initiator", "sponsor"), project_id)
    found = queries.memoranda_for(actor).filter(project=project).first()
    if found is None:
        context = {"project": project, "may_compose": policies.can_compose_memorandum(actor, project)}
        return render(request, "alignment/memorandum_none.html", context)
    _listen(request, found)
    newest = queries.newest_edition(found)
    context = _state(request, found)
    if found.state == MemorandumState.DRAFT or newest is None:
        shown = queries.draft_paper(found, _language())
    else:
        shown = queries.edition_paper(newest, _language())
    context["paper"] = render_html(shown)
    if "state" in request.GET:
        return render(request, "alignment/memorandum_live.html", {**context, "live_again": True})
    return render(request, "alignment/memorandum.html", context)


@page(Who.PERSON, "POST")
def compose(request: HttpRequest, project_id: int) -> HttpResponse:
    """Draws the first text."""
    services.create_memorandum(project_id, by=actor_of(request))
    messages.success(request, _("The memorandum is composed. Read it through, complete it, then send it for signing."))
    return redirect("alignment:memorandum_edit", project_id)


@page(Who.PERSON, "GET", "POST")
def edit(request: HttpRequest, project_id: int) -> HttpResponse:
    """Writing the text like a document, with the paper beside it."""
    actor = actor_of(request)
    found = queries.reach_memorandum(actor, project_id)
    require(policies.can_compose_memorandum(actor, found.project))
    if found.state != MemorandumState.DRAFT:
        raise TransitionNotAllowed(_("This version is being signed or is signed. Begin a new version to change it."))
    form = MemorandumForms(found, queries.signing_order(found), request.POST if request.method == "POST" else None)
    if request.method == "GET":
        return _edit_page(request, found, form)
    if not form.is_valid():
        return _edit_page(request, found, form, status=422)
    terms, stages = form.terms(), form.terms_form.stages()
    here = reverse("alignment:memorandum_edit", args=[project_id])
    try:
        if "draw_resources" in request.POST:
            services.draw_resources_again(project_id, form.version, terms, by=actor)
            return redirect(f"{here}#resource_commitments")
        clause = _chosen_clause(request)
        if clause is not None:
            terms["breach_clauses"].append(clause)
        services.save_memorandum(project_id, form.version, terms, stages=stages, by=actor)
    except InvalidInput as refusal:
        form.add_errors(refusal)
        return _edit_page(request, found, form, status=422)
    if clause is not None:
        return redirect(f"{here}#breach_clauses")
    messages.success(request, _("Saved."))
    return redirect("alignment:memorandum", project_id)


@page(Who.PERSON, "POST")
def autosave(request: HttpRequest, project_id: int) -> HttpResponse:
    """Saves while somebody writes; the answer keeps the form's version up to date."""
    actor = actor_of(request)
    found = queries.reach_memorandum(actor, project_id)
    require(policies.can_compose_memorandum(actor, found.project))
    form = MemorandumForms(found, queries.signing_order(found), request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors()}, status=422)
    try:
        saved = services.save_memorandum(
            project_id, form.version, form.terms(), stages=form.terms_form.stages(), by=actor
        )
    except InvalidInput as refusal:
        form.add_errors(refusal)
        return JsonResponse({"errors": form.errors()}, status=422)
    return JsonResponse({"version": saved.version, "saved_at": f"{clock.local_now():%H:%M}"})


@page(Who.PERSON)
def paper(request: HttpRequest, project_id: int) -> HttpResponse:
    """The paper alone, for the preview beside the form."""
    found = queries.reach_memorandum(actor_of(request), project_id)
    return render(request, "alignment/memorandum_paper.html", _preview(found))


@page(Who.PERSON)
def download(request: HttpRequest, project_id: int, fmt: str) -> HttpResponse:
    """The newest text as Word, Excel or PDF: the draft while there is one, else the version that was sent last."""
    found = queries.reach_memorandum(actor_of(request), project_id)
    return files.newest_file(found, fmt)


@page(Who.PERSON, "POST")
def send(request: HttpRequest, project_id: int) -> HttpResponse:
    """Sends the text for signing: from now on it is frozen."""
    actor = actor_of(request)
    version = request.POST.get("version", "")
    try:
        edition = services.open_signing(project_id, int(version) if version.isdecimal() else 0, by=actor)
    except InvalidInput as refusal:
        for text in (text for texts in refusal.fields.values() for text in texts):
            messages.error(request, str(text))
    else:
        words = _("Version %(number)s is out for signing. Everybody whose turn it is has been told.")
        messages.success(request, words % {"number": edition.number})
    return redirect("alignment:memorandum", project_id)


@page(Who.PERSON, "GET", "POST")
def amend(request: HttpRequest, project_id: int) -> HttpResponse:
    """Takes the version back with a reason and begins a new one."""
    actor = actor_of(request)
    found = queries.reach_memorandum(actor, project_id)
    require(policies.can_compose_memorandum(actor, found.project))
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.amend_memorandum(project_id, form.cleaned_data["reason"], by=actor)
        except InvalidInput as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("A new version has begun. The old one stays readable with its signatures."))
            return redirect("alignment:memorandum_edit", project_id)
    edition = queries.newest_edition(found)
    context = {
        "project": found.project,
        "memorandum": found,
        "form": form,
        "picture": picture_of(edition.round, actor) if edition and edition.round else None,
    }
    return render(request, "alignment/memorandum_amend.html", context, status=422 if form.errors else 200)


@page(Who.PERSON)
def edition(request: HttpRequest, project_id: int, number: int) -> HttpResponse:
    """One version as it was signed, with its signatures."""
    actor = actor_of(request)
    found = queries.reach_edition(actor, project_id, number)
    _listen(request, found.memorandum)
    context = {
        "project": found.memorandum.project,
        "memorandum": found.memorandum,
        "edition": found,
        "picture": picture_of(found.round, actor) if found.round else None,
        "paper": render_html(queries.edition_paper(found, _language())),
        "seal": _seal(found, found.memorandum.project_id),
        "verify_url": queries.verify_url(found.verify_code),
        "is_newest": found.number == found.memorandum.edition_number,
    }
    return render(request, "alignment/memorandum_edition.html", context)


@page(Who.PERSON)
def edition_file(request: HttpRequest, project_id: int, number: int, fmt: str) -> HttpResponse:
    """A version as a file. ``pdf`` is the sealed one once it is there, ``exact`` the one that was shown for signing."""
    return files.edition_file(queries.reach_edition(actor_of(request), project_id, number), fmt)


@page(Who.PERSON, "GET", "POST")
def seal(request: HttpRequest, project_id: int, number: int) -> HttpResponse:
    """How far the sealed PDF is; a POST starts the work again after a failure."""
    actor = actor_of(request)
    if request.method == "POST":
        services.seal_again(project_id, number, by=actor)
        return redirect("alignment:memorandum", project_id)
    found = queries.reach_edition(actor, project_id, number)
    return render(request, "alignment/memorandum_seal.html", {"seal": _seal(found, project_id), "edition": found})


@page(Who.PERSON)
def compare(request: HttpRequest, project_id: int) -> HttpResponse:
    """What changed between any two versions, the draft included."""
    actor = actor_of(request)
    found = queries.reach_memorandum(actor, project_id)
    versions = _versions(found)
    keys = list(versions)
    new = request.GET.get("to", "") if request.GET.get("to", "") in versions else keys[-1]
    earlier = [key for key in keys if key != new] or [new]
    old = request.GET.get("from", "") if request.GET.get("from", "") in versions else earlier[-1]
    context = {
        "project": found.project,
        "memorandum": found,
        "versions": [{"key": key, "label": label} for key, (label, _document) in versions.items()],
        "old": old,
        "new": new,
        "old_label": versions[old][0],
        "new_label": versions[new][0],
        "changes": differences(MEMORANDUM, versions[old][1], versions[new][1], _language()) if old != new else (),
    }
    return render(request, "alignment/memorandum_compare.html", context)


# ---------------------------------------------------------------- what the pages share


def _language() -> str:
    return get_language() or "zh-hans"


def _listen(request: HttpRequest, found: Memorandum) -> None:
    topics = [f"memorandum-{found.pk}", f"project-{found.project_id}"]
    edition = queries.newest_edition(found)
    if edition is not None and edition.round_id is not None:
        topics.append(f"round-{edition.round_id}")
    request.live_topics = tuple(topics)  # type: ignore[attr-defined]


def _state(request: HttpRequest, found: Memorandum) -> dict[str, Any]:
    actor = actor_of(request)
    editions = list(queries.editions_of(found))
    edition = editions[-1] if editions else None
    draft = found.state == MemorandumState.DRAFT
    may_edit = policies.can_edit_memorandum(actor, found)
    missing = queries.missing_for_signing(found) if draft else []
    current = edition if not draft else None
    return {
        "project": found.project,
        "memorandum": found,
        "edition": edition,
        "editions": list(reversed(editions)),
        "may_edit": may_edit,
        "may_amend": policies.can_amend_memorandum(actor, found),
        "missing": [{"text": lack.text, "url": lack.link} for lack in missing],
        "order": queries.signing_order(found) if draft else [],
        "picture": picture_of(current.round, actor) if current and current.round else None,
        "seal": _seal(current, found.project_id) if current else None,
        "verify_url": queries.verify_url(current.verify_code) if current else "",
    }


def _seal(edition: MemorandumEdition, project_id: int) -> dict[str, Any] | None:
    """Where the sealed PDF stands; None while not everybody has signed."""
    round = edition.round
    signed = round is not None and round.state in {RoundState.AGREED, RoundState.OUTDATED} and round.closed_at
    if round is None or not signed or (edition.sealed_pdf is None and round.state == RoundState.OUTDATED):
        return None
    waited = clock.now() - (round.closed_at or clock.now())
    done, failed = edition.sealed_pdf is not None, bool(edition.seal_problem) and edition.sealed_pdf is None
    address = reverse("alignment:memorandum_seal", args=[project_id, edition.number])
    return {
        "url": address,
        "done": done,
        "failed": failed,
        "problem": edition.seal_problem,
        "is_slow": not done and not failed and waited > SEALING_TAKES,
        "result_url": reverse("alignment:memorandum_edition_file", args=[project_id, edition.number, "pdf"]),
        "at": edition.sealed_at,
        "file": edition.sealed_pdf,
    }


def _edit_page(request: HttpRequest, found: Memorandum, form: MemorandumForms, status: int = 200) -> HttpResponse:
    _listen(request, found)
    drawn = queries.document_of(found, number=found.edition_number + 1, day=clock.today())["content"]
    links = {
        "parties": found.project.get_absolute_url(),
        "goals": objectives_url(found.project),
        "duties": commitments_url(found.project),
    }
    sections = []
    for section in MEMORANDUM.sections:
        parts: list[dict[str, Any]] = []
        for part in section.parts:
            if part.key in DRAWN and isinstance(part, Table):
                rows = [
                    [(row.get(column.key, ""), column.kind == "date") for column in part.columns]
                    for row in drawn[part.key]
                ]
                parts.append({"kind": "drawn", "part": part, "rows": rows, "url": links[part.key]})
            elif part.key in form.tables:
                parts.append({"kind": "table", "part": part, "formset": form.tables[part.key]})
            else:
                parts.append({"kind": "field", "part": part, "field": form.terms_form[part.key]})
        sections.append({"title": section.title, "parts": parts})
    used = {row.get("key") for row in found.terms.get("breach_clauses", [])}
    context = {
        "project": found.project,
        "memorandum": found,
        "form": form,
        "sections": sections,
        "clauses": [clause for clause in queries.clause_library() if clause.key not in used],
        **_preview(found),
    }
    return render(request, "alignment/memorandum_edit.html", context, status=status)


def _preview(found: Memorandum) -> dict[str, Any]:
    return {"memorandum": found, "paper": render_html(queries.draft_paper(found, _language()))}


def _chosen_clause(request: HttpRequest) -> dict[str, str] | None:
    if "add_clause" not in request.POST:
        return None
    clause = BreachClause.objects.filter(key=request.POST.get("clause", ""), is_active=True).first()
    if clause is None:
        return None
    return {
        "key": clause.key,
        "condition": clause.condition,
        "evidence": clause.evidence,
        "consequence": clause.consequence,
        "arbiter": clause.arbiter,
    }


def _versions(found: Memorandum) -> dict[str, tuple[str, dict[str, Any]]]:
    """Every version that can be compared: the frozen ones, and the draft."""
    versions = {str(edition.number): (f"V{edition.number}", edition.content) for edition in queries.editions_of(found)}
    if found.state == MemorandumState.DRAFT or not versions:
        number = found.edition_number + 1
        document = queries.document_of(found, number=number, day=clock.today())
        versions[NOW] = (_("Draft of V%(number)s") % {"number": number}, document)
    return versions
