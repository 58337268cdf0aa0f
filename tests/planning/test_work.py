"""Done means accepted: R reports with evidence, A accepts or sends back, never on their own report."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Cast, build_cast
from tests.conftest import Clock
from tests.planning.working import incident, letters, messages_of, reported, task_of
from tongzhou.core.errors import Conflict, DomainError, InvalidInput, NotAllowed, StaleWrite, TransitionNotAllowed
from tongzhou.documents.models import StoredFile
from tongzhou.people import services as people
from tongzhou.planning import services
from tongzhou.planning.models import DoneReport, Plan, Task
from tongzhou.planning.work_states import WORK_MOVES, TaskStatus
from tongzhou.projects import duties
from tongzhou.projects.models import Project

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c4890000000d49444154789c6360000002000001"
    "e221bc330000000049454e44ae426082".replace(" ", "")
)


@pytest.fixture
def crisis(cast: Cast) -> Project:
    return incident(cast)


@pytest.fixture
def task(cast: Cast, crisis: Project) -> Task:
    """Product does it, sales approves it, marketing is asked, technology informed."""
    found = task_of(cast, crisis, acceptance="差异率不超过1%")
    letters(cast, found, product="R", sales="A", marketing="C", technology="I")
    return found


def titles(cast: Cast, part: str) -> list[str]:
    return [str(duty.title) for duty in duties.duties_of(cast.by(part))]


def test_a_task_is_done_only_when_its_approver_has_accepted_it(cast: Cast, task: Task) -> None:
    services.start_task(task.pk, by=cast.by("product_contact"))
    services.report_progress(task.pk, 60, note="已盘6个", by=cast.by("product_contact"))
    report = reported(cast, task)
    task.refresh_from_db()
    assert (task.status, task.percent, task.actual_start, task.actual_finish) == (
        "reported", 60, date(2026, 5, 11), None,
    )  # fmt: skip
    services.accept_done(report.pk, by=cast.by("sales_head"))
    task.refresh_from_db()
    assert (task.status, task.percent, task.actual_finish) == ("done", 100, date(2026, 5, 11))


def test_the_report_lies_on_the_desk_of_the_approver_and_reaches_them(cast: Cast, task: Task) -> None:
    report = reported(cast, task)
    assert "核实并验收：库存盘点" in titles(cast, "sales_head")
    assert "核实并验收：库存盘点" in titles(cast, "sales_contact")
    assert "核实并验收：库存盘点" not in titles(cast, "product_head")
    assert any("库存盘点" in text for text in messages_of(cast, "sales_head"))
    assert [str(duty.title) for duty in duties.awaited_by(cast.by("product_contact"))] == ["“库存盘点”的验收"]
    services.accept_done(report.pk, by=cast.by("sales_contact"))
    assert "核实并验收：库存盘点" not in titles(cast, "sales_head")


def test_what_is_sent_back_says_what_is_missing_and_can_be_reported_again(cast: Cast, task: Task) -> None:
    report = reported(cast, task)
    with pytest.raises(InvalidInput):
        services.return_done(report.pk, "  ", by=cast.by("sales_head"))
    services.return_done(report.pk, "缺少签字的盘点表", by=cast.by("sales_head"))
    task.refresh_from_db()
    assert task.status == "in_progress"
    assert "补充后重新报告：库存盘点" in titles(cast, "product_contact")
    again = reported(cast, task, evidence="已补签字")
    services.accept_done(again.pk, by=cast.by("sales_head"))
    assert list(DoneReport.objects.order_by("pk").values_list("state", flat=True)) == ["returned", "accepted"]


@pytest.mark.parametrize("part", ["sales_head", "lead", "technology_contact", "pmo"])
def test_only_who_has_the_r_reports(cast: Cast, task: Task, part: str) -> None:
    with pytest.raises(NotAllowed):
        reported(cast, task, part)


@pytest.mark.parametrize("part", ["product_head", "lead", "pmo", "marketing_head"])
def test_only_who_has_the_a_accepts(cast: Cast, task: Task, part: str) -> None:
    report = reported(cast, task)
    with pytest.raises(NotAllowed):
        services.accept_done(report.pk, by=cast.by(part))


def test_a_department_that_does_and_approves_verifies_by_its_other_voice(cast: Cast, crisis: Project) -> None:
    own = task_of(cast, crisis)
    letters(cast, own, product="RA")
    report = reported(cast, own, "product_contact")
    with pytest.raises(NotAllowed):
        services.accept_done(report.pk, by=cast.by("product_contact"))
    services.accept_done(report.pk, by=cast.by("product_head"))
    second = task_of(cast, crisis, "补货")
    letters(cast, second, product="RA")
    report = reported(cast, second, "product_head")
    services.accept_done(report.pk, by=cast.by("product_contact"))


def test_who_does_and_approves_by_name_is_verified_by_the_head(cast: Cast, crisis: Project) -> None:
    own = task_of(cast, crisis)
    letters(cast, own, product_member="RA")
    report = reported(cast, own, "product_member")
    with pytest.raises(NotAllowed):
        services.accept_done(report.pk, by=cast.by("product_member"))
    services.accept_done(report.pk, by=cast.by("product_head"))


def test_a_lead_without_anybody_else_is_verified_by_the_sponsor(cast: Cast, crisis: Project) -> None:
    own = services.add_task(crisis.pk, {"title": "对外说明"}, by=cast.by("lead"))
    report = reported(cast, own, "lead")
    with pytest.raises(NotAllowed):
        services.accept_done(report.pk, by=cast.by("lead"))
    services.accept_done(report.pk, by=cast.by("sponsor"))


def test_a_deputy_accepts_for_the_head_and_it_shows(cast: Cast, task: Task) -> None:
    people.delegate(
        cast.sales.pk, cast.outsider.pk, since=date(2026, 5, 1), until=date(2026, 5, 31), by=cast.by("sales_head")
    )
    report = reported(cast, task)
    assert "核实并验收：库存盘点" in titles(cast, "outsider")
    services.accept_done(report.pk, by=cast.by("outsider"))
    report.refresh_from_db()
    assert report.on_behalf_of == "刘强"
    page = Client()
    page.force_login(cast.lead)
    assert "何静（代刘强）" in page.get(reverse("planning:task", args=[task.project_id, task.pk])).content.decode()


def test_a_deputy_does_not_accept_what_the_head_reported(cast: Cast, crisis: Project) -> None:
    own = task_of(cast, crisis)
    letters(cast, own, product="RA")
    people.delegate(
        cast.product.pk, cast.outsider.pk, since=date(2026, 5, 1), until=date(2026, 5, 31), by=cast.by("product_head")
    )
    report = reported(cast, own, "product_head")
    with pytest.raises(NotAllowed):
        services.accept_done(report.pk, by=cast.by("outsider"))


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"evidence": " "}, "evidence"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "盘点表"}, "link"),
        ({"finished_on": date(2026, 5, 12)}, "finished_on"),
        ({"finished_on": date(1900, 1, 1)}, "finished_on"),
        ({"evidence": "数" * 2001}, "evidence"),
    ],
)
def test_a_report_without_evidence_or_sense_is_refused(
    cast: Cast, task: Task, facts: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        reported(cast, task, **facts)
    assert field in refusal.value.fields
    assert not DoneReport.objects.exists()


def test_a_file_is_evidence_and_stays_as_it_was_once_decided(cast: Cast, task: Task) -> None:
    report = reported(cast, task, evidence="", files=[("盘点表.png", PNG)])
    file = StoredFile.objects.get(slot=report.slot)
    client = Client()
    client.force_login(cast.sales_head)
    assert client.get(reverse("documents:file", args=[file.pk])).status_code == 200
    client.force_login(cast.outsider)
    assert client.get(reverse("documents:file", args=[file.pk])).status_code == 404
    services.accept_done(report.pk, by=cast.by("sales_head"))
    from tongzhou.documents.services import attach_file

    with pytest.raises(NotAllowed):
        attach_file(task.project_id, report.slot, "另一张.png", PNG + b"\0", by=cast.by("product_contact"))


def test_before_execution_work_is_refused_with_the_reason(cast: Cast, project: Project) -> None:
    planned = task_of(cast, project)
    letters(cast, planned, product="RA")
    with pytest.raises(Conflict, match="关口"):
        services.start_task(planned.pk, by=cast.by("product_contact"))
    with pytest.raises(Conflict, match="关口"):
        reported(cast, planned)


def test_the_table_of_moves_is_the_whole_of_it(cast: Cast, task: Task) -> None:
    acts: dict[str, Callable[[], Any]] = {
        "start": lambda: services.start_task(task.pk, by=cast.by("product_contact")),
        "block": lambda: services.block_task(task.pk, "缺人", by=cast.by("product_contact")),
        "unblock": lambda: services.unblock_task(task.pk, by=cast.by("product_contact")),
        "report_done": lambda: reported(cast, task),
        "cancel_task": lambda: services.cancel_task(task.pk, "不再需要", by=cast.by("lead")),
        "reopen_task": lambda: services.reopen_task(task.pk, "漏盘", by=cast.by("lead")),
    }
    moves = {move.name: move for move in WORK_MOVES}
    for name, run in acts.items():
        for status in TaskStatus.values:
            Task.objects.filter(pk=task.pk).update(status=status)
            DoneReport.objects.all().delete()
            if status in moves[name].sources:
                run()
                assert Task.objects.get(pk=task.pk).status == moves[name].target
            else:
                with pytest.raises(TransitionNotAllowed):
                    run()


def test_a_summary_is_not_worked_on(cast: Cast, crisis: Project) -> None:
    top = task_of(cast, crisis, "备货")
    services.add_task(crisis.pk, {"title": "盘点"}, by=cast.by("lead"), parent_id=top.pk)
    with pytest.raises(InvalidInput):
        services.start_task(top.pk, by=cast.by("product_contact"))


def test_progress_of_somebody_who_looked_at_an_older_version_is_refused_with_both(cast: Cast, task: Task) -> None:
    services.report_progress(task.pk, 30, version=task.version, by=cast.by("product_contact"))
    with pytest.raises(StaleWrite) as stale:
        services.report_progress(task.pk, 50, version=task.version, by=cast.by("product_head"))
    assert (stale.value.mine["percent"], stale.value.theirs["percent"]) == (50, 30)


def test_a_removed_task_comes_back_with_its_progress_and_reports(cast: Cast, task: Task) -> None:
    report = reported(cast, task)
    services.return_done(report.pk, "缺签字", by=cast.by("sales_head"))
    services.remove_tasks(task.project_id, [task.pk], by=cast.by("lead"))
    assert not any("库存盘点" in text for text in titles(cast, "product_contact"))
    last = Plan.objects.get(project=task.project_id).steps.first()
    assert last is not None
    services.undo_step(task.project_id, last.number, by=cast.by("lead"))
    back = Task.objects.get(pk=task.pk)
    assert (back.status, back.actual_start) == ("in_progress", date(2026, 5, 11))
    assert back.done_reports.count() == 1


def test_what_is_due_waits_on_the_desk_of_who_does_it(cast: Cast, task: Task, stopped_clock: Clock) -> None:
    assert "开始或报告：库存盘点" in titles(cast, "product_contact")
    assert not any("库存盘点" in text for text in titles(cast, "product_head"))
    letters(cast, task, product="", product_member="R")
    assert "开始或报告：库存盘点" in titles(cast, "product_member")
    assert not any("开始或报告" in text for text in titles(cast, "product_contact"))


def test_who_waits_for_a_task_hears_that_it_is_done(cast: Cast, crisis: Project, task: Task) -> None:
    after = task_of(cast, crisis, "活动页面设计", owner_id=cast.technology_contact.pk, department_id=cast.technology.pk)
    services.link_tasks(task.pk, after.pk, by=cast.by("lead"))
    services.accept_done(reported(cast, task).pk, by=cast.by("sales_head"))
    assert any("等待它的任务" in text for text in messages_of(cast, "technology_contact"))


def test_the_desk_asks_no_more_of_the_database_for_more_tasks(cast: Cast, crisis: Project) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            for part in ("product_contact", "sales_head", "lead"):
                duties.duties_of(cast.by(part))
                duties.awaited_by(cast.by(part))
        return len(found)

    def more(title: str) -> None:
        for number, state in enumerate(("started", "reported")):
            made = task_of(cast, crisis, f"{title}{number}")
            letters(cast, made, product="R", sales="A", marketing="C")
            services.start_task(made.pk, by=cast.by("product_contact"))
            if state == "reported":
                reported(cast, made)
            services.ask_question(made.pk, "有何意见？", by=cast.by("lead"))

    more("一")
    few = count()
    more("二")
    more("三")
    assert count() == few


def test_the_page_of_a_task_shows_report_and_buttons(cast: Cast, task: Task) -> None:
    client = Client()
    client.force_login(cast.product_contact)
    address = reverse("planning:task", args=[task.project_id, task.pk])
    assert "开始工作" in client.get(address).content.decode()
    client.post(reverse("planning:work_start", args=[task.project_id, task.pk]))
    sent = {"evidence": "10个SKU", "link": "", "finished_on": "2026-05-11"}
    answer = client.post(reverse("planning:work_done", args=[task.project_id, task.pk]), sent)
    assert answer.status_code == 302
    text = client.get(address).content.decode()
    assert "等待刘强、孙丽验收" in text
    report = DoneReport.objects.get()
    accept = reverse("planning:report_accept", args=[task.project_id, report.pk])
    assert accept not in text
    client.force_login(cast.sales_head)
    assert accept in client.get(address).content.decode()


def test_the_page_asks_no_more_for_more_reports(cast: Cast, task: Task) -> None:
    client = Client()
    client.force_login(cast.lead)
    address = reverse("planning:task", args=[task.project_id, task.pk])

    def round_() -> int:
        services.return_done(reported(cast, task).pk, "再看", by=cast.by("sales_head"))
        services.ask_question(task.pk, "有何意见？", by=cast.by("lead"))
        client.get(address)
        with CaptureQueriesContext(connection) as found:
            client.get(address)
        return len(found)

    one = round_()
    round_()
    assert round_() == one


# -- at the same moment -----------------------------------------------------------------------------------------------


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_at_once_one_is_told_that_it_is_decided(transactional_db: None) -> None:
    cast = build_cast()
    own = task_of(cast, incident(cast))
    letters(cast, own, product="R", sales="A")
    report = reported(cast, own)
    actors = [cast.by("sales_head"), cast.by("sales_contact")]
    barrier = threading.Barrier(2)
    results: list[Any] = [None, None]

    def run(number: int) -> None:
        try:
            barrier.wait(30)
            results[number] = services.accept_done(report.pk, by=actors[number])
        except DomainError as refusal:
            results[number] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(2)]
    connection.close()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(type(result).__name__ for result in results) == ["DoneReport", "TransitionNotAllowed"]
    assert Task.objects.get(pk=own.pk).status == "done"
