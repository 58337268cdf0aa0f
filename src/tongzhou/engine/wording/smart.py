"""The SMART check of an objective: letter by letter what is met and what is missing.

Fields come first; what they leave open is read from the text. Achievable and relevant cannot be read from a sentence:
they ask for evidence (or every head's confirmation) and for the company goal that is served.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from tongzhou.engine.workcal import WorkCalendar

from .date_phrase import DateKind, DatePhrase
from .dates import find_dates
from .quantities import Quantity, QuantityScan, find_quantities
from .scan import Span, scan
from .vagueness import object_of

LETTERS = "SMART"


@dataclass(frozen=True)
class ObjectiveText:
    """An objective as far as it is written down; every part may be empty."""

    text: str = ""
    metric: str = ""
    unit: str = ""
    baseline: str = ""
    target: str = ""
    start: date | None = None
    due: date | str | None = None
    source: str = ""
    """Where the figure is read (数据来源)."""
    audience: str = ""
    """For whom or which part of the business."""
    relevance: str = ""
    """The company goal it serves."""
    evidence: str = ""
    """Why it can be reached."""
    confirmed: int = 0
    """Heads who confirmed that it can be reached, of `asked`."""
    asked: int = 0


@dataclass(frozen=True)
class LetterResult:
    """One letter: met or not, and why; `messages.explain_letter` puts it in words."""

    letter: str
    met: bool
    reason_code: str
    params: Mapping[str, str] = field(default_factory=dict)
    spans: tuple[Span, ...] = ()
    """What in the text it was read from, or what in it is wrong."""


@dataclass(frozen=True)
class SmartResult:
    """The five letters in order."""

    letters: tuple[LetterResult, ...]
    truncated: bool

    @property
    def met(self) -> bool:
        """Whether all five are met."""
        return all(letter.met for letter in self.letters)

    def letter(self, letter: str) -> LetterResult:
        """One of S, M, A, R, T."""
        return self.letters[LETTERS.index(letter)]


@dataclass(frozen=True)
class _Read:
    """The text with what was found in it."""

    text: str
    dates: tuple[DatePhrase, ...]
    numbers: QuantityScan


def check_objective(objective: ObjectiveText, today: date, calendar: WorkCalendar | None = None) -> SmartResult:
    """Checks one objective against all five letters; never raises on what people write."""
    scanned = scan(objective.text)
    dates = find_dates(scanned.text, today, calendar).phrases
    numbers = find_quantities(scanned.text, (phrase.span for phrase in dates if phrase.hours is None))
    read = _Read(scanned.text, dates, numbers)
    return SmartResult(
        (
            _specific(objective, read),
            _measurable(objective, read),
            _achievable(objective),
            _relevant(objective),
            _timebound(objective, read, today, calendar),
        ),
        scanned.truncated,
    )


# -- S ------------------------------------------------------------------------------------------------------------

_GENERAL = re.compile(
    r"一流|领先|更好|更满意|满意(?!度|率)|高质量|体验|影响力|降本增效|数字化转型|做大做强|优秀|标杆|生态|赋能"
    r"|新产品[,。]?$|核心竞争力|明显|大幅|显著|全面"
    r"|world-class|leading|better|happier|happy|agile|excellen(?:t|ce)|best-in-class|brand image|digital transformation"
    r"|cutting-edge|competitive|innovative",
    re.IGNORECASE,
)
_MAKES = re.compile(
    r"上线|完成|通过|取得|发布|推出|上市|建成|投产|交付|签订|签署|开业|开设|建立|编制|出版|搭建|落地|获得|切换|迁移"
    r"|\b(?:publish|finish|complet|open|launch|deliver|releas|obtain|build|migrat|pass|ship|install|introduc)(?:e|es|ed|ing|s)?\b",
    re.IGNORECASE,
)


def _specific(objective: ObjectiveText, read: _Read) -> LetterResult:
    """What, and for whom or which part; an amount makes a metric specific."""
    general = [Span(*match.span()) for match in _GENERAL.finditer(read.text)]
    if objective.metric.strip() and (objective.target.strip() or objective.audience.strip()):
        return LetterResult("S", True, "specific_ok")
    counted = tuple(quantity.span for quantity in _targets(read))
    counted += tuple(Span(*match.span()) for match in _MULTIPLE.finditer(read.text))
    subject = _subject(read) or objective.metric.strip()
    if counted and subject:
        return LetterResult("S", True, "specific_ok", spans=counted)
    made = _MAKES.search(read.text)
    if made and not general and object_of(read.text[made.end() :], (), ()):
        return LetterResult("S", True, "specific_ok", spans=(Span(*made.span()),))
    if general:
        words = "、".join(dict.fromkeys(read.text[slice(*span)] for span in general))
        return LetterResult("S", False, "specific_general", {"word": words[:80]}, tuple(general))
    return LetterResult("S", False, "specific_no_scope" if subject else "specific_no_subject")


def _subject(read: _Read) -> str:
    """What the text is about, when anything is left beside numbers, dates and verbs of change."""
    letters = list(read.text)
    for span in [phrase.span for phrase in read.dates] + [quantity.span for quantity in read.numbers.quantities]:
        letters[span.start : span.end] = " " * (span.end - span.start)
    rest = _CHANGE.sub(" ", "".join(letters))
    found = re.search(r"[\u3400-\u9fff]{2,}|[A-Za-z]{3,}", rest)
    return found[0] if found else ""


# -- M ------------------------------------------------------------------------------------------------------------

_CHANGE = re.compile(
    r"提升|提高|增长|增加|下降|降低|减少|缩短|压缩|上升|上涨|扩大|节约|减|增|降|提"
    r"|\b(?:increas|rais|improv|lift|grow|reduc|lower|cut|decreas|shorten|boost|doubl|tripl)(?:e|es|ed|ing|s)?\b",
    re.IGNORECASE,
)
_RELATIVE_ZH = re.compile(
    r"(?:提升|提高|增长|增加|下降|降低|减少|缩短|压缩|上升|上涨|扩大|节约|多|少|提前)(?:了|约|不少于|至少|超过|近)?\s?$"
)
_RELATIVE_EN = re.compile(
    r"(?:\bby|\bup|\bdown|\bof another|\ba further|\ban extra)\s(?:at least\s|about\s|up to\s)?$", re.IGNORECASE
)
_MULTIPLE = re.compile(
    r"翻一?番|翻[两三]番|\bdoubl(?:e|es|ing)\b|\btripl(?:e|es|ing)\b|\bhalv(?:e|es|ing)\b|减半|一半", re.IGNORECASE
)
_COMPARED = re.compile(
    r"同比|环比|较(?!大|多|高|好|快|低|少)|相比|对比|比(?=去年|上|本|20|同|现)|基于|year[- ]on[- ]year"
    r"|\byoy\b|compared|versus|\bvs\b"
    r"|against (?:the|last|20)|relative to|than (?:in|last|the)|over last",
    re.IGNORECASE,
)
# What measures nothing by itself: ages, ranks.
_NO_MEASURE = {"age", "top"}


def _targets(read: _Read) -> list[Quantity]:
    return [
        quantity
        for quantity in read.numbers.quantities
        if quantity.unit not in _NO_MEASURE and (quantity.unit or quantity.bound or _reached(read.text, quantity))
    ]


def _reached(text: str, quantity: Quantity) -> bool:
    """Whether a bare number is a level that is to be reached (提高到4.2, from 3.8 to 4.4)."""
    ahead = text[max(0, quantity.span.start - 8) : quantity.span.start]
    return bool(re.search(r"(?:到|至|为|达|破|超|满|\bto\b|\bat\b|\bfrom\b|从|由)\s?$", ahead, re.IGNORECASE))


def _is_relative(text: str, quantity: Quantity) -> bool:
    """Whether a number is a difference, which says little without the present value."""
    ahead = text[max(0, quantity.span.start - 16) : quantity.span.start]
    return quantity.unit in ("times", "percentage_point") or bool(
        _RELATIVE_ZH.search(ahead) or _RELATIVE_EN.search(ahead)
    )


def _measurable(objective: ObjectiveText, read: _Read) -> LetterResult:
    """Metric, unit, baseline, target; in fields all of them, in a text a level or a change from a known value."""
    said = _measured_by_text(read)
    if said.met or not (objective.metric.strip() or objective.target.strip()):
        return said
    if not objective.metric.strip():
        return LetterResult("M", False, "measurable_no_metric")
    numbers = find_quantities(objective.target).quantities
    if not numbers:
        return LetterResult("M", False, "measurable_no_target", {"metric": objective.metric.strip()})
    if not (objective.unit.strip() or numbers[0].unit):
        return LetterResult("M", False, "measurable_no_unit", {"metric": objective.metric.strip()})
    if not find_quantities(objective.baseline).quantities:
        return LetterResult("M", False, "measurable_no_baseline", {"metric": objective.metric.strip()})
    return LetterResult("M", True, "measurable_ok")


def _measured_by_text(read: _Read) -> LetterResult:
    if read.numbers.changes:
        change = read.numbers.changes[0]
        spans = (change.baseline.span, change.target.span)
        return LetterResult("M", True, "measurable_ok", spans=spans)
    targets = _targets(read)
    levels = tuple(quantity.span for quantity in targets if not _is_relative(read.text, quantity))
    differences = tuple(quantity.span for quantity in targets if _is_relative(read.text, quantity))
    differences += tuple(Span(*match.span()) for match in _MULTIPLE.finditer(read.text))
    if differences and not _COMPARED.search(read.text):
        return LetterResult("M", False, "measurable_no_baseline", {"metric": _subject(read)}, differences)
    if differences or levels:
        return LetterResult(
            "M", True, "measurable_ok" if differences else "measurable_level", spans=differences + levels
        )
    return LetterResult("M", False, "measurable_no_target", {"metric": _subject(read)})


# -- A, R -----------------------------------------------------------------------------------------------------------


def _achievable(objective: ObjectiveText) -> LetterResult:
    """Evidence, or the confirmation of every head who was asked."""
    if objective.evidence.strip():
        return LetterResult("A", True, "achievable_evidence")
    counts = {"confirmed": str(objective.confirmed), "asked": str(objective.asked)}
    if objective.asked and objective.confirmed >= objective.asked:
        return LetterResult("A", True, "achievable_confirmed", counts)
    return LetterResult("A", False, "achievable_waiting" if objective.asked else "achievable_no_evidence", counts)


def _relevant(objective: ObjectiveText) -> LetterResult:
    """The company goal it serves is named."""
    if objective.relevance.strip():
        return LetterResult("R", True, "relevant_ok")
    return LetterResult("R", False, "relevant_no_goal")


# -- T ------------------------------------------------------------------------------------------------------------


def _timebound(objective: ObjectiveText, read: _Read, today: date, calendar: WorkCalendar | None) -> LetterResult:
    """A day by which it is reached, not past, not before its start."""
    if isinstance(objective.due, date):
        return _timebound_by_day(objective.due, objective.start, today, ())
    phrases = find_dates(objective.due, today, calendar).phrases if objective.due else read.dates
    if not phrases and objective.due:
        phrases = read.dates
    ends = [phrase for phrase in phrases if phrase.day and phrase.kind in _ENDS and phrase.hours is None]
    in_text = objective.due is None or phrases is read.dates
    future = [phrase for phrase in ends if phrase.day and phrase.day >= today]
    invalid = [phrase for phrase in phrases if phrase.kind is DateKind.INVALID]
    source = read.text if in_text else str(objective.due)
    if invalid:
        spans = tuple(phrase.span for phrase in invalid) if in_text else ()
        return LetterResult("T", False, "timebound_invalid", {"word": source[slice(*invalid[0].span)]}, spans)
    if future or ends:
        last = max(future or ends, key=lambda phrase: phrase.day or date.min)
        return _timebound_by_day(
            last.day or today, objective.start or last.start, today, (last.span,) if in_text else ()
        )
    for kind, code in ((DateKind.ANCHORED, "timebound_anchored"), (DateKind.RECURRING, "timebound_recurring")):
        spans = tuple(phrase.span for phrase in phrases if phrase.kind is kind)
        if spans:
            return LetterResult("T", kind is DateKind.ANCHORED, code, spans=spans if in_text else ())
    return LetterResult("T", False, "timebound_no_due")


_ENDS = (DateKind.BEFORE, DateKind.ON, DateKind.WITHIN)


def _timebound_by_day(due: date, start: date | None, today: date, spans: tuple[Span, ...]) -> LetterResult:
    if start and start > due:
        return LetterResult("T", False, "timebound_order", {"due": due.isoformat(), "start": start.isoformat()}, spans)
    if due < today:
        return LetterResult("T", False, "timebound_past", {"due": due.isoformat()}, spans)
    return LetterResult("T", True, "timebound_ok", {"due": due.isoformat()}, spans)
