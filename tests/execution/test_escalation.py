"""A silent department and a missing report are escalated to the head, until they come; the update is confirmed by link."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from tongzhou.cadence.models import Ladder, LadderStep
from tongzhou.cadence.services import fire_due, plan_ahead, take_on
from tongzhou.cadence.states import LadderState
from tongzhou.core.errors import NotFound, TransitionNotAllowed
from tongzhou.core.models import AuditEvent
from tongzhou.execution import services
from tongzhou.execution.models import DailyUpdate
from tongzhou.execution.queries.drafts import DraftLine
from tongzhou.execution.services.waiting import DAILY, WEEKLY
from tongzhou.messaging.models import ActionLink, Delivery, Notification
from tongzhou.messaging.services import deliver_due, make_action_link
from tongzhou.people.models import Person
from tongzhou.projects import services as projects
from tongzhou.projects.duties import duties_of
from tongzhou.projects.models import Party

pytestmark = pytest.mark.django_db
CONFIRM, TAKE_ON = "execution.confirm_update", "cadence.take_on"


@pytest.fixture
def fire(stopped_clock: Any) -> Any:
    """The clock of the system stands at a moment and does what is due."""

    def at(moment: str) -> None:
        stopped_clock.at(moment)
        plan_ahead()
        fire_due()

    return at


@pytest.fixture
def silent(executed: Any, fire: Any) -> Any:
    """Nobody has posted on Monday and Tuesday."""
    fire("2026-05-11 17:00")
    fire("2026-05-12 17:00")
    return executed


def told(kind: str, department: str) -> list[tuple[str, str]]:
    """(rung, name) of what was escalated of a department."""
    steps = LadderStep.objects.filter(ladder__kind=kind, ladder__department__name=department)
    return list(steps.order_by("pk").values_list("rung", "person__name"))


def post(cast: Any, project: Any, code: str = "product", by: str = "product_contact", day: int = 13) -> DailyUpdate:
    return services.post_update(
        project.pk,
        cast.departments[code].pk,
        date(2026, 5, day),
        {"done": [DraftLine("盘点2个SKU")]},
        delays={},
        by=cast.by(by),
    )


def party(cast: Any, project: Any, code: str = "product") -> Party:
    return Party.objects.get(project=project, department=cast.departments[code])


def product_head_step(cast: Any) -> LadderStep:
    return LadderStep.objects.get(ladder__kind=DAILY, person=cast.persons["product_head"])


# ---------------------------------------------------------------- silence


def test_one_day_of_silence_is_named_and_two_are_escalated_to_the_head_with_the_reason(cast, executed, fire):
    fire("2026-05-11 17:00")
    assert not LadderStep.objects.exists()
    fire("2026-05-12 17:00")
    assert told(DAILY, "产品部") == [("head", "王磊")]
    note = Notification.objects.get(unique_key__startswith="ladder:", person=cast.persons["product_head"])
    assert "产品部" in note.body
    assert "日常沟通" in note.title
    event = AuditEvent.objects.filter(name="cadence.ladder.climbed").first()
    assert "王磊" in event.payload


def test_silence_goes_on_up_to_the_lead_and_the_sponsor_in_working_time(cast, silent, fire):
    fire("2026-05-13 16:59")
    assert told(DAILY, "产品部") == [("head", "王磊")]
    fire("2026-05-13 17:00")
    assert told(DAILY, "产品部")[1][0] == "lead"
    fire("2026-05-15 17:01")
    assert [rung for rung, _name in told(DAILY, "产品部")] == ["head", "lead", "sponsor"]


def test_two_clocks_at_once_tell_once(cast, silent, stopped_clock):
    fire_due()
    fire_due()
    assert told(DAILY, "产品部") == [("head", "王磊")]
    assert (
        Notification.objects.filter(unique_key__startswith="ladder:", person=cast.persons["product_head"]).count() == 1
    )


def test_the_post_stops_it_and_later_silence_begins_anew(cast, silent, fire, stopped_clock, count):
    stopped_clock.at("2026-05-13 10:00")
    post(cast, silent)
    assert Ladder.objects.get(kind=DAILY, department=cast.product).state == LadderState.STOPPED
    for day in ("13", "14", "15"):
        fire(f"2026-05-{day} 17:00")
    assert Ladder.objects.filter(kind=DAILY, department=cast.product).count() == 2, "silent on the 14th and the 15th"


def test_a_suspended_project_escalates_nothing(cast, silent, fire):
    projects.suspend_project(silent.pk, "等待", by=cast.by("lead"))
    fire("2026-05-18 17:00")
    assert told(DAILY, "产品部") == [("head", "王磊")]


def test_the_end_of_the_project_stops_it(cast, silent, fire):
    projects.cancel_project(silent.pk, "不做了", by=cast.by("sponsor"))
    assert set(Ladder.objects.values_list("state", flat=True)) == {"stopped"}


# ---------------------------------------------------------------- the weekly report


def test_a_report_that_is_not_in_by_friday_noon_is_escalated_to_the_head(cast, executed, fire, stopped_clock):
    fire("2026-05-15 11:59")
    assert told(WEEKLY, "产品部") == []
    fire("2026-05-15 12:00")
    assert told(WEEKLY, "产品部") == [("head", "王磊")]
    report = services.begin_report(executed.pk, cast.product.pk, date(2026, 5, 15), by=cast.by("product_contact"))
    values = {"done": "盘点", "next_week": "盘点", "not_done": "无"}
    services.submit_report(report.pk, report.version, values, by=cast.by("product_contact"))
    fire("2026-05-15 14:00")
    assert [rung for rung, _name in told(WEEKLY, "产品部")] == ["head"], "it has come"
    assert [rung for rung, _name in told(WEEKLY, "销售部")] == ["head", "lead"]


def test_each_week_has_a_clock_of_its_own(cast, executed, fire):
    fire("2026-05-15 12:00")
    fire("2026-05-22 12:00")
    rows = Ladder.objects.filter(kind=WEEKLY, department=cast.product).order_by("slot")
    assert [(row.slot, row.state) for row in rows] == [("2026-05-15", "stopped"), ("2026-05-22", "running")]


# ---------------------------------------------------------------- taking on


def test_whoever_was_told_takes_it_on_and_those_who_wait_hear_of_it(cast, silent):
    step = product_head_step(cast)
    take_on(step.pk, by=cast.by("product_head"))
    assert LadderStep.objects.get(pk=step.pk).acknowledged_at is not None
    heard = Notification.objects.get(unique_key=f"ladder-taken-on:{step.pk}", person=cast.lead)
    assert "王磊" in heard.title
    with pytest.raises(TransitionNotAllowed):
        take_on(step.pk, by=cast.by("product_head"))


@pytest.mark.parametrize("who", ["lead", "product_contact", "outsider", "pmo"])
def test_nobody_else_takes_it_on(who, cast, silent):
    with pytest.raises(NotFound):
        take_on(product_head_step(cast).pk, by=cast.by(who))


def test_the_rhythm_page_tells_to_whom_and_why_and_the_desk_too(cast, silent):
    client = Client()
    client.force_login(cast.persons["product_head"])
    page = client.get(reverse("insight:rhythm", args=[silent.pk])).content.decode()
    assert reverse("insight:take_on", args=[product_head_step(cast).pk]) in page
    assert page.count("take-on") == 1, "only what was escalated to me has a button for me"
    assert any("升级" in str(duty.why) for duty in duties_of(cast.by("product_head")))


def test_the_rhythm_page_costs_the_same_for_one_and_more_escalations(cast, silent, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.force_login(cast.lead)
    address = reverse("insight:rhythm", args=[silent.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    Ladder.objects.exclude(department=cast.product).update(state="stopped")
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    assert len(many) == len(one)


# ---------------------------------------------------------------- links


def link_in(message: Any) -> str:
    return re.search(r"(/messages/act/\S+)", message.body).group(1)


def test_the_mail_of_an_escalation_offers_to_take_it_on_and_its_token_is_in_the_mail_only(cast, silent):
    deliver_due()
    [message] = [m for m in mail.outbox if m.to == [cast.persons["product_head"].email] and "/messages/act/" in m.body]
    address = link_in(message)
    assert address not in "".join(Delivery.objects.values_list("body", flat=True))
    client = Client()
    for _robot in range(2):
        assert client.get(address).status_code == 200
        assert client.head(address).status_code in {200, 405}
    assert product_head_step(cast).acknowledged_at is None, "robots open links, and nothing happens"
    assert client.post(address).status_code == 200
    assert product_head_step(cast).acknowledged_at is not None
    assert client.post(address).status_code == 404


def confirm_link(cast: Any, project: Any, who: str = "product_contact") -> str:
    return make_action_link(cast.persons[who], CONFIRM, party(cast, project).pk)


def test_the_reminder_offers_to_confirm_the_draft_and_its_link_ends_with_the_day(cast, executed, fire, stopped_clock):
    fire("2026-05-11 16:30")
    deliver_due()
    [message] = [m for m in mail.outbox if m.to == [cast.persons["product_contact"].email] and "act/" in m.body]
    address = link_in(message)
    page = Client().get(address).content.decode()
    assert "TOP10 SKU库存盘点" in page
    assert not DailyUpdate.objects.exists()
    assert Client().post(address).status_code == 200
    update = DailyUpdate.objects.get()
    assert (update.posted_by, update.day) == (cast.persons["product_contact"], date(2026, 5, 11))
    assert Client().post(address).status_code == 404, "used once"
    link = ActionLink.objects.get(purpose=CONFIRM, person=cast.persons["product_contact"])
    assert link.expires_at.astimezone(stopped_clock.moment.tzinfo) <= stopped_clock.moment + timedelta(hours=8)


def test_when_the_day_is_over_the_link_is_dead(cast, executed, fire, stopped_clock):
    fire("2026-05-11 16:30")
    deliver_due()
    [message] = [m for m in mail.outbox if m.to == [cast.persons["product_contact"].email] and "act/" in m.body]
    stopped_clock.at("2026-05-12 00:01")
    assert Client().post(link_in(message)).status_code == 404
    assert not DailyUpdate.objects.exists()


def test_a_mail_that_goes_out_after_the_day_offers_nothing(cast, executed, fire, stopped_clock):
    fire("2026-05-11 16:30")
    stopped_clock.at("2026-05-12 08:00")
    deliver_due()
    assert not [m for m in mail.outbox if "/messages/act/" in m.body]


def test_late_work_wants_its_reason_and_is_not_confirmed_by_link(cast, executed, count, stopped_clock):
    stopped_clock.at("2026-05-14 10:00")
    address = confirm_link(cast, executed)
    page = Client().get(address).content.decode()
    assert reverse("execution:daily_write", args=[executed.pk, "2026-05-14", cast.product.pk]) in page
    assert "原因" in page
    assert "确认今日填报" not in page, "there is no button"
    assert Client().post(address).status_code == 409
    assert not DailyUpdate.objects.exists()


@pytest.mark.parametrize("change", ["disabled", "signed out", "no longer the contact", "tampered", "other purpose"])
def test_a_link_that_is_not_this_persons_act_any_more_does_nothing(change, cast, executed):
    address = confirm_link(cast, executed)
    match change:
        case "disabled":
            Person.objects.filter(pk=cast.persons["product_contact"].pk).update(is_active=False)
        case "signed out":
            Person.objects.filter(pk=cast.persons["product_contact"].pk).update(session_epoch=99)
        case "no longer the contact":
            Party.objects.update(contact=None)
        case "tampered":
            address = address[:-2] + ("A" if address[-2] != "A" else "B") + "/"
        case _:
            ActionLink.objects.update(purpose=TAKE_ON)
    assert Client().post(address).status_code in {404, 409}
    assert not DailyUpdate.objects.exists()


def test_a_group_never_gets_a_link_that_acts(cast, executed, fire):
    from tongzhou.messaging.models import GroupMessage

    fire("2026-05-11 17:00")
    assert not [row for row in GroupMessage.objects.all() if "/messages/act/" in f"{row.body}{row.link}"]
    assert settings.TONGZHOU_PUBLIC_URL
