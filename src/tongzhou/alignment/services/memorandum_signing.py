"""Sending a memorandum for signing, and what follows from the signatures."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.cadence.services import plan_occasion
from tongzhou.cadence.signing import SignedInTime
from tongzhou.calendars.queries import add_working_days
from tongzhou.core import clock, files
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import Conflict, InvalidInput, TransitionNotAllowed
from tongzhou.core.events import record
from tongzhou.core.transitions import move
from tongzhou.core.versions import save_version
from tongzhou.documents.canonical import digest as digest_of
from tongzhou.documents.fonts import MissingGlyph
from tongzhou.documents.paper import SignatureEntry
from tongzhou.documents.services import keep_file
from tongzhou.projects.queries import projects_for
from tongzhou.projects.services import agree_commitments, freeze_goals
from tongzhou.projects.states import OPEN
from tongzhou.signoff.services import open_round

from .. import queries
from ..models import Memorandum, MemorandumEdition
from ..queries.memoranda import KIND, SCOPE, SigningPlace
from ..states import COMPLETE, OPEN_SIGNING
from .memoranda import call_off_signing, locked_memorandum, reopen, require_draft
from .memorandum_paper import PDF, drawn, file_name, place_name

REMIND = "alignment.memorandum.remind"
# Overdue signatures: the clock escalates them, from the round itself.
IN_TIME = SignedInTime(
    KIND,
    gettext_lazy("Signature under the memorandum"),
    lambda round: reverse("alignment:memorandum", args=[round.project_id]),
)


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
    entries = tuple(SignatureEntry(dept=place_name(place)) for place in places)
    try:
        pdf, _places = drawn(document, digest, code, entries)
    except MissingGlyph as failure:
        raise InvalidInput({"__all__": failure.message}) from failure
    return _Prepared(document, digest, places, code, pdf)


@act
def _open(project_id: int, version: int | None, prepared: _Prepared, *, by: Actor) -> MemorandumEdition:
    memorandum = locked_memorandum(project_id, by)
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
        name=file_name(prepared.document),
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
    call_off_signing(memorandum)
    record(by, "alignment.memorandum.completed", memorandum, after={"edition": memorandum.edition_number})
    return memorandum


@act
def decline_memorandum(memorandum_id: int, reason: str, *, by: Actor) -> Memorandum:
    """A party has declined: the text is a draft again, its goals may be changed, the reason stays visible."""
    memorandum = Memorandum.objects.select_for_update(of=("self",)).get(pk=memorandum_id)
    reopen(memorandum, reason, by)
    record(by, "alignment.memorandum.declined", memorandum, after={"reason": reason})
    return memorandum


def _require_sendable(by: Actor, memorandum: Memorandum, version: int | None) -> None:
    require_draft(by, memorandum)
    if version is not None and version != memorandum.version:
        raise Conflict(_("Somebody has changed the text since you opened the page. Please look at it again."))
    missing = queries.missing_for_signing(memorandum)
    if missing:
        raise InvalidInput({"__all__": [lack.text for lack in missing]})
    if not queries.signing_order(memorandum):
        raise InvalidInput({"__all__": _("Nobody is there who could sign")})
