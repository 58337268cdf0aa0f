"""Endpoints of the memorandum: the same acts and reads as its pages. Signing is at ``/signoff/signatories``."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language
from ninja import File, Router, Schema
from ninja.files import UploadedFile

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.api import Text, idempotent
from tongzhou.core.errors import InvalidInput
from tongzhou.core.limits import limit
from tongzhou.core.pages import actor_of
from tongzhou.documents.api.shapes import PartOut
from tongzhou.documents.differences import differences

from .. import files, policies, queries, services
from ..documents import MEMORANDUM
from ..forms.memoranda import UploadForm
from ..models import BreachClause, Memorandum, MemorandumEdition
from ..queries.verification import judge, standing_of
from ..states import MemorandumState

router = Router(tags=["memoranda"])


class StageIn(Schema):
    """Who signs in which stage: a department, or the sponsor."""

    stage: int
    department: int | None = None
    sponsor: bool = False


class TermsIn(Schema):
    """The parts of the text to write; what is left out stays as it is. Dates as ``2026-06-18`` or empty."""

    version: int
    scope: Text | None = None
    out_of_scope: Text | None = None
    change_rule: Text | None = None
    confidentiality_clause: Text | None = None
    force_majeure: Text | None = None
    escalation_path: Text | None = None
    effective_when: Text | None = None
    valid_from: Text | None = None
    valid_to: Text | None = None
    resource_commitments: list[dict[str, Text]] | None = None
    communication_plan: list[dict[str, Text]] | None = None
    breach_clauses: list[dict[str, Text]] | None = None
    stages: list[StageIn] | None = None


class VersionIn(Schema):
    """The version of the text that was read."""

    version: int


class MemorandumReasonIn(Schema):
    """Why a new version is needed."""

    reason: Text


class EditionOut(Schema):
    """One frozen version. ``sealed_file_id`` is there once everybody has signed (``GET /files/{id}/``)."""

    number: int
    digest: str
    pdf_sha256: str
    file_id: int
    sealed_sha256: str | None
    sealed_file_id: int | None
    sealed_at: datetime | None
    seal_problem: str
    round_id: int | None
    round_state: str
    reason: str
    verify_url: str
    at: datetime


class MemorandumOut(Schema):
    """The memorandum as it stands. ``content`` is the text as it would be signed now, or as it is being signed."""

    project_id: int
    state: str
    version: int
    edition_number: int
    amend_reason: str
    head: dict[str, Any]
    content: dict[str, Any]
    missing: list[str]
    order: list[dict[str, Any]]
    editions: list[EditionOut]


class ClauseOut(Schema):
    """A clause of the library."""

    id: int
    version: int
    key: str
    name: str
    condition: str
    evidence: str
    consequence: str
    arbiter: str
    is_active: bool


class ClauseIn(Schema):
    """The words of a clause."""

    name: Text
    condition: Text
    evidence: Text
    consequence: Text
    arbiter: Text


class ClauseChangeIn(ClauseIn):
    """The words of a clause, over the version that was read."""

    version: int
    is_active: bool = True


class SignerOut(Schema):
    """One signature, as the public verification shows it."""

    party: str
    name: str
    on_behalf_of: str
    level: str
    at: datetime


class JudgementOut(Schema):
    """What a file is: intact, unsigned, other_version, added_to or altered."""

    kind: str
    words: str
    sha256: str
    other_version: int | None
    first_difference: int | None


class StandingOut(Schema):
    """What the public verification says of one version."""

    doc_no: str
    version: str
    project: str
    state: str
    is_newest: bool
    is_sealed: bool
    sealed_file_holds: bool
    digest: str
    pdf_sha256: str
    sealed_sha256: str | None
    signatures: list[SignerOut]


@router.get("/projects/{project_id}/memorandum", response=MemorandumOut, summary="The memorandum")
def memorandum(request: HttpRequest, project_id: int) -> MemorandumOut:
    """Text, what it still lacks, order of signing, versions."""
    return _out(queries.reach_memorandum(actor_of(request), project_id))


@router.post("/projects/{project_id}/memorandum", response=MemorandumOut, summary="Compose the memorandum")
@idempotent
def compose(request: HttpRequest, project_id: int) -> MemorandumOut:
    """Draws a first text from the project."""
    services.create_memorandum(project_id, by=actor_of(request))
    return _out(queries.reach_memorandum(actor_of(request), project_id))


@router.patch("/projects/{project_id}/memorandum", response=MemorandumOut, summary="Write the text")
def write(request: HttpRequest, project_id: int, payload: TermsIn) -> MemorandumOut:
    """Writes the parts that are given over ``version``; where others changed the same part: 409 with both."""
    given = payload.dict(exclude_unset=True, exclude={"version", "stages"})
    terms = {key: value for key, value in given.items() if value is not None}
    stages = None if payload.stages is None else [_stage(row) for row in payload.stages]
    services.save_memorandum(project_id, payload.version, terms, stages=stages, by=actor_of(request))
    return _out(queries.reach_memorandum(actor_of(request), project_id))


@router.post("/projects/{project_id}/memorandum/resources", response=MemorandumOut, summary="Draw resources again")
@idempotent
def draw_resources(request: HttpRequest, project_id: int, payload: VersionIn) -> MemorandumOut:
    """Replaces the resources promised by what was said at the kickoff and by the commitments."""
    services.draw_resources_again(project_id, payload.version, {}, by=actor_of(request))
    return _out(queries.reach_memorandum(actor_of(request), project_id))


@router.post("/projects/{project_id}/memorandum/send", response=EditionOut, summary="Send for signing")
@idempotent
def send(request: HttpRequest, project_id: int, payload: VersionIn) -> EditionOut:
    """Freezes the text of ``version`` and asks every party to sign it."""
    edition = services.open_signing(project_id, payload.version, by=actor_of(request))
    return _edition(queries.reach_edition(actor_of(request), project_id, edition.number))


@router.post("/projects/{project_id}/memorandum/amend", response=MemorandumOut, summary="Begin a new version")
@idempotent
def amend(request: HttpRequest, project_id: int, payload: MemorandumReasonIn) -> MemorandumOut:
    """Takes the version back that is being signed or is signed."""
    services.amend_memorandum(project_id, payload.reason, by=actor_of(request))
    return _out(queries.reach_memorandum(actor_of(request), project_id))


@router.get("/projects/{project_id}/memorandum/editions/{number}", response=EditionOut, summary="One version")
def edition(request: HttpRequest, project_id: int, number: int) -> EditionOut:
    """A frozen version."""
    return _edition(queries.reach_edition(actor_of(request), project_id, number))


@router.post("/projects/{project_id}/memorandum/editions/{number}/seal", response=EditionOut, summary="Seal again")
@idempotent
def seal(request: HttpRequest, project_id: int, number: int) -> EditionOut:
    """Starts making the sealed PDF again after a failure; made once, however often it is asked for."""
    services.seal_again(project_id, number, by=actor_of(request))
    return _edition(queries.reach_edition(actor_of(request), project_id, number))


@router.get("/projects/{project_id}/memorandum/differences", response=list[PartOut], summary="Compare two versions")
def compare(request: HttpRequest, project_id: int, old: int | None = None, new: int | None = None) -> list[PartOut]:
    """From version ``old`` (the one sent last) to version ``new`` (the text as it stands)."""
    actor = actor_of(request)
    found = queries.reach_memorandum(actor, project_id)
    numbers = list(found.editions.values_list("number", flat=True))
    old = old if old is not None else max((number for number in numbers if number != new), default=0)
    if not old:
        return []
    before = queries.reach_edition(actor, project_id, old).content
    if new is not None:
        after = queries.reach_edition(actor, project_id, new).content
    else:
        after = queries.document_of(found, number=found.edition_number + 1, day=clock.today())
    return [PartOut.from_orm(part) for part in differences(MEMORANDUM, before, after, get_language() or "zh-hans")]


@router.get("/projects/{project_id}/memorandum/file/{fmt}", summary="The text as a file")
def newest_file(request: HttpRequest, project_id: int, fmt: str) -> HttpResponse:
    """docx, xlsx or pdf: the draft while there is one, else the version that was sent last."""
    return files.newest_file(queries.reach_memorandum(actor_of(request), project_id), fmt)


@router.get("/projects/{project_id}/memorandum/editions/{number}/file/{fmt}", summary="One version as a file")
def edition_file(request: HttpRequest, project_id: int, number: int, fmt: str) -> HttpResponse:
    """docx, xlsx, pdf (the sealed one once it is there), or exact: the very PDF that was shown for signing."""
    return files.edition_file(queries.reach_edition(actor_of(request), project_id, number), fmt)


@router.get("/breach-clauses", response=list[ClauseOut], summary="Library of breach clauses")
def clauses(request: HttpRequest) -> list[ClauseOut]:
    """Those that can be chosen; the PMO sees those out of use as well."""
    keeps = policies.can_keep_clauses(actor_of(request))
    return [ClauseOut.from_orm(clause) for clause in queries.clause_library(active_only=not keeps)]


@router.post("/breach-clauses", response=ClauseOut, summary="Add a clause")
@idempotent
def add_clause(request: HttpRequest, payload: ClauseIn) -> ClauseOut:
    """A new clause to choose from."""
    return ClauseOut.from_orm(services.add_clause(payload.dict(), by=actor_of(request)))


@router.put("/breach-clauses/{clause_id}", response=ClauseOut, summary="Change a clause")
def change_clause(request: HttpRequest, clause_id: int, payload: ClauseChangeIn) -> ClauseOut:
    """Changes the words, or takes the clause out of use; memoranda keep theirs."""
    actor = actor_of(request)
    values = payload.dict(exclude={"version", "is_active"})
    services.change_clause(clause_id, payload.version, values, by=actor)
    services.retire_clause(clause_id, payload.is_active, by=actor)
    return ClauseOut.from_orm(reach(BreachClause.objects.all(), clause_id))


@router.post("/verify/{code}", response=JudgementOut, auth=None, summary="Is this file genuine? (public)")
@idempotent
def judge_file(request: HttpRequest, code: str, file: File[UploadedFile | None] = None) -> JudgementOut:
    """Compares a PDF, sent as multipart form, byte by byte with what is kept. The file is not kept; nothing is written."""
    limit(request, "verify-upload", most=20)
    found = queries.edition_by_code(code)
    form = UploadForm({}, MultiValueDict({"file": [file]} if file is not None else {}))
    if not form.is_valid():
        raise InvalidInput({name: [str(text) for text in texts] for name, texts in form.errors.items()})
    told = judge(found, form.cleaned_data["file"].read())
    return JudgementOut(
        kind=told.kind,
        words=str(told.words),
        sha256=told.sha256,
        other_version=told.other.number if told.other else None,
        first_difference=told.first_difference,
    )


@router.get("/verify/{code}", response=StandingOut, auth=None, summary="Verify a memorandum (public)")
def verify(request: HttpRequest, code: str) -> StandingOut:
    """Who signed which version when; needs no login, only the unguessable code."""
    limit(request, "verify", most=120)
    standing = standing_of(queries.edition_by_code(code))
    found, head = standing.edition, standing.edition.content["head"]
    return StandingOut(
        doc_no=head["doc_no"],
        version=head["version"],
        project=head["project_name"],
        state=found.round.state if found.round else "",
        is_newest=standing.is_newest,
        is_sealed=standing.is_complete,
        sealed_file_holds=standing.sealed_holds,
        digest=found.digest,
        pdf_sha256=found.pdf.sha256,
        sealed_sha256=found.sealed_pdf.sha256 if found.sealed_pdf else None,
        signatures=[
            SignerOut(
                party=str(place.department or ""),
                name=place.decision.person_name,
                on_behalf_of=place.decision.on_behalf_of,
                level=place.level,
                at=place.decision.at,
            )
            for place in (standing.picture.places if standing.picture else ())
            if place.decision and place.decision.verdict == "agree"
        ],
    )


def _stage(row: StageIn) -> dict[str, Any]:
    return {"stage": row.stage, "sponsor": True} if row.sponsor else {"stage": row.stage, "department": row.department}


def _out(found: Memorandum) -> MemorandumOut:
    editions = list(queries.editions_of(found))
    draft = found.state == MemorandumState.DRAFT or not editions
    today: date = clock.today()
    document = queries.document_of(found, number=found.edition_number + 1, day=today) if draft else editions[-1].content
    return MemorandumOut(
        project_id=found.project_id,
        state=found.state,
        version=found.version,
        edition_number=found.edition_number,
        amend_reason=found.amend_reason,
        head=document["head"],
        content=document["content"],
        missing=[str(lack.text) for lack in queries.missing_for_signing(found)] if draft else [],
        order=[
            {
                "stage": place.stage,
                "department": place.department.pk if place.department else None,
                "person": place.person.pk if place.person else None,
                "name": place.name,
            }
            for place in queries.signing_order(found)
        ],
        editions=[_edition(edition) for edition in editions],
    )


def _edition(found: MemorandumEdition) -> EditionOut:
    return EditionOut(
        number=found.number,
        digest=found.digest,
        pdf_sha256=found.pdf.sha256,
        file_id=found.pdf_id,
        sealed_sha256=found.sealed_pdf.sha256 if found.sealed_pdf else None,
        sealed_file_id=found.sealed_pdf_id,
        sealed_at=found.sealed_at,
        seal_problem=found.seal_problem,
        round_id=found.round_id,
        round_state=found.round.state if found.round else "",
        reason=found.reason,
        verify_url=queries.verify_url(found.verify_code),
        at=found.at,
    )
