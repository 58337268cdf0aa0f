"""周进展表: asked on Thursday, prefilled, handed in by Friday noon, taken up by the meeting, locked after it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tongzhou.cadence.services import fire_due, plan_ahead
from tongzhou.core.errors import InvalidInput, NotAllowed, NotFound, StaleWrite, TransitionNotAllowed
from tongzhou.execution import queries, services
from tongzhou.execution.models import WeeklyReport
from tongzhou.execution.queries.weekly_paper import report_file, report_html
from tongzhou.execution.weekly_form import WEEKLY_REPORT
from tongzhou.meetings import services as meetings
from tongzhou.messaging.models import Notification
from tongzhou.planning import services as planning
from tongzhou.projects.duties import duties_of

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 5, 15)
FILLED = {"done": "盘点6个SKU", "not_done": "无", "next_week": "完成盘点", "support_needed": "技术部：导出库存接口"}


@pytest.fixture
def begin(cast, executed):
    def make(code="product", by="product_contact", ends_on=FRIDAY) -> WeeklyReport:
        return services.begin_report(executed.pk, cast.departments[code].pk, ends_on, by=cast.by(by))

    return make


@pytest.fixture
def handed_in(cast, begin, stopped_clock):
    stopped_clock.at("2026-05-15 10:00")
    report = begin()
    return services.submit_report(report.pk, report.version, FILLED, by=cast.by("product_contact"))


def test_it_is_asked_on_thursday_and_due_on_friday_noon(cast, executed, stopped_clock):
    assert not [duty for duty in duties_of(cast.by("product_contact")) if "/weekly/" in str(duty.link)]
    stopped_clock.at("2026-05-14 09:00")
    plan_ahead()
    fire_due()
    told = Notification.objects.filter(unique_key__startswith="execution.weekly_asked")
    assert cast.persons["product_contact"].pk in set(told.values_list("person_id", flat=True))
    duty = next(duty for duty in duties_of(cast.by("product_contact")) if "/weekly/" in str(duty.link))
    assert duty.due_at.isoformat() == "2026-05-15T12:00:00+08:00"
    stopped_clock.at("2026-05-15 12:00")
    fire_due()
    lead = Notification.objects.get(unique_key__startswith="execution.weekly_due")
    assert (lead.person_id, "产品部" in lead.body) == (cast.lead.pk, True)


def test_who_has_not_handed_in_is_reminded_on_friday_morning(cast, executed, handed_in, stopped_clock):
    plan_ahead()
    stopped_clock.at("2026-05-15 10:00")
    fire_due()
    told = Notification.objects.filter(unique_key__startswith="execution.weekly_reminder")
    reminded = set(told.values_list("person_id", flat=True))
    assert reminded
    assert cast.persons["product_contact"].pk not in reminded
    assert "请在" in told.first().title


def test_a_reminder_that_comes_after_noon_is_left_out(executed, stopped_clock):
    stopped_clock.at("2026-05-15 09:00")
    plan_ahead()
    stopped_clock.at("2026-05-15 12:30")
    fire_due()
    assert not Notification.objects.filter(unique_key__startswith="execution.weekly_reminder").exists()


def test_it_begins_with_what_the_plan_knows(cast, begin, count, stopped_clock):
    planning.report_progress(count.pk, 40, by=cast.by("product_contact"))
    stopped_clock.at("2026-05-14 10:00")
    services.state_delay(count.pk, "medium", "扫码枪未到位", by=cast.by("product_contact"))
    report = begin()
    assert report.overall_status == "late"
    assert report.progress == 40
    assert report.not_done == "TOP10 SKU库存盘点：延期1天（扫码枪未到位）"
    assert report.staff == 1
    # Three days of eight hours planned and over, 40 % of them earned.
    assert (report.effort_hours, report.sv, report.cv) == (Decimal("24.0"), Decimal("-14.4"), None)


def test_beginning_twice_finds_the_one_report(begin):
    assert begin().pk == begin(by="product_head").pk


def test_others_do_not_write_it(cast, begin):
    with pytest.raises(NotAllowed):
        begin(by="lead")
    with pytest.raises(NotFound):
        begin(by="outsider")
    report = begin()
    with pytest.raises(NotAllowed):
        services.save_report(report.pk, report.version, {"done": "x"}, by=cast.by("sales_contact"))


@pytest.mark.parametrize("ends_on", [date(2026, 5, 13), date(2026, 5, 8), date(2026, 7, 3)])
def test_a_day_that_ends_no_week_of_the_project_is_refused(begin, ends_on):
    with pytest.raises(InvalidInput):
        begin(ends_on=ends_on)


def test_a_stale_version_gets_both_texts(cast, begin):
    report = begin()
    by = cast.by("product_contact")
    services.save_report(report.pk, report.version, {"done": "盘点6个SKU"}, by=by)
    with pytest.raises(StaleWrite) as clash:
        services.save_report(report.pk, 1, {"done": "盘点8个SKU"}, by=cast.by("product_head"))
    assert (clash.value.mine["done"], clash.value.theirs["done"]) == ("盘点8个SKU", "盘点6个SKU")


def test_what_the_form_asks_for_must_be_there(cast, begin, count, stopped_clock):
    stopped_clock.at("2026-05-15 10:00")
    report = begin()
    values = {"done": "", "next_week": "", "not_done": ""}
    with pytest.raises(InvalidInput) as refusal:
        services.submit_report(report.pk, report.version, values, by=cast.by("product_contact"))
    assert set(refusal.value.fields) == {"done", "next_week", "not_done"}
    assert WeeklyReport.objects.get().state == "draft"


def test_handed_in_after_noon_it_is_late(cast, begin, stopped_clock):
    stopped_clock.at("2026-05-15 12:01")
    report = begin()
    assert services.submit_report(report.pk, report.version, FILLED, by=cast.by("product_contact")).is_late


def test_handed_in_it_is_fixed_until_taken_back(cast, handed_in):
    by = cast.by("product_contact")
    assert not handed_in.is_late
    with pytest.raises(TransitionNotAllowed):
        services.save_report(handed_in.pk, None, {"done": "x"}, by=by)
    services.take_report_back(handed_in.pk, by=by)
    assert services.save_report(handed_in.pk, None, {"done": "x"}, by=by).done == "x"


def test_the_agenda_comes_from_reports_late_work_and_open_points(cast, executed, handed_in):
    week = queries.week_of(queries.weekly_rules(executed.pk), FRIDAY)
    points = queries.agenda_points(executed, queries.week_cards(executed, week), queries.danger_in(executed, FRIDAY))
    assert points == [
        "进展与计划对比",
        "产品部：TOP10 SKU库存盘点：延期2天（原因未说明）",
        "产品部 需协调：技术部：导出库存接口",
        "下周计划",
    ]


def test_the_lead_calls_the_meeting_once_and_its_end_locks_the_reports(cast, executed, handed_in, stopped_clock):
    lead = cast.by("lead")
    assert any("/weekly/" in str(duty.link) and duty.act == "decide" for duty in duties_of(lead))
    with pytest.raises(NotAllowed):
        services.call_weekly_meeting(executed.pk, FRIDAY, by=cast.by("product_contact"))
    meeting = services.call_weekly_meeting(executed.pk, FRIDAY, by=lead)
    assert (meeting.kind, meeting.starts_at.isoformat()) == ("weekly", "2026-05-15T15:00:00+08:00")
    assert "产品部 需协调：技术部：导出库存接口" in list(meeting.agenda.values_list("topic", flat=True))
    topics = meeting.agenda.count()
    assert services.call_weekly_meeting(executed.pk, FRIDAY, by=lead).pk == meeting.pk
    assert meeting.agenda.count() == topics
    assert not any(duty.act == "decide" and "/weekly/" in str(duty.link) for duty in duties_of(lead))
    stopped_clock.at("2026-05-15 16:00")
    meetings.end_meeting(meeting.pk, by=lead)
    handed_in.refresh_from_db()
    assert handed_in.state == "locked"
    with pytest.raises(TransitionNotAllowed):
        services.take_report_back(handed_in.pk, by=cast.by("product_contact"))


def test_cost_variance_counts_the_hours_that_were_stated(cast, begin, count, stopped_clock):
    by = cast.by("product_contact")
    planning.report_progress(count.pk, 50, by=by)
    stopped_clock.at("2026-05-15 10:00")
    report = begin()
    services.submit_report(report.pk, report.version, {**FILLED, "effort_hours": Decimal(20)}, by=by)
    stopped_clock.at("2026-05-22 09:00")
    later = begin(ends_on=date(2026, 5, 22))
    assert later.cv == Decimal("-8.0")


def test_a_friday_on_a_holiday_moves_the_week_as_its_rule_says(cast, executed):
    # Friday 19 June 2026 is Dragon Boat Festival; the default moves the meeting to Thursday.
    week = queries.week_of(queries.weekly_rules(executed.pk), date(2026, 6, 15))
    assert (week.ends_on, week.asked_at.day, week.due_at.isoformat()) == (
        date(2026, 6, 18), 17, "2026-06-18T12:00:00+08:00",
    )  # fmt: skip


@pytest.mark.parametrize("fmt", ["docx", "xlsx", "pdf"])
def test_it_comes_out_as_a_file(handed_in, fmt):
    name, data = report_file(WeeklyReport.objects.select_related("project__lead", "department", "reporter").get(), fmt)
    assert name.endswith(f"产品部 2026-05-15.{fmt}")
    assert len(data) > 1000


def test_its_head_names_who_wrote_it(handed_in):
    shown = report_html(WeeklyReport.objects.select_related("project__lead", "department", "reporter").get())
    assert ("赵敏" in shown, "陈晨" in shown) == (True, False)


def test_the_form_has_the_keys_of_the_standard():
    keys = {part.key for part in WEEKLY_REPORT.parts()}
    assert keys >= {
        "period", "dept", "reporter", "overall_status", "progress", "done", "not_done", "next_week", "issues",
        "support_needed", "milestones", "staff", "effort", "sv", "cv",
    }  # fmt: skip
