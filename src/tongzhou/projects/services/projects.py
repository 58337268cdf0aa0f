"""Starting, opening, suspending, resuming and cancelling a project."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import InvalidInput, require
from tongzhou.core.events import record
from tongzhou.core.transitions import move
from tongzhou.core.versions import save_version
from tongzhou.people.models import Department, Person

from .. import policies, queries
from ..models import Party, Project, Scenario, ScenarioKind
from ..states import CANCEL, OPEN_ALIGNMENT, RESUME, START_INCIDENT, SUSPEND, Phase

CHANGEABLE = {"name", "tailoring", "starts_on", "ends_on", "sponsor_id", "lead_id", "is_confidential"}


@act
def create_project(*, name: str, scenario_id: int, initiator_id: int, by: Actor) -> Project:
    """Begins a draft of the actor's own department; the actor is its lead until another is named."""
    require(policies.can_start_project(by))
    name = name.strip()
    if not name:
        raise InvalidInput({"name": _("Give the project a name")})
    if len(name) > 120:
        raise InvalidInput({"name": _("At most 120 characters")})
    scenario = Scenario.objects.filter(pk=scenario_id, is_active=True).first()
    if scenario is None:
        raise InvalidInput({"scenario": _("Choose one of the scenarios")})
    initiator = Department.objects.filter(pk=initiator_id, is_active=True).first()
    if initiator is None or not (initiator.pk in by.department_ids | by.headed_ids or by.is_pmo):
        raise InvalidInput({"initiator": _("Choose a department you belong to")})
    moment = clock.now()
    project = Project.objects.create(
        code=_next_code(clock.today().year),
        name=name,
        scenario=scenario,
        tailoring=scenario.defaults.get("tailoring", "standard"),
        initiator=initiator,
        lead_id=by.pk,
        created_at=moment,
        changed_at=moment,
    )
    Party.objects.create(project=project, department=initiator, contact_id=by.person_id, is_initiator=True)
    record(
        by, "projects.project.created", project, after={"code": project.code, "name": name, "scenario": scenario.key}
    )
    return project


@act
def change_project(project_id: int, version: int | None, values: Mapping[str, Any], *, by: Actor) -> Project:
    """Changes name, period, lead, sponsor, tailoring or confidentiality of a project that is open."""
    project = reach(queries.projects_for(by), project_id, lock=True)
    require(policies.can_edit_draft(by, project))
    values = {key: value for key, value in values.items() if key in CHANGEABLE}
    problems: dict[str, Any] = {}
    start: date | None = values.get("starts_on", project.starts_on)
    end: date | None = values.get("ends_on", project.ends_on)
    if start and end and end < start:
        problems["ends_on"] = _("The end lies before the start")
    if "name" in values:
        values["name"] = str(values["name"]).strip()
        if not values["name"] or len(values["name"]) > 120:
            problems["name"] = _("Give the project a name of at most 120 characters")
    for key in ("lead_id", "sponsor_id"):
        if (pk := values.get(key)) is not None and not Person.objects.filter(pk=pk, is_active=True).exists():
            problems[key.removesuffix("_id")] = _("Choose a person who works here")
    if values.get("lead_id", 0) is None:
        problems["lead"] = _("A project has a lead")
    if problems:
        raise InvalidInput(problems)
    before = save_version(project, version, {**values, "changed_at": clock.now()})
    before.pop("changed_at", None)
    if before:
        record(by, "projects.project.changed", project, before=before, after={key: values[key] for key in before})
    return project


@act
def open_project(project_id: int, *, by: Actor) -> Project:
    """The request is submitted: alignment begins (an incident starts in execution at once, 快速通道)."""
    project = reach(queries.projects_for(by), project_id, lock=True)
    require(policies.can_edit_draft(by, project))
    incident = project.scenario.kind == ScenarioKind.INCIDENT
    move(project, START_INCIDENT if incident else OPEN_ALIGNMENT, "phase")
    _touch(project)
    record(by, "projects.project.opened", project, after={"phase": project.phase})
    return project


@act
def suspend_project(project_id: int, reason: str, *, by: Actor) -> Project:
    """Stops the project for a time; it remembers where it stood."""
    return _stop(project_id, reason, SUSPEND, "projects.project.suspended", by)


@act
def cancel_project(project_id: int, reason: str, *, by: Actor) -> Project:
    """Ends the project for good, with the reason."""
    return _stop(project_id, reason, CANCEL, "projects.project.cancelled", by)


@act
def resume_project(project_id: int, *, by: Actor) -> Project:
    """Takes a suspended project up where it stood."""
    project = reach(queries.projects_for(by), project_id, lock=True)
    require(policies.can_stop(by, project))
    move(project, RESUME[Phase(project.phase_before or Phase.DRAFT)], "phase")
    project.phase_before, project.stop_reason = "", ""
    project.save(update_fields=["phase_before", "stop_reason"])
    _touch(project)
    record(by, "projects.project.resumed", project, after={"phase": project.phase})
    return project


def _stop(project_id: int, reason: str, transition: Any, event: str, by: Actor) -> Project:
    project = reach(queries.projects_for(by), project_id, lock=True)
    require(policies.can_stop(by, project))
    reason = reason.strip()
    if not reason:
        raise InvalidInput({"reason": _("Please give the reason")})
    before = project.phase
    move(project, transition, "phase")
    if before != Phase.SUSPENDED:
        project.phase_before = before
    project.stop_reason = reason[:4000]
    project.save(update_fields=["phase_before", "stop_reason"])
    _touch(project)
    record(by, event, project, before={"phase": before}, after={"reason": reason})
    return project


def _touch(project: Project) -> None:
    project.changed_at = clock.now()
    project.save(update_fields=["changed_at"])


def _next_code(year: int) -> str:
    """P2026-001 and so on; the unique column catches two at once, who then try again."""
    prefix = f"P{year}-"
    codes = Project.objects.select_for_update().filter(code__startswith=prefix).values_list("code", flat=True)
    numbers = [
        int(code.removeprefix(prefix)) for code in codes.order_by("-pk")[:1] if code.removeprefix(prefix).isdecimal()
    ]
    return f"{prefix}{(numbers[0] if numbers else 0) + 1:03d}"
