"""How far the work is goes out with the plan and comes in with it; done is only what is accepted here."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.planning.test_plan_mspdi import SPACE, mspdi
from tests.planning.test_plan_mspdi import task as element
from tests.planning.test_plan_table import sheet
from tongzhou.calendars.queries import company_calendar
from tongzhou.planning import queries, services
from tongzhou.planning.exchange.reading import read_plan
from tongzhou.planning.exchange.words import Unreadable, read_percent
from tongzhou.planning.models import Plan, Task
from tongzhou.projects.models import Project

pytestmark = pytest.mark.django_db
PLAIN = ["任务名称", "工期", "完成百分比", "实际开始", "实际完成"]
KEPT = (
    "title",
    "status",
    "percent",
    "actual_start",
    "actual_finish",
    "held_until",
    "constraint",
    "constraint_on",
    "start",
)


def looked(project, data: bytes, **options: Any) -> queries.Incoming:
    return queries.look_through(project, read_plan(data, company_calendar(), project.code, **options))


def taken(project, data: bytes, cast, **options: Any) -> queries.Incoming:
    brought = read_plan(data, company_calendar(), project.code, **options)
    version = Plan.objects.filter(project=project).values_list("version", flat=True).first() or 1
    return services.take_plan_in(project.pk, brought, by=cast.by("lead"), plan_version=version, source="计划.xlsx")


def told(project) -> list[tuple[Any, ...]]:
    return list(project.tasks.order_by("rank").values_list(*KEPT))


def of_file(project, title: str) -> ElementTree.Element:
    root = ElementTree.fromstring(queries.plan_file(project, "xml")[1])  # noqa: S314 - our own file
    return next(one for one in root.iter(f"{SPACE}Task") if one.findtext(f"{SPACE}Name") == title)


@pytest.fixture
def begun(project, add):
    """Work that has begun, is held back by levelling (once beside a date of people), is done, and has not begun."""
    phase = add("准备")
    count = add("库存盘点", 3, parent_id=phase.pk)
    Task.objects.filter(pk=count.pk).update(status="in_progress", percent=60, actual_start=date(2026, 5, 8))
    page = add("页面搭建", 5, parent_id=phase.pk)
    stock = add("渠道备货", 2, constraint="snet", constraint_on=date(2026, 5, 12))
    Task.objects.filter(pk=page.pk).update(held_until=date(2026, 5, 18))
    Task.objects.filter(pk=stock.pk).update(held_until=date(2026, 5, 19))
    done = add("启动会", 1)
    facts = {"percent": 100, "actual_start": date(2026, 5, 7), "actual_finish": date(2026, 5, 8)}
    Task.objects.filter(pk=done.pk).update(status="done", **facts)
    # Dates are computed with the next step of the plan.
    add("上线", 0, after=page)
    return phase, count, page, stock, done


@pytest.mark.parametrize("fmt", ["xlsx", "xml"])
def test_progress_and_levelling_come_in_again_without_a_difference(project, begun, fmt):
    found = looked(project, queries.plan_file(project, fmt)[1])
    assert [(row.verdict, row.errors, row.changes) for row in found.rows] == [("same", [], [])] * 6
    assert found.finish_after == found.finish_before


@pytest.mark.parametrize("fmt", ["xlsx", "xml"])
def test_the_same_plan_elsewhere_is_as_far_and_held_back_as_long_but_nothing_is_done_unaccepted(
    cast, project, begun, fmt
):
    data = queries.plan_file(project, fmt)[1]
    before = told(project)
    services.remove_tasks(project.pk, [task.pk for task in project.tasks.filter(parent=None)], by=cast.by("lead"))
    found = taken(project, data, cast, as_new=True)
    after = told(project)
    assert [row for row in after if row[0] != "启动会"] == [row for row in before if row[0] != "启动会"]
    meeting = Task.objects.get(title="启动会")
    assert (meeting.status, meeting.percent) == ("in_progress", 99)
    assert (meeting.actual_start, meeting.actual_finish) == (date(2026, 5, 7), None)
    assert "2026-05-08" in meeting.note
    assert any("99 %" in text for text in next(row for row in found.rows if row.title == "启动会").notes)


def test_the_table_shows_progress_as_numbers_and_dates(project, begun):
    page = load_workbook(BytesIO(queries.plan_file(project, "xlsx")[1])).worksheets[0]
    places = {str(cell.value): cell.column for cell in page[1]}
    row = {name: page.cell(3, place).value for name, place in places.items()}
    assert (row["状态"], row["完成百分比"]) == ("进行中", 60)
    assert row["实际开始"].date() == date(2026, 5, 8)
    assert page.cell(4, places["平衡推迟至"]).value.date() == date(2026, 5, 18)
    # A summary says nothing of what lies below it.
    assert page.cell(2, places["完成百分比"]).value is None


def test_microsoft_project_reads_what_levelling_holds_as_a_start_no_earlier(project, begun):
    page, stock, count = (of_file(project, title) for title in ("页面搭建", "渠道备货", "库存盘点"))
    assert (page.findtext(f"{SPACE}ConstraintType"), page.findtext(f"{SPACE}ConstraintDate", "")[:10]) == (
        "4",
        "2026-05-18",
    )
    assert stock.findtext(f"{SPACE}ConstraintDate", "")[:10] == "2026-05-12"
    assert (count.findtext(f"{SPACE}PercentComplete"), count.findtext(f"{SPACE}ActualStart", "")[:10]) == (
        "60",
        "2026-05-08",
    )
    assert count.findtext(f"{SPACE}Start", "")[:10] == "2026-05-08"


def test_another_start_date_set_in_microsoft_project_ends_the_levelling(project, begun, cast):
    data = queries.plan_file(project, "xml")[1].decode()
    moved = data.replace("<ConstraintDate>2026-05-18", "<ConstraintDate>2026-05-20")
    taken(project, moved.encode(), cast)
    page = Task.objects.get(title="页面搭建")
    assert (page.constraint, page.constraint_on, page.held_until) == ("snet", date(2026, 5, 20), None)


def test_a_date_constraint_from_a_table_ends_the_levelling(project, begun, cast):
    stock = begun[3]
    head = ["任务编号", "任务名称", "日期限制", "限制日期"]
    taken(project, sheet(head, [stock.number, "渠道备货", "不早于开始", date(2026, 5, 13)]), cast)
    stock.refresh_from_db()
    assert (stock.constraint_on, stock.held_until) == (date(2026, 5, 13), None)


def test_a_foreign_plan_brings_percent_and_actual_dates(cast, project):
    more = "<PercentComplete>30</PercentComplete><ActualStart>2026-05-06T08:00:00</ActualStart>"
    finished = (
        "<PercentComplete>100</PercentComplete><ActualStart>2026-05-04T08:00:00</ActualStart>"
        "<ActualFinish>2026-05-07T17:00:00</ActualFinish>"
    )
    nothing = "<PercentComplete>0</PercentComplete>"
    data = mspdi(element(1, "甲", more=more), element(2, "乙", more=finished), element(3, "丙", more=nothing))
    found = taken(project, data, cast)
    rows = Task.objects.order_by("rank").values_list("status", "percent", "actual_start", "actual_finish")
    assert list(rows) == [
        ("in_progress", 30, date(2026, 5, 6), None),
        ("in_progress", 99, date(2026, 5, 4), None),
        ("not_started", 0, None, None),
    ]
    assert [len(row.notes) for row in found.rows] == [0, 1, 0]


def test_a_column_formatted_as_percent_holds_parts_of_one(cast, project):
    taken(project, sheet(PLAIN, ["甲", 2, 0.35, "", ""], ["乙", 2, 1, "", ""], ["丙", 2, "", "", ""]), cast)
    assert list(Task.objects.order_by("rank").values_list("percent", flat=True)) == [35, 99, 0]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        (["120", "", ""], "完成百分比"),
        (["很快", "", ""], "完成百分比"),
        (["10", "2030-01-01", ""], "实际开始"),
        (["10", "", "2030-01-01"], "实际完成"),
        (["10", "2026-05-08", "2026-05-07"], "实际完成"),
        (["10", "1900-01-01", ""], "实际开始"),
    ],
)
def test_what_cannot_be_is_an_error_at_its_cell(project, cells, column):
    found = looked(project, sheet(PLAIN, ["甲", 2, *cells]))
    assert [label for label, _text in found.rows[0].errors] == [column]


def test_days_to_come_in_a_foreign_plan_are_left_out_and_said(cast, project):
    more = "<PercentComplete>10</PercentComplete><ActualStart>2030-01-01T08:00:00</ActualStart>"
    found = taken(project, mspdi(element(1, "甲", more=more)), cast)
    assert (Task.objects.get().percent, Task.objects.get().actual_start) == (10, None)
    assert "2030-01-01" in found.rows[0].notes[0]


def test_an_older_table_does_not_take_back_what_the_doers_report_while_the_project_is_executed(project, begun):
    count = begun[1]
    data = queries.plan_file(project, "xlsx")[1]
    Task.objects.filter(pk=count.pk).update(percent=80)
    Project.objects.update(phase="executing")
    row = looked(Project.objects.get(), data).rows[1]
    assert (row.verdict, row.changes) == ("same", [])
    assert len(row.notes) == 1


def test_an_import_of_progress_is_one_step_that_can_be_taken_back(cast, project, begun):
    count = begun[1]
    head = ["任务编号", "任务名称", "完成百分比", "实际开始"]
    taken(project, sheet(head, [count.number, "库存盘点", 0, ""]), cast)
    count.refresh_from_db()
    assert (count.status, count.percent, count.actual_start) == ("not_started", 0, None)
    services.undo_step(project.pk, queries.plan_of(project).steps.first().number, by=cast.by("lead"))
    count.refresh_from_db()
    assert (count.status, count.percent, count.actual_start) == ("in_progress", 60, date(2026, 5, 8))


@pytest.mark.parametrize(
    ("text", "percent"),
    [("", 0), ("60", 60), ("60%", 60), ("60 ％", 60), ("0.5", 50), ("1", 1), ("99.7", 99), ("100.0", 100), ("0.5%", 0)],
)
def test_percentages_are_read_as_people_write_them(text, percent):
    assert read_percent(text) == percent


@pytest.mark.parametrize("text", ["-1", "101", "nan", "inf", "一半", "1e9"])
def test_what_is_no_percentage_is_refused(text):
    with pytest.raises(Unreadable):
        read_percent(text)
