"""The pages of the plan: written in the row, pasted, begun from the scenario; clear errors at the right place."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tongzhou.planning import queries, services
from tongzhou.planning.models import Link, Task
from tongzhou.planning.predecessors import Predecessor, read_predecessors, written_predecessors

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def lead(cast, client: Client) -> Client:
    client.force_login(cast.lead)
    return client


def address(name, project, **more):
    return reverse(f"planning:{name}", kwargs={"pk": project.pk, **more})


def test_a_new_task_stands_in_the_table_at_once(lead, project):
    answer = lead.post(address("plan", project), {"title": "库存盘点", "duration": "5"}, **HTMX)
    assert answer.status_code == 200
    assert "库存盘点" in answer.text
    assert "<html" not in answer.text


def test_a_row_is_written_with_its_predecessors_as_one_step(lead, add, project):
    first, second = add("盘点", 5), add("补货", 2)
    facts = {"version": second.version, "title": "补货下单", "department": second.department_id, "duration": "3"}
    answer = lead.post(address("row", project, task_id=second.pk), {**facts, "predecessors": "1FS+1"}, **HTMX)
    assert answer.status_code == 200
    second.refresh_from_db()
    link = Link.objects.get()
    assert (second.title, second.duration) == ("补货下单", 3)
    assert (link.predecessor_id, link.successor_id, link.kind, link.lag) == (first.pk, second.pk, "FS", 1)
    step = queries.plan_of(project).steps.first()
    lead.post(address("undo", project), {"step": step.number})
    second.refresh_from_db()
    assert (second.title, Link.objects.count()) == ("补货", 0)


def test_an_unreadable_predecessor_is_named_in_the_row_and_nothing_is_written(lead, add, project):
    task = add("补货", 2)
    facts = {"version": task.version, "title": "补货下单", "duration": "3"}
    answer = lead.post(address("row", project, task_id=task.pk), {**facts, "predecessors": "盘点之后"}, **HTMX)
    assert answer.status_code == 422
    assert "盘点之后" in answer.text
    task.refresh_from_db()
    assert task.title == "补货"


def test_a_stale_row_shows_both_words_and_loses_none(cast, lead, add, project):
    task = add("补货", 2)
    services.change_task(task.pk, None, {"title": "补货并入库"}, by=cast.by("pmo"))
    facts = {"version": task.version, "title": "补货下单", "department": task.department_id, "duration": "2"}
    answer = lead.post(address("row", project, task_id=task.pk), facts, **HTMX)
    assert answer.status_code == 422
    assert "补货并入库" in answer.text
    assert "补货下单" in answer.text


def test_the_scenario_brings_tasks_departments_and_order(lead, project):
    lead.post(address("from_scenario", project))
    count = Task.objects.get(title="TOP10 SKU库存盘点")
    reorder = Task.objects.get(title="补货下单与到货跟踪")
    assert count.department.name == "产品部"
    assert Link.objects.filter(predecessor=count, successor=reorder).exists()
    assert reorder.start > count.finish
    assert lead.post(address("from_scenario", project)).status_code == 409


def test_lines_of_a_spreadsheet_become_tasks(lead, project):
    lead.post(address("paste", project), {"text": "盘点\t5\t产品部\r\n补货\t销售部\t3天\r\n上架"})
    rows = Task.objects.values_list("title", "duration", "department__name")
    assert list(rows) == [("盘点", 5, "产品部"), ("补货", 3, "销售部"), ("上架", 1, None)]


def test_a_line_that_makes_no_sense_is_named_and_none_is_taken(lead, project):
    answer = lead.post(address("paste", project), {"text": "盘点\t5\n补货\t火星部"})
    assert answer.status_code == 422
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("", []),
        ("3", [Predecessor(3)]),
        ("3，5ss+2、 #7 FF-1d", [Predecessor(3), Predecessor(5, "SS", 2), Predecessor(7, "FF", -1)]),
        ("4FS+3天", [Predecessor(4, "FS", 3)]),
    ],
)
def test_predecessors_are_read_as_planners_write_them(text, read):
    assert read_predecessors(text) == read
    assert read_predecessors(written_predecessors(read)) == read


@pytest.mark.parametrize("few", [3])
def test_the_table_asks_no_more_for_more_tasks(lead, cast, project, django_assert_num_queries, few):
    def asked():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        lead.get(address("plan", project))
        with CaptureQueriesContext(connection) as queries_made:
            assert lead.get(address("plan", project)).status_code == 200
        return len(queries_made)

    services.add_tasks(project.pk, [{"title": f"任务{n}"} for n in range(few)], by=cast.by("lead"))
    before = asked()
    services.add_tasks(project.pk, [{"title": f"更多{n}"} for n in range(50)], by=cast.by("lead"))
    assert asked() == before


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", "🚀𠮷", "‮مرحبا", "x" * 200])
def test_any_text_stays_text(lead, project, text):
    lead.post(address("plan", project), {"title": text, "duration": "1"})
    page = lead.get(address("plan", project)).text
    assert Task.objects.get().title == text
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("bulk", {"task": ["x"]}),
        ("bulk", {}),
        ("bulk", {"task": ["9" * 30], "duration": "3"}),
        ("remove", {"task": ["999999"]}),
        ("undo", {"step": "9" * 12}),
        ("undo", {"step": "-1"}),
        ("link_draw", {"predecessor": "a", "successor": "b"}),
        ("paste", {"text": "\n"}),
        ("plan", {"title": "", "duration": "3"}),
        ("plan", {"title": "盘点", "duration": "三"}),
        ("plan", {"title": "盘点", "parent": "999999"}),
    ],
)
def test_odd_input_is_refused_in_words(lead, add, project, name, data):
    add("盘点")
    answer = lead.post(address(name, project), data)
    assert answer.status_code in {409, 422}
    assert Task.objects.count() == 1
