"""Words people write in a plan's cells: durations, predecessors, yes and no, kinds of date constraints."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from functools import cache

from django.utils import translation
from django.utils.translation import gettext as _

from ..states import DateConstraint, LinkKind

YES = {"是", "y", "yes", "true", "1", "√", "✓", "✔", "●"}
NO = {"", "否", "n", "no", "false", "0", "×", "-", "—"}
_UNIT = r"(工作日|个工作日|天|日|个?周|星期|小时|个?小时|edays?|days?|d|weeks?|wks?|w|hours?|hrs?|h)"
_DURATION = re.compile(rf"(\d{{1,7}}(?:\.\d{{1,3}})?)\s*{_UNIT}?\s*\??", re.IGNORECASE)
_WAIT = re.compile(
    r"[#＃]?(?P<ref>[^\s,;，；、]+?)\s*(?:[（(]?(?P<kind>FS|SS|FF|SF|完成[-—]?开始|开始[-—]?开始|完成[-—]?完成|开始[-—]?完成)[)）]?)?"
    rf"\s*(?:(?P<sign>[+＋-])\s*(?P<lag>\d{{1,5}}(?:\.\d{{1,2}})?)\s*(?P<unit>%|{_UNIT[1:-1]})?)?",
    re.IGNORECASE,
)
_APART = re.compile(r"[,;，；、\n]+")
_KINDS = {"完成开始": "FS", "开始开始": "SS", "完成完成": "FF", "开始完成": "SF"}
# What Microsoft Project and people call the four kinds of constraint that a plan here knows.
_CONSTRAINTS = {
    DateConstraint.NONE: ("", "越早越好", "尽早", "无", "asap", "as soon as possible"),
    DateConstraint.START_NOT_BEFORE: (
        "snet",
        "不得早于...开始",
        "不得早于…开始",
        "不早于开始",
        "start no earlier than",
    ),
    DateConstraint.FINISH_NOT_AFTER: ("fnlt", "不得晚于...完成", "不得晚于…完成", "不晚于完成", "finish no later than"),
    DateConstraint.MUST_START: ("mso", "必须开始于", "must start on"),
    DateConstraint.MUST_FINISH: ("mfo", "必须完成于", "must finish on"),
}


class Unreadable(ValueError):
    """A cell that cannot be understood; its text says why."""


def read_days(text: str, hours_a_day: int = 8) -> tuple[int, bool]:
    """Working days of ``5``, ``5 个工作日``, ``2w``, ``16h``; true when a part of a day was rounded up."""
    found = _DURATION.fullmatch(text.strip())
    if found is None or (found[2] or "").lower().startswith("ed"):
        raise Unreadable(_("“%(text)s” is no number of working days") % {"text": text[:40]})
    days = Decimal(found[1]) * _days_of(found[2] or "", hours_a_day)
    whole = math.ceil(days)
    return whole, whole != days


def read_hours(text: str) -> Decimal | None:
    """Hours of work; nothing written, nothing told."""
    plain = re.sub(r"\s*(?:个?小时|工时|hours?|hrs?|h)\s*$", "", text.strip(), flags=re.IGNORECASE)
    if not plain:
        return None
    try:
        hours = Decimal(plain.replace(",", ""))
    except InvalidOperation:
        hours = Decimal("NaN")
    if not hours.is_finite() or not 0 <= hours < 1_000_000:
        raise Unreadable(_("“%(text)s” is no number of hours") % {"text": text[:40]})
    return hours.quantize(Decimal("0.01"))


def read_percent(text: str, *, is_share: bool = False) -> int:
    """Whole percent of ``60``, ``60 %``, ``60％``; ``0.6`` of a cell formatted as percent. Nothing written is nothing done.

    ``is_share``: the column holds parts of one, so that 1 is all of it.
    """
    plain = text.strip().replace("％", "%")
    number = plain.removesuffix("%").strip() or "0"
    try:
        percent = Decimal(number)
    except InvalidOperation:
        percent = Decimal("NaN")
    if percent.is_finite() and not plain.endswith("%") and (is_share or 0 < percent < 1):
        percent *= 100
    if not percent.is_finite() or not 0 <= percent <= 100:
        raise Unreadable(_("“%(text)s” is no percentage between 0 and 100") % {"text": text[:20]})
    # Never rounded up to all of it.
    return min(round(percent), 99) if percent < 100 else 100


def read_yes(text: str) -> bool:
    """是 or 否, and their other spellings."""
    word = text.strip().casefold()
    if word in YES or word in NO:
        return word in YES
    raise Unreadable(_("“%(text)s” is neither 是 nor 否") % {"text": text[:20]})


def read_constraint(text: str) -> str:
    """One of the kinds of date constraint, by our word for it in either language or Microsoft Project's."""
    found = _constraint_words().get(_squeezed(text))
    if found is not None:
        return found
    labels = "、".join(str(kind.label) for kind in DateConstraint)
    raise Unreadable(_("“%(value)s” is not one of: %(choices)s.") % {"value": text[:40], "choices": labels})


def read_waits(text: str, known: Iterable[str] = (), hours_a_day: int = 8) -> list[tuple[str, str, int]]:
    """``3, 5SS+2`` as reference, kind and lag; an entry that is the name of a row as a whole is that row."""
    names = set(known)
    if text.strip() in names:
        return [(text.strip(), str(LinkKind.FINISH_START), 0)]
    found = []
    for entry in _APART.split(text):
        entry = entry.strip()
        if not entry:
            continue
        if entry in names:
            found.append((entry, str(LinkKind.FINISH_START), 0))
            continue
        read = _WAIT.fullmatch(entry)
        if read is None or read["unit"] == "%":
            raise Unreadable(
                _("“%(entry)s” cannot be read. Write task numbers like 3 or 5SS+2.") % {"entry": entry[:40]}
            )
        kind = re.sub(r"[-—]", "", read["kind"] or "FS").upper()
        lag = math.ceil(Decimal(read["lag"] or 0) * _days_of(read["unit"] or "", hours_a_day))
        found.append((read["ref"], _KINDS.get(kind, kind), -lag if read["sign"] == "-" else lag))
    return found


@cache
def _constraint_words() -> dict[str, str]:
    """Every spelling of every kind, in both languages."""
    found = {_squeezed(word): str(kind) for kind, words in _CONSTRAINTS.items() for word in words}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            found |= {_squeezed(str(kind.label)): str(kind) for kind in _CONSTRAINTS}
    return found


def _days_of(unit: str, hours_a_day: int) -> Decimal:
    unit = unit.lower()
    if unit.endswith("周") or unit.startswith(("w", "星期")):
        return Decimal(5)
    if unit.endswith("小时") or unit.startswith("h"):
        return Decimal(1) / hours_a_day
    return Decimal(1)


def _squeezed(text: str) -> str:
    return "".join(text.split()).casefold()
