"""Reminders and escalation of unanswered requests, on the working-day calendar with its make-up days."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from tests.alignment.filing import ask_of, filled, submitted
from tests.cast import Cast
from tests.conftest import SHANGHAI
from tongzhou.alignment.models import Ask
from tongzhou.alignment.services import answer_ask, reply_to_ask, submit_collab
from tongzhou.cadence.models import Occasion
from tongzhou.cadence.services import fire_due
from tongzhou.core.models import AuditEvent
from tongzhou.messaging.models import Notification
from tongzhou.people.models import Department, Headship
from tongzhou.projects.queries import projects_for
from tongzhou.projects.services import resume_project, suspend_project


def local(moment: Any) -> str:
    return f"{timezone.localtime(moment, SHANGHAI):%Y-%m-%d %H:%M}"


def told(cast: Cast, part: str) -> int:
    return Notification.objects.filter(person=cast.persons[part]).count()


def events(name: str) -> int:
    return AuditEvent.objects.filter(name=name).count()


@pytest.mark.parametrize(
    ("sent", "due"),
    [
        ("2026-05-11 09:30", "2026-05-13 09:30"),
        ("2026-05-15 18:40", "2026-05-19 18:40"),  # Friday evening → Tuesday
        ("2026-05-16 11:00", "2026-05-19 11:00"),  # Saturday → Tuesday
        ("2026-04-30 10:00", "2026-05-07 10:00"),  # Labour Day 1–5 May: Wednesday 6 and Thursday 7
        ("2026-09-24 10:00", "2026-09-29 10:00"),  # Mid-Autumn on the 25th: Monday 28 and Tuesday 29
    ],
)
def test_departments_have_two_working_days(cast: Cast, stopped_clock: Any, sent: str, due: str) -> None:
    collab = filled(cast, "product")
    Ask.objects.update(due="2026-12-01")
    type(collab.project).objects.update(ends_on="2026-12-31")
    stopped_clock.at(sent)
    collab.request_date = stopped_clock.moment.date()
    collab.save()

    submit_collab(collab.project_id, by=cast.by("lead"))

    reply_due = ask_of(cast, "product").reply_due_at
    assert reply_due is not None
    assert local(reply_due) == due


def test_a_silent_department_is_reminded_twice_and_then_passed_up_the_line(cast: Cast, stopped_clock: Any) -> None:
    company = Department.objects.create(name="公司", code="company")
    Headship.objects.create(department=company, person=cast.persons["outsider"], since="2020-01-01")
    Department.objects.filter(pk=cast.departments["product"].pk).update(parent=company)
    collab = filled(cast, "product")
    type(collab.project).objects.update(sponsor=cast.persons["sponsor"])
    stopped_clock.at("2026-05-15 18:40")
    submit_collab(collab.project_id, by=cast.by("lead"))
    planned = Occasion.objects.order_by("due_at").values_list("kind", "due_at")
    assert [(kind, local(at)) for kind, at in planned] == [
        ("alignment.reply_reminder", "2026-05-19 14:00"),
        ("alignment.reply_reminder", "2026-05-19 18:40"),
        ("cadence.ladder_step", "2026-05-20 18:00"),
    ]
    assert (told(cast, "product_head"), told(cast, "product_contact")) == (1, 1)

    stopped_clock.at("2026-05-18 23:00")
    assert fire_due() == 0
    stopped_clock.at("2026-05-19 14:00")
    assert (fire_due(), told(cast, "product_head"), told(cast, "outsider")) == (1, 2, 0)
    stopped_clock.at("2026-05-19 18:41")
    assert (fire_due(), told(cast, "product_head")) == (1, 3)

    stopped_clock.at("2026-05-20 18:40")
    assert fire_due() == 1
    assert told(cast, "outsider") == 1
    assert projects_for(cast.by("outsider")).filter(pk=collab.project_id).exists()
    stopped_clock.at("2026-05-21 18:40")
    assert (fire_due(), told(cast, "sponsor")) == (1, 1)
    stopped_clock.at("2026-05-22 18:40")
    assert (fire_due(), told(cast, "pmo")) == (1, 1)
    stopped_clock.at("2026-06-30 18:40")
    assert fire_due() == 0
    assert (ask_of(cast, "product").escalation_level, events("cadence.ladder.climbed")) == (3, 3)


def test_steps_that_do_not_exist_are_left_out_of_the_line(cast: Cast, stopped_clock: Any) -> None:
    submitted(cast, "product")
    stopped_clock.at("2026-05-14 09:30")
    fire_due()
    assert told(cast, "pmo") == 1
    assert ask_of(cast, "product").escalation_level == 1


def test_a_department_that_answered_is_left_in_peace(cast: Cast, stopped_clock: Any) -> None:
    submitted(cast, "product")
    ask = ask_of(cast, "product")
    reply_to_ask(ask.pk, ask.version, "accept", by=cast.by("product_head"))
    stopped_clock.at("2026-05-20 09:30")
    fire_due()
    assert (events("alignment.ask.reminded"), events("cadence.ladder.climbed")) == (0, 0)


def test_a_changed_ask_has_its_own_clock_and_the_old_one_says_nothing(cast: Cast, stopped_clock: Any) -> None:
    submitted(cast, "product")
    ask = ask_of(cast, "product")
    stopped_clock.at("2026-05-12 16:00")
    answer_ask(ask.pk, ask.version, "change", request_item="盘点TOP20 SKU", by=cast.by("lead"))
    # The old occasions come back, as if calling them off had been lost.
    Occasion.objects.update(state="waiting")

    stopped_clock.at("2026-05-13 10:00")
    assert fire_due() == 2
    assert events("alignment.ask.reminded") == 0
    stopped_clock.at("2026-05-14 16:00")
    fire_due()
    assert events("alignment.ask.reminded") == 2


def test_a_suspended_project_reminds_nobody_until_it_goes_on(cast: Cast, stopped_clock: Any) -> None:
    collab = submitted(cast, "product")
    suspend_project(collab.project_id, "等预算", by=cast.by("lead"))
    stopped_clock.at("2026-05-13 09:30")
    fire_due()
    assert events("alignment.ask.reminded") == 0
    resume_project(collab.project_id, by=cast.by("lead"))
    stopped_clock.at("2026-05-14 09:30")
    fire_due()
    assert events("alignment.ask.reminded") > 0


def test_asking_the_same_again_in_the_same_moment_keeps_its_reminders(cast: Cast, stopped_clock: Any) -> None:
    submitted(cast, "product")
    ask = ask_of(cast, "product")
    answer_ask(ask.pk, ask.version, "change", request_item="盘点TOP20 SKU", by=cast.by("lead"))
    stopped_clock.at("2026-05-13 09:30")
    fire_due()
    assert events("alignment.ask.reminded") == 2
