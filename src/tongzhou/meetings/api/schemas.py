"""What the endpoints of meetings take and give."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from ninja import Schema
from pydantic import AwareDatetime, Field

from tongzhou.core.api import Text
from tongzhou.people.models import Department, Person
from tongzhou.signoff.api import PasskeyIn

from ..models import AgendaItem, Attendee, Meeting, MinutesEdition, OpenPoint, Resolution, ResourceStatement

Key = Annotated[int, Field(ge=1, le=2**63 - 1)]
Version = Annotated[int, Field(ge=0, le=2**31 - 1)]
PageNumber = Annotated[int, Field(ge=1, le=100_000)]


class Ref(Schema):
    """A person or a department by key and name."""

    id: int
    name: str


def ref(thing: Person | Department) -> Ref:
    """The reference to somebody."""
    return Ref(id=thing.pk, name=thing.name)


def ref_if(thing: Person | Department | None) -> Ref | None:
    """The same, or nobody."""
    return ref(thing) if thing is not None else None


class MeetingOut(Schema):
    """A meeting in a list."""

    id: int
    version: int
    project_id: int
    project: str
    kind: str
    title: str
    state: str
    starts_at: datetime
    ends_at: datetime
    location: str
    chair: Ref
    recorder: Ref

    @classmethod
    def of(cls, meeting: Meeting) -> MeetingOut:
        """The meeting as the API shows it."""
        return cls(**_facts(meeting))


class AttendeeOut(Schema):
    """One invited person."""

    id: int
    person: Ref
    department: Ref | None
    role: str
    attendance: str
    reason: str
    instead_of: Ref | None

    @classmethod
    def of(cls, attendee: Attendee) -> AttendeeOut:
        """The attendee as the API shows them."""
        return cls(
            id=attendee.pk,
            person=ref(attendee.person),
            department=ref_if(attendee.department),
            role=attendee.role,
            attendance=attendee.attendance,
            reason=attendee.reason,
            instead_of=ref_if(attendee.instead_of),
        )


class AgendaItemOut(Schema):
    """One topic and what was noted to it."""

    id: int
    version: int
    position: int
    topic: str
    points: str
    disagreements: str
    conclusion: str

    @classmethod
    def of(cls, item: AgendaItem) -> AgendaItemOut:
        """The topic as the API shows it."""
        names = ("version", "position", "topic", "points", "disagreements", "conclusion")
        return cls(id=item.pk, **{name: getattr(item, name) for name in names})


class StatementOut(Schema):
    """What a department brings and needs."""

    id: int
    version: int
    department: Ref
    offers: str
    needs: str

    @classmethod
    def of(cls, statement: ResourceStatement) -> StatementOut:
        """The statement as the API shows it."""
        return cls(
            id=statement.pk,
            version=statement.version,
            department=ref(statement.department),
            offers=statement.offers,
            needs=statement.needs,
        )


class ResolutionOut(Schema):
    """One decision; ``commitment_id`` once it became a commitment."""

    id: int
    version: int
    text: str
    department: Ref | None
    owner: Ref | None
    due: date | None
    commitment_id: int | None

    @classmethod
    def of(cls, resolution: Resolution) -> ResolutionOut:
        """The decision as the API shows it."""
        return cls(
            id=resolution.pk,
            version=resolution.version,
            text=resolution.text,
            department=ref_if(resolution.department),
            owner=ref_if(resolution.owner),
            due=resolution.due,
            commitment_id=resolution.commitment_id,
        )


class OpenPointOut(Schema):
    """What is still open, or how it was settled."""

    id: int
    version: int
    text: str
    department: Ref | None
    owner: Ref | None
    due: date | None
    settled_at: datetime | None
    answer: str

    @classmethod
    def of(cls, point: OpenPoint) -> OpenPointOut:
        """The point as the API shows it."""
        return cls(
            id=point.pk,
            version=point.version,
            text=point.text,
            department=ref_if(point.department),
            owner=ref_if(point.owner),
            due=point.due,
            settled_at=point.settled_at,
            answer=point.settlement,
        )


class CommitmentLineOut(Schema):
    """A commitment as the minutes will have it, and what is still vague about it."""

    id: int
    version: int
    number: int
    department: Ref
    owner: Ref | None
    action: str
    deliverable: str
    quantity: Decimal | None
    unit: str
    due: date | None
    acceptance: str
    state: str
    is_from_here: bool
    vague: list[str]


class WholeMeetingOut(MeetingOut):
    """A meeting with everything noted in it."""

    first_sync_at: datetime | None
    next_meeting_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    cc: str
    attendees: list[AttendeeOut]
    agenda: list[AgendaItemOut]
    resources: list[StatementOut]
    commitments: list[CommitmentLineOut]
    decisions: list[ResolutionOut]
    open_points: list[OpenPointOut]


class MeetingPage(Schema):
    """One page of meetings."""

    items: list[MeetingOut]
    page: int
    pages: int
    count: int


class CandidateOut(Schema):
    """Somebody who may be invited."""

    person: Ref
    department: Ref | None
    role: str
    is_proposed: bool


class ProposalOut(Schema):
    """A meeting of a kind as it is proposed."""

    kind: str
    title: str
    starts_at: datetime
    ends_at: datetime
    chair: Ref
    recorder: Ref
    agenda: list[str]
    people: list[CandidateOut]


class WarningOut(Schema):
    """What speaks against a time; it never refuses."""

    text: str
    person_id: int | None


class MeetingIn(Schema):
    """A meeting to be planned. Without ``agenda`` the usual one of the kind is put down."""

    kind: Text
    title: Text
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    location: Text = ""
    chair_id: Key | None = None
    recorder_id: Key | None = None
    attendee_ids: Annotated[list[Key], Field(max_length=300)] = []
    agenda: Annotated[list[Text], Field(max_length=50)] | None = None


class MeetingPatch(Schema):
    """What is to change; ``attendee_ids`` names everybody who is invited from now on."""

    version: Version
    title: Text | None = None
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None
    location: Text | None = None
    chair_id: Key | None = None
    recorder_id: Key | None = None
    attendee_ids: Annotated[list[Key], Field(max_length=300)] | None = None


class ClosingPatch(Schema):
    """What closes a meeting."""

    version: Version
    first_sync_at: AwareDatetime | None = None
    next_meeting_at: AwareDatetime | None = None
    started_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None
    cc: Text = ""


class MeetingReasonIn(Schema):
    """Why."""

    reason: Text = ""


class MeetingAnswerIn(Schema):
    """``accepted`` or ``declined`` with the reason, and who comes instead."""

    answer: Text
    reason: Text = ""
    instead_id: Key | None = None


class InviteIn(Schema):
    """One more person."""

    person_id: Key
    instead_of_id: Key | None = None


class AttendanceIn(Schema):
    """``present``, ``absent`` (with reason) or ``invited`` (not noted)."""

    attendance: Text
    reason: Text = ""


class AgendaItemIn(Schema):
    """A topic."""

    topic: Text
    points: Text = ""
    disagreements: Text = ""
    conclusion: Text = ""


class AgendaItemPatch(Schema):
    """What of a topic is written; left out stays as it is."""

    version: Version
    topic: Text | None = None
    points: Text | None = None
    disagreements: Text | None = None
    conclusion: Text | None = None


class MoveIn(Schema):
    """One place up (-1) or down (1)."""

    step: Annotated[int, Field(ge=-1, le=1)]


class StatementPut(Schema):
    """What a department brings and needs; version 0 where nothing is written yet."""

    version: Version = 0
    offers: Text = ""
    needs: Text = ""


class MeetingCommitmentIn(Schema):
    """A promise as it is taken down."""

    department_id: Key
    action: Text
    owner_id: Key | None = None
    deliverable: Text = ""
    quantity: Decimal | None = None
    unit: Text = ""
    due: date | None = None
    acceptance: Text = ""


class MeetingCommitmentPatch(Schema):
    """What of a promise is changed; left out stays as it is."""

    version: Version
    department_id: Key | None = None
    action: Text | None = None
    owner_id: Key | None = None
    deliverable: Text | None = None
    quantity: Decimal | None = None
    unit: Text | None = None
    due: date | None = None
    acceptance: Text | None = None


class OwnedIn(Schema):
    """A decision or an open point."""

    text: Text
    department_id: Key | None = None
    owner_id: Key | None = None
    due: date | None = None


class OwnedPatch(Schema):
    """What of it is changed; left out stays as it is."""

    version: Version
    text: Text | None = None
    department_id: Key | None = None
    owner_id: Key | None = None
    due: date | None = None


class CommitIn(Schema):
    """The department, where the decision names none."""

    department_id: Key | None = None


class SettleIn(Schema):
    """The answer to an open point."""

    answer: Text


class ConfirmationOut(Schema):
    """Where one department stands: confirmed, objected, silent or unanswered."""

    department: Ref
    state: str
    person: str
    on_behalf_of: str
    reason: str
    level: str
    at: datetime | None
    is_mine: bool


class MeetingEditionOut(Schema):
    """One edition of the minutes; ``digest`` is the fingerprint of exactly this content."""

    number: int
    digest: str
    sent_at: datetime
    locked_at: datetime | None
    due_at: datetime | None
    is_open: bool
    head: dict[str, Any]
    content: dict[str, Any]
    confirmations: list[ConfirmationOut]


class EditionRef(Schema):
    """An edition in a list."""

    number: int
    digest: str
    sent_at: datetime
    locked_at: datetime | None

    @classmethod
    def of(cls, edition: MinutesEdition) -> EditionRef:
        """The edition as the API lists it."""
        return cls(number=edition.number, digest=edition.digest, sent_at=edition.at, locked_at=edition.locked_at)


class DraftOut(Schema):
    """The minutes as they would be sent now; ``missing`` says why they cannot be yet."""

    number: int
    digest: str
    head: dict[str, Any]
    content: dict[str, Any]
    missing: list[str]


class SendIn(Schema):
    """The digest of the draft that was read."""

    digest: Text


class MinutesAnswerIn(Schema):
    """``agree`` or ``object`` (with the reason), to exactly the content with this digest."""

    department_id: Key
    verdict: Text
    digest: Text
    reason: Text = ""
    passkey: PasskeyIn | None = None


class MeetingDoneOut(Schema):
    """The act was done."""

    done: bool = True


def _facts(meeting: Meeting) -> dict[str, Any]:
    names = ("version", "project_id", "kind", "title", "state", "starts_at", "ends_at", "location")
    return {
        "id": meeting.pk,
        "project": meeting.project.name,
        "chair": ref(meeting.chair),
        "recorder": ref(meeting.recorder),
        **{name: getattr(meeting, name) for name in names},
    }


def facts_of(meeting: Meeting) -> dict[str, Any]:
    """What list and whole share."""
    return _facts(meeting)
