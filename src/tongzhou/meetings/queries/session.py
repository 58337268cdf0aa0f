"""What a meeting looks at while it runs: objectives with their SMART state, commitments with what is vague in them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language

from tongzhou.calendars.queries import company_calendar
from tongzhou.core import clock
from tongzhou.engine.wording import (
    CommitmentText,
    ObjectiveText,
    check_commitment,
    check_objective,
    explain,
    explain_letter,
)
from tongzhou.people.models import Department
from tongzhou.projects.models import Commitment, Objective
from tongzhou.projects.states import CommitmentState

from ..models import Attendee, Meeting
from ..states import ALIGNS


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter of the SMART check as shown: met, overruled with a reason, or missing with the reason why."""

    letter: str
    met: bool
    text: str
    overruled: str = ""

    @property
    def is_fine(self) -> bool:
        """True when this letter holds nobody up."""
        return self.met or bool(self.overruled)


@dataclass(frozen=True, slots=True)
class ObjectiveLine:
    """An objective as the meeting sees it."""

    objective: Objective
    letters: tuple[Letter, ...]

    @property
    def is_smart(self) -> bool:
        """True when nothing is missing that was not accepted with a reason."""
        return all(letter.is_fine for letter in self.letters)


@dataclass(frozen=True, slots=True)
class CommitmentLine:
    """A commitment as the meeting sees it: where it was promised and what is still vague."""

    commitment: Commitment
    is_from_here: bool
    vague: tuple[str, ...]


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


def objective_lines(meeting: Meeting) -> list[ObjectiveLine]:
    """Every objective of the project with its SMART check, in three queries."""
    today, calendar, language = clock.today(), company_calendar(), get_language() or "zh-hans"
    asked = meeting.project.parties.filter(left_at__isnull=True).count()
    lines = []
    for objective in meeting.project.objectives.prefetch_related("backings"):
        backed = sum(1 for b in objective.backings.all() if b.objective_version == objective.version)
        result = check_objective(
            ObjectiveText(
                text=objective.text,
                metric=objective.metric,
                unit=objective.unit,
                baseline="" if objective.baseline is None else f"{objective.baseline.normalize():f}",
                target="" if objective.target is None else f"{objective.target.normalize():f}",
                start=objective.starts_on,
                due=objective.due,
                source=objective.source,
                relevance=objective.company_goal,
                evidence=objective.evidence,
                confirmed=backed,
                asked=asked,
            ),
            today,
            calendar,
        )
        letters = tuple(
            Letter(
                letter.letter,
                letter.met,
                explain_letter(letter, language),
                str(objective.overruled.get(letter.letter, "")),
            )
            for letter in result.letters
        )
        lines.append(ObjectiveLine(objective, letters))
    return lines


def commitments_in(meeting: Meeting) -> list[Commitment]:
    """What stands in the minutes: of a kickoff everything the project has promised, else what was promised here."""
    rows = meeting.project.commitments.exclude(state=CommitmentState.WITHDRAWN).select_related("department", "owner")
    if meeting.kind not in ALIGNS:
        rows = rows.filter(source=source_of(meeting))
    return list(rows)


def commitment_lines(meeting: Meeting) -> list[CommitmentLine]:
    """The commitments of the meeting, each with what is still vague about it."""
    today, calendar, language = clock.today(), company_calendar(), get_language() or "zh-hans"
    return [
        CommitmentLine(
            commitment,
            commitment.source == source_of(meeting),
            ()
            if commitment.overruled_reason
            else tuple(
                explain(finding, language)
                for finding in check_commitment(_as_text(commitment), today, calendar).findings
                if finding.blocking
            ),
        )
        for commitment in commitments_in(meeting)
    ]


def quantity_words(commitment: Commitment) -> str:
    """The quantity with its unit, without trailing zeros."""
    if commitment.quantity is None:
        return ""
    return f"{commitment.quantity.normalize():f} {commitment.unit}".strip()


def _as_text(commitment: Commitment) -> CommitmentText:
    return CommitmentText(
        text=commitment.action,
        department=commitment.department.name,
        owner=commitment.owner.name if commitment.owner else "",
        deliverable=commitment.deliverable,
        quantity=quantity_words(commitment),
        due=commitment.due,
        acceptance=commitment.acceptance,
    )
