"""The minutes: draft, editions, confirmation, files."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import Router

from tongzhou.core.access import reach
from tongzhou.core.api import idempotent
from tongzhou.core.errors import NotFound, require
from tongzhou.core.pages import actor_of
from tongzhou.documents.api.shapes import PartOut
from tongzhou.documents.differences import differences
from tongzhou.documents.paper import DEFAULT_LANGUAGE
from tongzhou.signoff.api import passkey_answer

from .. import files, policies, queries, services
from ..documents import MEETING_MINUTES
from ..models import Meeting, MinutesEdition
from .meetings import whole
from .schemas import (
    ConfirmationOut,
    DraftOut,
    EditionRef,
    MeetingEditionOut,
    MeetingReasonIn,
    MinutesAnswerIn,
    SendIn,
    WholeMeetingOut,
    ref,
)

router = Router()


@router.get("/meetings/{meeting_id}/minutes/draft", response=DraftOut)
def get_draft(request: HttpRequest, meeting_id: int) -> DraftOut:
    """The minutes as they would be sent now."""
    meeting = _meeting(request, meeting_id)
    require(policies.can_write(actor_of(request), meeting))
    draft = queries.draft_minutes(meeting)
    return DraftOut(
        number=draft.number,
        digest=draft.digest,
        head=draft.head,
        content=draft.content,
        missing=[str(lack.text) for lack in queries.not_ready(meeting)],
    )


@router.get("/meetings/{meeting_id}/minutes/draft/file/{fmt}")
def get_draft_file(request: HttpRequest, meeting_id: int, fmt: str) -> HttpResponse:
    """The draft as docx, xlsx or pdf."""
    meeting = _meeting(request, meeting_id)
    require(policies.can_write(actor_of(request), meeting))
    return files.draft_file(meeting, fmt)


@router.get("/meetings/{meeting_id}/minutes", response=list[EditionRef])
def list_editions(request: HttpRequest, meeting_id: int) -> list[EditionRef]:
    """Every edition, newest first."""
    return [EditionRef.of(edition) for edition in queries.editions_of(_meeting(request, meeting_id))]


@router.get("/meetings/{meeting_id}/minutes/{int:number}", response=MeetingEditionOut)
def get_edition(request: HttpRequest, meeting_id: int, number: int) -> MeetingEditionOut:
    """One edition and where its confirmation stands."""
    meeting = _meeting(request, meeting_id)
    return _edition_out(request, meeting, queries.edition_of(meeting, number))


@router.get("/meetings/{meeting_id}/minutes/{int:number}/file/{fmt}")
def get_edition_file(request: HttpRequest, meeting_id: int, number: int, fmt: str) -> HttpResponse:
    """An edition as docx, xlsx or pdf; ``sent`` is the very PDF that was sent."""
    meeting = _meeting(request, meeting_id)
    return files.edition_file(meeting, queries.edition_of(meeting, number), fmt)


@router.get("/meetings/{meeting_id}/minutes/differences", response=list[PartOut], summary="Compare two editions")
def compare_editions(
    request: HttpRequest, meeting_id: int, old: int | None = None, new: int | None = None
) -> list[PartOut]:
    """From edition ``old`` (the one before) to edition ``new`` (the newest)."""
    meeting = _meeting(request, meeting_id)
    numbers = list(queries.editions_of(meeting).values_list("number", flat=True))
    new = new if new is not None else max(numbers, default=0)
    old = old if old is not None else max((number for number in numbers if number < new), default=new)
    if old not in numbers or new not in numbers:
        raise NotFound
    before, after = queries.edition_of(meeting, old).content, queries.edition_of(meeting, new).content
    changed = differences(MEETING_MINUTES, before, after, get_language() or DEFAULT_LANGUAGE)
    return [PartOut.from_orm(part) for part in changed]


@router.post("/meetings/{meeting_id}/minutes", response={201: MeetingEditionOut})
@idempotent
def send_minutes(request: HttpRequest, meeting_id: int, payload: SendIn) -> tuple[int, MeetingEditionOut]:
    """Sends exactly the draft with this digest for confirmation."""
    edition = services.send_minutes(meeting_id, shown_digest=payload.digest, by=actor_of(request))
    return 201, _edition_out(request, _meeting(request, meeting_id), edition)


@router.post("/meetings/{meeting_id}/minutes/answer", response=MeetingEditionOut)
@idempotent
def answer_minutes(request: HttpRequest, meeting_id: int, payload: MinutesAnswerIn) -> MeetingEditionOut:
    """A department confirms or objects."""
    services.answer_minutes(
        meeting_id,
        payload.department_id,
        payload.verdict,
        shown_digest=payload.digest,
        reason=payload.reason,
        by=actor_of(request),
        identity="token" if request.headers.get("Authorization") else "session",
        passkey=passkey_answer(request, payload.passkey),
    )
    return _newest(request, meeting_id)


@router.post("/meetings/{meeting_id}/minutes/rework", response=WholeMeetingOut)
@idempotent
def rework_minutes(request: HttpRequest, meeting_id: int, payload: MeetingReasonIn) -> WholeMeetingOut:
    """Opens the notes again."""
    services.rework_minutes(meeting_id, reason=payload.reason, by=actor_of(request))
    return whole(request, meeting_id)


@router.post("/meetings/{meeting_id}/minutes/lock", response=MeetingEditionOut)
@idempotent
def lock_minutes(request: HttpRequest, meeting_id: int, payload: SendIn) -> MeetingEditionOut:
    """Past the deadline: locks the minutes with the silence visible."""
    services.lock_with_silence(meeting_id, shown_digest=payload.digest, by=actor_of(request))
    return _newest(request, meeting_id)


def _meeting(request: HttpRequest, meeting_id: int) -> Meeting:
    return reach(queries.meetings_for(actor_of(request)), meeting_id)


def _newest(request: HttpRequest, meeting_id: int) -> MeetingEditionOut:
    meeting = _meeting(request, meeting_id)
    newest = queries.editions_of(meeting).first()
    if newest is None:
        raise NotFound
    return _edition_out(request, meeting, newest)


def _edition_out(request: HttpRequest, meeting: Meeting, edition: MinutesEdition) -> MeetingEditionOut:
    actor = actor_of(request)
    standing = queries.minutes_standing(meeting, edition, may_answer=policies.confirmable(actor, meeting))
    confirmations = standing.confirmations if standing else ()
    return MeetingEditionOut(
        number=edition.number,
        digest=edition.digest,
        sent_at=edition.at,
        locked_at=edition.locked_at,
        due_at=standing.round.due_at if standing else None,
        is_open=standing.is_open if standing else False,
        head=edition.content["head"],
        content=edition.content["content"],
        confirmations=[
            ConfirmationOut(
                department=ref(item.department),
                state=item.state,
                person=item.decision.person_name if item.decision else "",
                on_behalf_of=item.decision.on_behalf_of if item.decision else "",
                reason=item.decision.reason if item.decision else "",
                level=item.level,
                at=item.decision.at if item.decision else None,
                is_mine=item.is_mine,
            )
            for item in confirmations
        ],
    )
