"""Sending the minutes, confirming them, reworking them, locking them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tongzhou.calendars.queries import add_working_days
from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, TransitionNotAllowed, require
from tongzhou.core.events import record
from tongzhou.core.transitions import move
from tongzhou.documents.canonical import file_digest
from tongzhou.documents.fonts import missing_characters
from tongzhou.documents.paper import DEFAULT_LANGUAGE
from tongzhou.documents.services import keep_file
from tongzhou.signoff.models import Decision, Round
from tongzhou.signoff.queries import open_round as open_round_of
from tongzhou.signoff.services import PasskeyAnswer, cancel_round, decide, open_round, outdate_rounds, remove_signatory
from tongzhou.signoff.states import Verdict

from .. import policies, queries
from ..models import Meeting, MinutesEdition
from ..queries.minutes import SIGNOFF_KIND, MinutesDraft
from ..states import LOCK_MINUTES, REWORK_MINUTES, SEND_MINUTES, MeetingState
from .notes import locked_meeting, texts, topics

SCOPE = "minutes"


def send_minutes(meeting_id: int, *, by: Actor, shown_digest: str) -> MinutesEdition:
    """Freezes the minutes as an edition and asks every department concerned to confirm exactly that.

    ``shown_digest`` is the digest of the preview: what was changed since nobody has read, so it is not sent
    (``Conflict``). The PDF is set before the act begins, because no lock may wait for a typesetter.
    """
    meeting = reach(queries.meetings_for(by), meeting_id)
    require(policies.can_write(by, meeting))
    if not SEND_MINUTES.possible(meeting):
        raise TransitionNotAllowed
    _require_ready(meeting)
    draft = queries.draft_minutes(meeting)
    if draft.digest != shown_digest:
        raise _changed()
    from tongzhou.documents.render import check_length
    from tongzhou.documents.render.pdf import render_pdf

    paper = queries.minutes_paper(meeting, draft.document, language=DEFAULT_LANGUAGE, sent=True)
    check_length(paper)
    return _send(meeting_id, draft, render_pdf(paper).pdf, by)


@act
def _send(meeting_id: int, draft: MinutesDraft, pdf: bytes, by: Actor) -> MinutesEdition:
    meeting = locked_meeting(meeting_id, by)
    require(policies.can_write(by, meeting))
    move(meeting, SEND_MINUTES)
    _require_ready(meeting)
    if queries.draft_minutes(meeting).digest != draft.digest:
        raise _changed()
    stored = keep_file(
        pdf,
        name=f"{draft.head['doc_no']}-{draft.head['version']}.pdf",
        media_type="application/pdf",
        slot=f"minutes:{meeting.pk}",
        project_id=meeting.project_id,
        by=by,
    )
    now, days = clock.now(), settings.MINUTES_WORKING_DAYS
    due_at = add_working_days(now, days)
    edition = MinutesEdition.objects.create(
        meeting=meeting, number=draft.number, content=draft.document, digest=draft.digest, pdf=stored, at=now
    )
    round = open_round(
        SIGNOFF_KIND,
        meeting.pk,
        title=meeting.title,
        content=draft.document,
        signatories=[(1, department.pk, None) for department in queries.concerned_departments(meeting)],
        scope=SCOPE,
        by=by,
        project_id=meeting.project_id,
        subject_version=draft.number,
        due_at=due_at,
        pdf_digest=file_digest(pdf),
    )
    if round.digest != edition.digest:
        raise AssertionError("The round and the edition must cover the same content")
    record(
        by,
        "meetings.minutes.sent",
        meeting,
        after={"edition": draft.number, "digest": draft.digest},
        data={
            "due_at": due_at,
            "remind_at": add_working_days(now, days - 1) if days > 1 else now + (due_at - now) / 2,
        },
        topics=topics(meeting, "minutes"),
    )
    return edition


@act
def answer_minutes(
    meeting_id: int,
    department_id: int,
    verdict: str,
    *,
    shown_digest: str,
    by: Actor,
    reason: str = "",
    identity: str = "session",
    passkey: PasskeyAnswer | None = None,
) -> Decision:
    """A department confirms the minutes exactly as shown, or objects with the reason; a passkey may sign it.

    Raises ``Conflict`` when they were reworked since the page was opened, ``NotFound`` for a department that is not asked.
    """
    meeting = locked_meeting(meeting_id, by)
    round = open_round_of(SIGNOFF_KIND, meeting.pk)
    if round is None:
        newest = queries.editions_of(meeting).first()
        if newest is None:
            raise NotFound
        if meeting.state == MeetingState.MINUTES:
            raise Conflict(_("The minutes are being reworked. A new version will be sent to you."))
        raise TransitionNotAllowed(_("These minutes are closed; nothing can be said to them any more"))
    signatory = next((s for s in round.signatories.all() if s.department_id == department_id), None)
    if signatory is None:
        raise NotFound
    if not policies.can_confirm(by, meeting, department_id):
        raise NotAllowed(
            _("Minutes are confirmed by the head of the department, the deputy, or the contact person who was there")
        )
    if shown_digest != round.digest:
        raise Conflict(_("The minutes have changed since you opened the page. Please read the new version first."))
    return decide(
        signatory.pk,
        verdict,
        shown_digest=shown_digest,
        reason=reason,
        by=by,
        identity=identity,
        passkey=passkey,
    )


@act
def rework_minutes(meeting_id: int, *, by: Actor, reason: str = "") -> Meeting:
    """Opens the notes again after an objection; the edition that was sent stays readable, its answers are kept."""
    meeting = locked_meeting(meeting_id, by)
    require(policies.can_write(by, meeting))
    reason = texts({"reason": reason}, {"reason": 500})["reason"]
    move(meeting, REWORK_MINUTES)
    outdate_rounds(SIGNOFF_KIND, meeting.pk, by=by)
    record(by, "meetings.minutes.reworked", meeting, after={"reason": reason}, topics=topics(meeting, "minutes"))
    return meeting


@act
def lock_with_silence(meeting_id: int, *, by: Actor, shown_digest: str) -> Meeting:
    """Past the deadline, with nobody objecting: chair or lead close the minutes, and who kept silent stays visible."""
    meeting = locked_meeting(meeting_id, by)
    require(policies.can_lock_with_silence(by, meeting))
    if not LOCK_MINUTES.possible(meeting):
        raise TransitionNotAllowed
    edition = queries.editions_of(meeting).first()
    standing = queries.minutes_standing(meeting, edition) if edition else None
    if standing is None or not standing.is_open:
        raise TransitionNotAllowed
    if standing.edition.digest != shown_digest:
        raise _changed()
    if not standing.is_overdue:
        raise TransitionNotAllowed(_("The departments still have time to answer"))
    if standing.objections:
        raise TransitionNotAllowed(_("A department objects. Rework the minutes and send them again."))
    silent = [item.department.name for item in standing.unanswered]
    cancel_round(standing.round.pk, by=by)
    _lock(meeting, standing.edition, silent, by)
    return meeting


def minutes_agreed(subject_id: int, round: Round, *, by: Actor) -> None:
    """Every department has confirmed: the minutes are locked."""
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=subject_id)
    _lock(meeting, meeting.editions.get(number=round.subject_version), [], by)


def minutes_refused(subject_id: int, round: Round, *, by: Actor) -> None:
    """Everybody has answered, and somebody objects: the minutes wait to be reworked."""
    meeting = Meeting.objects.get(pk=subject_id)
    record(
        by,
        "meetings.minutes.refused",
        meeting,
        after={"edition": round.subject_version},
        topics=topics(meeting, "minutes"),
    )


def minutes_decided(subject_id: int, round: Round, decision: Decision, *, by: Actor) -> None:
    """One department has answered."""
    meeting = Meeting.objects.get(pk=subject_id)
    if missing := missing_characters(decision.reason):
        # The answer is printed on the minutes, so it must be printable.
        names = ", ".join(f"{character} (U+{ord(character):04X})" for character in missing[:10])
        raise InvalidInput({"reason": _("These characters cannot be printed: %(names)s") % {"names": names}})
    objected = decision.verdict == Verdict.OBJECT
    after: dict[str, Any] = {
        "edition": round.subject_version,
        "department": decision.signatory.department_id,
        "reason": decision.reason,
    }
    record(
        by,
        "meetings.minutes.objected" if objected else "meetings.minutes.confirmed",
        meeting,
        after=after,
        on_behalf_of=decision.on_behalf_of,
        topics=topics(meeting, "minutes"),
    )


def minutes_locked_for_decision(subject_id: int, *, by: Actor) -> None:
    """A decision locks the meeting before its round, as sending and reworking do, so that none waits for the other."""
    Meeting.objects.select_for_update(of=("self",)).filter(pk=subject_id).first()


@act
def remind_of_minutes(meeting_id: int, edition: int, *, by: Actor) -> list[str]:
    """Before the deadline: departments that have not answered this edition are reminded. Returns their names."""
    return _note_silence(meeting_id, edition, "meetings.minutes.reminded", by)


@act
def minutes_fell_due(meeting_id: int, edition: int, *, by: Actor) -> list[str]:
    """The time for answering this edition is over; chair and lead hear who kept silent. Returns the names."""
    return _note_silence(meeting_id, edition, "meetings.minutes.fell_due", by)


def _note_silence(meeting_id: int, edition: int, name: str, by: Actor) -> list[str]:
    meeting = locked_meeting(meeting_id, by)
    newest = queries.editions_of(meeting).first()
    if meeting.state != MeetingState.CONFIRMING or newest is None or newest.number != edition:
        return []
    standing = queries.minutes_standing(meeting, newest)
    silent = [item.department.name for item in standing.unanswered] if standing and standing.is_open else []
    if silent:
        record(by, name, meeting, after={"edition": edition, "silent": silent}, topics=topics(meeting, "minutes"))
    return silent


@act
def departments_left(project_id: int, *, by: Actor) -> int:
    """Minutes no longer wait for departments that have left the project; returns for how many places."""
    removed = 0
    for meeting in Meeting.objects.select_for_update(of=("self",)).filter(
        project_id=project_id, state=MeetingState.CONFIRMING
    ):
        staying = {department.pk for department in queries.meeting_departments(meeting)}
        round = open_round_of(SIGNOFF_KIND, meeting.pk)
        for signatory in round.signatories.all() if round else ():
            if round is None or signatory.department_id is None or signatory.department_id in staying:
                continue
            if not hasattr(signatory, "decision"):
                remove_signatory(round.pk, signatory.department_id, by=by)
                removed += 1
                if open_round_of(SIGNOFF_KIND, meeting.pk) is None:
                    break
    return removed


def _lock(meeting: Meeting, edition: MinutesEdition, silent: list[str], by: Actor) -> None:
    move(meeting, LOCK_MINUTES)
    edition.locked_at = clock.now()
    edition.save(update_fields=["locked_at"])
    record(
        by,
        "meetings.minutes.locked",
        meeting,
        after={"edition": edition.number, "digest": edition.digest, "silent": silent},
        topics=topics(meeting, "minutes"),
    )


def _require_ready(meeting: Meeting) -> None:
    if missing := queries.not_ready(meeting):
        raise InvalidInput({"__all__": [lack.text for lack in missing]}, _("The minutes are not complete yet"))


def _changed() -> Conflict:
    return Conflict(_("The minutes have changed since you opened the page. Please read the new version first."))
