"""Which phrase of a promise says what is done: the words a reader underlines when the date or the object is missing.

Where a word is vague, the word itself is marked. Where none is (产品部完成库存盘点: by when?), the smallest phrase that
something could be added to is marked instead: the verb with its object, without who, without the date and without
the particles around them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from .lexicon import ACTS
from .scan import Span

_READ = 400
"""Characters of one piece that are looked at; a longer piece is cut there."""
_PIECE = re.compile(r"[,，、](?![0-9]{3})|[。;;!?:\n\r]|\.(?=\s|$)")
_LONGEST = 24
"""A Chinese phrase longer than this is cut after the object's first part."""

_WHO_ZH = re.compile(
    r"(?:各|本|该|我们?|贵)?[\u4e00-\u9fffA-Za-z0-9]{0,10}?(?:事业部|办公室|委员会|项目组|部门?|组|处|中心|团队|科|车间|室|队|厂|仓(?!储)库?|门店|同事|老师|经理|总监|主管|负责人)"
    r"(?:这边|那边|的?同事们?)?(?=[\u4e00-\u9fffA-Za-z0-9])"
    r"|(?:财务|法务|运营|技术|市场|行政|人事|HR|设计|客服|品牌|产品|采购|物流|销售|供应商|数据|研发|质量|电商|直播|IT)"
    r"(?:[这那][边头块]|(?=[把将会要来去出给帮先再就都做写发提跟盯交排配招买派]))"
    r"|[\u4e00-\u9fff]{2,8}?的(?:问题|事儿?)(?=已经|正?在|再|先|我|由|就|都|后)|大家[伙]?|我们?(?:部门?|组|这边)?|咱们?(?:部门?|组|这边)?|你们|他们|大家伙?儿?|各位|[小老][\u4e00-\u9fff](?=[会来把将去负先也再])"
)
_AND_WHO = re.compile(r"我们?(?:这边)?|咱们?|大家|我来|让[小老][\u4e00-\u9fff]")
_OF_ACTS = re.compile(r"(?:部门?|组|处|中心|科|团队)(?!分)(?=[\u4e00-\u9fff])|\s(?=[a-z]{2,}(?<!s)s\s)", re.IGNORECASE)
"""What makes a department of a verb: 采购部, 培训中心, Design delivers."""
_ONLY_WHO = re.compile(r"\s*[\u4e00-\u9fffA-Za-z]{1,10}?(?:部门?|组|处|中心|团队|科|车间|队)(?:这边|那边)?\s*")
_LEAD_ZH = re.compile(
    r"(?:\s|这边|那边|嗯|好的?|行|那|然后|还有|另外|请|需要?|须|应当?|要|会|将|能|可以|可|先|就|都|也|来|去|再|还|给我们|承诺|答应|保证|由|已经?|正?在|帮着)+"
)
_TAIL_ZH = re.compile(r"(?:\s|吧|呢|啊|哈|哦|了|的|嘛|呗|就行|即可|就好|就是了)+$")
_AND_ZH = re.compile(r"(?<=[\u4e00-\u9fff]{4})(?:并且?|以及|同时|然后|以便|从而|确保|再(?=[\u4e00-\u9fff]{2}))")
_TAKES = re.compile(r"(?:把|将|给|向|对|为|跟|和|与)[^,。;;]{1,16}$")

_WHO_EN = re.compile(
    r"let['’]?s\b|let (?:me|us)\b"
    r"|(?:we|i|they|you|he|she|it|every(?:one|body)|some(?:one|body)|all of us|our (?:side|team|people))\b\s*(?:'ll|’ll)?\s*"
    r"|(?:[\w&'-]+\s){1,4}?(?=(?:will|shall|should|can|to|is|are|has|have|must|needs?|agrees?|promises?)\s)"
    r"|(?:the|our|your|their)\s(?:[\w&'-]+\s){0,2}?[a-z]{2,}(?<!s)s\s(?=[a-z]{3,}(?<!s)\s(?:the|an?|our|their|all|its|every|each)\s)"
    r"|(?:(?:the|our|your|their)\s)?(?:[\w&'-]+\s){1,3}?(?=[a-z]{2,}(?<!s)s\s)"
    r"|(?-i:[A-Z])[\w&-]*\s(?=[a-z])",
    re.IGNORECASE,
)
_LEAD_EN = re.compile(
    r"(?:\s|(?:please|will|shall|should|can|to|is|are|has|have|must|needs?|also|then|just|and|so|ok(?:ay)?|yes|going|agrees?|promises?|'ll|’ll|be)\b)+",
    re.IGNORECASE,
)
_TAIL_EN = re.compile(r"(?:\s|\b(?:by|on|in|at|until|before|for|from|to|and|then|please|too|with)\b)+$", re.IGNORECASE)
_AND_EN = re.compile(r"\s(?:so that|which|and then|and|because|but|if|when)\s", re.IGNORECASE)


def telling_phrase(text: str, said: Iterable[Span]) -> Span | None:
    """The verb with its object in the first piece of the text that has any; `said` are dates, which are left out.

    None only for a text without a letter or digit.
    """
    dates = sorted(said)
    pieces = _pieces(text, dates)
    pieces = [piece for piece in pieces if not _ONLY_WHO.fullmatch(text, *piece)] or pieces
    for piece in pieces:
        if act := _first_act(text, piece):
            return _tidy(text, _around(text, piece, act))
    if pieces:
        return _tidy(text, _up_to_joint(text, Span(after_who(text, pieces[0]), pieces[0].end)))
    words = re.search(r"\w(?:.{0,60}\w)?", text)
    return Span(*words.span()) if words else None


def _pieces(text: str, dates: list[Span]) -> list[Span]:
    """The text between punctuation and dates, in order."""
    cuts = [Span(*match.span()) for match in _PIECE.finditer(text)] + dates
    pieces, at = [], 0
    for cut in sorted(cuts):
        if cut.start > at:
            pieces.append(Span(at, min(cut.start, at + _READ)))
        at = max(at, cut.end)
    if at < len(text):
        pieces.append(Span(at, min(len(text), at + _READ)))
    return [piece for piece in pieces if re.search(r"\w", text[slice(*piece)])]


def _first_act(text: str, piece: Span) -> Span | None:
    found = [match.span() for pattern in ACTS if (match := pattern.search(text, after_who(text, piece), piece.end))]
    return Span(*min(found)) if found else None


def after_who(text: str, piece: Span) -> int:
    """Where a piece of text goes on after the one who promises (技术部会, we will)."""
    start = piece.start + len(text[slice(*piece)]) - len(text[slice(*piece)].lstrip())
    for who, lead in ((_WHO_ZH, _LEAD_ZH), (_WHO_EN, _LEAD_EN)):
        if ahead := lead.match(text, start, piece.end):
            start = ahead.end()
        if (act := _act_at(text, start, piece.end)) and not _OF_ACTS.match(text, act.end, piece.end):
            return start if start < piece.end else piece.start
        begin = start
        for one in (who, _AND_WHO):  # 供应商那边 · 我 · 盯着
            found = one.match(text, start, piece.end)
            if found and found.end() < piece.end:
                start = found.end()
                behind = lead.match(text, start, piece.end)
                start = behind.end() if behind else start
        if start > begin:
            break
    return start if start < piece.end else piece.start


def _act_at(text: str, start: int, end: int) -> Span | None:
    found = next((match for pattern in ACTS if (match := pattern.match(text, start, end))), None)
    return Span(*found.span()) if found else None


def _around(text: str, piece: Span, act: Span) -> Span:
    """From the act, or from the 把 in front of it, to the end of its part of the piece."""
    start = act.start
    begin = after_who(text, piece)
    if taken := _TAKES.search(text, max(begin, start - 20), start):
        start = taken.start()
    return Span(start, _up_to_joint(text, Span(act.end, piece.end)).end)


def _up_to_joint(text: str, span: Span) -> Span:
    """What stands before a second act is joined on (and orders the parts)."""
    end = span.end
    for joint in (_AND_ZH, _AND_EN):
        if found := joint.search(text, span.start + 1, end):
            end = found.start()
    return Span(span.start, end)


def _tidy(text: str, span: Span) -> Span:
    """Without the particles at its end, and not longer than a reader would underline."""
    start, end = span
    for tail in (_TAIL_ZH, _TAIL_EN):
        if found := tail.search(text, start, end):
            end = found.start() if found.start() > start else end
    chinese = re.match(r"[\u3400-\u9fff]", text[start : start + 1])
    if chinese and end - start > _LONGEST:
        end = start + _LONGEST
    return Span(start, end)
