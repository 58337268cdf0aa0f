"""Who may use the pages and endpoints of projects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tongzhou.core.actor import system
from tongzhou.projects import services
from tongzhou.projects.models import Objective

from .table import INSIDERS, PERSONS, Facts, Row
from .world import World

RUN = frozenset({"lead", "pmo"})
STOP = frozenset({"lead", "sponsor", "pmo"})
OWNERS = frozenset({"contact", "head", "lead", "pmo"})


def own(**more: Callable[[World], Any]) -> Facts:
    """Arguments for a page of the own project."""
    return lambda world: {"pk": world.own.pk} | {key: value(world) for key, value in more.items()}


def other(**more: Callable[[World], Any]) -> Facts:
    """The same for the other project."""
    return lambda world: {"pk": world.other.pk} | {key: value(world) for key, value in more.items()}


def own_api(**more: Callable[[World], Any]) -> Facts:
    """Arguments for an endpoint of the own project."""
    return lambda world: {"project_id": world.own.pk} | {key: value(world) for key, value in more.items()}


def other_api(**more: Callable[[World], Any]) -> Facts:
    """The same for the other project."""
    return lambda world: {"project_id": world.other.pk} | {key: value(world) for key, value in more.items()}


def own_objective(world: World) -> int:
    return world.own_objective.pk


def other_objective(world: World) -> int:
    return world.other_objective.pk


def own_commitment(world: World) -> int:
    return world.own_commitment.pk


def other_commitment(world: World) -> int:
    return world.other_commitment.pk


def product(world: World) -> int:
    return world.cast.departments["product"].pk


def technology(world: World) -> int:
    return world.cast.departments["technology"].pk


def outsider(world: World) -> int:
    return world.cast.persons["outsider"].pk


def open_again(**data: Any) -> Facts:
    """Good data, after the words were taken out of the memorandum (everything is undone after the call)."""

    def prepared(world: World) -> dict[str, Any]:
        for project in (world.own, world.other):
            services.unfreeze_goals(project.pk, by=system())
        return {key: value(world) if callable(value) else value for key, value in data.items()}

    return prepared


def suspended(world: World) -> dict[str, Any]:
    """After the own project was suspended."""
    services.suspend_project(world.own.pk, "等待供应商", by=world.cast.by("lead"))
    return {}


def past_gate_1(world: World) -> dict[str, Any]:
    """After the own project was let through gate 1."""
    services.pass_gate(world.own.pk, 1, reason="先行规划", by=world.cast.by("sponsor"))
    return {"reason": "目标需要重议", "phase": "aligning"}


def with_stakeholder(world: World) -> dict[str, Any]:
    """After a person was added to both projects."""
    services.add_stakeholder(world.own.pk, outsider(world), "observer", by=world.cast.by("lead"))
    services.add_stakeholder(
        world.other.pk, world.cast.persons["sales_contact"].pk, "observer", by=world.cast.by("outsider")
    )
    return {}


def facts_of_own(world: World) -> dict[str, Any]:
    """The facts form as it is, with another name."""
    project = type(world.own).objects.get(pk=world.own.pk)
    return {
        "version": project.version,
        "name": "618大促",
        "lead": project.lead.username,
        "sponsor": project.sponsor.username if project.sponsor else "",
        "tailoring": project.tailoring,
    }


def version_of_own(world: World) -> int:
    return type(world.own).objects.get(pk=world.own.pk).version


def objective_version(world: World) -> int:
    return Objective.objects.get(pk=world.own_objective.pk).version


def one(route: str, allow: frozenset[str], method: str = "GET", data: Facts | None = None, **more: Any) -> Row:
    """A page of a project without a child."""
    return Row(f"projects:{route}", allow, method, own(**more), other(**more), data=data or (lambda world: {}))


def child(
    route: str, allow: frozenset[str], method: str, key: str, mine: Any, theirs: Any, data: Facts | None = None
) -> Row:
    """A page of a thing in a project; the other project's thing is not found under the own address."""
    return Row(
        f"projects:{route}",
        allow,
        method,
        own(**{key: mine}),
        other(**{key: theirs}),
        own(**{key: theirs}),
        data or (lambda world: {}),
    )


def objective_page(route: str, allow: frozenset[str], method: str = "POST", data: Facts | None = None) -> Row:
    return child(route, allow, method, "objective_id", own_objective, other_objective, data or open_again())


def commitment_page(route: str, allow: frozenset[str], method: str = "POST", data: Facts | None = None) -> Row:
    return child(route, allow, method, "commitment_id", own_commitment, other_commitment, data or open_again())


def api(path: str, allow: frozenset[str], method: str = "GET", data: Facts | None = None, **more: Any) -> Row:
    """An endpoint of a project."""
    return Row(
        f"/api/v1/projects/{{project_id}}{path}",
        allow,
        method,
        own_api(**more),
        other_api(**more),
        data=data or (lambda world: {}),
    )


def child_api(
    path: str, allow: frozenset[str], method: str, key: str, mine: Any, theirs: Any, data: Facts | None = None
) -> Row:
    """An endpoint of a thing in a project."""
    return Row(
        f"/api/v1/projects/{{project_id}}{path}",
        allow,
        method,
        own_api(**{key: mine}),
        other_api(**{key: theirs}),
        own_api(**{key: theirs}),
        data or open_again(),
    )


COMMITMENT = {"action": "6月3日前提供备货清单", "department": product, "owner": "", "objective": ""}

ROWS = [
    Row("projects:list", PERSONS),
    Row("projects:check_objective", PERSONS, "POST", data=lambda world: {"text": "销售额提升30%"}),
    Row("projects:check_commitment", PERSONS, "POST", data=lambda world: {"text": "尽快提供支持"}),
    one("home", INSIDERS),
    one("gate", INSIDERS, number=lambda world: 1),
    one("gate", frozenset({"sponsor", "pmo"}), "POST", lambda world: {"reason": "先行规划"}, number=lambda world: 1),
    one("objectives", INSIDERS),
    one("objectives", RUN, "POST", open_again(text="用户转化率提升15%")),
    objective_page("objective", RUN, "GET"),
    objective_page("objective", RUN, "POST", open_again(text="转化率提升15%", version=objective_version)),
    objective_page("objective_remove", RUN),
    objective_page("objective_overrule", RUN, data=open_again(letter="R", reason="年度重点")),
    objective_page("objective_back", frozenset({"head"}), data=open_again(department=product)),
    one("commitments", INSIDERS),
    one("commitments", RUN, "POST", open_again(**COMMITMENT)),
    commitment_page("commitment", RUN, "GET"),
    commitment_page("commitment", RUN, "POST", open_again(**COMMITMENT, version=1)),
    commitment_page("commitment_owner", OWNERS, "GET"),
    commitment_page(
        "commitment_owner",
        OWNERS,
        "POST",
        open_again(owner=lambda world: world.cast.persons["product_member"].username),
    ),
    commitment_page("commitment_withdraw", RUN),
    commitment_page("commitment_overrule", RUN, data=open_again(reason="已口头说明")),
    one("people", INSIDERS),
    one("facts", RUN, "POST", facts_of_own),
    Row(
        "projects:contact",
        frozenset({"head", "lead", "pmo"}),
        "POST",
        own(department_id=product),
        other(department_id=technology),
        data=lambda world: {"contact": world.cast.persons["product_member"].username},
    ),
    Row("projects:party_leave", RUN, "POST", own(department_id=product), other(department_id=technology)),
    one("stakeholder_add", RUN, "POST", lambda world: {"person": world.cast.outsider.username, "role": "observer"}),
    Row(
        "projects:stakeholder_remove",
        RUN,
        "POST",
        own(person_id=outsider),
        other(person_id=lambda world: world.cast.persons["sales_contact"].pk),
        data=with_stakeholder,
    ),
    one("suspend", STOP, "POST", lambda world: {"reason": "等待供应商"}),
    one("cancel", STOP, "POST", lambda world: {"reason": "不再需要"}),
    one("resume", STOP, "POST", suspended),
    one("back", STOP, "POST", past_gate_1),
    one("history", INSIDERS),
    # the API
    Row("/api/v1/projects", PERSONS),
    Row("/api/v1/wording/objective", PERSONS, "POST", data=lambda world: {"text": "销售额提升30%"}),
    Row("/api/v1/wording/commitment", PERSONS, "POST", data=lambda world: {"text": "尽快提供支持"}),
    api("", INSIDERS),
    api("", RUN, "PATCH", lambda world: {"version": version_of_own(world), "name": "618大促"}),
    api("/gates/{gate}", INSIDERS, gate=lambda world: 1),
    api(
        "/gates/{gate}/pass",
        frozenset({"sponsor", "pmo"}),
        "POST",
        lambda world: {"reason": "先行规划"},
        gate=lambda world: 1,
    ),
    api("/back", STOP, "POST", past_gate_1),
    api("/suspend", STOP, "POST", lambda world: {"reason": "等待供应商"}),
    api("/cancel", STOP, "POST", lambda world: {"reason": "不再需要"}),
    api("/resume", STOP, "POST", suspended),
    api("/history", INSIDERS),
    api("/objectives", INSIDERS),
    api("/objectives", RUN, "POST", open_again(text="用户转化率提升15%")),
    child_api(
        "/objectives/{objective_id}",
        RUN,
        "PATCH",
        "objective_id",
        own_objective,
        other_objective,
        open_again(text="转化率提升15%", version=objective_version),
    ),
    child_api("/objectives/{objective_id}", RUN, "DELETE", "objective_id", own_objective, other_objective),
    child_api(
        "/objectives/{objective_id}/overrule",
        RUN,
        "POST",
        "objective_id",
        own_objective,
        other_objective,
        open_again(letter="R", reason="年度重点"),
    ),
    child_api(
        "/objectives/{objective_id}/back",
        frozenset({"head"}),
        "POST",
        "objective_id",
        own_objective,
        other_objective,
        open_again(department_id=product, version=objective_version),
    ),
    api("/commitments", INSIDERS),
    api("/commitments", RUN, "POST", open_again(action="6月3日前提供备货清单", department_id=product)),
    child_api(
        "/commitments/{commitment_id}",
        RUN,
        "PATCH",
        "commitment_id",
        own_commitment,
        other_commitment,
        open_again(action="6月3日前提供备货清单", version=1),
    ),
    child_api(
        "/commitments/{commitment_id}/owner",
        OWNERS,
        "POST",
        "commitment_id",
        own_commitment,
        other_commitment,
        open_again(person_id=lambda world: world.cast.persons["product_member"].pk),
    ),
    child_api("/commitments/{commitment_id}/withdraw", RUN, "POST", "commitment_id", own_commitment, other_commitment),
    child_api(
        "/commitments/{commitment_id}/overrule",
        RUN,
        "POST",
        "commitment_id",
        own_commitment,
        other_commitment,
        open_again(reason="已口头说明"),
    ),
    api("/parties", INSIDERS),
    api(
        "/parties/{department_id}/contact",
        frozenset({"head", "lead", "pmo"}),
        "PUT",
        lambda world: {"person_id": world.cast.persons["product_member"].pk},
        department_id=product,
    ),
    api("/parties/{department_id}/leave", RUN, "POST", lambda world: {"reason": "不再参与"}, department_id=product),
    api("/stakeholders", INSIDERS),
    api("/stakeholders", RUN, "POST", lambda world: {"person_id": outsider(world), "role": "observer"}),
    api("/stakeholders/{person_id}", RUN, "DELETE", with_stakeholder, person_id=outsider),
]
