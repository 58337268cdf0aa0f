"""Dependency promises: both contact persons confirm; a slip is told at once; a step taken back brings them back."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Cast
from tests.planning.conftest import Add
from tests.planning.working import both_confirm, messages_of, two_departments
from tongzhou.core.errors import Conflict, InvalidInput, NotAllowed
from tongzhou.messaging.models import Notification
from tongzhou.planning import queries, services
from tongzhou.planning.models import Plan, Promise, PromiseWord, Task
from tongzhou.planning.predecessors import read_predecessors
from tongzhou.projects import duties
from tongzhou.projects.models import Project


def undo(cast: Cast, project: Project) -> None:
    last = Plan.objects.get(project=project).steps.first()
    assert last is not None
    services.undo_step(project.pk, last.number, by=cast.by("lead"))


def told_late(cast: Cast, part: str) -> list[str]:
    return [text for text in messages_of(cast, part) if "晚于约定" in text]


def test_a_link_between_departments_waits_for_both_contact_persons(cast: Cast, project: Project) -> None:
    before, _after, promise = two_departments(cast, project)
    text = queries.promise_text(promise)
    assert text == ("《渠道铺货》需要产品部在 2026-05-13 前交付“库存盘点报告”，验收标准：差异率不超过1%")
    assert (promise.due, promise.state) == (before.finish, "waiting")
    services.confirm_promise(promise.pk, "provider", shown=promise.stamp, by=cast.by("product_contact"))
    promise.refresh_from_db()
    assert promise.state == "waiting"
    services.confirm_promise(promise.pk, "receiver", shown=promise.stamp, by=cast.by("sales_contact"))
    promise.refresh_from_db()
    assert (promise.state, promise.promised_due) == ("confirmed", before.finish)


def test_a_link_inside_a_department_promises_nothing(cast: Cast, project: Project, add: Add) -> None:
    first = add("盘点", 2)
    add("补货", 2, after=first)
    assert not Promise.objects.exists()


def test_a_confirmation_remembers_exactly_what_was_confirmed(cast: Cast, project: Project) -> None:
    before, _after, promise = two_departments(cast, project)
    both_confirm(cast, promise)
    services.change_task(before.pk, None, {"deliverable": "盘点表与差异说明"}, by=cast.by("lead"))
    words = list(PromiseWord.objects.order_by("pk"))
    assert [word.terms["item"] for word in words] == ["库存盘点报告", "库存盘点报告"]
    promise.refresh_from_db()
    assert (promise.item, promise.state, promise.promised_due) == ("盘点表与差异说明", "waiting", None)
    assert any("重新确认" in text for text in messages_of(cast, "product_contact"))


@pytest.mark.parametrize(("part", "side"), [
    ("lead", "provider"), ("product_contact", "receiver"), ("sales_contact", "provider"), ("pmo", "receiver"),
    ("product_member", "provider"),
])  # fmt: skip
def test_nobody_confirms_for_another_department(cast: Cast, project: Project, part: str, side: str) -> None:
    _before, _after, promise = two_departments(cast, project)
    with pytest.raises(NotAllowed):
        services.confirm_promise(promise.pk, side, shown=promise.stamp, by=cast.by(part))


def test_what_has_changed_since_it_was_read_is_not_confirmed(cast: Cast, project: Project) -> None:
    before, _after, promise = two_departments(cast, project)
    services.change_task(before.pk, None, {"duration": 5}, by=cast.by("lead"))
    with pytest.raises(Conflict):
        services.confirm_promise(promise.pk, "provider", shown=promise.stamp, by=cast.by("product_contact"))
    assert not PromiseWord.objects.exists()


def test_an_objection_goes_to_the_lead_with_its_reason(cast: Cast, project: Project) -> None:
    before, _after, promise = two_departments(cast, project)
    with pytest.raises(InvalidInput):
        services.object_to_promise(promise.pk, "provider", "", shown=promise.stamp, by=cast.by("product_contact"))
    services.object_to_promise(promise.pk, "provider", "人手不够", shown=promise.stamp, by=cast.by("product_contact"))
    promise.refresh_from_db()
    assert promise.state == "objected"
    assert any("有异议" in str(duty.title) for duty in duties.duties_of(cast.by("lead")))
    assert any("提出异议" in text for text in messages_of(cast, "sales_contact"))
    services.change_task(before.pk, None, {"duration": 5}, by=cast.by("lead"))
    promise.refresh_from_db()
    assert promise.state == "waiting"


def test_when_the_predecessor_slips_who_waits_hears_of_it_at_once(cast: Cast, project: Project) -> None:
    before, after, promise = two_departments(cast, project)
    services.change_task(after.pk, None, {"owner_id": cast.technology_contact.pk}, by=cast.by("lead"))
    both_confirm(cast, promise)
    services.change_task(before.pk, None, {"duration": 5}, by=cast.by("lead"))
    promise.refresh_from_db()
    assert promise.is_slipping
    assert queries.late_by([promise]) == {promise.pk: 2}
    assert len(told_late(cast, "sales_contact")) == 1
    assert len(told_late(cast, "technology_contact")) == 1
    assert told_late(cast, "product_contact") == []
    body = Notification.objects.filter(person=cast.sales_contact, title__contains="晚于约定").get().body
    assert "由 2026-05-13 推迟到 2026-05-15，晚 2 个工作日" in body
    assert "由 2026-05-14 推到 2026-05-18" in body


def test_moving_earlier_keeps_the_promise_and_tells_nobody(cast: Cast, project: Project) -> None:
    before, _after, promise = two_departments(cast, project)
    both_confirm(cast, promise)
    services.change_task(before.pk, None, {"duration": 1}, by=cast.by("lead"))
    promise.refresh_from_db()
    assert promise.state == "confirmed"
    assert told_late(cast, "sales_contact") == []


def test_a_step_that_is_taken_back_brings_the_promise_back(cast: Cast, project: Project) -> None:
    before, _after, promise = two_departments(cast, project)
    both_confirm(cast, promise)
    services.change_task(before.pk, None, {"duration": 5}, by=cast.by("lead"))
    undo(cast, project)
    promise.refresh_from_db()
    assert (promise.state, promise.is_slipping) == ("confirmed", False)
    assert any("恢复按约定时间" in text for text in messages_of(cast, "sales_contact"))
    services.set_predecessors(promise.successor_id, [], by=cast.by("lead"))
    promise.refresh_from_db()
    assert promise.state == "ended"
    undo(cast, project)
    promise.refresh_from_db()
    assert promise.state == "confirmed"
    services.remove_tasks(project.pk, [before.pk], by=cast.by("lead"))
    assert Promise.objects.get().state == "ended"
    undo(cast, project)
    assert Promise.objects.get().state == "confirmed"


def test_another_kind_of_link_is_another_promise(cast: Cast, project: Project) -> None:
    before, after, promise = two_departments(cast, project)
    both_confirm(cast, promise)
    services.set_predecessors(after.pk, read_predecessors(f"{before.number}SS+1"), by=cast.by("lead"))
    promise.refresh_from_db()
    assert (promise.state, promise.due) == ("waiting", before.start)
    assert "前开始" in queries.promise_text(promise)


def test_the_contact_persons_have_it_on_their_desks(cast: Cast, project: Project) -> None:
    _before, _after, promise = two_departments(cast, project)

    def waits(part: str) -> bool:
        return any("跨部门依赖" in str(duty.title) for duty in duties.duties_of(cast.by(part)))

    assert (waits("product_contact"), waits("sales_contact"), waits("product_head"), waits("lead")) == (
        True, True, False, False,
    )  # fmt: skip
    services.confirm_promise(promise.pk, "provider", shown=promise.stamp, by=cast.by("product_contact"))
    assert (waits("product_contact"), waits("sales_contact")) == (False, True)


def test_a_step_over_many_links_asks_no_more_of_the_database(cast: Cast, project: Project) -> None:
    def chain(count: int) -> Task:
        """One task of product on which many of sales wait, all confirmed."""
        first = services.add_task(
            project.pk, {"title": "盘点", "duration": 2, "department_id": cast.product.pk}, by=cast.by("lead")
        )
        facts = {"title": "页面", "duration": 1, "department_id": cast.sales.pk}
        for task in services.add_tasks(project.pk, [facts] * count, by=cast.by("lead")):
            services.link_tasks(first.pk, task.pk, by=cast.by("lead"))
        for promise in Promise.objects.filter(predecessor=first):
            both_confirm(cast, promise)
        return first

    def slip(task: Task) -> int:
        with CaptureQueriesContext(connection) as found:
            services.change_task(task.pk, None, {"duration": 6}, by=cast.by("lead"))
        return len([query for query in found if "SAVEPOINT" not in query["sql"]])

    first, one, many = chain(1), chain(1), chain(6)
    # The first slip of the day also plans the evening's digest.
    slip(first)
    assert slip(many) == slip(one)
    assert Promise.objects.filter(predecessor=many, due__gt=F("promised_due")).count() == 6
    assert len(told_late(cast, "sales_contact")) == 2
    assert len([text for text in messages_of(cast, "sales_contact") if "推迟了" in text]) == 1


def test_the_page_lists_filters_and_confirms(cast: Cast, project: Project) -> None:
    _before, _after, promise = two_departments(cast, project)
    client = Client()
    client.force_login(cast.product_contact)
    address = reverse("planning:promises", args=[project.pk])
    text = client.get(address, {"show": "todo"}).content.decode()
    assert "库存盘点报告" in text
    assert "代表产品部确认" in text
    assert "代表销售部确认" not in text
    sent = {"side": "provider", "shown": promise.stamp}
    client.post(reverse("planning:promise_confirm", args=[project.pk, promise.pk]), sent)
    assert "库存盘点报告" not in client.get(address, {"show": "todo"}).content.decode()
    assert "赵敏" in client.get(address).content.decode()
    stale = client.post(
        reverse("planning:promise_confirm", args=[project.pk, promise.pk]), {"side": "provider", "shown": "x"}
    )
    assert stale.status_code == 409
    client.force_login(cast.lead)
    marks = client.get(reverse("planning:gantt_data", args=[project.pk])).json()["promises"]
    assert list(marks.values()) == ["waiting"]
    task_page = client.get(reverse("planning:task", args=[project.pk, promise.successor_id])).content.decode()
    assert f"#promise-{promise.pk}" in task_page


def test_the_page_asks_no_more_for_more_promises(cast: Cast, project: Project) -> None:
    client = Client()
    client.force_login(cast.product_contact)
    address = reverse("planning:promises", args=[project.pk])

    def count() -> int:
        before, _after, promise = two_departments(cast, project)
        both_confirm(cast, promise)
        services.change_task(before.pk, None, {"duration": 6}, by=cast.by("lead"))
        client.get(address)
        with CaptureQueriesContext(connection) as found:
            client.get(address)
        return len(found)

    one = count()
    count()
    assert count() == one
