"""Beginning a collaboration request from a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tongzhou.calendars.queries import company_calendar
from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.events import record
from tongzhou.people.models import Department, Person
from tongzhou.projects.services import (
    change_project,
    create_project,
)

from ..models import Ask, CollabRequest, CollabType, Milestone, Urgency
from .collab_input import LONGEST_MILESTONE
from .places import (
    clean_text,
)


@act
def start_collab(*, scenario_id: int, name: str, initiator_id: int, by: Actor) -> CollabRequest:
    """Begins a draft from a scenario: its departments with typical asks, milestones, risks and results are filled in."""
    project = create_project(name=name, scenario_id=scenario_id, initiator_id=initiator_id, by=by)
    scenario = project.scenario
    defaults, today, moment = scenario.defaults, clock.today(), clock.now()
    person = Person.objects.get(pk=by.pk)
    collab = CollabRequest.objects.create(
        project=project,
        requester=person,
        contact=" / ".join(part for part in (person.mobile, person.email) if part)[:120],
        request_date=today,
        type=defaults["type"] if defaults.get("type") in CollabType.values else "",
        urgency=defaults["urgency"] if defaults.get("urgency") in Urgency.values else Urgency.NORMAL,
        deliverables=_words(defaults.get("deliverables"), by),
        risks=_words(defaults.get("risks"), by),
        created_at=moment,
        saved_at=moment,
    )
    period = {
        "starts_on": _working_days_on(today, defaults.get("start_after")),
        "ends_on": _working_days_on(today, defaults.get("end_after")),
    }
    if any(period.values()):
        change_project(project.pk, None, period, by=by)
        project.refresh_from_db()
    for position, (department_id, entry) in enumerate(_departments(defaults, project.initiator_id)):
        Ask.objects.create(
            collab=collab,
            department_id=department_id,
            position=position,
            request_item=_words(entry.get("ask"), by),
            due=_working_days_on(today, entry.get("due_after")),
        )
    for position, entry in enumerate(defaults.get("milestones", [])):
        Milestone.objects.create(
            collab=collab,
            position=position,
            name=_words(entry.get("name"), by)[:LONGEST_MILESTONE],
            date=_working_days_on(today, entry.get("after")),
        )
    collab.project = project
    record(by, "alignment.collab_request.started", collab, after={"scenario": scenario.key})
    return collab


def _words(value: Any, by: Actor) -> str:
    """A text of a scenario in the actor's language; scenarios of the company have one language only."""
    if isinstance(value, Mapping):
        value = value.get("en" if by.language.startswith("en") else "zh") or value.get("zh") or value.get("en") or ""
    return clean_text(str(value or ""))


def _working_days_on(day: date, count: Any) -> date | None:
    if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= 2000:
        return None
    return company_calendar().add_workdays(day, count)


def _departments(defaults: Mapping[str, Any], initiator_id: int) -> list[tuple[int, Mapping[str, Any]]]:
    """The scenario's departments as this company has them: by code, else by one of the names; each once."""
    rows = list(Department.objects.filter(is_active=True).exclude(pk=initiator_id))
    codes = {row.code.lower(): row.pk for row in rows}
    names = {row.name.lower(): row.pk for row in rows}
    found: dict[int, Mapping[str, Any]] = {}
    for entry in defaults.get("departments", []):
        pk = codes.get(str(entry.get("code", "")).lower())
        if pk is None:
            pk = next((names[name.lower()] for name in entry.get("names", []) if name.lower() in names), None)
        if pk is not None:
            found.setdefault(pk, entry)
    return list(found.items())
