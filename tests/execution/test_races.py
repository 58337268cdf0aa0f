"""Two of one department post at once, and two clocks compose at once."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from tests.cast import Cast, build_cast
from tests.planning.test_resource_races import at_once
from tests.projects.conftest import begin
from tongzhou.cadence.services import fire_due
from tongzhou.core.errors import DomainError
from tongzhou.execution import services
from tongzhou.execution.models import DailyMessage, DailyUpdate
from tongzhou.execution.queries.drafts import DraftLine
from tongzhou.messaging.models import Notification
from tongzhou.planning import services as planning
from tongzhou.planning.models import Task
from tongzhou.projects import services as projects
from tongzhou.projects.models import Project

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return build_cast()


@pytest.fixture
def executed(cast: Cast) -> Project:
    project = begin(cast)
    projects.pass_gate(project.pk, 1, by=cast.by("pmo"), reason="测试")
    planning.set_default_communication(project.pk, by=cast.by("lead"))
    projects.pass_gate(project.pk, 2, by=cast.by("pmo"), reason="测试")
    return Project.objects.get(pk=project.pk)


def test_two_first_posts_at_once_give_one_update_and_one_refusal(cast: Cast, executed: Project) -> None:
    def post(part: str, text: str):
        by = cast.by(part)
        parts = {"done": [DraftLine(text)]}
        return lambda: services.post_update(
            executed.pk, cast.departments["product"].pk, date(2026, 5, 11), parts, by=by
        )

    answers = at_once([post("product_contact", "接口人写的"), post("product_head", "负责人写的")])
    refused = [answer for answer in answers if isinstance(answer, DomainError)]
    assert [refusal.status for refusal in refused] == [409]
    kept = DailyUpdate.objects.get().lines.get().text
    mine = {"接口人写的", "负责人写的"} - {kept}
    assert (refused[0].mine["done"], refused[0].theirs["done"]) == (mine.pop(), kept)


def test_two_clocks_at_five_compose_one_message(cast: Cast, executed: Project, stopped_clock) -> None:
    stopped_clock.at("2026-05-11 17:00")
    at_once([fire_due, fire_due, fire_due])
    assert DailyMessage.objects.count() == 1
    told = list(
        Notification.objects.filter(unique_key__startswith="execution.daily:").values_list("person_id", flat=True)
    )
    assert len(told) == len(set(told)) > 0


def test_the_api_answers_a_stale_post_with_both(cast: Cast, executed: Project) -> None:
    client = Client()
    client.force_login(cast.persons["product_contact"])
    address = f"/api/v1/projects/{executed.pk}/updates/2026-05-11/{cast.departments['product'].pk}"

    def post(text: str, key: str):
        return client.post(
            address, {"done": [{"text": text}]}, content_type="application/json", headers={"Idempotency-Key": key}
        )

    assert post("第一份", "a").status_code == 201
    assert post("第一份", "a").status_code == 201
    stale = post("第二份", "b")
    assert stale.status_code == 409
    assert (stale.json()["mine"]["done"], stale.json()["theirs"]["done"]) == ("第二份", "第一份")
    assert DailyUpdate.objects.count() == 1


def test_ten_who_move_cards_at_once_leave_each_card_with_one_of_their_moves(cast: Cast, executed: Project) -> None:
    Project.objects.filter(pk=executed.pk).update(phase="planning")
    product = cast.departments["product"].pk
    tasks = [
        planning.add_task(executed.pk, {"title": title, "duration": 3, "department_id": product}, by=cast.by("lead"))
        for title in ("盘点", "补货", "上架")
    ]
    Project.objects.filter(pk=executed.pk).update(phase="executing")
    seen = {task.pk: Task.objects.get(pk=task.pk).version for task in tasks}

    def move(number: int):
        by = cast.by("product_contact" if number % 2 else "product_head")
        return lambda: services.act_on_tasks(executed.pk, seen, "progress", percent=number, by=by)

    answers = at_once([move(number) for number in range(10, 20)])
    refused = [answer for answer in answers if isinstance(answer, DomainError)]
    assert ([answer for answer in answers if answer == 3], len(refused)) == ([3], 9)
    assert {refusal.status for refusal in refused} == {409}
    # All three cards bear the same move, each written once.
    stored = Task.objects.filter(pk__in=seen)
    assert len({task.percent for task in stored}) == 1
    assert {task.pk: task.version - 1 for task in stored} == seen
