"""Puts findings in words, English and Chinese.

The engine knows no translation machinery, so each code has its two sentences here, with named placeholders.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from tongzhou.engine.workcal import WorkCalendar

from .lexicon import ACTS, Vague
from .phrases import after_who
from .scan import Span, scan
from .smart import LetterResult
from .vagueness import CommitmentText, Finding, check_commitment, vague_words

MESSAGES: dict[str, tuple[str, str]] = {
    # commitments: words
    "vague_time": (
        "“{word}” says no date. By which day?",
        "“{word}”没有说明日期：哪一天之前？",
    ),
    "vague_hedge": (
        "“{word}” takes the promise back. State the number or date that you can hold.",
        "“{word}”让承诺打了折扣：请写出能够兑现的数字或日期。",
    ),
    "vague_help": (
        "“{word}”: with what, how much, by when? Name the object, the number and the date.",
        "“{word}”：用什么、多少、何时？请写明对象、数量和日期。",
    ),
    "vague_effort": (
        "“{word}” is an effort, not a result. What will exist when it is done?",
        "“{word}”说的是态度或过程，不是结果：做完之后会有什么？",
    ),
    "vague_amount": (
        "“{word}” is no amount. How many, or which ones by name?",
        "“{word}”不是数量：多少？具体是哪些？",
    ),
    "vague_change": (
        "“{word}” needs a number: from how much to how much?",
        "“{word}”需要数字：从多少到多少？",
    ),
    # commitments: what is missing
    "invalid_date": ("“{word}” is no day of the calendar.", "日历上没有“{word}”这一天。"),
    "no_date": ("There is no date. By when is it done?", "没有日期：什么时候完成？"),
    "no_object": ("It does not say what is done to what.", "没有说明对什么做什么。"),
    "no_quantity": ("If it can be counted, say how many.", "如果可以计数，请写明数量。"),
    "no_owner": ("Name the person who answers for it.", "请写明责任人。"),
    "no_acceptance": ("Say how everybody will see that it is done.", "请写明验收标准：怎样算完成？"),
    # objectives
    "specific_ok": ("It says what is to be reached.", "写明了要达成什么。"),
    "specific_general": (
        "“{word}” means something else to everybody. Which figure, of what, for whom?",
        "“{word}”人人理解不同：哪项指标、什么对象、为谁？",
    ),
    "specific_no_scope": (
        "Say for whom or for which part of the business, or by how much.",
        "请写明为谁、在哪个范围，或者多少。",
    ),
    "specific_no_subject": ("Say what is to be reached, and for whom.", "请写明要达成什么、为谁达成。"),
    "measurable_ok": ("Metric, present value and target are there.", "指标、现值和目标值齐全。"),
    "measurable_level": (
        "The target is a number; with the present value the way to it would show.",
        "目标值是数字；补上现值就能看出差距。",
    ),
    "measurable_no_metric": ("Name the metric that is measured.", "请写明衡量哪项指标。"),
    "measurable_no_target": ("There is no number to reach.", "没有目标数值。"),
    "measurable_no_unit": ("State the unit of “{metric}”.", "请写明“{metric}”的单位。"),
    "measurable_no_baseline": (
        "The change starts from an unknown value. What is it now, or compared with what?",
        "变化的起点不明：现值是多少？与什么相比？",
    ),
    "achievable_evidence": ("Evidence is given.", "已说明可达成的依据。"),
    "achievable_confirmed": (
        "All heads asked have confirmed it ({confirmed} of {asked}).",
        "被询问的部门负责人均已确认（{confirmed}/{asked}）。",
    ),
    "achievable_waiting": (
        "Confirmed by {confirmed} of {asked} heads.",
        "{asked}位部门负责人中已有{confirmed}位确认。",
    ),
    "achievable_no_evidence": (
        "Say why it can be reached, or have each head confirm it.",
        "请说明可达成的依据，或由各部门负责人确认。",
    ),
    "relevant_ok": ("It serves a company goal.", "已关联公司目标。"),
    "relevant_no_goal": ("Name the company goal it serves.", "请写明它支撑哪项公司目标。"),
    "timebound_ok": ("It is due on {due}.", "截止日期为{due}。"),
    "timebound_anchored": (
        "It is due when a named event happens; give that event a date in the plan.",
        "期限取决于某个事件，请在计划中给出该事件的日期。",
    ),
    "timebound_recurring": (
        "It comes back again and again but never ends. Until when?",
        "周期性事项没有终点：到什么时候为止？",
    ),
    "timebound_no_due": ("There is no date by which it is reached.", "没有截止日期。"),
    "timebound_invalid": ("“{word}” is no day of the calendar.", "日历上没有“{word}”这一天。"),
    "timebound_past": ("{due} is already past.", "{due}已经过去。"),
    "timebound_order": ("It would end on {due}, before it begins on {start}.", "截止日期{due}早于开始日期{start}。"),
}  # fmt: skip

FRAMES: dict[str, dict[str, str]] = {
    "zh": {"verb": "动词", "object": "对象", "quantity": "数量", "date": "日期"},
    "en": {"verb": "verb", "object": "object", "quantity": "quantity", "date": "date"},
}
_FRAME_LENGTH = 60


def explain(finding: Finding, language: str) -> str:
    """The finding in one sentence; Chinese for every language that begins with zh, else English."""
    return _say(finding.code, finding.params, language)


def explain_letter(result: LetterResult, language: str) -> str:
    """Why a SMART letter is met or not, in one sentence."""
    return _say(result.reason_code, result.params, language)


def rewrite_frame(text: str, language: str, today: date, calendar: WorkCalendar | None = None) -> str:
    """动词 + 对象 + 数量 + 日期 with what the text already says, and «…» where something is missing.

    产品部提供库存支持 becomes «动词» + 库存 + «数量» + «日期».
    """
    names = FRAMES[_language(language)]
    text = scan(text).text
    result = check_commitment(CommitmentText(text), today, calendar)
    act = _act(text, [f.span for f in result.findings if f.span and f.code.startswith("vague")])
    counted = [quantity.span for quantity in result.quantities]
    dated = [phrase.span for phrase in result.dates if phrase.is_deadline]
    said = {
        "verb": act[0].rstrip(_NUMERALS) if act else "",
        "object": _object(text, act, counted + dated),
        "quantity": _joined(text, counted),
        "date": _joined(text, dated),
    }
    return " + ".join(said[part] or f"«{name}»" for part, name in names.items())


def _say(code: str, params: Mapping[str, str], language: str) -> str:
    english, chinese = MESSAGES[code]
    return (chinese if _language(language) == "zh" else english).format(**params)


def _language(language: str) -> str:
    return "zh" if language.lower().startswith("zh") else "en"


_NUMERALS = "0123456789一二两三四五六七八九十"
_CLAUSE = re.compile(r",(?![0-9]{3})|[。;;!?\n]|\.(?=\s|$)|\s(?:so that|and|with|which)\s", re.IGNORECASE)
_HELPED = (
    re.compile(
        r"(?:提供|给予|做好|予以)(?:必要的?|一切|相关)?(?P<object>[^,。;;]{1,8}?)的?(?:支持|支撑|协助|帮助|配合|保障)"
    ),
    re.compile(
        r"(?:provid|giv|offer)\w{0,3}\s(?P<object>(?:[a-z]{2,20}\s){1,2}?)(?:support|help|assistance)", re.IGNORECASE
    ),
)
# What a word that could mean anything is done to: 把页面弄好, get the page sorted.
_LEFT = re.compile(
    r"\b(?:get|keep|sort|tidy|clean|wrap|figure)\w{0,4}\s(?:out\s|up\s)?(?P<object>the\s[a-z]{2,20}(?:\s[a-z]{2,20})??)"
    r"(?=\s(?:sorted|done|ready|going|moving|up|out|in|right)\b|[,.;]|$)",
    re.IGNORECASE,
)
_REST = re.compile(r"(?:提供|安排|确保|保证|处理|开展|追加|让|\s)*(?!等)(?P<object>[\u4e00-\u9fff]{2,20})")
_GOT = re.compile(r"[把将](?P<object>[^把将,。;;\s]{1,20})")
_TAKEN = re.compile(r"[把将](?P<object>[^把将,。;;]{2,40})$")
_EDGES = re.compile(
    r"^(?:了|的|也|都|会|再|全部|所有|the\s|all\s|an?\s|of\s|\s)+|(?:[做弄搞处理办]{1,2}得|的|\sof|\sthe|\sby|\son|\sin|\sto|\s)+$",
    re.IGNORECASE,
)


def _act(text: str, vague: list[Span]) -> re.Match[str] | None:
    """The first verb that names an act and is part neither of who acts nor of something vague."""
    begin = after_who(text, Span(0, min(len(text), _FRAME_LENGTH)))
    for pattern in ACTS:
        for match in pattern.finditer(text):
            if match.start() >= begin and not any(span.overlaps(Span(*match.span())) for span in vague):
                return match
    return None


def _object(text: str, act: re.Match[str] | None, said: list[Span]) -> str:
    """What the act is done to: what stands between 把 and the verb, or what follows it in its clause."""
    clear = list(text)
    for span in said + [span for kind, span in vague_words(text) if kind not in (Vague.HELP, Vague.CHANGE)]:
        clear[span.start : span.end] = " " * (span.end - span.start)
    if act is None:
        begin = after_who(text, Span(0, min(len(text), _FRAME_LENGTH)))
        helped = next(filter(None, (pattern.search(text) for pattern in (*_HELPED, _LEFT))), None)
        helped = helped or _GOT.search("".join(clear))
        if helped is None:
            for _, span in vague_words(text):
                clear[span.start : span.end] = " " * (span.end - span.start)
            helped = _REST.match("".join(clear[begin : begin + 2 * _FRAME_LENGTH]))
        return _shortened(_EDGES.sub("", " ".join(helped["object"].split()))) if helped else ""
    begin = act.end() - (len(act[0]) - len(act[0].rstrip(_NUMERALS)))
    taken = _TAKEN.search("".join(clear[max(0, act.start() - 60) : act.start()]))
    stop = _CLAUSE.search(text, begin)
    words = taken["object"] if taken else "".join(clear[begin : stop.start() if stop else len(text)])
    return _shortened(_EDGES.sub("", " ".join(words.split())))


def _joined(text: str, spans: list[Span]) -> str:
    return _shortened(", ".join(text[slice(*span)].strip() for span in spans[:3]))


def _shortened(words: str) -> str:
    return words if len(words) <= _FRAME_LENGTH else words[:_FRAME_LENGTH] + "…"
