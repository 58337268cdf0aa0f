"""The pages: the day, the sheet to confirm, the week and the report."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from tongzhou.cadence.services import fire_due
from tongzhou.execution import services
from tongzhou.execution.models import DailyUpdate, WeeklyReport
from tongzhou.execution.queries.drafts import DraftLine

pytestmark = pytest.mark.django_db
DAY = "2026-05-11"


@pytest.fixture
def contact(client, cast) -> Client:
    client.force_login(cast.persons["product_contact"])
    return client


@pytest.fixture
def write_page(cast, executed) -> str:
    return f"/projects/{executed.pk}/updates/{DAY}/{cast.departments['product'].pk}/"


@pytest.fixture
def report_page(cast, executed) -> str:
    return f"/projects/{executed.pk}/weekly/2026-05-15/{cast.departments['product'].pk}/"


def test_the_phone_s_bar_leads_straight_to_the_one_update(contact, write_page):
    assert contact.get("/updates/").headers["Location"] == write_page


def test_the_sheet_is_prepared_and_one_press_posts_it(contact, executed, count, write_page):
    shown = contact.get(write_page).content.decode()
    assert "确认并提交" in shown
    assert "TOP10 SKU库存盘点：开始" in shown
    answer = contact.post(write_page, {"next-text": "TOP10 SKU库存盘点：开始", "next-task": str(count.pk)})
    assert answer.headers["Location"] == f"/projects/{executed.pk}/updates/{DAY}/"
    line = DailyUpdate.objects.get().lines.get()
    assert (line.text, line.task_id) == ("TOP10 SKU库存盘点：开始", count.pk)
    assert "TOP10 SKU库存盘点：开始" in contact.get(f"/projects/{executed.pk}/updates/").content.decode()


def test_lateness_is_asked_in_place_and_what_was_typed_stays(contact, executed, cast, count, stopped_clock):
    stopped_clock.at("2026-05-14 16:00")
    page = f"/projects/{executed.pk}/updates/2026-05-14/{cast.departments['product'].pk}/"
    assert f'name="reason-{count.pk}"' in contact.get(page).content.decode()
    answer = contact.post(page, {"done-text": "盘点完成8个SKU", "done-task": "", f"reason-{count.pk}": "扫码枪未到位"})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert ("请选择风险等级" in shown, "盘点完成8个SKU" in shown, "扫码枪未到位" in shown) == (True, True, True)


def test_a_post_over_somebody_else_s_shows_both(contact, cast, executed, write_page):
    services.post_update(
        executed.pk,
        cast.departments["product"].pk,
        date(2026, 5, 11),
        {"done": [DraftLine("负责人已写")]},
        by=cast.by("product_head"),
    )
    answer = contact.post(write_page, {"done-text": "我写的", "done-task": "", "version": ""})
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert ("负责人已写" in shown, "我写的" in shown, "王磊 刚刚已提交" in shown) == (True, True, True)
    contact.post(write_page, {"done-text": "我写的", "done-task": "", "version": "1"})
    assert [line.text for line in DailyUpdate.objects.get().lines.all()] == ["我写的"]


def test_hostile_fields_are_refused_in_words(contact, write_page):
    for data in (
        {"percent-1": "abc"},
        {"percent-999": "40"},
        {"done-text": "x" * 500},
        {"version": "x", "reason-x": "1"},
    ):
        assert contact.post(write_page, {"done-text": "好", "done-task": "²", **data}).status_code in {302, 422, 409}


def test_days_that_are_none_are_not_there(contact, executed):
    for day in ("2026-13-01", "abc", "1999-01-01", "20260511"):
        assert contact.get(f"/projects/{executed.pk}/updates/{day}/").status_code == 404
        assert contact.get(f"/projects/{executed.pk}/weekly/{day}/").status_code == 404


def test_the_day_shows_the_message_and_the_archive_names_it(contact, executed, stopped_clock):
    stopped_clock.at("2026-05-11 17:00")
    fire_due()
    assert "618大促活动 5月11日：按期" in contact.get(f"/projects/{executed.pk}/updates/{DAY}/").content.decode()
    assert "618大促活动 5月11日：按期" in contact.get(f"/projects/{executed.pk}/updates/archive/").content.decode()


def test_looking_at_a_report_writes_nothing_and_typing_saves_it(contact, report_page):
    assert contact.get(report_page).status_code == 200
    assert not WeeklyReport.objects.exists()
    typed = {"version": "", "overall_status": "on_track", "progress": "10", "done": "盘点开始", "next_week": "盘点"}
    answer = contact.post(f"{report_page}autosave/", typed)
    assert answer.json()["version"] == 2
    assert WeeklyReport.objects.get().done == "盘点开始"
    stale = contact.post(
        f"{report_page}autosave/", {**typed, "version": "1", "done": "别的"}, headers={"X-Autosave": "1"}
    )
    assert stale.status_code == 409
    contact.post(report_page, {**typed, "version": "2", "act": "submit"})
    assert WeeklyReport.objects.get().state == "submitted"


def test_a_draft_is_for_those_who_write_it(client, cast, executed, report_page):
    services.begin_report(executed.pk, cast.departments["product"].pk, date(2026, 5, 15), by=cast.by("product_contact"))
    client.force_login(cast.persons["lead"])
    assert client.get(report_page).status_code == 404
    assert client.get(f"/projects/{executed.pk}/weekly/").status_code == 200
