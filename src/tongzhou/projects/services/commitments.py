"""Writing commitments: concrete, owned by a named person, followed to the end."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import InvalidInput, TransitionNotAllowed, require
from tongzhou.core.events import record
from tongzhou.core.transitions import move
from tongzhou.core.versions import save_version
from tongzhou.people.models import Person

from .. import policies, queries
from ..models import Commitment, Project
from ..reasons import visible_reason
from ..states import AGREE_COMMITMENT, WITHDRAW_COMMITMENT, CommitmentState

FIELDS = {
    "department_id", "owner_id", "objective_id", "action", "deliverable", "quantity", "unit", "due", "acceptance",
    "breach_clause",
}  # fmt: skip


@act
def add_commitment(
    project_id: int, values: Mapping[str, Any], *, by: Actor, source: str = "", takes_notes: bool = False
) -> Commitment:
    """Takes down what a department promises. Vague words are pointed out, not refused; the gate wants them gone.

    ``takes_notes``: the caller has found that ``by`` takes the notes of a meeting in which this is promised, which is as
    good as running the project.
    """
    project = _writable(project_id, by, takes_notes)
    values = _checked(project, values)
    if not values.get("action"):
        raise InvalidInput({"action": _("Write what is promised")})
    if values.get("department_id") is None:
        raise InvalidInput({"department": _("Choose the department that promises this")})
    commitment = Commitment.objects.create(
        project=project, number=queries.next_commitment_number(project.pk), source=source, **values
    )
    record(by, "projects.commitment.added", commitment, after={**values, "number": commitment.number})
    return commitment


@act
def change_commitment(
    commitment_id: int, version: int | None, values: Mapping[str, Any], *, by: Actor, takes_notes: bool = False
) -> Commitment:
    """Changes a promise that is not agreed yet. ``takes_notes`` as in ``add_commitment``.

    What is already so is not a change and keeps the version.
    """
    commitment = reach(queries.commitments_for(by), commitment_id)
    project = _writable(commitment.project_id, by, takes_notes)
    # Read again: another writer may have been waited for.
    commitment = reach(queries.commitments_for(by), commitment_id)
    if commitment.state != CommitmentState.PROPOSED:
        raise TransitionNotAllowed(_("Only a proposed commitment can be changed"))
    values = _checked(project, values)
    if "action" in values and not values["action"]:
        raise InvalidInput({"action": _("Write what is promised")})
    if "department_id" in values and values["department_id"] is None:
        raise InvalidInput({"department": _("Choose the department that promises this")})
    changed = {key: value for key, value in values.items() if getattr(commitment, key) != value}
    if changed:
        before = save_version(commitment, version, changed)
        record(by, "projects.commitment.changed", commitment, before=before, after=changed)
    return commitment


@act
def name_commitment_owner(commitment_id: int, person_id: int, *, by: Actor) -> Commitment:
    """Names the person who answers for the promise: a named person, never only a department."""
    commitment = reach(queries.commitments_for(by), commitment_id, lock=True)
    require(policies.can_name_owner(by, commitment))
    if commitment.project.goals_frozen_at is not None:
        require(
            False, _("The memorandum with this text is being signed or is signed. Begin a new version of it first.")
        )
    if commitment.state not in queries.PENDING:
        raise TransitionNotAllowed
    people = Person.objects.filter(pk=person_id, is_active=True)
    if not policies.can_run(by, commitment.project):
        # A department names its own people; who owns a promise may see the project.
        people = people.filter(memberships__department_id=commitment.department_id)
    if not people.exists():
        raise InvalidInput({"owner": _("Choose a person of this department")})
    before = save_version(commitment, None, {"owner_id": person_id})
    record(by, "projects.commitment.owner_named", commitment, before=before, after={"owner_id": person_id})
    return commitment


@act
def withdraw_commitment(commitment_id: int, *, by: Actor, takes_notes: bool = False) -> Commitment:
    """Takes back a promise before it is agreed; its number is not used again. ``takes_notes`` as in ``add_commitment``."""
    # The project is locked first by every act on its commitments, so that two of them never wait for each other.
    _writable(reach(queries.commitments_for(by), commitment_id).project_id, by, takes_notes)
    commitment = reach(queries.commitments_for(by), commitment_id, lock=True)
    move(commitment, WITHDRAW_COMMITMENT)
    record(by, "projects.commitment.withdrawn", commitment)
    return commitment


@act
def overrule_vagueness(commitment_id: int, reason: str, *, by: Actor) -> Commitment:
    """Accepts a promise although the wording check finds it vague; the reason stays visible. Empty takes it back."""
    _writable(reach(queries.commitments_for(by), commitment_id).project_id, by)
    commitment = reach(queries.commitments_for(by), commitment_id, lock=True)
    if commitment.state != CommitmentState.PROPOSED:
        raise TransitionNotAllowed(_("Only a proposed commitment can be changed"))
    before, commitment.overruled_reason = commitment.overruled_reason, visible_reason(reason)
    commitment.save(update_fields=["overruled_reason"])
    record(
        by,
        "projects.commitment.overruled",
        commitment,
        before={"reason": before},
        after={"reason": commitment.overruled_reason},
    )
    return commitment


@act
def agree_commitments(project_id: int, *, by: Actor) -> int:
    """Every head has signed: what was proposed is agreed."""
    count = 0
    for commitment in Commitment.objects.select_for_update(of=("self",)).filter(
        project_id=project_id, state=CommitmentState.PROPOSED
    ):
        move(commitment, AGREE_COMMITMENT)
        record(by, "projects.commitment.agreed", commitment)
        count += 1
    return count


@act
def reopen_commitments(project_id: int, *, by: Actor) -> int:
    """A new version of the memorandum begins: agreed promises are proposals again until it is signed."""
    count = 0
    for commitment in Commitment.objects.select_for_update(of=("self",)).filter(
        project_id=project_id, state=CommitmentState.AGREED
    ):
        commitment.state = CommitmentState.PROPOSED
        commitment.save(update_fields=["state"])
        record(by, "projects.commitment.reopened", commitment)
        count += 1
    return count


def _writable(project_id: int, by: Actor, takes_notes: bool = False) -> Project:
    project = reach(queries.projects_for(by), project_id, lock=True)
    may_write = takes_notes or policies.can_run(by, project)
    if project.goals_frozen_at is not None and may_write:
        require(
            False, _("The memorandum with this text is being signed or is signed. Begin a new version of it first.")
        )
    require(may_write and policies.commitments_are_open(project))
    return project


def _checked(project: Project, values: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in values.items() if key in FIELDS}
    problems: dict[str, Any] = {}
    for key, longest in (
        ("action", 2000),
        ("deliverable", 300),
        ("unit", 20),
        ("acceptance", 2000),
        ("breach_clause", 40),
    ):
        if key in kept:
            kept[key] = str(kept[key] or "").strip()
            if len(kept[key]) > longest:
                problems[key] = _("At most %(count)s characters") % {"count": longest}
    quantity = kept.get("quantity")
    if isinstance(quantity, Decimal) and (not quantity.is_finite() or quantity < 0 or quantity >= Decimal("1e15")):
        problems["quantity"] = _("Give a quantity between 0 and 10^15")
    department = kept.get("department_id")
    if department is not None and not project.parties.filter(department_id=department, left_at__isnull=True).exists():
        problems["department"] = _("Choose a department that takes part in the project")
    owner = kept.get("owner_id")
    if owner is not None and not Person.objects.filter(pk=owner, is_active=True).exists():
        problems["owner"] = _("Choose a person who works here")
    objective = kept.get("objective_id")
    if objective is not None and not project.objectives.filter(pk=objective).exists():
        problems["objective"] = _("Choose an objective of this project")
    if problems:
        raise InvalidInput(problems)
    return kept
