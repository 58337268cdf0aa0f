"""What a meeting looks at while it runs: its departments, its commitments and what is vague in them."""

from __future__ import annotations

from dataclasses import dataclass

from tongzhou.people.models import Department
from tongzhou.projects.figures import number_text
from tongzhou.projects.models import Commitment
from tongzhou.projects.queries import CommitmentWording, commitment_findings, reading_now
from tongzhou.projects.states import CommitmentState

from ..models import Attendee, Meeting
from ..states import ALIGNS


@dataclass(frozen=True, slots=True)
class CommitmentLine:
    """A commitment as the meeting sees it: where it was promised and what is still vague."""

    commitment: Commitment
    is_from_here: bool
    wording: CommitmentWording

    @property
    def vague(self) -> tuple[str, ...]:
        """Why it is not concrete yet; nothing where it is, or where it was accepted as it stands with a reason."""
        if self.wording.is_concrete:
            return ()
        return tuple(remark.why for remark in self.wording.remarks if remark.is_vague)


def source_of(meeting: Meeting) -> str:
    """How a commitment names the meeting in which it was taken down."""
    return f"meeting:{meeting.pk}"


def meeting_departments(meeting: Meeting) -> list[Department]:
    """The departments that take part in the project, in their order."""
    return [
        party.department for party in meeting.project.parties.filter(left_at__isnull=True).select_related("department")
    ]


def concerned_departments(meeting: Meeting) -> list[Department]:
    """Departments that confirm the minutes: for a kickoff all that take part in the project, else those invited."""
    departments = meeting_departments(meeting)
    if meeting.kind in ALIGNS:
        return departments
    invited = set(Attendee.objects.filter(meeting=meeting).values_list("department_id", flat=True))
    return [department for department in departments if department.pk in invited]


def commitments_in(meeting: Meeting) -> list[Commitment]:
    """What stands in the minutes: of a kickoff everything the project has promised, else what was promised here."""
    rows = meeting.project.commitments.exclude(state=CommitmentState.WITHDRAWN).select_related("department", "owner")
    if meeting.kind not in ALIGNS:
        rows = rows.filter(source=source_of(meeting))
    return list(rows)


def commitment_lines(meeting: Meeting) -> list[CommitmentLine]:
    """The commitments of the meeting, each with what is still vague about it."""
    reading, source = reading_now(), source_of(meeting)
    return [
        CommitmentLine(commitment, commitment.source == source, commitment_findings(commitment, reading))
        for commitment in commitments_in(meeting)
    ]


def quantity_words(commitment: Commitment) -> str:
    """The quantity with its unit, without trailing zeros."""
    if commitment.quantity is None:
        return ""
    return f"{number_text(commitment.quantity)} {commitment.unit}".strip()
