"""The forms as they are described, and the words they are printed in."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import translation

from tests.documents import campaign
from tests.documents.conftest import FILLED
from tongzhou.alignment.documents import COLLAB_REQUEST, MEMORANDUM
from tongzhou.documents.paper import (
    Extras,
    GridBlock,
    SignatureEntry,
    TableBlock,
    deputy_words,
    format_date,
    format_datetime,
    format_money,
    lay_out,
    printable,
)
from tongzhou.documents.standard_forms import Field, Section, StandardForm, Table, all_forms, get
from tongzhou.meetings.documents import MEETING_MINUTES

# forms.md, word for word; a star marks what must be filled in.
KEYS = {
    "collab_request": "requesting_dept* requester* contact request_date* type urgency* background* objectives* "
    "deliverables* acceptance_criteria departments* milestones* start* end* budget_estimate risks dept_head_opinion* "
    "executive_opinion status",
    "meeting_minutes": "title* type starts_at* ends_at* location chair* recorder* invited attendees* absentees "
    "agenda_items* goals* commitments* open_items next_meeting_at* first_sync_at* cc "
    # Beyond forms.md, for process.md 1.2: what each department brings and needs, and the decisions.
    "resources decisions",
    "memorandum": "parties* goals* scope out_of_scope duties* resource_commitments communication_plan change_rule "
    "confidentiality_clause breach_clauses* force_majeure escalation_path valid_from* valid_to* effective_when",
}
COLUMNS = {
    ("collab_request", "objectives"): "metric baseline target due source",
    ("collab_request", "departments"): "dept request_item due contact_person reply reply_note replied_at",
    ("meeting_minutes", "agenda_items"): "topic points disagreements conclusion",
    ("meeting_minutes", "commitments"): "dept action measure owner due",
    ("memorandum", "parties"): "dept head contact",
    ("memorandum", "duties"): "dept duty deliverable due acceptance",
    ("memorandum", "breach_clauses"): "condition evidence consequence arbiter",
}
FORMS = {form.key: form for form, _content in FILLED}


@pytest.mark.parametrize("key", KEYS)
def test_a_form_has_every_field_of_the_specification(key: str) -> None:
    described = {part.key + ("*" if part.required else "") for part in FORMS[key].parts()}
    assert described == set(KEYS[key].split())


@pytest.mark.parametrize(("form", "table"), COLUMNS)
def test_a_table_has_the_columns_of_the_specification(form: str, table: str) -> None:
    part = FORMS[form].part(table)
    assert isinstance(part, Table)
    assert [column.key for column in part.columns] == COLUMNS[form, table].split()


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.key)
def test_every_word_of_a_form_is_chinese_on_a_chinese_paper(form: StandardForm) -> None:
    paper = lay_out(form, {}, {}, "zh-hans")
    labels = [paper.title, *(cell.label for cell in paper.head), *vars(paper.words).values()]
    for section in paper.sections:
        labels.append(section.title)
        for block in section.blocks:
            if isinstance(block, GridBlock):
                cells = [cell for row in block.rows for cell in row]
                labels += [cell.label for cell in cells] + [tick.label for cell in cells for tick in cell.ticks]
            else:
                labels += [block.label, *(column.label for column in block.columns)]
    if paper.signatures:
        labels += [paper.signatures.title, paper.signatures.statement, *paper.signatures.columns]
    with translation.override("zh-hans"):
        for part in form.parts():
            columns: tuple[Any, ...] = part.columns if isinstance(part, Table) else (part,)
            labels += [str(choice.label) for column in columns for choice in column.choices]
    assert [
        label for label in labels if re.search("[A-Za-z]{3}", label.replace("SMART", "").replace("{head}", ""))
    ] == []


def test_a_form_with_two_parts_of_one_name_is_refused() -> None:
    with pytest.raises(ValueError, match="two parts called goals"):
        StandardForm("x", "X", "X", (Section("A", (Field("goals", "A"), Table("goals", "B", ()))),))


@pytest.mark.parametrize(("form", "content"), FILLED, ids=lambda value: getattr(value, "key", ""))
def test_the_filled_example_misses_nothing(form: StandardForm, content: dict[str, Any]) -> None:
    assert form.missing(content, campaign.HEAD) == ()


def test_what_is_missing_is_named_to_the_cell() -> None:
    content = {**campaign.MEMORANDUM, "valid_from": "", "parties": [{"dept": "市场部", "head": " "}]}
    assert MEMORANDUM.missing(content, {**campaign.HEAD, "doc_no": None}) == (
        "head.doc_no",
        "parties[0].head",
        "valid_from",
    )


def test_dates_and_amounts_are_written_as_the_language_writes_them() -> None:
    assert format_date("2026-06-01") == "2026年6月1日"
    assert format_date("2026-06-01", "en") == "1 Jun 2026"
    assert format_datetime("2026-05-11T14:05:00+08:00") == "2026年5月11日 14:05"
    assert format_money("50000.5") == "50,000.50 元"
    assert format_money(50000, "en") == "CNY 50,000.00"


@pytest.mark.parametrize("odd", ["2026-02-30", "6月底", "", "NaN", "1e9999", "∞"])
def test_what_is_no_date_or_amount_is_printed_as_it_was_written(odd: str) -> None:
    assert format_date(odd) == odd
    assert format_datetime(odd) == odd
    assert format_money(odd) == odd


def test_marks_that_turn_the_reading_order_around_are_not_printed() -> None:
    assert printable("合同\u202egpj.exe\x00\x07\r\n完") == "合同gpj.exe\n完"


def test_a_deputy_is_shown_with_the_head_for_whom_they_signed() -> None:
    paper = lay_out(MEMORANDUM, campaign.MEMORANDUM, campaign.HEAD)
    entry = SignatureEntry("销售部", "赵海峰", on_behalf_of="马国栋")
    assert deputy_words(paper, entry) == "\uff08代 马国栋\uff09"
    assert deputy_words(lay_out(MEMORANDUM, {}, {}, "en"), entry) == "(for 马国栋)"
    assert deputy_words(paper, SignatureEntry("销售部", "马国栋")) == ""


def test_the_language_of_the_reader_does_not_change_the_document() -> None:
    with translation.override("en"):
        chinese = lay_out(COLLAB_REQUEST, campaign.COLLAB_REQUEST, campaign.HEAD, "zh-hans")
    with translation.override("zh-hans"):
        assert lay_out(COLLAB_REQUEST, campaign.COLLAB_REQUEST, campaign.HEAD, "zh-hans") == chinese
    assert chinese.title == "跨部门协作需求登记表"


def test_content_of_the_wrong_shape_is_laid_out_all_the_same() -> None:
    content = {
        "departments": ["text", {"dept": ["a"], "due": {"x": 1}}],
        "type": "unheard-of",
        "background": 12,
        "objectives": None,
    }
    paper = lay_out(COLLAB_REQUEST, content, {"date": 5, "attachments": "one.pdf"})
    table = next(
        block
        for section in paper.sections
        for block in section.blocks
        if block and isinstance(block, TableBlock) and block.key == "departments"
    )
    assert len(table.rows) == 1
    assert paper.attachments == ("one.pdf",)


def test_an_opinion_carries_the_signature_of_its_own_place() -> None:
    extras = Extras(signatures=(SignatureEntry(name="陈立新", slot="dept_head_opinion"), SignatureEntry(name="刘振华")))
    paper = lay_out(COLLAB_REQUEST, {}, {}, extras=extras)
    cells = {c.key: c for s in paper.sections for b in s.blocks if isinstance(b, GridBlock) for r in b.rows for c in r}
    head, executive = cells["dept_head_opinion"].signature, cells["executive_opinion"].signature
    assert head is not None
    assert executive is not None
    assert (head.name, executive.name) == ("陈立新", "")


def test_minutes_have_a_place_for_every_department_to_confirm() -> None:
    assert MEETING_MINUTES.signature_block is not None
    assert MEETING_MINUTES.signature_block.key == "confirmations"


def test_the_forms_of_phase_1_are_known_to_everything_that_lists_forms() -> None:
    assert {"collab_request", "meeting_minutes", "memorandum"} <= {form.key for form in all_forms()}
    assert get("memorandum") is MEMORANDUM
