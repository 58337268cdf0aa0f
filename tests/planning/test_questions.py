"""C is asked: a question with a due date, an answer of each, reminded on the working calendar."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.conftest import Clock
from tests.planning.working import incident, letters, messages_of, task_of
from tongzhou.cadence.services import fire_due
from tongzhou.core.errors import Conflict, InvalidInput, NotAllowed, TransitionNotAllowed
from tongzhou.planning import services
from tongzhou.planning.models import Question, Task
from tongzhou.projects import duties
from tongzhou.projects import services as projects


@pytest.fixture
def task(cast: Cast) -> Task:
    """Product does it; the sales department and a person of technology are consulted."""
    found = task_of(cast, incident(cast))
    letters(cast, found, product="RA", sales="C", technology_contact="C")
    return found


def titles(cast: Cast, part: str) -> list[str]:
    return [str(duty.title) for duty in duties.duties_of(cast.by(part))]


def test_everybody_consulted_is_asked_and_each_answers(cast: Cast, task: Task) -> None:
    question = services.ask_question(task.pk, "盘点方式有何意见？", by=cast.by("product_contact"))
    assert question.due_at.isoformat() == "2026-05-13T17:00:00+08:00"
    assert "请对“库存盘点”提出意见" in titles(cast, "sales_contact")
    assert "请对“库存盘点”提出意见" in titles(cast, "technology_contact")
    assert "请对“库存盘点”提出意见" not in titles(cast, "sales_head")
    assert any("征求您的意见" in text for text in messages_of(cast, "sales_contact"))
    sales, technology = question.opinions.order_by("pk")
    services.answer_question(sales.pk, "周末盘点", by=cast.by("sales_contact"))
    assert Question.objects.get().state == "open"
    services.answer_question(technology.pk, "先停接口", by=cast.by("technology_contact"))
    assert Question.objects.get().state == "answered"
    assert len([text for text in messages_of(cast, "product_contact") if "答复" in text]) == 2


def test_only_who_is_consulted_answers(cast: Cast, task: Task) -> None:
    sales, technology = services.ask_question(task.pk, "有何意见？", by=cast.by("lead")).opinions.order_by("pk")
    with pytest.raises(NotAllowed):
        services.answer_question(sales.pk, "我来说", by=cast.by("lead"))
    with pytest.raises(NotAllowed):
        services.answer_question(technology.pk, "我来说", by=cast.by("technology_head"))
    services.answer_question(sales.pk, "部门意见", by=cast.by("sales_head"))


def test_who_neither_does_nor_leads_does_not_ask(cast: Cast, task: Task) -> None:
    with pytest.raises(NotAllowed):
        services.ask_question(task.pk, "有何意见？", by=cast.by("sales_head"))


def test_without_anybody_consulted_or_in_the_past_nothing_is_asked(cast: Cast, task: Task) -> None:
    with pytest.raises(InvalidInput) as refusal:
        services.ask_question(task.pk, "有何意见？", due_on=date(2026, 5, 8), by=cast.by("lead"))
    assert "due_on" in refusal.value.fields
    letters(cast, task, sales="", technology_contact="")
    with pytest.raises(InvalidInput):
        services.ask_question(task.pk, "有何意见？", by=cast.by("lead"))
    assert not Question.objects.exists()


def test_who_has_not_answered_is_reminded_before_and_when_due(cast: Cast, task: Task, stopped_clock: Clock) -> None:
    question = services.ask_question(task.pk, "有何意见？", by=cast.by("product_contact"))
    services.answer_question(question.opinions.order_by("pk")[0].pk, "可以", by=cast.by("sales_contact"))
    stopped_clock.at("2026-05-12 17:01")
    fire_due()
    stopped_clock.at("2026-05-13 17:01")
    fire_due()
    fire_due()
    asked = [text for text in messages_of(cast, "technology_contact") if "库存盘点" in text]
    assert len(asked) == 3
    assert len([text for text in messages_of(cast, "sales_contact") if "库存盘点" in text]) == 1
    assert messages_of(cast, "product_contact")[-1].startswith("“库存盘点”仍有意见未收到")


def test_an_answer_ends_the_reminding(cast: Cast, task: Task, stopped_clock: Clock) -> None:
    question = services.ask_question(task.pk, "有何意见？", by=cast.by("product_contact"))
    services.close_question(question.pk, by=cast.by("product_contact"))
    before = messages_of(cast, "sales_contact")
    stopped_clock.at("2026-05-14 09:00")
    fire_due()
    assert messages_of(cast, "sales_contact") == before
    with pytest.raises(Conflict):
        services.answer_question(question.opinions.all()[0].pk, "晚了", by=cast.by("sales_contact"))
    with pytest.raises(TransitionNotAllowed):
        services.close_question(question.pk, by=cast.by("product_contact"))


def test_a_suspended_project_reminds_nobody(cast: Cast, task: Task, stopped_clock: Clock) -> None:
    services.ask_question(task.pk, "有何意见？", by=cast.by("product_contact"))
    projects.suspend_project(task.project_id, "等政策", by=cast.by("lead"))
    before = len(messages_of(cast, "technology_contact"))
    stopped_clock.at("2026-05-13 18:00")
    fire_due()
    assert len(messages_of(cast, "technology_contact")) == before


def test_with_the_beginning_of_the_work_the_question_is_offered(cast: Cast, task: Task) -> None:
    assert "就“库存盘点”征求咨询人意见" not in titles(cast, "product_contact")
    services.start_task(task.pk, by=cast.by("product_contact"))
    assert "就“库存盘点”征求咨询人意见" in titles(cast, "product_contact")
    client = Client()
    client.force_login(cast.product_contact)
    text = client.get(reverse("planning:task", args=[task.project_id, task.pk])).content.decode()
    assert "请在 5月13日 前对《库存盘点》提出意见" in text or "请在 05-13 前对《库存盘点》提出意见" in text
    services.ask_question(task.pk, "有何意见？", by=cast.by("product_contact"))
    assert "就“库存盘点”征求咨询人意见" not in titles(cast, "product_contact")


def test_opinions_stand_on_the_page_of_the_task(cast: Cast, task: Task) -> None:
    question = services.ask_question(task.pk, "<b>有何意见？</b>", by=cast.by("lead"))
    services.answer_question(question.opinions.order_by("pk")[0].pk, "周末盘点", by=cast.by("sales_contact"))
    client = Client()
    client.force_login(cast.technology_contact)
    address = reverse("planning:task", args=[task.project_id, task.pk])
    text = client.get(address).content.decode()
    assert "周末盘点" in text
    assert "&lt;b&gt;有何意见" in text
    opinion = question.opinions.order_by("pk")[1]
    sent = client.post(reverse("planning:question_answer", args=[task.project_id, opinion.pk]), {"text": "先停接口"})
    assert sent.status_code == 302
    assert "先停接口" in client.get(address).content.decode()
