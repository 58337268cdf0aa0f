"""《跨部门项目进度看板》 on paper: every task with its state, lateness, risk, and what it waits for and holds up."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongzhou.execution import services
from tongzhou.execution.board_form import LATE
from tongzhou.execution.queries.board_paper import board_content
from tongzhou.execution.queries.drafts import DraftLine
from tongzhou.planning import services as planning
from tongzhou.planning.models import Task
from tongzhou.planning.predecessors import Predecessor

pytestmark = pytest.mark.django_db


@pytest.fixture
def restocking(cast, add, count):
    """It waits for the stock count."""
    made = add("补货", 2)
    planning.set_predecessors(made.pk, [Predecessor(count.number, "FS", 1)], by=cast.by("lead"))
    return made


@pytest.fixture
def executed(restocking, executed):
    """The work begins when the plan is complete."""
    return executed


@pytest.fixture
def late(cast, executed, count, stopped_clock):
    """Thursday evening: the stock count should have been finished on Wednesday, and the restocking waits for it."""
    stopped_clock.at("2026-05-14 16:00")
    services.post_update(
        executed.pk,
        cast.departments["product"].pk,
        date(2026, 5, 14),
        {"done": [DraftLine("盘点完成6个SKU")]},
        by=cast.by("product_contact"),
        delays={count.pk: ("medium", "扫码枪未到")},
        percents={count.pk: 60},
    )
    return count


def test_a_late_task_says_by_how_much_why_and_what_it_holds_up(cast, executed, late):
    content = board_content(executed)
    row = content["tasks"][0]
    assert row["status"] == LATE
    assert (row["delay_days"], row["risk_level"], row["delay_reason"]) == ("1", "medium", "扫码枪未到")
    assert (row["percent"], row["affected"]) == ("60%", "2")
    assert content["tasks"][1]["predecessors"] == "1FS+1"
    # 40 % of three days are left: today and tomorrow; the restocking begins a working day after that.
    assert row["actual"] == "预计2026-05-15"
    assert content["tasks"][1]["actual"] == "预计2026-05-20"
    assert row["updated"].endswith("05-14 16:00")
    assert content["verdict"] == "有 1 项延期"


def test_what_is_done_late_keeps_its_days_and_is_not_late_any_more(cast, executed, late):
    report = planning.report_done(late.pk, evidence="10个SKU盘点完毕", by=cast.by("product_contact"))
    planning.accept_done(report.pk, by=cast.by("product_head"))
    row = board_content(executed)["tasks"][0]
    assert (row["status"], row["actual"], row["delay_days"]) == ("done", "2026-05-14", "1")


def test_it_comes_out_as_page_word_excel_and_pdf(client, cast, executed, late):
    client.force_login(cast.persons["product_member"])
    base = f"/projects/{executed.pk}/board"
    assert "扫码枪未到" in client.get(f"{base}/paper/").content.decode()
    sheet = openpyxl.load_workbook(BytesIO(client.get(f"{base}/form.xlsx").content)).worksheets[0]
    told = {str(cell.value) for line in sheet.iter_rows() for cell in line if cell.value is not None}
    assert {"TOP10 SKU库存盘点", "延期", "扫码枪未到"} <= told
    assert client.get(f"{base}/form.pdf").content.startswith(b"%PDF")
    assert client.get(f"{base}/form.docx").content.startswith(b"PK")
    assert client.get(f"{base}/form.exe").status_code == 404


def test_more_tasks_ask_no_more_queries(executed, late, django_assert_num_queries):
    with CaptureQueriesContext(connection) as few:
        board_content(executed)
    facts = {"project": executed, "start": date(2026, 5, 11), "finish": date(2026, 5, 12)}
    for number in range(20):
        Task.objects.create(number=50 + number, rank=50 + number, title=f"上架第{number}批", **facts)
    with django_assert_num_queries(len(few)):
        assert len(board_content(executed)["tasks"]) == 22
