"""The board shows what the tasks say: one filter for every view, one act on many, views that are kept."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tongzhou.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, StaleWrite
from tongzhou.execution import queries, services
from tongzhou.execution.board_filters import RISKS, STATUSES, BoardFilter, BoardLook, Group, Look
from tongzhou.execution.models import BoardView, TaskDelay
from tongzhou.planning import services as planning
from tongzhou.planning.models import Task
from tongzhou.projects import services as projects

pytestmark = pytest.mark.django_db
keys = st.lists(st.integers(1, 2**40), unique=True, max_size=4).map(tuple)


@pytest.fixture
def design(add, cast):
    """It is due the day after the stock count, and waits for nobody."""
    return add("活动页面设计", 4, owner_id=cast.persons["product_contact"].pk)


@pytest.fixture
def executed(design, executed):
    """The work begins when the plan is complete."""
    return executed


def shown(project, cast, part="product_member", **wanted):
    """The titles the filter leaves, in the board's order."""
    return [task.title for task in queries.board_tasks(project, BoardFilter(**wanted), cast.by(part))]


def rows_of(data):
    return {row[0]: dict(zip(data["columns"], row, strict=True)) for row in data["tasks"]}


@given(
    st.builds(
        BoardLook,
        st.sampled_from(Look.values),
        st.sampled_from(Group.values),
        st.builds(
            BoardFilter,
            keys,
            keys,
            keys,
            st.lists(st.sampled_from(STATUSES), unique=True).map(tuple),
            st.lists(st.sampled_from(RISKS), unique=True).map(tuple),
            st.booleans(),
            st.booleans(),
            st.text(alphabet="页面设计&=%?a1", max_size=20).map(lambda text: " ".join(text.split())),
        ),
    )
)
def test_what_stands_in_the_address_is_read_as_it_was_written(seen):
    assert BoardLook.read(QueryDict(seen.query)) == seen


@pytest.mark.parametrize(
    "query", ["department=x&owner=-1&status=odd&risk=9&view=3d&group=moon", "department=" + "9" * 40]
)
def test_nonsense_in_the_address_is_passed_over(query):
    assert BoardLook.read(QueryDict(query)) == BoardLook()


def test_each_filter_leaves_its_tasks_the_soonest_due_first(cast, executed, count, design, stopped_clock):
    assert shown(executed, cast) == ["TOP10 SKU库存盘点", "活动页面设计"]
    stopped_clock.at("2026-05-14 10:00")
    services.state_delay(count.pk, "high", "扫码枪未到", by=cast.by("product_contact"))
    planning.start_task(design.pk, by=cast.by("product_contact"))
    assert shown(executed, cast, late=True) == ["TOP10 SKU库存盘点"]
    assert shown(executed, cast, statuses=("late",)) == ["TOP10 SKU库存盘点"]
    assert shown(executed, cast, statuses=("in_progress",)) == ["活动页面设计"]
    assert shown(executed, cast, risks=("high",)) == ["TOP10 SKU库存盘点"]
    assert shown(executed, cast, risks=("none",)) == ["活动页面设计"]
    assert shown(executed, cast, mine=True) == ["TOP10 SKU库存盘点"]
    assert shown(executed, cast, owners=(cast.persons["product_contact"].pk,)) == ["活动页面设计"]
    assert shown(executed, cast, departments=(cast.departments["sales"].pk,)) == []
    assert shown(executed, cast, text="扫码枪") == ["TOP10 SKU库存盘点"]
    Task.objects.filter(pk=design.pk).update(number=77)
    assert shown(executed, cast, text="77") == ["活动页面设计"]


def test_late_is_what_a_working_day_has_gone_by_for(cast, executed, count, stopped_clock):
    lates = []
    for moment in ("2026-05-13 20:00", "2026-05-14 09:00", "2026-05-16 09:00"):
        stopped_clock.at(moment)
        data = queries.board_data(executed, BoardFilter(), cast.by("product_member"))
        late = rows_of(data)[count.pk]["late"]
        assert (late > 0) == ("TOP10 SKU库存盘点" in shown(executed, cast, late=True))
        lates.append(late)
    # Saturday, 16 May, is no working day: nothing is added.
    assert lates == [0, 1, 2]


def test_the_data_say_who_may_do_what(cast, executed, count):
    member = queries.board_data(executed, BoardFilter(), cast.by("product_member"))
    assert (member["mine"], member["accepts"]) == ([count.pk], {})
    report = planning.report_done(count.pk, evidence="10个SKU盘点完毕", by=cast.by("product_member"))
    head = queries.board_data(executed, BoardFilter(), cast.by("product_head"))
    assert head["accepts"] == {count.pk: report.pk}
    assert (rows_of(head)[count.pk]["status"], rows_of(head)[count.pk]["report"]) == ("reported", report.pk)


def test_an_open_board_fetches_only_what_has_changed(cast, executed, count, design):
    before = queries.board_data(executed, BoardFilter(), cast.by("lead"))["seq"]
    assert queries.board_changes(executed, BoardFilter(), cast.by("lead"), before)["tasks"] == []
    planning.start_task(count.pk, by=cast.by("product_member"))
    told = queries.board_changes(executed, BoardFilter(), cast.by("lead"), before)
    assert ([row[0] for row in told["tasks"]], told["gone"], told["reload"]) == ([count.pk], [], False)
    waiting = BoardFilter(statuses=("not_started",))
    assert queries.board_changes(executed, waiting, cast.by("lead"), before)["gone"] == [count.pk]
    projects.change_project(executed.pk, None, {"name": "618大促"}, by=cast.by("lead"))
    assert queries.board_changes(executed, BoardFilter(), cast.by("lead"), before)["reload"] is True


def test_board_and_gantt_show_the_same_tasks_and_summaries_above_them(cast, add, planned):
    above = add("备货", 1)
    below = planning.add_task(planned.pk, {"title": "上架", "duration": 2}, parent_id=above.pk, by=cast.by("lead"))
    add("直播", 1)
    wanted = BoardFilter(text="上架")
    assert shown(planned, cast, text="上架") == ["上架"]
    assert {row[0] for row in queries.board_gantt(planned, wanted, cast.by("lead"))["tasks"]} == {above.pk, below.pk}


def test_an_objective_is_reached_through_a_commitment_too(cast, executed, count):
    objective = executed.objectives.create(text="缺货率低于1%")
    product = cast.departments["product"]
    promise = executed.commitments.create(number=90, action="盘点库存", department=product, objective=objective)
    Task.objects.filter(pk=count.pk).update(commitment=promise)
    assert shown(executed, cast, objectives=(objective.pk,)) == ["TOP10 SKU库存盘点"]


def test_more_tasks_ask_no_more_queries(client, cast, executed):
    client.force_login(cast.persons["product_member"])
    addresses = [f"/projects/{executed.pk}/board/", f"/projects/{executed.pk}/board/data/"]
    for address in addresses:
        client.get(address)
        with CaptureQueriesContext(connection) as few:
            client.get(address)
        facts = {"start": date(2026, 5, 11), "finish": date(2026, 5, 12), "department": cast.departments["product"]}
        for number in range(15):
            place = 100 + Task.objects.count()
            Task.objects.create(project=executed, number=place, rank=place, title=f"上架第{number}批", **facts)
        with CaptureQueriesContext(connection) as many:
            client.get(address)
        assert len(many) == len(few)


# ---------------------------------------------------------------- one act on many


def test_one_act_does_it_to_all(cast, executed, count, design):
    done = services.act_on_tasks(executed.pk, {count.pk: 1, design.pk: None}, "start", by=cast.by("product_contact"))
    assert done == 2
    assert set(executed.tasks.values_list("status", flat=True)) == {"in_progress"}
    services.act_on_tasks(
        executed.pk, {count.pk: None, design.pk: None}, "risk", risk="low", reason="按期", by=cast.by("product_contact")
    )
    assert set(TaskDelay.objects.values_list("risk", "reason")) == {("low", "按期")}


def test_what_is_refused_for_one_is_done_to_none_and_names_it(cast, executed, count, design):
    planning.start_task(design.pk, by=cast.by("product_contact"))
    with pytest.raises(Conflict, match="活动页面设计"):
        services.act_on_tasks(executed.pk, {count.pk: None, design.pk: None}, "start", by=cast.by("product_contact"))
    assert Task.objects.get(pk=count.pk).status == "not_started"


def test_a_version_that_is_not_the_last_is_refused(cast, executed, count):
    planning.start_task(count.pk, by=cast.by("product_member"))
    for act, more in (("progress", {"percent": 30}), ("risk", {"risk": "low", "reason": "按期"})):
        with pytest.raises(Conflict, match="TOP10 SKU库存盘点"):
            services.act_on_tasks(executed.pk, {count.pk: count.version}, act, by=cast.by("product_contact"), **more)


def test_only_who_may_do_it_to_one_does_it_to_many(cast, executed, count):
    with pytest.raises(NotAllowed):
        services.act_on_tasks(executed.pk, {count.pk: None}, "start", by=cast.by("sales_contact"))
    with pytest.raises(NotAllowed):
        services.act_on_tasks(executed.pk, {count.pk: None}, "cancel", reason="不做", by=cast.by("product_member"))
    with pytest.raises(NotFound):
        services.act_on_tasks(executed.pk, {count.pk: None}, "start", by=cast.by("outsider"))


@pytest.mark.parametrize(
    ("act", "more", "field"),
    [
        ("progress", {}, "percent"),
        ("block", {}, "reason"),
        ("risk", {"risk": "odd", "reason": "x"}, "risk"),
        ("fly", {}, "act"),
    ],
)
def test_what_is_missing_is_said_at_its_field(cast, executed, count, act, more, field):
    with pytest.raises(InvalidInput) as refused:
        services.act_on_tasks(executed.pk, {count.pk: None}, act, by=cast.by("product_contact"), **more)
    assert list(refused.value.fields) == [field]


def test_tasks_of_another_project_are_not_there(cast, executed, count):
    with pytest.raises(NotFound):
        services.act_on_tasks(executed.pk, {count.pk: None, 10**9: None}, "start", by=cast.by("product_contact"))


# ---------------------------------------------------------------- owner and due date


def test_owner_and_due_are_changed_while_the_plan_is_open(cast, planned, count):
    head = cast.persons["product_head"].pk
    values = {"owner_id": head, "due": date(2026, 5, 15)}
    task = services.place_work(count.pk, count.version, values, by=cast.by("product_contact"))
    assert (task.owner_id, task.finish, task.duration) == (head, date(2026, 5, 15), 5)
    with pytest.raises(StaleWrite):
        services.place_work(count.pk, count.version, {"due": date(2026, 5, 14)}, by=cast.by("lead"))
    with pytest.raises(InvalidInput):
        services.place_work(count.pk, task.version, {"due": date(2026, 5, 8)}, by=cast.by("lead"))


def test_after_gate_2_they_change_only_through_a_change(cast, executed, count):
    with pytest.raises(NotAllowed):
        services.place_work(count.pk, count.version, {"due": date(2026, 5, 15)}, by=cast.by("lead"))


# ---------------------------------------------------------------- kept views


def test_a_view_is_kept_once_a_name_and_shared_if_wanted(cast, executed):
    mine = services.keep_view(executed.pk, " 延期 ", "?status=late&odd=1&view=table", by=cast.by("product_member"))
    assert (mine.name, mine.query) == ("延期", "view=table&status=late")
    services.keep_view(executed.pk, "延期", "late=1", shared=True, by=cast.by("product_member"))
    assert BoardView.objects.get().query == "late=1"
    services.keep_view(executed.pk, "我的", "mine=1", by=cast.by("product_member"))
    seen = queries.board_views_for(cast.by("sales_contact"), executed)
    assert [view.name for view in seen] == ["延期"]


def test_a_view_is_removed_by_who_keeps_it_or_who_runs_the_project(cast, executed):
    shared = services.keep_view(executed.pk, "延期", "late=1", shared=True, by=cast.by("product_member"))
    own = services.keep_view(executed.pk, "我的", "mine=1", by=cast.by("product_member"))
    with pytest.raises(NotAllowed):
        services.drop_view(shared.pk, by=cast.by("sales_contact"))
    with pytest.raises(NotFound):
        services.drop_view(own.pk, by=cast.by("lead"))
    services.drop_view(shared.pk, by=cast.by("lead"))
    services.drop_view(own.pk, by=cast.by("product_member"))
    assert not BoardView.objects.exists()


@pytest.mark.parametrize("name", ["", "   ", "长" * 61])
def test_a_view_needs_a_name_that_fits(cast, executed, name):
    with pytest.raises(InvalidInput):
        services.keep_view(executed.pk, name, "", by=cast.by("product_member"))


# ---------------------------------------------------------------- pages and API


@pytest.fixture
def member(client, cast) -> Client:
    client.force_login(cast.persons["product_member"])
    return client


def test_without_scripts_the_board_is_a_list_with_the_same_filters(member, executed):
    page = member.get(f"/projects/{executed.pk}/board/?q=盘点").content.decode()
    assert ("TOP10 SKU库存盘点" in page, "活动页面设计" in page) == (True, False)
    for look in Look.values:
        assert member.get(f"/projects/{executed.pk}/board/?view={look}").status_code == 200


def test_a_late_task_opened_on_the_board_asks_for_its_reason(member, executed, count, stopped_clock):
    stopped_clock.at("2026-05-14 10:00")
    address = f"/projects/{executed.pk}/board/tasks/{count.pk}/"
    page = member.get(address, headers={"HX-Request": "true"}).content.decode()
    assert ("为什么延期？风险多大？" in page, "迟1个工作日" in page) == (True, True)
    assert member.get(address).headers["Location"] == f"/projects/{executed.pk}/plan/tasks/{count.pk}/"


def test_who_only_looks_on_is_offered_nothing(client, cast, executed, count):
    client.force_login(cast.persons["sales_contact"])
    page = client.get(f"/projects/{executed.pk}/board/tasks/{count.pk}/", headers={"HX-Request": "true"})
    assert "data-send" not in page.content.decode()


def test_a_view_is_kept_from_the_page(member, executed):
    answer = member.post(f"/projects/{executed.pk}/board/views/", {"name": "延期", "query": "late=1", "shared": "on"})
    assert answer.headers["Location"] == f"/projects/{executed.pk}/board/?late=1"
    view = BoardView.objects.get()
    assert "延期" in member.get(f"/projects/{executed.pk}/board/").content.decode()
    member.post(f"/projects/{executed.pk}/board/views/{view.pk}/remove/", {"query": "view=table"})
    assert not BoardView.objects.exists()
    assert member.post(f"/projects/{executed.pk}/board/views/", {"name": ""}).status_code == 422


def test_page_data_and_api_agree(member, executed, count, stopped_clock):
    stopped_clock.at("2026-05-14 10:00")
    data = rows_of(member.get(f"/projects/{executed.pk}/board/data/?late=1").json())
    api = member.get(f"/api/v1/projects/{executed.pk}/board?late=true").json()
    assert [row["id"] for row in api["items"]] == list(data) == [count.pk]
    assert (api["count"], api["items"][0]["days_late"]) == (1, data[count.pk]["late"])


def test_the_api_acts_on_many_and_keeps_views(member, executed, count):
    base = f"/api/v1/projects/{executed.pk}/board"

    def send(method, address, body):
        return member.generic(method, address, json.dumps(body), content_type="application/json")

    started = send("POST", f"{base}/bulk", {"act": "start", "tasks": [{"id": count.pk, "version": count.version}]})
    assert started.json() == {"count": 1}
    stale = send("POST", f"{base}/bulk", {"act": "progress", "percent": 5, "tasks": [{"id": count.pk, "version": 1}]})
    assert (stale.status_code, stale.json()["type"]) == (409, "urn:tongzhou:problem:conflict")
    view = send("POST", f"{base}/views", {"name": "我的", "query": "mine=1"})
    assert (view.status_code, view.json()["query"]) == (201, "mine=1")
    assert member.delete(f"{base}/views/{view.json()['id']}").status_code == 204
    assert member.get(f"{base}/views").json() == {"items": []}
    assert member.get(f"{base}?status=odd").status_code == 422
