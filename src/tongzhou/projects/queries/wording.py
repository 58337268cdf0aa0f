"""What the wording checks say of an objective or a commitment, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongzhou.calendars.queries import company_calendar
from tongzhou.core import clock
from tongzhou.engine.wording import (
    CommitmentText,
    ObjectiveText,
    Span,
    check_commitment,
    check_objective,
    explain,
    explain_letter,
    rewrite_frame,
)
from tongzhou.engine.workcal import WorkCalendar

from ..figures import number_text
from ..models import Commitment, Objective, ObjectiveBacking

# The same sentences are read on every page of a project, by everybody, all day.
_check_commitment = lru_cache(maxsize=2048)(check_commitment)
_check_objective = lru_cache(maxsize=1024)(check_objective)

LETTER_NAMES: dict[str, Promise] = {
    "S": _("Specific"),
    "M": _("Measurable"),
    "A": _("Achievable"),
    "R": _("Relevant"),
    "T": _("Time-bound"),
}


LEFT_TO_THE_DEPARTMENT = frozenset({"no_owner", "no_acceptance"})


@dataclass(frozen=True, slots=True)
class Reading:
    """With which eyes a text is read: today, the company's calendar, the reader's language. Read once for a list."""

    today: date
    calendar: WorkCalendar
    language: str


def reading_now() -> Reading:
    """Today, on the company's calendar, in the language of this request."""
    return Reading(clock.today(), company_calendar(), get_language() or "zh-hans")


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter of SMART. It is fine when it is met, or when it was overruled with a reason."""

    letter: str
    name: str | Promise
    met: bool
    text: str
    overruled: str = ""

    @property
    def is_fine(self) -> bool:
        """True when this letter holds nobody up."""
        return self.met or bool(self.overruled)


@dataclass(frozen=True, slots=True)
class ObjectiveSmart:
    """The five letters of one objective, and which departments' heads have called it achievable as worded now."""

    letters: tuple[Letter, ...]
    backed_by: frozenset[int] = frozenset()
    asked: frozenset[int] = frozenset()

    @property
    def is_smart(self) -> bool:
        """True when every letter is met or overruled with a reason."""
        return all(letter.is_fine for letter in self.letters)

    @property
    def missing(self) -> tuple[Letter, ...]:
        """The letters that are neither met nor overruled."""
        return tuple(letter for letter in self.letters if not letter.is_fine)

    def letter(self, name: str) -> Letter:
        """One of S, M, A, R, T."""
        return next(letter for letter in self.letters if letter.letter == name)


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark on a commitment: the word it is about (or none where something is missing), and why."""

    text: str
    why: str
    field: str
    is_vague: bool
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class CommitmentWording:
    """What the check says of one commitment, and what a concrete one would still need."""

    remarks: tuple[Remark, ...]
    reads_concrete: bool
    overruled: str = ""
    has_owner: bool = True
    has_due: bool = True
    pieces: tuple[tuple[str, str], ...] = ()
    """The text cut at its vague words: (words, why they are vague or "")."""

    @property
    def is_concrete(self) -> bool:
        """True when the words are concrete, or were accepted as they are with a reason."""
        return self.reads_concrete or bool(self.overruled)

    @property
    def is_ready(self) -> bool:
        """True when the gate finds nothing missing: concrete, with owner and due date."""
        return self.is_concrete and self.has_owner and self.has_due


def objective_smart(
    objective: Objective,
    backings: Iterable[ObjectiveBacking] | None = None,
    party_ids: Iterable[int] | None = None,
    reading: Reading | None = None,
) -> ObjectiveSmart:
    """The SMART check of an objective.

    A is met by evidence, or when the head of every department taking part has called the present wording achievable.
    ``backings`` and ``party_ids`` (departments taking part) are read where the caller does not bring them.
    """
    reading = reading or reading_now()
    if backings is None:
        backings = objective.backings.all()
    if party_ids is None:
        party_ids = objective.project.parties.filter(left_at__isnull=True).values_list("department_id", flat=True)
    asked = frozenset(party_ids)
    backed = frozenset(b.department_id for b in backings if b.objective_version == objective.version) & asked
    text = ObjectiveText(
        text=objective.text,
        metric=objective.metric,
        unit=objective.unit,
        baseline=number_text(objective.baseline),
        target=number_text(objective.target),
        start=objective.starts_on,
        due=objective.due,
        source=objective.source,
        relevance=objective.company_goal,
        evidence=objective.evidence,
        confirmed=len(backed),
        asked=len(asked),
    )
    return ObjectiveSmart(_letters(text, reading, objective.overruled), backed, asked)


def commitment_findings(commitment: Commitment, reading: Reading | None = None) -> CommitmentWording:
    """What is vague about a commitment, and what it lacks."""
    reading = reading or reading_now()
    owner = commitment.owner
    text = CommitmentText(
        text=commitment.action,
        department=commitment.department.name,
        owner=owner.name if owner else "",
        deliverable=commitment.deliverable,
        quantity=f"{number_text(commitment.quantity)} {commitment.unit}".strip() if commitment.quantity else "",
        due=commitment.due,
        acceptance=commitment.acceptance,
    )
    result = _check_commitment(text, reading.today, reading.calendar)
    remarks = _remarks(text, result.findings, reading)
    return CommitmentWording(
        remarks=remarks,
        reads_concrete=result.concrete,
        overruled=commitment.overruled_reason,
        has_owner=owner is not None,
        has_due=commitment.due is not None,
        pieces=_pieces(commitment.action, remarks),
    )


def check_typed_objective(values: Mapping[str, str]) -> dict[str, Any]:
    """Hints while an objective is typed, for ``components/hints.html``; nothing is stored."""
    reading = reading_now()
    text = ObjectiveText(
        text=values.get("text", ""),
        metric=values.get("metric", ""),
        unit=values.get("unit", ""),
        baseline=values.get("baseline", ""),
        target=values.get("target", ""),
        due=_day_or_text(values.get("due", "")),
        source=values.get("source", ""),
        relevance=values.get("company_goal", ""),
        evidence=values.get("evidence", ""),
    )
    letters = _letters(text, reading, {})
    return {"letters": letters, "vague": (), "rewrite": "", "met": all(letter.met for letter in letters)}


def check_typed_commitment(values: Mapping[str, str], *, is_wish: bool = False) -> dict[str, Any]:
    """Hints while a commitment is typed: what is vague and a frame to fill in; nothing is stored.

    ``is_wish``: it is asked of a department, which will name owner and acceptance criterion itself when it commits.
    """
    reading = reading_now()
    text = CommitmentText(
        text=values.get("text", ""),
        department=values.get("department", ""),
        owner=values.get("owner", ""),
        deliverable=values.get("deliverable", ""),
        quantity=values.get("quantity", ""),
        due=_day_or_text(values.get("due", "")),
        acceptance=values.get("acceptance", ""),
    )
    result = _check_commitment(text, reading.today, reading.calendar)
    findings = [found for found in result.findings if not (is_wish and found.code in LEFT_TO_THE_DEPARTMENT)]
    frame = "" if result.concrete else rewrite_frame(text.text, reading.language, reading.today, reading.calendar)
    return {
        "letters": (),
        "vague": _remarks(text, findings, reading),
        "rewrite": frame,
        "met": result.concrete,
    }


def _letters(text: ObjectiveText, reading: Reading, overruled: Mapping[str, str]) -> tuple[Letter, ...]:
    return tuple(
        Letter(
            letter=found.letter,
            name=LETTER_NAMES[found.letter],
            met=found.met,
            text=explain_letter(found, reading.language),
            overruled=str(overruled.get(found.letter, "")),
        )
        for found in _check_objective(text, reading.today, reading.calendar).letters
    )


def _remarks(text: CommitmentText, findings: Iterable[Any], reading: Reading) -> tuple[Remark, ...]:
    remarks = []
    for finding in findings:
        words = str(getattr(text, finding.field, "") or "")
        remarks.append(
            Remark(
                text=words[slice(*finding.span)] if finding.span else "",
                why=explain(finding, reading.language),
                field=finding.field,
                is_vague=finding.blocking,
                span=finding.span,
            )
        )
    return tuple(remarks)


def _pieces(text: str, remarks: Iterable[Remark]) -> tuple[tuple[str, str], ...]:
    pieces, at = [], 0
    marked = [r for r in remarks if r.field == "text" and r.span is not None and r.is_vague]
    for remark in sorted(marked, key=lambda r: r.span or Span(0, 0)):
        start, end = remark.span or Span(0, 0)
        if start < at:
            continue
        pieces += [(text[at:start], ""), (text[start:end], remark.why)]
        at = end
    return tuple((words, why) for words, why in [*pieces, (text[at:], "")] if words)


def _day_or_text(text: str) -> date | str | None:
    text = text.strip()
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text or None
