"""Resources: departments keep and promise their own, the lead asks, the sponsor approves; whoever sees the project reads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from tongzhou.planning import services
from tongzhou.planning.models import ResourceNeed, ResourceRequest, Task
from tongzhou.planning.queries import solvable_conflicts
from tongzhou.projects.models import Project

from .table import INSIDERS, PERSONS, Facts, Row
from .world import World

RUN = frozenset({"lead", "pmo"})
# The product department's own: its head, its contact person prepares.
PREPARE = frozenset({"head", "contact"})
KEEP = frozenset({"head", "pmo", "admin"})


def _task(world: World, project: Project) -> Task:
    by = world.cast.by("pmo")
    return services.add_task(project.pk, {"title": "库存值守", "duration": 5}, by=by)


def _need(world: World, project: Project, **changes: Any) -> ResourceNeed:
    provider = "product" if project == world.own else "technology"
    facts = {
        "task_id": _task(world, project).pk,
        "category": "people",
        "name": "库存专员",
        "quantity": 1,
        "provider_id": world.cast.departments[provider].pk,
        "purpose": "值守",
    }
    return services.ask_resource(project.pk, {**facts, **changes}, by=world.cast.by("pmo"))


def _offered(world: World, project: Project, need: ResourceNeed | None = None, **values: Any) -> ResourceNeed:
    need = need or _need(world, project)
    provider = "product" if project == world.own else "technology"
    people = [world.cast.persons[f"{provider}_contact"].pk]
    services.offer_resource(need.pk, values, person_ids=people, knowingly=True, by=world.cast.by(f"{provider}_head"))
    return need


def project(world: World) -> dict[str, Any]:
    return {"pk": world.own.pk}


def other_project(world: World) -> dict[str, Any]:
    return {"pk": world.other.pk}


def _three(make: Callable[[World, Project], int], name: str) -> tuple[Facts, Facts, Facts]:
    """A child of «own», a child of «other», and the mixture that is nowhere."""

    def own(world: World) -> dict[str, Any]:
        return {"pk": world.own.pk, name: make(world, world.own)}

    def other(world: World) -> dict[str, Any]:
        return {"pk": world.other.pk, name: make(world, world.other)}

    def swapped(world: World) -> dict[str, Any]:
        return {"pk": world.own.pk, name: make(world, world.other)}

    return own, other, swapped


def _declined(world: World, project: Project) -> int:
    need = _need(world, project)
    provider = "product" if project == world.own else "technology"
    return services.decline_need(need.pk, "没有人手", by=world.cast.by(f"{provider}_head")).pk


def _prepared(world: World, project: Project) -> int:
    need = _need(world, project)
    part = "product_contact" if project == world.own else "technology_contact"
    people = [world.cast.persons[part].pk]
    services.offer_resource(need.pk, {}, person_ids=people, by=world.cast.by(part))
    return need.pk


def _countered(world: World, project: Project) -> int:
    days = {"first": date(2026, 6, 1), "last": date(2026, 6, 2)}
    return _offered(world, project, **days).pk


def _sent(world: World, project: Project) -> int:
    if project == world.other:
        Project.objects.filter(pk=project.pk).update(sponsor=world.cast.persons["sponsor"])
        ResourceNeed.objects.filter(project=project).delete()
    _offered(world, project)
    sent = services.send_request(project.pk, by=world.cast.by("pmo"))
    if project == world.other:
        # A sponsor of «other» would see it; the table says who does not.
        Project.objects.filter(pk=project.pk).update(sponsor=None)
    return sent.pk


NEED = _three(lambda world, of: _need(world, of).pk, "need_id")
DECLINED = _three(_declined, "need_id")
PREPARED = _three(_prepared, "need_id")
COUNTERED = _three(_countered, "need_id")
SENT = _three(_sent, "request_id")


def api(facts: Facts) -> Facts:
    """The same address as the API calls its parts."""

    def named(world: World) -> dict[str, Any]:
        return {{"pk": "project_id"}.get(key, key): value for key, value in facts(world).items()}

    return named


def paper(facts: Facts) -> Facts:
    """The address of a form as Excel (the quickest of the three to draw)."""

    def with_format(world: World) -> dict[str, Any]:
        return {**facts(world), "fmt": "xlsx"}

    return with_format


def new_need(world: World) -> dict[str, Any]:
    task = Task.objects.filter(project=world.own).first() or _task(world, world.own)
    facts = {"category": "people", "name": "库存专员", "purpose": "值守", "priority": "medium", "quantity": 1}
    return {**facts, "task": task.pk, "provider": world.cast.departments["product"].pk}


def new_api_need(world: World) -> dict[str, Any]:
    facts = new_need(world)
    return {f"{key}_id" if key in {"task", "provider"} else key: value for key, value in facts.items()}


def with_task(world: World) -> dict[str, Any]:
    _task(world, world.own)
    return project(world)


def changed_need(world: World) -> dict[str, Any]:
    found = ResourceNeed.objects.filter(project=world.own).order_by("-pk").first()
    task = found.task_id if found else 1
    return {**new_need(world), "task": task, "version": found.version if found else 1, "unit": "人"}


def patched_need(world: World) -> dict[str, Any]:
    found = ResourceNeed.objects.filter(project=world.own).order_by("-pk").first()
    return {"version": found.version if found else 1, "unit": "人"}


def offered(world: World) -> dict[str, Any]:
    return {"persons": [world.cast.persons["product_contact"].pk]}


def offered_ids(world: World) -> dict[str, Any]:
    return {"person_ids": [world.cast.persons["product_contact"].pk]}


def because(world: World) -> dict[str, Any]:
    return {"reason": "没有人手"}


def clashing(world: World) -> dict[str, Any]:
    """Two promises of one person, one of a task that may move."""
    for _each in range(2):
        _offered(world, world.own)
    return project(world)


def way_out(world: World) -> dict[str, Any]:
    found = solvable_conflicts(world.own, world.cast.by("pmo"))
    return {"key": next((way.key for entry in found for way in entry.proposals), "")}


def ready_to_send(world: World) -> dict[str, Any]:
    _offered(world, world.own)
    return project(world)


def digest(world: World) -> dict[str, Any]:
    found = ResourceRequest.objects.filter(project=world.own).first()
    if found is None or found.round is None:
        return {"digest": "0"}
    rows = {f"row-{need.pk}": 1 for need in found.needs.all()}
    return {"digest": found.round.digest, **rows}


def api_digest(world: World) -> dict[str, Any]:
    return {"digest": digest(world)["digest"]}


def person(world: World) -> dict[str, Any]:
    return {"person_id": world.cast.persons["product_member"].pk}


def absence(world: World) -> dict[str, Any]:
    pk = world.cast.persons["product_member"].pk
    row = services.add_absence(pk, date(2026, 7, 1), date(2026, 7, 2), by=world.cast.by("product_head"))
    return {"absence_id": row.pk}


def thing(world: World) -> dict[str, Any]:
    facts = {"department_id": world.cast.departments["product"].pk, "name": "扫码枪", "kind": "equipment", "count": 3}
    return {"thing_id": services.add_thing(facts, by=world.cast.by("product_head")).pk}


def budget(world: World) -> dict[str, Any]:
    facts = {"department_id": world.cast.departments["product"].pk, "account": "备货费", "amount": Decimal(100)}
    return {"budget_id": services.add_budget(facts, by=world.cast.by("product_head")).pk}


def capacity(world: World) -> dict[str, Any]:
    return {"version": 0, "percent": 80, "skills": "库存专员"}


def api_capacity(world: World) -> dict[str, Any]:
    return {"version": 0, "percent": 80, "skills": ["库存专员"]}


def days(world: World) -> dict[str, Any]:
    return {"first": "2026-08-03", "last": "2026-08-04"}


def new_thing(world: World) -> dict[str, Any]:
    return {"department": world.cast.departments["product"].pk, "kind": "room", "name": "样品间", "count": 1}


def new_api_thing(world: World) -> dict[str, Any]:
    facts = new_thing(world)
    return {"department_id": facts.pop("department"), **facts}


def new_budget(world: World) -> dict[str, Any]:
    return {"department": world.cast.departments["product"].pk, "account": "差旅费", "amount": "100.00"}


def new_api_budget(world: World) -> dict[str, Any]:
    facts = new_budget(world)
    return {"department_id": facts.pop("department"), **facts}


def changed_thing(world: World) -> dict[str, Any]:
    return {"version": 1, "kind": "equipment", "name": "扫码枪", "count": 4}


def changed_budget(world: World) -> dict[str, Any]:
    return {"version": 1, "account": "备货费", "amount": "200.00"}


def _all(
    route: str, allow: frozenset[str], three: tuple[Facts, Facts, Facts], method: str = "POST", **more: Any
) -> Row:
    own, other, swapped = three
    return Row(f"planning:{route}", allow, method, own=own, other=other, swapped=swapped, **more)


def _api(path: str, allow: frozenset[str], three: tuple[Facts, Facts, Facts], method: str = "POST", **more: Any) -> Row:
    own, other, swapped = (api(facts) for facts in three)
    return Row(f"{PLAN}{path}", allow, method, own=own, other=other, swapped=swapped, **more)


PLAN = "/api/v1/projects/{project_id}/plan/resources"
SUPPLY = "/api/v1/resources"
PAPERS: tuple[Facts, Facts, Facts] = (paper(SENT[0]), paper(SENT[1]), paper(SENT[2]))
# The member prepares nothing; of these roles only the outsider heads another department with things of its own.
ADDERS = KEEP | {"outsider"}
ROWS = [
    Row("planning:needs", INSIDERS, own=project, other=other_project),
    Row("planning:needs", RUN, "POST", own=with_task, other=other_project, data=new_need),
    Row("planning:needs_paper", INSIDERS, own=project, other=other_project),
    Row("planning:needs_file", INSIDERS, own=paper(project), other=paper(other_project)),
    Row("planning:resolve", RUN, "POST", own=clashing, other=other_project, data=way_out),
    _all("need", INSIDERS, NEED, "GET"),
    _all("need", RUN, NEED, data=changed_need),
    _all("need_offer", PREPARE, NEED, data=offered),
    _all("need_confirm", frozenset({"head"}), PREPARED),
    _all("need_decline", frozenset({"head"}), NEED, data=because),
    _all("need_accept", RUN, COUNTERED),
    _all("need_turn_down", RUN, COUNTERED, data=because),
    _all("need_withdraw", RUN, NEED, data=because),
    _all("need_again", RUN, DECLINED),
    Row("planning:resource_none_needed", RUN, "POST", own=project, other=other_project),
    Row("planning:resource_request_send", RUN, "POST", own=ready_to_send, other=other_project),
    _all("resource_request", INSIDERS, SENT, "GET"),
    _all("resource_request", frozenset({"sponsor"}), SENT, data=digest),
    _all("resource_request_call_back", RUN, SENT),
    _all("resource_request_file", INSIDERS, PAPERS, "GET"),
    Row("planning:resources", PERSONS),
    Row("planning:resource_people", PERSONS),
    Row("planning:resource_person", KEEP, own=person),
    Row("planning:resource_person", KEEP, "POST", own=person, data=capacity),
    Row("planning:resource_absence", KEEP, "POST", own=person, data=days),
    Row("planning:resource_absence_remove", KEEP, "POST", own=absence),
    Row("planning:resource_things", PERSONS),
    Row("planning:resource_things", ADDERS, "POST", data=new_thing, wrong_input=frozenset({"outsider"})),
    Row("planning:resource_thing", KEEP, own=thing),
    Row("planning:resource_thing", KEEP, "POST", own=thing, data=changed_thing),
    Row("planning:resource_budgets", PERSONS),
    Row("planning:resource_budgets", ADDERS, "POST", data=new_budget, wrong_input=frozenset({"outsider"})),
    Row("planning:resource_budget", KEEP, own=budget),
    Row("planning:resource_budget", KEEP, "POST", own=budget, data=changed_budget),
    Row(PLAN, INSIDERS, own=api(project), other=api(other_project)),
    Row(PLAN, RUN, "POST", own=api(with_task), other=api(other_project), data=new_api_need),
    Row(f"{PLAN}/resolve", RUN, "POST", own=api(clashing), other=api(other_project), data=way_out),
    Row(f"{PLAN}/paper/{{fmt}}", INSIDERS, own=api(paper(project)), other=api(paper(other_project))),
    Row(f"{PLAN}/none-needed", RUN, "POST", own=api(project), other=api(other_project)),
    Row(f"{PLAN}/requests", INSIDERS, own=api(project), other=api(other_project)),
    Row(f"{PLAN}/requests", RUN, "POST", own=api(ready_to_send), other=api(other_project)),
    _api("/requests/{request_id}/call-back", RUN, SENT),
    _api("/requests/{request_id}/decide", frozenset({"sponsor"}), SENT, data=api_digest),
    _api("/{need_id}", INSIDERS, NEED, "GET"),
    _api("/{need_id}", RUN, NEED, "PATCH", data=patched_need),
    _api("/{need_id}/offer", PREPARE, NEED, data=offered_ids),
    _api("/{need_id}/confirm", frozenset({"head"}), PREPARED, data=lambda world: {}),
    _api("/{need_id}/decline", frozenset({"head"}), NEED, data=because),
    _api("/{need_id}/accept", RUN, COUNTERED),
    _api("/{need_id}/turn-down", RUN, COUNTERED, data=because),
    _api("/{need_id}/withdraw", RUN, NEED, data=because),
    _api("/{need_id}/again", RUN, DECLINED),
    Row(f"{SUPPLY}/load", PERSONS),
    Row(f"{SUPPLY}/conflicts", PERSONS),
    Row(f"{SUPPLY}/people", PERSONS),
    Row(f"{SUPPLY}/people/{{person_id}}", KEEP, "PUT", own=person, data=api_capacity),
    Row(f"{SUPPLY}/people/{{person_id}}/absences", KEEP, "POST", own=person, data=days),
    Row(f"{SUPPLY}/absences/{{absence_id}}", KEEP, "DELETE", own=absence),
    Row(f"{SUPPLY}/things", PERSONS),
    Row(f"{SUPPLY}/things", KEEP, "POST", data=new_api_thing),
    Row(f"{SUPPLY}/things/{{thing_id}}", KEEP, "PATCH", own=thing, data=lambda world: {"version": 1, "count": 4}),
    Row(f"{SUPPLY}/budgets", PERSONS),
    Row(f"{SUPPLY}/budgets", KEEP, "POST", data=new_api_budget),
    Row(
        f"{SUPPLY}/budgets/{{budget_id}}",
        KEEP,
        "PATCH",
        own=budget,
        data=lambda world: {"version": 1, "note": "上半年"},
    ),
]
