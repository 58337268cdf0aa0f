"""A task list as a table goes out and comes in: ours again without a difference, a foreign one by its headings."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from tongzhou.calendars.queries import company_calendar
from tongzhou.core.errors import Conflict, InvalidInput
from tongzhou.core.models import AuditEvent
from tongzhou.people.models import Membership, Person
from tongzhou.planning import queries, services
from tongzhou.planning.exchange.table_reading import read_table
from tongzhou.planning.exchange.words import Unreadable, read_days, read_waits
from tongzhou.planning.models import Link, Plan, Task

pytestmark = pytest.mark.django_db
HEAD = ["任务编号", "大纲级别", "任务名称", "责任部门", "负责人", "工期(工作日)", "前置任务", "日期限制", "限制日期"]


def sheet(*rows: list[Any]) -> bytes:
    kept = BytesIO()
    workbook = xlsxwriter.Workbook(
        kept, {"in_memory": True, "strings_to_formulas": False, "default_date_format": "yyyy-mm-dd"}
    )
    page = workbook.add_worksheet()
    for number, row in enumerate(rows):
        page.write_row(number, 0, row)
    workbook.close()
    return kept.getvalue()


def looked(project, data: bytes, **options: Any) -> queries.Incoming:
    return queries.look_through(project, read_table(data, company_calendar(), **options))


def taken(project, data: bytes, cast, **options: Any) -> queries.Incoming:
    brought = read_table(data, company_calendar(), **options)
    version = Plan.objects.filter(project=project).values_list("version", flat=True).first() or 1
    return services.take_plan_in(project.pk, brought, by=cast.by("lead"), plan_version=version, source="计划.xlsx")


def told(project) -> list[tuple[Any, ...]]:
    """The plan as somebody reads it, without keys and numbers."""
    numbers = {row.task.number: row.wbs for row in queries.export_rows(project)}
    return [
        (
            row.wbs, row.task.title, row.task.department_id, row.task.owner_id, row.task.duration, row.task.shortest,
            row.task.longest, row.task.effort_hours, row.task.is_milestone, row.task.constraint, row.task.constraint_on,
            row.task.deliverable, row.task.acceptance, row.task.note, row.task.start, row.task.finish,
            tuple((numbers[wait.number], wait.kind, wait.lag) for wait in row.predecessors),
        )
        for row in queries.export_rows(project)
    ]  # fmt: skip


@pytest.fixture
def whole(cast, project, add):
    """A plan in which every column says something."""
    phase = add("准备")
    count = add(
        "库存盘点", 3, parent_id=phase.pk, owner_id=cast.product_contact.pk, shortest=2, longest=6, effort_hours=24,
        deliverable="=盘点表", acceptance="账实相符\n误差小于 1%", note="+先盘 TOP10",
    )  # fmt: skip
    page = add("页面搭建", 5, parent_id=phase.pk, department_id=cast.technology.pk)
    services.link_tasks(count.pk, page.pk, kind="SS", lag=2, by=cast.by("lead"))
    live = add("上线", 0, after=page, lag=-1, constraint="fnlt", constraint_on=date(2026, 6, 1))
    return phase, count, page, live


def test_our_own_table_comes_in_again_without_a_difference(project, whole):
    _name, data = queries.plan_file(project, "xlsx")
    found = looked(project, data)
    assert [(row.verdict, row.errors, row.changes) for row in found.rows] == [("same", [], [])] * 4
    assert (found.to_do, found.is_clean, found.finish_after) == (0, True, found.finish_before)


def test_our_own_table_makes_the_same_plan_elsewhere(cast, project, whole):
    _name, data = queries.plan_file(project, "xlsx")
    before = told(project)
    services.remove_tasks(project.pk, [task.pk for task in whole], by=cast.by("lead"))
    assert taken(project, data, cast).counts["add"] == 4
    assert told(project) == before


def test_text_stays_text_and_numbers_and_dates_are_real(project, whole):
    _name, data = queries.plan_file(project, "xlsx")
    page = load_workbook(BytesIO(data)).worksheets[0]
    places = {str(cell.value).removesuffix(" *"): cell.column for cell in page[1]}
    row = {name: page.cell(3, place) for name, place in places.items()}
    assert (row["交付物"].value, row["交付物"].data_type) == ("=盘点表", "s")
    assert row["备注"].value == "+先盘 TOP10"
    assert row["工期（工作日）"].value == 3
    assert row["计划开始"].value.date() == date(2026, 5, 11)


def test_a_known_number_changes_the_task_an_unknown_row_is_added_the_rest_is_left(cast, project, whole):
    _phase, count, page, live = whole
    data = sheet(
        HEAD,
        [count.number, 2, "库存盘点", "产品部", "钱多", 4, "", "", ""],
        ["", 2, "补货", "销售部", "孙丽", 2, f"{count.number}FS+1", "", ""],
    )
    found = taken(project, data, cast)
    assert [row.verdict for row in found.rows] == ["change", "add"]
    assert {(change.label, change.before, change.after) for change in found.rows[0].changes} == {
        ("工期（工作日）", "3", "4"),
        ("负责人", "赵敏", "钱多"),
    }
    assert found.untouched == 3
    count.refresh_from_db()
    assert (count.duration, count.owner, count.deliverable) == (4, cast.product_member, "=盘点表")
    new = Task.objects.get(title="补货")
    assert (new.parent, new.number) == (count.parent, live.number + 1)
    assert Link.objects.filter(predecessor=count, successor=new, lag=1).exists()
    assert Link.objects.filter(predecessor=page, successor=live).exists()


def test_the_whole_import_is_one_step_that_can_be_taken_back(cast, project, whole):
    before = told(project)
    _phase, _count, page, live = whole
    data = sheet(
        HEAD,
        ["", 1, "新阶段", "", "", "", "", "", ""],
        [page.number, 2, "页面搭建", "技术部", "", 9, "", "", ""],
        [live.number, 2, "上线", "技术部", "", 0, f"{page.number}", "", ""],
        ["", 2, "巡检", "技术部", "", 2, f"{live.number}SS", "", ""],
    )
    taken(project, data, cast)
    moved = Task.objects.get(pk=page.pk)
    assert moved.parent is not None
    assert (moved.parent.title, moved.duration) == ("新阶段", 9)
    step = Plan.objects.get(project=project).steps.first()
    assert "计划.xlsx" in step.label
    services.undo_step(project.pk, step.number, by=cast.by("lead"))
    assert told(project) == before
    assert {task.pk for task in whole} == set(Task.objects.values_list("pk", flat=True))


def test_a_filtered_table_moves_nothing(cast, project, whole, add):
    other = add("收尾")
    below = add("复核", 2, parent_id=other.pk)
    _name, data = queries.plan_file(project, "xlsx")
    rows = [[cell.value for cell in row] for row in load_workbook(BytesIO(data)).worksheets[0].iter_rows()]
    # 收尾 is hidden: 复核 must not slip below the summary above it.
    found = looked(
        project, sheet(*[["" if cell is None else cell for cell in row] for row in rows if row[3] != "收尾"])
    )
    assert [(row.verdict, row.changes) for row in found.rows] == [("same", [])] * 5
    assert below.parent_id == other.pk
    assert not found.is_reordered


def test_a_foreign_table_is_understood_by_its_headings(cast, project):
    data = sheet(
        ["618大促活动计划"],
        ["序号", "工作内容", "责任人", "开始时间", "完成时间", "前置任务", "备注"],
        ["1", "筹备", "", "", "", "", ""],
        ["1.1", "库存盘点", "赵敏", "2026/5/13", "2026年5月19日", "", "先盘"],
        ["1.2", "页面设计", "陈晨", "2026-05-20 09:00", "26/5/22", "库存盘点", ""],
        ["2", "上线", "李娜", "", "", "1.2FS+2 个工作日", ""],
    )
    found = taken(project, data, cast)
    assert [row.wbs for row in found.rows] == ["1", "1.1", "1.2", "2"]
    count, design, live = (Task.objects.get(title=title) for title in ("库存盘点", "页面设计", "上线"))
    assert (count.duration, count.constraint, count.constraint_on) == (5, "snet", date(2026, 5, 13))
    assert (count.owner, count.parent.title) == (cast.product_contact, "筹备")
    # Where there are predecessors the dates follow from them.
    assert (design.duration, design.constraint, design.start) == (3, "", date(2026, 5, 20))
    assert Link.objects.get(successor=live).lag == 2
    assert found.remarks


def test_rows_of_a_table_without_any_outline_go_to_the_end(cast, project, add):
    add("已有任务")
    taken(project, sheet(["任务名称", "工期"], ["甲", "2天"], ["乙", "1周"]), cast)
    rows = Task.objects.order_by("rank").values_list("title", "duration", "depth")
    assert list(rows) == [("已有任务", 1, 0), ("甲", 2, 0), ("乙", 5, 0)]


@pytest.mark.parametrize(
    ("cells", "column", "says"),
    [
        ({3: "财务部"}, "责任部门", "财务部"),
        ({4: "无此人"}, "负责人", "无此人"),
        ({5: "很久"}, "工期", "很久"),
        ({5: "-3"}, "工期", "-3"),
        ({5: "99999"}, "工期", "2000"),
        ({6: "77"}, "前置任务", "77"),
        ({6: "3FX"}, "前置任务", "3FX"),
        ({6: "1FS+900"}, "前置任务", "500"),
        ({1: "7"}, "大纲级别", "6"),
        ({1: "甲"}, "大纲级别", "甲"),
        ({2: ""}, "任务名称", "名称"),
        ({2: "长" * 201}, "任务名称", "200"),
        ({7: "差不多"}, "日期限制", "差不多"),
        ({7: "必须开始于"}, "限制日期", "日期"),
        ({7: "必须开始于", 8: "1900-01-01"}, "限制日期", "2000"),
        ({7: "必须开始于", 8: "9999-12-31"}, "限制日期", "2100"),
        ({7: "必须开始于", 8: "2026-02-30"}, "限制日期", "2026-02-30"),
        ({0: "abc"}, "任务编号", "abc"),
    ],
)
def test_what_is_wrong_is_named_at_its_cell_and_nothing_is_written(cast, project, add, cells, column, says):
    add("已有任务")
    row = ["", 1, "新任务", "产品部", "赵敏", 3, "", "", ""]
    for place, text in cells.items():
        row[place] = text
    data = sheet(HEAD, ["", 1, "先行", "产品部", "", 1, "", "", ""], row)
    found = looked(project, data)
    wrong = [entry for entry in found.rows if entry.errors]
    assert [entry.line for entry in wrong] == [3]
    assert column in wrong[0].errors[0][0]
    assert says in wrong[0].errors[0][1]
    with pytest.raises(InvalidInput):
        taken(project, data, cast)
    assert Task.objects.count() == 1
    assert not AuditEvent.objects.filter(name="planning.plan.imported").exists()


def test_a_circle_is_named_with_its_path_at_the_rows_of_it(project):
    data = sheet(["序号", "任务名称", "工期", "前置任务"], [1, "甲", 1, "3"], [2, "乙", 1, "1"], [3, "丙", 1, "2"])
    found = looked(project, data)
    assert [bool(row.errors) for row in found.rows] == [True, True, True]
    assert "→" in found.rows[0].errors[0][1]


def test_a_circle_closed_through_tasks_that_are_there_is_named_too(project, add):
    first = add("甲")
    second = add("乙", after=first)
    found = looked(project, sheet(["任务编号", "任务名称", "前置任务"], [first.number, "甲", second.number]))
    assert "甲" in found.rows[0].errors[0][1]
    assert not found.is_clean


def test_the_same_number_twice_is_an_error_of_the_second_row(project, add):
    number = add("甲").number
    found = looked(project, sheet(["任务编号", "任务名称"], [number, "甲"], [number, "乙"]))
    assert [bool(row.errors) for row in found.rows] == [False, True]


def test_a_summary_takes_no_predecessors(project):
    data = sheet(["大纲级别", "任务名称", "前置任务"], [1, "先行", ""], [1, "阶段", "先行"], [2, "子任务", ""])
    found = looked(project, data)
    assert [bool(row.errors) for row in found.rows] == [False, True, False]


def test_a_task_that_keeps_its_links_gets_nothing_below_it(project, add):
    first = add("甲")
    second = add("乙", after=first)
    data = sheet(["任务编号", "大纲级别", "任务名称"], [second.number, 1, "乙"], ["", 2, "丙"])
    assert [bool(row.errors) for row in looked(project, data).rows] == [False, True]


def test_of_two_persons_with_one_name_the_one_of_the_department_is_meant(cast, project):
    twin = Person.objects.create(username="zhao.min2", name="赵敏")
    Membership.objects.create(person=twin, department=cast.sales)
    data = sheet(HEAD, ["", 1, "甲", "销售部", "赵敏", 1, "", "", ""], ["", 1, "乙", "", "赵敏", 1, "", "", ""])
    found = looked(project, data)
    assert [bool(row.errors) for row in found.rows] == [False, True]
    assert "登录名" in found.rows[1].errors[0][1]
    assert found.order[0].task.owner_id == twin.pk


def test_names_that_are_not_known_go_into_the_note_when_that_is_wanted(cast, project):
    data = sheet(HEAD, ["", 1, "甲", "财务部", "无此人", 1, "", "", ""])
    taken(project, data, cast, is_lenient=True)
    task = Task.objects.get()
    assert (task.department, task.owner) == (None, None)
    assert "财务部" in task.note
    assert "无此人" in task.note


def test_every_row_can_be_a_new_task(cast, project, add):
    number = add("甲").number
    data = sheet(["任务编号", "任务名称", "前置任务"], [number, "甲", ""], [number + 1, "乙", str(number)])
    found = taken(project, data, cast, as_new=True)
    assert found.counts == {"error": 0, "add": 2, "change": 0, "same": 0}
    assert Link.objects.get().predecessor.number == number + 1


def test_a_step_by_somebody_else_in_between_is_a_conflict(cast, project, add):
    add("甲")
    brought = read_table(sheet(["任务名称", "工期"], ["乙", 1]), company_calendar())
    version = queries.look_through(project, brought).plan_version
    add("丁")
    with pytest.raises(Conflict):
        services.take_plan_in(project.pk, brought, by=cast.by("lead"), plan_version=version)
    assert Task.objects.count() == 2


def test_a_plan_begun_by_somebody_else_in_between_is_a_conflict(cast, project, add):
    brought = read_table(sheet(["任务名称", "工期"], ["乙", 1]), company_calendar())
    version = queries.look_through(project, brought).plan_version
    add("丁")
    with pytest.raises(Conflict):
        services.take_plan_in(project.pk, brought, by=cast.by("lead"), plan_version=version)


def rows_of(count: int, cast) -> bytes:
    persons = ["赵敏", "钱多", "孙丽"]
    return sheet(
        HEAD,
        *(
            ["", 1 if n % 10 == 0 else 2, f"任务{n}", "产品部", persons[n % 3], 1 + n % 7,
             f"任务{n - 1}" if n % 10 > 1 else "", "", ""]
            for n in range(count)
        ),
    )  # fmt: skip


def queries_for(work) -> int:
    with CaptureQueriesContext(connection) as found:
        work()
    return len(found)


def test_looking_through_and_writing_ask_the_database_as_often_for_many_rows_as_for_few(cast, project):
    few, many = (read_table(rows_of(count, cast), company_calendar()) for count in (20, 120))
    assert queries_for(lambda: queries.look_through(project, few)) == queries_for(
        lambda: queries.look_through(project, many)
    )
    few, many = (read_table(rows_of(count, cast), company_calendar()) for count in (20, 120))
    by = cast.by("lead")
    first = queries_for(lambda: services.take_plan_in(project.pk, few, by=by, plan_version=1))
    second = queries_for(lambda: services.take_plan_in(project.pk, many, by=by, plan_version=2))
    # A hundred rows more; the plan's own row is made with the first.
    assert second <= first + 3


@pytest.mark.parametrize(
    ("text", "days"),
    [("5", 5), ("5 个工作日", 5), ("3天", 3), ("2w", 10), ("1周", 5), ("16h", 2), ("4 days?", 4), ("0", 0)],
)
def test_durations_are_read_as_people_write_them(text, days):
    assert read_days(text) == (days, False)


def test_a_part_of_a_day_is_rounded_up_and_said():
    assert read_days("2.5天") == (3, True)
    with pytest.raises(Unreadable):
        read_days("三天")


@pytest.mark.parametrize(
    ("text", "waits"),
    [
        ("3", [("3", "FS", 0)]),
        ("3FS+2d", [("3", "FS", 2)]),
        ("5SS-1, 7FF", [("5", "SS", -1), ("7", "FF", 0)]),
        ("3FS+2 个工作日；4", [("3", "FS", 2), ("4", "FS", 0)]),
        ("1.2开始-开始+1周", [("1.2", "SS", 5)]),
        ("签合同，付款", [("签合同", "FS", 0), ("付款", "FS", 0)]),
        ("", []),
    ],
)
def test_predecessors_are_read_as_people_write_them(text, waits):
    assert read_waits(text, {"签合同", "付款"}) == waits
