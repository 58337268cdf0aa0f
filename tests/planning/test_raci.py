"""责任矩阵: letters per task and department, live rules, one step each, undone whole."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from tongzhou.core.errors import Conflict, InvalidInput, NotAllowed
from tongzhou.planning import queries, services
from tongzhou.planning.models import Plan, RaciAssignment, Task
from tongzhou.planning.queries.raci_rules import Cell, MatrixTask, matrix_problems, row_problems
from tongzhou.planning.services import CellChange, read_letters
from tongzhou.projects.duties import finders

pytestmark = pytest.mark.django_db

PARTIES = {1: "市场部", 2: "产品部", 3: "销售部", 4: "技术部"}


@pytest.fixture
def letters(cast, project):
    """Sets letters of a task: ``letters(task, marketing="R", product="A")``."""

    def put(task: Task, **by_department: str) -> None:
        changes = [CellChange(task.pk, Cell(cast.departments[key].pk), value) for key, value in by_department.items()]
        services.set_letters(project.pk, changes, by=cast.by("lead"))

    return put


def held(task: Task) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in RaciAssignment.objects.filter(task=task).order_by("letter").select_related("department", "person"):
        name = row.person.name if row.person else row.department.name
        found[name] = found.get(name, "") + row.letter
    return found


def keys(problems, *, errors: bool | None = None) -> list[str]:
    return sorted(row.key for row in problems if errors is None or row.is_error == errors)


def row(**letters: str) -> MatrixTask:
    """A task with letters by department number: ``row(d1="RA")``."""
    return MatrixTask(1, "盘点", letters={Cell(int(key[1:])): value for key, value in letters.items()})


# -- rules --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("letters", "broken"),
    [
        ({}, ["nobody"]),
        ({"d2": "RA"}, []),
        ({"d1": "R", "d2": "A", "d3": "C", "d4": "I"}, []),
        ({"d1": "R"}, ["no_a"]),
        ({"d1": "A", "d2": "C"}, ["no_r"]),
        ({"d1": "RA", "d2": "A"}, ["many_a"]),
        ({"d1": "RA", "d9": "I"}, ["left"]),
        ({"d1": "C", "d2": "I"}, ["no_a", "no_r"]),
    ],
)
def test_each_row_has_exactly_one_a_and_at_least_one_r(letters, broken):
    assert keys(row_problems(row(**letters), PARTIES, "审批人"), errors=True) == broken


def test_several_a_are_marked_in_their_cells():
    problem = row_problems(row(d1="RA", d2="A", d3="C"), PARTIES, "审批人")[0]
    assert set(problem.cells) == {Cell(1), Cell(2)}


def test_the_a_of_a_person_says_more_exactly_whose_a_the_departments_is():
    task = MatrixTask(1, "盘点", letters={Cell(1): "A", Cell(1, 7): "A", Cell(2): "R"})
    assert row_problems(task, PARTIES, "审批人") == []


def test_everybody_consulted_is_warned_of():
    assert keys(row_problems(row(d1="RA", d2="C", d3="C", d4="C"), PARTIES, "审批人")) == ["all_c"]
    assert keys(row_problems(row(d1="RA", d2="C", d3="C", d4="I"), PARTIES, "审批人")) == []


def test_a_person_responsible_for_too_much_at_once_is_warned_of_with_day_and_tasks():
    def task(pk: int, start: int, finish: int) -> MatrixTask:
        return MatrixTask(pk, f"任务{pk}", 7, date(2026, 5, start), date(2026, 5, finish), {Cell(2): "RA"})

    apart = [task(1, 11, 12), task(2, 13, 14), task(3, 15, 15), task(4, 18, 19)]
    assert keys(matrix_problems(apart, {2: "产品部"}, {7: "王磊"}, "审批人")) == []
    at_once = [task(1, 11, 15), task(2, 12, 15), task(3, 13, 14), task(4, 14, 18)]
    (problem,) = matrix_problems(at_once, {2: "产品部"}, {7: "王磊"}, "审批人")
    assert (problem.key, problem.person_id, problem.is_error) == ("overload", 7, False)
    assert "王磊" in problem.text
    assert "2026-05-14" in problem.text


def test_empty_columns_and_one_who_decides_everything_are_warned_of():
    tasks = [MatrixTask(pk, f"任务{pk}", letters={Cell(1): "A", Cell(2): "R"}) for pk in range(4)]
    found = matrix_problems(tasks, {1: "市场部", 2: "产品部", 3: "销售部"}, {}, "审批人")
    assert [(problem.key, problem.department_id) for problem in found] == [("a_everywhere", 1), ("empty_column", 3)]


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("r", "R"), ("A/R", "RA"), ("R, A", "RA"), ("ra", "RA"), ("负责人", "R"), ("审批、负责", "RA"), (" i ", "I"), ("", ""),
        ("-", ""),
    ],
)  # fmt: skip
def test_letters_are_read_as_people_write_them(text, letters):
    assert read_letters(text) == letters


@pytest.mark.parametrize("text", ["X", "RR", "R/C", "RACI", "C/I", "负责任", "=1+1", "🙂"])
def test_what_is_no_letter_is_named(text):
    with pytest.raises(ValueError, match=r"“"):
        read_letters(text)


# -- setting ------------------------------------------------------------------------------------------------------------


def test_a_department_may_do_and_approve_the_same_task(add, letters):
    task = add("TOP10 SKU库存盘点", 5)
    letters(task, product="RA")
    assert held(task) == {"产品部": "AR"}


def test_undo_takes_a_block_of_letters_back_whole(cast, project, add, letters):
    first, second = add("盘点"), add("补货")
    letters(first, product="RA")
    changes = [
        CellChange(first.pk, Cell(cast.product.pk), "C"),
        CellChange(second.pk, Cell(cast.sales.pk), "R"),
        CellChange(second.pk, Cell(cast.sales.pk, cast.sales_contact.pk), "A"),
    ]
    assert services.set_letters(project.pk, changes, by=cast.by("lead")) == 3
    assert (held(first), held(second)) == ({"产品部": "C"}, {"销售部": "R", "孙丽": "A"})
    services.undo_step(project.pk, Plan.objects.get().steps.first().number, by=cast.by("lead"))
    assert (held(first), held(second)) == ({"产品部": "AR"}, {})


def test_undoing_the_removal_of_a_task_brings_its_letters_back(cast, project, add, letters):
    task = add("盘点")
    letters(task, product="RA", sales="I")
    services.remove_tasks(project.pk, [task.pk], by=cast.by("lead"))
    assert RaciAssignment.objects.count() == 0
    services.undo_step(project.pk, Plan.objects.get().steps.first().number, by=cast.by("lead"))
    assert held(task) == {"产品部": "AR", "销售部": "I"}


def test_letters_move_no_date_and_do_not_compute_the_schedule_again(project, add, letters):
    task = add("盘点", 3)
    computed = Plan.objects.get().scheduled_at
    letters(task, product="R")
    assert Plan.objects.get().scheduled_at == computed


def test_what_somebody_else_wrote_since_is_not_overwritten(cast, project, add, letters):
    task = add("盘点")
    letters(task, product="R")
    stale = [CellChange(task.pk, Cell(cast.product.pk), "A", was="")]
    with pytest.raises(Conflict, match="盘点"):
        services.set_letters(project.pk, stale, by=cast.by("lead"))
    assert held(task) == {"产品部": "R"}


def test_two_cells_of_one_row_are_written_by_two_people_without_a_clash(cast, project, add, letters):
    task = add("盘点")
    for person, key in (("lead", "product"), ("pmo", "sales")):
        change = CellChange(task.pk, Cell(cast.departments[key].pk), "R", was="")
        services.set_letters(project.pk, [change], by=cast.by(person))
    assert held(task) == {"产品部": "R", "销售部": "R"}


def test_only_parties_and_their_people_get_letters_and_nothing_is_half_written(cast, project, add):
    task = add("盘点")
    good = CellChange(task.pk, Cell(cast.product.pk), "R")
    for cell in (Cell(cast.service.pk), Cell(cast.product.pk, cast.sales_contact.pk)):
        with pytest.raises(InvalidInput):
            services.set_letters(project.pk, [good, CellChange(task.pk, cell, "A")], by=cast.by("lead"))
    assert held(task) == {}


def test_a_summary_has_no_letters(cast, project, add):
    parent = add("备货")
    add("盘点", parent_id=parent.pk)
    with pytest.raises(InvalidInput):
        services.set_letters(project.pk, [CellChange(parent.pk, Cell(cast.product.pk), "R")], by=cast.by("lead"))


def test_only_the_lead_and_the_pmo_write_the_matrix(cast, project, add):
    task = add("盘点")
    with pytest.raises(NotAllowed):
        services.set_letters(project.pk, [CellChange(task.pk, Cell(cast.product.pk), "R")], by=cast.by("product_head"))


def test_the_scenario_brings_its_letters(cast, project):
    services.tasks_from_scenario(project.pk, by=cast.by("lead"))
    assert held(Task.objects.get(title="活动页面设计")) == {"市场部": "R", "产品部": "A", "销售部": "C", "技术部": "I"}
    assert held(Task.objects.get(title="TOP10 SKU库存盘点")) == {"产品部": "AR"}


def test_the_word_for_a_is_the_projects_choice(cast, project, add):
    add("盘点")
    assert queries.raci_matrix(project).word == "审批人"
    services.choose_accountable_word(project.pk, "answerable", by=cast.by("lead"))
    assert queries.raci_matrix(project).word == "最终负责"


def test_reading_the_matrix_costs_the_same_for_one_task_and_for_many(
    cast, project, add, letters, django_assert_num_queries
):
    letters(add("盘点", owner_id=cast.product_contact.pk), product="RA")
    with django_assert_num_queries(6):
        queries.raci_matrix(project)
    for number in range(4):
        letters(add(f"补货{number}", owner_id=cast.product_contact.pk), product="RA", sales="C")
    with django_assert_num_queries(6):
        queries.raci_matrix(project)


# -- what R lays on the desk --------------------------------------------------------------------------------------------


def waiting(cast, part: str) -> list[str]:
    keys = ("planning.doer_wanted", "planning.task_to_detail")
    return [duty.link for finder in finders if finder.key in keys for duty in finder.mine(cast.by(part))]


def test_a_department_with_an_r_is_asked_who_does_the_task_until_somebody_is_named(cast, project, add, letters):
    task = add("盘点", deliverable="盘点表", acceptance="账实相符")
    letters(task, product="RA")
    place = reverse("planning:task", args=[project.pk, task.pk])
    assert (waiting(cast, "product_head"), waiting(cast, "sales_head")) == ([place], [])
    named = CellChange(task.pk, Cell(cast.product.pk, cast.product_member.pk), "R")
    services.set_letters(project.pk, [named], by=cast.by("lead"))
    assert waiting(cast, "product_head") == []


def test_whoever_is_responsible_by_name_says_what_comes_out_and_may_write_it(cast, project, add):
    task = add("盘点")
    named = CellChange(task.pk, Cell(cast.product.pk, cast.product_member.pk), "R")
    services.set_letters(project.pk, [named], by=cast.by("lead"))
    assert waiting(cast, "product_member") == [reverse("planning:task", args=[project.pk, task.pk])]
    facts = {"deliverable": "盘点表", "acceptance": "账实相符"}
    services.change_task(task.pk, None, facts, by=cast.by("product_member"))
    assert waiting(cast, "product_member") == []
