"""The PDF of a memorandum: drawn for signing, sealed when everybody has signed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from tongzhou.core import clock, files, keys
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import TransitionNotAllowed, require
from tongzhou.core.events import record
from tongzhou.core.verify import head_line
from tongzhou.documents.paper import Extras, SignatureEntry, lay_out
from tongzhou.documents.services import keep_file
from tongzhou.signoff.models import Round

from .. import policies, queries
from ..documents import MEMORANDUM
from ..models import MemorandumEdition
from ..queries.memoranda import SigningPlace

SEAL_AGAIN = "alignment.memorandum.seal_requested"
PDF = "application/pdf"


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
        pdf, places = drawn(
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
        name=file_name(edition.content, sealed=True),
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


def drawn(
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


def place_name(place: SigningPlace) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return str(place.department) if place.department else _("Sponsor")


def file_name(document: Mapping[str, Any], *, sealed: bool = False) -> str:
    head = document["head"]
    with translation.override(settings.LANGUAGE_CODE):
        mark = f"-{_('signed')}" if sealed else ""
        return f"{MEMORANDUM.title}-{head['project_name'][:60]}-{head['version']}{mark}.pdf"
