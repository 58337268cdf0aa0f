"""Finds numbers with their units in Chinese and English text (30%, 百分之三十, 5万元, TOP10, from 2.0% to 2.3%)."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from .scan import Span, decimal_number, scan, without_overlaps


class Bound(enum.Enum):
    """Whether a number is a limit."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"


@dataclass(frozen=True)
class Quantity:
    """A number found in a text, in the base of its unit (5万元 is 50000 CNY, 千分之三 is 0.3 percent)."""

    span: Span
    value: Decimal
    unit: str
    """Code of the unit (`percent`, `CNY`, `person`, `hour`, `item`, `top` …); empty for a bare number."""
    unit_text: str
    """The unit as it is written."""
    bound: Bound | None = None


@dataclass(frozen=True)
class Change:
    """From a present value to a target (从2.0%提升到2.3%)."""

    baseline: Quantity
    target: Quantity


@dataclass(frozen=True)
class QuantityScan:
    """All quantities of a text in order; `truncated` when the text was longer than SCAN_LIMIT."""

    quantities: tuple[Quantity, ...]
    changes: tuple[Change, ...]
    truncated: bool


# What is written → (code, how many of the code's base one of them is); "_" stands for a space.
_UNITS: dict[str, tuple[str, Decimal]] = {}


def _units(code: str, words: str, factor: str = "1") -> None:
    _UNITS.update({word: (code, Decimal(factor)) for word in words.split()})


_units("percent", "% percent per_cent pct")
_units("percent", "‰", "0.1")
_units("percentage_point", "个百分点 百分点 pp percentage_points percentage_point points_of_percent")
_units("CNY", "元 块 块钱 人民币 yuan rmb cny")
_units("USD", "美元 美金 usd dollars dollar")
_units("EUR", "欧元 eur euros euro")
_units("person", "人 名 位 人次 people persons person")
_units("hour", "小时 个小时 钟头 h hours hour hrs")
_units("minute", "分钟 minutes minute mins min")
_units("second", "秒 秒钟 seconds second s sec")
_units("second", "毫秒 ms milliseconds", "0.001")
_units("day", "天 日 days day")
_units("age", "岁 周岁")
_units("workday", "个工作日 工作日 working_days business_days")
_units("week", "周 个星期 weeks week")
_units("month", "个月 months month")
_units("year", "年 years year")
_units("times", "倍 times x")
_units("tonne", "吨 tonnes tons t")
_units("kilogram", "公斤 千克 kg")
_units("metre", "米 metres meters m")
_units("metre", "毫米 mm", "0.001")
_units("metre", "厘米 cm", "0.01")
_units("metre", "公里 km", "1000")
_units("square_metre", "平方米 平米 平 sqm")
_units("watt", "兆瓦 mw", "1000000")
_units("watt", "千瓦 kw", "1000")
_units("point", "分 points point")
_units("item", " ".join("个家款台件份条场次间套批页张只辆箱单笔户例门项篇期版种册瓶盒座席班层组队轮道头株"))
_units(
    "item",
    "学时 课时 个人日 人天 人月 批次 页面 部 座席 字 行 处 类 科 章 节 级 遍 趟 片 支 枚 棵 根 对 双 车 柜 托 碗",
)
_UNITS["成"] = ("percent", Decimal(10))

_MAGNITUDES = {"百": 100, "千": 1000, "万": 10_000, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12}
_MAGNITUDES |= {"thousand": 1000, "k": 1000, "million": 10**6, "mn": 10**6, "billion": 10**9, "bn": 10**9}
_SIGNS = {"$": "USD", "€": "EUR", "¥": "CNY", "£": "GBP", "rmb": "CNY", "usd": "USD", "cny": "CNY", "eur": "EUR"}

_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,15})(?:\.[0-9]{1,6})?"
_CHINESE_UNITS = "|".join(sorted((w for w in _UNITS if not w.isascii()), key=len, reverse=True))
_ENGLISH_UNITS = "|".join(
    w.replace("_", r"\s") for w in sorted((w for w in _UNITS if w.isascii() and w != "%"), key=len, reverse=True)
)

_PLAIN = re.compile(
    rf"(?P<sign>[$€¥£]|\b(?:rmb|usd|cny|eur)\s?)?(?<![A-Za-z0-9_.,])(?P<number>{_NUMBER})(?![0-9])"
    r"(?:\s?(?P<magnitude>百万|千万|万亿|[百千万亿](?!分)|(?:thousand|million|billion|mn|bn|k)(?![a-z])))?"
    rf"(?:\s?(?P<unit>%|‰|{_CHINESE_UNITS}|(?:{_ENGLISH_UNITS})(?![a-z])))?",
    re.IGNORECASE,
)
_CHINESE = re.compile(
    r"(?<![第统唯单同万零〇一二两三四五六七八九十百千亿])(?P<number>[一二两三四五六七八九十百千万亿零]{1,10})"
    rf"(?P<unit>{_CHINESE_UNITS})(?![些半下样旦直般向起切])"
)
_FRACTION = re.compile(rf"(?P<of>百|千|万)分之(?P<number>{_NUMBER}|[零〇一二两三四五六七八九十百点]{{1,8}})")
_TOP = re.compile(r"(?<![A-Za-z])TOP\s?-?(?P<number>[0-9]{1,6})", re.IGNORECASE)
_WORDS = re.compile(
    r"(?<![A-Za-z])(?P<number>two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|fifty|"
    r"zero)(?:\s(?P<unit>[a-z]{3,20}))(?![a-z])",
    re.IGNORECASE,
)
_ENGLISH_NOUN = re.compile(r"\s(?P<unit>(?:[a-z-]{3,20}\s){0,3}[a-z-]{2,20}[a-z])(?![a-z])", re.IGNORECASE)

# A number that names a thing instead of counting: ISO 27001, severity 1, 2号库, 618大促.
_NAME_AHEAD = re.compile(
    r"(?:\b(?:iso|gb|iec|gb/t|no|nr|version|v|phase|stage|severity|priority|plant|warehouse|line|room|building|floor|"
    r"tier|level|step|ticket|model|section|clause|chapter|no\.|#)\s?|第)$",
    re.IGNORECASE,
)
_NAME_BEHIND = re.compile(r"\s?(?:号(?!线路)|楼|大促|活动|会场|主推|规则|年级|月|日(?!均)|期间|[A-Za-z]?型)")
_AT_LEAST = re.compile(
    r"(?:不少于|不低于|不小于|至少|(?<!不)(?:超过|高于|大于|多于)|≥|>=?|at least|no less than"
    r"|(?<!no )(?<!not )more than|over|above)\s{0,2}$",
    re.IGNORECASE,
)
_AT_MOST = re.compile(
    r"(?:不超过|不高于|不多于|不大于|至多|最多|(?<!不)(?:低于|小于|少于)|≤|<=?|at most|no more than|not more than"
    r"|(?<!no )less than|below|under|up to)\s{0,2}$",
    re.IGNORECASE,
)
_FROM = re.compile(r"(?:由|从|自|现值|目前|现在|原来|基数|\bfrom)[^。;;\n]{0,16}$", re.IGNORECASE)
_TO = re.compile(r"[^。;;\n]{0,14}(?:到|至|为|成|\bto\b|→|->)[^。;;\n0-9]{0,6}", re.IGNORECASE)


def find_quantities(text: str, exclude: Iterable[Span] = ()) -> QuantityScan:
    """Every quantity of the text outside the spans to exclude (dates, usually), in order, without overlaps."""
    scanned = scan(text)
    found = [
        *_plain(scanned.text),
        *_chinese(scanned.text),
        *_fractions(scanned.text),
        *(_simple(match, "top") for match in _TOP.finditer(scanned.text)),
        *(_simple(match, "item") for match in _WORDS.finditer(scanned.text)),
    ]
    taken = {cell for span in exclude for cell in range(span.start, min(span.end, len(scanned.text)))}
    found = [q for q in found if not any(cell in taken for cell in range(q.span.start, q.span.end))]
    kept = [found[index] for index in without_overlaps([(q.span, 0) for q in found])]
    return QuantityScan(tuple(kept), tuple(_changes(scanned.text, kept)), scanned.truncated)


def _plain(text: str) -> list[Quantity]:
    found = []
    for match in _PLAIN.finditer(text):
        value = decimal_number(match["number"])
        ahead = text[max(0, match.start() - 24) : match.start("number")]
        written, end = match["unit"] or "", match.end()
        if value is None or (not written and not match["magnitude"] and _names_a_thing(text, match, ahead)):
            continue
        unit, factor = _UNITS.get(re.sub(r"\s", "_", written.lower()), ("", Decimal(1)))
        if match["sign"]:
            unit = _SIGNS[match["sign"].strip().lower()]
        value *= _MAGNITUDES.get((match["magnitude"] or "").lower(), 1)
        if not unit and (noun := _ENGLISH_NOUN.match(text, match.end())):
            written, unit = noun["unit"], "item"
        found.append(Quantity(Span(match.start(), end), _tidy(value * factor), unit, written, _bound(text, ahead, end)))
    return found


def _tidy(value: Decimal) -> Decimal:
    """Without trailing zeros and without an exponent."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def _names_a_thing(text: str, match: re.Match[str], ahead: str) -> bool:
    return bool(_NAME_AHEAD.search(ahead) or _NAME_BEHIND.match(text, match.end()))


def _bound(text: str, ahead: str, end: int) -> Bound | None:
    if _AT_MOST.search(ahead) or re.match(r"以[下内]|之内", text[end : end + 2]):
        return Bound.AT_MOST
    if _AT_LEAST.search(ahead) or text.startswith("以上", end):
        return Bound.AT_LEAST
    return None


def _chinese(text: str) -> list[Quantity]:
    found = []
    for match in _CHINESE.finditer(text):
        value = decimal_number(match["number"])
        if value is not None:
            unit, factor = _UNITS[match["unit"]]
            found.append(Quantity(Span(*match.span()), _tidy(value * factor), unit, match["unit"]))
    return found


def _fractions(text: str) -> list[Quantity]:
    found = []
    for match in _FRACTION.finditer(text):
        whole, _, decimals = match["number"].partition("点")
        value = decimal_number(whole)
        if value is not None and decimals and (behind := decimal_number(decimals)) is not None:
            value += behind / 10 ** len(decimals)
        if value is not None:
            value = value * 100 / {"百": 100, "千": 1000, "万": 10_000}[match["of"]]
            found.append(Quantity(Span(*match.span()), _tidy(value), "percent", match["of"] + "分之"))
    return found


def _simple(match: re.Match[str], unit: str) -> Quantity:
    return Quantity(
        Span(*match.span("number") if unit == "item" else match.span()),
        decimal_number(match["number"]) or Decimal(0),
        unit,
        match.groupdict().get("unit") or "TOP",
    )


def _changes(text: str, quantities: list[Quantity]) -> list[Change]:
    """Neighbours of one unit that the text joins as present value and target; an amount may stand between them."""
    changes = []
    for index, first in enumerate(quantities):
        if not _FROM.search(text[max(0, first.span.start - 24) : first.span.start]):
            continue
        for second in quantities[index + 1 : index + 3]:
            alike = first.unit in (second.unit, "", "item")
            if alike and _TO.fullmatch(text, first.span.end, second.span.start):
                changes.append(Change(replace(first, unit=second.unit, unit_text=second.unit_text), second))
                break
    return changes
