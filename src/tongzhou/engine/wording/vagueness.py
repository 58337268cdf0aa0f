"""Tells whether a commitment is concrete, and marks the words that are not.

A commitment is concrete when it names an act with an object, and a date or a recurring time, and nothing in it stands
in for a number, an object or a date. A vague word is forgiven where what it stands for is said beside it: 配合 does no
harm in 派3名工程师配合市场部做6月10日的压测. A vague text always shows where: at its vague words, or else at the phrase
to which the date or the object is missing. Nothing here blocks anybody: findings explain, people decide.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from tongzhou.engine.workcal import WorkCalendar

from .date_phrase import DateKind, DatePhrase
from .dates import find_dates
from .lexicon import ACTS, EMPTY, PATTERNS, Vague
from .phrases import telling_phrase
from .quantities import Quantity, find_quantities
from .scan import Span, scan, sentences, without_overlaps

_WHOLE = 200
"""Texts up to this length are judged as a whole; in longer ones each sentence must stand by itself."""


@dataclass(frozen=True)
class CommitmentText:
    """A commitment as far as it is written down; what has a field of its own need not be said in the text."""

    text: str = ""
    department: str = ""
    owner: str = ""
    deliverable: str = ""
    quantity: str = ""
    due: date | str | None = None
    acceptance: str = ""


@dataclass(frozen=True)
class Finding:
    """One remark on a commitment; `messages.explain` puts it in words."""

    code: str
    span: Span | None
    """Where in the field; where something is missing, the phrase that it is missing to, unless a word is marked."""
    params: Mapping[str, str] = field(default_factory=dict)
    field: str = "text"
    blocking: bool = True
    """Whether the commitment is vague because of it; the rest is advice."""


@dataclass(frozen=True)
class CommitmentResult:
    """What is said about a commitment, in the order of the text."""

    concrete: bool
    findings: tuple[Finding, ...]
    dates: tuple[DatePhrase, ...]
    quantities: tuple[Quantity, ...]
    truncated: bool
    """The text was longer than SCAN_LIMIT; only its beginning was read."""


@dataclass(frozen=True)
class _Evidence:
    """What a piece of text says outright."""

    date: bool
    quantity: bool
    act: bool


def check_commitment(commitment: CommitmentText, today: date, calendar: WorkCalendar | None = None) -> CommitmentResult:
    """Reads a commitment; fields count as said, the text is read for the rest."""
    scanned = scan(commitment.text)
    text = scanned.text
    dates = find_dates(text, today, calendar).phrases
    quantities = find_quantities(text, (phrase.span for phrase in dates if phrase.hours is None)).quantities
    findings = [
        Finding("invalid_date", phrase.span, {"word": text[slice(*phrase.span)]})
        for phrase in dates
        if phrase.kind is DateKind.INVALID
    ]
    due_given, due_finding = _due_field(commitment.due, today, calendar)
    findings += due_finding
    fields = _Evidence(due_given, bool(commitment.quantity.strip()), bool(commitment.deliverable.strip()))
    findings += _vague_words(text, dates, quantities, fields)
    (whole,) = _evidence(text, [Span(0, len(text))], dates, quantities, fields)
    for name in ("deliverable", "acceptance"):
        findings += _vague_in_field(name, getattr(commitment, name), whole, today, calendar)
    findings += _missing(commitment, text, whole, findings, dates, quantities)
    findings = _shown(text, findings, dates)
    findings.sort(key=lambda finding: (finding.span is None, finding.field != "text", finding.span or Span(0, 0)))
    concrete = not any(finding.blocking for finding in findings)
    return CommitmentResult(concrete, tuple(findings), dates, quantities, scanned.truncated)


@lru_cache(maxsize=8)  # judged, marked and framed, one text is asked for several times
def vague_words(text: str) -> tuple[tuple[Vague, Span], ...]:
    """Every word of the lexicon in the text, whatever stands beside it."""
    text = scan(text).text
    found = [(kind, Span(*match.span())) for kind, pattern in PATTERNS for match in pattern.finditer(text)]
    kept = without_overlaps([(span, number) for number, (_, span) in enumerate(found)])
    return tuple(found[index] for index in kept)


def _due_field(due: date | str | None, today: date, calendar: WorkCalendar | None) -> tuple[bool, list[Finding]]:
    if due is None or isinstance(due, date):
        return due is not None, []
    phrases = find_dates(due, today, calendar).phrases
    wrong = [
        Finding("invalid_date", phrase.span, {"word": due[slice(*phrase.span)]}, "due")
        for phrase in phrases
        if phrase.kind is DateKind.INVALID
    ]
    return any(phrase.is_deadline for phrase in phrases), wrong


def _evidence(
    text: str, scopes: list[Span], dates: Iterable[DatePhrase], quantities: Iterable[Quantity], fields: _Evidence
) -> list[_Evidence]:
    """What each of the consecutive scopes says, together with the fields."""
    starts = [scope.start for scope in scopes]

    def scopes_of(spans: Iterable[Span]) -> set[int]:
        return {bisect_right(starts, span.start) - 1 for span in spans}

    dated = scopes_of(phrase.span for phrase in dates if phrase.is_deadline)
    counted = scopes_of(quantity.span for quantity in quantities)
    acting = scopes_of(Span(*match.span()) for pattern in ACTS for match in pattern.finditer(text))
    return [
        _Evidence(fields.date or n in dated, fields.quantity or n in counted, fields.act or n in acting)
        for n in range(len(scopes))
    ]


def _vague_words(
    text: str, dates: tuple[DatePhrase, ...], quantities: tuple[Quantity, ...], fields: _Evidence
) -> list[Finding]:
    scopes = [Span(0, len(text))] if len(text) <= _WHOLE else sentences(text)
    evidence = _evidence(text, scopes, dates, quantities, fields)
    starts = [scope.start for scope in scopes]
    return [
        Finding(kind.value, span, {"word": text[slice(*span)]})
        for kind, span in vague_words(text)
        if not _forgiven(kind, evidence[bisect_right(starts, span.start) - 1])
    ]


def _vague_in_field(
    name: str, value: str, evidence: _Evidence, today: date, calendar: WorkCalendar | None
) -> list[Finding]:
    text = scan(value).text
    numbers = bool(find_quantities(text).quantities)
    here = _Evidence(evidence.date, evidence.quantity or numbers, evidence.act)
    return [
        Finding(kind.value, span, {"word": text[slice(*span)]}, name)
        for kind, span in vague_words(text)
        if kind is not Vague.HELP and not _forgiven(kind, here)
    ]


def _forgiven(kind: Vague, beside: _Evidence) -> bool:
    """Whether what the word stands for is said beside it."""
    if kind is Vague.HEDGE:
        return False
    if kind is Vague.TIME:
        return beside.date
    if kind is Vague.CHANGE:
        return beside.quantity
    if kind is Vague.AMOUNT:
        return beside.quantity and beside.date
    return beside.date and (beside.quantity or beside.act)


def _missing(
    commitment: CommitmentText,
    text: str,
    whole: _Evidence,
    findings: list[Finding],
    dates: tuple[DatePhrase, ...],
    quantities: tuple[Quantity, ...],
) -> list[Finding]:
    missing = []
    if not whole.date and not any(finding.code == "invalid_date" for finding in findings):
        missing.append(Finding("no_date", None))
    if not (whole.act or whole.quantity or object_of(text, dates, quantities)):
        missing.append(Finding("no_object", None))
    if not whole.quantity:
        missing.append(Finding("no_quantity", None, blocking=False))
    if not commitment.owner.strip():
        missing.append(Finding("no_owner", None, blocking=False))
    if not commitment.acceptance.strip() and not _has_test(text):
        missing.append(Finding("no_acceptance", None, blocking=False))
    return missing


def _shown(text: str, findings: list[Finding], dates: tuple[DatePhrase, ...]) -> list[Finding]:
    """The findings, with the phrase to which something is missing marked where no word of the text is."""
    if any(finding.blocking and finding.span and finding.field == "text" for finding in findings):
        return findings
    for index, finding in enumerate(findings):
        if finding.code in ("no_date", "no_object"):
            span = telling_phrase(text, [phrase.span for phrase in dates])
            if span is not None:
                shown = replace(finding, span=span, params={"word": text[slice(*span)]})
                return [*findings[:index], shown, *findings[index + 1 :]]
    return findings


_TEST = re.compile(
    r"确保|合格|达标|通过|不低于|不高于|不超过|不少于|低于|高于|为零|为0|率[0-9]|签字|无[断缺误差]|验收"
    r"|so that|at least|no more than|below|under|pass mark|accepted|zero",
    re.IGNORECASE,
)


def _has_test(text: str) -> bool:
    return bool(_TEST.search(text))


def object_of(text: str, dates: tuple[DatePhrase, ...], quantities: tuple[Quantity, ...]) -> str:
    """What is left of a text without dates, numbers, vague words and words without content; empty when too little."""
    letters = list(text)
    spans = [phrase.span for phrase in dates] + [quantity.span for quantity in quantities]
    for span in spans + [span for _, span in vague_words(text)]:
        letters[span.start : span.end] = " " * (span.end - span.start)
    rest = re.sub(r"\s+", " ", EMPTY.sub(" ", "".join(letters))).strip()
    chinese = sum("\u3400" <= character <= "\u9fff" for character in rest)
    return rest if chinese + 2 * len(re.findall(r"[A-Za-z]{3,}", rest)) >= 4 else ""
