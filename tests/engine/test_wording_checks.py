"""What the checks say of commitments and objectives."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongzhou.engine.wording import (
    MESSAGES,
    SCAN_LIMIT,
    CommitmentText,
    ObjectiveText,
    check_commitment,
    check_objective,
    explain,
    explain_letter,
    find_dates,
    find_quantities,
    rewrite_frame,
)

TODAY = date(2026, 5, 6)


def codes(commitment: CommitmentText, *, blocking: bool = True) -> set[str]:
    return {f.code for f in check_commitment(commitment, TODAY).findings if f.blocking is blocking}


def marked(text: str) -> list[str]:
    return [text[slice(*f.span)] for f in check_commitment(CommitmentText(text), TODAY).findings if f.span]


# Whatever people may type.
wild = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "年月日号周一二三十百万亿0123456789%.,/-:前内底初个工作天每下本从到至于提升尽快配合支持QqTOP前后\u202e\u200f😀𠮷עב"
        ),
        st.sampled_from(list("by within days of end June next every from to asap support 2026")),
    ),
    max_size=80,
)


# -- the guide's own pair -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["产品部提供库存支持", "The product department provides stock support"])
def test_stock_support_is_vague(text: str) -> None:
    result = check_commitment(CommitmentText(text), TODAY)
    assert not result.concrete
    assert {"vague_help", "no_date"} <= {finding.code for finding in result.findings}


@pytest.mark.parametrize(
    "text",
    [
        "6月1日前完成TOP10 SKU库存盘点,确保活动期间无断货",
        "Finish the stock count of the TOP10 SKUs before 1 June, so that none is out of stock during the campaign",
    ],
)
def test_a_stock_count_with_number_and_date_passes(text: str) -> None:
    result = check_commitment(CommitmentText(text), TODAY)
    assert result.concrete
    assert [finding.code for finding in result.findings] == ["no_owner"]


# -- commitments ----------------------------------------------------------------------------------------------------


def test_vague_words_are_marked_where_they_stand() -> None:
    assert marked("请技术部尽快完成页面,大概几天") == ["尽快", "大概", "几天"]
    assert marked("We will try to fix it asap") == ["try to", "asap"]


def test_a_vague_word_is_forgiven_when_what_it_stands_for_is_said() -> None:
    assert codes(CommitmentText("派3名工程师积极配合市场部做6月10日的压测")) == set()
    assert codes(CommitmentText("尽快在6月1日前提交报告")) == set()
    assert codes(CommitmentText("6月30日前将及时率提高到97%")) == set()


def test_a_hedge_is_never_forgiven() -> None:
    assert codes(CommitmentText("争取6月1日前盘点3个仓库")) == {"vague_hedge"}


def test_a_change_needs_a_number() -> None:
    assert codes(CommitmentText("Engineering improves the page speed by 1 June")) == {"vague_change"}


def test_words_that_only_look_vague_are_left_alone() -> None:
    for text in (
        "客户支持部6月8日前更新150条问答",
        "结构组5月26日前给出加强筋的3个尺寸",
        "The support desk closes 5 tickets by Friday",
    ):
        assert marked(text) == []


def test_fields_count_as_said() -> None:
    assert "no_date" in codes(CommitmentText("完成盘点"))
    assert codes(CommitmentText("完成盘点", due=date(2026, 6, 1))) == set()
    assert codes(CommitmentText("完成盘点", due="下周五")) == set()
    assert codes(CommitmentText(deliverable="盘点报告", quantity="2个仓库", due=date(2026, 6, 1))) == set()
    full = CommitmentText("完成盘点", owner="王敏", quantity="10", due=date(2026, 6, 1), acceptance="差错为零")
    assert check_commitment(full, TODAY).findings == ()


def test_vague_words_in_other_fields_name_their_field() -> None:
    commitment = CommitmentText("6月1日前盘点3个仓库", deliverable="盘点报告", acceptance="大概没问题")
    finding = next(f for f in check_commitment(commitment, TODAY).findings if f.code == "vague_hedge")
    assert (finding.field, finding.span) == ("acceptance", (0, 2))


def test_a_day_that_does_not_exist_is_named() -> None:
    result = check_commitment(CommitmentText("2月30日前完成盘点"), TODAY)
    assert not result.concrete
    assert explain(result.findings[0], "zh-hans") == "日历上没有“2月30日”这一天。"
    assert codes(CommitmentText("完成盘点", due="2月30日")) == {"invalid_date"}


def test_in_a_long_text_each_sentence_stands_by_itself() -> None:
    concrete = "6月1日前完成TOP10 SKU库存盘点。" * 20
    assert marked(concrete) == []
    assert marked(concrete + "技术部尽快修复页面。") == ["尽快"]


def test_the_frame_keeps_what_was_said_and_shows_what_is_missing() -> None:
    assert rewrite_frame("产品部提供库存支持", "zh-hans", TODAY) == "«动词» + 库存 + «数量» + «日期»"
    assert rewrite_frame("Please help", "en", TODAY) == "«verb» + «object» + «quantity» + «date»"
    assert rewrite_frame("6月1日前完成库存盘点", "zh", TODAY) == "完成 + 库存盘点 + «数量» + 6月1日前"


# -- where a vague promise is underlined ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "underlined"),
    [
        # a word stands in for a date
        ("设计那边快点出三版海报", ["快点"]),
        ("合同我回头补给你", ["回头"]),
        ("等预算批了再给个准信", ["再给个准信"]),
        ("We send the samples sometime next week", ["sometime"]),
        ("IT fixes the printer once things calm down", ["once things calm down"]),
        # an ending that only says well, a verb made small
        ("尽快把页面弄好", ["尽快", "弄好"]),
        ("客诉这块我们会处理好的", ["处理好"]),
        ("让财务把账理一下", ["理一下"]),
        ("我去跟供应商聊聊", ["聊聊"]),
        ("价格再磨一磨", ["磨一磨"]),
        ("We'll take a look at the numbers", ["take a look"]),
        ("Sales gets the stand sorted", ["gets the stand sorted"]),
        # people and amounts without a number
        ("高峰期多派点人", ["多派点"]),
        ("运营部派人盯着", ["派人", "盯着"]),
        ("Operations adds a bunch of drivers", ["a bunch of"]),
        # a condition nobody promised
        ("顺利的话把主会场搭完", ["顺利的话"]),
        ("The stage is built if all goes well", ["if all goes well"]),
        # help of no kind
        ("门店出问题总部兜底", ["兜底"]),
        ("Marketing will pitch in", ["pitch in"]),
    ],
)
def test_spoken_ways_of_promising_nothing_are_underlined(text: str, underlined: list[str]) -> None:
    assert not check_commitment(CommitmentText(text), TODAY).concrete
    assert marked(text) == underlined


@pytest.mark.parametrize(
    ("text", "underlined"),
    [
        ("产品部完成库存盘点", "完成库存盘点"),
        ("采购部会跟三家供应商签合同", "跟三家供应商签合同"),
        ("市场部把海报交给门店吧", "把海报交给门店"),
        ("物流部出车", "出车"),
        ("周五前弄", "弄"),
        ("Finance releases the promotion budget", "releases the promotion budget"),
        ("Please send the report", "send the report"),
        ("Our designers redo the landing page", "redo the landing page"),
        ("Li Wei calls the supplier and orders the parts", "calls the supplier"),
        ("Legal to check the contract", "check the contract"),
    ],
)
def test_where_only_the_date_or_the_object_is_missing_the_act_is_underlined(text: str, underlined: str) -> None:
    (shown,) = [finding for finding in check_commitment(CommitmentText(text), TODAY).findings if finding.span]
    assert text[slice(*shown.span)] == underlined
    assert shown.code in ("no_date", "no_object")


def test_who_promises_and_the_date_are_not_underlined() -> None:
    assert marked("设备科6月3日前弄") == ["弄"]
    assert marked("采购部这边下单,财务部付款") == ["下单"]


def test_a_promise_with_the_date_in_its_field_shows_nothing_more() -> None:
    assert [f.span for f in check_commitment(CommitmentText("完成盘点", due="下周五"), TODAY).findings if f.span] == []


@pytest.mark.parametrize(
    "text",
    [
        "6月8日前做实验12组并出报告",
        "客服部6月8日前把服务满意度提高到95%",
        "5月30日下午一点前交付第一批货300箱",
        "6月3日前把服务上线到2个区域",
        "财务部5月20日前核对同比下降的5项费用",
        "6月5日前更新服务细则3条",
        "IT replaces the 3 solid-state drives as well as the fan by 1 June",
        "Operations takes the stage down by 3 June",
        "Ops prints the size chart by 3 June",
    ],
)
def test_words_that_only_sound_spoken_are_left_alone(text: str) -> None:
    assert check_commitment(CommitmentText(text), TODAY).concrete
    assert marked(text) == []


@given(wild)
def test_whatever_is_judged_vague_shows_where(text: str) -> None:
    result = check_commitment(CommitmentText(text), TODAY)
    if not result.concrete and any(character.isalnum() for character in text):
        assert any(finding.span for finding in result.findings if finding.blocking)


@pytest.mark.parametrize(
    ("text", "language", "frame"),
    [
        ("尽快把页面弄好", "zh", "«动词» + 页面 + «数量» + «日期»"),
        ("品牌部扩大宣传力度", "zh", "«动词» + 宣传力度 + «数量» + «日期»"),
        ("采购部下单300箱水", "zh", "下单 + 水 + 300箱 + «日期»"),
        ("Let's get the page sorted", "en", "«verb» + page + «quantity» + «date»"),
        ("Design delivers several posters by Friday", "en", "delivers + posters + «quantity» + by Friday"),
    ],
)
def test_the_frame_keeps_the_object_of_a_word_that_could_mean_anything(text: str, language: str, frame: str) -> None:
    assert rewrite_frame(text, language, TODAY) == frame


# -- objectives -----------------------------------------------------------------------------------------------------

COMPLETE = ObjectiveText(
    "618大促期间销售额提升30%",
    metric="销售额",
    unit="万元",
    baseline="2000",
    target="2600",
    start=date(2026, 6, 1),
    due=date(2026, 6, 18),
    relevance="年度营收目标",
    evidence="去年同期增长28%",
)


def reasons(objective: ObjectiveText) -> dict[str, str]:
    return {x.letter: x.reason_code for x in check_objective(objective, TODAY).letters if not x.met}


def test_a_complete_objective_is_smart() -> None:
    assert reasons(COMPLETE) == {}
    assert check_objective(COMPLETE, TODAY).met


def test_an_empty_objective_meets_no_letter_and_does_not_crash() -> None:
    assert set(reasons(ObjectiveText())) == set("SMART")


def test_a_change_without_present_value_is_not_measurable() -> None:
    assert reasons(ObjectiveText("6月30日前销售额提升30%"))["M"] == "measurable_no_baseline"
    assert "M" not in reasons(ObjectiveText("6月30日前销售额同比提升30%"))
    assert "M" not in reasons(ObjectiveText("6月30日前销售额由2000万元提升到2600万元"))


def test_fields_say_which_part_of_the_measure_is_missing() -> None:
    assert reasons(ObjectiveText(target="2600"))["M"] == "measurable_no_metric"
    assert reasons(ObjectiveText(metric="销售额"))["M"] == "measurable_no_target"
    assert reasons(ObjectiveText(metric="销售额", target="2600"))["M"] == "measurable_no_unit"
    assert reasons(ObjectiveText(metric="销售额", unit="万元", target="2600"))["M"] == "measurable_no_baseline"


def test_heads_confirm_what_has_no_other_evidence() -> None:
    assert reasons(ObjectiveText(asked=3, confirmed=2))["A"] == "achievable_waiting"
    assert "A" not in reasons(ObjectiveText(asked=3, confirmed=3))


@pytest.mark.parametrize(
    ("objective", "reason"),
    [
        (ObjectiveText("2月30日前将退货率降到3%"), "timebound_invalid"),
        (ObjectiveText("每月新签经销商不少于10家"), "timebound_recurring"),
        (ObjectiveText("客户响应时间缩短到2小时以内"), "timebound_no_due"),
        (ObjectiveText("退货率降到3%", due=date(2026, 5, 5)), "timebound_past"),
        (ObjectiveText("2025年6月1日前退货率降到3%"), "timebound_past"),
        (ObjectiveText(start=date(2026, 7, 2), due=date(2026, 7, 1)), "timebound_order"),
    ],
)
def test_an_objective_without_a_usable_date_is_not_timebound(objective: ObjectiveText, reason: str) -> None:
    assert reasons(objective)["T"] == reason


def test_general_goods_are_not_specific() -> None:
    assert reasons(ObjectiveText("打造行业领先的客户体验"))["S"] == "specific_general"
    assert reasons(ObjectiveText("Deliver world-class service"))["S"] == "specific_general"


# -- whatever people write ------------------------------------------------------------------------------------------


@settings(max_examples=300)
@given(wild)
def test_any_text_is_read_without_a_crash_and_spans_stay_inside(text: str) -> None:
    dates, quantities = find_dates(text, TODAY).phrases, find_quantities(text).quantities
    spans = [phrase.span for phrase in dates] + [quantity.span for quantity in quantities]
    result = check_commitment(CommitmentText(text, deliverable=text, due=text, acceptance=text), TODAY)
    smart = check_objective(ObjectiveText(text, metric=text, target=text, baseline=text, due=text), TODAY)
    spans += [finding.span for finding in result.findings if finding.span]
    spans += [span for letter in smart.letters for span in letter.spans]
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    for language in ("zh-hans", "en"):
        assert all(explain(finding, language) for finding in result.findings)
        assert all(explain_letter(letter, language) for letter in smart.letters)
        assert rewrite_frame(text, language, TODAY)


@given(wild)
def test_phrases_of_one_kind_never_overlap(text: str) -> None:
    for found in (find_dates(text, TODAY).phrases, find_quantities(text).quantities):
        ends = [item.span.end for item in found]
        starts = [item.span.start for item in found]
        assert all(end <= start for end, start in zip(ends, starts[1:], strict=False))


def test_emoji_and_right_to_left_text_do_not_move_the_marks() -> None:
    assert marked("😀𠮷\u202eעברית 尽快完成") == ["尽快"]


HOSTILE = [
    "6月1日前完成TOP10 SKU库存盘点, by end of next month within 3 days ",
    "一",
    "1",
    "1,",
    " ",
    "月",
    "the ",
    "上线",
    "从",
    "12 ",
    "a-",
    "1 a-b c d ",
    "尽快",
    "support ",
    "提供",
    "a few ",
    "。",
    "1年",
    "2026年1月",
    "%",
    "一二",
    "to ",
    "from 1 ",
    "\u202e",
    "😀",
    "later t",
    "尽快。",
    "尽快6月1日。",
    "asap 3 days. ",
    "每",
    "前3",
    "QQ4",
    "每月5日前",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_megabyte_of_anything_is_read_quickly(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    begin = time.process_time()
    result = check_commitment(CommitmentText(text), TODAY)
    smart = check_objective(ObjectiveText(text), TODAY)
    rewrite_frame(text, "zh", TODAY)
    assert time.process_time() - begin < 3
    assert result.truncated
    assert smart.truncated
    assert all(finding.span is None or finding.span.end <= SCAN_LIMIT for finding in result.findings)


def test_every_message_exists_in_both_languages_and_differs() -> None:
    for english, chinese in MESSAGES.values():
        assert english.isascii() or "“" in english
        assert any("\u4e00" <= character <= "\u9fff" for character in chinese)


def test_reading_words_and_single_dates_needs_no_numpy() -> None:
    code = "import sys; import tongzhou.engine.wording, tongzhou.engine.workcal; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": ":".join(sys.path)}).returncode == 0
