"""日常沟通: prefilled, confirmed in a minute; lateness with its reason; one message a day, composed once."""

from __future__ import annotations

from datetime import date

import pytest

from tongzhou.cadence.models import Occasion
from tongzhou.cadence.services import fire_due, plan_ahead
from tongzhou.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, StaleWrite
from tongzhou.execution import queries, services
from tongzhou.execution.models import DailyMessage, DailyUpdate, TaskDelay
from tongzhou.execution.queries.drafts import DraftLine
from tongzhou.messaging import services as messaging
from tongzhou.messaging.models import GroupMessage, Notification
from tongzhou.planning import services as planning
from tongzhou.planning.models import Task
from tongzhou.projects import services as projects
from tongzhou.projects.duties import duties_of

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 5, 11)


def lines(*texts: str) -> list[DraftLine]:
    return [DraftLine(text) for text in texts]


@pytest.fixture
def post(cast, executed):
    """Posts for a department: ``post("product", "盘点完成")``."""

    def make(code="product", *done, by=None, day=None, **more):
        from tongzhou.core import clock

        parts = {"done": lines(*(done or ("盘点完成6个SKU",)))}
        actor = cast.by(by or {"technology": "technology_head"}.get(code, f"{code}_contact"))
        return services.post_update(
            executed.pk, cast.departments[code].pk, day or clock.today(), parts, by=actor, **more
        )

    return make


def test_the_draft_says_what_the_tasks_know(cast, executed, add, count, stopped_clock):
    planning.report_progress(count.pk, 40, by=cast.by("product_contact"))
    draft = queries.draft_of(executed, cast.departments["product"].pk, MONDAY)
    assert [line.text for line in draft.done] == ["TOP10 SKU库存盘点：40 %"]
    assert [line.text for line in draft.next] == ["TOP10 SKU库存盘点：继续，5月13日完成"]
    assert [task.pk for task in draft.running] == [count.pk]
    assert draft.blocked == ()
    planning.block_task(count.pk, "扫码枪未到", by=cast.by("product_contact"))
    draft = queries.draft_of(executed, cast.departments["product"].pk, MONDAY)
    assert [line.text for line in draft.blocked] == ["TOP10 SKU库存盘点：扫码枪未到"]


def test_a_contact_person_posts_and_the_duty_is_gone(cast, executed, post):
    contact = cast.by("product_contact")
    mine = [duty for duty in duties_of(contact) if "/updates/" in str(duty.link)]
    assert [duty.due_at.isoformat() for duty in mine] == ["2026-05-11T17:00:00+08:00"]
    update = post()
    assert [line.text for line in update.lines.all()] == ["盘点完成6个SKU"]
    assert (update.is_late, update.on_behalf_of, update.version) == (False, "", 1)
    assert not [duty for duty in duties_of(contact) if "/updates/" in str(duty.link)]


def test_the_head_posts_too_and_others_may_not(cast, executed, post):
    post(by="product_head")
    with pytest.raises(NotAllowed):
        post("sales", by="product_contact")
    with pytest.raises(NotAllowed):
        post("sales", by="product_member")
    with pytest.raises(NotFound):
        post("sales", by="outsider")


def test_nothing_is_posted_before_execution(cast, planned):
    with pytest.raises(Conflict):
        services.post_update(
            planned.pk, cast.departments["product"].pk, MONDAY, {"done": lines("x")}, by=cast.by("product_contact")
        )


@pytest.mark.parametrize("day", [date(2026, 5, 12), date(2026, 5, 10), date(2026, 4, 1)])
def test_a_day_to_come_before_the_start_or_long_ago_is_refused(post, day):
    with pytest.raises(InvalidInput):
        post(day=day)


def test_on_a_non_working_day_nothing_is_collected(cast, executed, post, stopped_clock):
    stopped_clock.at("2026-05-16 10:00")  # a Saturday
    with pytest.raises(InvalidInput):
        post()
    assert not [duty for duty in duties_of(cast.by("product_contact")) if "/updates/" in str(duty.link)]


def test_a_late_task_needs_its_reason_and_risk(cast, executed, count, post, stopped_clock):
    stopped_clock.at("2026-05-14 16:00")
    with pytest.raises(InvalidInput) as refusal:
        post()
    assert set(refusal.value.fields) == {f"reason-{count.pk}"}
    with pytest.raises(InvalidInput) as refusal:
        post(delays={count.pk: ("", "扫码枪未到位")})
    assert set(refusal.value.fields) == {f"risk-{count.pk}"}
    assert not DailyUpdate.objects.exists()
    post(delays={count.pk: ("medium", "扫码枪未到位")})
    assert TaskDelay.objects.get(task=count).reason == "扫码枪未到位"


def test_percents_are_noted_in_place(cast, executed, count, post):
    post(percents={count.pk: 60})
    assert Task.objects.get(pk=count.pk).percent == 60
    other = planning_task_of_sales(cast, executed)
    with pytest.raises(InvalidInput):
        post(percents={other.pk: 60}, version=1)


def planning_task_of_sales(cast, executed) -> Task:
    return Task.objects.create(
        project=executed, number=99, rank=99, title="渠道推广", department=cast.departments["sales"], start=MONDAY,
        finish=MONDAY,
    )  # fmt: skip


def test_posting_again_corrects_and_a_stale_version_gets_both(post):
    update = post()
    changed = post("product", "盘点完成8个SKU", version=update.version)
    assert (changed.pk, changed.version) == (update.pk, 2)
    with pytest.raises(StaleWrite) as clash:
        post("product", "盘点完成10个SKU", version=1)
    assert (clash.value.mine["done"], clash.value.theirs["done"]) == ("盘点完成10个SKU", "盘点完成8个SKU")
    with pytest.raises(StaleWrite):
        post("product", "又一份")
    assert [line.text for line in DailyUpdate.objects.get().lines.all()] == ["盘点完成8个SKU"]


def test_an_empty_update_is_refused(cast, executed):
    with pytest.raises(InvalidInput):
        services.post_update(
            executed.pk, cast.departments["product"].pk, MONDAY, {"done": lines(" ")}, by=cast.by("product_contact")
        )


def test_who_has_not_posted_is_reminded_half_an_hour_before(cast, executed, post, stopped_clock):
    post()
    stopped_clock.at("2026-05-11 16:30")
    fire_due()
    told = Notification.objects.filter(unique_key__startswith="execution.daily_reminder").order_by("person__username")
    asked = ("lead", "sales_contact", "technology_head")
    assert {row.person_id for row in told} == {cast.persons[name].pk for name in asked}


def test_at_five_the_one_message_says_what_the_guide_wants(cast, executed, count, post, stopped_clock):
    for day in ("2026-05-11 17:00", "2026-05-12 17:00", "2026-05-13 17:00"):
        stopped_clock.at(day)
        fire_due()
    stopped_clock.at("2026-05-14 16:00")
    post(delays={count.pk: ("medium", "扫码枪未到位")})
    stopped_clock.at("2026-05-14 17:00")
    fire_due()
    message = DailyMessage.objects.get(day=date(2026, 5, 14))
    first, second = message.body.splitlines()[:2]
    assert message.title == "618大促活动 5月14日：有 1 项延期"
    assert first == "5月14日 「TOP10 SKU库存盘点」延期1天 风险:中 原因:扫码枪未到位 责任人:产品部 钱多"
    assert second.startswith("未提交：市场部（连续4个工作日）")
    assert "产品部" not in second


def test_a_day_without_lateness_is_on_schedule(executed, stopped_clock):
    stopped_clock.at("2026-05-11 17:00")
    fire_due()
    assert DailyMessage.objects.get().title == "618大促活动 5月11日：按期"


def test_the_message_is_composed_once_however_often_the_clock_fires(executed, stopped_clock):
    stopped_clock.at("2026-05-11 17:00")
    fire_due()
    Occasion.objects.filter(kind="cadence.daily", state="done").update(state="waiting")
    fire_due()
    assert DailyMessage.objects.count() == 1
    told = Notification.objects.filter(unique_key__startswith="execution.daily:")
    assert told.values("person").distinct().count() == told.count() > 0


def test_a_late_post_amends_the_page_and_is_in_the_next_message(cast, executed, post, stopped_clock):
    stopped_clock.at("2026-05-11 17:00")
    fire_due()
    stopped_clock.at("2026-05-11 18:00")
    assert post().is_late
    stopped_clock.at("2026-05-12 17:00")
    fire_due()
    assert "迟发：产品部 5月11日" in DailyMessage.objects.get(day=date(2026, 5, 12)).body


def test_friday_is_followed_by_monday(executed, stopped_clock):
    for day in range(11, 19):
        stopped_clock.at(f"2026-05-{day} 17:00")
        plan_ahead()
        fire_due()
    days = sorted(row.day.day for row in DailyMessage.objects.all())
    assert days == [11, 12, 13, 14, 15, 18]


def test_a_clock_that_stood_still_says_late_and_leaves_out_what_is_too_old(executed, stopped_clock):
    stopped_clock.at("2026-05-12 18:30")
    fire_due()
    rows = {row.day.day: row.is_late for row in DailyMessage.objects.all()}
    assert rows == {12: True}
    assert DailyMessage.objects.get().title.startswith("【迟发】")
    assert Occasion.objects.get(kind="cadence.daily", slot="2026-05-11").state == "skipped"


def test_a_suspended_project_asks_and_sends_nothing(cast, executed, stopped_clock):
    projects.suspend_project(executed.pk, "等预算", by=cast.by("lead"))
    stopped_clock.at("2026-05-11 17:00")
    fire_due()
    assert not DailyMessage.objects.exists()
    stopped_clock.at("2026-05-12 10:00")
    projects.resume_project(executed.pk, by=cast.by("lead"))
    stopped_clock.at("2026-05-12 17:00")
    fire_due()
    assert [row.day.day for row in DailyMessage.objects.all()] == [12]


def test_the_group_gets_it_once_in_its_channel(cast, executed, stopped_clock):
    channel = messaging.add_channel(
        "projects.project",
        executed.pk,
        "wecom",
        {
            "name": "618项目群",
            "address": f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={'a' * 8}-0000-4000-8000-{'b' * 12}",
        },
        by=cast.by("lead"),
    )
    stopped_clock.at("2026-05-11 17:00")
    fire_due()
    message = GroupMessage.objects.get(channel=channel)
    assert (message.title, message.grade) == ("618大促活动 5月11日：按期", "digest")
    assert message.link == f"/projects/{executed.pk}/updates/2026-05-11/"
    assert cast.persons["sales_contact"].pk in message.mentions
    assert not Notification.objects.filter(unique_key__startswith="execution.daily:").exists()


def test_the_head_hears_of_two_days_of_silence(cast, executed, stopped_clock):
    for day in ("11", "12"):
        stopped_clock.at(f"2026-05-{day} 17:00")
        fire_due()
    told = Notification.objects.filter(unique_key__startswith="ladder:", person=cast.persons["sales_head"])
    assert [row.at for row in told] == [stopped_clock.moment], "on the second day, and not on the first"


def test_the_day_page_costs_the_same_for_one_and_three_departments(cast, executed, post, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    post()
    with CaptureQueriesContext(
        connection,
    ) as one:
        queries.posts_of(executed, MONDAY)
    post("sales")
    post("technology")
    with CaptureQueriesContext(connection) as three:
        queries.posts_of(executed, MONDAY)
    assert len(one) == len(three)
