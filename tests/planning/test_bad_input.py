"""What makes no sense is refused whole: over the interface for programs as on the pages, and when two plan at the same moment."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connection, connections
from django.urls import reverse

from tests.cast import build_cast
from tests.planning.resourcing import another_project, lend, need_people
from tongzhou.core.errors import InvalidInput, StaleWrite
from tongzhou.core.models import AuditEvent
from tongzhou.planning import queries, services
from tongzhou.planning.models import Booking, Link, Plan, Task


@pytest.fixture
def chain(db, add):
    """Three tasks one after the other."""
    count = add("盘点", 3)
    refill = add("补货", 2, after=count)
    return [Task.objects.get(pk=count.pk), Task.objects.get(pk=refill.pk), add("上架", 1, after=refill)]


def state(project):
    """All that a refused request must leave alone."""
    rows = list(Task.objects.order_by("pk").values_list("pk", "title", "duration", "start", "finish", "constraint_on"))
    links = list(Link.objects.order_by("pk").values_list("predecessor_id", "successor_id", "kind", "lag"))
    return rows, links, Plan.objects.get(project=project).version, AuditEvent.objects.count()


@pytest.mark.parametrize(
    ("method", "place", "facts", "words"),
    [
        ("post", "links", {"predecessor": 2, "successor": 0}, "盘点"),
        ("post", "links", {"predecessor": 1, "successor": 1}, ""),
        ("patch", "tasks/{0}", {"version": 1, "duration": -1}, ""),
        ("patch", "tasks/{0}", {"version": 1, "constraint": "snet", "constraint_on": "1900-01-01"}, "2000"),
        ("patch", "tasks/{0}", {"version": 1, "constraint": "fnlt", "constraint_on": "9999-12-31"}, "2100"),
        ("post", "tasks", {"title": "培训", "duration": -3}, ""),
        ("post", "tasks", {"title": "培训", "duration": 10**9}, ""),
        ("post", "tasks/{0}/place", {"parent_id": 10**9}, ""),
        ("post", "tasks/{0}/place", {"parent_id": 0}, ""),
    ],
)
def test_a_program_gets_a_clear_refusal_and_nothing_is_half_written(
    cast, chain, project, client, method, place, facts, words
):
    client.force_login(cast.lead)
    chosen = {key: chain[value].pk if key in {"predecessor", "successor"} else value for key, value in facts.items()}
    renamed = {{"predecessor": "predecessor_id", "successor": "successor_id"}.get(k, k): v for k, v in chosen.items()}
    if "version" in renamed:
        renamed["version"] = chain[0].version
    before = state(project)
    address = f"/api/v1/projects/{project.pk}/plan/{place.format(chain[0].pk)}"
    answer = getattr(client, method)(address, renamed, content_type="application/json")
    assert answer.status_code == 422, answer.text
    assert words in answer.text
    assert state(project) == before


def test_a_circle_through_the_written_predecessors_undoes_the_whole_row(cast, chain, project, client):
    client.force_login(cast.lead)
    before = state(project)
    facts = {"version": chain[0].version, "title": "新名", "duration": "9", "predecessors": str(chain[2].number)}
    address = reverse("planning:row", args=[project.pk, chain[0].pk])
    answer = client.post(address, facts, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert state(project) == before


def test_a_summary_has_no_date_of_its_own_so_no_task_lies_outside_its_parent(cast, add, project):
    phase = add("备货")
    inner = add("盘点", 30, parent_id=phase.pk)
    phase.refresh_from_db()
    assert (phase.start, phase.finish) == (inner.start, inner.finish)
    facts = {"constraint": "fnlt", "constraint_on": date(2026, 5, 15)}
    with pytest.raises(InvalidInput) as refusal:
        services.change_task(phase.pk, None, facts, by=cast.by("lead"))
    assert set(refusal.value.fields) == {"constraint"}


def test_a_task_of_another_project_is_neither_parent_nor_neighbour_nor_predecessor(cast, add, project):
    own, (_other, foreign) = add("盘点"), another_project(cast)
    for act in (
        lambda: services.place_task(own.pk, parent_id=foreign.pk, by=cast.by("lead")),
        lambda: services.place_task(own.pk, parent_id=None, before_id=foreign.pk, by=cast.by("lead")),
        lambda: services.add_task(project.pk, {"title": "补货"}, parent_id=foreign.pk, by=cast.by("lead")),
        lambda: services.link_tasks(own.pk, foreign.pk, by=cast.by("lead")),
    ):
        with pytest.raises(InvalidInput):
            act()
    assert Task.objects.filter(project=project).count() == 1


def test_the_whole_day_of_one_person_twice_is_refused_and_knowingly_is_a_conflict(cast, add, project):
    first, second = add("盘点", 5), add("上架", 5)
    lend(cast, need_people(cast, first, quantity=1), "product_member")
    again = need_people(cast, second, quantity=1)
    with pytest.raises(InvalidInput) as refusal:
        lend(cast, again, "product_member")
    assert "2026-05-11" in str(refusal.value.fields)
    assert Booking.objects.filter(released_at=None).count() == 1
    lend(cast, again, "product_member", knowingly=True)
    (found,) = queries.conflicts_of(project, cast.by("lead"))
    assert (found.peak, found.capacity, found.working_days) == (200, 100, 5)


def test_the_whole_form_of_a_task_shows_both_versions_and_keeps_every_word(cast, chain, project, client):
    task = chain[1]
    client.force_login(cast.lead)
    services.change_task(task.pk, None, {"deliverable": "补货单"}, by=cast.by("pmo"))
    facts = {
        "version": task.version,
        "title": task.title,
        "department": task.department_id,
        "duration": "2",
        "deliverable": "入库单",
        "acceptance": "数量与订单一致",
        "predecessors": str(chain[0].number),
    }
    answer = client.post(reverse("planning:task", args=[project.pk, task.pk]), facts)
    assert answer.status_code == 409
    for words in ("补货单", "入库单", "数量与订单一致"):
        assert words in answer.text
    task.refresh_from_db()
    assert (task.deliverable, task.acceptance) == ("补货单", "")


def test_a_program_with_an_old_version_gets_both(cast, chain, project, client):
    client.force_login(cast.lead)
    services.change_task(chain[0].pk, None, {"title": "库存盘点"}, by=cast.by("pmo"))
    address = f"/api/v1/projects/{project.pk}/plan/tasks/{chain[0].pk}"
    answer = client.patch(address, {"version": chain[0].version, "title": "仓库盘点"}, content_type="application/json")
    assert answer.status_code == 409
    assert "库存盘点" in answer.text
    assert "仓库盘点" in answer.text


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_who_plan_the_same_task_at_once_lose_no_word():
    cast = build_cast()
    _project, task = another_project(cast)
    barrier = threading.Barrier(2)
    results: dict[str, object] = {}

    def change(who: str, title: str) -> None:
        try:
            barrier.wait(60)
            results[who] = services.change_task(task.pk, task.version, {"title": title}, by=cast.by(who))
        except StaleWrite as stale:
            results[who] = stale
        finally:
            connections.close_all()

    threads = [threading.Thread(target=change, args=pair) for pair in (("lead", "备货甲"), ("pmo", "备货乙"))]
    connection.close()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    (stale,) = [found for found in results.values() if isinstance(found, StaleWrite)]
    (written,) = [found for found in results.values() if isinstance(found, Task)]
    assert {stale.mine["title"], stale.theirs["title"]} == {"备货甲", "备货乙"}
    assert Task.objects.get(pk=task.pk).title == written.title == stale.theirs["title"]
