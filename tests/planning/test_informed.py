"""I is informed: one message a working day on what changed, and a page with all of it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Cast
from tests.conftest import Clock
from tests.planning.working import incident, letters, messages_of, reported, task_of
from tongzhou.cadence.models import Occasion
from tongzhou.cadence.services import fire_due
from tongzhou.messaging.models import Notification
from tongzhou.planning import services
from tongzhou.planning.models import Task


@pytest.fixture
def task(cast: Cast) -> Task:
    """Product does it, sales approves, technology (its head: no contact person) is informed."""
    found = task_of(cast, incident(cast))
    letters(cast, found, product="R", sales="A", technology="I")
    return found


def digests(cast: Cast, part: str = "technology_head") -> list[str]:
    return [text for text in messages_of(cast, part) if "知会" in text]


def test_at_half_past_five_one_message_tells_everything(cast: Cast, task: Task, stopped_clock: Clock) -> None:
    services.start_task(task.pk, by=cast.by("product_contact"))
    services.report_progress(task.pk, 50, by=cast.by("product_contact"))
    assert digests(cast) == []
    stopped_clock.at("2026-05-11 17:31")
    fire_due()
    assert len(digests(cast)) == 1
    body = Notification.objects.filter(person=cast.technology_head, title__contains="知会").get().body
    assert "赵敏：开始了任务“库存盘点”" in body
    assert "“库存盘点”完成 50%" in body
    assert digests(cast, "sales_head") == []


def test_nothing_is_told_twice_and_nothing_when_nothing_changed(cast: Cast, task: Task, stopped_clock: Clock) -> None:
    services.start_task(task.pk, by=cast.by("product_contact"))
    for moment in ("2026-05-11 17:31", "2026-05-11 23:00", "2026-05-12 17:31", "2026-05-13 17:31"):
        stopped_clock.at(moment)
        fire_due()
    assert len(digests(cast)) == 1
    services.report_progress(task.pk, 60, by=cast.by("product_contact"))
    stopped_clock.at("2026-05-14 17:31")
    fire_due()
    assert len(digests(cast)) == 2


def test_what_happens_on_a_weekend_waits_for_monday(cast: Cast, task: Task, stopped_clock: Clock) -> None:
    stopped_clock.at("2026-05-15 17:45")
    fire_due()
    services.start_task(task.pk, by=cast.by("product_contact"))
    planned = Occasion.objects.filter(kind="planning.informed_digest", state="waiting").get()
    assert planned.due_at.astimezone(stopped_clock.moment.tzinfo).strftime("%Y-%m-%d %H:%M") == "2026-05-18 17:30"


def test_dates_that_the_schedule_moved_are_told(cast: Cast, task: Task, stopped_clock: Clock) -> None:
    before = task_of(cast, task.project, "到货")
    services.link_tasks(before.pk, task.pk, by=cast.by("lead"))
    stopped_clock.at("2026-05-11 17:31")
    fire_due()
    services.change_task(before.pk, None, {"duration": 5}, by=cast.by("lead"))
    stopped_clock.at("2026-05-12 17:31")
    fire_due()
    body = Notification.objects.filter(person=cast.technology_head, title__contains="知会").order_by("-pk")[0].body
    assert "“库存盘点”的计划完成由 2026-05-18 改为 2026-05-20" in body
    assert "到货" not in body


def test_who_did_it_is_not_told_of_it(cast: Cast, task: Task, stopped_clock: Clock) -> None:
    letters(cast, task, technology="", marketing_head="I", product_contact="")
    letters(cast, task, product="", product_contact="R", product_head="I")
    services.start_task(task.pk, by=cast.by("product_contact"))
    services.accept_done(reported(cast, task).pk, by=cast.by("sales_head"))
    stopped_clock.at("2026-05-11 17:31")
    fire_due()
    assert len(digests(cast, "product_head")) == 1
    assert digests(cast, "product_contact") == []


def test_the_page_lists_what_changed_for_this_person_only(cast: Cast, task: Task) -> None:
    services.start_task(task.pk, by=cast.by("product_contact"))
    client = Client()
    client.force_login(cast.technology_head)
    assert "开始了任务“库存盘点”" in client.get(reverse("planning:informed")).content.decode()
    client.force_login(cast.sales_head)
    assert "开始了任务“库存盘点”" not in client.get(reverse("planning:informed")).content.decode()
    client.force_login(cast.outsider)
    assert "没有需要知会您的任务" in client.get(reverse("planning:informed")).content.decode()


def test_the_page_asks_no_more_for_more_changes(cast: Cast, task: Task) -> None:
    client = Client()
    client.force_login(cast.technology_head)

    def count() -> int:
        services.report_progress(task.pk, 10, by=cast.by("product_contact"))
        made = task_of(cast, task.project, "补货")
        letters(cast, made, product="R", sales="A", technology="I")
        services.start_task(made.pk, by=cast.by("product_contact"))
        client.get(reverse("planning:informed"))
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("planning:informed"))
        return len(found)

    one = count()
    count()
    assert count() == one
