"""The matrix in the browser's words: cells that are sent, rows without a script, blocks, reasons beside the cell."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tongzhou.planning import services
from tongzhou.planning.models import RaciAssignment
from tongzhou.planning.queries.raci_rules import Cell

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def lead(cast, client: Client) -> Client:
    client.force_login(cast.lead)
    return client


def address(project, name: str = "raci") -> str:
    return reverse(f"planning:{name}", args=[project.pk])


def test_a_cell_is_written_and_the_grid_comes_back_with_what_is_wrong(cast, lead, add, project):
    task = add("库存盘点")
    name = f"{task.pk}-{cast.product.pk}-0"
    answer = lead.post(address(project), {f"cell-{name}": "r", f"was-{name}": ""}, **HTMX)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "缺少审批人（A）" in answer.text
    assert [row.letter for row in RaciAssignment.objects.all()] == ["R"]


def test_a_block_with_one_unreadable_cell_names_it_and_writes_nothing(cast, lead, add, project):
    task = add("库存盘点")
    cells = {f"cell-{task.pk}-{cast.product.pk}-0": "R", f"cell-{task.pk}-{cast.sales.pk}-0": "也许"}
    answer = lead.post(address(project), cells, **HTMX)
    assert answer.status_code == 422
    assert "也许" in answer.text
    assert RaciAssignment.objects.count() == 0


def test_departments_get_the_r_of_their_own_tasks_where_nobody_has_a_letter_yet(cast, lead, add, project):
    bare, nobodys = add("库存盘点"), add("待定", department_id=None)
    settled = add("渠道推广", department_id=cast.sales.pk)
    services.set_letters(project.pk, [services.CellChange(settled.pk, Cell(cast.product.pk), "RA")], by=cast.by("lead"))
    assert "1 项任务还没有分配职责" in lead.get(address(project)).text
    answer = lead.post(address(project, "raci_responsible"), **HTMX)
    assert "<html" not in answer.text
    rows = set(RaciAssignment.objects.values_list("task", "department", "letter"))
    assert rows == {
        (bare.pk, cast.product.pk, "R"),
        (settled.pk, cast.product.pk, "R"),
        (settled.pk, cast.product.pk, "A"),
    }
    assert nobodys.pk not in {task for task, _department, _letter in rows}
    lead.post(address(project, "raci_undo"), {"step": project.plan.steps.first().number})
    assert not RaciAssignment.objects.filter(task=bare).exists()


def test_a_row_sent_without_a_script_leads_back_to_the_matrix(cast, lead, add, project):
    task = add("库存盘点")
    name = f"{task.pk}-{cast.product.pk}-0"
    answer = lead.post(address(project), {f"cell-{name}": "R/A", f"was-{name}": ""})
    assert answer.status_code == 302
    page = lead.get(answer.url).text
    assert 'value="R/A"' in page
    assert "责任矩阵无误" not in page  # the sales, technology and marketing departments have no letter: a warning


def test_a_stale_cell_is_refused_in_words(cast, lead, add, project):
    task = add("库存盘点")
    cell = Cell(cast.product.pk)
    services.set_letters(project.pk, [services.CellChange(task.pk, cell, "C")], by=cast.by("pmo"))
    name = f"{task.pk}-{cell.key}"
    answer = lead.post(address(project), {f"cell-{name}": "R", f"was-{name}": ""}, **HTMX)
    assert answer.status_code == 409
    assert "库存盘点" in answer.text


@pytest.mark.parametrize("name", ["cell-1", "cell-x-1-0", "cell-99999999999999999999-1-0", "cell-1-2-3-4"])
def test_names_of_cells_that_make_no_sense_are_refused(lead, add, project, name):
    add("库存盘点")
    assert lead.post(address(project), {name: "R"}, **HTMX).status_code == 422


def test_an_opened_department_shows_its_people(cast, lead, add, project):
    add("库存盘点", owner_id=cast.product_contact.pk)
    assert cast.product_contact.name not in lead.get(address(project)).text
    assert cast.product_contact.name in lead.get(address(project), {"open": cast.product.pk}).text


def test_whoever_reads_gets_letters_but_no_fields(cast, client, add, project):
    task = add("库存盘点")
    services.set_letters(project.pk, [services.CellChange(task.pk, Cell(cast.product.pk), "R")], by=cast.by("lead"))
    client.force_login(cast.sales_contact)
    page = client.get(address(project)).text
    assert "库存盘点" in page
    assert "raci-cell" not in page


def test_a_page_with_many_tasks_asks_no_more_than_one_with_few(lead, add, project, django_assert_max_num_queries):
    add("盘点")
    with django_assert_max_num_queries(60) as few:
        lead.get(address(project))
    for number in range(5):
        add(f"补货{number}")
    with django_assert_max_num_queries(len(few)):
        lead.get(address(project))
