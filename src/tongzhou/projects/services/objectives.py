"""Writing objectives, overruling the SMART check with a reason, backing them as a head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import Conflict, InvalidInput, require
from tongzhou.core.events import record
from tongzhou.core.versions import save_version

from .. import policies, queries
from ..models import Objective, ObjectiveBacking, Project
from ..reasons import visible_reason

FIELDS = {
    "text", "metric", "unit", "baseline", "target", "starts_on", "due", "source", "company_goal", "evidence",
    "position",
}  # fmt: skip
LETTERS = {"S", "M", "A", "R", "T"}


@act
def add_objective(project_id: int, values: Mapping[str, Any], *, by: Actor) -> Objective:
    """Adds an objective to a project in alignment."""
    project = _writable(project_id, by)
    values = _checked(values)
    if not values.get("text"):
        raise InvalidInput({"text": _("Write the objective")})
    values.setdefault("position", project.objectives.count())
    objective = Objective.objects.create(project=project, **values)
    record(by, "projects.objective.added", objective, after=values)
    return objective


@act
def change_objective(objective_id: int, version: int | None, values: Mapping[str, Any], *, by: Actor) -> Objective:
    """Changes an objective; heads who had backed the old words are no longer counted.

    What is already so is not a change: saving a form untouched keeps version and backings.
    """
    objective = reach(queries.objectives_for(by), objective_id)
    _writable(objective.project_id, by)
    # Read again: another writer may have been waited for.
    objective = reach(queries.objectives_for(by), objective_id)
    values = _checked(values, objective)
    if "text" in values and not values["text"]:
        raise InvalidInput({"text": _("Write the objective")})
    position = values.pop("position", objective.position)
    if position != objective.position:
        Objective.objects.filter(pk=objective.pk).update(position=position)
        objective.position = position
    changed = {key: value for key, value in values.items() if getattr(objective, key) != value}
    if changed:
        before = save_version(objective, version, changed)
        record(by, "projects.objective.changed", objective, before=before, after=changed)
    return objective


@act
def remove_objective(objective_id: int, *, by: Actor) -> None:
    """Takes an objective out of a project in alignment."""
    objective = reach(queries.objectives_for(by), objective_id)
    _writable(objective.project_id, by)
    objective = reach(queries.objectives_for(by), objective_id)
    record(by, "projects.objective.removed", objective, before={"text": objective.text})
    objective.delete()


@act
def replace_objectives(project_id: int, rows: Sequence[Mapping[str, Any]], *, by: Actor) -> list[Objective]:
    """Writes the objectives as a form has them: rows with ``id`` are changed, others added, missing ones removed."""
    project = _writable(project_id, by)
    present = {objective.pk: objective for objective in project.objectives.all()}
    kept = []
    for position, row in enumerate(rows):
        values = {**row, "position": position}
        pk = values.pop("id", None)
        if pk in present:
            kept.append(change_objective(pk, None, values, by=by))
        else:
            kept.append(add_objective(project_id, values, by=by))
    for pk in set(present) - {objective.pk for objective in kept}:
        remove_objective(pk, by=by)
    return kept


@act
def overrule_smart(objective_id: int, letter: str, reason: str, *, by: Actor) -> Objective:
    """Accepts an objective although a SMART letter is missing; the reason stays visible. Empty takes it back."""
    _writable(reach(queries.objectives_for(by), objective_id).project_id, by)
    objective = reach(queries.objectives_for(by), objective_id, lock=True)
    if letter not in LETTERS:
        raise InvalidInput({"letter": _("Choose one of the letters S, M, A, R, T")})
    before = dict(objective.overruled)
    if reason := visible_reason(reason):
        objective.overruled[letter] = reason
    else:
        objective.overruled.pop(letter, None)
    objective.save(update_fields=["overruled"])
    record(by, "projects.objective.overruled", objective, before=before, after=objective.overruled)
    return objective


@act
def back_objective(objective_id: int, department_id: int, *, by: Actor, version: int | None = None) -> ObjectiveBacking:
    """A head says for the department that the objective, as worded now, is achievable.

    ``version`` is the one the head was shown; a word is never given on words that were not.
    """
    objective = reach(queries.objectives_for(by), objective_id, lock=True)
    require(policies.can_back_objective(by, objective.project, department_id))
    if version is not None and version != objective.version:
        raise Conflict(_("The objective was changed meanwhile. Please read it again."))
    backing, _fresh = ObjectiveBacking.objects.update_or_create(
        objective=objective,
        department_id=department_id,
        defaults={"person_id": by.pk, "objective_version": objective.version, "at": clock.now()},
    )
    record(
        by, "projects.objective.backed", objective, after={"department": department_id, "version": objective.version}
    )
    return backing


def _writable(project_id: int, by: Actor) -> Project:
    project = reach(queries.projects_for(by), project_id, lock=True)
    if project.goals_frozen_at is not None and policies.can_edit_draft(by, project):
        require(
            False, _("The memorandum with this text is being signed or is signed. Begin a new version of it first.")
        )
    require(policies.can_edit_objectives(by, project))
    return project


def _checked(values: Mapping[str, Any], present: Objective | None = None) -> dict[str, Any]:
    kept = {key: value for key, value in values.items() if key in FIELDS}
    problems: dict[str, Any] = {}
    for key, longest in (
        ("text", 2000),
        ("metric", 120),
        ("unit", 20),
        ("source", 200),
        ("company_goal", 300),
        ("evidence", 2000),
    ):
        if key in kept:
            kept[key] = str(kept[key] or "").strip()
            if len(kept[key]) > longest:
                problems[key] = _("At most %(count)s characters") % {"count": longest}
    for key in ("baseline", "target"):
        value = kept.get(key)
        if isinstance(value, Decimal) and (not value.is_finite() or abs(value) >= Decimal("1e15")):
            problems[key] = _("This number is too large")
    start = kept.get("starts_on", present.starts_on if present else None)
    due = kept.get("due", present.due if present else None)
    if start and due and due < start:
        problems["due"] = _("The due date lies before the start")
    if problems:
        raise InvalidInput(problems)
    return kept
