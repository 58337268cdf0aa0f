"""The matrix comes in from both usual layouts, whole or not at all, and goes out as a form that comes in again."""

from __future__ import annotations

from io import BytesIO

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tongzhou.core.errors import InvalidInput
from tongzhou.people.models import Department
from tongzhou.planning import services
from tongzhou.planning.models import RaciAssignment
from tongzhou.planning.queries.raci_paper import form_file, raci_file
from tongzhou.planning.queries.raci_rules import Cell
from tongzhou.planning.raci_form import raci_form
from tongzhou.planning.raci_table import read_matrix

pytestmark = pytest.mark.django_db


def sheet(*rows: list[str]) -> bytes:
    kept = BytesIO()
    workbook = xlsxwriter.Workbook(kept, {"in_memory": True})
    page = workbook.add_worksheet()
    for number, row in enumerate(rows):
        page.write_row(number, 0, row)
    workbook.close()
    return kept.getvalue()


@pytest.fixture
def tasks(add):
    return add("活动页面设计", 4), add("TOP10 SKU库存盘点", 5)


def given(rows) -> list[list[tuple[str, str]]]:
    return [[(change.letters, change.was) for change in row.changes] for row in rows]


def test_letters_per_task_and_department_are_read(cast, project, tasks):
    data = sheet(
        ["618大促活动 责任矩阵"],
        ["序号", "任务", "市场部", "产品部", "销售部", "技术部"],
        ["1", "活动页面设计", "R", "A", "C", "I"],
        ["2", "TOP10 SKU库存盘点", "", "R/A", "", "-"],
    )
    rows = read_matrix(project, data)
    assert given(rows) == [[("R", ""), ("A", ""), ("C", ""), ("I", "")], [("RA", "")]]
    assert [row.errors + row.notes for row in rows] == [[], []]


def test_columns_headed_with_department_and_letter_are_accepted_and_what_they_break_is_told(project, tasks):
    data = sheet(
        ["任务", "市场部(R)", "产品部（A）", "销售部(C)", "技术部(I)"],
        ["活动页面设计", "是", "是", "否", "√"],
        ["TOP10 SKU库存盘点", "否", "是", "否", "否"],
    )
    rows = read_matrix(project, data)
    assert given(rows) == [[("R", ""), ("A", ""), ("I", "")], [("A", "")]]
    assert [row.notes for row in rows] == [[], ["没有负责人（R）"]]
    assert not any(row.errors for row in rows)


def test_unknown_tasks_unreadable_cells_and_rows_that_stand_twice_are_named(project, tasks):
    data = sheet(
        ["任务", "市场部", "产品部"],
        ["活动页面设计", "也许", "A"],
        ["没有的任务", "R", ""],
        ["TOP10 SKU库存盘点", "", "RA"],
        ["TOP10 SKU库存盘点", "", "R"],
    )
    rows = read_matrix(project, data)
    assert [len(row.errors) for row in rows] == [1, 1, 0, 1]
    assert "也许" in rows[0].errors[0]


def test_a_file_that_is_no_matrix_says_what_is_wanted(project, tasks):
    with pytest.raises(InvalidInput) as refusal:
        read_matrix(project, sheet(["姓名", "电话"], ["王磊", "138"]))
    assert "市场部" in str(refusal.value.fields["file"])


def test_what_goes_out_comes_in_again_without_a_difference(cast, project, tasks):
    page, count = tasks
    wanted = {page: {"marketing": "R", "product": "A", "sales": "C"}, count: {"product": "RA", "technology": "I"}}
    changes = [
        services.CellChange(task.pk, Cell(cast.departments[key].pk), letters)
        for task, row in wanted.items()
        for key, letters in row.items()
    ]
    person = services.CellChange(count.pk, Cell(cast.product.pk, cast.product_contact.pk), "R")
    services.set_letters(project.pk, [*changes, person], by=cast.by("lead"))
    _name, data = raci_file(project, "xlsx")
    rows = read_matrix(project, data)
    assert [row.task_id for row in rows] == [page.pk, count.pk]
    assert [row.errors for row in rows] == [[], []]
    assert given(rows) == [[], []]


@pytest.mark.parametrize(("fmt", "begins"), [("pdf", b"%PDF"), ("docx", b"PK"), ("xlsx", b"PK")])
def test_the_form_goes_out_in_every_format(project, tasks, fmt, begins):
    name, data = raci_file(project, fmt)
    assert name.endswith(fmt)
    assert data.startswith(begins)


def test_an_upload_is_looked_through_then_taken_whole_as_one_step(cast, client: Client, project, tasks):
    client.force_login(cast.lead)
    data = sheet(["任务", "市场部", "产品部"], ["活动页面设计", "R", "A"])
    upload = SimpleUploadedFile("raci.xlsx", data)
    page = client.post(reverse("planning:raci_import", args=[project.pk]), {"file": upload})
    assert RaciAssignment.objects.count() == 0
    kept = page.context["kept"]
    assert client.post(reverse("planning:raci_import_confirm", args=[project.pk]), {"kept": kept}).status_code == 302
    assert sorted(RaciAssignment.objects.values_list("letter", flat=True)) == ["A", "R"]
    # Looked through before the letters changed: sent again, it is refused or changes nothing.
    assert client.post(reverse("planning:raci_import_confirm", args=[project.pk]), {"kept": kept}).status_code == 302
    assert RaciAssignment.objects.count() == 2


def test_a_broken_file_is_refused_in_words(cast, client: Client, project, tasks):
    client.force_login(cast.lead)
    upload = SimpleUploadedFile("raci.xlsx", b"PK\x03\x04 not really")
    page = client.post(reverse("planning:raci_import", args=[project.pk]), {"file": upload})
    assert page.status_code == 422


@pytest.mark.parametrize("count", [1, 5, 12, 13])
@pytest.mark.parametrize("fmt", ["xlsx", "docx"])
def test_the_form_holds_many_departments(cast, project, tasks, fmt, count):
    form = raci_form([Department(pk=number, name=f"第{number}部门") for number in range(1, count + 1)])
    row = {"wbs_no": "1", "task": "盘点", "start": "2026-05-11", "due": "2026-05-15", "d1": "R/A", "r": "第1部门"}
    _name, data = form_file(form, {"cells": [row]}, project, fmt)
    assert data.startswith(b"PK")
