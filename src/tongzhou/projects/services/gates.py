"""Passing a gate, and going back."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import InvalidInput, TransitionNotAllowed, require
from tongzhou.core.events import record
from tongzhou.core.transitions import move

from .. import policies, queries
from ..gates import gate_state, react_to_pass
from ..models import GatePass, Project
from ..states import BACK_TO, GATES, Phase


@act
def pass_gate(project_id: int, gate: int, *, by: Actor, reason: str = "") -> GatePass:
    """The lead passes a gate whose conditions are met; sponsor or PMO one that is not, with a reason (带条件通过).

    What was met and missing at that moment is kept with the act. A gate whose conditions nobody computes is never met
    by itself. An incident passes gate 1 while it is being executed: its papers are complete (补签), the phase stays.
    """
    project = reach(queries.projects_for(by), project_id, lock=True)
    transition = GATES.get(gate)
    catches_up = gate == 1 and queries.catches_up(project)
    if transition is None or not (catches_up or transition.possible(project, "phase")):
        raise TransitionNotAllowed(_("The project does not stand before this gate"))
    results = gate_state(project, gate)
    met = bool(results) and all(result.is_met for result in results)
    reason = reason.strip()
    if met:
        require(policies.can_pass_gate(by, project) or policies.can_override_gate(by, project))
    else:
        require(
            policies.can_override_gate(by, project),
            _("Conditions are missing; only the sponsor or the PMO can let the project pass, with a reason"),
        )
        if not reason:
            raise InvalidInput({"reason": _("Please give the reason for passing with conditions missing")})
    conditions = [
        {
            "key": result.key,
            "label": str(result.label),
            "met": result.is_met,
            "missing": [str(m.text) for m in result.missing],
        }
        for result in results
    ]
    passed = GatePass.objects.create(
        project=project,
        gate=gate,
        passed_by_id=by.pk,
        at=clock.now(),
        is_conditional=not met,
        reason=reason[:4000],
        conditions=conditions,
    )
    react_to_pass(project, passed, by=by)
    if not catches_up:
        move(project, transition, "phase")
    project.changed_at = clock.now()
    project.save(update_fields=["changed_at"])
    facts = {"gate": gate, "conditional": not met, "reason": reason, "conditions": conditions}
    record(by, "projects.gate.passed", project, after=facts)
    return passed


@act
def move_back(project_id: int, phase: str, reason: str, *, by: Actor) -> Project:
    """Takes the project one phase back; nothing of the later phase is lost."""
    project = reach(queries.projects_for(by), project_id, lock=True)
    require(policies.can_stop(by, project))
    if not reason.strip():
        raise InvalidInput({"reason": _("Please give the reason")})
    transition = BACK_TO.get(Phase(phase)) if phase in Phase.values else None
    if transition is None:
        raise TransitionNotAllowed
    before, reason = project.phase, reason.strip()[:4000]
    move(project, transition, "phase")
    project.changed_at = clock.now()
    project.save(update_fields=["changed_at"])
    record(
        by, "projects.project.moved_back", project, before={"phase": before}, after={"phase": phase, "reason": reason}
    )
    return project
