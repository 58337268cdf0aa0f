"""The minutes: composed from the notes, frozen as editions, and where their confirmation stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.errors import NotFound
from tongzhou.core.verify import head_line
from tongzhou.documents.canonical import digest, signed_document
from tongzhou.documents.paper import DEFAULT_LANGUAGE, Extras, Paper, SignatureEntry, lay_out
from tongzhou.people.models import Department, Person
from tongzhou.projects.figures import number_text
from tongzhou.projects.gates import Missing
from tongzhou.projects.queries import head_ids
from tongzhou.signoff.models import Decision, Round, Signatory
from tongzhou.signoff.queries import proven_level, rounds_of
from tongzhou.signoff.states import RoundState, Verdict

from ..documents import MEETING_MINUTES
from ..models import Attendance, Attendee, Meeting, MinutesEdition
from ..states import MeetingKind
from .session import commitments_in, concerned_departments, quantity_words

SIGNOFF_KIND = "minutes"


@dataclass(frozen=True, slots=True)
class MinutesDraft:
    """The minutes as the notes stand now: what would be sent for confirmation, and its digest."""

    number: int
    document: dict[str, Any]
    digest: str

    @property
    def head(self) -> dict[str, Any]:
        """Head of the paper."""
        return dict(self.document["head"])

    @property
    def content(self) -> dict[str, Any]:
        """What stands on the paper."""
        return dict(self.document["content"])


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Where one department stands with the minutes: confirmed, objected, silent (past the deadline) or unanswered."""

    signatory: Signatory
    department: Department
    state: str
    decision: Decision | None
    head_name: str
    is_mine: bool

    @property
    def level(self) -> str:
        """How surely it is known who answered, proven anew; empty where an open session was enough."""
        return proven_level(self.decision) if self.decision else ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the confirmation of one edition stands."""

    edition: MinutesEdition
    round: Round
    confirmations: tuple[Confirmation, ...]

    @property
    def is_open(self) -> bool:
        """True while departments may still answer."""
        return self.round.state == RoundState.OPEN

    @property
    def is_overdue(self) -> bool:
        """True when the time for answering is over."""
        return self.round.due_at is not None and self.round.due_at <= clock.now()

    @property
    def confirmed(self) -> list[Confirmation]:
        """Departments that agreed."""
        return [item for item in self.confirmations if item.state == "confirmed"]

    @property
    def objections(self) -> list[Confirmation]:
        """Departments that object."""
        return [item for item in self.confirmations if item.state == "objected"]

    @property
    def unanswered(self) -> list[Confirmation]:
        """Departments that have said nothing (yet)."""
        return [item for item in self.confirmations if item.decision is None]

    @property
    def mine(self) -> list[Confirmation]:
        """Departments for which the actor may answer now."""
        return [item for item in self.confirmations if item.is_mine]

    @property
    def may_be_locked(self) -> bool:
        """Past the deadline, nobody objecting, somebody silent: the chair may lock with the silence visible."""
        return self.is_open and self.is_overdue and not self.objections and bool(self.unanswered)


def minutes_content(meeting: Meeting) -> dict[str, Any]:
    """The minutes as the form has them, composed from everything noted; plain JSON, in the company's language."""
    with translation.override(DEFAULT_LANGUAGE):
        return _content(meeting)


def draft_minutes(meeting: Meeting) -> MinutesDraft:
    """What would be sent for confirmation now; the digest covers head and content."""
    number = (meeting.editions.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    year = meeting.created_at.astimezone(clock.company_zone()).year
    head = {
        "doc_no": f"{MEETING_MINUTES.doc_prefix}-{year}-{meeting.pk:04d}",
        "version": f"V{number}.0",
        "project_name": meeting.project.name,
        "confidentiality": "confidential" if meeting.project.is_confidential else "internal",
        "author": meeting.recorder.name,
        "date": clock.today().isoformat(),
    }
    document = signed_document(MEETING_MINUTES.key, head, minutes_content(meeting))
    return MinutesDraft(number, document, digest(document))


def not_ready(meeting: Meeting) -> list[Missing]:
    """What the minutes still lack before they may be sent, each with the place where it is added."""
    at = meeting.get_absolute_url()
    found: list[Missing] = []
    attendances = list(meeting.attendees.values_list("attendance", flat=True))
    if Attendance.PRESENT not in attendances:
        found.append(Missing(_("Nobody is noted as present"), f"{at}#attendance"))
    elif any(a not in {Attendance.PRESENT, Attendance.ABSENT} for a in attendances):
        found.append(Missing(_("Somebody is noted neither as present nor as absent"), f"{at}#attendance"))
    if not meeting.agenda.exists():
        found.append(Missing(_("The agenda is empty"), f"{at}#agenda"))
    if meeting.kind == MeetingKind.KICKOFF:
        if not meeting.project.objectives.exists():
            found.append(Missing(_("The project has no objective yet"), f"{at}#objectives"))
        if not commitments_in(meeting):
            found.append(Missing(_("No commitment has been taken down"), f"{at}#commitments"))
        if meeting.first_sync_at is None:
            found.append(Missing(_("The time of the first progress sync is not set"), f"{at}#closing"))
    if not concerned_departments(meeting):
        found.append(Missing(_("No department is there to confirm the minutes"), f"{at}#attendance"))
    return found


def editions_of(meeting: Meeting) -> QuerySet[MinutesEdition]:
    """Every edition that was sent for confirmation, newest first."""
    return meeting.editions.order_by("-number")


def edition_of(meeting: Meeting, number: int) -> MinutesEdition:
    """One edition of this meeting; else ``NotFound``."""
    found = meeting.editions.select_related("pdf").filter(number=number).first() if 0 < number < 2**15 else None
    if found is None:
        raise NotFound
    return found


def minutes_standing(
    meeting: Meeting, edition: MinutesEdition, *, may_answer: Callable[[int], bool] = lambda department: False
) -> Standing | None:
    """Where the edition's confirmation stands; ``may_answer`` says for which departments the reader may answer."""
    round = rounds_of(SIGNOFF_KIND, meeting.pk).filter(subject_version=edition.number).first()
    if round is None:
        return None
    signatories = [s for s in round.signatories.all() if s.department is not None]
    order = {d.pk: position for position, d in enumerate(concerned_departments(meeting))}
    signatories.sort(key=lambda s: (order.get(s.department_id or 0, len(order)), s.pk))
    heads = head_ids({s.department_id for s in signatories if s.department_id})
    names = dict(Person.objects.filter(pk__in=heads.values()).values_list("pk", "name"))
    closed = round.state != RoundState.OPEN or (round.due_at is not None and round.due_at <= clock.now())
    confirmations = []
    for signatory in signatories:
        decision: Decision | None = getattr(signatory, "decision", None)
        if decision is not None:
            decision.round = round
        is_open = decision is None and round.state == RoundState.OPEN
        confirmations.append(
            Confirmation(
                signatory=signatory,
                department=signatory.department,  # type: ignore[arg-type]
                state=_state(decision, closed),
                decision=decision,
                head_name=names.get(heads.get(signatory.department_id or 0, 0), ""),
                is_mine=is_open and may_answer(signatory.department_id or 0),
            )
        )
    return Standing(edition, round, tuple(confirmations))


def minutes_paper(
    meeting: Meeting,
    document: Mapping[str, Any],
    standing: Standing | None = None,
    *,
    language: str = "",
    sent: bool = False,
) -> Paper:
    """The minutes laid out for reading or printing: a draft, or an edition with the confirmations it has.

    ``sent`` is for the copy made in the moment of sending, which has no confirmations yet and is no draft any more.
    """
    language = language or get_language() or DEFAULT_LANGUAGE
    with translation.override(language):
        signatures = (
            tuple(_signature(item, standing) for item in standing.confirmations)
            if standing
            else tuple(SignatureEntry(dept=d.name) for d in concerned_departments(meeting))
        )
    extras = Extras(
        company=settings.TONGZHOU_COMPANY_NAME,
        signatures=signatures,
        digest=digest(document) if standing or sent else "",
        log_head=head_line(),
        draft=standing is None and not sent,
    )
    return lay_out(MEETING_MINUTES, document["content"], document["head"], language, extras)


def department_part(content: Mapping[str, Any], department_id: int) -> dict[str, list[dict[str, Any]]]:
    """What was agreed for one department: its commitments, decisions, open points and resources, as the minutes say it."""
    return {
        table: [dict(row) for row in content.get(table, ()) if row.get("department_id") == department_id]
        for table in ("commitments", "decisions", "open_items", "resources")
    }


def _state(decision: Decision | None, closed: bool) -> str:
    if decision is None:
        return "silent" if closed else "unanswered"
    return "objected" if decision.verdict == Verdict.OBJECT else "confirmed"


def _signature(item: Confirmation, standing: Standing) -> SignatureEntry:
    decision = item.decision
    if decision is None:
        silent = item.state == "silent" and standing.edition.locked_at is not None
        return SignatureEntry(dept=item.department.name, opinion=_("silent until the deadline") if silent else "")
    opinion = _("confirmed") if decision.verdict == Verdict.AGREE else _("objected")
    return SignatureEntry(
        dept=item.department.name,
        name=decision.person_name,
        signed_at=_moment(decision.at),
        opinion=f"{opinion}: {decision.reason}" if decision.reason else opinion,
        on_behalf_of=decision.on_behalf_of,
        level=str(decision.level.label) if decision.level else "",
    )


def _content(meeting: Meeting) -> dict[str, Any]:
    attendees = list(meeting.attendees.select_related("person", "instead_of"))
    starts_at, ends_at = held(meeting)
    return {
        "title": meeting.title,
        "type": [meeting.kind],
        "starts_at": _moment(starts_at),
        "ends_at": _moment(ends_at),
        "location": meeting.location,
        "chair": meeting.chair.name,
        "recorder": meeting.recorder.name,
        "invited": [_invited(attendee) for attendee in attendees],
        "attendees": [_invited(a) for a in attendees if a.attendance == Attendance.PRESENT],
        "absentees": [_absent(a) for a in attendees if a.attendance in {Attendance.ABSENT, Attendance.DECLINED}],
        "agenda_items": [
            {
                "topic": item.topic,
                "points": item.points,
                "disagreements": item.disagreements,
                "conclusion": item.conclusion,
            }
            for item in meeting.agenda.all()
        ],
        "goals": [
            {
                "metric": _goal(objective.text, objective.metric),
                "baseline": _amount(objective.baseline, objective.unit),
                "target": _amount(objective.target, objective.unit),
                "due": _day(objective.due),
                "source": objective.source,
            }
            for objective in meeting.project.objectives.all()
        ],
        "commitments": [
            {
                "dept": commitment.department.name,
                "department_id": commitment.department_id,
                "action": commitment.action,
                "measure": "；".join(
                    part for part in (commitment.deliverable, quantity_words(commitment), commitment.acceptance) if part
                ),
                "owner": commitment.owner.name if commitment.owner else "",
                "due": _day(commitment.due),
            }
            for commitment in commitments_in(meeting)
        ],
        "resources": [
            {
                "dept": statement.department.name,
                "department_id": statement.department_id,
                "offers": statement.offers,
                "needs": statement.needs,
            }
            for statement in meeting.resource_statements.select_related("department")
            if statement.offers.strip() or statement.needs.strip()
        ],
        "decisions": [
            {
                "text": resolution.text,
                "dept": resolution.department.name if resolution.department else "",
                "department_id": resolution.department_id,
                "owner": resolution.owner.name if resolution.owner else "",
                "due": _day(resolution.due),
            }
            for resolution in meeting.resolutions.select_related("department", "owner")
        ],
        "open_items": [
            {
                "item": point.text,
                "owner": point.owner.name if point.owner else (point.department.name if point.department else ""),
                "department_id": point.department_id,
                "due": _day(point.due),
            }
            for point in meeting.open_points.select_related("department", "owner")
        ],
        "next_meeting_at": _moment(meeting.next_meeting_at or meeting.first_sync_at),
        "first_sync_at": _moment(meeting.first_sync_at),
        "cc": [name for name in meeting.cc.replace("，", ",").replace("、", ",").split(",") if name.strip()],
    }


def held(meeting: Meeting) -> tuple[datetime, datetime]:
    """When the meeting was really held; as planned where nobody started or ended it."""
    if meeting.started_at and meeting.ended_at and meeting.ended_at > meeting.started_at:
        return meeting.started_at, meeting.ended_at
    return meeting.starts_at, meeting.ends_at


def _invited(attendee: Attendee) -> str:
    if attendee.instead_of is None:
        return attendee.person.name
    return _("%(name)s (for %(head)s)") % {"name": attendee.person.name, "head": attendee.instead_of.name}


def _absent(attendee: Attendee) -> str:
    if not attendee.reason:
        return attendee.person.name
    return _("%(name)s (%(reason)s)") % {"name": attendee.person.name, "reason": attendee.reason}


def _goal(text: str, metric: str) -> str:
    return text if not metric or metric in text else f"{text}（{metric}）"


def _amount(value: Any, unit: str) -> str:
    return "" if value is None else f"{number_text(value)}{unit}"


def _day(day: Any) -> str:
    return day.isoformat() if day else ""


def _moment(moment: datetime | None) -> str:
    """Wall clock of the company, to the minute."""
    if moment is None:
        return ""
    return moment.astimezone(clock.company_zone()).replace(second=0, microsecond=0).isoformat()
