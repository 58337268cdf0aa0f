"""Tasks: broken down, dated by the working calendar, placed, taken back."""

from __future__ import annotations

from datetime import date

import pytest

from tongzhou.calendars.queries import company_calendar
from tongzhou.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, StaleWrite
from tongzhou.planning import queries, services
from tongzhou.planning.models import Link, Plan, Task
from tongzhou.projects import services as projects

pytestmark = pytest.mark.django_db


def numbers(project):
    return [(row.wbs, row.task.title) for row in queries.outline(project)]


def dates(task):
    task.refresh_from_db()
    return task.start, task.finish


def test_a_task_takes_working_days_and_the_next_one_follows(add):
    count = add("TOP10 SKU库存盘点", 5)
    report = add("盘点报告", 2, after=count)
    assert dates(count) == (date(2026, 5, 11), date(2026, 5, 15))
    assert dates(report) == (date(2026, 5, 18), date(2026, 5, 19))


def test_the_public_holiday_of_the_dragon_boat_festival_is_not_worked(add):
    # 19 June 2026 is the festival, a Friday.
    task = add("客服培训", 3, constraint="snet", constraint_on=date(2026, 6, 17))
    assert dates(task) == (date(2026, 6, 17), date(2026, 6, 22))


@pytest.mark.parametrize(
    ("kind", "lag", "start"),
    [
        ("FS", 0, date(2026, 5, 18)),
        ("FS", 2, date(2026, 5, 20)),
        ("FS", -2, date(2026, 5, 14)),
        ("SS", 0, date(2026, 5, 11)),
        ("SS", 3, date(2026, 5, 14)),
        ("FF", 0, date(2026, 5, 14)),
        ("SF", 6, date(2026, 5, 15)),
    ],
)
def test_each_kind_of_link_drives_its_end(cast, add, kind, lag, start):
    first, second = add("活动页面设计", 5), add("页面搭建", 2)
    services.link_tasks(first.pk, second.pk, kind=kind, lag=lag, by=cast.by("lead"))
    assert dates(second)[0] == start


def test_float_and_the_critical_path_are_computed(add):
    long, short = add("活动页面设计", 5), add("渠道推广", 2)
    end = add("上线", 0, after=long)
    for task in (long, short, end):
        task.refresh_from_db()
    assert [(task.total_float, task.is_critical) for task in (long, short, end)] == [(0, True), (3, False), (0, True)]
    assert end.finish == date(2026, 5, 15)


def test_a_date_that_cannot_be_held_shows_as_negative_float(add):
    design = add("活动页面设计", 5)
    late = add("页面搭建", 5, after=design, constraint="fnlt", constraint_on=date(2026, 5, 20))
    late.refresh_from_db()
    assert late.total_float == -2


def test_a_summary_spans_what_lies_below_it(add, project):
    phase = add("备货")
    add("库存盘点", 3, parent_id=phase.pk)
    add("补货", 4, parent_id=phase.pk, constraint="snet", constraint_on=date(2026, 5, 13))
    phase.refresh_from_db()
    assert phase.is_summary
    assert dates(phase) == (date(2026, 5, 11), date(2026, 5, 18))
    assert numbers(project) == [("1", "备货"), ("1.1", "库存盘点"), ("1.2", "补货")]


def test_a_new_task_comes_right_behind_the_one_named(add, project):
    first = add("一")
    add("一之下", parent_id=first.pk)
    add("三")
    add("二", after_id=first.pk)
    assert numbers(project) == [("1", "一"), ("1.1", "一之下"), ("2", "二"), ("3", "三")]


def test_placing_a_task_takes_what_is_below_it_along(cast, add, project):
    a, b = add("甲"), add("乙")
    add("甲之下", parent_id=a.pk)
    services.place_task(a.pk, parent_id=b.pk, by=cast.by("lead"))
    assert numbers(project) == [("1", "乙"), ("1.1", "甲"), ("1.1.1", "甲之下")]
    services.place_task(a.pk, parent_id=None, before_id=b.pk, by=cast.by("lead"))
    assert numbers(project) == [("1", "甲"), ("1.1", "甲之下"), ("2", "乙")]
    b.refresh_from_db()
    assert not b.is_summary


def test_a_task_is_not_placed_inside_itself(cast, add):
    a = add("甲")
    inner = add("甲之下", parent_id=a.pk)
    with pytest.raises(InvalidInput):
        services.place_task(a.pk, parent_id=inner.pk, by=cast.by("lead"))


def test_a_circle_is_refused_and_named(cast, add):
    a, b = add("盘点"), add("补货")
    c = add("上架", after=b)
    services.link_tasks(a.pk, b.pk, by=cast.by("lead"))
    with pytest.raises(InvalidInput) as refusal:
        services.link_tasks(c.pk, a.pk, by=cast.by("lead"))
    assert "“上架” → “盘点” → “补货” → “上架”" in str(refusal.value.fields["successor"][0])
    assert Link.objects.count() == 2


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "长" * 201}, "title"),
        ({"duration": -1}, "duration"),
        ({"duration": 2001}, "duration"),
        ({"constraint": "snet", "constraint_on": date(1900, 1, 1)}, "constraint_on"),
        ({"constraint": "mso", "constraint_on": date(9999, 12, 31)}, "constraint_on"),
        ({"constraint": "snet"}, "constraint_on"),
        ({"constraint": "soon"}, "constraint"),
        ({"department_id": 10**9}, "department"),
        ({"owner_id": 10**9}, "owner"),
        ({"objective_id": 10**9}, "objective"),
        ({"duration": 3, "shortest": 4}, "shortest"),
        ({"duration": 3, "longest": 2}, "longest"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(cast, project, values, field):
    with pytest.raises(InvalidInput) as refusal:
        services.add_task(project.pk, {"title": "盘点", **values}, by=cast.by("lead"))
    assert set(refusal.value.fields) == {field}
    assert not Task.objects.exists()


def test_a_plan_that_leaves_the_calendar_is_refused():
    tasks = [Task(pk=n, duration=2000) for n in range(1, 1101)]
    links = [Link(predecessor_id=n, successor_id=n + 1) for n in range(1, 1100)]
    with pytest.raises(InvalidInput) as refusal:
        queries.scheduled(tasks, links, company_calendar(), date(2026, 5, 11))
    assert set(refusal.value.fields) == {"dates"}


def test_lag_and_self_links_are_refused(cast, add):
    a, b = add("甲"), add("乙")
    for facts, field in (({"lag": 501}, "lag"), ({"kind": "XX"}, "kind")):
        with pytest.raises(InvalidInput) as refusal:
            services.link_tasks(a.pk, b.pk, by=cast.by("lead"), **facts)
        assert set(refusal.value.fields) == {field}
    with pytest.raises(InvalidInput):
        services.link_tasks(a.pk, a.pk, by=cast.by("lead"))


def test_a_summary_is_not_linked_and_a_linked_task_holds_nothing(cast, add):
    phase, other = add("备货"), add("上架")
    add("盘点", parent_id=phase.pk)
    with pytest.raises(InvalidInput):
        services.link_tasks(phase.pk, other.pk, by=cast.by("lead"))
    add("检查", after=other)
    with pytest.raises(InvalidInput):
        add("上架之下", parent_id=other.pk)


def test_a_second_planner_gets_both_versions(cast, add):
    task = add("盘点", 3)
    services.change_task(task.pk, task.version, {"title": "库存盘点"}, by=cast.by("lead"))
    with pytest.raises(StaleWrite) as stale:
        services.change_task(task.pk, task.version, {"title": "仓库盘点"}, by=cast.by("pmo"))
    assert (stale.value.mine, stale.value.theirs) == ({"title": "仓库盘点"}, {"title": "库存盘点"})


def test_a_move_on_an_old_plan_is_refused(cast, add, project):
    a, b = add("甲"), add("乙")
    seen = Plan.objects.get(project=project).version
    services.change_task(a.pk, None, {"duration": 4}, by=cast.by("lead"))
    with pytest.raises(Conflict):
        services.place_task(b.pk, before_id=a.pk, plan_version=seen, by=cast.by("pmo"))


def last_step(project):
    return Plan.objects.get(project=project).steps.first()


def undo(cast, project):
    services.undo_step(project.pk, last_step(project).number, by=cast.by("lead"))


def test_the_last_step_is_taken_back_whatever_it_was(cast, add, project):
    phase, other = add("备货"), add("上架", 2)
    child = add("盘点", 3, parent_id=phase.pk)
    link = services.link_tasks(child.pk, other.pk, by=cast.by("lead"))
    before = numbers(project)

    services.remove_tasks(project.pk, [phase.pk], by=cast.by("lead"))
    assert numbers(project) == [("1", "上架")]
    undo(cast, project)
    assert numbers(project) == before
    assert Link.objects.get().pk == link.pk
    assert dates(other) == (date(2026, 5, 14), date(2026, 5, 15))

    services.change_task(child.pk, None, {"duration": 5}, by=cast.by("lead"))
    undo(cast, project)
    child.refresh_from_db()
    assert child.duration == 3

    services.place_task(child.pk, parent_id=None, by=cast.by("lead"))
    undo(cast, project)
    assert numbers(project) == before

    undo(cast, project)
    assert not Link.objects.exists()
    undo(cast, project)
    assert numbers(project) == [("1", "备货"), ("2", "上架")]


def test_only_the_last_step_is_taken_back_and_only_untouched(cast, add, project):
    task = add("盘点", 3)
    first = last_step(project).number
    services.change_task(task.pk, None, {"duration": 5}, by=cast.by("lead"))
    with pytest.raises(Conflict):
        services.undo_step(project.pk, first, by=cast.by("lead"))


def test_commitments_become_tasks_of_their_departments(cast, project):
    by = cast.by("pmo")
    promise = {
        "department_id": cast.product.pk,
        "owner_id": cast.product_member.pk,
        "action": "6月1日前完成TOP10 SKU库存盘点",
        "deliverable": "盘点报告",
        "acceptance": "差异率不超过1%",
        "due": date(2026, 6, 1),
    }
    commitment = projects.add_commitment(project.pk, promise, by=by)
    task = services.task_from_commitment(commitment.pk, by=by)
    assert (task.department_id, task.owner_id, task.commitment_id) == (
        cast.product.pk,
        cast.product_member.pk,
        commitment.pk,
    )
    assert (task.constraint, task.constraint_on) == ("fnlt", date(2026, 6, 1))
    assert services.tasks_from_commitments(project.pk, by=by) == []


def test_a_department_details_its_own_tasks_and_no_others(cast, add):
    task = add("盘点", 3)
    services.change_task(task.pk, task.version, {"duration": 4, "note": "需2人"}, by=cast.by("product_contact"))
    with pytest.raises(NotAllowed):
        services.change_task(task.pk, None, {"title": "另起名"}, by=cast.by("product_contact"))
    with pytest.raises(NotAllowed):
        services.change_task(task.pk, None, {"duration": 5}, by=cast.by("sales_contact"))
    with pytest.raises(NotFound):
        services.change_task(task.pk, None, {"duration": 5}, by=cast.by("outsider"))
    with pytest.raises(NotAllowed):
        services.add_task(task.project_id, {"title": "新任务"}, by=cast.by("product_head"))


def test_after_gate_2_the_plan_is_not_edited_any_more(cast, add, project):
    task = add("盘点", 3)
    projects.pass_gate(project.pk, 2, by=cast.by("pmo"), reason="测试")
    with pytest.raises(NotAllowed):
        services.change_task(task.pk, None, {"duration": 5}, by=cast.by("lead"))
