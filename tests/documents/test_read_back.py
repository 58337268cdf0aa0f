"""A filled Excel form comes back: cell by cell, nothing half understood."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from tests.documents import campaign
from tests.documents.conftest import FILLED
from tongzhou.alignment.documents import COLLAB_REQUEST, MEMORANDUM
from tongzhou.documents.hostile import FileRefused
from tongzhou.documents.paper import Extras
from tongzhou.documents.read_back import parse_date, parse_datetime, parse_number, read_xlsx, split_people
from tongzhou.documents.render import render
from tongzhou.documents.standard_forms import StandardForm, is_empty

SHANGHAI = ZoneInfo("Asia/Shanghai")


def without_blanks(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_blanks(one) for key, one in value.items() if not is_empty(one)}
    return [without_blanks(one) for one in value] if isinstance(value, list) else value


def edited(data: bytes, changes: dict[str, Any]) -> bytes:
    """The workbook after somebody wrote into the cells beside or under the given words."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for place, value in changes.items():
        book.worksheets[0][place] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def place_of(data: bytes, mark: str, unit: int, below: int = 0) -> str:
    """The cell of the marked row, `unit` units in."""
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    row = next(cell.row for cell in sheet["A"] if cell.value == mark) + below
    return str(sheet.cell(row, unit + 2).coordinate)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("form", "content"), FILLED, ids=lambda value: getattr(value, "key", ""))
def test_what_goes_out_comes_back_the_same(
    form: StandardForm, content: dict[str, Any], language: str, head: dict[str, Any], extras: Extras
) -> None:
    result = read_xlsx(form, render(form, content, head, "xlsx", language, extras), SHANGHAI)
    assert result.errors == ()
    assert result.content == without_blanks(content)
    assert result.head == head


@pytest.mark.parametrize(
    "text",
    ["=cmd|'/c calc'!A1", "+86 138", "-1", "@all", "00123", "1e5", "TRUE", "2026-06-01", "多行\n第二行\n\n第四行",
     "👍 שלום", "长" * 40_000, "a\n" * 3_000 + "b", "_x0041_ 与 _x000D_"],
    ids=lambda text: text[:8],
)  # fmt: skip
def test_text_comes_back_as_the_text_it_was(text: str, head: dict[str, Any]) -> None:
    rows = [{"dept": "产品部", "request_item": text, "due": "2026-06-01"}]
    content = {**campaign.COLLAB_REQUEST, "background": text, "departments": rows}
    result = read_xlsx(COLLAB_REQUEST, render(COLLAB_REQUEST, content, head, "xlsx"))
    assert result.errors == ()
    assert result.content["background"] == text
    assert result.content["departments"] == rows


def test_a_wrong_cell_is_named_with_its_place_and_reason(head: dict[str, Any]) -> None:
    data = render(COLLAB_REQUEST, campaign.COLLAB_REQUEST, head, "xlsx")
    start = place_of(data, "field:start|end", 4)
    urgency = place_of(data, "field:urgency", 4)
    budget = place_of(data, "field:budget_estimate|status", 4)
    background = place_of(data, "field:background", 4)
    result = read_xlsx(
        COLLAB_REQUEST, edited(data, {start: "2026年2月30日", urgency: "马上", budget: "大概五万", background: " "})
    )
    found = {error.field: (error.cell, error.code) for error in result.errors}
    assert found == {
        "start": (start, "not_a_date"),
        "urgency": (urgency, "not_a_choice"),
        "budget_estimate": (budget, "not_a_number"),
        "background": (background, "required"),
    }
    assert all(error.row == int("".join(filter(str.isdigit, error.cell))) for error in result.errors)
    assert not result.is_clean


def test_what_people_type_in_chinese_is_understood(head: dict[str, Any]) -> None:
    data = render(COLLAB_REQUEST, campaign.COLLAB_REQUEST, head, "xlsx")
    changes = {
        place_of(data, "field:start|end", 4): "2026年5月12日",
        place_of(data, "field:budget_estimate|status", 4): "¥5.5万",
        place_of(data, "field:type", 4): "新品上市、Incident",
    }
    result = read_xlsx(COLLAB_REQUEST, edited(data, changes))
    assert result.errors == ()
    assert result.content["start"] == "2026-05-12"
    assert result.content["budget_estimate"] == "55000.00"
    assert result.content["type"] == ["launch", "incident"]


def test_rows_that_were_inserted_are_read(head: dict[str, Any]) -> None:
    data = render(MEMORANDUM, campaign.MEMORANDUM, head, "xlsx")
    first_free = place_of(data, "table:parties", 2, below=5)
    head_cell = place_of(data, "table:parties", 2 + 9, below=5)
    result = read_xlsx(MEMORANDUM, edited(data, {first_free: "客服部", head_cell: "孙雅琴"}))
    assert [row["dept"] for row in result.content["parties"]] == ["市场部", "产品部", "销售部", "技术部", "客服部"]


def test_a_half_filled_row_says_what_is_missing(head: dict[str, Any]) -> None:
    data = render(MEMORANDUM, campaign.MEMORANDUM, head, "xlsx")
    result = read_xlsx(MEMORANDUM, edited(data, {place_of(data, "table:parties", 2, below=5): "客服部"}))
    assert [(error.field, error.code) for error in result.errors] == [("parties[4].head", "required")]


def test_a_table_whose_columns_were_moved_is_not_guessed_at(head: dict[str, Any]) -> None:
    data = render(MEMORANDUM, campaign.MEMORANDUM, head, "xlsx")
    result = read_xlsx(MEMORANDUM, edited(data, {place_of(data, "table:duties", 2): "职责"}))
    assert "duties" not in result.content
    assert [(error.field, error.code) for error in result.errors] == [("duties.dept", "column_moved")]


def test_another_form_is_refused(head: dict[str, Any]) -> None:
    data = render(MEMORANDUM, campaign.MEMORANDUM, head, "xlsx")
    with pytest.raises(FileRefused) as caught:
        read_xlsx(COLLAB_REQUEST, data)
    assert caught.value.code == "not_this_form"


def test_a_foreign_workbook_is_refused() -> None:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    with pytest.raises(FileRefused) as caught:
        read_xlsx(COLLAB_REQUEST, out.getvalue())
    assert caught.value.code == "not_this_form"


@pytest.mark.parametrize(
    ("written", "day"),
    [("2026-06-18", (2026, 6, 18)),
     ("2026/6/8", (2026, 6, 8)), ("2026年6月18日", (2026, 6, 18)), ("2026.06.18", (2026, 6, 18)),
     ({"date": "2026-06-18"}, (2026, 6, 18)), ({"datetime": "2026-06-18T00:00:00"}, (2026, 6, 18))],
)  # fmt: skip
def test_dates_as_people_write_them(written: Any, day: tuple[int, int, int]) -> None:
    assert parse_date(written) == dt.date(*day)


@pytest.mark.parametrize("written", ["2026年2月30日", "2026-13-01", "明天", "46000", 46000, "2026-06-18 15:00", ""])
def test_what_is_no_date_is_none(written: Any) -> None:
    assert parse_date(written) is None


def test_times_are_read_in_several_ways() -> None:
    moment = dt.datetime(2026, 6, 18, 15, 5)  # noqa: DTZ001 - Excel knows no zones
    for written in (
        "2026-06-18 15:05",
        "2026年6月18日 15\uff1a05",
        "2026/6/18T15:05:00",
        {"datetime": "2026-06-18T15:05:00"},
    ):
        assert parse_datetime(written) == moment
    assert parse_datetime("2026-06-18 25:00") is None


def test_numbers_are_read_with_their_units() -> None:
    assert [str(parse_number(value)) for value in ("50,000 元", "¥ 3.5万", "\uffe51，000", 12.5, "-3")] == [
        "50000", "35000.0", "1000", "12.5", "-3",
    ]  # fmt: skip
    assert [parse_number(value) for value in ("五万", "1,00,", "1e999", True, "--1")] == [None] * 5


def test_names_are_divided_outside_brackets_only() -> None:
    assert split_people("陈立新、何静\uff1b 孙雅琴\uff08外出、下周回\uff09\n周启明") == [
        "陈立新", "何静", "孙雅琴\uff08外出、下周回\uff09", "周启明",
    ]  # fmt: skip
