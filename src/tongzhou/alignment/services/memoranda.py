"""备忘录: composing, writing, sending for signing, amending, completing, sealing."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from tongzhou.cadence.services import call_off, plan_occasion
from tongzhou.calendars.queries import add_working_days
from tongzhou.core import clock, files, keys
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import Conflict, InvalidInput, StaleWrite, TransitionNotAllowed, require
from tongzhou.core.events import events_of, record
from tongzhou.core.transitions import move
from tongzhou.core.verify import head_line
from tongzhou.core.versions import save_version
from tongzhou.documents.canonical import digest as digest_of
from tongzhou.documents.fonts import MissingGlyph
from tongzhou.documents.paper import Extras, SignatureEntry, lay_out
from tongzhou.documents.services import keep_file
from tongzhou.meetings.models import ResourceStatement
from tongzhou.meetings.states import MeetingKind, MeetingState
from tongzhou.projects.models import Project
from tongzhou.projects.queries import projects_for
from tongzhou.projects.services import agree_commitments, freeze_goals, reopen_commitments, unfreeze_goals
from tongzhou.projects.states import OPEN
from tongzhou.signoff.models import Round
from tongzhou.signoff.services import open_round, outdate_rounds

from .. import policies, queries
from ..documents import MEMORANDUM
from ..models import BreachClause, Memorandum, MemorandumEdition
from ..queries.memoranda import DATES, KIND, PROSE, SCOPE, STANDING, TABLES, SigningPlace
from ..states import AMEND, COMPLETE, OPEN_SIGNING, MemorandumState

CHANGED = "alignment.memorandum.changed"
SEAL_AGAIN = "alignment.memorandum.seal_requested"
REMIND, ESCALATE = "alignment.memorandum.remind", "alignment.memorandum.escalate"
LONGEST_PROSE, LONGEST_CELL, MOST_ROWS, MOST_STAGES = 20_000, 2_000, 60, 20
DAYS_AFTER_THE_END = 30
PDF = "application/pdf"
# Units of commitments that are people or money: they stand among the resources promised as well.
RESOURCE_UNITS = {"人", "名", "人天", "元", "万元", "台", "间", "person", "persons", "people", "CNY", "RMB"}


@act
def create_memorandum(project_id: int, *, by: Actor) -> Memorandum:
    """Draws a first text from what the project knows: parties, goals, duties, resources, communication, usual clauses."""
    project = reach(projects_for(by), project_id, lock=True)
    require(policies.can_compose_memorandum(by, project))
    if queries.memorandum_of(project) is not None:
        raise Conflict(_("This project has a memorandum already"))
    moment = clock.now()
    with translation.override(settings.LANGUAGE_CODE):
        terms = _usual_terms(project)
    memorandum = Memorandum.objects.create(project=project, terms=terms, stages=[], created_at=moment, saved_at=moment)
    record(by, "alignment.memorandum.composed", memorandum, after={"terms": terms})
    return memorandum


@act
def save_memorandum(
    project_id: int,
    version: int | None,
    terms: Mapping[str, Any],
    *,
    by: Actor,
    stages: list[dict[str, Any]] | None = None,
) -> Memorandum:
    """Writes the parts of the text that are given; what is not given stays.

    Raises ``StaleWrite`` part by part when somebody saved since ``version``, so that nobody loses a word.
    """
    memorandum = _locked(project_id, by)
    _require_draft(by, memorandum)
    mine: dict[str, Any] = _checked_terms(terms)
    if stages is not None:
        mine["stages"] = _checked_stages(memorandum.project, stages)
    if version is not None and version != memorandum.version:
        mine = _merged(memorandum, version, mine)
    now = {**memorandum.terms, "stages": memorandum.stages}
    before = {key: now.get(key) for key, value in mine.items() if now.get(key) != value}
    if before:
        written = {**now, **mine}
        stages = written.pop("stages")
        save_version(memorandum, memorandum.version, {"terms": written, "stages": stages, "saved_at": clock.now()})
        after = {key: mine[key] for key in before}
        record(by, CHANGED, memorandum, before=before, after=after, data={"version": memorandum.version})
    return memorandum


@act
def draw_resources_again(project_id: int, version: int | None, terms: Mapping[str, Any], *, by: Actor) -> Memorandum:
    """Draws resources promised anew from the kickoff's statements and the commitments; writes ``terms`` beside it."""
    memorandum = _locked(project_id, by)
    with translation.override(settings.LANGUAGE_CODE):
        rows = _resource_rows(memorandum.project)
    return save_memorandum(project_id, version, {**terms, "resource_commitments": rows}, by=by)


# ---------------------------------------------------------------- sending for signing


@dataclass(frozen=True, slots=True)
class _Prepared:
    """An edition drawn before the transaction: what would be frozen, and its PDF."""

    document: dict[str, Any]
    digest: str
    places: list[SigningPlace]
    code: str
    pdf: bytes


class _Moved(Exception):
    """The project changed while the PDF was being drawn."""


def open_signing(project_id: int, version: int | None, *, by: Actor) -> MemorandumEdition:
    """Freezes goals and text into an edition with its exact PDF and asks every party to sign it.

    The PDF is drawn before the transaction, which only takes it if nothing changed meanwhile: what is signed is
    exactly what was drawn. Raises ``InvalidInput`` with everything that is missing.
    """
    for _attempt in range(3):
        prepared = _prepared(project_id, version, by)
        files.store(prepared.pdf)
        try:
            return _open(project_id, version, prepared, by=by)
        except _Moved:
            continue
    raise Conflict(_("The project is being changed at this moment. Please try again."))


def _prepared(project_id: int, version: int | None, by: Actor) -> _Prepared:
    memorandum = queries.reach_memorandum(by, project_id)
    _require_sendable(by, memorandum, version)
    document = queries.document_of(memorandum, number=memorandum.edition_number + 1, day=clock.today())
    digest = digest_of(document)
    places = queries.signing_order(memorandum)
    code = secrets.token_urlsafe(24)
    entries = tuple(SignatureEntry(dept=_place_name(place)) for place in places)
    try:
        pdf, _places = _drawn(document, digest, code, entries)
    except MissingGlyph as failure:
        raise InvalidInput({"__all__": failure.message}) from failure
    return _Prepared(document, digest, places, code, pdf)


@act
def _open(project_id: int, version: int | None, prepared: _Prepared, *, by: Actor) -> MemorandumEdition:
    memorandum = _locked(project_id, by)
    _require_sendable(by, memorandum, version)
    number = memorandum.edition_number + 1
    if (
        digest_of(queries.document_of(memorandum, number=number, day=clock.today())) != prepared.digest
        or queries.signing_order(memorandum) != prepared.places
    ):
        raise _Moved
    project = memorandum.project
    pdf = keep_file(
        prepared.pdf,
        name=_file_name(prepared.document),
        media_type=PDF,
        slot=f"memorandum:{memorandum.pk}",
        project_id=project.pk,
        by=by,
    )
    due_at = add_working_days(clock.local_now(), settings.SIGNING_WORKING_DAYS)
    round = open_round(
        KIND,
        memorandum.pk,
        title=_("Memorandum of %(project)s, V%(number)s") % {"project": project.name, "number": number},
        content={**prepared.document, "edition": number, "pdf_sha256": pdf.sha256},
        signatories=[
            (place.stage, place.department.pk if place.department else None, place.person.pk if place.person else None)
            for place in prepared.places
        ],
        scope=SCOPE,
        project_id=project.pk,
        subject_version=number,
        due_at=due_at,
        needs_fresh_identity=True,
        pdf_digest=pdf.sha256,
        by=by,
    )
    edition = MemorandumEdition.objects.create(
        memorandum=memorandum,
        number=number,
        content=prepared.document,
        digest=prepared.digest,
        pdf=pdf,
        round=round,
        reason=memorandum.amend_reason,
        verify_code=prepared.code,
        at=clock.now(),
    )
    freeze_goals(project.pk, by=by)
    move(memorandum, OPEN_SIGNING)
    save_version(memorandum, None, {"edition_number": number, "amend_reason": ""})
    if settings.SIGNING_WORKING_DAYS > 1:
        remind_at = add_working_days(clock.local_now(), settings.SIGNING_WORKING_DAYS - 1)
        plan_occasion(REMIND, edition, remind_at, project_id=project.pk)
    plan_occasion(ESCALATE, edition, due_at, project_id=project.pk, data={"step": 0})
    facts = {"edition": number, "digest": edition.digest, "pdf": pdf.sha256, "round": round.pk}
    record(by, "alignment.memorandum.opened_for_signing", memorandum, after=facts)
    return edition


def lock_for_signing(memorandum_id: int, *, by: Actor) -> None:
    """First step of every signature: locks project and memorandum in the order all acts do, refuses a stopped project."""
    memorandum = reach(queries.memoranda_for(by), memorandum_id)
    project = reach(projects_for(by), memorandum.project_id, lock=True)
    if project.phase not in OPEN:
        raise TransitionNotAllowed(_("The project is suspended or over; nothing is signed in it now"))
    Memorandum.objects.select_for_update(of=("self",)).get(pk=memorandum_id)


@act
def complete_memorandum(memorandum_id: int, *, by: Actor) -> Memorandum:
    """Every party has signed: the memorandum is in force, what was proposed is agreed."""
    memorandum = Memorandum.objects.select_for_update(of=("self",)).get(pk=memorandum_id)
    move(memorandum, COMPLETE)
    agree_commitments(memorandum.project_id, by=by)
    _call_off(memorandum)
    record(by, "alignment.memorandum.completed", memorandum, after={"edition": memorandum.edition_number})
    return memorandum


@act
def decline_memorandum(memorandum_id: int, reason: str, *, by: Actor) -> Memorandum:
    """A party has declined: the text is a draft again, its goals may be changed, the reason stays visible."""
    memorandum = Memorandum.objects.select_for_update(of=("self",)).get(pk=memorandum_id)
    _reopen(memorandum, reason, by)
    record(by, "alignment.memorandum.declined", memorandum, after={"reason": reason})
    return memorandum


@act
def amend_memorandum(project_id: int, reason: str, *, by: Actor) -> Memorandum:
    """Begins a new version of a memorandum that is being signed or is signed.

    Its signatures stay readable with the old version and no longer count; goals and commitments may change again.
    """
    memorandum = _locked(project_id, by)
    if memorandum.state == MemorandumState.DRAFT:
        raise TransitionNotAllowed(_("This is a draft: it can be changed as it is"))
    require(policies.can_amend_memorandum(by, memorandum))
    reason = reason.strip()
    if not reason:
        raise InvalidInput({"reason": _("Please give the reason")})
    if len(reason) > LONGEST_CELL:
        raise InvalidInput({"reason": _("At most %(count)s characters") % {"count": LONGEST_CELL}})
    before = memorandum.state
    outdate_rounds(KIND, memorandum.pk, by=by)
    _reopen(memorandum, reason, by)
    reopen_commitments(project_id, by=by)
    record(by, "alignment.memorandum.amended", memorandum, before={"state": before}, after={"reason": reason})
    return memorandum


def _reopen(memorandum: Memorandum, reason: str, by: Actor) -> None:
    move(memorandum, AMEND)
    save_version(memorandum, None, {"amend_reason": reason, "saved_at": clock.now()})
    unfreeze_goals(memorandum.project_id, by=by)
    _call_off(memorandum)


def _call_off(memorandum: Memorandum) -> None:
    edition = queries.newest_edition(memorandum)
    if edition is not None:
        call_off(edition)


# ---------------------------------------------------------------- the sealed PDF


def seal_edition(edition_id: int, *, by: Actor) -> MemorandumEdition:
    """Makes the sealed PDF of a version that everybody has signed; made once, however often this runs.

    Signatures, the head of the event log and the verification address are printed on it; the seal (PAdES) is checked
    before it is kept. Nothing is locked while it is drawn. A failure is noted on the edition and raised.
    """
    edition = MemorandumEdition.objects.select_related("memorandum__project", "round", "sealed_pdf").get(pk=edition_id)
    if edition.sealed_pdf_id is not None:
        return edition
    round = edition.round
    if round is None or round.decisions.count() == 0 or round.signatories.filter(decision__isnull=True).exists():
        raise TransitionNotAllowed(_("Not everybody has signed this version"))
    try:
        sealed = _sealed(edition, round)
        files.store(sealed)
    except Exception as failure:
        _note_problem(edition.pk, f"{type(failure).__name__}: {failure}"[:300], by=by)
        raise
    return _keep_sealed(edition.pk, sealed, by=by)


def _sealed(edition: MemorandumEdition, round: Round) -> bytes:
    from tongzhou.documents.seal import check_seal, load_or_make_key, seal_pdf

    document = edition.content
    key = load_or_make_key(keys.key_folder(), settings.TONGZHOU_COMPANY_NAME)
    with translation.override(settings.LANGUAGE_CODE):
        pdf, places = _drawn(
            document, edition.digest, edition.verify_code, queries.signature_entries(round), head_line()
        )
        stamp = (
            settings.TONGZHOU_COMPANY_NAME,
            _("Electronic seal"),
            f"{document['head']['doc_no']} {document['head']['version']}",
            f"{clock.local_now():%Y-%m-%d %H:%M}",
        )
        sealed = seal_pdf(pdf, key, _("All parties have signed"), place=places.get("seal"), stamp=stamp)
    report = check_seal(sealed, key)
    if not report.valid:
        raise RuntimeError(f"the seal does not hold: {', '.join(report.problems)}")
    return sealed


@act
def seal_again(project_id: int, number: int, *, by: Actor) -> MemorandumEdition:
    """Asks for the sealed PDF of a version once more, after a failure; made once, however often it is asked for."""
    edition = queries.reach_edition(by, project_id, number)
    require(policies.can_compose_memorandum(by, edition.memorandum.project))
    if edition.round is None or edition.round.signatories.filter(decision__isnull=True).exists():
        raise TransitionNotAllowed(_("Not everybody has signed this version"))
    record(by, SEAL_AGAIN, edition.memorandum, after={"edition": number, "edition_id": edition.pk})
    return edition


@act
def _keep_sealed(edition_id: int, sealed: bytes, *, by: Actor) -> MemorandumEdition:
    edition = MemorandumEdition.objects.select_for_update(of=("self",)).get(pk=edition_id)
    if edition.sealed_pdf_id is not None:
        return edition
    memorandum = edition.memorandum
    file = keep_file(
        sealed,
        name=_file_name(edition.content, sealed=True),
        media_type=PDF,
        slot=f"memorandum:{memorandum.pk}",
        project_id=memorandum.project_id,
        by=by,
    )
    edition.sealed_pdf, edition.sealed_at, edition.seal_problem = file, clock.now(), ""
    edition.save(update_fields=["sealed_pdf", "sealed_at", "seal_problem"])
    record(by, "alignment.memorandum.sealed", memorandum, after={"edition": edition.number, "sha256": file.sha256})
    return edition


@act
def _note_problem(edition_id: int, problem: str, *, by: Actor) -> None:
    edition = MemorandumEdition.objects.select_for_update(of=("self",)).get(pk=edition_id)
    if edition.sealed_pdf_id is None:
        edition.seal_problem = problem
        edition.save(update_fields=["seal_problem"])
        record(by, "alignment.memorandum.sealing_failed", edition.memorandum, after={"problem": problem})


def _drawn(
    document: Mapping[str, Any], digest: str, code: str, entries: tuple[SignatureEntry, ...], log_head: str = ""
) -> tuple[bytes, dict[str, Any]]:
    from tongzhou.documents.render.pdf import render_pdf

    extras = Extras(
        company=settings.TONGZHOU_COMPANY_NAME,
        signatures=entries,
        verify_url=queries.verify_url(code),
        digest=digest,
        log_head=log_head or head_line(),
    )
    paper = lay_out(MEMORANDUM, document["content"], document["head"], settings.LANGUAGE_CODE, extras)
    result = render_pdf(paper)
    return result.pdf, result.places


def _place_name(place: SigningPlace) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return str(place.department) if place.department else _("Sponsor")


def _file_name(document: Mapping[str, Any], *, sealed: bool = False) -> str:
    head = document["head"]
    with translation.override(settings.LANGUAGE_CODE):
        mark = f"-{_('signed')}" if sealed else ""
        return f"{MEMORANDUM.title}-{head['project_name'][:60]}-{head['version']}{mark}.pdf"


# ---------------------------------------------------------------- reach and checks


def _locked(project_id: int, by: Actor) -> Memorandum:
    """Project first, then memorandum: the order in which every act takes its locks."""
    project = reach(projects_for(by), project_id, lock=True)
    memorandum = queries.reach_memorandum(by, project_id)
    memorandum = Memorandum.objects.select_for_update(of=("self",)).get(pk=memorandum.pk)
    memorandum.project = project
    return memorandum


def _require_draft(by: Actor, memorandum: Memorandum) -> None:
    require(policies.can_compose_memorandum(by, memorandum.project))
    if not policies.can_edit_memorandum(by, memorandum):
        raise TransitionNotAllowed(_("This version is being signed or is signed. Begin a new version to change it."))


def _require_sendable(by: Actor, memorandum: Memorandum, version: int | None) -> None:
    _require_draft(by, memorandum)
    if version is not None and version != memorandum.version:
        raise Conflict(_("Somebody has changed the text since you opened the page. Please look at it again."))
    missing = queries.missing_for_signing(memorandum)
    if missing:
        raise InvalidInput({"__all__": [lack.text for lack in missing]})
    if not queries.signing_order(memorandum):
        raise InvalidInput({"__all__": _("Nobody is there who could sign")})


def _merged(memorandum: Memorandum, version: int, mine: dict[str, Any]) -> dict[str, Any]:
    """What of ``mine`` is to be written although others saved since ``version``.

    The event log knows what each part was before they did: what I left alone is theirs, what they left alone is mine.
    Where both changed the same part a ``StaleWrite`` shows both, field by field as the form has them.
    """
    now = {**memorandum.terms, "stages": memorandum.stages}
    base = _before_others(memorandum, version)
    kept = {key: value for key, value in mine.items() if base is None or key not in base or base[key] != value}
    both = [key for key, value in kept.items() if (base is None or key in base) and now.get(key) != value]
    if not both:
        return kept
    ours, theirs = _flat({key: kept[key] for key in both}), _flat({key: now.get(key) for key in both})
    names = [name for name in {**ours, **theirs} if ours.get(name, "") != theirs.get(name, "")]
    failure = StaleWrite(
        memorandum,
        {name: ours.get(name, "") for name in names},
        {name: theirs.get(name, "") for name in names},
        memorandum.version,
    )
    failure.labels = {name: _field_label(name) for name in names}
    raise failure


def _before_others(memorandum: Memorandum, version: int) -> dict[str, Any] | None:
    """Each part that was changed since ``version``, as it was then; None when the log cannot tell."""
    steps = []
    for payload in events_of(memorandum).filter(name=CHANGED).order_by("-seq").values_list("payload", flat=True):
        facts = json.loads(payload)
        if facts["data"]["version"] <= version:
            break
        steps.append(facts["before"])
    if not 0 < version < memorandum.version or len(steps) != memorandum.version - version:
        return None
    base: dict[str, Any] = {}
    for before in steps:
        base.update(before)
    return base


def _flat(terms: Mapping[str, Any]) -> dict[str, str]:
    """Terms under the names their form fields have: ``scope``, ``breach_clauses-0-condition``."""
    flat: dict[str, str] = {}
    for key, value in terms.items():
        if key == "stages":
            flat[key] = _stage_words(value or [])
            continue
        if key not in TABLES:
            flat[key] = str(value or "")
            continue
        for number, row in enumerate(value or []):
            for column in TABLES[key]:
                if column != "key":
                    flat[f"{key}-{number}-{column}"] = str(row.get(column, ""))
    return flat


def _field_label(name: str) -> str:
    if name == "stages":
        return _("Order of signing")
    key, _dash, rest = name.partition("-")
    part = MEMORANDUM.part(key)
    if not rest:
        return str(part.label)
    number, _dash, column = rest.partition("-")
    label = next((item.label for item in getattr(part, "columns", ()) if item.key == column), column)
    return f"{part.label} {int(number) + 1} · {label}"


def _stage_words(stages: list[dict[str, Any]]) -> str:
    rows = [f"{row.get('stage')}: {row.get('department') or _('Sponsor')}" for row in stages]
    return "\n".join(rows)


def _checked_terms(terms: Mapping[str, Any]) -> dict[str, Any]:
    problems: dict[str, Any] = {}
    kept: dict[str, Any] = {}
    for key in PROSE:
        if key in terms:
            kept[key] = str(terms[key] or "").replace("\r\n", "\n").strip()
            if len(kept[key]) > LONGEST_PROSE:
                problems[key] = _("At most %(count)s characters") % {"count": LONGEST_PROSE}
    for key in DATES:
        if key in terms:
            kept[key] = _day(terms[key])
            if kept[key] is None:
                problems[key] = _("Give a date such as 2026-06-18")
    for key, columns in TABLES.items():
        if key in terms:
            kept[key] = _checked_rows(key, columns, terms[key], problems)
    start, end = kept.get("valid_from"), kept.get("valid_to")
    if start and end and end < start:
        problems["valid_to"] = _("The end lies before the start")
    if problems:
        raise InvalidInput(problems)
    return kept


def _checked_rows(key: str, columns: tuple[str, ...], rows: Any, problems: dict[str, Any]) -> list[dict[str, str]]:
    if not isinstance(rows, list) or any(not isinstance(row, Mapping) for row in rows):
        problems[key] = _("Give a list of rows")
        return []
    if len(rows) > MOST_ROWS:
        problems[key] = _("At most %(count)s rows") % {"count": MOST_ROWS}
        return []
    kept = []
    used: set[str] = set()
    for number, row in enumerate(rows):
        cells = {column: str(row.get(column) or "").strip() for column in columns}
        if not any(text for column, text in cells.items() if column != "key"):
            continue
        for column, text in cells.items():
            if len(text) > LONGEST_CELL:
                problems[f"{key}-{number}-{column}"] = _("At most %(count)s characters") % {"count": LONGEST_CELL}
        if "key" in cells:
            # The key says which clause of the library a row began as; a row of one's own gets one of its own.
            wanted = cells["key"][:40] or f"own-{number + 1}"
            while wanted in used:
                wanted = f"{wanted[:34]}-{len(used) + 1}"
            used.add(wanted)
            cells["key"] = wanted
        kept.append(cells)
    return kept


def _checked_stages(project: Project, stages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    present = set(project.parties.filter(left_at__isnull=True).values_list("department_id", flat=True))
    kept: list[dict[str, Any]] = []
    seen: set[int] = set()
    for row in stages:
        stage, department = row.get("stage"), row.get("department")
        if not isinstance(stage, int) or not 1 <= stage <= MOST_STAGES:
            raise InvalidInput({"stages": _("A stage is a number from 1 to %(count)s") % {"count": MOST_STAGES}})
        if row.get("sponsor"):
            if project.sponsor_id is None:
                raise InvalidInput({"stages": _("The project has no sponsor")})
            kept.append({"stage": stage, "sponsor": True})
        elif department in present and department not in seen:
            seen.add(department)
            kept.append({"stage": stage, "department": department})
        else:
            raise InvalidInput({"stages": _("Choose departments that take part, each once")})
    return kept


def _day(value: Any) -> str | None:
    if value in (None, ""):
        return ""
    if isinstance(value, date):
        return value.isoformat()
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        return None


# ---------------------------------------------------------------- the usual text


def _usual_terms(project: Project) -> dict[str, Any]:
    end = project.ends_on
    lead = project.lead.name
    return {
        "scope": "",
        "out_of_scope": "",
        "resource_commitments": _resource_rows(project),
        "communication_plan": [
            {
                "kind": _("Daily communication"),
                "frequency": _("Every working day"),
                "time": _("by 17:00"),
                "form": _("Project group: progress of today, plan for tomorrow"),
                "owner": _("Contact persons of the departments"),
            },
            {
                "kind": _("Weekly sync meeting"),
                "frequency": _("Every Friday"),
                "time": "15:00",
                "form": _("Weekly sync; reports of the departments beforehand"),
                "owner": lead,
            },
            {
                "kind": _("Emergency communication"),
                "frequency": _("At any time"),
                "time": _("Answer within 2 hours, solution decided within 15 minutes of the emergency meeting"),
                "form": _("Telephone and emergency meeting"),
                "owner": _("Head of the department concerned"),
            },
        ],
        "change_rule": _(
            "Whoever needs to change goals, deadlines or resources files a change request. It takes effect once the heads "
            "of all departments affected have confirmed it; what was agreed orally is confirmed in the system first."
        ),
        "confidentiality_clause": _(
            "Plans, prices, customer and business data of this project are known to those taking part only, are used for "
            "this project only, and are not passed on without the consent of the initiating department."
        ),
        "breach_clauses": [
            {
                "key": clause.key,
                "condition": clause.condition,
                "evidence": clause.evidence,
                "consequence": clause.consequence,
                "arbiter": clause.arbiter,
            }
            for clause in BreachClause.objects.filter(is_active=True)[:3]
        ],
        "force_majeure": _(
            "A party that cannot perform because of natural disaster, acts of authorities, changed rules of a platform, "
            "interrupted supply or another event that it could neither foresee nor avoid tells the others in writing "
            "within 24 hours, keeps the damage small and is not in breach; the plan is changed by a change request."
        ),
        "escalation_path": _(
            "Contact persons settle it within 1 working day; else the heads of the departments within 1 working day; else "
            "the sponsor decides within 1 working day."
        ),
        "valid_from": clock.today().isoformat(),
        "valid_to": (end + timedelta(days=DAYS_AFTER_THE_END)).isoformat() if end else "",
        "effective_when": _(
            "It takes effect once the heads of all parties, or the deputies they have named, have signed."
        ),
    }


def _resource_rows(project: Project) -> list[dict[str, str]]:
    period = " – ".join(day.isoformat() for day in (project.starts_on, project.ends_on) if day)
    statements = (
        ResourceStatement.objects.filter(meeting__project=project, meeting__kind=MeetingKind.KICKOFF)
        .exclude(meeting__state=MeetingState.CANCELLED)
        .exclude(offers="")
        .select_related("department")
        .order_by("-meeting__starts_at", "pk")
    )
    rows: list[dict[str, str]] = []
    seen: set[int] = set()
    for statement in statements:
        if statement.department_id not in seen and statement.offers.strip():
            seen.add(statement.department_id)
            rows.append(
                {
                    "dept": statement.department.name,
                    "resource": statement.offers.strip()[:LONGEST_CELL],
                    "quantity": "",
                    "period": period,
                }
            )
    commitments = project.commitments.filter(quantity__isnull=False, unit__in=RESOURCE_UNITS)
    for commitment in commitments.filter(state__in=STANDING).select_related("department"):
        quantity = f"{commitment.quantity.normalize():,f}{commitment.unit}" if commitment.quantity else ""
        rows.append(
            {
                "dept": commitment.department.name,
                "resource": (commitment.deliverable or commitment.action)[:LONGEST_CELL],
                "quantity": quantity,
                "period": period,
            }
        )
    return rows[:MOST_ROWS]
